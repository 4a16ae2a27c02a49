"""The words of the pages, and how numbers are written."""

import datetime as dt
import re
import string
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from service.ledger import Problem, Status
from service.ledger.industry import CHAINS
from service.ledger.lists import FIELDS as LISTED
from service.ledger.lists import Reason, Told
from service.ledger.shown import Expectation, Reported, Step
from service.models import STAGES, Hedge, Metric
from service.pipeline.sourcefile import LEFT_REASON
from service.sources.fetch.policy import Outcome
from service.store.facets import FACETS
from service.web import units
from service.web.page import held
from service.web.said import FIGURES, why
from service.web.words import WORDS

WEB = Path(units.__file__).parent
FILES = [path for path in [*WEB.glob("*.py"), *WEB.glob("templates/*.html")] if path.name != "words.py"]
TEXT = "".join(path.read_text() for path in FILES)


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages(key: str) -> None:
    """Every key has words in both languages, which take the same parts."""
    zh, en = WORDS[key]
    assert zh
    assert en
    assert placeholders(zh) == placeholders(en)


def test_no_key_is_missing() -> None:
    """Every key that a page asks for by name is there."""
    asked = set(re.findall(r"""\bt\('([a-z_.-]+[a-z])'[,)]""", TEXT)) | set(
        re.findall(r'say\(language, "([a-z_.]+)"', TEXT)
    )
    assert len(asked) > 150
    assert asked - WORDS.keys() == set()


def test_no_value_is_nameless() -> None:
    """Every value of the contract and of the ledger that pages show has its words."""
    expected = {
        *(f"status.{one}" for one in get_args(Status)),
        *(f"stage.{one}" for one in STAGES),
        *(f"problem.{one}" for one in get_args(Problem)),
        *(f"hedge.{one}" for one in get_args(Hedge)),
        *(f"metric.{one}" for one in get_args(Metric)),
        *(f"field.{one}" for one in FIGURES),
        *(f"filter.{one}" for one in FACETS),
        *(f"section.{chain.section}" for chain in CHAINS),
        *(f"basis.{one}" for one in get_args(Step.model_fields["basis"].annotation)),
        *(f"why.{one}" for one in get_args(Reason.model_fields["code"].annotation) if one != "differ"),
        *(f"field.{one}" for one in LISTED),
        *(f"outcome.{one}" for one in get_args(Expectation.model_fields["outcome"].annotation)),
        *(f"ops.outcome.{one}" for one in get_args(Outcome)),
        *(f"doubt.{one}" for one in get_args(get_args(Reported.model_fields["doubt"].annotation)[0])),
    }
    assert expected - WORDS.keys() == set()


def test_no_reason_is_nameless() -> None:
    """Every reason for which something is not taken has its words, by its code."""
    raised = re.compile(r'\b(?:Rejected|Later|Refusal|Failure|__init__)\(\s*(?:[^()"]*, )?"([a-z_]+)"')
    rooms = ("text", "sources", "pipeline", "store", "worker", "cli")
    files = [path for room in rooms for path in (WEB.parent / room).rglob("*.py")]
    codes = {code for path in files for code in raised.findall(path.read_text())}
    assert len(codes) > 30
    assert {f"held.{code}" for code in (*codes, LEFT_REASON, "http")} == {
        key for key in WORDS if key.startswith("held.")
    }
    assert held("zh", "http_404") == "网站回答 404"


DIFFER = (
    Told(value=Decimal(500_000_000), outlet="吉林日报", day="2024-05-01"),
    Told(value=Decimal(750_000_000), outlet=None, day="2024-06-01"),
)


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        (
            Reason(problem="stalled", code="silent", text="", day="2023-02-01"),
            "最后一次见报是2023-02-01，此后两年没有消息，推定停滞",
            "last in the news on 2023-02-01, and nothing in the two years since: presumed stalled",
        ),
        (
            Reason(problem="stalled", code="halted", text="", day="2026-08-21", quote="已停工"),
            "2026-08-21报道停工：“已停工”",
            "a halt was reported on 2026-08-21: “已停工”",
        ),
        (
            Reason(problem="overdue", code="missed", text="", day="2025-04-08", expected="2026-05", phase="2"),
            "2期：预计2026-05竣工（2025-04-08公布），期满未见竣工报道",
            "phase 2: completion was announced for 2026-05 (on 2025-04-08); that is over, and nobody reports it",
        ),
        (
            Reason(problem="contradictory", code="differ", text="", field="investment_total", values=DIFFER),
            "总投资说法不一：5亿元（吉林日报，2024-05-01）、7.5亿元（来源不明，2024-06-01）",
            "Total investment: the sources differ, "
            "¥500 million (吉林日报, 2024-05-01); ¥750 million (source unknown, 2024-06-01)",
        ),
        (
            Reason(problem="unplaced", code="unsaid", text=""),
            "没有报道写明在哪个行政区",
            "no article says in which division it is",
        ),
    ],
)
def test_why(reason: Reason, zh: str, en: str) -> None:
    """Why a project is on the list of problems is said in both languages."""
    assert (why(reason, "zh"), why(reason, "en")) == (zh, en)


def test_no_word_is_for_nothing() -> None:
    """Every key is asked for, by its name or by that of its family."""
    families = tuple(re.findall(r"""['"]([a-z]+(?:\.[a-z]+)*\.)(?:['"]|\{)""", TEXT))
    names = set(re.findall(r"""['"]([a-z_.-]+)['"]""", TEXT))
    assert [key for key in WORDS if key not in names and not key.startswith(families)] == []


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (1_250_000_000, "12.5亿元", "¥1.25 billion"),
        (86_000_000, "8,600万元", "¥86 million"),
        (Decimal("123456789012.3"), "1,234.57亿元", "¥123.46 billion"),
        (Decimal(165251057) * 10**6, "165.25万亿元", "¥165.25 trillion"),
        (9_999, "9,999元", "¥9,999"),
        (0, "0元", "¥0"),
        (-200_000_000, "-2亿元", "¥-200 million"),
    ],
)
def test_money(value: int, zh: str, en: str) -> None:
    """Money is written in the unit that people speak of."""
    assert units.money(value, "zh") == zh
    assert units.money(value, "en") == en


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (19_740_000_000, "197亿", "¥20bn"),
        (1_270_000_000, "13亿", "¥1.3bn"),
        (150_000_000, "1.5亿", "¥150m"),
        (86_000_000, "8,600万", "¥86m"),
        (Decimal(2_300_000_000_000), "2.3万亿", "¥2.3tn"),
    ],
)
def test_brief(value: int | Decimal, zh: str, en: str) -> None:
    """On a tile an amount has two figures or three, and the shortest of units."""
    assert (units.brief(value, "zh"), units.brief(value, "en")) == (zh, en)


def test_figures_have_their_base_units() -> None:
    """Beside 亿元 and 亩 stand yuan and square metres, to the last digit."""
    assert units.figure("investment_total", 1_234_567_891, "zh") == ("12.35亿元", "1,234,567,891 元")
    assert units.figure("land_area", 120_000, "zh") == ("180亩", "120,000 平方米")
    assert units.measured(37.5, "percent", "en") == ("37.5%", "")
    assert units.measured(2, "rank", "zh") == ("第 2 位", "")
    assert units.measured(3, "台", "zh") == ("3 台", "")


def test_moments() -> None:
    """Moments are written in China time, and how long ago they are in their largest unit."""
    now = dt.datetime(2024, 5, 1, 20, 0, tzinfo=dt.UTC)
    assert units.moment(now) == "2024-05-02 04:00"
    assert units.ago(now - dt.timedelta(hours=26), now, "zh") == "1天前"
    assert units.ago(now + dt.timedelta(minutes=5), now, "en") == "in 5 min"
    assert units.ago(now, now, "zh") == "0秒前"
