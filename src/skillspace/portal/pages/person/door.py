"""The door: signing in with a passkey, making a space, opening an invitation, the demo's invented people, leaving."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from skillspace.kernel.errors import BadInput
from skillspace.market.territory import place
from skillspace.people.accounts import Account, AccountKind
from skillspace.portal.pages.frame import Frame, Visit, go, home_of, local_path
from skillspace.portal.pages.person.giving import day_of
from skillspace.portal.views.account import DemoAccount, SignInPage, SignUpPage, WelcomePage
from skillspace.portal.words import N_

ROLE_WORDS = {
    "operator": N_("runs the node"),
    "recruiter": N_("finds people for jobs"),
    "adviser": N_("advises on courses"),
    "coach": N_("helps people with their plans"),
    "teacher": N_("teaches"),
    "analyst": N_("reads the statistics"),
    "dpo": N_("looks after data protection"),
    "auditor": N_("checks the books"),
}
LANGUAGE_LASTS = 365 * 24 * 3600


def router(frame: Frame) -> APIRouter:
    """Return the pages one sees before and after being somebody here."""
    routes = frame.router("Door")
    rooms = frame.rooms

    @routes.get("/")
    def start(request: Request) -> Response:
        with frame.reading(request) as visit:
            return go(home_of(visit.account, rooms))

    @routes.get("/sign-in")
    def sign_in(request: Request) -> Response:
        with frame.reading(request, anybody=True) as visit:
            if visit.session is not None:
                return go(home_of(visit.account, rooms))
            return visit.show(_door(visit))

    @routes.post("/sign-in")
    def sign_in_as_demo(request: Request) -> Response:
        with frame.writing(request, anybody=True) as visit:
            account = rooms.accounts.open_demo(visit.work, visit.field("account"))
            answer = go(local_path(visit.field("next"), home_of(account, rooms)))
            return let_in(frame, visit, account, answer)

    @routes.post("/sign-in/passkey/options")
    def passkey_options(request: Request) -> Response:
        with frame.writing(request, anybody=True) as visit:
            return script_answer(rooms.passkeys.begin_sign_in(visit.work))

    @routes.post("/sign-in/passkey")
    def sign_in_with_passkey(request: Request) -> Response:
        with frame.writing(request, anybody=True) as visit:
            account = rooms.passkeys.finish_sign_in(visit.work, visit.body)
            return let_in(frame, visit, account, JSONResponse({}))

    @routes.post("/sign-out")
    def sign_out(request: Request) -> Response:
        with frame.writing(request, anybody=True) as visit:
            if visit.session is not None:
                rooms.sessions.end(visit.work, visit.session.token)
            return let_out(frame, go("/sign-in", "signed-out"))

    @routes.post("/you/language")
    def language(request: Request) -> Response:
        with frame.writing(request, anybody=True) as visit:
            chosen, back = visit.field("language"), local_path(visit.field("next"))
            if chosen not in frame.languages:
                raise BadInput("The portal does not speak this language.")
            if visit.session is not None:
                rooms.accounts.set_language(visit.work, visit.account.id, chosen)
            answer = go(back)
            cookie = {"secure": rooms.cookie.secure, "httponly": True, "samesite": "lax", "path": "/"}
            answer.set_cookie(frame.language_cookie, chosen, max_age=LANGUAGE_LASTS, **cookie)  # type: ignore[arg-type]
            return answer

    _newcomers(frame, routes)
    return routes


def _newcomers(frame: Frame, routes: APIRouter) -> None:
    rooms = frame.rooms

    @routes.get("/sign-up")
    def sign_up(request: Request) -> Response:
        with frame.reading(request, anybody=True) as visit:
            _people_live_here(frame)
            return visit.show(SignUpPage(chrome=visit.chrome(), today=visit.work.now.date()))

    @routes.post("/sign-up/options")
    def sign_up_options(request: Request) -> Response:
        with frame.writing(request, anybody=True) as visit:
            _people_live_here(frame)
            name, born = visit.json("name"), day_of(visit.json("born"))
            if born is None:
                raise BadInput("Tell when you were born: year, month and day.")
            options = rooms.passkeys.begin_sign_up(visit.work, name=name, language=visit.language, born=born)
            return script_answer(options)

    @routes.post("/sign-up")
    def signed_up(request: Request) -> Response:
        with frame.writing(request, anybody=True) as visit:
            _people_live_here(frame)
            account = rooms.passkeys.finish_registration(visit.work, visit.body)
            return let_in(frame, visit, account, JSONResponse({}))

    @routes.get("/welcome")
    def welcome(request: Request) -> Response:
        with frame.reading(request, anybody=True) as visit:
            return visit.show(WelcomePage(chrome=visit.chrome(path="/"), token=visit.asked("token")))

    @routes.post("/welcome")
    def welcomed(request: Request) -> Response:
        with frame.writing(request, anybody=True) as visit:
            account = rooms.accounts.accept_invitation(visit.work, visit.field("token"))
            return let_in(frame, visit, account, go("/you"))


def let_in(frame: Frame, visit: Visit, account: Account, answer: Response) -> Response:
    """Begin a session and put its token into the answer's cookie; a session there was before ends."""
    if visit.session is not None:
        frame.rooms.sessions.end(visit.work, visit.session.token)
    cookie, session = frame.rooms.cookie, frame.rooms.sessions.begin(visit.work, account)
    answer.set_cookie(
        cookie.name,
        session.token,
        max_age=cookie.max_age,
        path=cookie.path,
        secure=cookie.secure,
        httponly=cookie.httponly,
        samesite="lax",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def let_out(frame: Frame, answer: Response) -> Response:
    """Take the session's cookie back."""
    cookie = frame.rooms.cookie
    answer.delete_cookie(cookie.name, path=cookie.path, secure=cookie.secure, httponly=True, samesite="lax")
    return answer


def script_answer(json: str) -> Response:
    """Return JSON text for a script of ours."""
    return Response(json, media_type="application/json", headers={"Cache-Control": "no-store"})


def _people_live_here(frame: Frame) -> None:
    if frame.rooms.spaces is None:
        raise BadInput("This organisation keeps no people's spaces.")


def _door(visit: Visit) -> SignInPage:
    accounts = visit.rooms.accounts.demo_accounts(visit.work)
    return SignInPage(
        chrome=visit.chrome(path="/sign-in"),
        next=local_path(visit.asked("next")),
        demo_accounts=tuple(
            DemoAccount(
                id=account.id,
                name=account.name,
                about=_about(account, visit),
                is_organisation=account.kind is AccountKind.STAFF,
            )
            for account in accounts
        ),
        has_spaces=visit.rooms.spaces is not None,
    )


def _about(account: Account, visit: Visit) -> str:
    if account.kind is AccountKind.STAFF:
        roles = [visit.words.gettext(ROLE_WORDS[role]) for role in ROLE_WORDS if role in account.roles]
        return f"{visit.rooms.name}: {visit.words.listing(roles)}" if roles else visit.rooms.name
    home = place(account.territory) if account.territory else None
    return home.name if home else visit.words.gettext("a person of this data space")
