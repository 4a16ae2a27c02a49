"""Worker processes: what they give back, and what a document can do to them."""

import asyncio
import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from service.errors import GuatuError
from service.models import RawDocument
from service.pipeline.pool import Pool, read
from service.steps import Steps
from service.store.rows import Digest, Refusal
from tests.pipeline import hostile
from tests.pipeline.pages import page, story

FIVE = [page(story(number), f"{number}.txt") for number in range(5)]


def harmful(text: bytes) -> RawDocument:
    return RawDocument(source="harm.txt", data=text * 20)


def policy(_: RawDocument) -> Steps[Refusal]:
    """The scheduling policy of the process that reads."""
    yield
    return Refusal("policy", str(os.sched_getscheduler(0)))


async def test_a_batch_comes_back_in_order() -> None:
    """A worker gives what reading in this process gives, document by document in their order, with the originals."""
    async with Pool(1, 30) as pool:
        reads = await pool.run(FIVE)
    assert [arrival.result for arrival in reads] == [read(raw) for raw in FIVE]
    assert [arrival.original.raw_sha256 for arrival in reads] == [sha256(raw.data).hexdigest() for raw in FIVE]
    assert all(isinstance(arrival.result, Digest) and arrival.result.facts["projects"] for arrival in reads)


@pytest.mark.parametrize(
    ("harm", "reason", "failed", "said"),
    [
        (hostile.SEGFAULT, "crashed", False, "SIGSEGV"),
        (hostile.ENDLESS, "timeout", False, "GUATU_DOCUMENT_SECONDS"),
        (hostile.GREEDY, "crashed", False, "GUATU_WORKER_MEGABYTES"),
        (hostile.DEFECT, "unexpected", True, r"KeyError: '亩' (hostile.py:"),
    ],
    ids=["segfault", "endless", "greedy", "defect"],
)
async def test_a_harmful_document_costs_only_itself(harm: bytes, reason: str, failed: bool, said: str) -> None:
    """A document that kills, stops or fills its process, or meets a defect, is refused; its neighbours are read."""
    async with Pool(1, 2 if harm == hostile.ENDLESS else 30, work=hostile.READ) as pool:
        reads = await pool.run([*FIVE[:2], harmful(harm), *FIVE[2:]])
        afterwards = await pool.run(FIVE[:1])
    refused = reads.pop(2).result
    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.failed) == (reason, failed)
    assert said in refused.message
    assert [arrival.result for arrival in reads] == [read(raw) for raw in FIVE]
    assert afterwards[0].result == read(FIVE[0])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers are nice, which costs who serves a turn")
async def test_workers_give_way_at_once() -> None:
    """Workers are idle processes to Linux: who answers requests takes their core the moment that something is asked."""
    async with Pool(1, 30, work="tests.pipeline.test_pool:policy") as pool:
        (arrival,) = await pool.run(FIVE[:1])
    assert arrival.result == Refusal("policy", str(os.SCHED_IDLE))


async def test_a_worker_that_cannot_start_is_no_documents_fault() -> None:
    """Where workers do not start at all, nothing is rejected: the run ends with an error."""
    async with Pool(1, 30, work="tests.pipeline.absent:read") as pool:
        with pytest.raises(GuatuError, match="does not start"):
            await pool.run(FIVE)


async def test_a_cancelled_batch_leaves_the_pool_usable() -> None:
    """What a cancelled batch would have answered is never taken for the answer to the next one."""
    async with Pool(1, 30, work=hostile.READ) as pool:
        await pool.run(FIVE[:1])
        task = asyncio.create_task(pool.run([harmful(hostile.ENDLESS)]))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await pool.run(FIVE[1:2]))[0].result == read(FIVE[1])


def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    """When the parent is killed its workers end by themselves."""
    program = (
        "import asyncio\nfrom service.pipeline.pool import Pool\nfrom tests.pipeline.pages import page\n"
        "async def main():\n    pool = Pool(2, 30)\n"
        "    await asyncio.gather(pool.run([page('a', 'a')]), pool.run([page('b', 'b')]))\n"
        "    print(*(worker._process.pid for worker in pool._workers), flush=True)\n    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=root, text=True)
    assert parent.stdout
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(workers) == 2
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert _end_within(workers, seconds=5)


def _end_within(pids: list[int], seconds: float) -> bool:
    import time

    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        if not any(_runs(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def _runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_an_endless_document_does_not_outlive_a_killed_parent() -> None:
    """A worker that is busy for ever when its parent is killed ends itself soon after the time a document may take."""
    program = (
        "import asyncio, os, signal\nfrom service.pipeline.pool import Pool\nfrom service.models import RawDocument\n"
        "from tests.pipeline import hostile\n"
        "async def main():\n    pool = Pool(1, -9, work=hostile.READ)\n"
        "    process = await pool._workers[0]._start()\n    print(process.pid, flush=True)\n"
        "    raw = RawDocument(source='e', data=hostile.ENDLESS * 20)\n"
        "    asyncio.get_running_loop().call_later(0.5, os.kill, os.getpid(), signal.SIGKILL)\n"
        "    await pool._workers[0].exchange([raw], 60)\nasyncio.run(main())\n"
    )
    # The worker imports the hostile work by name: both processes must find the tests.
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env=env, text=True, check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    assert _end_within([int(done.stdout)], seconds=5)
