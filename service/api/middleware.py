"""What every request goes through, in this order: id, key and rate, media type, memory, parameters, handler,
answer.

It is one middleware: aiohttp wraps each further one around all requests. And `recall` stands before aiohttp's own routing,
which alone costs as much as an answer from memory: nothing but such an answer comes from there.
"""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any

import structlog
from aiohttp import hdrs, web
from multidict import istr

from service.api import body, negotiate
from service.api.access import Access
from service.api.answers import bodiless, page_answer, problem_answer, remembered, written
from service.api.cache import Key, Remembered
from service.api.operation import Call
from service.api.origin import SAFE, from_here, wants_page
from service.api.parameters import read_path, read_query
from service.api.parts import Parts
from service.api.problems import (
    FORBIDDEN,
    INTERNAL,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    Problem,
    of_error,
)
from service.api.reply import Reply
from service.api.routes import Route
from service.api.site import Site
from service.errors import GuatuError
from service.pipeline.spans import span
from service.store.database import Connection

_log = structlog.get_logger()
_SANE_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,100}")
_CORS_SECONDS = "600"
Next = Callable[[web.Request], Awaitable[web.StreamResponse]]
_REQUEST_ID = istr("X-Request-ID")
CALL = web.RequestKey("call", Call)


class Frame:
    """`routes` maps aiohttp's routes to ours; `cors` names the origins whose pages may read, or has `*` for all; `site`
    shows problems to people."""

    def __init__(
        self,
        parts: Parts,
        access: Access,
        routes: Mapping[web.AbstractRoute, Route],
        cors: Collection[str],
        site: Site,
    ) -> None:
        self._parts = parts
        self._access = access
        self._routes = routes
        self._cors = frozenset(cors)
        self._site = site
        self._run = secrets.token_hex(5)
        self._numbers = count(1)
        self._asked: dict[Key, asyncio.Event] = {}
        """What is being made for memory at the moment; set when it is there."""

    def recall(self, request: web.Request) -> web.StreamResponse | None:
        """The answer from memory, where nothing has to be asked, waited for or complained of; else None."""
        fields = request.headers
        if request.method != "GET" or (self._cors and "Origin" in fields):
            return None
        found = self._parts.memory.get(_memory_key(request))
        if found is None or (allowed := self._access.quick(request, found.scope)) is None:
            return None
        self._parts.memory.follow(found, request)
        return remembered(Call(request, self._parts, self._id(request), found.route, *allowed), found)

    @web.middleware
    async def handle(self, request: web.Request, handler: Next) -> web.StreamResponse:
        call = Call(request, self._parts, self._id(request))
        request[CALL] = call
        try:
            return await self._answer(call, handler)
        except Problem as problem:
            return self._problem(call, problem)
        except web.HTTPException as error:  # aiohttp's own: no such path, no such method
            return self._problem(call, _of_aiohttp(call, error))
        except GuatuError as error:
            meant = of_error(error)
            if meant.kind.status >= 500:
                _log.warning("request_failed", request_id=call.id, route=call.route, error=str(error), exc_info=True)
            return self._problem(call, meant)
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            _log.exception("request_failed", request_id=call.id, route=call.route)
            return self._problem(call, Problem(INTERNAL, "this is a defect of the server; its log says more"))

    async def _answer(self, call: Call, following: Next) -> web.StreamResponse:
        request = call.request
        if self._cors and (origin := request.headers.get("Origin")):
            call.origin = origin if origin in self._cors else "*" if "*" in self._cors else None
        route = self._routes.get(request.match_info.route)
        if route is None:
            call.page = wants_page(request)
            call.key, call.client = await self._access.check(request, None)
            return self._options(call) or await following(request)
        call.route, call.page = route.path, route.page
        if route.page and request.method not in SAFE and not from_here(request):
            raise Problem(
                FORBIDDEN, "the form was not sent by a page of this service: open that page and send it there"
            )
        call.key, call.client = await self._access.check(request, route.scope)
        call.media_type = _accepted(request, route.operation.media_types)
        if not route.operation.cached:
            return await self._made(call, route, None)
        key = _memory_key(request)
        # who asks for the same at the same time waits for the one answer
        if (turn := self._asked.get(key)) is not None:
            await turn.wait()
        if (found := self._parts.memory.get(key)) is not None:
            return remembered(call, found)
        if call.media_type in negotiate.STREAMED:
            return await self._made(call, route, None)
        self._asked[key] = turn = asyncio.Event()
        try:
            return await self._made(call, route, key)
        finally:
            turn.set()
            if self._asked.get(key) is turn:
                del self._asked[key]

    async def _made(self, call: Call, route: Route, key: Key | None) -> web.StreamResponse:
        """The answer of the handler; kept in memory under `key` where that is given."""
        version = self._parts.memory.version() if key else None
        with span(f"{call.request.method} {route.path}", request_id=call.id):
            answer = await self._answered(call, route, await self._given(call, route))
        if isinstance(answer, web.StreamResponse):
            return answer
        if key is not None and answer.etag:
            self._parts.memory.put(key, version, answer)
        return remembered(call, answer)

    async def _answered(self, call: Call, route: Route, given: Mapping[str, Any]) -> Remembered | web.StreamResponse:
        """What the handler answers as it goes out, with how it is made anew."""
        request, began = call.request, perf_counter()
        if request.method == "HEAD" and call.media_type in negotiate.STREAMED:
            reply: Reply | web.StreamResponse = Reply(media_type=call.media_type, cache="no-store")
        else:
            reply = await route.operation.handler(call, **given)
        if isinstance(reply, web.StreamResponse):
            return reply
        accepted = request.headers.get(hdrs.ACCEPT_ENCODING, "")
        answer = await written(reply, route, accepted, method=request.method, cors=bool(self._cors))
        answer.again, answer.seconds = partial(self._again, route, given, call.media_type), perf_counter() - began
        return answer

    async def _given(self, call: Call, route: Route) -> dict[str, Any]:
        """What the handler takes, read from the request."""
        request, operation = call.request, route.operation
        takes = operation.takes
        given: dict[str, Any] = {}
        query = read_query(takes.get("query"), request.raw_path.partition("?")[2], blanks=not route.page)
        if "query" in takes:
            given["query"] = query
        if "path" in takes:
            given["path"] = read_path(takes["path"], request.match_info)
        if "body" in takes:
            sent = await body.read(request, call.parts.limits, operation.bodies)
            given["body"] = sent if takes["body"] is body.Body else sent.json(takes["body"])
        return given

    async def renew(self, connection: Connection, head: int, ledger: int) -> None:
        """Make anew what many ask for, as it is in this view of the database, so that nobody waits for it when what is new
        is told. What takes long is made when it is asked for."""
        view, made = self._parts.seen_by(connection, head, ledger), dict[Key, Remembered]()
        for key, known in self._parts.memory.wanted():
            assert known.again
            assert known.request
            try:
                answer = await known.again(view, known.request)
                if answer.etag:
                    made[key] = answer
            except Problem:  # it is gone: who asks is told
                continue
            except Exception:  # the view may be spoilt for those behind it, which are made when they are asked for
                _log.exception("not_renewed", route=known.route)
                break
        if view.news.version is not None:
            self._parts.memory.prepare(view.news.version, made)

    async def _again(
        self, route: Route, given: Mapping[str, Any], media_type: str, view: Parts, request: web.Request
    ) -> Remembered:
        call = Call(request, view, "", route.path, media_type=media_type)
        answer = await self._answered(call, route, given)
        assert isinstance(answer, Remembered)
        return answer

    def _options(self, call: Call) -> web.StreamResponse | None:
        """The answer to OPTIONS, which a browser asks before it lets a page send more than a simple request."""
        request = call.request
        error = request.match_info.http_exception
        if request.method != "OPTIONS" or not isinstance(error, web.HTTPMethodNotAllowed):
            return None
        allowed = ", ".join(sorted({*error.allowed_methods, "OPTIONS"}))
        answer = {"Allow": allowed}
        if call.origin and "Access-Control-Request-Method" in request.headers:
            answer |= {
                "Access-Control-Allow-Methods": allowed,
                "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match, Last-Event-ID, X-Request-ID",
                "Access-Control-Max-Age": _CORS_SECONDS,
                "Vary": "Origin",
            }
        return bodiless(call, answer)

    def _problem(self, call: Call, problem: Problem) -> web.StreamResponse:
        if call.page and self._site.problem is not None:
            return page_answer(call, self._site.problem(call, problem))
        return problem_answer(call, problem, cors=bool(self._cors))

    def _id(self, request: web.Request) -> str:
        """The client's request id where it is harmless in a header and a log, else a new one."""
        given = request.headers.get(_REQUEST_ID)
        if given is not None and _SANE_ID.fullmatch(given):
            return given
        return f"{self._run}-{next(self._numbers)}"


FRAME = web.AppKey("frame", Frame)


def _accepted(request: web.Request, offered: tuple[str, ...]) -> str:
    """The media type of the answer."""
    chosen = negotiate.media_type(request.headers.get(hdrs.ACCEPT, ""), offered)
    if chosen is None:
        raise Problem(NOT_ACCEPTABLE, f"offered: {', '.join(offered)}", errors=[{"allowed": list(offered)}])
    return chosen


def _memory_key(request: web.Request) -> Key:
    fields = request.headers
    gzip = "gzip" if negotiate.gzip_wanted(fields.get(hdrs.ACCEPT_ENCODING, "")) else ""
    return request.raw_path, gzip, fields.get(hdrs.ACCEPT, "")


def _of_aiohttp(call: Call, error: web.HTTPException) -> Problem:
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = sorted({*error.allowed_methods, "OPTIONS"})
        detail = f"{call.request.method} is not allowed here"
        return Problem(METHOD_NOT_ALLOWED, detail, errors=[{"allowed": allowed}], headers={"Allow": ", ".join(allowed)})
    if error.status == 404:
        return Problem(NOT_FOUND, "nothing is at this address: /docs shows what there is")
    return Problem(INTERNAL, f"this should not happen: {error.status}")
