"""Resolving did:web: fetch, check, keep for a while; a signature by an unknown key makes us look again once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from urllib.parse import unquote

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound
from skillspace.trust.identity.document import DidDocument, read_document
from skillspace.wire.jose import strict_json
from skillspace.wire.outbound import Outbound

KEEP_SECONDS = 300.0
ASK_AGAIN_SECONDS = 2.0
MAX_DOCUMENT_BYTES = 64 * 1024


class DidResolver:
    """Turns a DID into its document. Only did:web; the node's own document is answered without the network."""

    def __init__(self, outbound: Outbound, *, loopback: bool = False, own: DidDocument | None = None) -> None:
        self._outbound = outbound
        self._loopback = loopback
        self._own = own
        self._kept: dict[str, tuple[float, DidDocument]] = {}

    def resolve(self, did: str, *, fresh: bool = False) -> DidDocument:
        """Return the document of `did`; `fresh` looks again even when a copy is kept (key rotation).

        Raises BadInput for another DID method or a document that is not this DID's, NotFound when nothing is
        published, PeerUnreachable when the host does not answer.
        """
        if self._own is not None and did == self._own.did:
            return self._own
        kept = self._kept.get(did)
        age = time.monotonic() - kept[0] if kept else KEEP_SECONDS
        if kept and age < (ASK_AGAIN_SECONDS if fresh else KEEP_SECONDS):
            return kept[1]
        reply = self._outbound.send("GET", address_of_did(did, self._loopback), max_bytes=MAX_DOCUMENT_BYTES)
        if reply.status != 200:
            raise NotFound(f"{did} publishes no DID document (answer {reply.status}).")
        document = read_document(strict_json(reply.body), did)
        self._kept[did] = (time.monotonic(), document)
        return document

    def key(self, issuer: str, kid: str, purpose: str = "assertionMethod") -> Mapping[str, object]:
        """Return the issuer's public JWK for `purpose`: the `resolve_key` of everything that checks signatures."""
        if kid.startswith("did:") and kid.partition("#")[0] != issuer:
            raise InvalidSignature(f"The key {kid} does not belong to {issuer}.")
        try:
            return self.resolve(issuer).key(kid, purpose)
        except InvalidSignature:
            return self.resolve(issuer, fresh=True).key(kid, purpose)


def address_of_did(did: str, loopback: bool) -> str:
    """Return where the document of a did:web lies (did:web method §3.2); plain HTTP only for a loopback host."""
    if not did.startswith("did:web:"):
        raise BadInput(f"{did[:100]!r} is not a did:web; no other method is understood yet.")
    host, *path = (unquote(part) for part in did.removeprefix("did:web:").split(":"))
    if not host or "/" in host or "@" in host or any(not part or part in (".", "..") or "/" in part for part in path):
        raise BadInput(f"{did[:100]!r} is not a well-formed did:web.")
    name = host.rpartition(":")[0] or host
    scheme = "http" if loopback and name in ("127.0.0.1", "localhost", "[::1]") else "https"
    folder = "/".join(path) if path else ".well-known"
    return f"{scheme}://{host}/{folder}/did.json"
