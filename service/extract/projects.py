"""The named projects of an article: their names, stages and figures, each with the words that prove it.

`projects(sentences, context)` goes through the sentences once. In each it reads the mentions (mentions.py), gives the stage words
(reach.py) and the figures (figures.py) to the projects they belong to, and carries the subject on through the paragraph. What belongs
to a group, a region or nobody is left to indicators.py in the `Claims`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.extract import names
from service.extract.drafts import Draft, Register
from service.extract.figures import Figure, figures
from service.extract.grammar import Context
from service.extract.marks import marks
from service.extract.mentions import Mention, Name, Reader
from service.extract.reach import Reached, stages_of
from service.extract.sentence import AREA, COUNT, QUANTITY, Sentence
from service.extract.stages import furthest
from service.extract.subjects import Claims, Group, RoleMatch
from service.models import Project, Stage


# A ceremony that an article is about stands in its first lines.
_EARLY = 3
_CEREMONY = re.compile("集中签约|签约仪式|签约活动|集中开工|开工仪式|开工活动|奠基仪式")


# Behind a sentence with more projects than this the subject is the one before it.
_MANY = 2
# Units of what a project makes or holds; a length, a voltage or a tonnage of berths is none.
_MAKES = QUANTITY + COUNT + AREA
_MADE = frozenset("m2 吨 千瓦 兆瓦 吉瓦 MW GW kW MWp GWp 立方米 立方 方 m³ m3 头 羽 只 台 套 台套 辆 件 片 支 张床位 吨/年 吨/日 升 千克 公斤 匹 双 株".split())


def projects(sentences: Sequence[Sentence], context: Context) -> tuple[list[Project], Claims]:
    """The named projects in order of their first mention, and what was and was not claimed."""
    walk = _Walk(context)
    for number, sentence in enumerate(sentences):
        walk.read(number, sentence)
    walk.end()
    return walk.register.projects(), Claims(frozenset(walk.claimed), tuple(walk.unclaimed), tuple(walk.groups))


@dataclass(slots=True)
class _Walk:
    """Where the reading stands: the running subject, its paragraph, and what was found so far."""

    context: Context
    register: Register = field(default_factory=Register)
    claimed: set[int] = field(default_factory=set)
    unclaimed: list[RoleMatch] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    topic: Draft | None = None
    paragraph: int = -1
    ceremony: tuple[Stage, int, int, int] | None = None

    def read(self, number: int, sentence: Sentence) -> None:
        """Read one sentence."""
        cut = marks(sentence.shape)
        mentions = Reader(sentence, cut).read()
        carried = self.topic if self.paragraph == sentence.paragraph else None
        if self.ceremony is None and (match := _CEREMONY.search(sentence.shape)) and sentence.paragraph < _EARLY:
            stage: Stage = "signed" if "签约" in match.group() else "started"
            self.ceremony = stage, *sentence.span(match.start(), match.end()), len(self.register.drafts)
        before = self.topic
        owners = self._owners(sentence, mentions)
        told: dict[int, tuple[Stage | None, bool]] = {}
        for reached in stages_of(sentence, cut, mentions, self.context.published):
            self._reach(sentence, reached, owners, carried, told)
        groups = self._groups(number, sentence, mentions, told)
        named = sum(x.kind == "projects" for x in mentions)
        if before is not None and (named > _MANY or (named > 1 and mentions[0].kind in ("same", "phase"))):
            self.topic = before
        for figure in figures(sentence, cut, mentions, self.context):
            self._figure(number, sentence, figure, owners, carried, groups)

    def end(self) -> None:
        """A round-up of a ceremony: the projects it goes on to name have come as far as it says, where nothing else is said."""
        if self.ceremony is None:
            return
        stage, start, end, first = self.ceremony
        for draft in self.register.drafts[first:]:
            if draft.stage is None and not draft.hoped and draft.listed:
                draft.reach(stage, start, end, "ceremony")

    def _owners(self, sentence: Sentence, mentions: Sequence[Mention]) -> dict[int, list[Draft]]:
        """The drafts each mention speaks of; moves the running subject on."""
        owners: dict[int, list[Draft]] = {}
        for mention in mentions:
            drafts: list[Draft] = []
            if mention.kind == "projects":
                for name in mention.names:
                    draft = self.register.get(name.text, sentence.text, drafts)
                    draft.sure = draft.sure or name.rule != "place"
                    draft.listed = draft.listed or name.rule in ("list_of_projects", "project_behind")
                    draft.prove("name", name.start, name.end, name.rule)
                    self._inside(sentence, name, draft)
                    drafts.append(draft)
                if mention.site and mention.count is None:
                    for draft in drafts:
                        draft.reach("construction", *sentence.span(mention.i, mention.j), "site")
                if len(drafts) == 1 and mention.count is None:
                    self.topic, self.paragraph = drafts[0], sentence.paragraph
                else:
                    self.topic = None
            elif mention.kind in ("same", "phase") and self.topic is not None:
                drafts = [self.topic]
                self.paragraph = sentence.paragraph
            elif mention.count is not None:
                self.topic = None
            owners[id(mention)] = drafts
        return owners

    def _inside(self, sentence: Sentence, name: Name, draft: Draft) -> None:
        """A capacity that stands in the name: 年产30万台电机生产线, 100兆瓦光伏."""
        for i in range(name.i, name.j):
            value = sentence.values.get(i)
            if value is not None and value.kind in _MAKES and value.value.unit in _MADE and sentence.shape[i - 1] != "第":
                behind = re.split("[及和、]", sentence.shape[i + 1 : name.j].removeprefix("/年"))[0]
                head = names.head(behind)
                product = behind.removesuffix(head) if head and len(head) < len(behind) else behind
                draft.give_capacity(product, value, name.start, name.end, "capacity_in_name")
                self.claimed.add(value.start)

    def _reach(
        self,
        sentence: Sentence,
        reached: Reached,
        owners: dict[int, list[Draft]],
        carried: Draft | None,
        stages: dict[int, tuple[Stage | None, bool]],
    ) -> None:
        if reached.mention is not None:
            drafts = owners[id(reached.mention)]
            stage, _ = stages.get(id(reached.mention), (None, False))
            stages[id(reached.mention)] = (
                stage if reached.planned else furthest(stage, reached.stage),
                reached.planned,
            )
        else:
            drafts = [carried] if carried is not None else []
        for draft in drafts:
            draft.hoped = draft.hoped or reached.planned
            if not reached.planned:
                draft.reach(reached.stage, *sentence.span(reached.i, reached.j), f"stage_{reached.stage}")

    def _groups(
        self, number: int, sentence: Sentence, mentions: Sequence[Mention], stages: dict[int, tuple[Stage | None, bool]]
    ) -> dict[int, Group]:
        made = {}
        for mention in mentions:
            if mention.count is not None:
                stage, planned = stages.get(id(mention), (None, False))
                made[id(mention)] = Group(mention.count, *sentence.span(mention.i, mention.j), number, stage, planned)
        self.groups.extend(made.values())
        return made

    def _figure(
        self,
        number: int,
        sentence: Sentence,
        figure: Figure,
        owners: dict[int, list[Draft]],
        carried: Draft | None,
        groups: dict[int, Group],
    ) -> None:
        drafts = [carried] if figure.carried and carried is not None else []
        group = None
        if figure.mention is not None:
            drafts, group = owners[id(figure.mention)], groups.get(id(figure.mention))
            if figure.name is not None:
                drafts, group = [drafts[figure.mention.names.index(figure.name)]], None
        start, end = sentence.span(figure.i, figure.j)
        if figure.firm:
            self.claimed.add(figure.value.start)
        elif len(drafts) == 1 and group is None:
            if _give(drafts[0], figure, start, end):
                self.claimed.add(figure.value.start)
        else:
            self.unclaimed.append(
                RoleMatch(
                    figure.role, figure.value, start, end, figure.rule, number, figure.phase, figure.expected, group
                )
            )


def _give(draft: Draft, figure: Figure, start: int, end: int) -> bool:
    """Put the figure into its field; False where another one stands there."""
    if figure.role == "capacity":
        draft.give_capacity(figure.product, figure.value, start, end, figure.rule)
        return True
    if figure.role == "investment_completed" and figure.expected:
        return False
    if figure.role == "investment_total" and figure.phase is not None:
        return draft.give_phase(figure.phase, figure.value, start, end, figure.rule)
    return draft.give(figure.role, figure.value, start, end, figure.rule)
