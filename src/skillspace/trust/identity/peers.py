"""Calls to peers that prove who calls, and what a peer's refusal looks like here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx

from skillspace.kernel.errors import BadInput, Refused
from skillspace.trust.identity.resolver import DidResolver
from skillspace.trust.identity.tokens import SelfIssuedTokens
from skillspace.wire.jose import strict_json
from skillspace.wire.outbound import MAX_REPLY_BYTES, Outbound


class PeerRefused(Refused):
    """The other node understood and said no."""

    def __init__(self, message: str | None = None, *, status: int = 403, body: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = dict(body or {})


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A node that proved who it is and that it belongs: what every room's API is told about its caller."""

    did: str
    name: str
    roles: frozenset[str]


class PeerClient:
    """Sends JSON to other nodes with a fresh self-issued token on each request."""

    def __init__(self, outbound: Outbound, tokens: SelfIssuedTokens, resolver: DidResolver, *, own_access: Any) -> None:
        self._outbound = outbound
        self._tokens = tokens
        self._resolver = resolver
        self._own_access = own_access

    @property
    def own_did(self) -> str:
        """This node's DID."""
        return self._tokens.did

    def service(self, did: str, kind: str) -> str:
        """Return the address of a service of `did`, without a trailing slash."""
        return self._resolver.resolve(did).service(kind).rstrip("/")

    def headers(self, audience: str) -> dict[str, str]:
        """Return the Authorization header for one request to `audience` (DCP §4.3.2)."""
        token = self._tokens.issue(audience, access_token=self._own_access(audience))
        return {"Authorization": f"Bearer {token}"}

    def call(
        self, method: str, did: str, url: str, body: object = None, *, max_bytes: int = MAX_REPLY_BYTES
    ) -> dict[str, Any]:
        """Send one request to `did` at `url` and return its JSON object ({} for an empty answer).

        Raises PeerRefused on 4xx with the peer's own reason, PeerUnreachable on 5xx or silence.
        """
        reply = self._outbound.send(method, url, headers=self.headers(did), json=body, max_bytes=max_bytes)
        content = read_object(reply.body)
        if reply.status >= 400:
            raise PeerRefused(_reason(content, reply.status, did), status=reply.status, body=content)
        return content

    @contextmanager
    def stream(self, did: str, url: str, headers: Mapping[str, str] | None = None) -> Iterator[httpx.Response]:
        """Open a GET to `did` with extra headers and read its reply piece by piece; refusals as in `call`."""
        with self._outbound.stream("GET", url, headers=self.headers(did) | dict(headers or {})) as response:
            if response.status_code >= 400:
                content = read_object(response.read()[:MAX_REPLY_BYTES])
                raise PeerRefused(
                    _reason(content, response.status_code, did), status=response.status_code, body=content
                )
            yield response


def read_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object; an empty body is an empty object, anything else BadInput."""
    if not body.strip():
        return {}
    content = strict_json(body)
    if not isinstance(content, dict):
        raise BadInput("A JSON object was expected.")
    return content


def _reason(content: Mapping[str, Any], status: int, did: str) -> str:
    given = content.get("message") or content.get("reason") or content.get("detail")
    first = given[0] if isinstance(given, list) and given else given
    return str(first)[:500] if first else f"{did} answered {status} without a reason."
