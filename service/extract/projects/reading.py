"""The named projects of an article: their names, stages and figures, each with the words that prove it.

`projects(sentences, context)` goes through the sentences once. In each it reads the mentions (mentions.py), gives the stage words
(reach.py) and the figures (figures.py) to the projects they belong to, and carries the subject on through the paragraph. What belongs
to a group, a region or nobody is left to indicators.py in the `Claims`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.extract.dates import iso
from service.extract.grammar import Context
from service.extract.projects import names
from service.extract.projects.drafts import Draft, Proof, Register, Stands
from service.extract.projects.figures import Figure, figures, role_matches
from service.extract.projects.marks import marks
from service.extract.projects.mentions import PROMISING, Mention, may_speak, mentions, regions
from service.extract.projects.mood import orders
from service.extract.projects.naming import Name, made
from service.extract.projects.owners import owners_of
from service.extract.projects.reach import Reached, stages_of
from service.extract.projects.stages import furthest
from service.extract.projects.subjects import Claims, Group, RoleMatch
from service.extract.sentence import COUNT, Sentence
from service.models import Project, Stage

# Behind a sentence with more projects than this the subject is the one before it.
_MANY = 2
# A line that only heads what follows: 2.续建项目（3个）。
_HEADING = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十0-9]{1,2}[)）]?[.．、]?)?[^，。：；]{0,12}项目[（(]?共?Ⓝ?[)）]?[。：:\s]*$"
)
# A line with the name of a project alone, and how the line below begins to tell of it.
_ITEM = re.compile(r"\s*[^，。：；、]{4,36}(?:项目|工程)\s*")
_DETAILS = re.compile(
    r"\s*(?:起点|起于|路线|全长|(?:项目|工程)?(?:计划|估算|概算)?总投资|(?:项目|工程|该项目|该工程)?(?:位于|占地)|建设(?:内容|规模|地点)|主要建设|用地面积|占地面积)"
)
_TO_COME = ("预备", "储备", "谋划", "拟建", "前期", "计划", "拟开工", "策划")
# Between a group and those of its projects that are named.
_AMONG = re.compile("其中|中，|中包括|包括|分别[是为]")
# How many paragraphs a count of projects speaks for: 签约项目6个，…。X项目总投资….
_ROUND = 2
# A ceremony that an article is about stands in its first lines.
_EARLY = 3
# What is first told of as thought of, or as well under way, is none of those of the ceremony.
_APART = re.compile("谋划|储备|超额完成|累计完成|完成年度")
_REST_OF_FIRM = re.compile("[一-龥]{0,10}(?:公司|集团)")
_MIXED = re.compile("签约[^。；]{0,8}(?:开工|竣工|投产)|(?:开工|竣工|投产)[^。；]{0,8}签约")
_CEREMONY = re.compile(
    "集中签约|签约仪式|签约活动|项目[^，。；]{0,8}集中开工|集中开工[^，。；]{0,12}(?:项目|仪式|活动)|开工仪式|开工活动|奠基仪式"
)


def projects(
    sentences: Sequence[Sentence], context: Context, stands: Stands = lambda *_: None
) -> tuple[list[Project], Claims]:
    """The named projects in order of their first mention, and what was and was not claimed.

    `stands` tells where a project is from the words that name it.
    """
    walk = _Walk(context)
    for number, sentence in enumerate(sentences):
        walk.read(number, sentence, _item(sentence, sentences[number + 1 : number + 2]))
    walk.end()
    return walk.register.projects(stands), Claims(frozenset(walk.claimed), tuple(walk.unclaimed), tuple(walk.groups))


def _item(sentence: Sentence, following: Sequence[Sentence]) -> bool:
    """Whether a line is the name of a project, of which the next line tells: 甲至乙公路工程, 起点位于…，总投资Ⓜ."""
    if not following or following[0].paragraph == sentence.paragraph or _DETAILS.match(following[0].shape) is None:
        return False
    return _ITEM.fullmatch(sentence.shape) is not None


def _told_of_firm(brand: str, text: str) -> bool:
    """Whether a firm stands in the text that begins with the brand."""
    at = text.find(brand)
    while at >= 0:
        if _REST_OF_FIRM.match(text, at + len(brand)):
            return True
        at = text.find(brand, at + 1)
    return False


@dataclass(slots=True)
class _Round:
    """A group whose stage the projects named after it share, up to a paragraph; a heading speaks until the next one."""

    proof: Proof
    last: int
    heading: bool = False


@dataclass(slots=True)
class _Said:
    """What one sentence speaks of: its mentions, the drafts of each, the subject carried into it, and how far each has come."""

    sentence: Sentence
    number: int
    mentions: list[Mention]
    carried: Draft | None
    drafts: dict[int, list[Draft]] = field(default_factory=dict)
    stages: dict[int, tuple[Stage | None, bool]] = field(default_factory=dict)
    proofs: dict[int, Proof] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)


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
    ceremony: tuple[Proof, int] | None = None
    mixed: bool = False
    round: _Round | None = None
    pair: list[Draft] = field(default_factory=list)
    mood: tuple[int, bool] = (-1, False)
    grouped: int = 10**9

    def read(self, number: int, sentence: Sentence, item: bool) -> None:
        """Read one sentence, or an item, of which the next line tells; one with nothing that may be a project and no figure tells only of the subject carried into it."""
        carried = self.topic if self.paragraph == sentence.paragraph else None
        self._ceremony(sentence, carried)
        before = self.topic
        subject = before.name if before else ""
        matches = role_matches(sentence, self.context)
        headed = item or (self.round is not None and self.round.heading)
        known = frozenset(d.name for d in self.register.drafts if d.name in sentence.shape) if matches else frozenset()
        firms = carried is not None or bool(sentence.values)
        speaks = headed or bool(known) or may_speak(sentence, subject, firms)
        if not speaks and not matches and carried is None:
            return
        cut = marks(sentence.shape)
        spoken = mentions(sentence, cut, subject, headed, known) if speaks else regions(cut) if carried else []
        if not spoken and not matches and carried is None:
            return
        said = _Said(sentence, number, spoken, carried)
        if self.topic is not None and self._turned(sentence, said.mentions):
            self.topic = None
        for mention in said.mentions:
            said.drafts[id(mention)] = self._drafts(sentence, mention)
        if said.mentions or carried is not None:
            for reached in stages_of(sentence, cut, said.mentions, self.context.published):
                self._reach(said, reached)
            self._count(said)
        named = sum(x.kind == "projects" for x in said.mentions)
        if before is not None and (named > _MANY or (named > 1 and said.mentions[0].kind in ("same", "phase"))):
            self.topic = before
        for figure in figures(sentence, matches, cut, said.mentions):
            self._figure(said, figure)
        for owner in owners_of(sentence, cut, said.mentions):
            drafts = self._meant(said, owner.mention, owner.name)
            if len(drafts) == 1:
                drafts[0].owned(owner.firm, owner.start, owner.end)
        if before is not None and self.topic is not before and self._passing(before):
            self.topic, self.paragraph = before, sentence.paragraph
        if item:
            self.paragraph = sentence.paragraph + 1

    def _turned(self, sentence: Sentence, spoken: Sequence[Mention]) -> bool:
        """Whether a paragraph of a round-up turns to a firm that is not the subject's: 甲公司是一家…企业. 项目总投资…."""
        if self.topic is None or sentence.paragraph == self.paragraph or not spoken or spoken[0].kind != "firm":
            return False
        if any(x.kind in ("projects", "same", "phase") for x in spoken) or self._only() is not None:
            return False
        firm = sentence.words(spoken[0].i, spoken[0].j)
        return not any(firm[i : i + 2] in self.topic.name for i in range(min(4, len(firm) - 1)))

    def _passing(self, before: Draft) -> bool:
        """Whether what was named last is only touched on in a story of one project: it has no figure, nor 项目 to its name."""
        now = self.topic
        if now is None or now.sure or now.told:
            return False
        return self.round is None and self._only() is before

    def _ceremony(self, sentence: Sentence, carried: Draft | None) -> None:
        """The ceremony that the first lines tell of; where they sign and break ground no stage is that of all."""
        if sentence.paragraph >= _EARLY:
            return
        match = _CEREMONY.search(sentence.shape)
        if match and (carried is not None or sentence.values or PROMISING.search(sentence.shape)):
            stage: Stage = "signed" if "签约" in match.group() else "started"
            proof = Proof(stage, *sentence.span(match.start(), match.end()), "ceremony")
            self.mixed = self.mixed or (self.ceremony is not None and self.ceremony[0].stage != stage)
            self.mixed = self.mixed or _MIXED.search(sentence.shape) is not None
            self.ceremony = self.ceremony or (proof, len(self.register.drafts))

    def end(self) -> None:
        """The round-up of a ceremony: the projects it goes on to name have come as far as it says, where nothing else is said."""
        proof, first = (None, 0) if self.ceremony is None or self.mixed else self.ceremony
        for i, draft in enumerate(self.register.drafts):
            if draft.stage is None and not draft.hoped and (draft.listed or "investment_total" in draft.values):
                shared = draft.shared or (proof if i >= first and not draft.apart else None)
                if shared is not None:
                    draft.reach(shared.stage, shared.start, shared.end, shared.rule)

    def _drafts(self, sentence: Sentence, mention: Mention) -> list[Draft]:
        """The drafts a mention speaks of; moves the running subject on."""
        if mention.kind == "projects":
            drafts = self._named(sentence, mention)
            single = len(drafts) == 1 and mention.count is None
            if mention.place and self.topic is not None and self.paragraph == sentence.paragraph:
                # Where the subject stands is not spoken of further.
                return drafts
            self.pair = drafts if len(drafts) == 2 else []
            self.topic = drafts[0] if single else None
            self.paragraph = sentence.paragraph if single else self.paragraph
            return drafts
        if mention.kind == "same" and self.pair and sentence.shape[mention.i] in "前后":
            self.topic = self.pair[-(sentence.shape[mention.i] == "后")]
            self.paragraph = sentence.paragraph
            return [self.topic]
        if mention.kind in ("same", "phase") and self.topic is None and sentence.paragraph > self.grouped:
            self.topic = self._only()
        if mention.kind in ("same", "phase") and self.topic is not None:
            if mention.head and mention.head[-2:][0] not in self.topic.name:
                fitting = [d for d in self.register.drafts if d.name.endswith(mention.head)]
                self.topic = fitting[-1] if fitting else self.topic
            elif mention.kind == "same":
                self.topic = self._kind(sentence.shape[mention.i + 1 : mention.j], self.topic)
            self.paragraph = sentence.paragraph
            return [self.topic]
        if mention.count is not None:
            self.topic, self.grouped = None, sentence.paragraph
        return []

    def _kind(self, kind: str, topic: Draft) -> Draft:
        """该厂 is the last thing named that is a 厂, if the running subject is none."""
        if kind in ("项目", "工程", "") or kind[-1] in topic.name:
            return topic
        return next((d for d in reversed(self.register.drafts) if d.name.endswith(kind)), topic)

    def _named(self, sentence: Sentence, mention: Mention) -> list[Draft]:
        drafts: list[Draft] = []
        apart = _APART.search(sentence.shape) is not None
        for name in mention.names:
            known = len(self.register.drafts)
            draft = self._branded(sentence, mention, name) or self.register.get(name.text, sentence.text, drafts)
            new = len(self.register.drafts) > known
            draft.apart = draft.apart or (new and apart)
            if new and not apart and self.round is not None and sentence.paragraph <= self.round.last:
                draft.shared = self.round.proof
            draft.sure = draft.sure or name.rule != "place"
            listed = name.rule in ("list_of_projects", "project_behind") and not mention.venue
            draft.listed = draft.listed or listed
            draft.prove("name", name.start, name.end, name.rule)
            if mention.site and (mention.count is None or mention.count.value.value == len(mention.names)):
                draft.reach("construction", *sentence.span(mention.i, mention.j), "site")
            self._inside(sentence, name, draft)
            drafts.append(draft)
        return drafts

    def _branded(self, sentence: Sentence, mention: Mention, name: Name) -> Draft | None:
        """The only project so far, if the name is the first letters of a firm and what that project makes: 甲乙药包材."""
        brand, product = name.text[:2], name.text[2:]
        main = self._only() if len(mention.names) == 1 else None
        if main is None:
            return None
        # 新材料产业园 behind 甲开发区新材料产业园.
        if (
            name.rule == "project_behind"
            and len(name.text) > 4
            and main.name != name.text
            and main.name.endswith(name.text)
        ):
            return self.register.also(name.text, main)
        if not 3 <= len(product) <= 6 or product not in main.name:
            return None
        if "公司" in main.name or not _told_of_firm(brand, sentence.text[: name.start]):
            return None
        return self.register.also(name.text, main)

    def _only(self) -> Draft | None:
        """The one project that the article is about so far, by its name or its sum; None where there are several, or none."""
        strong = [d for d in self.register.drafts if d.listed or "investment_total" in d.values]
        return strong[0] if len(strong) == 1 else None

    def _inside(self, sentence: Sentence, name: Name, draft: Draft) -> None:
        """A capacity that stands in the name: 年产30万台电机生产线, 100兆瓦光伏."""
        for i in range(name.i, name.j) if sentence.values else ():
            value = sentence.values.get(i)
            if value is None or not made(value) or sentence.shape[i - 1] == "第":
                continue
            behind = re.split("[及和、]", sentence.shape[i + 1 : name.j].removeprefix("/年"))[0]
            product = behind
            while (head := names.head(product)) is not None and len(head) < len(product):
                # 无纺布生产线技改.
                product = product.removesuffix(head)
            draft.give_capacity(product, value, name.start, name.end, "capacity_in_name")
            self.claimed.add(value.start)

    def _meant(self, said: _Said, mention: Mention | None, name: Name | None = None) -> list[Draft]:
        """The drafts of a mention, of one name of it, or of the subject carried into the sentence."""
        if mention is None:
            return [said.carried] if said.carried is not None else []
        drafts = said.drafts[id(mention)]
        return drafts if name is None else [drafts[mention.names.index(name)]]

    def _reach(self, said: _Said, reached: Reached) -> None:
        if reached.mention is not None:
            stage, _ = said.stages.get(id(reached.mention), (None, False))
            stage = stage if reached.planned else furthest(stage, reached.stage)
            said.stages[id(reached.mention)] = (stage, reached.planned)
            # 开工6个 tells of a part of the group.
            whole = reached.mention.i == reached.j or said.sentence.shape[reached.j : reached.j + 1] != COUNT
            if stage is not None and whole:
                rule = f"stage_{stage}"
                said.proofs[id(reached.mention)] = Proof(stage, *said.sentence.span(reached.i, reached.j), rule)
        start, end = said.sentence.span(reached.i, reached.j)
        drafts = self._meant(said, reached.mention)
        if reached.fronted and reached.stage not in ("planned", "construction") and self._orders(said.sentence):
            reached.stage, reached.planned = "planned", reached.stage in ("completed", "operational")
        for draft in drafts:
            draft.hoped = draft.hoped or (reached.planned and reached.said in ("signed", "started"))
            if not reached.planned:
                draft.reach(reached.stage, start, end, f"stage_{reached.stage}")
            if reached.when is not None and len(drafts) == 1 and (date := iso(reached.when.value)) is not None:
                draft.date(reached.said, reached.planned, date, reached.when.start, reached.when.end)

    def _orders(self, sentence: Sentence) -> bool:
        """Whether the paragraph of the sentence only orders what is to be done."""
        if self.mood[0] != sentence.paragraph:
            start = sentence.text.rfind("\n", 0, sentence.start) + 1
            end = sentence.text.find("\n", sentence.end)
            self.mood = (sentence.paragraph, orders(sentence.text[start : end if end >= 0 else None]))
        return self.mood[1]

    def _share(self, said: _Said) -> None:
        """What a counted group has reached, the projects that are named as its members have, and those that follow it."""
        if not any(x.kind == "group" for x in said.mentions):
            return
        sentence, stages = said.sentence, set()
        heading = _HEADING.match(sentence.shape) is not None
        last: Proof | None = None
        behind = 0
        # What a region has is a statistic, no round-up.
        counts = "集中" in sentence.shape or not any(x.kind == "area" for x in said.mentions)
        for mention in said.mentions:
            # 在建项目有A、B: a heading inside the sentence.
            listed = mention.kind == "group" and sentence.shape[mention.j : mention.j + 1] == "有"
            counted = mention.count is not None and mention.count.value.value != 1
            if mention.kind == "group" and (heading or listed or counted):
                last, behind = said.proofs.get(id(mention)), mention.j
                words = sentence.words(mention.i - 4 * listed, mention.j)
                if last is None and (heading or listed) and any(w in words for w in _TO_COME):
                    last = Proof("planned", *sentence.span(mention.i, mention.j), "heading")
                if last is not None:
                    stages.add(last.stage)
                    far = 10**6 if heading else sentence.paragraph + _ROUND
                    self.round = _Round(last, far, heading) if heading or (counts and last.stage != "planned") else None
                elif heading:
                    self.round = None
            elif last is not None and (mention.member or _AMONG.search(sentence.shape, behind, mention.i)):
                for draft in said.drafts[id(mention)]:
                    draft.shared = last
        whole = next((x for x in said.mentions if x.count is not None), None)
        another = whole is not None and id(whole) not in said.proofs
        if len(stages) > 1 or (another and not heading and sentence.text[sentence.start - 1 : sentence.start] != "；"):
            self.round = None

    def _count(self, said: _Said) -> None:
        self._share(said)
        for mention in said.mentions:
            if mention.count is not None:
                stage, planned = said.stages.get(id(mention), (None, False))
                start, end = said.sentence.span(mention.i, mention.j)
                group = Group(mention.count, start, end, said.number, stage, planned)
                said.groups[id(mention)] = group
                self.groups.append(group)

    def _figure(self, said: _Said, figure: Figure) -> None:
        start, end = said.sentence.span(figure.i, figure.j)
        if figure.firm:
            self.claimed.add(figure.value.start)
            return
        group = said.groups.get(id(figure.mention)) if figure.name is None else None
        drafts = self._meant(said, figure.mention, figure.name) if figure.mention is not None or figure.carried else []
        if len(drafts) != 1 or group is not None:
            match = RoleMatch(
                figure.role, figure.value, start, end, figure.rule, said.number, figure.phase, figure.expected, group
            )
            self.unclaimed.append(match)
        elif drafts[0].take(figure, start, end):
            self.claimed.add(figure.value.start)
