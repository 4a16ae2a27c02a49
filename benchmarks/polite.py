"""How the fetcher behaves on a real local server: python -m benchmarks.polite.

Prints every case of politeness and every address that must be refused, each with ok or FAILED; the bar is that none fails.
The cases are those of the tests. No address outside this machine is connected to.
"""

import asyncio
import sys

from tests.sources.fetch import polite, refused
from tests.sources.fetch.site import world


async def holds(case: polite.Case) -> bool:
    """Whether a case holds in a world of its own."""
    async with world() as here:
        try:
            await case(here)
        except Exception as error:
            print(f"       {type(error).__name__}: {error}", file=sys.stderr)
            return False
    return True


async def run() -> int:
    """Print all; the number of those that fail."""
    failed = 0

    def show(good: bool, what: str | None) -> None:
        nonlocal failed
        failed += not good
        print(f"{'ok' if good else 'FAILED':7}{what}", flush=True)

    print("== manners")
    for case in polite.CASES:
        show(await holds(case), case.__doc__)
    print("\n== refused: ways to smuggle an address in")
    for case in refused.SMUGGLED:
        show(await holds(case), case.__doc__)
    print("\n== refused: addresses, in the URL and as the answer of the DNS")
    for address in refused.ADDRESSES:
        found = (await refused.reason(refused.literal(address)), await refused.by_name(address))
        show(found == ("forbidden_address",) * 2, address)
    print("\n== refused: other ways to write one")
    for host in refused.HOSTS:
        show(await refused.reason(f"http://{host}/") in ("forbidden_address", "bad_url"), host)
    total = len(polite.CASES) + len(refused.SMUGGLED) + len(refused.ADDRESSES) + len(refused.HOSTS)
    print(f"\n{total - failed} of {total} hold")
    return failed


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(run()) else 0)
