"""Signing in: a key is given once, checked, and kept by the browser where no script can read it."""

from pydantic import Field

from service.api.body import Body
from service.api.keys import PREFIX, hashed
from service.api.operation import Call, operation
from service.api.origin import COOKIE
from service.api.reply import Reply
from service.store import keys
from service.web.forms import FORM, fields
from service.web.page import SHOWN, PageQuery, cookie, local, page, redirect

_MONTH = 30 * 86_400


class LoginQuery(PageQuery):
    next: str = Field("/", max_length=4000, description="where to go then")


@operation(SHOWN)
async def form(call: Call, query: LoginQuery) -> Reply:
    """The form that takes a key."""
    return page(call, "login.html", next=local(query.next), wrong=False)


@operation(SHOWN, bodies={FORM: bytes})
async def enter(call: Call, body: Body) -> Reply:
    """Take a key."""
    given = dict(fields(body))
    key, wanted = given.get("key", "").strip(), local(given.get("next"))
    async with call.parts.database.reading() as connection:
        found = await keys.of_hash(connection, hashed(key)) if key.startswith(PREFIX) and key.isascii() else None
    if found is None or not found.good(call.parts.now()):
        return page(call, "login.html", 401, next=wanted, wrong=True)
    secure = call.request.secure or call.parts.secure
    return redirect(wanted, **{"Set-Cookie": cookie(COOKIE, key, secure, _MONTH)})


@operation(SHOWN)
async def leave(call: Call) -> Reply:
    """Forget the key."""
    return redirect("/", **{"Set-Cookie": cookie(COOKIE, "", False, 0)})
