"""Facts as rows and back."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.models import Extraction, Project, Region, record
from service.store.rows import digest, pack, parsed, region, unpack
from tests.store.articles import HAIYAN, JIAXING, article, extraction


def test_bodies_are_the_contract() -> None:
    """The body of a fact is what `extract --json` would print of it."""
    one, said = article(), extraction()
    rows, printed = digest(one, said), record(one, said)
    for kind, facts in rows.facts.items():
        assert [json.loads(fact.body) for fact in facts] == printed[kind]


@pytest.mark.parametrize(
    ("code", "path", "levels"),
    [
        ("330000", "浙江省", ("浙江省", None, None)),
        ("330400", "浙江省/嘉兴市", ("浙江省", "嘉兴市", None)),
        ("330424", "浙江省/嘉兴市/海盐县", ("浙江省", "嘉兴市", "海盐县")),
        ("469021", "海南省/定安县", ("海南省", None, "定安县")),
        ("110105", "北京市/朝阳区", ("北京市", None, "朝阳区")),
    ],
)
def test_places_are_split_into_their_levels(code: str, path: str, levels: tuple[str | None, ...]) -> None:
    """A division is stored as province, prefecture and county, and comes back as it was, with a level missing too."""
    where = Region(code=code, name=path.split("/")[-1], path=path)
    said = Extraction(region=where, projects=(Project(name="项目", region=where),), rules_version="1", engine="jieba")
    rows = digest(article(), said)
    fact = rows.facts["projects"][0]
    assert (fact.province, fact.prefecture, fact.county) == levels
    assert region(rows.document) == parsed(fact.body)["region"] == where.model_dump()


def test_a_fact_without_a_place_is_found_at_its_articles() -> None:
    """A fact whose text names no place is looked for at the article's place, and still says that it names none."""
    said = Extraction(region=JIAXING, projects=(Project(name="项目"),), rules_version="1", engine="jieba")
    fact = digest(article(), said).facts["projects"][0]
    assert (fact.province, fact.prefecture, fact.county) == ("浙江省", "嘉兴市", None)
    assert parsed(fact.body)["region"] is None


def body(**said: Any) -> bytes:  # noqa: ANN401 - fields of a project
    facts = Extraction(projects=(Project(name="项目", **said),), rules_version="1", engine="jieba")
    return digest(article(), facts).facts["projects"][0].body


def test_equal_facts_have_one_body() -> None:
    """The body says what the fact says, not how its figure was written or in which order its parts were found."""
    assert body(jobs=Decimal("1.2E+3"), dates={"a": "1", "b": "2"}) == body(
        jobs=Decimal("1200.0"), dates={"b": "2", "a": "1"}
    )
    assert body(jobs=Decimal(1200)) != body(jobs=Decimal(1201))


@pytest.mark.parametrize(
    ("figure", "printed"),
    [("8999999999999999.999", "8999999999999999.999"), ("1.25E+9", "1250000000"), ("0.1", "0.1"), ("2.0005", "2")],
)
def test_figures_are_exact_and_plain(figure: str, printed: str) -> None:
    """A body has a figure to its last digit, without an exponent or zeros behind the point."""
    said = body(land_area=Decimal(figure))
    assert f'"land_area":{printed},'.encode() in said
    assert str(parsed(said)["land_area"]) == printed


def test_a_figure_that_no_database_holds_is_refused() -> None:
    """A figure beyond the limit raises before it can fail a whole batch."""
    with pytest.raises(ValueError, match="beyond"):
        body(jobs=Decimal("9E+15"))


def test_what_a_fact_is_searched_by() -> None:
    """A record is found by its names and by the title of its article, in small letters."""
    said = digest(article(), extraction()).facts
    assert said["projects"][0].words == "澉浦绿色船配产业园\n船配园\n海盐船配集团\n海盐集中开工"
    assert said["indicators"][0].words == "开工率\n海盐集中开工"
    assert said["people"][0].words == "陈立新\n县长\n海盐集中开工"


@pytest.mark.parametrize("text", ["一\0二", "一\ud800二"])
def test_text_that_no_database_holds_is_refused(text: str) -> None:
    """A text with a NUL or half a surrogate pair raises before it can fail a whole batch."""
    with pytest.raises(ValueError, match="NUL"):
        digest(article(text, b"x"), Extraction(region=HAIYAN, rules_version="1", engine="jieba"))


@given(st.lists(st.integers(0, 2**32 - 1), max_size=64))
def test_signatures_are_packed_without_loss(signature: list[int]) -> None:
    """A packed signature gives the same numbers back."""
    assert unpack(pack(tuple(signature))) == tuple(signature)


def test_periods_keep_open_ends() -> None:
    """A period with one end only comes back with that end."""
    one = extraction().indicators[0]
    assert one.period is not None
    period = one.period.model_copy(update={"from_": None})
    said = extraction().model_copy(update={"indicators": (one.model_copy(update={"period": period}),)})
    shown = parsed(digest(article(), said).facts["indicators"][0].body)
    assert shown["period"] == {"from": None, "to": dt.date(2025, 5, 31).isoformat(), "text": "截至5月底"}
