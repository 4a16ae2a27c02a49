"""The files that put Guatu into a container."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _run(tool: str, *arguments: str) -> str:
    done = subprocess.run([Path(sys.executable).parent / tool, *arguments], cwd=ROOT, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_dockerfile_is_clean() -> None:
    """The linter has nothing to say of the Dockerfile."""
    assert _run("hadolint", "Dockerfile") == ""


def test_the_compose_file_is_valid() -> None:
    """The compose file is what the schema of Compose allows."""
    assert _run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml") == ""


def test_all_that_the_image_copies_is_let_through() -> None:
    """Whatever the Dockerfile copies exists, and .dockerignore lets it through."""
    let = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for name in line.split()[1:-1]:
                assert (ROOT / name).exists(), name
                assert any(Path(name).match(pattern) for pattern in let), name
