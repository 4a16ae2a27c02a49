"""The walk: what it reaches is the same from wherever it starts, so that no order of arrival can matter."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.identity import Memory
from service.ledger import Mention, spelling, walk
from service.models import Region
from tests.ledger import ANJI, CHANGXING, HUZHOU, YI, mention

NOWHERE: Region | None = None
NAMES = ("天钧", "禾禄", "天钧新材", "锂电池隔膜", "中药饮片", "轴承", "产业园", "人民医院", "老旧小区改造", "二期")


@st.composite
def _mentions(draw: st.DrawFn) -> Mention:
    """A mention out of few words, so that many share keys, and one spelling has mentions with different ones."""
    name = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map("".join)
    return mention(
        draw(name),
        region=draw(st.sampled_from((CHANGXING, CHANGXING, ANJI, HUZHOU, NOWHERE))),
        article=f"a{draw(st.integers(0, 10**6))}",
        story=f"s{draw(st.integers(0, 3))}",
        aliases=tuple(draw(st.lists(name, max_size=2))),
        owners=tuple(draw(st.lists(st.sampled_from(("天钧集团有限公司", "浙江禾禄股份有限公司")), max_size=1))),
        investment_total=draw(st.sampled_from((None, 12 * YI, Decimal("12.3") * YI, 32 * YI))),
    )


def _memory(mentions: Iterable[Mention]) -> Memory:
    memory = Memory()
    for one in mentions:
        memory.add(one, decide=False)
    return memory


def _reached(memory: Memory, *starts: str) -> list[frozenset[int]]:
    """The records of each component of `starts`."""
    steps = walk(starts)
    try:
        ask = next(steps)
        while True:
            ask = steps.send(memory.answer(ask))
    except StopIteration as stop:
        return [frozenset(m.record for m in component.mentions) for component in stop.value]


ONE_WAY = (
    # 天钧 owns what one article says of 禾禄; another article says of 禾禄 what it costs.
    mention("禾禄产业园", article="a1", owners=("天钧集团有限公司",), total=32),
    mention("禾禄产业园", article="a2", total=12),
    mention("天钧隔膜", article="a3", total=12),
)


@settings(max_examples=60, deadline=None)
@example(ONE_WAY, 2)
@given(st.lists(_mentions(), min_size=2, max_size=10, unique_by=lambda m: m.record), st.integers(1, 6))
def test_the_same_from_anywhere(mentions: Sequence[Mention], crowd: int) -> None:
    """What a walk reaches from a is what it reaches from each b in it: also past keys that are given up."""
    with patch("service.ledger.walk.CROWD", crowd), patch("benchmarks.identity.CROWD", crowd):
        memory = _memory(mentions)
        spellings = sorted({spelling(m) for m in mentions})
        found = {one: _reached(memory, one) for one in spellings}
        assert all(len(components) == 1 for components in found.values())
        assert len({r for (component,) in found.values() for r in component}) == len(mentions)
        for one in spellings:
            for other in spellings:
                (a,), (b,) = found[one], found[other]
                assert a == b or not a & b
        assert set(_reached(memory, *spellings)) == {component for (component,) in found.values()}
