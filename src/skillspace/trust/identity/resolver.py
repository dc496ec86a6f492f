"""Resolving did:web and did:key: fetch, check, keep for a while; an unknown key makes us look again once."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from urllib.parse import unquote

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, SkillspaceError
from skillspace.trust.identity.document import PURPOSES, DidDocument, read_document
from skillspace.trust.identity.multikey import jwk_of_multikey
from skillspace.wire.jose import strict_json
from skillspace.wire.outbound import Outbound

KEEP_SECONDS = 300.0
#: After a failure nobody is asked again for so long; a stranger's tokens must not make us call his victim at will.
KEEP_FAILURE_SECONDS = 2.0
ASK_AGAIN_SECONDS = 2.0
MAX_DOCUMENT_BYTES = 64 * 1024
MAX_DID = 300
MAX_KEPT = 2000


class DidResolver:
    """Turns a DID into its document: did:web over the network, did:key by reading it, the node's own without either.

    Holds so many documents at most; the one that was not asked for the longest goes first.
    """

    def __init__(
        self, outbound: Outbound, *, loopback: bool = False, own: DidDocument | None = None, clock: Clock = now
    ) -> None:
        self._outbound = outbound
        self._loopback = loopback
        self._own = own
        self._clock = clock
        self._kept: dict[str, tuple[float, DidDocument | SkillspaceError]] = {}
        self._lock = threading.Lock()

    def resolve(self, did: str, *, fresh: bool = False) -> DidDocument:
        """Return the document of `did`; `fresh` looks again even when a copy is kept (key rotation).

        Raises BadInput for another DID method or a document that is not this DID's, NotFound when nothing is
        published, PeerUnreachable when the host does not answer.
        """
        if self._own is not None and did == self._own.did:
            return self._own
        if did.startswith("did:key:"):
            return document_of_key(did)
        with self._lock:
            fetched, kept = self._kept.pop(did, (0.0, None))
            if kept is not None:  # back in, at the end: whoever is asked for stays
                self._kept[did] = (fetched, kept)
        if kept is not None and time.monotonic() - fetched < _lifetime(kept, fresh):
            return _given(kept)
        found = self._fetch(did)
        with self._lock:
            self._kept.pop(did, None)
            while len(self._kept) >= MAX_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[did] = (time.monotonic(), found)
        return _given(found)

    def key(self, issuer: str, kid: str, purpose: str = "assertionMethod") -> Mapping[str, object]:
        """Return the issuer's public JWK for `purpose`: the `resolve_key` of everything that checks signatures.

        Raises what `resolve` raises, and InvalidSignature when the issuer has no such key, even on looking again.
        """
        if kid.startswith("did:") and kid.partition("#")[0] != issuer:
            raise InvalidSignature(f"The key {kid[:200]} does not belong to {issuer[:MAX_DID]}.")
        at = self._clock()
        try:
            return self.resolve(issuer).key(kid, purpose, at)
        except InvalidSignature:
            return self.resolve(issuer, fresh=True).key(kid, purpose, at)

    def _fetch(self, did: str) -> DidDocument | SkillspaceError:
        """The document, or the fault that is remembered in its place."""
        try:
            address = address_of_did(did, self._loopback)
            reply = self._outbound.send("GET", address, max_bytes=MAX_DOCUMENT_BYTES)
            if reply.status != 200:
                raise NotFound(f"{did} publishes no DID document (answer {reply.status}).")
            return read_document(strict_json(reply.body), did)
        except SkillspaceError as fault:
            return fault


def address_of_did(did: str, loopback: bool) -> str:
    """Return where the document of a did:web lies (did:web method §3.2); plain HTTP only for a loopback host."""
    if not did.startswith("did:web:") or len(did) > MAX_DID:
        raise BadInput(f"{did[:100]!r} is neither a did:web nor a did:key; no other method is understood.")
    host, *path = (unquote(part) for part in did.removeprefix("did:web:").split(":"))
    if not host or "/" in host or "@" in host or any(not part or part in (".", "..") or "/" in part for part in path):
        raise BadInput(f"{did[:100]!r} is not a well-formed did:web.")
    name = host.rpartition(":")[0] or host
    scheme = "http" if loopback and name in ("127.0.0.1", "localhost", "[::1]") else "https"
    folder = "/".join(path) if path else ".well-known"
    return f"{scheme}://{host}/{folder}/did.json"


def root_of_did(did: str, *, loopback: bool) -> str:
    """Return the address of the node that a did:web is of, without a trailing slash; raises as `address_of_did`."""
    return address_of_did(did, loopback).removesuffix("/did.json").removesuffix("/.well-known")


def document_of_key(did: str) -> DidDocument:
    """Return the document a did:key stands for: one key, for every purpose (did:key method 0.9 §3.1).

    P-256 and Ed25519; raises BadInput for another kind. Such a DID has no service and cannot be rotated.
    """
    multikey = did.removeprefix("did:key:")
    kid = f"{did}#{multikey}"
    return DidDocument(
        did=did,
        keys={kid: jwk_of_multikey(multikey)},
        purposes=dict.fromkeys(PURPOSES, frozenset({kid})),
        services={},
        ends={},
    )


def _lifetime(kept: DidDocument | SkillspaceError, fresh: bool) -> float:
    if isinstance(kept, SkillspaceError):
        return KEEP_FAILURE_SECONDS
    return ASK_AGAIN_SECONDS if fresh else KEEP_SECONDS


def _given(kept: DidDocument | SkillspaceError) -> DidDocument:
    if isinstance(kept, SkillspaceError):
        # A new one each time: a raised exception carries the traceback of who met it.
        raise type(kept)(kept.message)
    return kept
