"""A PostgreSQL of the tests' own: Debian's binaries, an unprivileged user, a folder of its own, a socket and no port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REQUIRED = "GUATU_TEST_REQUIRE_POSTGRES"


def binaries() -> Path | None:
    """The folder of the newest `initdb`, None where the machine has none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def account() -> pwd.struct_passwd | None:
    """Whom the server runs as: root is refused by initdb, so a user that can do nothing else."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("the tests run as root and the machine has neither a user postgres nor nobody")


@contextmanager
def server(bin_folder: Path, kept: Path | None = None) -> Iterator[str]:
    """A running server; gives the URL of its maintenance database, {name} in place of the database's name. Its data are in a
    folder that is `kept`, where they may be from before; else they go with it."""
    folder = Path(tempfile.mkdtemp(prefix="guatu-pg-"))
    home = (kept or folder).resolve()
    home.mkdir(exist_ok=True)
    who = account()
    if who:
        for own in {folder, home}:
            os.chown(own, who.pw_uid, who.pw_gid)
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.defpath}

    def run(*command: str | Path) -> None:
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            user=who.pw_uid if who else None,
            group=who.pw_gid if who else None,
            extra_groups=[] if who else None,
        )

    data = home / "data"
    if not data.exists():
        run(bin_folder / "initdb", "-D", data, "-U", "guatu", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c full_page_writes=off"
    control = (bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log")
    run(*control, "-o", options, "start")
    try:
        yield f"postgresql+asyncpg://guatu@/{{name}}?host={folder}"
    finally:
        run(*control, "-m", "fast" if kept else "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
