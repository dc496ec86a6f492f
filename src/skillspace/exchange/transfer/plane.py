"""The data plane: a token opens one started transfer, its dataset's source decides, and the stream stops with it."""

from __future__ import annotations

import hmac
import time
import zlib
from collections.abc import Iterator
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Response
from fastapi.responses import JSONResponse, StreamingResponse

from skillspace.exchange.door import Authorization, accepts_gzip
from skillspace.exchange.negotiation import Negotiations
from skillspace.exchange.parties import PROVIDER
from skillspace.exchange.transfer import store
from skillspace.exchange.transfer.machine import TransferState
from skillspace.exchange.transfer.pull import CONSENT_GRANT
from skillspace.exchange.transfer.sources import Payload, PullRequest, Sources
from skillspace.exchange.transfer.steps import token_hash
from skillspace.kernel.errors import Refused, SkillspaceError
from skillspace.storage.database import Database

log = structlog.get_logger()

#: A long stream looks this often whether its transfer still stands.
LOOK_AGAIN_SECONDS = 1.0
_NO_HASH = token_hash("")

Grant = Annotated[str | None, Header(alias=CONSENT_GRANT)]
KnownTag = Annotated[str | None, Header(alias="If-None-Match")]
Encodings = Annotated[str, Header(alias="Accept-Encoding")]


class TokenRefused(Refused):
    """This data token opens no transfer; ask for a new one."""


class TransferStopped(Refused):
    """The transfer was suspended or ended while data were on their way."""


class DataPlane:
    """Admits pulls: constant-time token check, transfer STARTED, agreement in force, then the source."""

    def __init__(self, *, database: Database, negotiations: Negotiations, sources: Sources) -> None:
        self._database = database
        self._negotiations = negotiations
        self._sources = sources

    def admit(self, pid: str, authorization: str | None, grant: str | None) -> PullRequest:
        """Return the request a token stands for, or raise TokenRefused, the same for every reason."""
        scheme, _, token = (authorization or "").partition(" ")
        with self._database.reading() as work:
            transfer = store.one(work, pid)
            expected = (transfer.token_hash if transfer else None) or _NO_HASH
            fits = hmac.compare_digest(token_hash(token.strip()), expected)
            if not fits or not token.strip() or scheme.lower() != "bearer" or transfer is None:
                raise TokenRefused()
            agreement = self._negotiations.agreement(work, transfer.agreement, role=PROVIDER)
        is_open = transfer.role == PROVIDER and transfer.state is TransferState.STARTED
        if not is_open or agreement is None or not agreement.in_force or agreement.consumer != transfer.peer:
            raise TokenRefused()
        return PullRequest(
            dataset=transfer.dataset, agreement=agreement, consumer=transfer.peer, grant=grant, transfer=pid
        )

    def open(self, request: PullRequest) -> Payload:
        """Ask the dataset's source."""
        return self._sources.of(request.dataset).open(request)

    def while_it_stands(self, payload: Payload, pid: str, authorization: str | None) -> Iterator[bytes]:
        """Pass chunks on, as long as the token still opens the transfer; a stopped stream breaks off unfinished."""
        looked = time.monotonic()
        try:
            for chunk in payload.chunks:
                if time.monotonic() - looked >= LOOK_AGAIN_SECONDS:
                    self._look_again(pid, authorization)
                    looked = time.monotonic()
                yield chunk
        finally:
            close = getattr(payload.chunks, "close", None)
            if close is not None:
                close()

    def _look_again(self, pid: str, authorization: str | None) -> None:
        try:
            self.admit(pid, authorization, None)
        except TokenRefused:
            log.info("transfer.stopped_while_sending", transfer=pid)
            raise TransferStopped() from None


def router(plane: DataPlane) -> APIRouter:
    """Serve pulls. The Authorization header holds the transfer's data token, not a self-issued one."""
    api = APIRouter(prefix="/data", tags=["data"])

    @api.get("/{pid}")
    def get(
        pid: str,
        authorization: Authorization = None,
        grant: Grant = None,
        known: KnownTag = None,
        encodings: Encodings = "",
    ) -> Response:
        try:
            payload = plane.open(plane.admit(pid, authorization, grant))
        except SkillspaceError as fault:
            status = 403 if isinstance(fault, Refused) else fault.http_status
            return JSONResponse({"code": fault.code, "message": fault.message}, status_code=status)
        chunks = plane.while_it_stands(payload, pid, authorization)
        return _answer(payload, chunks, known, accepts_gzip(encodings))

    return api


def _answer(payload: Payload, chunks: Iterator[bytes], known: str | None, packs: bool) -> Response:
    headers = dict(payload.headers) | {"Cache-Control": "private, no-store", "Vary": "Accept-Encoding"}
    headers["X-Content-Type-Options"] = "nosniff"
    tag = payload.etag.strip('"') if payload.etag else None
    if tag is not None:
        # The packed and the plain form are the same data but not the same bytes (RFC 9110 §8.8.1).
        headers["ETag"] = f'W/"{tag}"'
        if known is not None and tag in {one.strip().removeprefix("W/").strip('"') for one in known.split(",")}:
            _close(payload)
            return Response(status_code=304, headers=headers)
    if packs:
        headers["Content-Encoding"] = "gzip"
        chunks = _packed(chunks)
    return StreamingResponse(chunks, media_type=payload.media_type, headers=headers)


def _packed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pack with gzip, piece by piece; a slow source's data are not held back until a block is full."""
    packer = zlib.compressobj(level=5, wbits=31)
    sent = time.monotonic()
    for chunk in chunks:
        packed = packer.compress(chunk)
        if not packed and time.monotonic() - sent >= LOOK_AGAIN_SECONDS:
            packed = packer.flush(zlib.Z_SYNC_FLUSH)
        if packed:
            yield packed
            sent = time.monotonic()
    yield packer.flush()


def _close(payload: Payload) -> None:
    close = getattr(payload.chunks, "close", None)
    if close is not None:
        close()
