"""Figures about many projects or about a whole region, each with its period and the words that prove it."""

import re
from collections.abc import Sequence

from service.extract.grammar import Context, Found
from service.extract.indicators.clauses import STOP, Reading
from service.extract.indicators.counted import counted
from service.extract.indicators.growth import growth_rates
from service.extract.indicators.rates import rated
from service.extract.indicators.standing import ranks
from service.extract.indicators.summed import summed
from service.extract.indicators.works import worked
from service.extract.projects.subjects import Claims
from service.extract.sentence import LONGEST, MONEY, TIME, Sentence
from service.models import Evidence, Indicator, Period, Region, Stage

UNITS = {
    "project_count": "project",
    "investment_total": "CNY",
    "investment_planned_year": "CNY",
    "investment_completed": "CNY",
    "annual_output": "CNY",
    "annual_tax": "CNY",
    "plan_completion_rate": "percent",
    "growth_rate": "percent",
    "rate": "percent",
    "rank": "rank",
    "jobs": "people",
    "count": "count",
}
# Words that last over a semicolon; and words that end a hope in its sentence.
TARGETS = re.compile(r"预计|预期|力争|目标[是为：:]")
DONE = re.compile(r"已|截[至止]|目前|累计")
SHARES = ("rate", "plan_completion_rate")
REACHED: tuple[Stage, ...] = ("started", "construction", "completed", "operational")
# Counts below are often equal by chance.
FEW = 20
# What two wordings of one count may differ in.
PLAIN = re.compile(r"Ⓣ|其中|重点|重大|建设|招商|[个的省市县区级大新共已有达约\s]")
HOPED = re.compile(
    r"预计|预期|力争|目标[是为：:]|确保|争取|(?<![动育年划长升])计划(?=[于在到今明完新实建开引用安每Ⓣ])|拟(?!定)|有望|将(?![其项此该把这])|届时|建议(?=[今明全Ⓣ])"
)
ATTRIBUTE = re.compile("(?:计划|拟)(?:[^，。；：ⓂⓃ]{1,10}的Ⓝ|完成投资)")
# 比去年同期, 较2019年: a time that something is compared with governs nothing.
COMPARED = ("比", "较", "与", "超", "高于", "低于", "快于", "超过", "好于", "恢复至", "恢复到")


def indicators(
    sentences: Sequence[Sentence], context: Context, claims: Claims, where: Region | None = None
) -> list[Indicator]:
    """All group and regional figures of an article, in order; what is said twice stands once. `where` is its region."""
    counts = counted(sentences)
    sums: dict[int, list[Reading]] = {}
    for number, reading in summed(sentences, claims, counts):
        sums.setdefault(number, []).append(reading)
    times = Times()
    made: list[Indicator] = []
    reads: list[Reading] = []
    told: dict[tuple[object, ...], list[int]] = {}
    for number, sentence in enumerate(sentences):
        readings = [*counts[number], *sums.get(number, ())]
        # Only a doubling (翻番) is told without a value.
        if sentence.values or "番" in sentence.shape:
            readings += (*growth_rates(sentence), *ranks(sentence), *rated(sentence), *worked(sentence))
        times.enter(sentence, bool(readings))
        for reading in sorted(readings, key=lambda r: r.token):
            value = sentence.values.get(reading.token)
            if value is not None and value.start in claims.claimed and reading.metric != "project_count":
                continue
            if reading.metric in SHARES and _of_project(sentence, reading.token, claims):
                continue
            indicator = _indicator(sentence, reading, times, where)
            alike = told.setdefault((indicator.metric, indicator.value, indicator.of), [])
            said = next((k for k in alike if _said_before(made[k], reads[k], indicator, reading, sentence)), None)
            if said is None:
                alike.append(len(made))
                made.append(indicator)
                reads.append(reading)
            else:
                made[said] = _merged(made[said], indicator)
    return made


def _indicator(sentence: Sentence, reading: Reading, times: "Times", where: Region | None) -> Indicator:
    start, end = reading.start, reading.end
    expected = reading.expected or times.hoped(reading.token)
    # What is only hoped for has reached nothing; a plan of the year may be one for what is being built.
    planned = reading.metric == "investment_planned_year"
    hoped = times.hoped(times.clause(reading.token)) if planned else expected
    stage = "planned" if hoped and reading.stage in REACHED else reading.stage
    evidence = Evidence(start=start, end=end, quote=sentence.text[start:end], rule=reading.rule)
    return Indicator(
        metric=reading.metric,
        stage=stage,
        of=reading.of,
        value=reading.value.value,
        unit=UNITS[reading.metric],
        expected=expected,
        qualifier=reading.value.hedge,
        period=times.period(sentence, reading.token),
        region=where,
        evidence=(evidence,),
    )


def _of_project(sentence: Sentence, token: int, claims: Claims) -> bool:
    """Whether a share is one of a project's sum right before it: 项目已完成投资Ⓜ，占总投资的Ⓟ."""
    before = max((i for i, value in sentence.values.items() if i < token and value.kind == MONEY), default=None)
    return before is not None and sentence.values[before].start in claims.claimed


def _said_before(old: Indicator, first: Reading, new: Indicator, second: Reading, sentence: Sentence) -> bool:
    """Whether an earlier sentence (a headline, the lead) said the same of the same figure."""
    if old.metric == "rank":
        return False
    if old.evidence[-1].start >= sentence.start or not (
        old.stage == new.stage or old.stage is None or new.stage is None
    ):
        return False
    one, other = (PLAIN.sub("", r.label) for r in (first, second))
    few = new.metric == "project_count" and new.value is not None and new.value < FEW
    if few or sentence.text[sentence.start - 1 : sentence.start] in ("；", ";"):
        return one == other
    return one in other or other in one


def _merged(old: Indicator, new: Indicator) -> Indicator:
    """`old` with the proof of `new`."""
    stage = old.stage or (new.stage if new.stage != "construction" else None)
    return old.model_copy(update={"evidence": (*old.evidence, *new.evidence), "stage": stage})


def _reach(shape: str, hope: int) -> int:
    """How far a word of hope reaches: in 计划开工的Ⓝ项目 and 计划完成投资Ⓜ to the end of its clause."""
    return STOP.search(shape + "。", hope).start() if ATTRIBUTE.match(shape, hope) else LONGEST  # type: ignore[union-attr]


class Times:
    """What governs a place in the article: the period, and whether what stands there is only hoped for."""

    def __init__(self) -> None:
        self.found: list[tuple[int, Found]] = []
        self.last: Found | None = None
        self.year: Found | None = None
        self.hopes: list[tuple[int, int]] = []
        self.done: list[int] = []
        self.stops: list[int] = []
        self.lasting = False
        self.paragraph = -1

    def enter(self, sentence: Sentence, told: bool) -> None:
        """Go on to the next sentence: a hope lasts over semicolons, a period as long as the paragraph.

        `told`: whether the sentence has figures that are hoped for or not.
        """
        if self.found:
            self.last = self.found[0][1]
            self.year = self._year(LONGEST) or self.year
        if sentence.paragraph != self.paragraph:
            self.paragraph, self.last = sentence.paragraph, None
        shape = sentence.shape
        lasting = self.lasting and sentence.text[sentence.start - 1 : sentence.start] in ("；", ";")
        goes_on = sentence.text[sentence.end - 1] in "；;"
        self.lasting = goes_on and (lasting or TARGETS.search(shape) is not None)
        self.hopes = [(-1, LONGEST)] if told and lasting else []
        self.hopes += [(m.start(), _reach(shape, m.start())) for m in HOPED.finditer(shape)] if told else []
        self.done = [m.start() for m in DONE.finditer(shape)] if self.hopes else []
        self.stops = [m.start() for m in STOP.finditer(shape)] if self.hopes else []
        self.found = [
            (i, v) for i, v in sentence.values.items() if v.kind == TIME and not shape.endswith(COMPARED, 0, i)
        ]

    def hoped(self, at: int) -> bool:
        """Whether a word of hope stands before `at`, and none behind it in the same clause or before says that it is done."""
        clause = next((i for i in self.stops if i > at), at)
        hope = max((i for i, end in self.hopes if i < at <= end), default=None)
        if hope is None:
            return False
        return not any(hope < i < clause for i in self.done)

    def clause(self, at: int) -> int:
        """Where the clause begins that `at` stands in."""
        return max((i for i in self.stops if i < at), default=0)

    def period(self, sentence: Sentence, at: int) -> Period | None:
        """The last time before `at` in the sentence, else the first one of the sentence before; 全年 is the last year named."""
        time = next((v for i, v in reversed(self.found) if i < at), self.last)
        if time is None:
            return None
        text = sentence.text[time.start : time.end]
        days = (self._year(at) or self.year or time) if time.rule == "whole_year" else time
        return Period(from_=days.value.start, to=days.value.end, text=text)

    def _year(self, at: int) -> Found | None:
        """The last year that is named before `at` in the sentence."""
        return next((v for i, v in reversed(self.found) if i < at and v.value.grain == "year" and v.value.start), None)
