"""An S3 store as a source: one object, or all below a prefix with a manifest; parts of objects are read as parts."""

from __future__ import annotations

import hashlib
import json
import weakref
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree

import httpx2 as httpx

from skillspace.exchange.dataplane.files import MANIFEST_TYPE, MAX_FILES, media_type_of
from skillspace.exchange.dataplane.secrets import Secret
from skillspace.exchange.dataplane.settings import S3Settings
from skillspace.exchange.dataplane.sigv4 import canonical_query, signed
from skillspace.exchange.dataplane.sources import Payload, PullRequest
from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import NotFound, Unavailable

PIECE = 256 * 1024
MAX_LIST_BYTES = 8 * 1024 * 1024
_NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"


@dataclass(frozen=True, kw_only=True)
class _Object:
    """One object of a listing."""

    name: str
    length: int


class S3Content:
    """One version of an object: every part is asked for under its tag, so that a new version does not mix in."""

    def __init__(self, source: S3Source, key: str, length: int, tag: str) -> None:
        self._source = source
        self._key = key
        self._length = length
        self._tag = tag

    @property
    def length(self) -> int:
        """How many bytes the object has."""
        return self._length

    def read(self, first: int, count: int) -> Iterator[bytes]:
        """Give a part; raise Unavailable when the object was replaced or the store stops answering."""
        if count <= 0:
            return
        headers = {"range": f"bytes={first}-{first + count - 1}", "if-match": self._tag}
        response = self._source.ask("GET", self._key, headers=headers)
        with closing(response):
            is_part = response.status_code == 206 or (response.status_code == 200 and count == self._length)
            if not is_part:
                raise Unavailable("The data changed while they were read; ask again.")
            try:
                yield from response.iter_bytes(PIECE)
            except (httpx.HTTPError, httpx.StreamError):
                raise Unavailable("The source stopped answering.") from None

    def close(self) -> None:
        """Nothing is held between parts."""


class S3Source:
    """Answers from a bucket, addressed by path; requests are signed here and go to the operator's endpoint only."""

    has_places = True

    def __init__(
        self, settings: S3Settings, secret: Secret, client: httpx.Client | None = None, clock: Clock = now
    ) -> None:
        self._settings = settings
        self._secret = secret
        self._client = client or httpx.Client(timeout=settings.timeout_s, follow_redirects=False, trust_env=False)
        # Whoever forgets the source lets go of its lines.
        weakref.finalize(self, self._client.close)
        self._clock = clock

    def open(self, request: PullRequest) -> Payload:
        """Return an object, or the manifest of a prefix; raise NotFound, Unavailable."""
        if request.method not in ("GET", "HEAD"):
            raise NotFound(f"{request.dataset} can only be read.")
        if self._settings.key is not None:
            if request.path:
                raise NotFound(f"{request.dataset} is a single file; there is nothing below it.")
            return self._object(request.dataset, self._settings.key)
        if not request.path:
            return self._manifest(request.dataset)
        steps = request.path.split("/")
        if any(step in ("", ".", "..") or not step.isprintable() for step in steps):
            raise NotFound(f"{request.dataset} has no such file.")
        return self._object(request.dataset, f"{self._settings.prefix}{request.path}")

    def ask(
        self, method: str, key: str, *, query: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a signed request; the caller closes the response. Raises Unavailable."""
        url = f"{self._settings.endpoint}/{self._settings.bucket}/{quote(key, safe='/-_.~')}".removesuffix("/")
        listed = list((query or {}).items())
        proof = signed(
            method,
            url,
            query=listed,
            access_key=self._secret["access_key"],
            secret_key=self._secret["secret_key"],
            session_token=self._secret.get("session_token"),
            region=self._settings.region,
            at=self._clock(),
            headers=headers,
        )
        try:
            address = f"{url}?{canonical_query(listed)}" if listed else url
            asked = self._client.build_request(method, address, headers={**proof, "accept-encoding": "identity"})
            return self._client.send(asked, stream=True)
        except httpx.HTTPError:
            raise Unavailable("The source does not answer at the moment; try again later.") from None

    def _object(self, dataset: str, key: str) -> Payload:
        with closing(self.ask("HEAD", key)) as response:
            if response.status_code == 404:
                raise NotFound(f"{dataset} has no such file.")
            length, tag = response.headers.get("content-length", ""), response.headers.get("etag", "")
            if response.status_code != 200 or not length.isdecimal() or not tag:
                raise Unavailable("The source does not answer as it should; its owner has to look.")
            kind = self._settings.media_type or response.headers.get("content-type") or media_type_of(key)
        etag = hashlib.sha256(f"{key}\n{tag}\n{length}".encode()).hexdigest()
        return Payload(media_type=kind[:200], content=S3Content(self, key, int(length), tag), etag=etag)

    def _manifest(self, dataset: str) -> Payload:
        lines = [
            {"path": one.name, "bytes": one.length, "mediaType": media_type_of(one.name)} for one in self._listed()
        ]
        body = json.dumps({"dataset": dataset, "files": lines}, indent=1).encode()
        return Payload(media_type=MANIFEST_TYPE, chunks=[body], etag=hashlib.sha256(body).hexdigest())

    def _listed(self) -> Iterator[_Object]:
        prefix = self._settings.prefix or ""
        query, count = {"list-type": "2", "prefix": prefix}, 0
        while True:
            root = self._page(query)
            for entry in root.iter(f"{_NAMESPACE}Contents"):
                key = entry.findtext(f"{_NAMESPACE}Key") or ""
                name = key.removeprefix(prefix)
                if not name or name.endswith("/") or not key.startswith(prefix):
                    continue
                count += 1
                if count > MAX_FILES:
                    raise NotFound(f"The place holds more than {MAX_FILES} files; its owner must divide it.")
                yield _Object(name=name, length=int(entry.findtext(f"{_NAMESPACE}Size") or 0))
            following = root.findtext(f"{_NAMESPACE}NextContinuationToken")
            if root.findtext(f"{_NAMESPACE}IsTruncated") != "true" or not following:
                return
            query["continuation-token"] = following

    def _page(self, query: Mapping[str, str]) -> ElementTree.Element:
        with closing(self.ask("GET", "", query=query)) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_LIST_BYTES:
                    break
        if response.status_code != 200 or b"<!" in body:
            raise Unavailable("The source does not answer as it should; its owner has to look.")
        try:
            return ElementTree.fromstring(bytes(body))  # noqa: S314 - no document type, so no entities
        except ElementTree.ParseError:
            raise Unavailable("The source does not answer as it should; its owner has to look.") from None
