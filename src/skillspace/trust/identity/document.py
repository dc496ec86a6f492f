"""DID documents (W3C DID Core 1.0) as we write and read them: keys by purpose, services by type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound
from skillspace.wire.jose import SigningKey

CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"]
PURPOSES = ("authentication", "assertionMethod", "capabilityInvocation")


@dataclass(frozen=True, kw_only=True)
class DidDocument:
    """What a DID says of itself: public JWKs by key id and purpose, and service addresses by type."""

    did: str
    keys: Mapping[str, Mapping[str, object]]
    purposes: Mapping[str, frozenset[str]]
    services: Mapping[str, str]

    def key(self, kid: str, purpose: str) -> Mapping[str, object]:
        """Return the public JWK `kid` if the document allows it for `purpose`; raise InvalidSignature otherwise."""
        full = kid if kid.startswith("did:") else f"{self.did}#{kid.removeprefix('#')}"
        if full not in self.keys or full not in self.purposes.get(purpose, frozenset()):
            raise InvalidSignature(f"{self.did} names no key {kid!r} for {purpose}.")
        return self.keys[full]

    def service(self, kind: str) -> str:
        """Return the address of a service type; raise NotFound when the document has none."""
        if kind not in self.services:
            raise NotFound(f"{self.did} offers no {kind}.")
        return self.services[kind]


def did_of_address(address: str) -> str:
    """Return the did:web of a node's public address (did:web method §3.1): a port is percent-encoded, a path colons."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise BadInput(f"{address!r} is not an address a node can have: use https://host[:port][/path].")
    segments = [quote(segment, safe="") for segment in parts.path.strip("/").split("/") if segment]
    return ":".join(["did:web", quote(parts.netloc, safe=""), *segments])


def did_document(did: str, keys: list[SigningKey], services: Mapping[str, str]) -> dict[str, object]:
    """Write the DID document of a node: every key for every purpose, and its services by type."""
    methods = [
        {"id": key.kid, "type": "JsonWebKey2020", "controller": did, "publicKeyJwk": key.public_jwk()} for key in keys
    ]
    entries = [
        {"id": f"{did}#{kind}", "type": kind, "serviceEndpoint": address} for kind, address in sorted(services.items())
    ]
    document: dict[str, object] = {"@context": CONTEXTS, "id": did, "verificationMethod": methods, "service": entries}
    return document | {purpose: [key.kid for key in keys] for purpose in PURPOSES}


def read_document(document: object, did: str) -> DidDocument:
    """Read a DID document strictly enough to trust its keys; raise BadInput when it is not the document of `did`."""
    if not isinstance(document, dict) or document.get("id") != did:
        raise BadInput(f"What is published at the address of {did} is not its DID document.")
    keys: dict[str, Mapping[str, object]] = {}
    for method in _list(document, "verificationMethod"):
        kid, jwk = method.get("id"), method.get("publicKeyJwk")
        if isinstance(kid, str) and isinstance(jwk, dict) and method.get("controller") == did:
            keys[kid if kid.startswith("did:") else did + kid] = jwk
    purposes = {}
    for purpose in PURPOSES:
        named = document.get(purpose)
        named = named if isinstance(named, list) else []
        ids = [name if name.startswith("did:") else did + name for name in named if isinstance(name, str)]
        purposes[purpose] = frozenset(ids)
    services: dict[str, str] = {}
    for entry in _list(document, "service"):
        kind, address = entry.get("type"), entry.get("serviceEndpoint")
        if isinstance(kind, str) and isinstance(address, str):
            services[kind] = address
    return DidDocument(did=did, keys=keys, purposes=purposes, services=services)


def _list(document: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    entries = document.get(name, [])
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
