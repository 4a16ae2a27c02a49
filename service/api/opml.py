"""OPML: the feeds, for other readers and from them."""

from pydantic import Field

from service.api.body import Body
from service.api.operation import Answer, Call, operation
from service.api.reply import Reply, as_json
from service.api.shapes import Shape
from service.errors import Rejected
from service.pipeline import subscriptions

OPML = "text/x-opml"
EXAMPLE = (
    '<opml version="2.0"><head><title>Guatu</title></head><body><outline type="rss" text="海宁新闻" '
    'xmlUrl="https://news.example/rss.xml"/></body></opml>'
)


class Imported(Shape):
    """What became of a list."""

    added: int
    known: int = Field(description="feeds that are sources already")
    refused: list[str] = Field(description="why, for each feed that cannot be a source, and for a list that is none")


@operation(Answer(bytes, "the list", media_types=(OPML,)))
async def read(call: Call) -> Reply:
    """All feeds as OPML 2.0, their categories as outlines around them."""
    return Reply((await subscriptions.write(call.parts.database)).encode(), media_type=OPML)


@operation(
    Answer(Imported, "what became of it"),
    bodies=dict.fromkeys((OPML, "application/xml", "text/xml"), bytes),
    examples={OPML: EXAMPLE},
)
async def take(call: Call, body: Body) -> Reply:
    """Make a source of each feed in a list, except those that are sources already."""
    try:
        done = await subscriptions.take(call.parts.database, body.data, body.charset, call.parts.now())
    except Rejected as error:
        return as_json({"added": 0, "known": 0, "refused": [str(error)]})
    return as_json({"added": done.added, "known": done.known, "refused": list(done.refused)})
