"""Facts as rows and back."""

import datetime as dt
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.models import Extraction, Project, Region, record
from service.store.rows import JSON_COLUMNS, Row, canonical, contract, digest, pack, region, unpack
from tests.store.articles import HAIYAN, JIAXING, article, extraction


def parsed(row: Row) -> Row:
    """A row as it comes back from a database."""
    return {name: orjson.loads(value) if name in JSON_COLUMNS else value for name, value in row.items()}


def test_rows_give_the_contract_back() -> None:
    """What the rows of an article give as the contract is what `extract --json` would print of it."""
    one, said = article(), extraction()
    rows, printed = digest(one, said), record(one, said)
    for kind, facts in rows.facts.items():
        assert [contract(kind, parsed(row)) for row in facts] == printed[kind]


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
    said = Extraction(projects=(Project(name="项目", region=where),), rules_version="1", engine="jieba")
    row = digest(article(), said).facts["projects"][0]
    assert (row["province"], row["prefecture"], row["county"]) == levels
    assert region(row) == where.model_dump()


def test_a_fact_without_a_place_is_found_at_its_articles() -> None:
    """A fact whose text names no place is looked for at the article's place, and still says that it names none."""
    said = Extraction(region=JIAXING, projects=(Project(name="项目"),), rules_version="1", engine="jieba")
    row = digest(article(), said).facts["projects"][0]
    assert (row["province"], row["prefecture"], row["region_code"]) == ("浙江省", "嘉兴市", None)
    assert contract("projects", parsed(row))["region"] is None


def test_equal_facts_have_one_canonical_form() -> None:
    """The form says what the fact says, not how its figure was written, which row it is or which rules made it."""
    rows = [
        digest(article(), extraction(total=Decimal(total), version=version)).facts["projects"][0]
        for total, version in (("1250000000", "1"), ("1.25E+9", "2"))
    ]
    assert canonical("projects", {**rows[0], "id": 7, "document_id": 3}) == canonical("projects", rows[1])
    assert canonical("projects", {**rows[0], "county": None}) != canonical("projects", rows[1])


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
    shown = contract("indicators", parsed(digest(article(), said).facts["indicators"][0]))
    assert shown["period"] == {"from": None, "to": dt.date(2025, 5, 31).isoformat(), "text": "截至5月底"}
