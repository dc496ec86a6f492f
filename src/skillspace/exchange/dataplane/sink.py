"""Where pushes arrive: a token opens one transfer of ours, bytes go to a part file, the whole takes its name at once.

A sender learns how far it came by HEAD (``Upload-Offset``), or by an empty PUT with ``Content-Range: bytes */N``
(answered 308 with a Range), and goes on from there. A body without Content-Range is the whole.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from skillspace.exchange.dataplane import sending, store
from skillspace.exchange.dataplane.plane import TokenRefused, by_token
from skillspace.exchange.dataplane.ranges import Span, read_content_range, read_digest
from skillspace.exchange.dataplane.store import Arrival
from skillspace.exchange.messages import HTTP_PUSH
from skillspace.exchange.parties import CONSUMER
from skillspace.exchange.transfer import Transfer, Transfers, TransferState
from skillspace.kernel.errors import BadInput, Conflict, Unavailable
from skillspace.kernel.events import Event
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook

RECEIVED = "transfer.received"
PIECE = 1024 * 1024
SILENCE_SECONDS = 60.0
#: A push may begin before the provider's start message is here.
_OPEN = (TransferState.REQUESTED, TransferState.STARTED)


class NoRoom(BadInput):
    """The data are larger than this node takes."""

    http_status = 413


class DoesNotFollow(Conflict):
    """These bytes do not follow what is here."""


class OtherBytes(Conflict):
    """What is here began with other bytes; begin anew."""

    http_status = 412


class DigestWrong(BadInput):
    """What arrived has another digest than was announced; it was thrown away, begin anew."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much a sink takes: bytes in one transfer, bytes in all that are not whole, and bytes that stay free."""

    each: int = 8 * 1024**3
    unfinished: int = 16 * 1024**3
    free: int = 512 * 1024**2


@dataclass
class _Lane:
    """Who writes to a part file: the last who came; a sender that hangs cannot keep its successor out."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    owner: object = None


class Sink:
    """The consumer's end of a push. Publishes `transfer.received` when all is there."""

    def __init__(self, *, folder: Path, transfers: Transfers, database: Database, limits: Limits | None = None) -> None:
        self._folder = folder
        self._transfers = transfers
        self._database = database
        self._limits = limits or Limits()
        self._lanes: dict[str, _Lane] = {}

    def arrival(self, work: Work, pid: str) -> Arrival | None:
        """Return what is known of the data a transfer brings; None before the first of them came."""
        return store.one_arrival(work, pid)

    def received(self, work: Work, pid: str) -> Path | None:
        """Return the file that a transfer brought, None while it is not whole."""
        arrival = store.one_arrival(work, pid)
        return self._folder / arrival.file if arrival and arrival.is_whole else None

    def forget(self, work: Work, pid: str) -> None:
        """Delete what a transfer brought, whole or not."""
        arrival = store.one_arrival(work, pid)
        if arrival is not None:
            self._part(arrival).unlink(missing_ok=True)
            (self._folder / arrival.file).unlink(missing_ok=True)
            store.delete_arrival(work, pid)

    def register(self, book: TaskBook) -> None:
        """Throw away what came of a transfer that ended early."""
        book.on_event("transfer.terminated", self._ended)

    def _ended(self, work: Work, event: Mapping[str, object]) -> None:
        pid = str(event["about"])
        if self.received(work, pid) is None:
            self.forget(work, pid)

    async def take(self, pid: str, request: Request) -> Response:
        """Answer one request of a sender."""
        authorization = request.headers.get("authorization")
        transfer, arrival = await run_in_threadpool(self._admit, pid, authorization)
        if request.method == "HEAD":
            return await run_in_threadpool(self._progress, arrival, 204)
        told = request.headers.get("content-range")
        span = read_content_range(told) if told is not None else None
        if arrival is not None and arrival.is_whole:
            return await run_in_threadpool(self._progress, arrival, 200)
        is_all_here = arrival is not None and arrival.length == span == self._offset(arrival)
        if isinstance(span, int) and not is_all_here:
            return await run_in_threadpool(self._progress, arrival, 308)
        lane = self._lanes.setdefault(pid, _Lane())
        lane.owner = me = object()
        try:
            async with lane.lock:
                if is_all_here and arrival is not None:
                    wanted = read_digest(request.headers.get("repr-digest"))
                    return await run_in_threadpool(self.finish, transfer, arrival, wanted)
                assert not isinstance(span, int)  # noqa: S101 - answered above
                return await _Writing(self, transfer, request, span, lambda: lane.owner is me).run()
        finally:
            if lane.owner is me:
                self._lanes.pop(pid, None)

    def _admit(self, pid: str, authorization: str | None) -> tuple[Transfer, Arrival | None]:
        with self._database.reading() as work:
            transfer = by_token(work, self._transfers, pid, authorization)
            if transfer is None or transfer.role != CONSUMER or transfer.format != HTTP_PUSH:
                raise TokenRefused()
            if transfer.state not in _OPEN:
                raise TokenRefused()
            return transfer, store.one_arrival(work, pid)

    def _progress(self, arrival: Arrival | None, status: int) -> Response:
        size = self._offset(arrival)
        headers = {"Upload-Offset": str(size), "Upload-Limit": f"max-size={self._limits.each}"}
        headers |= {"Cache-Control": "no-store"}
        if arrival is not None:
            headers["Upload-Complete"] = "?1" if arrival.is_whole else "?0"
        if arrival is not None and arrival.etag:
            headers["Upload-Tag"] = f'"{arrival.etag}"'
        if size and status == 308:
            headers["Range"] = f"bytes=0-{size - 1}"
        return Response(status_code=status, headers=headers)

    def _offset(self, arrival: Arrival | None) -> int:
        if arrival is None:
            return 0
        file = self._folder / arrival.file if arrival.is_whole else self._part(arrival)
        try:
            return file.stat().st_size
        except FileNotFoundError:
            return 0

    def _part(self, arrival: Arrival) -> Path:
        return self._folder / f"{arrival.file}.part"

    def begin(self, transfer: Transfer, request: Request, span: Span | None) -> tuple[Arrival, BinaryIO]:
        """Open the part file where the sender goes on. Raises NoRoom, DoesNotFollow, OtherBytes."""
        length = span.length if span else _content_length(request)
        if (length or 0) > self._limits.each:
            raise NoRoom(f"The data are larger than the {self._limits.each} bytes this node takes in one transfer.")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        etag = request.headers.get("etag", "").removeprefix("W/").strip('"')[:200] or None
        start = span.first if span else 0
        with self._database.writing() as work:
            known = store.one_arrival(work, transfer.pid)
            self._check_room(work, transfer.pid, length)
            size = self._offset(known)
            if start and (known is None or start > size):
                raise DoesNotFollow(f"{size} bytes are here; go on from there, not from {start}.")
            if start and known is not None and (known.etag != etag or known.length != length):
                raise OtherBytes()
            arrival = Arrival(
                transfer=transfer.pid,
                file=hashlib.sha256(transfer.pid.encode()).hexdigest()[:32],
                etag=etag,
                length=length,
                media_type=request.headers.get("content-type", "application/octet-stream")[:200],
                sha256=None,
                is_whole=False,
                changed=work.now,
            )
            store.save_arrival(work, arrival)
        file = self._part(arrival)
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(opened, start)
        os.lseek(opened, start, os.SEEK_SET)
        return arrival, os.fdopen(opened, "wb", buffering=0)

    def _check_room(self, work: Work, pid: str, length: int | None) -> None:
        others = sum(self._offset(one) for one in store.open_arrivals(work) if one.transfer != pid)
        if others + (length or 0) > self._limits.unfinished:
            raise Unavailable("Too much is arriving at this node; try again later.")
        if shutil.disk_usage(self._folder).free < self._limits.free + (length or 0):
            raise Unavailable("This node has no room for the data at the moment; try again later.")

    def finish(self, transfer: Transfer, arrival: Arrival, wanted: bytes | None) -> Response:
        """Check the whole, let it take its name, and say that it is here, once."""
        part = self._part(arrival)
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        if wanted is not None and digest != wanted.hex():
            part.unlink(missing_ok=True)
            raise DigestWrong()
        size = part.stat().st_size
        with self._database.writing() as work:
            known = store.one_arrival(work, transfer.pid)
            if known is None or known.is_whole:
                return self._progress(known, 200)
            part.replace(self._folder / arrival.file)
            whole = replace(arrival, is_whole=True, length=size, sha256=digest, changed=work.now)
            store.save_arrival(work, whole)
            content = {
                "consumer_pid": transfer.pid,
                "reference": transfer.reference,
                "dataset": transfer.dataset,
                "agreement_id": transfer.agreement,
                "provider": transfer.peer,
                "file": arrival.file,
                "bytes": size,
                "media_type": arrival.media_type,
                "sha256": digest,
            }
            work.publish(Event(name=RECEIVED, about=transfer.pid, content=content))
        return self._progress(whole, 201)

    def partly(self, arrival: Arrival) -> Response:
        """Say how far it came."""
        return self._progress(arrival, 308)

    def check(self, transfer: Transfer) -> None:
        """Raise TokenRefused once a transfer was stopped, or got another token."""
        with self._database.reading() as work:
            now = self._transfers.transfer(work, transfer.pid)
        if now.state not in _OPEN or now.token_hash != transfer.token_hash:
            raise TokenRefused("The transfer was stopped.")

    @property
    def each(self) -> int:
        """The most bytes one transfer may bring."""
        return self._limits.each


class _Writing:
    """One body on its way to a part file."""

    def __init__(
        self,
        sink: Sink,
        transfer: Transfer,
        request: Request,
        span: Span | None,
        is_mine: Callable[[], bool],
    ) -> None:
        self._sink = sink
        self._transfer = transfer
        self._request = request
        self._span = span
        self._is_mine = is_mine

    async def run(self) -> Response:
        """Write, then finish or say how far it came. A body that ends early leaves what came of it."""
        if not self._is_mine():
            raise DoesNotFollow("Another request of the same transfer took over.")
        span = self._span
        arrival, file = await run_in_threadpool(self._sink.begin, self._transfer, self._request, span)
        try:
            await self._write(file, span.count if span else self._sink.each)
        finally:
            file.close()
        if span is not None and span.last + 1 < span.length:
            return await run_in_threadpool(self._sink.partly, arrival)
        wanted = read_digest(self._request.headers.get("repr-digest"))
        return await run_in_threadpool(self._sink.finish, self._transfer, arrival, wanted)

    async def _write(self, file: BinaryIO, most: int) -> None:
        taken, gathered = 0, bytearray()
        try:
            async for chunk in self._chunks():
                taken += len(chunk)
                if taken > most:
                    raise NoRoom("More bytes came than were announced or are taken.")
                gathered += chunk
                if len(gathered) >= PIECE:
                    await run_in_threadpool(file.write, gathered)
                    gathered = bytearray()
        except ClientDisconnect as gone:
            raise Unavailable("The sender went away.") from gone
        finally:
            if gathered and taken <= most:
                await run_in_threadpool(file.write, gathered)
        if self._span is not None and taken < most:
            raise BadInput("Fewer bytes came than were announced.")

    async def _chunks(self) -> AsyncIterator[bytes]:
        """Give what comes, while the transfer stands, nobody took over, and the sender does not fall silent."""
        stream = self._request.stream()
        coming = asyncio.ensure_future(anext(stream, b""))
        looked = heard = time.monotonic()
        try:
            while True:
                await asyncio.wait({coming}, timeout=sending.LOOK_AGAIN_SECONDS)
                if not self._is_mine():
                    raise DoesNotFollow("Another request of the same transfer took over.")
                now = time.monotonic()
                if now - looked >= sending.LOOK_AGAIN_SECONDS:
                    await run_in_threadpool(self._sink.check, self._transfer)
                    looked = now
                if not coming.done():
                    if now - heard >= SILENCE_SECONDS:
                        raise Unavailable("The sender fell silent.")
                    continue
                chunk, heard = coming.result(), now
                if not chunk:
                    return
                coming = asyncio.ensure_future(anext(stream, b""))
                yield chunk
        finally:
            coming.cancel()


def _content_length(request: Request) -> int | None:
    told = request.headers.get("content-length", "")
    return int(told) if told.isdecimal() else None
