"""Articles as the store gets them: made from the models, with the project's own hashes and signatures."""

import datetime as dt
from decimal import Decimal
from hashlib import sha256

from service.models import (
    Article,
    Capacity,
    CleanText,
    Evidence,
    Extraction,
    Indicator,
    Period,
    Person,
    Project,
    RawDocument,
    Region,
    Repair,
)
from service.store.near import Likeness
from service.store.rows import Arrival, Refusal, digest, original
from service.text import fingerprint

NOW = dt.datetime(2025, 3, 1, 8, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)
LIKENESS = Likeness(fingerprint.bands, fingerprint.similarity, fingerprint.ALIKE)
HAIYAN = Region(code="330424", name="海盐县", path="浙江省/嘉兴市/海盐县")
JIAXING = Region(code="330400", name="嘉兴市", path="浙江省/嘉兴市")
STORY = (
    "昨日上午，海盐县举行重点项目集中开工仪式。澉浦绿色船配产业园项目总投资12.5亿元，用地180亩，一期计划投资3亿元，"
    "建成后年产船用阀门20万套，年产值可达9亿元，提供岗位约600个。截至5月底，全县已开工项目27个，开工率达到90.5%。县长陈立新出席仪式。"
)


def article(text: str = STORY, data: bytes | None = None, published: dt.date | None = None) -> Article:
    bytes_ = text.encode() if data is None else data
    clean = CleanText(
        title="海盐集中开工",
        text=text,
        published=published,
        outlet="海盐新闻网",
        encoding="utf-8",
        repairs=(Repair(step="pinyin_notes", count=3),),
    )
    return Article(
        source="a.txt",
        raw_sha256=sha256(bytes_).hexdigest(),
        content_sha256=fingerprint.content_hash(text),
        signature=fingerprint.signature(text),
        clean=clean,
    )


def evidence(text: str, quote: str, rule: str) -> tuple[Evidence, ...]:
    start = max(text.find(quote), 0)
    return (Evidence(start=start, end=start + len(quote), quote=quote, rule=rule),)


def extraction(text: str = STORY, total: Decimal = Decimal("1250000000"), version: str = "1") -> Extraction:
    """The facts of STORY, each field of the contract used once."""
    project = Project(
        name="澉浦绿色船配产业园",
        aliases=("船配园",),
        region=HAIYAN,
        stage="started",
        investment_total=total,
        investment_phase={"1": Decimal(300000000)},
        land_area=Decimal(120000),
        annual_output=Decimal(900000000),
        jobs=Decimal(600),
        capacity=(Capacity(product="船用阀门", value=Decimal(200000), unit="套"),),
        owners=("海盐船配集团",),
        dates={"started": "2025-02"},
        qualifiers={"jobs": "about"},
        evidence={
            "investment_total": evidence(text, "总投资12.5亿元", "total"),
            "stage": evidence(text, "集中开工", "started"),
        },
    )
    rate = Indicator(
        metric="rate",
        stage="started",
        of="开工率",
        value=Decimal("90.5"),
        unit="percent",
        qualifier="at_least",
        period=Period(**{"from": dt.date(2025, 1, 1)}, to=dt.date(2025, 5, 31), text="截至5月底"),
        region=None,
        evidence=evidence(text, "开工率达到90.5%", "rate_reached"),
    )
    head = Person(name="陈立新", title="县长", evidence=evidence(text, "县长陈立新", "title_before_name"))
    return Extraction(
        region=HAIYAN,
        projects=(project,),
        indicators=(rate,),
        people=(head,),
        rules_version=version,
        engine="jieba",
    )


def arrival(
    text: str = STORY,
    data: bytes | None = None,
    published: dt.date | None = None,
    facts: Extraction | None = None,
    source: str = "a.txt",
) -> Arrival:
    """An article that was read; its facts depend on its text and its date, as real ones do."""
    one = article(text, data, published)
    said = facts or extraction(text, Decimal(len(text) * 10000 + (published.day if published else 0)))
    bytes_ = text.encode() if data is None else data
    return Arrival(original(RawDocument(source=source, data=bytes_)), digest(one, said))


def refused(data: bytes, reason: str = "not_text", *, failed: bool = False, source: str = "a.txt") -> Arrival:
    """A document that was not read."""
    return Arrival(original(RawDocument(source=source, data=data)), Refusal(reason, f"because {reason}", failed))
