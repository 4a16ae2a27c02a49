"""Small builders of real files, and the walk in the two halves it yields."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from service.models import RawDocument
from service.sources import Failure
from service.sources.folder import walk
from service.sources.limits import Limits
from service.text.decode import decode

ARTICLE = "6月12日，海宁市在建的半导体产业园项目主体封顶，总投资12亿元。"


def text_of(data: bytes, charset: str | None) -> str:
    return decode(data, charset)[0]


def halves(*paths: Path, limits: Limits | None = None) -> tuple[list[RawDocument], list[Failure]]:
    """The documents, and the failures, of a walk."""
    documents, failures = [], []
    for outcome in walk(paths, limits=limits, decode=text_of):
        if isinstance(outcome, Failure):
            failures.append(outcome)
        else:
            documents.append(outcome)
    return documents, failures


def read(path: Path, **limits: int) -> tuple[list[RawDocument], list[Failure]]:
    return halves(path, limits=Limits(**limits))


def reasons(failures: Iterable[Failure]) -> list[str]:
    return [failure.reason for failure in failures]


def item(document: RawDocument) -> dict[str, Any]:
    """The JSON Feed item a document holds."""
    assert document.media_type == "application/json"
    value = json.loads(document.data)
    assert isinstance(value, dict)
    return value


def zip_bytes(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tar_bytes(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def gzip_zeros(mebibytes: int) -> bytes:
    """A gzip that unpacks to so many MiB of zeros."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9) as packed:
        for _ in range(mebibytes):
            packed.write(bytes(1024 * 1024))
    return out.getvalue()
