"""Which mentions are taken for one project, against a set of invented projects: python -m benchmarks.identity [--wrong]

B-cubed precision, recall and F1 over the mentions of benchmarks/identity.txt, by kind of difficulty, in the open part
(against which the rules were written) and in the part that was held out; whether 20 random orders of arrival give the
same clusters; and what the walk for one more mention is given with few and with many projects stored, in counties as full as
those of a million projects in China's 2,900. --wrong lists the mentions that were parted or mixed up.
"""

import datetime as dt
import hashlib
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from service.ledger import CROWD, Answer, Ask, Cluster, Correction, Mention, cluster, keys, spelling, walk
from service.models import STAGES, Capacity, Project, Region

SET = Path(__file__).with_suffix(".txt")
MU = Decimal(2000) / 3
ORDERS = 20


class Written(NamedTuple):
    """A mention of the set, and which project it is truly of."""

    mention: Mention
    project: int
    kind: str
    held_out: bool


def read(path: Path = SET) -> list[Written]:
    """The mentions of the set in the order of the file."""
    places: dict[str, Region] = {}
    found: list[Written] = []
    project, kind, held_out = 0, "", False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("place "):
            _, name, where = line.split()
            places[name] = Region(code="000000", name=where.split("/")[-1], path=where)
        elif line.startswith("## "):
            held_out = line == "## held out"
        elif line.startswith("= "):
            project, kind = project + 1, line[2:].split(" : ")[0]
        elif line[:2] == "20":
            found.append(Written(_mention(line, len(found) + 1, places), project, kind, held_out))
    return found


def _mention(line: str, record: int, places: dict[str, Region]) -> Mention:
    day, place, names, stage, total, more = (part.strip() for part in line.split("|"))
    told = dict(word.split("=", 1) for word in more.split() if "=" in word)
    tag = next((word for word in more.split() if word.startswith("@")), None)
    name, *aliases = names.split("; ")
    known: dict[str, Any] = {}
    if total:
        known["investment_total"] = amount(total.strip("约超近"))
    if "cap" in told:
        product, value, unit = told["cap"].split(":")
        known["capacity"] = (Capacity(product=product, value=Decimal(value), unit=unit),)
    if "owner" in told:
        known["owners"] = (told["owner"],)
    if "due" in told:
        known["dates"] = {"completion_expected": told["due"]}
    if "done" in told:
        known["investment_completed"] = amount(told["done"])
    known["investment_phase"] = {key[1:]: amount(told[key]) for key in ("p1", "p2", "p3") if key in told}
    region = places[place] if place else None
    content = sha(tag or line)
    return Mention(
        record=record,
        content_sha256=content,
        story=sha("@" + told["copy"]) if "copy" in told else content,
        published=dt.date.fromisoformat(day),
        seen=dt.date.fromisoformat(day),
        place=region,
        project=Project.model_validate(
            {"name": name, "aliases": tuple(aliases), "region": region, "stage": stage or None, **known}
        ),
    )


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def amount(text: str) -> Decimal:
    return Decimal(text[:-1]) * {"亿": 100_000_000, "万": 10_000}[text[-1]]


@dataclass
class Memory:
    """The index in memory, to which mentions are added and from which they are taken one by one: what the store does."""

    corrections: list[Correction] = field(default_factory=list)
    mentions: dict[int, Mention] = field(default_factory=dict)
    spellings: dict[str, dict[int, Mention]] = field(default_factory=lambda: defaultdict(dict))
    articles: dict[str, dict[int, Mention]] = field(default_factory=lambda: defaultdict(dict))
    index: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    clusters: dict[int, Cluster] = field(default_factory=dict)
    """The current cluster of each record."""
    asked: list[int] = field(default_factory=list)
    """How many mentions each walk was given."""

    def add(self, mention: Mention, decide: bool = True) -> None:
        """One more mention; all that it touches is decided anew."""
        own = spelling(mention)
        touched = {own}
        for key in keys(mention):
            before = len(self.index[key])
            self.index[key].add(own)
            if before <= CROWD < len(self.index[key]):
                touched |= self.index[key]
        self.mentions[mention.record] = self.spellings[own][mention.record] = mention
        self.articles[mention.content_sha256][mention.record] = mention
        if decide:
            self.decide(touched)

    def remove(self, record: int, decide: bool = True) -> None:
        """One mention less."""
        mention = self.mentions.pop(record)
        self.clusters.pop(record, None)
        own = spelling(mention)
        del self.spellings[own][record], self.articles[mention.content_sha256][record]
        kept = {key for other in self.spellings[own].values() for key in keys(other)}
        touched = {own}
        for key in keys(mention):
            touched |= self.index[key] if len(self.index[key]) <= CROWD + 1 else set()
            if key not in kept:
                self.index[key].discard(own)
        if decide:
            self.decide(touched)

    def decide(self, start: Iterable[str]) -> None:
        """Walks from `start` and decides all components it reaches."""
        steps = walk(start)
        given = 0
        try:
            ask = next(steps)
            while True:
                answer = self.answer(ask)
                given += len(answer.mentions)
                ask = steps.send(answer)
        except StopIteration as stop:
            components = stop.value
        self.asked.append(given)
        for component in components:
            for found in cluster(*component):
                self.clusters |= dict.fromkeys((m.record for m in found.mentions), found)

    def answer(self, ask: Ask) -> Answer:
        named = [c for c in self.corrections if any(h.content_sha256 in ask.corrected for h in (*c.of, *c.apart))]
        mentions = [
            *(m for s in ask.spellings for m in self.spellings[s].values()),
            *(m for a in ask.articles for m in self.articles[a].values()),
        ]
        return Answer({key: sorted(self.index[key])[: CROWD + 1] for key in ask.keys}, mentions, named)

    def partition(self) -> frozenset[frozenset[int]]:
        """The records, by cluster."""
        return frozenset(frozenset(m.record for m in found.mentions) for found in self.clusters.values())


def clustered(mentions: Sequence[Mention], corrections: Sequence[Correction] = ()) -> Memory:
    """All mentions at once, from scratch."""
    memory = Memory(corrections=list(corrections))
    for mention in mentions:
        memory.add(mention, decide=False)
    memory.decide(memory.spellings.keys())
    return memory


class Score(NamedTuple):
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def b_cubed(written: Collection[Written], memory: Memory, of: Callable[[Written], bool] = lambda _: True) -> Score:
    """B-cubed precision and recall over the mentions that `of` takes (A. Bagga and B. Baldwin, 1998)."""
    truth: dict[int, set[int]] = defaultdict(set)
    for w in written:
        truth[w.project].add(w.mention.record)
    precision = recall = 0.0
    chosen = [w for w in written if of(w)]
    for w in chosen:
        found = {m.record for m in memory.clusters[w.mention.record].mentions}
        right = len(found & truth[w.project])
        precision += right / len(found)
        recall += right / len(truth[w.project])
    return Score(precision / len(chosen), recall / len(chosen))


def same_in_any_order(mentions: Sequence[Mention], orders: int = ORDERS) -> bool:
    """Whether mentions that come one by one, in random orders, end in the clusters of all at once."""
    whole = clustered(mentions).partition()
    for seed in range(orders):
        shuffled = list(mentions)
        random.Random(seed).shuffle(shuffled)
        memory = Memory()
        for mention in shuffled:
            memory.add(mention)
        if memory.partition() != whole:
            return False
    return True


_FIRST = "瑞丰华盛宏达远景兴业润泽恒通嘉禾金海长青天成博源中科绿佳美联创安信永固鼎立晨光东升西岭南湖北辰龙凤云山"
_MADE = "锂电池隔膜 复合铜箔 光学膜 玉米肽 大豆蛋白 石墨烯导热膜 预制菜 中药饮片 汽车零部件 轴承 饲料 光伏组件 智能家居 铜管 阀门".split()
_KINDS = "产业园 生产线 生产基地 智能工厂 加工 深加工".split()
_PUBLIC = "老旧小区改造 污水处理厂 高标准农田建设 标准化厂房 农村公路 安置房 停车场 充电桩 河道治理".split()


def grown(projects: int) -> list[Mention]:
    """Mentions of so many generated projects, 350 in each county, six counties in a prefecture: always the same."""
    rng = random.Random(1)
    found: list[Mention] = []
    for n in range(projects):
        county = rng.randrange(max(projects // 350, 1))
        where = "/".join(_place(county // among, suffix) for among, suffix in ((48, "省"), (6, "市"), (1, "县")))
        firm = "".join(rng.sample(_FIRST, 2))
        name = rng.choice(_PUBLIC) if rng.random() < 0.25 else firm + rng.choice(_MADE) + rng.choice(_KINDS)
        total = Decimal(rng.choice((1, 2, 3, 5, 8, 12)) * 100_000_000 + rng.randrange(30) * 1_000_000)
        for i in range(rng.choice((1, 1, 2, 3, 5))):
            path = where if rng.random() < 0.8 else where.rpartition("/")[0]
            region = Region(code="000000", name=path.split("/")[-1], path=path)
            day, content = dt.date(2021, 1, 1) + dt.timedelta(days=rng.randrange(1500)), sha(f"{n}/{i}")
            known = {"investment_total": total} if rng.random() < 0.6 else {}
            project = Project.model_validate({"name": name, "region": region, "stage": rng.choice(STAGES), **known})
            found.append(
                Mention(
                    record=len(found) + 1,
                    content_sha256=content,
                    story=content,
                    published=day,
                    seen=day,
                    place=region,
                    project=project,
                )
            )
    return found


def _place(n: int, suffix: str) -> str:
    """A division's name: two characters that no other has together."""
    return chr(0x4E00 + n % 97 * 7) + chr(0x6E00 + n * 11) + suffix


def one_more(projects: int, sample: int = 200) -> tuple[float, int]:
    """Mean and most mentions that the walk for one more mention is given, with so many projects stored."""
    mentions = grown(projects)
    random.Random(2).shuffle(mentions)
    memory = Memory()
    for mention in mentions[sample:]:
        memory.add(mention, decide=False)
    for mention in mentions[:sample]:
        memory.add(mention)
    return statistics.mean(memory.asked), max(memory.asked)


def main(*arguments: str) -> int:
    written = read()
    memory = clustered([w.mention for w in written])
    articles = len({w.mention.content_sha256 for w in written})
    print(f"{len({w.project for w in written})} projects, {len(written)} mentions in {articles} articles")
    print(f"{'':24}{'mentions':>9}{'precision':>11}{'recall':>9}{'F1':>8}")
    for held_out in (False, True):
        part = "held out" if held_out else "open"
        kinds = sorted({w.kind for w in written if w.held_out == held_out})
        for kind in (None, *kinds):

            def chosen(w: Written, kind: str | None = kind, held_out: bool = held_out) -> bool:
                return w.held_out == held_out and kind in (None, w.kind)

            score = b_cubed(written, memory, chosen)
            count = sum(map(chosen, written))
            print(
                f"{part + ': ' + (kind or 'all'):24}{count:9}{score.precision:11.3f}{score.recall:9.3f}{score.f1:8.3f}"
            )
    whole = b_cubed(written, memory)
    print(f"{'whole set':24}{len(written):9}{whole.precision:11.3f}{whole.recall:9.3f}{whole.f1:8.3f}")
    if "--wrong" in arguments:
        show_wrong(written, memory)
        return 0
    same = same_in_any_order([w.mention for w in written])
    print(
        f"the same clusters in {ORDERS} random orders of arrival, one by one, as all at once: {'yes' if same else 'NO'}"
    )
    for projects in (1_000, 25_000):
        mean, most = one_more(projects)
        print(f"one more mention with {projects:6} projects stored: {mean:.1f} mentions looked at, at most {most}")
    return 0 if whole.f1 >= 0.97 and same else 1


def show_wrong(written: Collection[Written], memory: Memory) -> None:
    """The clusters that are not right, for who writes rules; those held out are only counted."""
    by_record = {w.mention.record: w for w in written}
    for found in dict.fromkeys(tuple(m.record for m in c.mentions) for c in memory.clusters.values()):
        members = [by_record[r] for r in found]
        size = sum(w.project == members[0].project for w in written)
        if members[0].held_out or (len({w.project for w in members}) == 1 and len(members) == size):
            continue
        print(f"-- {'mixed' if len({w.project for w in members}) > 1 else f'{len(members)} of {size}'}")
        for w in members:
            m = w.mention
            print(
                f"   {w.project:3} {w.kind:10} {m.day} {m.place.name if m.place else '?'} {m.project.name} {m.project.investment_total}"
            )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
