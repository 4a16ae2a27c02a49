"""Which stage words are reached, and whose they are."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.extract.grammar import Found
from service.extract.projects import marks as m
from service.extract.projects import names
from service.extract.projects.around import EVENTS
from service.extract.projects.marks import Mark
from service.extract.projects.mentions import Mention
from service.extract.sentence import COUNT, PERCENT, TIME, Sentence
from service.models import Stage

_TELLS = frozenset((m.STAGE, m.GOVERNS))
_MODIFIES = frozenset((m.PLAN, m.NOT, m.DONE, m.GOVERNS))
_PUSHES = ("推进", "加快", "加速", "提速")
_ENTERS = frozenset(("进入", "进行"))
_SHOWS = _ENTERS | {"了"}
# Words of a plan that hold for the clauses behind them too.
_LASTING = frozenset("预计 计划 力争 争取 全力争取 确保 届时 拟 下一步 下步 明年 后年".split())
_CAUSES = ("推动", "力促", "促进", "加快", "助推", "助力", "支持", "提速")
_RESETS = frozenset("目前 已 已经 现已 均已 截至 如今 日前 近日 业已".split())
# A part of a project whose stage is the project's: 主厂房封顶, 首条生产线投产.
_PART = re.compile(
    r"^(?:其|一|二|主|首|各|部分|全部|[0-9ⓃⓆ])?[^，。]{0,6}(?:厂房|车间|生产线|产线|主体|设备|装置|工程|建设|桩基|地基|基础|结构|幕墙|道路|管网|大楼|楼|样品|产品|机组|风机|土建|装修|隧道|桥|主线|路基|路面|箱梁|主塔|塔吊|库|区|站房|场地|土方|项目|炉|船|期|场|部分|段|房|塔|墩|梁|管道|管线|井|坝|渠|闸|池|窑|罐|棚|顶板|底板|穹顶)$"
)


# Between two of a list that have figures of their own.
_WITH_FIGURE = re.compile("(?:[^，。；、ⓂⒶⓆ]{0,16}[ⓂⒶⓆ][、和等]){1,3}")
# What is completed is not all of it: 完成八成, 完成主厂房.
_PARTLY = re.compile(
    "[一二三四五六七八九]成|过半|大半|主体|桩基|基础|地基|土方|厂房|钢结构|路基|装修|平整|浇筑|吊装|架设|铺设"
)
_LISTS = ("有", "：", ":", "主要", "主要有", "为", "分别")
_PAPERS = ("协议", "合同", "意向书", "备忘录", "协议书")
_BUILT_PARTS = (
    "厂房",
    "车间",
    "主体",
    "楼",
    "设备",
    "基础",
    "桩基",
    "结构",
    "路基",
    "土建",
    "幕墙",
    "大坝",
    "主塔",
    "仓库",
    "道路",
    "管网",
    "站房",
)
_SERVING = frozenset("营造 提供 创造 奠定 注入 打下 积蓄 赢得".split())
# Who works on a site is no other subject.
_CREW = re.compile("工人|施工人员|建设者|工友|师傅|施工队|挖掘机|塔吊|机械|机器|车辆|盾构机|压路机|铲车|吊车|焊花")
_GOING = re.compile(
    "(?:清淤|开挖|回填|打桩|砌筑|铺装|粉刷|架设|桩基|土方|幕墙|安装|施工|装修|调试|吊装|铺设|攻坚|收官|冲刺|浇筑|建设|收尾)(?:阶段|期|高峰期?|调试)?$"
)


@dataclass(slots=True)
class Reached:
    """A stage word that belongs to a mention (None: to the running subject); `planned` where it is only hoped for.

    `said` is the stage of the word itself, `when` the time that stands before it; `fronted` says that the word is a verb in front of
    its projects (建成X), which may order as well as tell.
    """

    mention: Mention | None
    stage: Stage
    i: int
    j: int
    planned: bool
    said: Stage
    when: Found | None = None
    fronted: bool = False


def stages_of(
    sentence: Sentence, marks: Sequence[Mark], mentions: Sequence[Mention], published: dt.date | None
) -> list[Reached]:
    """The stage words of a sentence with the mentions they speak of, in order."""
    if not _TELLS.isdisjoint([x.cls for x in marks]) or any(x.word in _SHOWS for x in marks):
        return _Clauses(sentence, marks, mentions, published).read()
    return []


class _Clauses:
    """Goes through the marks and remembers what modifies the next stage word."""

    def __init__(
        self, sentence: Sentence, marks: Sequence[Mark], mentions: Sequence[Mention], published: dt.date | None
    ) -> None:
        self.sentence = sentence
        self.marks = marks
        self.mentions = mentions
        self.published = published
        self.plan = self.lasting = self.denied = self.cause = self.soon = self.ahead = False
        self.start = 0

    def read(self) -> list[Reached]:
        found = []
        for k, mark in enumerate(self.marks):
            if mark.cls == m.STOP:
                self._close(mark)
                self.start = k + 1
            elif mark.cls == m.STAGE:
                if (one := self._stage(k, mark)) is not None:
                    found.append(one)
            else:
                if mark.word == "的" and k and self.marks[k - 1].cls == m.STAGE:
                    # 计划新开工的Ⓝ项目 tells only which are meant.
                    self.plan = self.lasting = False
                if (mark.cls == m.GOVERNS or mark.word in _SHOWS) and (one := self._shown(k, mark)) is not None:
                    found.append(one)
                if mark.cls in _MODIFIES or mark.word == TIME:
                    self._note(k, mark)
        return found + [x for one in found for x in (*self._coordinated(one), *self._figured(one))]

    def _figured(self, one: Reached) -> list[Reached]:
        """A总投资Ⓜ、B总投资Ⓜ等重大项目已开工: what is said of those behind 等 is said of each before it."""
        last = one.mention
        if last is None or last.kind != "group" or not self.sentence.shape.endswith("等", 0, last.i):
            return []
        found: list[Reached] = []
        end = last.i
        for mention in reversed([x for x in self.mentions if x.j < last.i]):
            if mention.kind != "projects" or _WITH_FIGURE.fullmatch(self.sentence.shape, mention.j, end) is None:
                break
            found.append(Reached(mention, one.stage, one.i, one.j, one.planned, one.said, one.when))
            end = mention.i
        return found

    def _coordinated(self, one: Reached) -> list[Reached]:
        """投资Ⓜ的A等Ⓝ项目，投资Ⓜ的B等Ⓝ项目集中投产: what is said behind the last list is said of the one before it too."""
        last = one.mention
        if last is None or last.count is None or one.i < last.j or last.kind != "projects":
            return []
        before = [x for x in self.mentions if x.j <= last.i and x.count is not None]
        if not before or self.sentence.shape[before[-1].j : before[-1].j + 1] != "，":
            return []
        if any(x.stage is not None and before[-1].i <= x.i < last.i for x in self.marks):
            return []
        return [Reached(before[-1], one.stage, one.i, one.j, one.planned, one.said, one.when)]

    def _shown(self, k: int, mark: Mark) -> Reached | None:
        """A stage without a stage word: 加快X建设, X提速, 进入安装阶段, 新建了X."""
        if mark.cls == m.GOVERNS and mark.word.endswith(_PUSHES):
            pushed = self._pushed(k, mark)
            ends = k + 1 == len(self.marks) or self.marks[k + 1].cls == m.STOP
            if pushed is None and ends and mark.word in ("提速", "加速"):
                target = next((x for x in self.mentions if x.j == mark.i and x.kind == "projects"), None)
                if target is not None:
                    return Reached(target, "construction", mark.i, mark.j, self.plan, "construction")
            return pushed
        if mark.word in _ENTERS and k + 1 < len(self.marks) and _GOING.search(self.marks[k + 1].word):
            end = self.marks[k + 1].j
            return Reached(self._subject(mark.i), "construction", mark.i, end, self.plan, "construction")
        if (
            mark.word == "了"
            and k
            and self.marks[k - 1].cls == m.GAP
            and names.BUILDS.fullmatch(self.marks[k - 1].word)
        ):
            target = self._object(k)
            if target is not None and target.kind == "projects":
                return Reached(target, "completed", self.marks[k - 1].i, mark.j, self.plan, "completed")
        return None

    def _close(self, mark: Mark) -> None:
        ahead_alone = self.ahead and not any(x.cls == m.STAGE for x in self.marks[self.start : self.marks.index(mark)])
        self.plan = self.lasting = (self.lasting or ahead_alone) and mark.word in "，,"
        self.ahead = False
        self.denied = self.cause = self.soon = False

    def _note(self, k: int, mark: Mark) -> None:
        if mark.cls == m.PLAN:
            if mark.word == "计划" and self._noun(k):
                return
            self.plan = True
            self.soon = mark.word == "即将"
            self.lasting = self.lasting or mark.word in _LASTING or (mark.word.endswith("后") and mark.word != "之后")
        elif mark.cls == m.NOT:
            self.denied = True
        elif mark.cls == m.DONE and mark.word in _RESETS:
            self.plan = self.lasting = self.denied = False
        elif mark.cls == m.GOVERNS and mark.word.endswith(_CAUSES):
            self.cause = True
        elif mark.word == TIME and self._ahead(mark):
            self.plan = self.ahead = True

    def _noun(self, k: int) -> bool:
        """完成年度计划的八成: a plan that is measured against, not one that is made."""
        if k + 1 >= len(self.marks):
            return True
        after = self.marks[k + 1]
        return (
            after.word == "的"
            or after.word == PERCENT
            or after.cls == m.STOP
            or after.word[:2] in ("任务", "目标", "进度")
        )

    def _ahead(self, mark: Mark) -> bool:
        """Whether a time lies after the day of publication, as far as the text tells."""
        found = self.sentence.values[mark.i]
        if self.sentence.text.startswith(("明", "后年", "下", "来年"), found.start):
            return True
        start = getattr(found.value, "start", None)
        return self.published is not None and start is not None and start > self.published

    def _stage(self, k: int, mark: Mark) -> Reached | None:
        stage: Stage = mark.stage  # type: ignore[assignment]
        if stage == "completed" and (self._in_part(k) or self._of_part(k) or self._of_body(k)):
            stage = "construction"
        if self._run_by(k):
            return None
        target = self._object(k) or self._within(mark) or self._agreed(k, mark)
        if target is None:
            if (not self._in_part(k) and self._other_object(k, stage)) or self._other_subject(k):
                return None
            target = self._subject(mark.i)
            if target is not None and (target.venue or (target.kind == "projects" and self._event(k))):
                return None
        if target is not None and target.kind == "phase" and stage == "completed":
            stage = "construction"
        if self.sentence.shape.startswith("在即", mark.j):
            self.soon = True
        if stage == "construction" and self._preparing(k):
            stage = "planned"
        planned = self.plan or self.denied or self.cause or self._served(k) or self._condition(k, stage)
        if self.soon and not self.denied:
            before: dict[str, Stage] = {
                "completed": "construction",
                "operational": "construction",
                "construction": "construction",
            }
            stage, planned = before.get(stage, "planned"), False
        if planned and not self.denied and (stage == "planned" or (stage == "started" and not self.cause)):
            stage, planned = "planned", False
        said: Stage = mark.stage  # type: ignore[assignment]
        hoped = planned or stage != said
        fronted = target is not None and target.i >= mark.j and not mark.word.endswith("了")
        return Reached(target, stage, mark.i, mark.j, planned, said, self._when(k, said, hoped), fronted)

    def _condition(self, k: int, stage: Stage) -> bool:
        """X建成，将结束…: without a time or 已 it says what will be once that is done."""
        if stage not in ("completed", "operational") or any(
            x.cls == m.DONE or x.word == TIME for x in self.marks[self.start : k]
        ):
            return False
        behind = self.marks[k + 1 : k + 3]
        return len(behind) == 2 and behind[0].word == "，" and behind[1].word in ("将", "必将", "可望", "有望")

    def _preparing(self, k: int) -> bool:
        """前期工作进展顺利: what goes well is the preparation."""
        while k > 0 and self.marks[k - 1].cls in (m.ADVERB, m.DONE):
            k -= 1
        return k > 0 and self.marks[k - 1].stage == "planned"

    def _served(self, k: int) -> bool:
        """为项目加快建设营造环境: what is done so that it may come to that."""
        if not any(x.word == "为" for x in self.marks[self.start : k]):
            return False
        for after in self.marks[k + 1 : k + 4]:
            if after.cls == m.STOP:
                return False
            if after.word in _SERVING:
                return True
        return False

    def _when(self, k: int, said: Stage, hoped: bool) -> Found | None:
        """The time in front of the word in its clause; that of a start that is only hoped for is none."""
        if said == "started" and hoped:
            return None
        times = [x for x in self.marks[self.start : k] if x.word == TIME]
        return self.sentence.values[times[-1].i] if times else None

    def _run_by(self, k: int) -> bool:
        """由甲公司建设运营: who is to run it, not that it runs."""
        return k > 1 and self.marks[k].word == "运营" and self.marks[k - 2].word == "由" and self._firm(k - 1)

    def _event(self, k: int) -> bool:
        """集中开工活动: an event of many, said of no single project."""
        after = self.marks[k + 1].word if k + 1 < len(self.marks) else ""
        return self.marks[k].word.startswith("集中") and after.startswith(EVENTS)

    def _in_part(self, k: int) -> bool:
        """完成60%, 完成总工程量的74%: not all of it."""
        if not self.marks[k].word.endswith("完成"):
            return False
        for after in self.marks[k + 1 : k + 5]:
            if after.cls == m.STOP:
                return False
            if after.word == PERCENT or _PARTLY.search(after.word):
                return True
        return False

    def _pushed(self, k: int, mark: Mark) -> Reached | None:
        """加快X建设: X is being built, unless it is made to reach something (加快X投产)."""
        target = self._object(k)
        if target is None or target.kind != "projects":
            return None
        for after in self.marks[k + 1 :]:
            if after.cls == m.STOP:
                break
            if after.cls == m.STAGE:
                return None
        thought = any(x.stage == "planned" for x in self.marks[self.start : k])
        if thought and not self.denied:
            # 谋划推进X.
            return Reached(target, "planned", mark.i, mark.j, False, "planned")
        return Reached(target, "construction", mark.i, mark.j, self.plan or self.denied, "construction")

    def _within(self, mark: Mark) -> Mention | None:
        """The counted group that the word stands in: 6个签约项目."""
        for mention in self.mentions:
            if mention.i <= mark.i < mention.j and mention.kind == "group" and mention.count is not None:
                return mention
        return None

    def _object(self, k: int) -> Mention | None:
        """The mention right behind a verb, or behind a sum or a firm that it takes with it: 引进Ⓜ建设X, 引进甲公司投资建设X."""
        signs = self.marks[k].stage == "signed"
        if self.marks[k].word.endswith("落户"):
            # 落户甲工业园 says where, not what.
            return None
        k += 1
        if k + 1 < len(self.marks) and self.marks[k].cls == m.PROJECT and self.marks[k + 1].word in _LISTS:
            # 竣工项目：A、B; 新开工项目主要有A、B.
            k += 1
        while k < len(self.marks) and (
            self.marks[k].cls in (m.ADVERB, m.DONE)
            or self.marks[k].word in _LISTS
            or self.marks[k].word in ("一批", "的", "一大批", "还有", "包括", "是", "分别是", "分别为")
            or (signs and (self.marks[k].cls in (m.FIGURE, m.ROLE) or self._firm(k)))
        ):
            k += 1
        if k < len(self.marks):
            for mention in self.mentions:
                if mention.i == self.marks[k].i and mention.kind in ("projects", "group"):
                    return mention
        return None

    def _agreed(self, k: int, mark: Mark) -> Mention | None:
        """与甲公司签订框架协议，拟投资Ⓜ建设X: what has been signed is the project that the sentence goes on to name."""
        if mark.stage != "signed":
            return None
        papers = any(x.word.endswith(_PAPERS) for x in self.marks[k : k + 3])
        # 与甲公司签约，投资Ⓜ建设X; 引进甲公司，投资Ⓜ建设X.
        if not papers and not any(x.j <= mark.i and x.kind in ("projects", "same", "phase") for x in self.mentions):
            firm = k + 1 < len(self.marks) and self._firm(k + 1)
            papers = self.sentence.shape.startswith("，", self.marks[k + firm].j)
        if not papers:
            return None
        behind = [x for x in self.mentions if x.i >= mark.j and x.kind not in ("area", "firm")]
        return behind[0] if behind and behind[0].kind == "projects" and len(behind[0].names) == 1 else None

    def _firm(self, k: int) -> bool:
        return any(x.kind == "firm" and x.i == self.marks[k].i for x in self.mentions)

    def _other_object(self, k: int, stage: Stage) -> bool:
        """Whether the verb has an object that is no project: 完成厂房主体, 建成60公里路网, 签约一家企业."""
        if k + 1 >= len(self.marks) or self.marks[k + 1].cls not in (m.GAP, m.ROLE):
            return self.marks[k].word in ("完成", "基本完成")
        after = self.marks[k + 1].word
        if self.marks[k].word.endswith("落户"):
            return False
        if self.marks[k].word == "入驻企业" and after[0] == COUNT:
            return False
        if after.startswith(
            (
                "以来",
                "并",
                "后",
                "仪式",
                "活动",
                "阶段",
                "典礼",
                "条件",
                "待",
                "率",
                "第",
                "当年",
                "首年",
                "建设",
                "发电",
                "供水",
                "供热",
                "通行",
            )
        ):
            return False
        if (after if len(after) > 2 else after + "".join(x.word for x in self.marks[k + 2 : k + 3])).endswith(_PAPERS):
            return False
        return stage not in ("started", "construction")

    def _other_subject(self, k: int) -> bool:
        """Whether the clause has a subject of its own that is no mention: 一批企业投产, 园区企业开业."""
        gaps = [
            x
            for x in self.marks[self.start : k]
            if x.cls == m.GAP and len(x.word) > 1 and not any(n.i <= x.i < n.j for n in self.mentions)
        ]
        if not gaps:
            return False
        if any(
            n.kind in ("projects", "same", "group") and n.i >= self.marks[self.start].i and n.j <= self.marks[k].i
            for n in self.mentions
        ):
            return False
        word = gaps[-1].word
        return not (_PART.match(word) or (self.marks[k].stage == "construction" and _CREW.search(word)))

    def _of_part(self, k: int) -> bool:
        """厂房已建设完毕: a part that is complete does not complete the whole."""
        gaps = [
            x for x in self.marks[self.start : k] if x.cls == m.GAP and not any(n.i <= x.i < n.j for n in self.mentions)
        ]
        return bool(gaps) and gaps[-1].word.endswith(_BUILT_PARTS)

    def _of_body(self, k: int) -> bool:
        """X、Y等项目主体已完工: what is complete is the shell."""
        for mark in reversed(self.marks[self.start : k]):
            if mark.cls not in (m.ADVERB, m.DONE):
                return False
            if mark.word.startswith("主体"):
                return True
        return False

    def _subject(self, i: int) -> Mention | None:
        before = [x for x in self.mentions if x.j <= i and x.kind != "firm"]
        stands = [x for x in before if not x.place]
        return (stands or before)[-1] if before else None
