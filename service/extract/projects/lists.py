"""Lists of gaps: A、投资Ⓜ的B、C项目等Ⓝ项目, with the words and the count that belong to all of them."""

import re
from collections.abc import Sequence

from service.extract.divisions import table
from service.extract.grammar import Found
from service.extract.projects import marks as m
from service.extract.projects import names
from service.extract.projects.around import Around
from service.extract.projects.marks import Mark
from service.extract.projects.naming import Listed
from service.extract.projects.vocabulary import FACILITIES
from service.extract.sentence import COUNT, QUANTITY, Sentence

_GROUPS = ("项目", "工程", "设施", "道路")
# Not 和龙X项目.
_AND = re.compile("(?:[（(][^（）()]{1,28}[）)])?[和及与](?![龙平田县硕静布顺气林])(?=.{3})")
# Behind 等 these tell that people or firms were listed: 甲、乙等市领导在X项目.
_PEOPLE = frozenset("领导 在 参加 出席 由 向 对 听取 陪同 主持 组织 来到 走进".split())
# How many marks a clause inside a list may have.
_CLAUSE = 8
_BRACKET = re.compile("[（(][^（）()]*[)）]")
_EVERY = re.compile(f"(?:共|共计|合计|总共|这)?(?P<n>{COUNT})[一-龥]{{0,6}}$")


class Lists:
    """Reads the list that begins at a gap of a sentence."""

    def __init__(self, sentence: Sentence, marks: Sequence[Mark], around: Around) -> None:
        self.sentence = sentence
        self.marks = marks
        self.around = around
        self.cls, self.words = around.cls, around.words

    def read(self, k: int) -> Listed:
        """The list that begins at gap k: A、投资Ⓜ的B、C项目等Ⓝ项目."""
        cls = self.cls
        items, e = [self.marks[k]], k + 1
        nouns: list[Mark] = []
        while True:
            if cls[e] == m.PROJECT and len(items) > 1 and self._counted(items[-1]):
                break
            e = self._noun(e, items[-1], nouns)
            if self.words[e] == "——" and self._dashed(k, e, len(items) > 1):
                self._extend(items[-1], self.marks[e + 1])
                e += 2
                continue
            f = e + 1
            if (cls[e] == m.PROJECT or self.words[e] == "项目现场") and cls[f] == m.GAP and self._joined(f):
                nouns.append(items[-1])
                items.append(self.marks[f])
                e = f + 1
                continue
            if cls[e] in (m.ROLE, m.FIGURE) and items[-1].word[2:].endswith(("和", "及")):
                # A和总投资Ⓜ的B项目.
                items[-1].j, items[-1].word, f = items[-1].j - 1, items[-1].word[:-1], e
            elif cls[e] != m.LIST:
                break
            while cls[f] in (m.ROLE, m.FIGURE, m.PLAN) or self.words[f] == "的" or self._whose(f):
                f += 1
            f = self._behind_clause(f, items[-1])
            if cls[f] == m.ETC and f == e + 1:
                e = f
                break
            if cls[f] == m.PROJECT and f == e + 1:
                f += 1
            if cls[f] != m.GAP:
                break
            items.append(self.marks[f])
            e = f + 1
        listed = Listed(items, e, nouns=nouns)
        self._summed(listed)
        if cls[e] == m.ETC:
            self._etc(k, e, listed)
        elif cls[e] == m.PROJECT:
            self._project(e, listed)
        elif cls[e] == m.SITE:
            listed.noun = self.marks[e].word.startswith("项目")
        return listed

    def _noun(self, e: int, item: Mark, nouns: list[Mark]) -> int:
        """The mark behind 项目, 项目现场 or 项目（…） after an item, if the list goes on there."""
        if self.cls[e] != m.PROJECT and not (self.cls[e] == m.SITE and self.words[e].startswith("项目")):
            return e
        f = e + 1
        if self.cls[e] == m.PROJECT and self.cls[f] == m.GAP and _BRACKET.fullmatch(self.words[f]):
            f += 1
        if self.cls[f] not in (m.LIST, m.ETC):
            return e
        if f > e + 1 and names.BRACKETED_PHASE.fullmatch(self.words[e + 1]):
            self._extend(item, self.marks[e + 1])
        nouns.append(item)
        return f

    def _extend(self, item: Mark, last: Mark) -> None:
        """Let a name go on to the end of a later mark."""
        item.j, item.word = last.j, self.sentence.shape[item.i : last.j]

    def _dashed(self, k: int, e: int, several: bool) -> bool:
        """Whether a dash stands inside a name of a list: A、B一期——C项目、D."""
        if not several and self.words[k - 1] not in ("：", ":", "包括"):
            return False
        return self.cls[e + 1] == m.GAP and self.cls[e + 2] in (m.LIST, m.ETC, m.PROJECT)

    def _summed(self, listed: Listed) -> None:
        """A大桥、B大桥和C大桥Ⓝ跨海大桥: the kind and count of them all behind the last, which make it sure that all are names."""
        last = listed.items[-1]
        at = last.word.rfind(COUNT)
        if len(listed.items) < 2 or at < 2 or self.cls[listed.end] == m.PROJECT:
            return
        kind = names.head(last.word[at + 1 :])
        heads = [names.head(item.word) for item in listed.items[:-1]]
        if kind in FACILITIES and names.residue(last.word[at + 1 :]) < 3 and all(h == kind for h in heads):
            listed.items[-1] = Mark(last.i, last.i + at, last.cls, last.word[:at])
            listed.noun = True

    def _counted(self, item: Mark) -> tuple[int, Found] | None:
        """Where the last of a list ends in the count of all, and the count: A、BⓃ援藏项目."""
        at = item.word.rfind(COUNT)
        value = self.around.counted(item.i + at) if at >= 2 else None
        return None if value is None or names.residue(item.word[at + 1 :]) >= 3 else (at, value)

    def _whose(self, f: int) -> bool:
        """Whether the words only say where the next of a list is: A、奉化的B."""
        if self.cls[f] != m.GAP or self.words[f + 1] != "的" or self.cls[f + 2] != m.GAP:
            return False
        return self.words[f] in table().by_short or self.words[f] in table().by_name

    def _behind_clause(self, f: int, item: Mark) -> int:
        """The next of a list, behind a clause that tells of it: A大桥、大幅改善防涝能力的B工程."""
        if names.head(item.word) is None or names.residue(item.word) < 2:
            return f
        for at in range(f, min(f + _CLAUSE, len(self.marks) - 1)):
            if self.cls[at] in (m.STOP, m.LIST, m.ETC, m.PROJECT, m.SITE):
                return f
            if self.words[at] == "的" and self.cls[at + 1] == m.GAP:
                return at + 1
        return f

    def _joined(self, f: int) -> bool:
        """X项目和Y项目: what 和 joins is the next of a list; the mark then begins behind 和."""
        match = _AND.match(self.marks[f].word)
        if match is None:
            return False
        if self.cls[f + 1] not in (m.PROJECT, m.LIST, m.ETC):
            last = self.marks[f].word[match.end() :]
            last = last[slice(*names.tidy(last))]
            if self.cls[f + 1] != m.STOP or not names.facility(last) or names.residue(last) < 2:
                return False
        self.around.shorten(f, match.end())
        return True

    def _project(self, e: int, listed: Listed) -> None:
        """项目 behind the list, with what still belongs to the name or counts them all: X项目（一期）, X项目二期, A、B项目共Ⓝ项目."""
        listed.noun, listed.end = True, e + 1
        if self.cls[e + 1] != m.GAP:
            return
        after = self.marks[e + 1]
        if self._more_name(e, after, len(listed.items) > 1):
            self._lengthen(e - 1, after.j)
            listed.end += 1
            return
        if len(listed.items) > 1 and self.cls[e + 2] == m.PROJECT and (every := _EVERY.match(after.word)):
            listed.count = self.around.counted(after.i + every.start("n"))
            listed.end += 2 if listed.count else 0
            return
        if (phase := names.BRACKETED_PHASE.match(after.word)) is not None:
            self._lengthen(e - 1, after.i + phase.end())
            self.around.shorten(e + 1, phase.end())
            listed.end += not after.word

    def _lengthen(self, k: int, j: int) -> None:
        """Let mark k, the last of a list, end at j."""
        mark = self.marks[k]
        mark.j, mark.word = j, self.sentence.shape[mark.i : j]
        self.words[k] = mark.word

    def _more_name(self, e: int, after: Mark, several: bool) -> bool:
        """X项目二期, X项目Ⓠ输电线路: one name with 项目 inside; the phase whose sum follows is only a phase."""
        if after.word[0] == QUANTITY:
            return names.facility(after.word)
        if after.word.startswith(("配套", "送出", "接入")) and names.head(after.word) and not names.part(after.word):
            return several or self.around.staged(e + 2)
        return names.PHASE_ALONE.match(after.word) is not None and (
            several
            or self.words[e + 2] == "”"
            or self.cls[e + 2] in (m.SITE, m.LIST, m.ETC)
            or self.around.staged(e + 2)
        )

    def _etc(self, first: int, k: int, listed: Listed) -> None:
        """What stands behind 等: up to 项目, its words and its count."""
        listed.etc, listed.end = True, k + 1
        words, count = "", None
        for e in range(k + 1, min(k + 16, len(self.marks))):
            mark = self.marks[e]
            if mark.cls == m.PROJECT or (mark.cls == m.SITE and mark.word.startswith("项目")):
                listed.noun, listed.shared, listed.count = True, words, count
                listed.end = e + (mark.cls == m.PROJECT)
                return
            if mark.cls == m.STAGE and e == k + 1 and mark.word in ("建设进度", "施工进度", "前期工作"):
                listed.noun = self.around.governed(first)
            if mark.cls in (m.STOP, m.ETC) or (
                mark.cls in (m.STAGE, m.GOVERNS) and not self._before_noun(e, count is not None)
            ):
                return
            if mark.word in _PEOPLE or mark.word == "以及" or (mark.cls == m.DONE and self.cls[e + 1] != m.STAGE):
                return
            if mark.cls in (m.LIST, m.ROLE):
                words += "、"
            elif mark.cls == m.GAP:
                words += mark.word
                if (at := mark.word.find(COUNT)) >= 0:
                    count = self.sentence.values.get(mark.i + at)
                start, end = names.tidy(mark.word)
                if count is not None and (head := names.head(mark.word)) in FACILITIES and e == k + 1:
                    listed.noun, listed.shared, listed.count, listed.end = True, head or "", count, e + 1
                    return
                if self.cls[e + 1] != m.PROJECT and (mark.word.endswith(_GROUPS) or names.head(mark.word[start:end])):
                    listed.shared, listed.count, listed.end = words, count, e + 1
                    return

    def _before_noun(self, e: int, counted: bool) -> bool:
        """Whether a verb behind 等 only tells which projects they are, and is not said of them: 等一批去年启动的项目, 等开工项目."""
        if (at := self._clause_end(e)) is not None:
            return self.cls[at] == m.PROJECT or (
                self.cls[at] == m.GAP and (self.cls[at + 1] == m.PROJECT or self.words[at].endswith("工程"))
            )
        return self.cls[e] == m.STAGE and (counted or self.cls[e + 1] == m.PROJECT)

    def _clause_end(self, e: int) -> int | None:
        """The mark behind the 的 of a clause that ends in the verb at mark e, or None."""
        if self.words[e].endswith("的"):
            return e + 1
        return e + 2 if self.words[e + 1] == "的" else None

    def tail(self, listed: Listed) -> None:
        """A、B两个援藏项目: the count of the whole list behind its last name."""
        last = listed.items[-1]
        if counted := self._counted(last):
            at, listed.count = counted
            listed.items[-1] = Mark(last.i, last.i + at, last.cls, last.word[:at])
