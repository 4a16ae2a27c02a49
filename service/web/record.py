"""From a record to the words that say it."""

import orjson

from service.api.operation import Call, operation
from service.api.problems import NOT_FOUND, Problem
from service.api.records import RecordPath
from service.api.reply import Reply
from service.store import log
from service.web.page import SHOWN, redirect


@operation(SHOWN, problems=(NOT_FOUND,))
async def one(call: Call, path: RecordPath) -> Reply:
    """Go to where the article says it."""
    async with call.parts.database.reading() as connection:
        found = (await log.some(connection, [path.id])).get(path.id)
    if found is None:
        raise Problem(NOT_FOUND, f"there is no record {path.id}")
    document = orjson.loads(found.json)["document"]["id"]
    return redirect(f"/documents/{document}#r{found.withdraws or path.id}")
