"""The door of the protocol: a request becomes a caller and a message, a fault becomes the protocol's typed error."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from skillspace.exchange.dialects import Dialect
from skillspace.exchange.messages import MAX_REASON, NO_PID, check_storable, message
from skillspace.kernel.errors import (
    BadInput,
    Conflict,
    InvalidSignature,
    NotFound,
    Refused,
    SkillspaceError,
    Unavailable,
)
from skillspace.storage.database import Database, Work
from skillspace.trust.identity import Peer
from skillspace.trust.identity.peers import read_object

Authenticate = Callable[[str | None], Peer]
Authorization = Annotated[str | None, Header(alias="Authorization")]
Answer = tuple[int, Mapping[str, Any] | None]

MAX_BODY_BYTES = 1024 * 1024
GZIP_FROM_BYTES = 1024


class NotAuthenticated(Refused):
    """The caller did not prove who it is and that it belongs to this data space."""

    http_status = 401


async def _body(request: Request) -> bytes:
    """Read the body, a little more than allowed at most; the door refuses what is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            break
    return bytes(body)


Body = Annotated[bytes, Depends(_body)]


class Door:
    """Lets authenticated peers in, one transaction a request; `error` is the type of the room's error message.

    Rooms are given and give canonical messages; the door reads and writes those of its dialect.
    """

    def __init__(self, error: str, authenticate: Authenticate, database: Database, dialect: Dialect) -> None:
        self._error = error
        self._authenticate = authenticate
        self._database = database
        self._dialect = dialect

    @property
    def version(self) -> str:
        """The version of the protocol spoken through this door."""
        return self._dialect.version

    def show(self, authorization: str | None, look: Callable[[Work, Peer], Mapping[str, Any]], pid: str = "") -> Answer:
        """Answer a GET."""
        try:
            peer = self._caller(authorization)
            with self._database.reading() as work:
                return 200, self._dialect.write(look(work, peer))
        except SkillspaceError as fault:
            return self._refusal(fault, pid, {})

    def take(
        self,
        authorization: str | None,
        body: bytes,
        act: Callable[[Work, Peer, dict[str, Any]], Answer],
        pid: str = "",
        *,
        changes: bool = True,
    ) -> Answer:
        """Answer a POST: read the message, then act in one transaction (`changes` false: it only reads)."""
        content: dict[str, Any] = {}
        try:
            peer = self._caller(authorization)
            content = self._dialect.read(read_message(body))
            with self._database.writing() if changes else self._database.reading() as work:
                status, answer = act(work, peer, content)
            return status, self._dialect.write(answer) if answer is not None else None
        except SkillspaceError as fault:
            return self._refusal(fault, pid, content)

    def _caller(self, authorization: str | None) -> Peer:
        try:
            return self._authenticate(authorization)
        except (Refused, BadInput, NotFound) as fault:
            raise NotAuthenticated(fault.message) from fault

    def _refusal(self, fault: SkillspaceError, pid: str, content: Mapping[str, Any]) -> Answer:
        pids: dict[str, str] = {}
        if self._error != "CatalogError":
            for name in ("providerPid", "consumerPid"):
                given = content.get(name)
                pids[name] = given if isinstance(given, str) and given else pid or NO_PID
        reason = [fault.message[:MAX_REASON]]
        return _status(fault), self._dialect.write(message(self._error, **pids, code=fault.code, reason=reason))


def respond(
    answer: Answer, accept_encoding: str | None = None, more_headers: Mapping[str, str] | None = None
) -> Response:
    """Write an answer as JSON; packed with gzip when that is accepted and worth it."""
    status, content = answer
    if content is None:
        return Response(status_code=status)
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    headers = {"Cache-Control": "no-store"} | dict(more_headers or {})
    if accept_encoding is not None:
        headers["Vary"] = "Accept-Encoding"
        if accepts_gzip(accept_encoding) and len(body) >= GZIP_FROM_BYTES:
            body = gzip.compress(body, compresslevel=5)
            headers["Content-Encoding"] = "gzip"
    return Response(content=body, status_code=status, media_type="application/json", headers=headers)


def accepts_gzip(accept_encoding: str | None) -> bool:
    """Tell whether Accept-Encoding (RFC 9110 §12.5.3) admits gzip."""
    for part in (accept_encoding or "").split(","):
        coding, _, weight = part.partition(";")
        if coding.strip().lower() in ("gzip", "*"):
            return weight.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def read_message(body: bytes) -> dict[str, Any]:
    """Read a body into a JSON object that can be stored and written again; raise BadInput otherwise."""
    if len(body) > MAX_BODY_BYTES:
        raise BadInput(f"The message is longer than {MAX_BODY_BYTES} bytes.")
    if not body.strip():
        raise BadInput("A message was expected, but the body is empty.")
    content = read_object(body)
    check_storable(content)
    return content


def _status(fault: SkillspaceError) -> int:
    """The status the binding asks for: an impossible move is 400, and only what passes by itself is 5xx."""
    if isinstance(fault, NotFound):
        return 404
    if isinstance(fault, NotAuthenticated | InvalidSignature):
        return 401
    if isinstance(fault, BadInput | Conflict):
        return 400
    if isinstance(fault, Unavailable):
        return 503
    return fault.http_status
