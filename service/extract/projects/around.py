"""What stands around a stretch of words and shows that it names something that is built."""

from collections.abc import Sequence

from service.extract.grammar import Found
from service.extract.projects import marks as m
from service.extract.projects import names
from service.extract.projects.marks import Mark
from service.extract.sentence import COUNT, MONEY, TIME, Sentence

_COUNTED = ("个", "项", "宗")
_NUMBER_OF = frozenset("达 有 共 共有 为 共计 合计 总数 数量 突破 超过 达到".split())
# What may stand between a subject and its stage.
_BETWEEN = frozenset(("开展", "建设", "安全", "进入", "转入", TIME, "底", "年底", "初"))
# X工程全线路基填筑已完成: a part of X.
_ON_ALL = ("主体", "主体结构", "主体工程", "全线", "整体")
_COLONS = ("：", ":")
_WHERE = frozenset("位于 坐落于 地处 由".split())
EVENTS = ("活动", "仪式", "现场会", "大会", "动员", "分会场")


class Around:
    """The marks of a sentence, asked by position; before the first and behind the last stand stops without words."""

    def __init__(self, sentence: Sentence, marks: Sequence[Mark]) -> None:
        self.sentence = sentence
        self.marks = marks
        self.cls = [mark.cls for mark in marks] + [m.STOP] * 4
        self.words = [mark.word for mark in marks] + [""] * 4

    def shorten(self, k: int, size: int) -> None:
        """Leave the first characters of mark k to the mark before it."""
        mark = self.marks[k]
        mark.i, mark.word = mark.i + size, mark.word[size:]
        self.words[k] = mark.word

    def governed(self, k: int) -> bool:
        """Whether a verb governs what begins at mark k: 推进X, 开工建设了X, 正在建设的X, 确保X."""
        k -= 1
        while self.cls[k] in (m.ADVERB, m.DONE) and k >= 0:
            k -= 1
        word = self.words[k]
        if word == "打造" and self.words[k + 1] == "了":
            return True
        if word == "的" and self._included(k):
            return True
        if word in ("一批", "了") or (word == "的" and self.cls[k - 1] == m.STAGE):
            k -= 1
        if word == "的" and k > 2 and self.words[k - 2] in ("位于", "地处", "坐落于"):
            k -= 3
        if (word in _COLONS or (word == "，" and self.words[k - 1] == "包括")) and k > 0:
            k -= 1
        if k < 0:
            return False
        if self.cls[k] == m.GAP and names.BUILDS.fullmatch(self.words[k]):
            return self.cls[k - 1] == m.STOP
        return self.cls[k] in (m.GOVERNS, m.STAGE) or self.words[k] in ("确保", "力争", "争取")

    def _included(self, k: int) -> bool:
        """Whether 包括 stands before the clause that ends in the 的 of mark k: 包括将改变格局的X."""
        for at in range(k - 1, max(k - 9, -1), -1):
            if self.cls[at] == m.STOP:
                return False
            if self.words[at] == "包括":
                return True
        return False

    def begun(self, k: int) -> bool:
        """Whether a clause begins at mark k with a verb that builds: ，新建X; what is planned needs no more, what is built may be content."""
        if self.words[k][:1] not in names.BUILDING or names.BUILDS.match(self.words[k]) is None:
            return False
        while self.cls[k - 1] in (m.ADVERB, m.DONE) and k > 0:
            k -= 1
        return self.cls[k - 1] == m.STOP

    def figure(self, k: int) -> bool:
        """Whether a figure leads to what begins at mark k: 总投资Ⓜ的X, 投资Ⓜ建设X."""
        if k < 1:
            return False
        if self.words[k - 1] == MONEY:
            return names.BUILDS.match(self.words[k]) is not None
        return self.words[k - 1] == "的" and self.cls[k - 2] == m.FIGURE

    def predicate(self, e: int) -> bool:
        """Whether a stage, a figure with its role, a place or 是…项目 is said of what ends before mark e."""
        cls, comma = self.cls, False
        if (cls[e] == m.PLAN and self.words[e][-1] == "后") or self.words[e] in ("一片", "一派"):
            # 建成后, and what a site looks like.
            return True
        while e < len(self.marks):
            dated = self.words[e] in ("于", "在") and self.words[e + 1] == TIME
            if dated or cls[e] in (m.ADVERB, m.DONE, m.PLAN, m.NOT) or self.words[e] in _BETWEEN:
                e += 1
            elif self.words[e] == "，" and not comma:
                e, comma = e + 1, True
            else:
                break
        if cls[e] == m.GAP and self.words[e - 1] in _ON_ALL and names.component(self.words[e].removesuffix("也")):
            return self.staged(e + 1)
        if self.words[e] == "的" and self.staged(e + 1) and self._reached(e + 1):
            # 随着X的顺利开工，.
            return True
        if self.words[e] == "的" and names.component(self.words[e + 1]):
            return self.told(e + 1)
        if cls[e] == m.ROLE:
            return not (cls[e + 1] == m.FIGURE and self.words[e + 2] == "的")
        if comma:
            return False
        if self.hastened(e) or self.words[e] == "通过":
            return self.hastened(e) or any(self.words[x].endswith("验收") for x in (e + 1, e + 2))
        if cls[e] == m.STAGE:
            if self.words[e].startswith("集中") and self.words[e + 1].startswith(EVENTS):
                return False
            if cls[e + 1] == m.PROJECT and self.count_behind(e + 2) is not None:
                # 甲新区已开工项目Ⓝ: a region acts.
                return False
            return self.marks[e].stage != "signed" or cls[e + 1] not in (m.GAP, m.PROJECT)
        if self.words[e] == "是":
            return any(x in (m.PROJECT, m.SAME) for x in cls[e : e + 16])
        if cls[e] == m.HOLD:
            return cls[e + 1] == m.STAGE
        return self.words[e] in _WHERE

    def hastened(self, e: int) -> bool:
        """Whether mark e ends its clause with a verb that says how the work goes: X工程提速，."""
        return self.words[e].endswith(("提速", "加速", "推进")) and self.cls[e + 1] in (m.STOP, m.LIST)

    def staged(self, e: int) -> bool:
        """Whether a stage word is said of what ends before mark e, with no more between than when and how."""
        while self.cls[e] in (m.ADVERB, m.DONE) or self.words[e] in ("于", TIME):
            e += 1
        return self.cls[e] == m.STAGE

    def _reached(self, e: int) -> bool:
        """Whether the first stage behind mark e is more than a plan: X的开工, not X的批复."""
        stage = next((mark.stage for mark in self.marks[e:] if mark.stage is not None), None)
        return stage not in (None, "planned")

    def declared(self, e: int) -> bool:
        """Whether what ends before mark e is only approved or listed: 试验区获批."""
        while self.cls[e] in (m.ADVERB, m.DONE):
            e += 1
        return self.cls[e] == m.STAGE and self.marks[e].stage == "planned"

    def told(self, e: int) -> bool:
        """Whether a stage word follows mark e before the clause ends."""
        for cls in self.cls[e:]:
            if cls in (m.STOP, m.STAGE):
                return cls == m.STAGE
        return False

    def nominal(self, k: int) -> bool:
        """Whether the words only say what the subject is (X是今年投运的最大工业项目): they speak of nothing new."""
        for mark in reversed(self.marks[max(k - 12, 0) : k]):
            if mark.cls in (m.STOP, m.PROJECT):
                return False
            if mark.word in ("是", "作为", "成为"):
                return True
        return False

    def says(self, k: int) -> int | None:
        """The mark of 是, 为 or 成为 whose complement the words at mark k are: X是Y的重要工程, 将成为最大的Y."""
        for at in range(k - 1, max(k - 12, -1), -1):
            if self.cls[at] in (m.STOP, m.PROJECT):
                return None
            if self.words[at] == "为" and self.cls[at + 1] == m.FIGURE:
                continue
            if self.words[at] in ("是", "为", "作为", "成为", "打造", "形成"):
                return at
        return None

    def count_behind(self, e: int) -> Found | None:
        """How many there are, where mark e begins to say so: 项目Ⓝ, 项目已达Ⓝ, 项目为Ⓝ."""
        for k in range(e, min(e + 3, len(self.marks))):
            mark = self.marks[k]
            if mark.cls == m.GAP:
                at = mark.word.find(COUNT)
                before = mark.word[:at].strip("（( ")
                return self.counted(mark.i + at) if at >= 0 and (not before or before in _NUMBER_OF) else None
            if mark.cls not in (m.DONE, m.ADVERB, m.PLAN, m.BREAK) or mark.word == "作为":
                return None
        return None

    def counted(self, i: int) -> Found | None:
        """The count at an index of the shape, if projects are counted so."""
        value = self.sentence.values.get(i)
        return value if value is not None and value.kind == COUNT and value.value.unit in _COUNTED else None
