"""The text of a feed or a record file by what it declares itself, for callers that bring no better decoder."""

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARATION = re.compile(rb"""^\s{0,64}<\?xml[^>]{0,200}?encoding\s{0,8}=\s{0,8}["']([A-Za-z0-9._:-]{1,40})["']""")
# What a page calls gb2312 or gbk is GB18030 in practice, and what it calls big5 has the Hong Kong characters.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "big5": "big5hkscs", "utf8": "utf-8"}


def declared_text(data: bytes, charset: str | None = None) -> str:
    """BOM, then the declared charset, then UTF-8, then GB18030; a byte that fits none of them becomes U+FFFD."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    declared = _known(charset) or _known(_declaration(data))
    for name in filter(None, (declared, "utf-8", "gb18030")):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return data.decode(declared or "utf-8", "replace")


def _declaration(data: bytes) -> str | None:
    found = _DECLARATION.match(data)
    return found[1].decode("ascii") if found else None


def _known(charset: str | None) -> str | None:
    if charset is None:
        return None
    try:
        name = codecs.lookup(charset.strip().lower()).name
        b"a".decode(name, "replace")  # refuses codecs that are no text encoding, such as rot13
    except (LookupError, ValueError):
        return None
    return _WIDER.get(name, name)
