"""A process that takes steps of the ledger, to be killed: python -m tests.pipeline.stepping URL. It says each step it took."""

import asyncio
import sys

from service.pipeline.ledger import Ledger
from service.store.database import Database
from tests.pipeline.written import NOW


async def main(url: str) -> None:
    database = Database(url)
    keeper = Ledger(database, lambda: NOW, 3)
    print("ready", flush=True)
    while (step := await keeper.step()) is None or step.seen:
        print("step", flush=True)
    await database.close()
    print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
