"""The learning record store over HTTP: one door for all its resources, and one way to say no (xAPI part 3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field

import structlog
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route, Router

from skillspace.kernel.errors import NotSignedIn, SkillspaceError
from skillspace.people.statements.calls import VERSION_HEADER, MethodNotAllowed, read_call
from skillspace.people.statements.resources import PATH, Answer, RecordStore
from skillspace.people.statements.tries import WITHIN, TooManyTries
from skillspace.records.statements import Version, written

log = structlog.get_logger()
_THROUGH = "X-Experience-API-Consistent-Through"
_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS")
#: Documents are as their tools made them: what a browser is led to here is no page of this node, and runs nothing.
_CONFINED = {"Content-Security-Policy": "default-src 'none'; sandbox"}
#: Courses run in browsers, from wherever they lie. Nobody comes in by a cookie here, so no page gains by another's.
_FROM_ANYWHERE = Middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["GET", "HEAD", "PUT", "POST", "DELETE"],
    allow_headers=["*"],
    expose_headers=["ETag", "Last-Modified", "Retry-After", VERSION_HEADER, _THROUGH],
    max_age=86_400,
)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A request with its body read, and the address it came from."""

    method: str
    query: bytes
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    origin: str


class _Habits:
    """The version each client spoke last, in memory: who names none is refused in the one it can be taken to know.

    Of `MOST` clients; when there are more, it begins anew.
    """

    MOST = 1000

    def __init__(self) -> None:
        self._last: dict[int, Version] = {}

    def of(self, authorization: str | None) -> Version:
        """Return what was spoken last with this name and secret, and otherwise the newest."""
        return self._last.get(hash(authorization), Version.V2_0)

    def keep(self, authorization: str | None, spoken: Version) -> None:
        """Remember a version for a client that was let in: never the secret itself, and nothing for anybody else."""
        if len(self._last) >= self.MOST:
            self._last.clear()
        self._last[hash(authorization)] = spoken


def router(store: RecordStore) -> Router:
    """Return the resources of a store, to be mounted under `PATH`; they have their own standard, so `describing` says
    what they take."""
    habits = _Habits()
    resources = ("about", *store.resources)
    routes = [Route(f"/{one}", _door(store, habits, one), methods=[*_METHODS]) for one in resources]
    return Router(routes, middleware=[_FROM_ANYWHERE])


def _door(store: RecordStore, habits: _Habits, resource: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        asked = _Asked(
            method=request.method,
            query=request.scope["query_string"],
            headers=dict(request.headers),
            body=await request.body(),
            origin=request.client.host if request.client is not None else "",
        )
        return await run_in_threadpool(_answered, store, habits, resource, asked)

    return answer


def _answered(store: RecordStore, habits: _Habits, resource: str, asked: _Asked) -> Response:
    spoken, more = Version.V2_0, {}
    try:
        if resource == "about":
            _allowed(asked.method, {"GET"})
            given = store.about(asked.headers.get(VERSION_HEADER, ""))
        else:
            methods = store.resources[resource]
            _allowed(asked.method, methods.keys())
            call = read_call(asked.method, asked.query, asked.headers, asked.body)
            _allowed(call.method, methods.keys())
            authorization = call.headers.get("authorization")
            spoken = habits.of(authorization)
            spoken = call.version
            client = store.calling(authorization, asked.origin)
            habits.keep(authorization, spoken)
            if resource == "statements" and call.reads:
                # Read first: what is stored meanwhile is then told of later, never too early.
                more[_THROUGH] = written(store.through())
            given = methods["GET" if call.reads else call.method](call, client)
    except SkillspaceError as fault:
        # Never what was asked: it names people.
        log.info("refused", path=f"{PATH}/{resource}", code=fault.code)
        given = Answer(status=fault.http_status, body=fault.message.encode(), content_type="text/plain; charset=utf-8")
        if isinstance(fault, NotSignedIn):
            more["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
        if isinstance(fault, TooManyTries):
            more["Retry-After"] = str(int(WITHIN.total_seconds()))
    return _response(given, {**given.headers, **more, "X-Experience-API-Version": spoken.value}, asked.method)


def _allowed(method: str, methods: Collection[str]) -> None:
    """Raise MethodNotAllowed unless a resource is used so; HEAD is a GET without its content."""
    if method not in methods and not (method == "HEAD" and "GET" in methods):
        raise MethodNotAllowed


def _response(given: Answer, headers: Mapping[str, str], method: str) -> Response:
    headers = {**_CONFINED, **headers}
    if given.status == 204:
        return Response(status_code=204, headers=headers)
    length = {"Content-Length": str(len(given.body)), "Content-Type": given.content_type}
    body = b"" if method == "HEAD" else given.body
    return Response(body, given.status, {**headers, **length})
