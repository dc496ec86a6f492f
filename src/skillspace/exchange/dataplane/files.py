"""Files as a source: one file, or a folder with a manifest. What is sent is always one version of a file."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

from skillspace.exchange.dataplane.sources import Payload, PullRequest
from skillspace.kernel.errors import NotFound

PIECE = 256 * 1024
#: Up to this size a file gets its digest before it is first sent; reading a larger one would keep the asker waiting.
DIGEST_UP_TO = 4 * 1024**3
#: The manifest names digests of files no larger than this at once, of others when they were sent before.
DIGEST_IN_MANIFEST = 1024 * 1024
MANIFEST_TYPE = "application/json"
MAX_FILES = 10_000

Version = tuple[int, int, int, int]


class FileContent:
    """One version of a file, held open: a replacement meanwhile does not mix in. Raises NotFound."""

    def __init__(self, path: Path) -> None:
        self.fd = -1
        self._lock = threading.Lock()
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            self.fd = os.open(path, flags)
        except OSError as fault:
            raise NotFound(f"{path.name} is not there at the moment.") from fault
        found = os.fstat(self.fd)
        if not stat.S_ISREG(found.st_mode):
            self.close()
            raise NotFound(f"{path.name} is not a file.")
        self.version: Version = (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)

    @property
    def length(self) -> int:
        """How many bytes the file had when it was opened."""
        return self.version[3]

    def read(self, first: int, count: int) -> Iterator[bytes]:
        """Give a part of it; end early when the file was cut meanwhile."""
        end = first + count
        while first < end and (piece := self.piece(first, min(PIECE, end - first))):
            first += len(piece)
            yield piece

    def piece(self, first: int, count: int) -> bytes:
        """Return up to `count` bytes from `first`; nothing once it is closed."""
        with self._lock:
            return os.pread(self.fd, count, first) if self.fd >= 0 else b""

    def is_at_hand(self, last: int) -> bool:
        """Tell whether the byte at `last` is in memory, so that reading up to it does not wait for a disk."""
        with self._lock:
            try:
                return self.fd >= 0 and os.preadv(self.fd, [bytearray(1)], last, os.RWF_NOWAIT) == 1
            except (OSError, AttributeError):  # not in memory, or a system that cannot tell
                return False

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self.fd >= 0:
                os.close(self.fd)
                self.fd = -1

    def __del__(self) -> None:
        """Close what nobody closed: a request that was given up before its answer began."""
        self.close()


class Digests:
    """SHA-256 of file versions, each computed once."""

    def __init__(self) -> None:
        self._known: dict[Version, bytes] = {}

    def known(self, content: FileContent) -> bytes | None:
        """Return a digest that was computed before."""
        return self._known.get(content.version)

    def of(self, content: FileContent, up_to: int = DIGEST_UP_TO) -> bytes | None:
        """Return the digest, computing it now where the file is not larger than `up_to` bytes."""
        found = self._known.get(content.version)
        if found is None and content.length <= up_to:
            digest = hashlib.sha256()
            for piece in content.read(0, content.length):
                digest.update(piece)
            if len(self._known) >= 2 * MAX_FILES:
                self._known.clear()
            found = self._known[content.version] = digest.digest()
        return found


def payload_of(path: Path, media_type: str, digests: Digests) -> Payload:
    """Open a file for sending; its tag follows from its content, or from its version where it is too large for that."""
    content = FileContent(path)
    digest = digests.of(content)
    etag = digest.hex() if digest else "-".join(f"{part:x}" for part in content.version[1:])
    return Payload(media_type=media_type, content=content, etag=etag, digest=digest)


class FileSource:
    """One file, whatever lies there when it is asked for."""

    def __init__(self, path: Path, media_type: str, digests: Digests | None = None) -> None:
        self._path = path
        self._media_type = media_type
        self._digests = digests or Digests()

    def open(self, request: PullRequest) -> Payload:  # noqa: ARG002 - an agreement is all that a file asks for
        """Return the file; raise NotFound while it is not there."""
        return payload_of(self._path.resolve(), self._media_type, self._digests)


class FolderSource:
    """A folder: its manifest at the dataset's own address, each file below it. Links and hidden files do not exist."""

    has_places = True

    def __init__(self, folder: Path, digests: Digests | None = None) -> None:
        self._folder = folder
        self._digests = digests or Digests()

    def open(self, request: PullRequest) -> Payload:
        """Return the manifest or one file of it; raise NotFound."""
        if request.method not in ("GET", "HEAD"):
            raise NotFound(f"{request.dataset} can only be read.")
        if not self._folder.is_dir():
            raise NotFound(f"The folder of {request.dataset} is not there at the moment.")
        if not request.path:
            return self._manifest(request.dataset)
        path = self._folder
        for name in request.path.split("/"):
            if name.startswith(".") or name in ("", "..") or "\\" in name or not name.isprintable():
                raise NotFound(f"{request.dataset} has no such file.")
            path = path / name
            if path.is_symlink():
                raise NotFound(f"{request.dataset} has no such file.")
        return payload_of(path, media_type_of(path.name), self._digests)

    def _manifest(self, dataset: str) -> Payload:
        files = [self._line(path) for path in sorted(self._paths())]
        body = json.dumps({"dataset": dataset, "files": [line for line in files if line]}, indent=1).encode()
        return Payload(media_type=MANIFEST_TYPE, chunks=[body], etag=hashlib.sha256(body).hexdigest())

    def _paths(self) -> Iterator[Path]:
        count = 0
        for parent, folders, names in os.walk(self._folder, followlinks=False):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = Path(parent, name)
                if name.startswith(".") or not name.isprintable() or path.is_symlink():
                    continue
                count += 1
                if count > MAX_FILES:
                    raise NotFound(f"The folder holds more than {MAX_FILES} files; its owner must divide it.")
                yield path

    def _line(self, path: Path) -> dict[str, object] | None:
        try:
            content = FileContent(path)
        except NotFound:
            return None
        try:
            digest = self._digests.of(content, DIGEST_IN_MANIFEST)
            name = path.relative_to(self._folder).as_posix()
            line = {"path": name, "bytes": content.length, "mediaType": media_type_of(path.name)}
            return line | ({"sha256": digest.hex()} if digest else {})
        finally:
            content.close()


def media_type_of(name: str) -> str:
    """Guess a file's media type by the end of its name."""
    known = {".jsonl": "application/x-ndjson", ".ndjson": "application/x-ndjson", ".jsonld": "application/ld+json"}
    return known.get(Path(name).suffix.lower()) or mimetypes.guess_type(name)[0] or "application/octet-stream"
