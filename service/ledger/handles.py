"""Finding again what a handle names: the article, and about the name."""

from collections.abc import Iterable

from service.ledger.match import name_sign
from service.ledger.mention import Handle, Mention, age
from service.ledger.names import parse
from service.ledger.profile import known_of


def resolve(handle: Handle, mentions: Iterable[Mention]) -> Mention | None:
    """The mention that a handle means: of those of its article the one of that name, else the one whose name fits best."""
    there = sorted((m for m in mentions if m.content_sha256 == handle.content_sha256), key=age)
    known = known_of(there)
    meant = parse(handle.name, known)
    best: tuple[float, Mention] | None = None
    for mention in there:
        names = (mention.project.name, *mention.project.aliases)
        if handle.name == mention.project.name:
            return mention
        points = max(
            50.0 if parse(name, known).core == meant.core else name_sign(parse(name, known), meant).points
            for name in names
        )
        if points > 0 and (best is None or points > best[0]):
            best = points, mention
    return best[1] if best else None
