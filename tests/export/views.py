"""Projects of every shape, made by hypothesis: every status, hostile names, sources that do not agree."""

import datetime as dt
from decimal import Decimal
from typing import get_args

from hypothesis import strategies as st

from service.export import About, Article, Exported
from service.ledger import Expectation, History, Official, Phase, Problem, ProjectView, Ref, Reported, Status, Step
from service.ledger.shown import Doubt
from service.ledger.values import AMOUNTS
from service.models import STAGES, Capacity, Hedge, Region

NOW = dt.datetime(2025, 6, 1, 4, tzinfo=dt.UTC)
ABOUT = About(base="https://guatu.example", url="https://guatu.example/v1/export/x?q=%E6%96%B0", asof=NOW)
HOSTILE = (
    *(
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "=cmd|' /C calc'!A1",
        '"; rm',
        "a,b\r\nc",
        "'",
        "_x0041_",
    ),
    *(
        "<b>&amp;</b>",
        "]]>",
        "<!--",
        "</script><script>alert(1)</script>",
        "\x00\x01\x08",
        "\x1b[31m",
        "\ufffe\uffff",
        "\x85\x9f",
    ),
    *(
        "{{7*7}}",
        'https://evil.example/"onclick=',
        "項目",
        "🏗️",
        "\u202egnp.exe",
        " ",
        "\u3000",
        "NULL",
        "null",
        "1e5",
        "007",
    ),
)
REGIONS = (
    Region(code="330424", name="海盐县", path="浙江省/嘉兴市/海盐县"),
    Region(code="330400", name="嘉兴市", path="浙江省/嘉兴市"),
    Region(code="330000", name="浙江省", path="浙江省"),
    Region(code="469002", name="琼海市", path="海南省/琼海市"),
)
SOURCES = (
    *(
        "https://news.example/a?b=1&c=<d>",
        "http://新闻.example/路径",
        "https://news.example/项目 开工",
        "folder/=1.txt",
        "feed!/7",
        None,
    ),
    *(
        "https://news.example/中文?q=项目#章",
        "http://news.example:0/",
        "https://news.example/%zz[x]",
        "javascript:alert(1)",
    ),
)

texts = (
    st.sampled_from(HOSTILE)
    | st.text("新材料产业园项目一期ab<&=", min_size=1, max_size=12)
    | st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
)
days = st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31))
said_days = days.flatmap(lambda day: st.sampled_from((f"{day}", f"{day:%Y-%m}", f"{day:%Y}")))
figures = st.decimals(0, Decimal(8 * 10**15), places=3) | st.integers(0, 10**12).map(Decimal)
hedges = st.none() | st.sampled_from(get_args(Hedge))
refs = st.builds(
    Ref, record=st.integers(1, 6), story=st.just("ab" * 32), day=days, outlet=st.none() | texts, quote=st.none() | texts
)
some_refs = st.lists(refs, max_size=2).map(tuple)
reported = st.builds(
    Reported,
    value=st.none() | figures,
    first=days,
    last=days,
    qualifier=hedges,
    refs=some_refs,
    doubt=st.none() | st.sampled_from(get_args(Doubt)),
)


@st.composite
def histories(draw: st.DrawFn, field: str) -> History:
    values = draw(st.lists(reported, min_size=1, max_size=3))
    current = draw(st.sampled_from((None, *values)))
    return History(field=field, current=current, values=tuple(values), contradicted=draw(st.booleans()))


@st.composite
def fields(draw: st.DrawFn) -> dict[str, History]:
    names = draw(st.lists(st.sampled_from(AMOUNTS), unique=True, max_size=4))
    return {name: draw(histories(name)) for name in names}


phases = st.builds(
    Phase, number=st.sampled_from("1 2 3 北".split()), stage=st.none() | st.sampled_from(STAGES), fields=fields()
)
steps = st.builds(
    Step,
    status=st.sampled_from(get_args(Status)),
    day=said_days,
    basis=st.sampled_from(("dated", "reported", "inferred", "corrected")),
    phase=st.none() | st.sampled_from("12"),
    moves=st.booleans(),
    refs=some_refs,
)
expectations = st.builds(
    Expectation,
    expected=said_days,
    phase=st.none() | st.sampled_from("12"),
    announced=days,
    outcome=st.sampled_from(("ahead", "on_time", "late", "overdue", "open", "moved")),
    completed=st.none() | said_days,
    refs=some_refs,
)
views = st.builds(
    ProjectView,
    name=texts,
    aliases=st.lists(texts, max_size=2).map(tuple),
    region=st.none() | st.sampled_from(REGIONS),
    owners=st.lists(texts | st.sampled_from(("海盐县人民政府", "某某集团有限公司")), max_size=3).map(tuple),
    status=st.none() | st.sampled_from(get_args(Status)),
    stage=st.none() | st.sampled_from(STAGES),
    inferred=st.booleans(),
    industry=st.lists(
        st.sampled_from("新材料 能源 交通 水利 环保 民生 城建 文旅 数字经济".split()), max_size=2, unique=True
    ).map(tuple),
    section=st.none() | st.sampled_from("ABCDEFGHIJKLMNOPQRS"),
    programmes=st.lists(st.sampled_from(("省重点", "白名单")), max_size=2, unique=True).map(tuple),
    fields=fields(),
    phases=st.lists(phases, max_size=2).map(tuple),
    capacity=st.lists(st.builds(Capacity, product=texts, value=figures, unit=texts), max_size=2).map(tuple),
    timeline=st.lists(steps, max_size=4).map(tuple),
    expectations=st.lists(expectations, max_size=3).map(tuple),
    people=st.lists(st.builds(Official, name=texts, title=texts), max_size=2).map(tuple),
    problems=st.lists(st.sampled_from(get_args(Problem)), max_size=2, unique=True).map(tuple),
    first=days,
    latest=days,
    sources=st.integers(1, 9),
    copies=st.integers(0, 9),
)
articles = st.builds(
    Article,
    record=st.integers(1, 6),
    document=st.integers(1, 4),
    story=st.just("ab" * 32),
    title=st.none() | texts | st.just("half \ud83c of a character"),
    outlet=st.none() | texts,
    published=st.none() | days,
    source=st.sampled_from(SOURCES),
)


def exported(number: int, view: ProjectView, told: list[Article] | tuple[Article, ...] = ()) -> Exported:
    return Exported(f"{number:012x}", NOW, view.model_dump_json(by_alias=True).encode(), tuple(told))


@st.composite
def projects(draw: st.DrawFn, least: int = 0) -> list[Exported]:
    """Some projects, each with an id of its own."""
    made = draw(st.lists(st.tuples(views, st.lists(articles, max_size=3)), min_size=least, max_size=4))
    return [exported(number, view, told) for number, (view, told) in enumerate(made, 1)]


def whole(status: Status | None, **other: object) -> ProjectView:
    """A project with something in every field."""
    ref = Ref(record=1, story="ab" * 32, day=dt.date(2024, 5, 7), outlet="海盐新闻", quote="总投资12.5亿元")
    value = Reported(value=Decimal("1250000000"), first=ref.day, last=ref.day, qualifier="about", refs=(ref,))
    history = {name: History(field=name, current=value, values=(value,), contradicted=True) for name in AMOUNTS}
    given: dict[str, object] = {
        "name": "澉浦绿色船配产业园扩建",
        "aliases": ("船配园",),
        "region": REGIONS[0],
        "owners": ("浙江澉浦船配有限公司", "海盐县人民政府"),
        "status": status,
        "stage": "operational" if status in ("stalled", "suspended") else status if status in STAGES else "started",
        "industry": ("装备制造",),
        "section": "C",
        "programmes": ("省重点",),
        "fields": history,
        "phases": (Phase(number="1", stage="started", fields=history), Phase(number="1", fields=history)),
        "capacity": (Capacity(product="阀门", value=Decimal("100000.5"), unit="套"),),
        "timeline": tuple(
            Step(status=one, day=f"2024-0{month}", basis="reported", refs=(ref,)) for month, one in enumerate(STAGES, 1)
        ),
        "expectations": (
            Expectation(expected="2025-12", announced=ref.day, outcome="overdue", refs=(ref,)),
            Expectation(expected="2025", announced=ref.day, outcome="moved"),
        ),
        "people": (Official(name="陈立新", title="县委书记"),),
        "problems": ("overdue", "contradictory"),
        "first": ref.day,
        "latest": ref.day,
        "sources": 1,
        "copies": 0,
    }
    return ProjectView.model_validate(given | other)
