"""The firms that the text says invest in a project, build it or run it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.extract.projects import marks as m
from service.extract.projects import names
from service.extract.projects.marks import Mark
from service.extract.projects.mentions import Mention
from service.extract.projects.naming import Name
from service.extract.sentence import MONEY, Sentence

_DOES = ("投资", "建设", "承建", "实施", "开发", "运营", "打造", "兴建", "出资", "负责", "承担")


@dataclass(slots=True)
class Owner:
    """A firm with article offsets, and the project it owns: a name of a mention, or the mention (None: the running subject)."""

    firm: str
    start: int
    end: int
    mention: Mention | None
    name: Name | None = None


def owners_of(sentence: Sentence, marks: Sequence[Mark], mentions: Sequence[Mention]) -> Iterator[Owner]:
    """The owners that a sentence names: 由X公司投资建设, X公司投资Ⓜ建设的Y."""
    for mention in mentions:
        if mention.kind != "firm":
            continue
        k = next(k for k, mark in enumerate(marks) if mark.i == mention.i)
        word, after = marks[k].word, _after(marks, k)
        start, end = names.tidy(word)[0], names.firm_end(word)
        name = word[start:end]
        if len(name) < 4 or names.residue(name) < 2:
            continue
        a, b = sentence.span(mention.i + start, mention.i + end)
        made = Owner(sentence.text[a:b], a, b, None)
        if k and marks[k - 1].word == "由":
            if after.startswith(_DOES) or end < len(word):
                before = [x for x in mentions if x.j <= mention.i and x.kind in ("projects", "same")]
                made.mention = before[-1] if before else _next(mentions, mention)
                yield made
        elif after.startswith("投资") and any(x.word == MONEY for x in marks[k + 1 : k + 3]):
            target = _next(mentions, mention)
            if target is not None and target.i - mention.j < 24:
                made.mention, made.name = target, target.names[0]
                yield made


def _after(marks: Sequence[Mark], k: int) -> str:
    return "".join(mark.word for mark in marks[k + 1 : k + 4] if mark.cls != m.STOP)


def _next(mentions: Sequence[Mention], mention: Mention) -> Mention | None:
    return next((x for x in mentions if x.i >= mention.j and x.kind == "projects"), None)
