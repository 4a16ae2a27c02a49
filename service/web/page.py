"""How a page is made: its language, the frame around it, and what a problem looks like."""

from typing import Any, cast
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict

from service.api.negotiate import HTML
from service.api.operation import Answer, Call
from service.api.origin import SAFE, from_here
from service.api.problems import UNAUTHORIZED, Problem
from service.api.reply import Reply
from service.web import units
from service.web.assets import NAMES
from service.web.words import WORDS, Language, say

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",  # a form says where it comes from, and nothing tells other hosts what is looked at
    "Vary": "Accept-Encoding, Accept-Language, Cookie",
}
_PRIVATE = "private, no-cache"
_YEAR = 365 * 86_400
NAVIGATION = (
    ("/", "nav.home"),
    ("/projects", "nav.projects"),
    ("/regions", "nav.regions"),
    ("/operations", "nav.operations"),
    ("/try", "nav.try"),
)
"""The pages that every page leads to."""
SHOWN = Answer(bytes, "the page", media_types=(HTML,))

_environment = Environment(
    loader=PackageLoader("service.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class PageQuery(BaseModel):
    """What every page takes: the language, which is remembered."""

    model_config = ConfigDict(extra="forbid")
    lang: Language | None = None


def language_of(call: Call) -> Language:
    """The language that was asked for, now or before; else that which the browser prefers; else Chinese."""
    for chosen in (call.request.query.get("lang"), call.request.cookies.get("guatu_lang")):
        if chosen in ("zh", "en"):
            return cast(Language, chosen)
    for wanted in call.request.headers.get("Accept-Language", "").lower().split(","):
        name = wanted.strip()[:2]
        if name in ("zh", "en"):
            return cast(Language, name)
    return "zh"


def page(call: Call, template: str, status: int = 200, **values: Any) -> Reply:  # noqa: ANN401 - what the template shows
    """A template as a page."""
    headers = dict(_HEADERS)
    if call.request.method in SAFE and call.request.query.get("lang") in ("zh", "en"):
        headers["Set-Cookie"] = cookie("guatu_lang", language_of(call), call.request.secure, _YEAR, strict=False)
    data = rendered(call, template, **values).encode("utf-8", "replace")
    return Reply(data, status, "text/html; charset=utf-8", headers=headers, cache=_PRIVATE)


def rendered(call: Call, template: str, **values: Any) -> str:  # noqa: ANN401
    """A template as text."""
    language = language_of(call)
    known = {
        "lang": language,
        "t": lambda key, /, **parts: say(language, key, **parts),
        "known": lambda key: key in WORDS,
        "held": lambda reason: held(language, reason),
        "assets": NAMES,
        "units": units,
        "money": lambda value: units.money(value, language),
        "figure": lambda field, value: units.figure(field, value, language),
        "measured": lambda value, unit: units.measured(value, unit, language),
        "ago": lambda value: units.ago(value, call.parts.now(), language),
        "now": call.parts.now(),
        "here": call.request.path,
        "navigation": NAVIGATION,
        "key": call.key,
        "switch": switch(call, "en" if language == "zh" else "zh"),
        "web": web_address,
    }
    return _environment.get_template(template).render(**known, **values)


def held(language: Language, reason: str) -> str:
    """Why something was not taken, by the code of its reason."""
    code, _, status = reason.partition("_")
    if code == "http" and status.isdigit():
        return say(language, "held.http", status=status)
    return say(language, f"held.{reason}") if f"held.{reason}" in WORDS else reason


def switch(call: Call, language: Language) -> str:
    """This page in the other language."""
    kept = [(name, value) for name, value in call.request.query.items() if name != "lang"]
    path = quote(call.request.path, safe="/")
    return f"{path}?{urlencode([*kept, ('lang', language)])}"


def web_address(text: str | None) -> str | None:
    """The text where it is an address that may be a link: one that comes from outside could be `javascript:`."""
    return text if text and text.startswith(("http://", "https://")) else None


def redirect(address: str, **headers: str) -> Reply:
    """Go there, with GET."""
    return Reply(status=303, media_type="text/html; charset=utf-8", headers={"Location": address, **headers})


def cookie(name: str, value: str, secure: bool, seconds: int, *, strict: bool = True) -> str:
    """The header that keeps a value in the browser; no script reads it."""
    same_site = "Strict" if strict else "Lax"
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite={same_site}{'; Secure' if secure else ''}"


def local(address: str | None, otherwise: str = "/") -> str:
    """An address on this server, whatever a query says; never one that a browser would take for another host."""
    good = address and address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return quote(address or "", safe="/?&=%+,:;@!$'()*~-._#") if good else otherwise


def problem_page(call: Call, problem: Problem) -> Reply:
    """A problem as a page: what happened, and what to do. Who needs a key is asked for it."""
    kind = problem.kind
    if kind is UNAUTHORIZED:
        if call.request.method in SAFE and not from_here(call.request):
            # the browser withholds the cookie where another site leads here: once more, from here
            return page(call, "again.html", address=local(call.request.raw_path))
        wanted = local(call.request.raw_path) if call.request.method in SAFE else "/operations"
        return redirect(f"/login?{urlencode({'next': wanted})}")
    known = f"problem.{kind.name}" if f"problem.{kind.name}" in WORDS else "problem.other"
    shown = page(call, "problem.html", kind.status, problem=problem, advice=known, id=call.id)
    return Reply(shown.data, shown.status, shown.media_type, headers={**shown.headers, **problem.headers})
