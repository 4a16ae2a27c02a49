"""What a sentence speaks of: named projects (one or a list), groups that are counted, the running subject, organisations, the region.

A name is taken only where something around it shows that it is built: a verb in front that governs it (推进X), a stage behind it
(X竣工), 项目 behind it, a figure of its own (总投资Ⓜ的X), a site (在X施工现场), or a list that ends in 等项目.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.extract import marks as m
from service.extract import names
from service.extract.grammar import Found
from service.extract.marks import Mark
from service.extract.sentence import COUNT, Sentence
from service.extract.vocabulary import GENERIC_HEADS

_COUNT_FIRST = re.compile(f"(?:达|有|共|共有|为|共计|合计|总数|数量|突破|超过|达到){{0,2}}{COUNT}")
_COUNT_LAST = re.compile(f"{COUNT}(?:重点|重大|产业|工业|乡镇|建设|省级|市级|县级|新建|续建|大型|签约|民生|招商|配套){{0,2}}$")
# Words behind which a built thing is only placed, and may still be the subject of what follows.
_STANDS = ("的", "在", "位于", "坐落于", "地处", "于", "是", "作为", "其", "其中", "此外", "同时", "与此同时", "另外", "但", "而")
_GROUPS = (
    "项目",
    "工程",
    "园区",
    "平台",
    "设施",
    "产业园",
    "基地",
    "大桥",
    "公路",
    "道路",
    "铁路",
    "水库",
    "医院",
    "学校",
    "路",
)


@dataclass(slots=True)
class Name:
    """A project's name as it stands in the text (article offsets), and the kind of evidence for it."""

    text: str
    start: int
    end: int
    rule: str
    i: int
    j: int
    source: str


@dataclass(slots=True)
class Mention:
    """`shape[i:j]` speaks of projects, a group, the running subject ("same"), a phase of it, an organisation or the region."""

    i: int
    j: int
    kind: str
    names: list[Name] = field(default_factory=list)
    count: Found | None = None
    phase: str | None = None
    site: bool = False
    venue: bool = False
    place: bool = False


class Reader:
    """Reads the mentions of one sentence from its marks."""

    def __init__(self, sentence: Sentence, found: Sequence[Mark]) -> None:
        self.sentence = sentence
        self.marks = found
        self.mentions: list[Mention] = []

    def read(self) -> list[Mention]:
        """All mentions from left to right."""
        k, n = 0, len(self.marks)
        while k < n:
            cls = self.marks[k].cls
            if cls == m.GAP:
                k = self._listed(k)
            elif cls == m.SAME:
                self._add(k, k + 1, "same")
                k += 1
            elif cls == m.AREA:
                self._add(k, k + 1, "area")
                k += 1
            elif cls == m.PROJECT:
                k = self._bare(k)
            else:
                k += 1
        return self.mentions

    def _add(self, k: int, e: int, kind: str, **more: object) -> Mention:
        mention = Mention(self.marks[k].i, self.marks[e - 1].j, kind, **more)  # type: ignore[arg-type]
        self.mentions.append(mention)
        return mention

    def _cls(self, k: int) -> str:
        return self.marks[k].cls if 0 <= k < len(self.marks) else m.STOP

    def _bare(self, k: int) -> int:
        """项目 without a name: a counted group (项目Ⓝ) or the running subject."""
        after = self.marks[k + 1] if k + 1 < len(self.marks) else None
        if (count := self._count_behind(k + 1)) is not None:
            self._add(k, k + 1, "group", count=count)
            return k + 1
        if (
            self._cls(k - 1) in (m.STOP, m.BREAK, m.DONE, m.PLAN, m.ADVERB, m.STAGE, m.FIGURE)
            or self._cls(k + 1) == m.ROLE
        ):
            if (
                after is not None
                and after.cls == m.GAP
                and after.word.startswith(
                    ("建设", "化", "为王", "攻坚", "谋划", "审批", "招引", "要素", "服务", "储备", "库", "投资完成")
                )
            ):
                return k + 1
            kind = (
                "group"
                if self.marks[k - 1].word in ("一批", "一大批", "一系列", "多个", "这些", "每", "各") and k
                else "same"
            )
            self._add(k, k + 1, kind)
        return k + 1

    def _counted(self, k: int) -> int | None:
        """Ⓝ在建项目, Ⓝ列入计划的项目: a counted group with a stage word or a clause before 项目; one 项目 alone is no group."""
        mark = self.marks[k]
        value = self.sentence.values.get(mark.j - 1)
        if not mark.word.endswith(COUNT) or value is None or value.value.unit not in ("个", "项", "宗"):
            return None
        for e in range(k + 1, min(k + 6, len(self.marks))):
            cls = self.marks[e].cls
            if cls == m.PROJECT:
                self._add(k, e + 1, "group", count=value)
                return e + 1
            if cls in (m.STOP, m.LIST, m.ETC):
                return None
        return None

    def _listed(self, k: int) -> int:
        """A gap, or a list of gaps, with what follows it; returns the mark to go on from."""
        first = self.marks[k]
        if first.word[0] == COUNT and len(first.word) > 3 and (value := self.sentence.values.get(first.i)) is not None and value.value.value == 1:
            first.i, first.word = first.i + 1, first.word[1:]
        if (after := self._counted(k)) is not None:
            return after
        items, e = [k], k + 1
        if self._cls(e) == m.PROJECT and self._cls(e + 1) == m.LIST:
            e += 1
        while self._cls(e) == m.LIST:
            f = e + 1
            if self._cls(f) == m.ETC:
                e = f
                break
            while self._cls(f) in (m.ROLE, m.FIGURE, m.PLAN) or (
                self._cls(f) == m.BREAK and self.marks[f].word == "的"
            ):
                f += 1
            if self._cls(f) == m.PROJECT and self._cls(f - 1) == m.LIST:
                f += 1
            if self._cls(f) != m.GAP:
                break
            items.append(f)
            e = f + 1
            if self._cls(e) == m.PROJECT and self._cls(e + 1) == m.LIST:
                e += 1
        tail = e
        noun, shared, count = False, "", None
        if self._cls(e) == m.ETC:
            e, noun, shared, count = self._etc(e)
        elif self._cls(e) == m.PROJECT:
            e, noun = e + 1, True
            if self._cls(e) == m.GAP and (phase := names.BRACKETED_PHASE.match(self.marks[e].word)):
                self._bracketed(items[-1], e, phase.end())
                if not self.marks[e].word:
                    e += 1
        elif self._cls(e) == m.SITE and self.marks[e].word.startswith("项目"):
            noun = True
        self._judge(items, tail, e, noun, shared, count)
        return e

    def _bracketed(self, k: int, e: int, size: int) -> None:
        """X项目（一期）: the bracket belongs to the name."""
        after = self.marks[e]
        self.marks[k].j = after.i + size
        self.marks[k].word = self.sentence.shape[self.marks[k].i : self.marks[k].j]
        after.i += size
        after.word = after.word[size:]

    def _etc(self, k: int) -> tuple[int, bool, str, Found | None]:
        """What stands behind 等: up to 项目, its words, its count."""
        words, count = "", None
        for e in range(k + 1, min(k + 16, len(self.marks))):
            mark = self.marks[e]
            if mark.cls == m.PROJECT:
                return e + 1, True, words, count
            if mark.cls == m.SITE and mark.word.startswith("项目"):
                return e, True, words, count
            if mark.cls in (m.STOP, m.ETC) or (mark.cls == m.STAGE and words):
                break
            if mark.cls in (m.LIST, m.ROLE):
                words += "、"
            if mark.cls == m.GAP:
                words += mark.word
                if (at := mark.word.find(COUNT)) >= 0:
                    count = self.sentence.values.get(mark.i + at)
                if names.tidy(mark.word)[1] and (
                    names.head(mark.word[slice(*names.tidy(mark.word))]) or mark.word.endswith(_GROUPS)
                ):
                    return e + 1, False, words, count
            if mark.cls == m.STAGE and not words:
                break
        return k + 1, False, "", None

    def _judge(self, items: list[int], tail: int, e: int, noun: bool, shared: str, count: Found | None) -> None:
        first, last = items[0], items[-1]
        text = self.marks[last].word
        if len(items) > 1 and names.PHASE_FIRST.match(self.marks[first].word) and self._phase(first, first + 1):
            return
        if len(items) == 1 and not shared:
            if self._phase(first, e) or self._group(first, e, noun):
                return
            if noun is False and names.firm(text):
                self._add(first, e, "org")
                return
            if noun is False and text in GENERIC_HEADS:
                self._add(first, e, "same")
                return
        if self._cls(first - 1) == m.ROLE and self.marks[first - 1].word in m.YEARLY:
            return
        etc = self._cls(tail) == m.ETC
        if noun and not etc and (behind := self._count_behind(e)) is not None:
            self._add(first, e, "group", count=behind)
            return
        if noun and not etc and len(items) > 1 and (counted := _COUNT_LAST.search(text)):
            count = self.sentence.values.get(self.marks[last].i + counted.start())
        governed = self._governed(first)
        predicate = self._predicate(e) or (etc and noun and self._told(e))
        figure = (self._cls(first - 1) == m.FIGURE and self.marks[first - 1].word == "Ⓜ" and names.BUILDS.match(self.marks[first].word) is not None) or (
            self._cls(first - 1) == m.BREAK and self._cls(first - 2) == m.FIGURE and self.marks[first - 1].word == "的"
        )
        site = self._cls(e) == m.SITE and self._cls(e + 1) != m.STAGE
        if not (noun or governed or predicate or figure or site or etc):
            self._place(items, e)
            return
        taken = self._taken(items, tail, noun, etc, shared, bool(governed or predicate or figure or site))
        if taken:
            venue = (
                self._cls(first - 1) == m.BREAK
                and self.marks[first - 1].word == "在"
                and any(x.cls == m.HOLD for x in self.marks[e:])
            )
            mention = self._add(first, e, "projects", names=taken, count=count, venue=venue)
            mention.i = self.marks[first].i
            mention.site = site and self.marks[e].word not in ("车间内", "生产车间内", "车间里", "生产车间里", "现场")
        elif noun and not self._nominal(first):
            self._add(first, e, "group", count=count)
        else:
            self._place(items, e)

    def _count_behind(self, e: int) -> Found | None:
        """项目Ⓝ, 项目已达Ⓝ: how many there are."""
        for k in range(e, e + 3):
            if self._cls(k) == m.GAP:
                match = _COUNT_FIRST.match(self.marks[k].word)
                value = self.sentence.values.get(self.marks[k].i + match.end() - 1) if match else None
                return value if value is not None and value.value.unit in ("个", "项", "宗") else None
            if self._cls(k) not in (m.DONE, m.ADVERB, m.PLAN, m.BREAK):
                return None
        return None

    def _phase(self, k: int, e: int) -> bool:
        word = self.marks[k].word.strip()
        match = names.PHASE_ALONE.match(word)
        if match is None:
            match = names.PHASE_FIRST.match(word)
            if match is None or self._cls(k - 1) not in (m.STOP, m.PROJECT, m.SAME, m.BREAK, m.LIST, m.DONE, m.PLAN):
                return False
        self._add(k, e, "phase", phase=phase_number(match))
        return True

    def _group(self, k: int, e: int, noun: bool) -> bool:
        """Ⓝ重点项目: a counted group without names."""
        word = self.marks[k].word
        at = word.rfind(COUNT)
        if noun and at >= 0:
            value = self.sentence.values.get(self.marks[k].i + at)
            if value is not None and value.value.unit in ("个", "项", "宗", "批") and names.residue(word[at + 1 :]) < 4:
                self._add(k, e, "group", count=value)
                return True
        return False

    def _governed(self, k: int) -> bool:
        k -= 1
        while self._cls(k) in (m.ADVERB, m.DONE):
            k -= 1
        if self._cls(k) == m.BREAK and (
            self.marks[k].word in ("一批", "了") or (self.marks[k].word == "的" and self._cls(k - 1) == m.STAGE)
        ):
            k -= 1
        if self._cls(k) == m.STOP and names.BUILDS.match(self.marks[k + 1].word):
            return self.marks[k + 1].word.startswith("规划") or not any(
                x.kind in ("projects", "same", "phase") for x in self.mentions
            )
        return self._cls(k) in (m.GOVERNS, m.STAGE) or (
            self._cls(k) == m.PLAN and self.marks[k].word in ("确保", "力争", "争取")
        )

    def _predicate(self, e: int) -> bool:
        """Whether a stage, a figure with its role, a place or 是…项目 is said of what ends before mark e."""
        comma = False
        while True:
            if self._cls(e) in (m.ADVERB, m.DONE, m.PLAN, m.NOT) or (self._cls(e) == m.GOVERNS and self.marks[e].word == "开展") or (
                self._cls(e) in (m.GAP, m.FIGURE) and self.marks[e].word in ("建设", "项目", "Ⓣ", "底", "年底", "初")
            ):
                e += 1
            elif self._cls(e) == m.STOP and e < len(self.marks) and self.marks[e].word == "，" and not comma:
                e, comma = e + 1, True
            else:
                break
        if self._cls(e) == m.ROLE:
            return not (self._cls(e + 1) == m.FIGURE and e + 2 < len(self.marks) and self.marks[e + 2].word == "的")
        if comma:
            return False
        if self._cls(e) == m.BREAK and self.marks[e].word == "是":
            return any(x.cls in (m.PROJECT, m.SAME) for x in self.marks[e : e + 16])
        if self._cls(e) == m.HOLD:
            return self._cls(e + 1) == m.STAGE
        if self._cls(e) == m.STAGE and self._event(e):
            return False
        if self._cls(e) == m.STAGE and self.marks[e].stage == "signed":
            return self._cls(e + 1) not in (m.GAP, m.PROJECT)
        return self._cls(e) == m.STAGE or (
            self._cls(e) == m.BREAK and self.marks[e].word in ("位于", "坐落于", "地处", "由")
        )

    def _event(self, e: int) -> bool:
        """集中开工活动: an event of many, said of no single project."""
        after = self.marks[e + 1].word if e + 1 < len(self.marks) else ""
        return self.marks[e].word.startswith("集中") and after.startswith(("活动", "仪式", "现场会", "大会", "动员", "分会场"))

    def _told(self, e: int) -> bool:
        """Whether a stage word follows before the clause ends."""
        for mark in self.marks[e:]:
            if mark.cls == m.STOP:
                return False
            if mark.cls == m.STAGE:
                return True
        return False

    def _nominal(self, k: int) -> bool:
        """Whether the words say what the subject is (X是今年投运的最大工业项目): they speak of nothing new."""
        for mark in reversed(self.marks[max(k - 12, 0) : k]):
            if mark.cls in (m.STOP, m.PROJECT):
                return False
            if mark.cls == m.BREAK and mark.word in ("是", "作为", "成为"):
                return True
        return False

    def _place(self, items: list[int], e: int) -> bool:
        """A built thing that is only named where it stands (在X，; 走进X; 镇上的X): taken if the text goes on to tell of it."""
        if len(items) > 1:
            return False
        mark = self.marks[items[0]]
        start, end = names.tidy(mark.word)
        word = mark.word[start:end]
        before = self.marks[items[0] - 1] if items[0] else None
        if before is not None and before.cls == m.BREAK and before.word not in _STANDS:
            return False
        if names.part(word) or word[0] == COUNT or (start and names.BUILDS.match(mark.word)):
            return False
        phase = word.endswith(("期", "期工程"))
        if len(names.head(word) or "") == 1 and (len(word) < 5 or names.residue(word) < 2 or "和" in word):
            return False
        if len(word) < 4 or not (phase or names.facility(word) or word.endswith("工程")):
            return False
        if not phase and names.residue(word) < 2 and not names.described(word):
            return False
        if names.zone(word) or names.campaign(word) or names.organisation(word) or names.vague(word):
            return False
        i = mark.i + start
        start, stop = self.sentence.span(i, mark.i + end)
        name = Name(self.sentence.text[start:stop], start, stop, "place", i, mark.i + end, self.sentence.text)
        mention = self._add(items[0], e, "projects", names=[name])
        mention.place = self._cls(items[0] - 1) in (m.BREAK, m.STAGE) and self.marks[items[0] - 1].word in (
            "在",
            "位于",
            "落户",
            "坐落于",
            "地处",
            "于",
        )
        return True

    def _taken(self, items: list[int], tail: int, noun: bool, etc: bool, shared: str, shown: bool) -> list[Name]:
        spans: list[tuple[int, int]] = []
        for k in items:
            mark = self.marks[k]
            for a, b in names.split(mark.word):
                start, end = names.tidy(_COUNT_LAST.sub("", mark.word[a:b]) if len(items) > 1 else mark.word[a:b])
                spans.append((mark.i + a + start, mark.i + a + end))
        shape = self.sentence.shape
        words = [shape[i:j] for i, j in spans]
        rule = "list_of_projects" if etc or len(spans) > 1 else "project_behind" if noun else "verb_or_figure"
        taken = []
        for (i, j), word in zip(spans, words, strict=True):
            if self._is_name(word, noun, etc, shown, len(spans) > 1):
                start, end = self.sentence.span(i, j)
                taken.append(
                    Name(self.sentence.text[start:end].replace("\n", ""), start, end, rule, i, j, self.sentence.text)
                )
        if taken and len(spans) > 1:
            for (i, j), word in zip(spans, words, strict=True):
                if len(word) > 2 and (names.facility(word) or (len(word) > 4 and names.head(word))) and COUNT not in word[0] and not any(n.i == i for n in taken):
                    start, end = self.sentence.span(i, j)
                    taken.append(Name(self.sentence.text[start:end], start, end, rule, i, j, self.sentence.text))
            taken.sort(key=lambda n: n.i)
        if etc and not shown and not any(names.head(w) for w in words):
            return []
        if etc and noun and len(spans) > 1 and len(taken) < len(spans) / 2:
            return []
        if not etc and len(words) > 1 and taken and (common := names.shared_tail(words[:-1], words[-1])):
            taken = [
                Name(
                    w + (common if not names.head(w) else ""), *self.sentence.span(i, j), rule, i, j, self.sentence.text
                )
                for (i, j), w in zip(spans, words, strict=True)
            ]
        elif etc and shared and names.head(shared) and names.residue(shared) == 0 and COUNT not in shared:
            taken = (
                [
                    n
                    if names.head(n.text) or not noun
                    else Name(n.text + shared, n.start, n.end, n.rule, n.i, n.j, n.source)
                    for n in taken
                ]
                if _works(shared)
                else taken
            )
        return taken

    def _is_name(self, word: str, noun: bool, etc: bool, shown: bool, listed: bool) -> bool:
        if (
            not 2 <= len(word) <= 40
            or word[0] == "（"
            or word[0] == COUNT
            or (names.residue(word) == 0 and not names.facility(word) and not names.work_on_facility(word) and not re.search("[0-9A-Za-z“期]", word))
        ):
            return False
        head = names.head(word)
        if names.part(word) or names.division(word) or names.campaign(word) or (names.not_built(word) and not (noun and etc)):
            return False
        if noun:
            if (
                (names.zone(word) and not etc and not listed and not shown)
                or names.vague(word)
                or (names.quoted(word) and not etc)
                or (names.organisation(word) and not etc)
                or (len(word) < 4 and not etc and not listed and not shown)
            ):
                return False
            return names.specific(word) or names.work_on_facility(word) or (etc and names.described(word)) or (shown and names.facility(word))
        if names.organisation(word):
            return False
        if etc and not shown:
            return False
        if head is None:
            return False
        return names.specific(word) or names.facility(word)


def _works(shared: str) -> bool:
    word = names.head(shared)
    return word is not None and word.endswith(("改造", "整治", "治理", "修复", "建设", "保护", "提升"))


_DIGITS = {c: str(i) for i, c in enumerate("一二三四五六七八九十", 1)}


def phase_number(match: re.Match[str]) -> str:
    """ "1" for 一期, 首期, 第一期."""
    n = match["n"]
    return "1" if not n else _DIGITS.get(n[0], n[0])
