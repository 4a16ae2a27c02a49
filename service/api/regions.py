"""Regions: the tree of divisions with what the ledger has of each, and one with its league table."""

from pydantic import BaseModel, ConfigDict, Field

from service.api.operation import Answer, Call, operation
from service.api.problems import NOT_FOUND, Problem
from service.api.reply import Reply, as_json
from service.api.shapes import Shape
from service.errors import NotFound
from service.pipeline import regions as reading
from service.pipeline.mention import CHINA
from service.pipeline.regions import RegionLine, RegionShown
from service.store.regions import NATION


class RegionPath(BaseModel):
    code: str = Field(
        pattern="^[0-9]{6}$", description="a code of GB/T 2260; 000000 is the whole country", examples=["330000"]
    )


class TreeQuery(BaseModel):
    """Which part of the tree."""

    model_config = ConfigDict(extra="forbid")
    root: str = Field(NATION, pattern="^[0-9]{6}$", description="from this division down; 000000 is the whole country")
    depth: int = Field(1, ge=0, le=2, description="so many levels below it: of the country provinces and prefectures")
    empty: bool = Field(False, description="also divisions without a project")


class Tree(Shape):
    """Divisions, each behind the one that it lies in. Of projects that lie in none of those shown its parent counts."""

    regions: list[RegionLine]


@operation(Answer(Tree, "the divisions"), problems=(NOT_FOUND,), cached=True)
async def tree(call: Call, query: TreeQuery) -> Reply:
    """Regions: the tree of divisions, with how many projects there are in each, how far they are and what they cost.

    The country counts too what no article places; each division counts all that lies in it.
    """
    async with call.parts.database.reading() as connection:
        await call.parts.news.ledger_in(connection)
        try:
            found = await reading.tree(connection, query.root, query.depth, query.empty)
        except NotFound as error:
            raise Problem(NOT_FOUND, f"root: {error}") from None
    return as_json(Tree(regions=found))


@operation(Answer(RegionShown, "the division"), problems=(NOT_FOUND,))
async def one(call: Call, path: RegionPath) -> Reply:
    """One region, and how those directly below it compare (观摩评比).

    Projects and their investment by status and stage; 履约率, 开工率, 投产率 and 达效率, each with the counts behind it; what is
    spent of what was planned; and what was signed, started, completed and put into operation in this quarter.
    """
    async with call.parts.database.reading() as connection:
        await call.parts.news.ledger_in(connection)
        try:
            found = await reading.region(connection, path.code, call.parts.now().astimezone(CHINA).date())
        except NotFound as error:
            raise Problem(NOT_FOUND, str(error)) from None
    return as_json(found)
