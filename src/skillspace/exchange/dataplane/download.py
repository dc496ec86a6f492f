"""Downloading into a file: goes on where it stopped, after a dropped connection or a restart, and checks what came."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

import httpx2 as httpx
import structlog

from skillspace.exchange.dataplane.pull import pull
from skillspace.exchange.dataplane.ranges import Span, read_content_range, read_digest
from skillspace.exchange.transfer import Transfer, Transfers, TransferState
from skillspace.kernel.errors import BadInput, Conflict, PeerUnreachable
from skillspace.storage.database import Database
from skillspace.trust.identity import PeerRefused
from skillspace.wire.outbound import Outbound

log = structlog.get_logger()

#: Get what is shown to the provider with one request for people's data.
Show = Callable[[], str]
MAX_BYTES = 64 * 1024**3
#: A connection that drops is made anew this often as long as each brings something; then it is the caller's turn.
TRIES = 20


class NotWhatWasAnnounced(BadInput):
    """What arrived is not what the provider announced; what came was thrown away."""


class TooLarge(BadInput):
    """The provider sends more than is wanted."""

    http_status = 413


@dataclass(frozen=True, kw_only=True)
class Downloaded:
    """A file that is here whole: how many bytes, of which kind, under which name (etag) and SHA-256 (hexadecimal)."""

    path: Path
    bytes: int
    media_type: str
    etag: str | None
    sha256: str


@dataclass(frozen=True, kw_only=True)
class _Draft:
    """What is known of a file whose beginning is here; written beside it, so that a restart goes on with it."""

    etag: str
    length: int
    digest: str | None
    media_type: str


class Downloads:
    """Fetches data of started transfers, as consumer. Never within a transaction."""

    def __init__(self, *, transfers: Transfers, database: Database, outbound: Outbound) -> None:
        self._transfers = transfers
        self._database = database
        self._outbound = outbound

    def download(
        self, pid: str, target: Path, *, show: Show | None = None, path: str = "", max_bytes: int = MAX_BYTES
    ) -> Downloaded:
        """Write the data of a transfer to `target`, whole or not at all.

        What came before a fault waits in ``TARGET.part``; the next call goes on from there when the provider still has
        the same bytes, also with a fresh address after a pause. `show` gets a token for one use of a person's consent,
        anew for each request. `path` is a place below the dataset (quoted). Raises
        Conflict when there is nothing to pull from now, PeerRefused, PeerUnreachable, TooLarge, NotWhatWasAnnounced.
        """
        part = target.with_name(f"{target.name}.part")
        for _ in range(TRIES):
            before = _stamp(part)
            try:
                return self._once(self._started(pid), target, part, show, path, max_bytes)
            except PeerUnreachable as fault:
                if _read_draft(part) is None or _stamp(part) == before:
                    raise
                log.info("download.goes_on", transfer=pid, bytes=_size(part), why=fault.message)
        raise PeerUnreachable(f"The connection dropped {TRIES} times; {part.name} is kept, try again.")

    def _started(self, pid: str) -> Transfer:
        with self._database.reading() as work:
            transfer = self._transfers.transfer(work, pid)
        if transfer.state is not TransferState.STARTED or transfer.address is None:
            raise Conflict(f"The transfer {pid} is {transfer.state}: there is no address to pull from.")
        return transfer

    def _once(
        self, transfer: Transfer, target: Path, part: Path, show: Show | None, path: str, max_bytes: int
    ) -> Downloaded:
        if path and transfer.address is not None:
            transfer = _below(transfer, path)
        draft = _read_draft(part)
        size = _size(part) if draft else 0
        headers = {"Accept-Encoding": "identity"}
        if draft and 0 < size < draft.length:
            headers |= {"Range": f"bytes={size}-", "If-Range": f'"{draft.etag}"'}
        elif not draft or size != draft.length:
            draft, size = None, 0
        if draft is None or size < draft.length:
            asked = pull(self._outbound, transfer, grant=show() if show else None, more=headers)
            with _forgotten_when_not_in_range(part), asked as response:
                draft = _receive(response, part, size, max_bytes)
        return _finish(part, target, draft)


def _receive(response: httpx.Response, part: Path, size: int, max_bytes: int) -> _Draft:
    """Write what comes behind what is here, or over it when the provider begins anew."""
    span = _span(response)
    start = span.first if span else 0
    if start != size and span is not None:
        raise NotWhatWasAnnounced(f"Bytes from {size} were asked for, and bytes from {start} came.")
    draft = _announced(response, span)
    if draft.length > max_bytes:
        raise TooLarge(f"The data are larger than {max_bytes} bytes.")
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("r+b" if start and part.exists() else "wb", buffering=0) as file:
        file.seek(start)
        file.truncate()
        _write_draft(part, draft)
        end = _copy(response, file, start, min(max_bytes, draft.length) if draft.length >= 0 else max_bytes)
    if draft.length < 0:
        return _Draft(etag=draft.etag, length=end, digest=draft.digest, media_type=draft.media_type)
    if end < draft.length:
        raise PeerUnreachable(f"The connection ended after {end} of {draft.length} bytes.")
    return draft


def _copy(response: httpx.Response, file: BinaryIO, at: int, limit: int) -> int:
    # Piece by piece as they come: what were gathered first would be lost when the connection drops.
    for chunk in response.iter_bytes():
        at += len(chunk)
        if at > limit:
            raise TooLarge(f"More than the {limit} bytes that were announced or wanted came.")
        file.write(chunk)
    return at


def _span(response: httpx.Response) -> Span | None:
    if response.status_code == 206:
        span = read_content_range(response.headers.get("content-range", ""))
        if isinstance(span, Span) and span.last == span.length - 1:
            return span
    if response.status_code in (200, 203):
        return None
    raise NotWhatWasAnnounced(f"The provider answered {response.status_code} with a part that was not asked for.")


def _announced(response: httpx.Response, span: Span | None) -> _Draft:
    """What the headers say; a length of -1 is one they do not say. Without a strong tag nothing can be gone on with."""
    packed = response.headers.get("content-encoding", "identity").lower() != "identity"
    told = response.headers.get("content-length", "")
    length = span.length if span else int(told) if told.isdecimal() and not packed else -1
    tag = response.headers.get("etag", "")
    etag = tag[1:-1] if len(tag) > 2 and tag.startswith('"') and tag.endswith('"') and not packed else ""
    digest = None if packed else read_digest(response.headers.get("repr-digest"))
    kind = response.headers.get("content-type", "application/octet-stream")
    return _Draft(etag=etag, length=length, digest=digest.hex() if digest else None, media_type=kind[:200])


def _finish(part: Path, target: Path, draft: _Draft) -> Downloaded:
    """Check the whole, and let it take its place at once. The digest is computed over what lies on the disk."""
    with part.open("r+b", buffering=0) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    if draft.digest is not None and digest != draft.digest:
        _forget(part)
        raise NotWhatWasAnnounced(f"{target.name} arrived with another digest than the provider announced.")
    size = _size(part)
    part.replace(target)
    _forget(part)
    return Downloaded(path=target, bytes=size, media_type=draft.media_type, etag=draft.etag or None, sha256=digest)


@contextmanager
def _forgotten_when_not_in_range(part: Path) -> Iterator[None]:
    """Begin anew when the provider has less now than what is here."""
    try:
        yield
    except PeerRefused as fault:
        if fault.status != 416:
            raise
        _forget(part)
        raise PeerUnreachable("The provider's data became shorter; they are fetched anew.") from fault


def _below(transfer: Transfer, path: str) -> Transfer:
    assert transfer.address is not None  # noqa: S101 - asked before
    endpoint = f"{transfer.address['endpoint'].rstrip('/')}/{path.lstrip('/')}"
    return replace(transfer, address=dict(transfer.address) | {"endpoint": endpoint})


def _notes(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _write_draft(part: Path, draft: _Draft) -> None:
    if draft.etag and draft.length >= 0:
        _notes(part).write_text(json.dumps(asdict(draft)), encoding="utf-8")
    else:
        _notes(part).unlink(missing_ok=True)


def _read_draft(part: Path) -> _Draft | None:
    """Return the notes of a part; None when there are none that can be read."""
    try:
        noted = json.loads(_notes(part).read_text(encoding="utf-8"))
        draft = _Draft(**noted)
    except (OSError, ValueError, TypeError):
        return None
    return draft if draft.etag and isinstance(draft.length, int) and part.exists() else None


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _notes(part).unlink(missing_ok=True)


def _stamp(part: Path) -> tuple[int, int]:
    """What changes when bytes arrive."""
    try:
        found = part.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _size(part: Path) -> int:
    try:
        return part.stat().st_size
    except FileNotFoundError:
        return 0
