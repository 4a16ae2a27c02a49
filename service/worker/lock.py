"""SQLite has room for one worker: who has this lock is the one."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.errors import GuatuError


@contextmanager
def alone(file: Path | None) -> Iterator[None]:
    """Be the only worker of an SQLite file while the block runs; GuatuError where another is. Without a file, nothing.

    The lock lies beside the database, whose own locks a process would lose by closing the file; it goes with the process.
    """
    if file is None:
        yield
        return
    path = file.with_name(file.name + "-worker")
    with path.open("a+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            other = lock.read(20).decode("ascii", "replace").strip() or "unknown"
            raise GuatuError(
                f"a worker runs on {file} already (process {other}), and SQLite has room for one: stop that one, or use PostgreSQL"
            ) from None
        lock.truncate(0)
        lock.write(b"%d\n" % os.getpid())
        lock.flush()
        yield
