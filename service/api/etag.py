"""Strong entity tags, and when one that the client has is still good (RFC 9110 section 8.8.3 and 13.1.2)."""

import hashlib


def of_bytes(data: bytes) -> str:
    """The tag of these bytes, without the quotes."""
    return hashlib.blake2b(data, digest_size=12).hexdigest()


def matches(if_none_match: str, tag: str) -> bool:
    """Whether `If-None-Match` names the tag (without quotes). The weak comparison: W/ does not count.

    A proxy that compressed the answer may have marked the tag; `"tag-gzip"` is ours for the compressed form.
    """
    if if_none_match.strip() == "*":
        return True
    return any(_bare(one) == tag for one in if_none_match.split(","))


def _bare(one: str) -> str:
    return one.strip().removeprefix("W/").strip('"')
