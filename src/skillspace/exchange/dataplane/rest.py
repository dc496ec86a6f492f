"""A provider's own API as a source: a guarded proxy. The operator names the address and what may be asked there; of the
consumer's request only what is on the lists goes on, of the answer only what is harmless comes back."""

from __future__ import annotations

import base64
import re
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode

import httpx2 as httpx

from skillspace.exchange.dataplane.secrets import Secret, SecretSeen, without
from skillspace.exchange.dataplane.settings import RestSettings
from skillspace.exchange.dataplane.sources import Held, Payload, PullRequest
from skillspace.kernel.errors import NotFound, Refused, Unavailable

PIECE = 256 * 1024
MAX_TOKEN_BYTES = 64 * 1024
#: These of the consumer's headers an API may see; the consumer's own token is never among them.
PASSED_ON = ("accept", "accept-language", "content-type")
#: These of an API's headers a consumer may see.
PASSED_BACK = ("content-language", "last-modified", "x-total-count", "retry-after")
#: Answers to the request itself; all others are between the source and its owner.
SHOWN = (400, 404, 406, 409, 410, 413, 415, 422, 429)
#: An access token is not used any more when it has less than this to live; one that says nothing lives a minute.
SPARE_S = 20.0
USUAL_S = 60.0


class NotForAsking(Refused):
    """This method, path or parameter is not part of what is offered."""


class RestSource:
    """Answers from an API. Redirects are not followed: credentials go to the operator's address and nowhere else."""

    has_places = True

    def __init__(self, settings: RestSettings, secret: Secret, client: httpx.Client | None = None) -> None:
        self._settings = settings
        self._secret = secret
        self._client = client or httpx.Client(timeout=settings.timeout_s, follow_redirects=False, trust_env=False)
        # Whoever forgets the source lets go of its lines.
        weakref.finalize(self, self._client.close)
        self._tokens = _Tokens(settings, secret, self._client)
        self._paths = [_regex(pattern) for pattern in settings.paths]

    def open(self, request: PullRequest) -> Payload:
        """Ask the API. Raises NotForAsking, NotFound, Unavailable; faults of the request itself are passed back."""
        url = self._url(request)
        if request.method not in self._settings.methods:
            raise NotForAsking(f"{request.method} is not part of what {request.dataset} offers.")
        credential = self._credential()
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        headers |= {"Accept-Encoding": "identity", "User-Agent": "skillspace"} | credential
        response = self._send(request, url, headers)
        if response.status_code not in SHOWN and not 200 <= response.status_code < 300:
            response.close()
            if response.status_code == 401:
                self._tokens.forget()
            raise Unavailable("The source does not answer as it should; its owner has to look.")
        return self._payload(response, (*self._secret.guarded(), *(text.encode() for text in credential.values())))

    def _send(self, request: PullRequest, url: str, headers: Mapping[str, str]) -> httpx.Response:
        body = request.body if request.method not in ("GET", "HEAD") else None
        try:
            asked = self._client.build_request(request.method, url, headers=dict(headers), content=body)
            return self._client.send(asked, stream=True)
        except httpx.HTTPError:
            # The fault's own words may hold the address or what was sent there.
            raise Unavailable("The source does not answer at the moment; try again later.") from None

    def _payload(self, response: httpx.Response, guarded: tuple[bytes, ...]) -> Payload:
        told = response.headers
        headers = {name: told[name] for name in PASSED_BACK if name in told}
        kind, tag = told.get("content-type", "application/octet-stream"), told.get("etag", "")
        seen = "\n".join((*headers.values(), kind, tag)).encode("utf-8", "replace")
        if any(secret in seen for secret in guarded):
            response.close()
            raise SecretSeen()
        is_strong = len(tag) > 2 and tag.startswith('"') and tag.endswith('"') and response.status_code == 200
        return Payload(
            media_type=kind[:200],
            chunks=Held(without(guarded, _pieces(response)), response.close),
            etag=tag[1:-1] if is_strong else None,
            status=response.status_code,
            headers=headers,
        )

    def _url(self, request: PullRequest) -> str:
        """Write the address anew from checked parts: nothing the consumer wrote is taken over as it is."""
        steps = request.path.split("/") if request.path else []
        if any(step in ("", ".", "..") or "\\" in step or not step.isprintable() for step in steps):
            raise NotFound(f"{request.dataset} has no such place.")
        path = "/" + "/".join(quote(step, safe="") for step in steps)
        if not any(pattern.fullmatch("/" + "/".join(steps)) for pattern in self._paths):
            raise NotFound(f"{request.dataset} has no such place.")
        strange = {name for name, _ in request.query} - set(self._settings.query)
        if strange:
            raise NotForAsking(f"The parameter {min(strange)[:50]!r} is not part of what {request.dataset} offers.")
        query = f"?{urlencode(request.query)}" if request.query else ""
        return self._settings.base + (path if steps else "") + query

    def _credential(self) -> dict[str, str]:
        secret = self._secret
        match self._settings.auth:
            case "bearer":
                return {"Authorization": f"Bearer {secret['token']}"}
            case "basic":
                pair = base64.b64encode(f"{secret['user']}:{secret['password']}".encode()).decode()
                return {"Authorization": f"Basic {pair}"}
            case "header":
                return {self._settings.header: secret["token"]}
            case "oauth2":
                return {"Authorization": f"Bearer {self._tokens.token()}"}
        return {}


class _Tokens:
    """OAuth2 client credentials (RFC 6749 §4.4): one access token, asked for when it is needed, kept while it lives."""

    def __init__(self, settings: RestSettings, secret: Secret, client: httpx.Client) -> None:
        self._settings = settings
        self._secret = secret
        self._client = client
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def token(self) -> str:
        """Return a token that lives; raise Unavailable when none can be had."""
        with self._lock:
            if not self._token or time.monotonic() >= self._until:
                self._token, lives = self._ask()
                self._until = time.monotonic() + max(lives - SPARE_S, 1.0)
            return self._token

    def forget(self) -> None:
        """Ask for a new one next time: this one is not accepted any more."""
        with self._lock:
            self._token = ""

    def _ask(self) -> tuple[str, float]:
        form = {"grant_type": "client_credentials"}
        if self._settings.scope:
            form["scope"] = self._settings.scope
        pair = quote(self._secret["client_id"], safe="") + ":" + quote(self._secret["client_secret"], safe="")
        headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}", "Accept": "application/json"}
        try:
            reply = self._client.post(str(self._settings.token_url), data=form, headers=headers)
            found = reply.json() if reply.status_code == 200 and len(reply.content) <= MAX_TOKEN_BYTES else {}
            token, lives = found.get("access_token"), float(found.get("expires_in") or USUAL_S)
        except (httpx.HTTPError, ValueError, TypeError, AttributeError):
            token, lives = None, 0.0
        if not isinstance(token, str) or not token or not token.isprintable():
            raise Unavailable("The source's owner gives no access at the moment; try again later.") from None
        return token, lives


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_bytes(PIECE)
    except (httpx.HTTPError, httpx.StreamError):
        raise Unavailable("The source stopped answering.") from None


def _regex(pattern: str) -> re.Pattern[str]:
    """``*`` is one step of a path, ``**`` at the end any number of them."""
    rest = pattern.endswith("/**")
    steps = (pattern.removesuffix("/**")).strip("/").split("/")
    text = "/".join("[^/]+" if step == "*" else re.escape(step).replace(r"\*", "[^/]*") for step in steps)
    return re.compile(f"/{text}(?:/.*)?" if rest and text else "/.*" if rest else f"/{text}")
