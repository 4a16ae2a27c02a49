"""What a person types for a division, code or name, to the full names of its levels."""

from service.errors import NotFound
from service.extract.divisions import table
from service.store.rows import LEVELS


def places_named(text: str) -> tuple[dict[str, str], ...]:
    """All divisions of that code, full name or short name, or path; raises NotFound where there is none."""
    known = table()
    name = text.strip().rpartition("/")[2]
    codes = (
        [text]
        if text in known.by_code
        else [d.code for d in (*known.by_name.get(name, ()), *known.by_short.get(name, ()))]
    )
    found = {}
    for code in dict.fromkeys(codes):
        path = known.region(code).path
        if "/" not in text or path.endswith(text):
            found[code] = _levels(path, code)
    if not found:
        raise NotFound(
            f"there is no division {text!r}: give a code such as 330481, or a name such as 海宁市 or 浙江省/嘉兴市"
        )
    return tuple(found.values())


def _levels(path: str, code: str) -> dict[str, str]:
    names = path.split("/")
    if code.endswith("0000"):
        return {LEVELS[0]: names[0]}
    if code.endswith("00"):
        return {LEVELS[0]: names[0], LEVELS[1]: names[-1]}
    # A county may stand directly below its province.
    between = {LEVELS[1]: names[1]} if len(names) == 3 else {}
    return {LEVELS[0]: names[0], **between, LEVELS[2]: names[-1]}
