"""Each format, opened again with its own library, has what the projects have."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from service.errors import GuatuError
from service.export import FORMATS, About, Article, Exported, Name
from service.export.cells import fit, inert
from service.export.columns import COLUMNS
from tests.export.views import ABOUT, HOSTILE, NOW, exported, projects, whole

SOME = settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
ATOM = "{http://www.w3.org/2005/Atom}"
_RUNS = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
"""What a cell begins with that a spreadsheet runs."""


def written(name: Name, some: Sequence[Exported], about: About = ABOUT) -> bytes:
    sink = io.BytesIO()
    sink.close = lambda: None  # type: ignore[method-assign]
    writer = FORMATS[name].writer()(sink, about)
    for one in some:
        writer.add([one])
    writer.close()
    return sink.getvalue()


def texts_of(one: Exported, column: str) -> tuple[str, ...]:
    value: Any = next(c for c in COLUMNS if c.name == column).value(one)
    return tuple(map(fit, value))


@SOME
@given(some=projects())
def test_csv(some: list[Exported]) -> None:
    """Every row is a project, every cell its value, and none is one that a spreadsheet runs."""
    rows = list(csv.DictReader(io.StringIO(written("csv", some).decode(), newline="")))
    assert [row["id"] for row in rows] == [one.id for one in some]
    for row, one in zip(rows, some, strict=True):
        view = one.view
        assert row["name"] == inert(view.name)
        assert row["name"].removeprefix("'") == fit(view.name).removeprefix("'")
        assert tuple(json.loads(row["owners"])) == texts_of(one, "owners")
        assert row["status"] == (view.status or "")
        total = view.value("investment_total")
        assert (Decimal(row["investment_total"]) if row["investment_total"] else None) == total
        assert (row["first"], row["latest"], row["sources"]) == (str(view.first), str(view.latest), str(view.sources))
        assert not any(_RUNS.match(cell) for cell in row.values())


def test_csv_for_excel() -> None:
    """With a byte order mark it begins with one, also where there is no project, and has no second."""
    about = About(asof=NOW, bom=True)
    for some in ([], [exported(1, whole("started")), exported(2, whole("signed"))]):
        data = written("csv", some, about)
        assert data.startswith(b"\xef\xbb\xbfid,name,")
        assert data.count(b"\xef\xbb\xbf") == 1
    assert not written("csv", []).startswith(b"\xef")


@SOME
@given(some=projects())
def test_xlsx(some: list[Exported]) -> None:
    """The workbook has a row a project and a row an article, numbers as numbers, days as days, and no formula."""
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", some)))
    sheet, sources = book.worksheets
    assert (sheet.freeze_panes, sources.freeze_panes) == ("C2", "C2")
    heads = [cell.value.split("\n")[1] for cell in sheet[1]]
    assert heads == [column.name for column in COLUMNS]
    rows = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert [row["id"].value for row in rows] == [one.id for one in some]
    for row, one in zip(rows, some, strict=True):
        assert all(cell.data_type != "f" for cell in row.values())
        assert unescaped(row["name"].value) == one_end(fit(one.view.name))
        total = one.view.value("investment_total")
        assert row["investment_total"].value == (None if total is None else pytest.approx(float(total), rel=1e-14))
        assert total is None or row["investment_total"].number_format == '0\\.00,,"亿元"'
        assert row["latest"].value == dt.datetime.combine(one.view.latest, dt.time())
        assert row["inferred"].value is one.view.inferred
    told = [(one.id, article.record) for one in some for article in one.articles]
    assert [(row[0], row[2]) for row in sources.iter_rows(min_row=2, values_only=True)] == told


def unescaped(cell: object) -> str:
    """The text of a cell; openpyxl leaves _x0041_ as it is."""
    return one_end(re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), "" if cell is None else str(cell)))


def one_end(text: str) -> str:
    """The text with one kind of ends of lines, as XML keeps it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@SOME
@given(some=projects())
def test_ndjson(some: list[Exported]) -> None:
    """Every line is the project as it is stored, with its id and its articles."""
    sound = [
        Exported(one.id, one.changed, one.body, [a for a in one.articles if fit(a.title or "") == (a.title or "")])
        for one in some
    ]
    lines = written("ndjson", sound).split(b"\n")
    assert lines.pop() == b""
    for line, one in zip(lines, sound, strict=True):
        said = json.loads(line)
        assert [article["record"] for article in said.pop("articles")] == [article.record for article in one.articles]
        assert said == {"id": one.id, **json.loads(one.body)}


@SOME
@given(some=projects())
def test_parquet(some: list[Exported]) -> None:
    """Every row is a project; decimals, days and lists keep their types."""
    table = pq.read_table(io.BytesIO(written("parquet", some)))
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds["investment_total"] == "decimal128(38, 3)"
    assert (kinds["latest"], kinds["owners"]) == ("date32[day]", "list<element: string>")
    rows = table.to_pylist()
    assert [row["id"] for row in rows] == [one.id for one in some]
    for row, one in zip(rows, some, strict=True):
        view = one.view
        assert (row["name"], row["status"], row["latest"]) == (fit(view.name), view.status, view.latest)
        total = view.value("investment_total")
        assert row["investment_total"] == (None if total is None else round(total, 3))
        assert tuple(row["owners"]) == texts_of(one, "owners")
        assert [step["day"] for step in row["timeline"]] == [step.day for step in view.timeline]
        assert [article["record"] for article in row["articles"]] == [article.record for article in one.articles]
        assert row["changed"] == one.changed


@SOME
@given(some=projects())
def test_atom(some: list[Exported]) -> None:
    """The feed is sound XML with what RFC 4287 asks for, and an entry a project; nothing of a text is taken for markup."""
    data = written("atom", some)
    root = ET.fromstring(data)
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == len(some)
    for part in (root, *entries):
        assert all(len(part.findall(f"{ATOM}{name}")) == 1 for name in ("id", "title", "updated"))
    assert root.findall(f"{ATOM}author/{ATOM}name")
    parsed = feedparser.parse(data)
    assert not parsed.bozo
    for entry, one in zip(parsed.entries, some, strict=True):
        assert entry.id.startswith("urn:uuid:")
        assert entry.link == f"https://guatu.example/projects/{one.id}"
    for entry in entries:
        assert_harmless(entry.findtext(f"{ATOM}content") or "")


@SOME
@given(some=projects())
def test_json_feed(some: list[Exported]) -> None:
    """The feed has what JSON Feed 1.1 asks for, and an item a project."""
    feed = json.loads(written("jsonfeed", some))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == ABOUT.url
    assert [item["url"].rpartition("/")[2] for item in feed["items"]] == [one.id for one in some]
    for item in feed["items"]:
        assert dt.datetime.fromisoformat(item["date_modified"]).tzinfo
        assert_harmless(item["content_html"])


def assert_harmless(html: str) -> None:
    """All tags are ours, and links lead to web pages."""
    found = re.findall(r"<([^>]*)>", html)
    assert {re.split(r"[\s>]", tag)[0].strip("/") for tag in found} <= {"ul", "li", "blockquote", "p", "footer", "a"}
    for tag in found:
        if tag.startswith("a"):
            assert re.fullmatch(r'a href="https?://[^"<>]*"', tag)


def test_ids_stay() -> None:
    """An entry keeps its id whatever becomes of the project, of the feed's filter and of the server's name."""
    before = feedparser.parse(written("atom", [exported(1, whole("started"))]))
    other = About(base="https://other.example", url="https://other.example/v1/export/x?q=%E6%96%B0", asof=NOW)
    after = feedparser.parse(written("atom", [exported(1, whole("completed", name="别的名字"))], other))
    assert before.entries[0].id == after.entries[0].id
    assert before.feed.id == after.feed.id
    assert before.entries[0].title != after.entries[0].title
    items = json.loads(written("jsonfeed", [exported(1, whole("started"))]))["items"]
    assert items[0]["id"] == before.entries[0].id


def test_evidence_in_feeds() -> None:
    """An entry says what is known and in whose words, with a link to the page that says it."""
    told = (Article(1, 7, "ab" * 32, "开工了", "海盐新闻", NOW.date(), "https://news.example/1?a=1&b=2"),)
    content = feedparser.parse(written("atom", [exported(1, whole("started"), told)])).entries[0].content[0].value
    assert "<blockquote><p>总投资12.5亿元</p>" in content
    assert '<a href="https://news.example/1?a=1&amp;b=2">海盐新闻 2024-05-07</a>' in content
    assert "总投资 12.5亿元" in content


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "ndjson"])
@pytest.mark.parametrize("hostile", [*HOSTILE, "half \ud83c of a character"], ids=ascii)
def test_hostile_names(name: Name, hostile: str) -> None:
    """No title, however hostile, breaks a format."""
    told = (Article(1, 7, "ab" * 32, hostile, hostile, NOW.date(), hostile),)
    sound = fit(hostile) == hostile and hostile.strip()
    data = written(
        name, [exported(1, whole("started", **({"name": hostile, "owners": (hostile,)} if sound else {})), told)]
    )
    match name:
        case "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(data))
            assert unescaped(book.worksheets[1]["F2"].value) == one_end(fit(hostile))
        case "parquet":
            assert pq.read_table(io.BytesIO(data)).to_pylist()[0]["articles"][0]["title"] == fit(hostile)
        case "csv":
            assert len(list(csv.reader(io.StringIO(data.decode(), newline="")))) == 2
        case "atom":
            assert not feedparser.parse(data).bozo
        case _:
            assert json.loads(data)


@given(text=st.text(st.characters()) | st.sampled_from(HOSTILE))
def test_inert(text: str) -> None:
    """A cell never begins with what a spreadsheet runs, can be written as UTF-8 and XML, and keeps all else."""
    cell = inert(text)
    assert not _RUNS.match(cell)
    assert len(cell) - len(text) in (0, 1)
    ET.fromstring(f"<a>{re.sub('[&<>]', '', cell)}</a>".encode())
    assert fit(cell) == cell


def test_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is more than a sheet of Excel holds goes on a further sheet."""
    monkeypatch.setattr("service.export.xlsx._ROWS", 3)
    some = [exported(number, whole("started")) for number in range(1, 6)]
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", some)))
    names = [name for name in book.sheetnames if name.startswith("projects")]
    assert names == ["projects 项目", "projects 项目 2", "projects 项目 3"]
    found = [row[0] for name in names for row in book[name].iter_rows(min_row=2, values_only=True)]
    assert found == [one.id for one in some]


def test_a_project_of_another_guatu() -> None:
    """A project that was stored in another shape is refused with what to do, never guessed."""
    with pytest.raises(GuatuError, match="guatu ledger rebuild"):
        written("csv", [Exported("000000000001", NOW, b'{"name":"x"}')])
