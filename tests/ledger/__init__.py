"""Mentions for the tests of the ledger."""

import datetime as dt
import hashlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from service.ledger import Correction, CorrectionKind, Handle, Mention
from service.models import Evidence, Project, Region

CHANGXING = Region(code="330522", name="长兴县", path="浙江省/湖州市/长兴县")
ANJI = Region(code="330523", name="安吉县", path="浙江省/湖州市/安吉县")
HUZHOU = Region(code="330500", name="湖州市", path="浙江省/湖州市")
YI = Decimal(100_000_000)


def mention(name: str, day: str = "2023-05-01", *, region: Region | None = CHANGXING, **more: Any) -> Mention:  # noqa: ANN401
    """A mention; `article` names its article, `story` the article it is a copy of, `total` is in 亿元, `said` are the
    words of a field by field; what else is given is of the mention (title, sentences, people) or of the project."""
    article = str(more.pop("article", f"{name} {day}"))
    story = str(more.pop("story", article))
    said: dict[str, str] = more.pop("said", {})
    of_mention = {key: more.pop(key) for key in ("title", "sentences", "people", "outlet", "record") if key in more}
    if "total" in more:
        more["investment_total"] = Decimal(str(more.pop("total"))) * YI
    evidence = {
        field: (Evidence(start=0, end=len(words), quote=words, rule=f"read_{field}"),) for field, words in said.items()
    }
    published = dt.date.fromisoformat(day)
    return Mention.model_validate(
        {
            "record": int(sha(f"{article}{name}")[:8], 16),
            "content_sha256": sha(article),
            "story": sha(story),
            "published": published,
            "seen": published,
            "place": region,
            "project": Project.model_validate({"name": name, "region": region, "evidence": evidence, **more}),
            **of_mention,
        }
    )


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def correction(kind: CorrectionKind, *of: Mention, **more: Any) -> Correction:  # noqa: ANN401
    """A correction that means the mentions; `apart` are mentions too."""
    return Correction.model_validate(
        {
            "id": 1,
            "kind": kind,
            "of": handles(of),
            "apart": handles(more.pop("apart", ())),
            "by": "op",
            "made": dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
            **more,
        }
    )


def handles(mentions: tuple[Mention, ...]) -> tuple[Handle, ...]:
    return tuple(m.handle for m in mentions)


def renumbered(mentions: tuple[Mention, ...], change: Callable[[str], str] = lambda name: name) -> tuple[Mention, ...]:
    """The same articles read again: other record ids, and names that a better extractor gives."""
    return tuple(
        m.model_copy(
            update={
                "record": m.record + 10**9,
                "project": m.project.model_copy(update={"name": change(m.project.name)}),
            }
        )
        for m in mentions
    )
