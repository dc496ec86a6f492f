"""What every page request goes through: who asks, in which language, was the form ours, and how to say no."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from skillspace.kernel.errors import BadInput, NotFound, NotSignedIn, SkillspaceError
from skillspace.kernel.ids import new_id
from skillspace.people.accounts import Account, AccountKind, RoleMissing, Session, WrongForm
from skillspace.people.guardians import asks_seen_by
from skillspace.portal.i18n import LANGUAGES, Translator, best_language, translator
from skillspace.portal.pages.sentences import explain, notice
from skillspace.portal.render import SECURITY_HEADERS, render
from skillspace.portal.rooms import Rooms, Spaces
from skillspace.portal.views.account import ErrorPage
from skillspace.portal.views.common import ORGANISATION_ROOMS, Chrome, Page, Viewer
from skillspace.portal.words import ROOMS
from skillspace.storage.database import Work

log = structlog.get_logger()

FORM = "application/x-www-form-urlencoded"
#: Forms with a file; read by the pages alone that ask for one.
UPLOAD = "multipart/form-data"
MOST_FIELDS = 50
#: Members that hold something about people of their own.
HOLDERS = frozenset({"university", "school", "training", "employer", "agency", "edtech"})
SAFE_METHODS = frozenset({"GET", "HEAD"})
MAX_PATH = 500
#: Which rooms of an organisation a role opens.
OFFICE_ROOMS = {
    "operator": (
        "overview",
        "offerings",
        "negotiations",
        "agreements",
        "contracts",
        "transfers",
        "peers",
        "linked",
        "credentials",
        "rights",
        "register",
        "matching",
        "words",
        "review",
        "log",
    ),
    "curator": ("words", "review"),
    "dpo": ("rights", "register", "audit"),
    "auditor": ("audit",),
    "recruiter": ("people", "team", "matching"),
    "adviser": ("people", "team", "matching"),
    "coach": ("shared",),
    "teacher": ("learning", "shared"),
    "analyst": ("statistics",),
    "assessor": ("validation",),
    "officer": ("guardians",),
}


def local_path(text: str | None, default: str = "/") -> str:
    """Return a path of this very node, or the default: nobody is sent elsewhere by a link made elsewhere."""
    path = text or ""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_local and "\\" not in path and len(path) <= MAX_PATH else default


def rooms_of(account: Account, rooms: Rooms) -> tuple[str, ...]:
    """Return the rooms of an organisation that an account's roles open, in the order of the bar."""
    opened = {room for role in account.roles for room in OFFICE_ROOMS.get(role, ())}
    if rooms.authority is not None and "operator" in account.roles:
        opened.add("members")
    if not rooms.roles & HOLDERS:
        opened.discard("linked")
    if rooms.spaces is None:
        opened.discard("guardians")
    return tuple(room for room in ORGANISATION_ROOMS if room in opened)


def home_of(account: Account, rooms: Rooms) -> str:
    """Return the page an account starts from: a person's skills, or the first room staff may open."""
    if account.kind is AccountKind.PERSON:
        return "/skills"
    opened = rooms_of(account, rooms)
    return ROOMS[opened[0]][1] if opened else "/org"


class Visit:
    """One request while its transaction is open. `session` is None where nobody is signed in."""

    def __init__(self, *, rooms: Rooms, request: Request, work: Work, session: Session | None, words: Translator):
        self.rooms = rooms
        self.request = request
        self.work = work
        self.session = session
        self.words = words

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.words.language

    @property
    def account(self) -> Account:
        """Who is signed in; raises NotSignedIn."""
        if self.session is None:
            raise NotSignedIn()
        return self.session.account

    def person(self) -> tuple[Account, Spaces]:
        """Return the person and the rooms of their space. Raises NotSignedIn, RoleMissing for staff, NotFound where
        no people live."""
        account = self.account
        if self.rooms.spaces is None:
            raise NotFound("This organisation keeps no people's spaces.")
        if account.kind is not AccountKind.PERSON:
            raise RoleMissing("This page belongs to people; you are signed in for an organisation.")
        return account, self.rooms.spaces

    def staff(self, *roles: str) -> Account:
        """Return the account when it is staff with one of `roles` (any staff without); raise RoleMissing."""
        account = self.account
        if account.kind is not AccountKind.STAFF or (roles and not account.roles & set(roles)):
            raise RoleMissing()
        return account

    def asked(self, name: str, default: str = "") -> str:
        """Return one value of the query string."""
        return self.request.query_params.get(name, default)

    def field(self, name: str, default: str = "") -> str:
        """Return one field of the form that was sent."""
        value = _fields(self.request).get(name, default)
        return value if isinstance(value, str) else default

    def fields(self, name: str) -> list[str]:
        """Return every value of a field that may come several times."""
        return [value for value in _fields(self.request).getlist(name) if isinstance(value, str)]

    def file(self, name: str) -> tuple[str, bytes]:
        """Return (name, content) of a file that was sent; two empty ones where none was. Its name is not to be
        trusted."""
        value = _fields(self.request).get(name)
        return (value.filename or "", value.file.read()) if isinstance(value, UploadFile) else ("", b"")

    @property
    def body(self) -> str:
        """The JSON text of a request made by a script of ours."""
        raw: bytes = getattr(self.request.state, "body", b"")
        return raw.decode(errors="replace")

    def json(self, name: str) -> str:
        """Return one text of that JSON; empty where there is none. Raises BadInput when it is no JSON object."""
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise BadInput("What was sent cannot be read.")
        value = content.get(name)
        return value if isinstance(value, str) else ""

    def chrome(self, room: str = "", path: str | None = None) -> Chrome:
        """Return the frame around a page; `room` is the one lit in the bar, `path` where its language form returns."""
        rooms, session = self.rooms, self.session
        viewer, waiting = None, 0
        if session is not None and session.account.kind is AccountKind.PERSON:
            viewer = Viewer(name=session.account.name)
            if rooms.spaces is not None:
                waiting = _asks_of(self.work, session.account.id, rooms.spaces)
        elif session is not None:
            opened = rooms_of(session.account, rooms)
            viewer = Viewer(name=session.account.name, organisation=rooms.name, rooms=opened)
        return Chrome(
            space=rooms.data_space,
            csrf=session.csrf if session else "",
            path=path or here(self.request),
            viewer=viewer,
            room=room,
            asks_waiting=waiting,
            notice=notice(self.asked("done"), self.words),
            is_demo=rooms.is_demo,
        )

    def show(self, page: Page, status: int = 200) -> Response:
        """Return the page as HTML in the visit's language, with the headers every page has."""
        return HTMLResponse(render(page, self.words), status, headers=SECURITY_HEADERS)

    def go(self, path: str, done: str = "") -> Response:
        """Return the redirect after a form was taken; `done` is a key of `sentences.NOTICES`."""
        return go(path, done)


def _asks_of(work: Work, person: str, spaces: Spaces) -> int:
    """Count the asks that wait for a person: their own, and those of the people they act for."""
    others = asks_seen_by(work, person, consents=spaces.consents, mandates=spaces.mandates.mandates)
    return len(spaces.consents.asks_waiting(work, person)) + sum(map(len, others.values()))


def go(path: str, done: str = "") -> Response:
    """Return a 303 to a page of ours, with the code of a notice."""
    mark = f"{'&' if '?' in path else '?'}{urlencode({'done': done})}" if done else ""
    return RedirectResponse(path + mark, 303, headers={"Cache-Control": "no-store"})


def here(request: Request) -> str:
    """Return the path one may come back to: this page without its notice; the start where a form was sent."""
    if request.method not in SAFE_METHODS:
        return "/"
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "done"]
    return local_path(f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path)


class Frame:
    """Opens one transaction a request, and turns faults into pages that say why."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.languages = tuple(language for language in rooms.languages if language in LANGUAGES) or ("en",)
        self.language_cookie = f"{rooms.cookie.name}-language"

    def router(self, tag: str, *, takes_file: bool = False) -> APIRouter:
        """Return a router whose routes read forms first and answer faults with a page; some take one file."""
        frame = self

        class Route(APIRoute):
            def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
                handle = super().get_route_handler()

                async def framed(request: Request) -> Response:
                    return await frame._framed(request, handle, takes_file)

                return framed

        return APIRouter(route_class=Route, tags=[tag], include_in_schema=False)

    @contextmanager
    def reading(self, request: Request, *, anybody: bool = False) -> Iterator[Visit]:
        """Open the transaction of a page that changes nothing. Raises NotSignedIn unless `anybody` may come; a form
        is checked as in `writing`, for pages that call other nodes between two transactions."""
        with self.rooms.database.reading() as work:
            yield self._visit(request, work, anybody)

    @contextmanager
    def writing(self, request: Request, *, anybody: bool = False) -> Iterator[Visit]:
        """Open the transaction of a form. Raises NotSignedIn, and WrongForm unless the form came from a page of the
        same session (field ``csrf``, or header ``X-CSRF`` from scripts). Never call another node within."""
        with self.rooms.database.writing() as work:
            yield self._visit(request, work, anybody)

    def refusal(self, request: Request, fault: SkillspaceError, reference: str = "") -> Response:
        """Return the page that says no and why; who must sign in first is led to the door and back."""
        if isinstance(fault, NotSignedIn):
            back = here(request)
            return go(f"/sign-in?{urlencode({'next': back})}" if back != "/" else "/sign-in")
        with self.rooms.database.reading() as work:
            session = self._session(request, work)
            words = translator(self._language(request, session))
            visit = Visit(rooms=self.rooms, request=request, work=work, session=session, words=words)
            reason, advice = explain(fault, words)
            page = ErrorPage(
                chrome=visit.chrome(path="/"),
                status=fault.http_status,
                reason=reason,
                advice=advice,
                href=home_of(session.account, self.rooms) if session else "/",
                reference=reference,
            )
            return visit.show(page, fault.http_status)

    async def _framed(
        self, request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]], takes_file: bool
    ) -> Response:
        try:
            if request.method not in SAFE_METHODS:
                await _take_body(request, takes_file)
            return await handle(request)
        except SkillspaceError as fault:
            log.info("page.refused", path=request.url.path, code=fault.code, reason=fault.message)
            return await run_in_threadpool(self.refusal, request, fault)
        except RequestValidationError:
            return await run_in_threadpool(self.refusal, request, BadInput("Something in the address is not right."))
        except Exception:
            reference = new_id("fault")
            log.exception("page.broken", path=request.url.path, reference=reference)
            broken = SkillspaceError("The mistake is ours.")
            return await run_in_threadpool(self.refusal, request, broken, reference)
        finally:
            await request.close()  # a file that was sent is let go

    def _visit(self, request: Request, work: Work, anybody: bool) -> Visit:
        session = self._session(request, work)
        if session is None and not anybody:
            raise NotSignedIn()
        if request.method not in SAFE_METHODS:
            self._check_form(request, session)
        words = translator(self._language(request, session))
        return Visit(rooms=self.rooms, request=request, work=work, session=session, words=words)

    def _session(self, request: Request, work: Work) -> Session | None:
        try:
            return self.rooms.sessions.current(work, request.cookies.get(self.rooms.cookie.name))
        except NotSignedIn:
            return None

    def _language(self, request: Request, session: Session | None) -> str:
        saved = session.account.language if session else request.cookies.get(self.language_cookie, "")
        return best_language(request.headers.get("accept-language", ""), saved, self.languages)

    def _check_form(self, request: Request, session: Session | None) -> None:
        """Before sign-in there is no session to tie a form to; the browser's own word on where it came from is."""
        origin = request.headers.get("origin")
        ours = {urlsplit(self.rooms.address).netloc, request.headers.get("host", "")}
        if origin is not None and urlsplit(origin).netloc not in ours:
            raise WrongForm()
        if session is not None:
            sent = _fields(request).get("csrf") or request.headers.get("x-csrf")
            session.check_form(sent if isinstance(sent, str) else None)


async def _take_body(request: Request, takes_file: bool) -> None:
    """Read what was sent, so that pages stay plain functions; anything but our kinds counts as nothing sent."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        request.state.fields = await request.form(max_files=0)
    elif kind == UPLOAD and takes_file:
        try:
            request.state.fields = await request.form(max_files=1, max_fields=MOST_FIELDS)
        except HTTPException as fault:
            raise BadInput("The form cannot be read.") from fault
    elif kind == "application/json":
        request.state.body = await request.body()


def _fields(request: Request) -> FormData:
    fields: FormData = getattr(request.state, "fields", None) or FormData()
    return fields
