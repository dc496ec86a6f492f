"""A provider's API behind a dataset: what may be asked, what goes on, what comes back, and what never leaves."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse, StreamingResponse

from skillspace.exchange.dataplane.rest import RestSource
from skillspace.exchange.dataplane.secrets import Secret
from skillspace.exchange.dataplane.settings import read_settings
from skillspace.kernel.errors import BadInput
from tests.unit.exchange.dataplane.asking import ask, opened
from tests.unit.exchange.neighbours import Town, free_port

TOKEN = "s3cret-of-the-registry"


class Registry:
    """An invented course registry: a real HTTP server that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.bodies: list[bytes] = []
        self.tokens_given = 0
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        app = FastAPI()

        @app.post("/token")
        async def token(request: Request) -> Any:
            await self._note(request)
            pair = base64.b64encode(b"school:client-secret-1").decode()
            if request.headers["authorization"] != f"Basic {pair}":
                return Response(status_code=401)
            self.tokens_given += 1
            return {"access_token": f"access-token-{self.tokens_given}", "expires_in": 3600, "token_type": "bearer"}

        @app.api_route("/v1/{path:path}", methods=["GET", "POST", "HEAD"])
        async def answer(path: str, request: Request) -> Any:  # noqa: PLR0911 - one line for each thing an API may do
            await self._note(request)
            match path:
                case "echo":
                    return PlainTextResponse("\n".join(f"{name}: {text}" for name, text in request.headers.items()))
                case "slowly-echo":
                    return StreamingResponse(bytes([byte]) for byte in request.headers["authorization"].encode())
                case "header-echo":
                    return Response(headers={"Content-Language": request.headers["authorization"]})
                case "elsewhere":
                    return RedirectResponse("http://127.0.0.1:1/")
                case "broken":
                    return PlainTextResponse(f"fault in module auth, token {TOKEN}", 500)
                case "denied":
                    return PlainTextResponse(f"{TOKEN} is not valid", 401)
                case "unknown":
                    return PlainTextResponse('{"reason": "no such course"}', 404, media_type="application/json")
            return Response(
                f'{{"path": "{path}"}}',
                media_type="application/json",
                headers={"ETag": '"c1"', "Set-Cookie": "session=1", "X-Internal": "host-7", "X-Total-Count": "12"},
            )

        self._server = uvicorn.Server(uvicorn.Config(app, port=self.port, log_config=None, lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    async def _note(self, request: Request) -> None:
        self.bodies.append(await request.body())
        self.asked.append(request)

    def up(self) -> Registry:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        return self

    def down(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=60)

    def source(self, secret: dict[str, str] | None = None, **settings: Any) -> RestSource:
        content = {"base": f"{self.base}/v1", "paths": ["/courses", "/courses/*", "/deep/**"]} | settings
        read = read_settings("rest", content)
        assert read.kind == "rest"
        return RestSource(read, Secret(secret))


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    server = Registry().up()
    yield server
    server.down()


@pytest.fixture(scope="module")
def courses(town: Town, registry: Registry) -> str:
    source = registry.source({"token": TOKEN}, auth="bearer", methods=["GET", "POST"], query=["page", "lang"])
    return opened(town, source)


def test_the_answer_of_the_api_is_passed_on_without_what_is_its_own(
    town: Town, registry: Registry, courses: str
) -> None:
    reply = ask(
        town, courses, "/courses/7?page=2&lang=sv&page=3", Cookie="mine=1", X_Trace="t", Accept="application/json"
    )
    assert (reply.status_code, reply.json()) == (200, {"path": "courses/7"})
    assert reply.headers["x-total-count"] == "12"
    assert not {"set-cookie", "x-internal"} & set(reply.headers)
    seen = registry.asked[-1]
    assert str(seen.url).endswith("/v1/courses/7?page=2&lang=sv&page=3")
    assert seen.headers["authorization"] == f"Bearer {TOKEN}"
    assert seen.headers["accept"] == "application/json"
    assert not {"cookie", "x-trace", "consent-grant"} & set(seen.headers)
    assert ask(town, courses, "/courses/7", If_None_Match=reply.headers["etag"]).status_code == 304


def test_a_body_goes_on_where_the_method_is_offered(town: Town, registry: Registry, courses: str) -> None:
    assert ask(town, courses, "/courses", "POST", b'{"q": 1}', Content_Type="application/json").status_code == 200
    assert registry.bodies[-1] == b'{"q": 1}'
    assert ask(town, courses, "/courses", "POST", b"x" * (1024 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("", "GET"),
        ("/secret", "GET"),
        ("/courses/7/8", "GET"),
        ("/courses/../echo", "GET"),
        ("/courses/%2e%2e/echo", "GET"),
        ("/courses%2f..%2fecho", "GET"),
        ("/deep/../../admin", "GET"),
        ("/deep/a%5c..%5cb", "GET"),
        ("//127.0.0.1:1/courses", "GET"),
        ("/courses", "DELETE"),
        ("/courses?admin=1", "GET"),
        ("/courses?page=1&x=%00", "GET"),
    ],
)
def test_what_is_not_offered_never_reaches_the_api(
    town: Town, registry: Registry, courses: str, path: str, method: str
) -> None:
    before = len(registry.asked)
    assert ask(town, courses, path, method).status_code in (403, 404)
    assert len(registry.asked) == before


def test_what_is_quoted_stays_one_step(town: Town, registry: Registry, courses: str) -> None:
    ask(town, courses, "/courses/a%3Fpage=1%23x%20å")
    assert registry.asked[-1].scope["path"] == "/v1/courses/a?page=1#x å"
    assert registry.asked[-1].url.query == ""


@pytest.mark.parametrize("place", ["echo", "slowly-echo", "header-echo", "broken", "denied", "elsewhere"])
def test_no_answer_brings_the_sources_credentials_out(
    town: Town, registry: Registry, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = registry.source({"token": TOKEN}, auth="bearer", paths=["/**"])
    pid = opened(town, source)
    received = b""
    try:
        reply = ask(town, pid, f"/{place}")
        received = reply.content + repr(reply.headers).encode()
    except Exception as fault:
        received = repr(fault).encode()
    assert TOKEN.encode() not in received
    assert TOKEN not in capsys.readouterr().out


def test_a_fault_of_the_request_is_told_and_one_of_the_source_is_not(town: Town, registry: Registry) -> None:
    pid = opened(town, registry.source({"token": TOKEN}, auth="bearer", paths=["/**"]))
    missing = ask(town, pid, "/unknown")
    assert (missing.status_code, missing.json()) == (404, {"reason": "no such course"})
    for place in ("broken", "denied", "elsewhere"):
        reply = ask(town, pid, f"/{place}")
        assert (reply.status_code, reply.json()["code"]) == (503, "Unavailable")
    registry_is_gone = opened(town, registry.source(base=f"http://127.0.0.1:{free_port()}", paths=["/**"]))
    assert ask(town, registry_is_gone, "/x").status_code == 503


@pytest.mark.parametrize(
    ("settings", "secret", "header", "value"),
    [
        ({"auth": "header", "header": "X-Key"}, {"token": TOKEN}, "x-key", TOKEN),
        ({"auth": "basic"}, {"user": "school", "password": TOKEN}, "authorization", "Basic "),
        ({"auth": "none"}, {}, "authorization", None),
    ],
)
def test_credentials_go_where_the_api_wants_them(
    town: Town, registry: Registry, settings: dict[str, Any], secret: dict[str, str], header: str, value: str | None
) -> None:
    pid = opened(town, registry.source(secret, **settings))
    assert ask(town, pid, "/courses").status_code == 200
    sent = registry.asked[-1].headers.get(header)
    assert sent is None if value is None else str(sent).startswith(value)


def test_an_access_token_is_asked_for_once_and_anew_when_it_is_refused(town: Town, registry: Registry) -> None:
    secret = {"client_id": "school", "client_secret": "client-secret-1"}
    settings = {"auth": "oauth2", "token_url": f"{registry.base}/token", "paths": ["/**"]}
    pid, before = opened(town, registry.source(secret, **settings)), registry.tokens_given
    assert [ask(town, pid, "/courses").status_code for _ in range(3)] == [200] * 3
    assert registry.tokens_given == before + 1
    assert registry.asked[-1].headers["authorization"] == f"Bearer access-token-{before + 1}"
    assert ask(town, pid, "/denied").status_code == 503
    assert ask(town, pid, "/courses").status_code == 200
    assert registry.tokens_given == before + 2
    wrong = opened(town, registry.source(secret | {"client_secret": "wrong-secret"}, **settings))
    reply = ask(town, wrong, "/courses")
    assert reply.status_code == 503
    assert "wrong-secret" not in reply.text


@pytest.mark.parametrize(
    "settings",
    [
        {"base": "ftp://registry.example"},
        {"base": "https://user:pass@registry.example"},
        {"base": "https://registry.example?key=1"},
        {"auth": "oauth2"},
        {"auth": "magic"},
        {"paths": []},
        {"paths": ["/../x"]},
        {"methods": ["TRACE"]},
        {"header": "Host"},
        {"token": TOKEN},
    ],
)
def test_settings_that_do_not_fit_are_refused_without_showing_them(settings: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as fault:
        read_settings("rest", {"base": "https://registry.example"} | settings)
    assert TOKEN not in fault.value.message
