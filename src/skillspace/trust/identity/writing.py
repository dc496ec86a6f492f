"""DID documents as we write them: a node's keys, the retired ones among them, and its services; DIDs of addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput
from skillspace.trust.identity.document import PURPOSES
from skillspace.wire.jose import SigningKey

MULTIKEY_CONTEXT = "https://w3id.org/security/multikey/v1"
CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"]


@dataclass(frozen=True, kw_only=True)
class RetiredKey:
    """A public key that signs nothing any more; what it signed as an issuer is believed until `until`."""

    kid: str
    jwk: Mapping[str, str]
    until: datetime


def did_of_address(address: str) -> str:
    """Return the did:web of a node's public address (did:web method §3.1): a port is percent-encoded, a path colons."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise BadInput(f"{address!r} is not an address a node can have: use https://host[:port][/path].")
    segments = [quote(segment, safe="") for segment in parts.path.strip("/").split("/") if segment]
    return ":".join(["did:web", quote(parts.netloc, safe=""), *segments])


def did_document(
    did: str,
    keys: Sequence[SigningKey],
    services: Mapping[str, str],
    retired: Sequence[RetiredKey] = (),
    proof_keys: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Write the DID document of a node: every key for every purpose, and its services by type.

    A retired key is named for assertionMethod alone, so that credentials it signed are still believed, and with the
    moment it ends (`expires`, Controlled Identifiers 1.0 §2.2). It opens no door. Nor does a proof key, which signs
    documents from within (`proof_keys`, Multikeys by name).
    """
    methods = [_method(did, key.kid, key.public_jwk()) for key in keys]
    methods += [_method(did, key.kid, key.jwk) | {"expires": iso(key.until)} for key in retired]
    methods += [
        {"id": kid, "type": "Multikey", "controller": did, "publicKeyMultibase": multikey}
        for kid, multikey in (proof_keys or {}).items()
    ]
    entries = [
        {"id": f"{did}#{kind}", "type": kind, "serviceEndpoint": address} for kind, address in sorted(services.items())
    ]
    contexts = [*CONTEXTS, MULTIKEY_CONTEXT] if proof_keys else CONTEXTS
    document: dict[str, object] = {"@context": contexts, "id": did, "verificationMethod": methods, "service": entries}
    for purpose in PURPOSES:
        believed = [*(key.kid for key in retired), *(proof_keys or {})] if purpose == "assertionMethod" else []
        document[purpose] = [key.kid for key in keys] + believed
    return document


def _method(did: str, kid: str, jwk: Mapping[str, str]) -> dict[str, object]:
    return {"id": kid, "type": "JsonWebKey2020", "controller": did, "publicKeyJwk": dict(jwk)}
