"""The Dockerfile without a Docker engine: its own instructions, run in a folder, then its own start as another user.

    python -m benchmarks.image [FOLDER]

Each COPY takes what .dockerignore lets through, each RUN is run as it is written, with the image's folders standing for
those of this one; then, as a user who may write nowhere but to the data, `guatu migrate`, the image's command, its health
check, a request without a key, and the signal of `docker stop`. Needs root, and an installed `setpriv`.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
USER = "65534"
"""Whoever may do nothing: `nobody`."""
STOP = 10.0
"""Seconds that `docker stop` waits."""


class Step(NamedTuple):
    word: str
    rest: str


def steps() -> Iterator[Step]:
    """The instructions of the Dockerfile, lines that go on joined."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield Step(word.upper(), rest.strip())


class Image:
    """A folder that stands for the root of the image."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder
        self.environment = {
            "PATH": f"{_python(folder)}:{os.defpath}",
            "HOME": str(folder / "nowhere"),
            "LANG": "C.UTF-8",
        }
        for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE", "PIP_FIND_LINKS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.command: list[str] = []
        self.health: list[str] = []
        self.entry: list[str] = []

    def here(self, text: str) -> str:
        """Paths of the image as paths of the folder."""
        return re.sub(r"(?<![\w.])/(opt|data)\b", lambda found: f"{self.folder}/{found[1]}", text)

    def take(self, step: Step) -> None:
        if step.word == "RUN":
            if step.rest.startswith("useradd"):
                (self.folder / "data").mkdir(exist_ok=True)
                os.chown(self.folder / "data", int(USER), int(USER))
                return
            command = self.here(step.rest)
            subprocess.run(["bash", "-euc", command], cwd=self.work, env=self.environment, check=True)
        elif step.word == "COPY" and "--from" not in step.rest:
            *names, target = step.rest.split()
            for name in names:
                self._copy(ROOT / name, self.work / target)
        elif step.word == "WORKDIR":
            self.work = Path(self.here(step.rest))
            self.work.mkdir(parents=True, exist_ok=True)
        elif step.word == "ENV":
            for one in shlex.split(step.rest):
                name, _, value = one.partition("=")
                self.environment[name] = self.here(value).replace("$PATH", self.environment["PATH"])
        elif step.word in ("ENTRYPOINT", "CMD"):
            setattr(self, "entry" if step.word == "ENTRYPOINT" else "command", _words(step.rest))
        elif step.word == "HEALTHCHECK":
            self.health = _words(step.rest.partition("CMD")[2])

    def _copy(self, source: Path, target: Path) -> None:
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            shutil.copy2(source, target / source.name if target.is_dir() else target)

    def start(self, *command: str, port: int) -> subprocess.Popen[bytes]:
        """A command as the user of the image."""
        run = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs", *command]
        return subprocess.Popen(run, cwd=self.work, env={**self.environment, "GUATU_PORT": str(port)})


def _python(folder: Path) -> Path:
    """A folder with the command `python`, as the base image has it: one that every user may run."""
    known = shutil.which("python3.11", path=os.defpath)
    if known is None:
        raise SystemExit(
            "there is no python3.11 for all users: install it with its venv (apt-get install python3.11-venv)"
        )
    command = folder / "base" / "python"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {known} "$@"\n')
    command.chmod(0o755)
    return command.parent


def _words(text: str) -> list[str]:
    return [str(word) for word in tomllib.loads(f"words = {text}")["words"]]


def _check(said: str, good: bool) -> None:
    print(f"{'ok  ' if good else 'FAIL'} {said}", flush=True)
    if not good:
        raise SystemExit(1)


def prove(folder: Path, port: int = 18080) -> None:
    image = Image(folder)
    for step in steps():
        image.take(step)
    folder.chmod(0o755)
    _check("the image's steps run", bool(image.entry and image.command and image.health))
    guatu = image.entry
    _check("guatu migrate ends well", image.start(*guatu, "migrate", port=port).wait(60) == 0)
    serving = image.start(*guatu, *image.command, port=port)
    try:
        health = [word.replace("8080", str(port)) for word in image.health]
        until = time.monotonic() + 40
        while (code := image.start(*health, port=port).wait(20)) and time.monotonic() < until:
            time.sleep(0.5)
        _check("the health check passes", code == 0)
        try:
            status = urlopen(f"http://127.0.0.1:{port}/v1/records", timeout=5).status
        except HTTPError as error:
            status = error.code
        _check(f"beyond the machine a request without a key is refused ({status})", status == 401)
        ours = [str(path) for path in folder.rglob("*") if not path.is_relative_to(folder / "data")]
        written = [path for path in ours if os.stat(path).st_uid == int(USER)]
        _check(f"nothing is written beside the data ({len(ours)} files looked at)", not written)
        begun = time.monotonic()
        serving.send_signal(signal.SIGTERM)
        code = serving.wait(STOP)
        _check(f"docker stop: exit code {code} after {time.monotonic() - begun:.1f} s", code == 0)
    finally:
        if serving.poll() is None:
            serving.kill()


def main() -> None:
    if len(sys.argv) > 1:
        prove(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory(prefix="guatu-image-") as name:
        prove(Path(name))


if __name__ == "__main__":
    main()
