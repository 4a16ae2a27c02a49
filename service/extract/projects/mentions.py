"""What a sentence speaks of: named projects (one or a list), groups that are counted, the running subject, firms, the region.

A name is taken only where something around it shows that it is built: a verb in front that governs it (推进X), a stage behind it
(X竣工), 项目 behind it, a figure of its own (总投资Ⓜ的X), a site (在X施工现场), or a list that ends in 等项目.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal

from service.extract.grammar import Found
from service.extract.projects import alike, names
from service.extract.projects import marks as m
from service.extract.projects.around import Around
from service.extract.projects.lists import Lists
from service.extract.projects.marks import Mark
from service.extract.projects.naming import Listed, Name, made, name, place, taken
from service.extract.projects.vocabulary import FACILITIES, FIRMS, GENERIC_HEADS, PLAIN_VERBS, WORKS
from service.extract.search import either, finder
from service.extract.sentence import COUNT, MONEY, Sentence

Kind = Literal["projects", "group", "same", "phase", "firm", "area"]
# Words behind which a built thing is only placed, and may still be the subject of what follows.
_STANDS = frozenset("的 在 位于 坐落于 地处 于 是 作为 其 其中 此外 同时 与此同时 另外 但 而".split())
_IN = frozenset("在 位于 落户 坐落于 地处 于".split())
# 一批对外互联互通项目 sorts projects, and names none.
_SORTED = ("一批", "一大批", "一系列", "多个", "部分", "一些", "众多", "若干")
_VISITS = frozenset("走进 来到 走访 调研 考察 参观 察看 视察 督导 走访了 调研了 察看了 实地察看".split())
_MANY = frozenset("一批 一大批 一系列 多个 这些 每 各".split())
# What is done to projects in general: 解决影响项目开工的问题.
_HANDLED = frozenset(PLAIN_VERBS)
# What project work is called in general: 项目建设, 项目审批.
_IN_GENERAL = ("建设", "化", "为王", "攻坚", "谋划", "审批", "招引", "要素", "服务", "储备", "库", "投资完成")
# Behind these a gap stands alone, and is worth a look only if something in it is a head, a phase, a firm or a count.
_ENDS = frozenset(
    (m.STOP, m.GOVERNS, m.STAGE, m.PLAN, m.NOT, m.DONE, m.ADVERB, m.BREAK, m.ROLE, m.FIGURE, m.AREA, m.SAME, m.HOLD)
)
# What a sentence with a project or a group has. From known numbers on stand the firms, what ends a name, and what takes up several.
_SAME = (word for word, (cls, _) in m.WORDS.items() if cls == m.SAME)
_AGAIN = ("首批", "一阶段", "这批", "这些", "上述", "该批")
_HEADS = dict.fromkeys((*FACILITIES, *WORKS, *GENERIC_HEADS, "工程"))
_SIGNS = tuple(dict.fromkeys((COUNT, "项目", *_SAME, *FIRMS, "期", *_HEADS, *_AGAIN)))
_FIRM, _PHASE, _TAKEN_UP = _SIGNS.index(FIRMS[0]), _SIGNS.index("期"), _SIGNS.index(_AGAIN[0])
# A sentence is asked for them as a whole, and then part by part.
_signs = lru_cache(maxsize=1)(finder(_SIGNS, overlapping=True))
PROMISING = re.compile("|".join(either((COUNT, "项目", *FIRMS, "期", *_HEADS))))
# Where 其中第一期 ends.
_EARLY_PHASE = 5
_NUMBER_OF_PHASE = frozenset("一二三四五六七八九十123456789首")
_BUILT = re.compile(rf"(?:第?{names.PHASE}|首期|主要|计划|将)?(?:工程|项目)?(?:新建|建设|规划建设)")
_ROOMS = (
    "车间",
    "厂房",
    "仓库",
    "冷库",
    "生产线",
    "产线",
    "展厅",
    "食堂",
    "研发中心",
    "检测中心",
    "实验室",
    "办公楼",
    "综合楼",
    "宿舍楼",
)
_SERVICES = ("企业", "公司", "机构", "单位", "部门", "产品", "功能", "服务", "业务", "环节", "工序", "课程", "活动")
_FITTINGS = ("设施", "附属设施", "配套设施", "环保设施", "辅助设施", "功能区", "板块")
_BEGINS = ("主要有", "主要包括", "主要是")
_MOVES_IN = ("入驻", "进驻", "迁入")
# What a name is of, in front of ——: 重点工程——X, 组成部分——X.
_SORTS = ("工程", "组成部分", "公路", "铁路", "大桥", "基地", "园区", "电站", "隧道", "机场", "水利枢纽")
# A name has more letters than a part that stands in such a list.
_SHORT = 4
_CLASSES = ("重点", "重大", "百大", "标志性", "工程")
_THIS = frozenset("该 这个 这座 这条 这家 这处 这一 此".split())
_AWARDED = ("申报", "获批", "争取", "申请")
_TITLES = ("国家", "世界", "全国", "省级", "全省", "省")
_IS = ("是", "为", "作为", "成为")
# Words between a group and its members: 签约项目6个：A、B; 重点项目36个，包括A、B; 有8个项目，如A、B.
_MEMBERS = frozenset("包括 分别是 分别为 有 还有 是 为 即 例如 比如 诸如 ： :".split())


@dataclass(slots=True)
class Mention:
    """`shape[i:j]` speaks of projects, a group, the running subject ("same"), a phase of it, a firm or the region.

    `site`: where it is being built; `venue`: where a ceremony is held; `place`: where something else stands; `member`: behind the
    group whose projects they are; `head`: the bare head that takes the subject up (园区).
    """

    i: int
    j: int
    kind: Kind
    names: list[Name] = field(default_factory=list)
    count: Found | None = None
    phase: str | None = None
    site: bool = False
    venue: bool = False
    place: bool = False
    member: bool = False
    head: str = ""


def regions(marks: Sequence[Mark]) -> list[Mention]:
    """The mentions of a sentence that speaks of nothing but the region."""
    around = ("", *[mark.word for mark in marks])
    return [
        Mention(mark.i, mark.j, "area")
        for before, mark in zip(around, marks, strict=False)
        if mark.cls == m.AREA and before not in _IS
    ]


def mentions(
    sentence: Sentence,
    marks: Sequence[Mark],
    topic: str = "",
    headed: bool = False,
    known: frozenset[str] = frozenset(),
) -> list[Mention]:
    """All mentions of a sentence from left to right.

    `topic` is the name of the running subject, which a short form may take up; `headed` says that a heading stands before
    (竣工项目（2个）：), so that a bare list names its projects; `known` are names read before, which need no 项目 any more.
    """
    reader = _Reader(sentence, marks, topic, headed, known)
    reader.read()
    return reader.found


@cache
def _gap_end() -> re.Pattern[str]:
    """What stands behind the head of a name, or behind a firm, up to the next mark; compiled when every family has added its words."""
    listed = [word for word, (cls, _) in m.WORDS.items() if cls != m.GAP]
    first, words = re.escape("".join({word[0]: 0 for word in listed})), "|".join(either(listed))
    return re.compile(
        rf"(?:{names.MAY_FOLLOW}|{names.DOES})*(?:[和与到（()）{COUNT}]|(?=[{first}])(?:{words})|$)", re.VERBOSE
    )


def may_speak(sentence: Sentence, topic: str, firms: bool) -> bool:
    """A first look: whether the sentence may have mentions other than of the region and, unless `firms` are asked for, of firms."""
    shape, gap_end = sentence.shape, _gap_end()
    for number, _, end in _signs(shape):
        if number >= _PHASE:
            if (
                number >= _TAKEN_UP
                or gap_end.match(shape, end)
                or (number == _PHASE and shape[end - 2] in _NUMBER_OF_PHASE)
            ):
                return True
        elif number >= _FIRM:
            if firms and gap_end.match(shape, end):
                return True
        elif number:
            return True
    return topic != "" and topic[-1] in shape


class _Reader:
    """Goes through the marks; each method takes a mark and returns the one to go on from."""

    def __init__(
        self, sentence: Sentence, marks: Sequence[Mark], topic: str, headed: bool, known: frozenset[str]
    ) -> None:
        self.sentence = sentence
        self.known = known
        self.headed = headed
        self.topic = topic
        self.marks = marks
        self.around = Around(sentence, marks)
        self.cls, self.words = self.around.cls, self.around.words
        self.lists = Lists(sentence, marks, self.around)
        self.found: list[Mention] = []
        self._signs = _signs(sentence.shape)
        self._ends = [end for _, _, end in self._signs]

    def read(self) -> None:
        k, n = 0, len(self.marks)
        while k < n:
            cls = self.cls[k]
            if cls == m.GAP:
                k = self._gap(k)
            elif cls == m.PROJECT:
                k = self._bare(k)
            else:
                if cls == m.SAME:
                    self._add(k, k + 1, "same")
                elif cls == m.AREA and self.words[k - 1] not in _IS:
                    self._add(k, k + 1, "area")
                k += 1

    def _add(self, k: int, e: int, kind: Kind) -> Mention:
        mention = Mention(self.marks[k].i, self.marks[e - 1].j, kind)
        self.found.append(mention)
        return mention

    def _group(self, k: int, e: int, count: Found | None) -> None:
        # X是Ⓝ重点项目之一 still speaks of X.
        if self.words[e] != "之一":
            self._add(k, e, "group").count = count

    def _bare(self, k: int) -> int:
        """项目 without a name: a counted group (项目Ⓝ), the running subject, or project work in general."""
        if (count := self.around.count_behind(k + 1)) is not None:
            self._group(k, k + 1, count)
        elif (
            self.cls[k - 1] in (m.STOP, m.BREAK, m.DONE, m.PLAN, m.ADVERB, m.STAGE, m.FIGURE)
            or self.cls[k + 1] == m.ROLE
        ):
            if self.cls[k + 1] == m.GAP and self.marks[k + 1].word.startswith(_IN_GENERAL):
                return k + 1
            if self.words[k - 1] in _HANDLED:
                return k + 1
            many = k and (
                (self.cls[k - 1] == m.STAGE and not self.marks[k - 1].word.endswith(("推进", "实施", "建设")))
                or self.marks[k - 1].word in _MANY
                or (self.cls[k - 1] == m.STAGE and self.words[k + 1] in "：:")
            )
            self._add(k, k + 1, "group" if many else "same")
        return k + 1

    def _gap(self, k: int) -> int:
        """A gap, or a list of gaps, with what follows it."""
        mark = self.marks[k]
        if mark.word[0] == COUNT:
            self._one(k)
        if mark.word[-1] == COUNT and (e := self._counted(k)) is not None:
            return e
        if self.cls[k + 1] == m.ROLE and (self.known or self.found) and self._again(k):
            return k + 1
        more = self.cls[k + 1] == m.ROLE and mark.word[-1] in "和及"
        if self.cls[k + 1] in _ENDS and not (more or self._may_tell(mark)):
            return k + 1
        listed = self.lists.read(k)
        if (
            len(listed.items) == 1
            or listed.noun
            or self.headed
            or (self.found and self.found[-1].kind == "group")
            or any(self._may_tell(item) for item in listed.items)
        ):
            self._judge(k, listed)
        return listed.end

    def _again(self, k: int) -> bool:
        """A name read before, in front of its figure: 在建项目有甲生化、乙电缆等, 其中甲生化占地Ⓐ."""
        mark = self.marks[k]
        start, end = names.tidy(mark.word)
        word = mark.word[start:end]
        if word not in self.known and not any(word == x.text for mention in self.found for x in mention.names):
            return False
        self._add(k, k + 1, "projects").names = [name(self.sentence, mark.i + start, mark.i + end, "verb_or_figure")]
        return True

    def _may_tell(self, mark: Mark) -> bool:
        """A first look at a gap without 项目 behind it: whether it may be a firm or a phase, or end in a head."""
        again = promising = False
        word, start = mark.word.removesuffix("自"), mark.i
        first = bisect_right(self._ends, start)
        for number, i, end in self._signs[first : bisect_right(self._ends, start + len(word), first)]:
            if i < start:
                continue
            if number >= _TAKEN_UP:
                again = True
                continue
            promising = True
            if number >= _PHASE:
                end -= start
                if end == len(word) or names.MAY_END.match(word, end) or (number == _PHASE and end <= _EARLY_PHASE):
                    return True
            elif number >= _FIRM and names.FIRM_DOES.match(word, end - start):
                return True
        return promising and (again or word[-1] == self.topic[-1:])

    def _one(self, k: int) -> None:
        """一个米糠蛋白项目: the count of one is no part of the name."""
        if len(self.words[k]) > 3:
            value = self.sentence.values.get(self.marks[k].i)
            if value is not None and value.value.value == 1:
                self.around.shorten(k, 1)

    def _counted(self, k: int) -> int | None:
        """Ⓝ在建项目, Ⓝ列入计划的项目: a counted group with a stage word or a clause before 项目."""
        mark = self.marks[k]
        if (value := self.around.counted(mark.j - 1)) is None:
            return None
        for e in range(k + 1, min(k + 6, len(self.marks))):
            if self.cls[e] == m.PROJECT:
                self._group(k, e + 1, value)
                return e + 1
            if self.cls[e] in (m.STOP, m.LIST, m.ETC):
                return None
        return None

    def _judge(self, k: int, listed: Listed) -> None:
        """Name the projects of a list, or say what else it is."""
        mark, e, around, words = self.marks[k], listed.end, self.around, self.words
        if self._phase(k, listed) or (len(listed.items) == 1 and not listed.shared and self._other(k, listed)):
            return
        if self._aside(k, listed) or (self.cls[k - 1] == m.ROLE and words[k - 1] in m.YEARLY):
            return
        if listed.noun and not listed.etc:
            if (behind := around.count_behind(e)) is not None:
                return self._group(k, e, behind)
            if len(listed.items) > 1:
                self.lists.tail(listed)
        if self._no_project(k, listed):
            return
        if not listed.noun and self.cls[e] != m.SITE and words[k - 1] in _IN and self._told(k):
            return self._place(k, e) if len(listed.items) == 1 else None
        if not listed.noun and words[k - 1] == "位于" and self.cls[k - 2] == m.GAP and names.declared_zone(mark.word):
            # 新校址位于甲开发区.
            return
        self._members(k, listed)
        listed.priced = words[k - 1] == MONEY or (
            words[k - 1] == "的" and (words[k - 2] == MONEY or names.firm(words[k - 2]))
        )
        at = self._site(k, listed)
        site = self.cls[at] == m.SITE and self.cls[at + 1] != m.STAGE and "车间" not in words[at]
        listed.shown = site or listed.member or self._shown(k, listed)
        found = taken(self.sentence, listed) if listed.shown or listed.noun or listed.etc else []
        if found:
            mention = self._add(k, e, "projects")
            mention.i, mention.names, mention.count, mention.member = mark.i, found, listed.count, listed.member
            mention.venue = words[k - 1] == "在" and (
                m.HOLD in self.cls[e:] or "会场" in words[k - 2] or "仪式" in self.sentence.shape[mention.j :]
            )
            mention.site = (
                site
                and not mention.venue
                and self.marks[at].word.endswith(("施工现场", "建设现场", "项目现场", "工地", "施工一线"))
            )
        elif listed.noun and not around.nominal(k):
            self._group(k, e, listed.count)
        elif len(listed.items) == 1 and not listed.etc:
            self._place(k, e)

    def _no_project(self, k: int, listed: Listed) -> bool:
        """Whether a list without 项目 only says what a subject has, where it is, or what it applies for."""
        words, e, one = self.words, listed.end, len(listed.items) == 1
        if listed.noun and one and not listed.etc and words[k - 1] in _SORTED:
            return True
        if listed.noun:
            return words[k - 1] == "作为" and words[e] == "，" and self.cls[e + 1] == m.GAP
        word = self.marks[k].word
        if one and k and self.cls[k - 1] == m.PROJECT and names.head(word) and not self._called(k):
            return True
        if (one and self._within_subject(k)) or (not listed.etc and (self._content(k) or self._room(k, listed))):
            return True
        if (self.around.declared(e) and names.zone(word)) or (words[k - 1] in _VISITS and names.declared_zone(word)):
            return True
        return words[e] == "拆除" or self._titled(k)

    def _site(self, k: int, listed: Listed) -> int:
        """The mark where a site may stand: behind the list or its 的, or behind its first item (A项目现场、B项目现场等地)."""
        e = listed.end
        if listed.etc and m.SITE in self.cls[k:e]:
            return self.cls.index(m.SITE, k)
        return e + (self.words[e] == "的" and self.cls[e + 1] == m.SITE)

    def _shown(self, k: int, listed: Listed) -> bool:
        """Whether what stands around a list shows that it names what is built."""
        around, e = self.around, listed.end
        if listed.noun and (names.BUILDS.match(self.words[k]) is not None or (listed.etc and around.told(e))):
            return True
        if not listed.noun and self._called(k):
            return True
        if self._goes_on(k) or around.governed(k) or self._begun(k):
            return True
        return around.figure(k) or around.predicate(e)

    def _aside(self, k: int, listed: Listed) -> bool:
        """Whether the words only say what a subject is or shall be, what it is compared with, or where a meeting is held."""
        around, words, e, word = self.around, self.words, listed.end, self.words[k]
        if words[e] == "之一" or (word[0] in "与同和跟较" and self._compared(e)):
            return True
        if listed.noun and not listed.etc and words[e].startswith(("经理部", "公司")):
            return True
        if listed.etc and not listed.noun and any(names.firm(item.word) for item in listed.items):
            return True
        if not listed.noun and words[k - 1] in _VISITS and len(listed.items) > 1:
            # Firms and villages are visited: so is what stands among them.
            return any(names.firm(item.word) or names.division(item.word) for item in listed.items)
        if not listed.noun and words[k - 1] == "包括" and self.found and self._one_has(k - 1, listed.etc):
            return True
        venue = not listed.noun and self.cls[e] != m.SITE and self.cls[k - 1] != m.STOP
        if venue and "会场" in self.sentence.shape and any("会场" in words[at] for at in (k - 1, k - 2, k - 3)):
            return True
        if listed.noun and len(listed.items) == 1 and words[e] == "——" and any(w in word for w in _CLASSES):
            return True
        if word[0] == "属" and self.cls[k - 1] == m.STOP and self.found:
            return True
        if len(listed.items) > 1 and not listed.noun and words[k - 1] == "的" and self.found and self._own(k - 2):
            return True
        if len(listed.items) > 1 and not listed.noun and listed.items[-1].word.endswith("配套设施") and self.found:
            return self.found[-1].kind in ("same", "projects")
        if listed.noun and e < len(self.marks) and self.sentence.shape.startswith(_BEGINS, self.marks[e].i):
            return True
        if not listed.etc and (len(listed.items) == 1 or not listed.noun):
            at = around.says(k)
            if at is not None and any(
                x.kind in ("projects", "same", "phase", "firm") and x.j <= self.marks[at].i for x in self.found
            ):
                return True
        if listed.noun:
            return False
        if listed.etc and words[e] in ("建设", "配套建设") and len(word) < _SHORT and len(listed.items) > 1:
            # 护岸、隔堤等建设.
            return True
        if listed.etc and "单体" in words[e] + words[e + 1]:
            return True
        if listed.etc and (words[e].endswith(_SERVICES) or listed.shared in _FITTINGS):
            return True
        before = words[k - 1]
        if before == "进行" and self.cls[e] == m.STAGE:
            return True
        if before.startswith(("落地", "落户", "签约落户")) and self.cls[k - 1] == m.STAGE and names.declared_zone(word):
            return True
        return before == "在" and self.cls[e] == m.HOLD

    def _one_has(self, k: int, etc: bool) -> bool:
        """Whether what 包括 says belongs to one project: 该项目于Ⓣ开工，包括A、B; 甲公园包括A、B等."""
        last = self.found[-1]
        if last.kind not in ("same", "projects") or last.count is not None or len(last.names) > 1:
            return False
        if self.cls[k - 1] == m.STOP:
            return not etc
        return last.j == self.marks[k].i and (last.kind == "projects" or self.topic != "")

    def _own(self, k: int) -> bool:
        """Whether mark k is 项目 or 该项目 of a subject, whose parts are listed behind 的."""
        last = self.found[-1]
        return self.cls[k] in (m.PROJECT, m.SAME) and last.kind in ("same", "projects") and last.j == self.marks[k].j

    def _compared(self, e: int) -> bool:
        return any(word in self.words[e] + self.words[e + 1] for word in ("相比", "不同", "对比"))

    def _told(self, k: int) -> bool:
        """Whether there is a subject, so that what 在 or 于 places it at is only a place: X项目在Y开工; X项目总投资Ⓜ，位于Y."""
        start = max((mark.j for mark in self.marks[:k] if mark.cls == m.STOP and self.words[k - 1] == "在"), default=0)
        return any(x.kind in ("projects", "same") and x.i >= start for x in self.found)

    def _members(self, k: int, listed: Listed) -> None:
        """开工项目6个：A、B; 有8个项目进入高峰期，如A、B等: what stands behind a group and such a word are its projects."""
        word = self.marks[k].word
        group = self.found[-1] if self.found else None
        if word[0] == "有" and len(listed.items) > 1 and self.words[k - 1] == "项目" and group is not None:
            # 在建项目有A、B等Ⓝ; 建成投产的项目有A、B.
            group.kind = "group"
            listed.member = listed.noun = listed.etc = listed.shown = True
            return
        if (
            group is None
            or group.kind != "group"
            or (word[0] == COUNT and not made(self.sentence.values.get(self.marks[k].i)))
        ):
            listed.member = self.headed and k == 0 and self.cls[listed.end] == m.STOP
        else:
            listed.member = self.words[k - 1] in _MEMBERS or (word[0] == "如" and self.cls[k - 1] == m.STOP)
        if listed.member and (len(listed.items) > 1 or names.head(word)):
            listed.noun = True

    def _called(self, k: int) -> bool:
        """Whether 重点项目 stands before with no count, and then the name: 省重点项目龙游大桥, 重点工程——龙游大桥."""
        word, before = self.words[k], k - 1 - (self.words[k - 1] == "——")
        word = word[slice(*names.tidy(word))]
        if before < 0 or (before == k - 1 and self.cls[before] != m.PROJECT and self.words[before] != "之一"):
            return False
        if "向" in word or names.residue(word) < 2:
            return False
        if not names.facility(word) and not (names.head(word) == "工程" and names.described(word)):
            return False
        if self.cls[before] == m.PROJECT and before == k - 1:
            return bool(self.found) and self.found[-1].kind == "group" and self.found[-1].count is None
        if self.cls[before] == m.PROJECT:
            return True
        return self.words[before] == "之一" or self.words[before].endswith(_SORTS)

    def _goes_on(self, k: int) -> bool:
        """Whether ，以及 goes on with the projects named before it."""
        if self.words[k - 1] != "以及" or self.words[k - 2] != "，" or not self.found:
            return False
        return self.found[-1].kind == "projects" and self.found[-1].j == self.marks[k - 2].i

    def _begun(self, k: int) -> bool:
        """，新建X names a project only where none is spoken of: else it tells what that one consists of."""
        if not self.around.begun(k):
            return False
        return self.marks[k].word.startswith("规划") or not any(
            x.kind in ("projects", "same", "phase") for x in self.found
        )

    def _content(self, k: int) -> bool:
        """Whether the clause already tells what is built (一期建设2幢…的X, 主要建设X): X is part of it."""
        if self.words[k - 1] == "主要" and _BUILT.match(self.marks[k].word) and self.found:
            return True
        for mark in reversed(self.marks[:k]):
            if mark.cls == m.STOP:
                return False
            if mark.cls == m.GAP and _BUILT.match(mark.word):
                return True
        return False

    def _titled(self, k: int) -> bool:
        """Whether the words are a title that is applied for or awarded: 申报国家科技示范园, 获批国家级综合保税区."""
        return self.words[k - 1].endswith(_AWARDED) and self.marks[k].word.startswith(_TITLES)

    def _within_subject(self, k: int) -> bool:
        """Whether the words are a built thing of any kind behind a subject: 该风电场安装20台Ⓠ的风电机组."""
        word = self.marks[k].word
        told = any(x.kind in ("projects", "same", "phase") for x in self.found)
        told = told or (self.topic != "" and not names.described(word))
        return told and not names.specific(word) and not self.around.governed(k)

    def _room(self, k: int, listed: Listed) -> bool:
        """Whether the words name rooms of the site that the sentence stands on or tells of: 在X施工现场，察看了冻干车间."""
        last = listed.items[-1].word
        if bool(self.found) and self.found[-1].site and last.endswith(_ROOMS):
            return True
        return (
            len(listed.items) > 1
            and bool(self.topic or self.found)
            and last.endswith(_ROOMS[:6])
            and not self.around.figure(k)
        )

    def _phase(self, k: int, listed: Listed) -> bool:
        word, e = self.marks[k].word.strip(), listed.end
        if len(listed.items) > 1:
            match, e = names.PHASE_FIRST.match(word), k + 1
        else:
            match = names.PHASE_ALONE.match(word) or names.PHASE_FIRST.match(word)
        if match is None:
            return False
        if match.end() < len(word) and self.cls[k - 1] not in (
            m.STOP,
            m.PROJECT,
            m.SAME,
            m.BREAK,
            m.LIST,
            m.DONE,
            m.PLAN,
        ):
            return False
        self._add(k, e, "phase").phase = names.phase_number(match)
        return True

    def _other(self, k: int, listed: Listed) -> bool:
        """A counted group without names, a firm, or the running subject by its bare head, a short form, or 这个重点项目."""
        word = self.marks[k].word.removesuffix("自")
        whole = names.WHOLE.match(word)
        short = word[whole.end() :] if whole else word
        if (
            short
            and not listed.noun
            and self._pointed(k, whole is not None)
            and names.head(short)
            and names.residue(short) == 0
        ):
            self._add(k, listed.end, "same")
        elif (
            short in GENERIC_HEADS
            or (short and not listed.noun and alike.short_for(short, self.topic))
            or (listed.noun and len(short) > 4 and names.residue(short) == 0 and self.topic.endswith(short))
        ):
            self._add(k, listed.end, "same").head = short
        elif names.OF_THESE.match(word):
            self._group(k, listed.end, None)
        elif listed.noun and (at := word.rfind(COUNT)) >= 0:
            value = self.around.counted(self.marks[k].i + at)
            if value is None or names.residue(word[at + 1 :]) >= 4:
                return False
            self._group(k, listed.end, value)
        elif listed.noun and short != word and names.residue(short) == 0:
            self._add(k, listed.end, "same")
        elif not listed.noun and COUNT not in word and names.firm(word):
            self._add(k, listed.end, "firm")
        else:
            return False
        return True

    def _pointed(self, k: int, whole: bool) -> bool:
        """Whether 该, 这个 or 这个…的 points back at the subject: 该装置, 这个占地Ⓐ的新城."""
        if whole or self.words[k - 1] in _THIS:
            return True
        if self.words[k - 1] != "的":
            return False
        for mark in reversed(self.marks[max(k - 8, 0) : k - 1]):
            if mark.cls == m.STOP:
                return False
            if mark.word in _THIS:
                return True
        return False

    def _place(self, k: int, e: int) -> None:
        before = self.words[k - 1]
        if (self.cls[k - 1] == m.BREAK and before not in _STANDS) or self.marks[k].word.startswith(_MOVES_IN):
            return
        if (name := place(self.sentence, self.marks[k])) is not None:
            mention = self._add(k, e, "projects")
            mention.names, mention.place = [name], before in _IN
