"""DID documents (W3C DID Core 1.0) as we read them, whoever wrote them: the DID's own keys by purpose, and services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.clock import from_iso, now
from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound
from skillspace.trust.identity.multikey import jwk_of_multikey

PURPOSES = ("authentication", "assertionMethod", "capabilityInvocation")
#: More keys or services than this are not looked at.
MAX_ENTRIES = 100


@dataclass(frozen=True, kw_only=True)
class DidDocument:
    """What a DID says of itself: public JWKs by key id and purpose, and service addresses by type.

    `ends` holds the moment from which a key counts no more, for the keys that have one.
    """

    did: str
    keys: Mapping[str, Mapping[str, object]]
    purposes: Mapping[str, frozenset[str]]
    services: Mapping[str, str]
    ends: Mapping[str, datetime]

    def key(self, kid: str, purpose: str, at: datetime | None = None) -> Mapping[str, object]:
        """Return the public JWK `kid` (absolute, ``#fragment`` or ``fragment``) if it may be used for `purpose` `at`.

        An empty `kid` means the only key there is for this purpose (DCP 1.0 §4.3.3 allows a token not to name it).
        Raises InvalidSignature when the document names no such key for this, or its end has come.
        """
        full = absolute(kid, self.did) if kid else self._only(purpose)
        if full not in self.keys or full not in self.purposes.get(purpose, frozenset()):
            raise InvalidSignature(f"{self.did} names no key {kid[:200]!r} for {purpose}.")
        end = self.ends.get(full)
        if end is not None and (at or now()) >= end:
            raise InvalidSignature(f"The key {full} of {self.did} was retired; it counted until {end.isoformat()}.")
        return self.keys[full]

    def _only(self, purpose: str) -> str:
        named = self.purposes.get(purpose, frozenset())
        if len(named) != 1:
            raise InvalidSignature(f"The token names no key (kid), and {self.did} has {len(named)} for {purpose}.")
        return next(iter(named))

    def service(self, kind: str) -> str:
        """Return the address of a service type; raise NotFound when the document has none."""
        if kind not in self.services:
            raise NotFound(f"{self.did} offers no {kind}.")
        return self.services[kind]


def absolute(name: str, did: str) -> str:
    """Return the DID URL that `name` means in the document of `did`: relative names are its fragments."""
    return name if name.startswith("did:") else f"{did}#{name.removeprefix('#')}"


def read_document(document: object, did: str) -> DidDocument:
    """Read a DID document strictly enough to trust its keys; raise BadInput when it is not the document of `did`.

    Keys come as publicKeyJwk or publicKeyMultibase, under verificationMethod or within a purpose (then for it alone);
    a key that somebody else controls is not taken. Services have one type or several, and an address as a text, in a
    list or within an object; of two services of one type the first counts.
    """
    if not isinstance(document, dict) or document.get("id") != did:
        raise BadInput(f"What is published at the address of {did} is not its DID document.")
    keys: dict[str, Mapping[str, object]] = {}
    ends: dict[str, datetime] = {}
    for method in _entries(document.get("verificationMethod")):
        _take(method, did, keys, ends)
    purposes = {}
    for purpose in PURPOSES:
        named = {absolute(name, did) for name in _list(document.get(purpose)) if isinstance(name, str)}
        for method in _entries(document.get(purpose)):
            kid = absolute(str(method.get("id", "")), did)
            # An embedded key never replaces one that the document has named before.
            if (kid in keys or _take(method, did, keys, ends)) and keys[kid] == _key(method):
                named.add(kid)
        purposes[purpose] = frozenset(named)
    services: dict[str, str] = {}
    for entry in _entries(document.get("service")):
        address = next(_addresses(entry.get("serviceEndpoint")), None)
        for kind in _list(entry.get("type")):
            if isinstance(kind, str) and address is not None:
                services.setdefault(kind, address)
    return DidDocument(did=did, keys=keys, purposes=purposes, services=services, ends=ends)


def _take(
    method: Mapping[str, object], did: str, keys: dict[str, Mapping[str, object]], ends: dict[str, datetime]
) -> bool:
    kid, jwk = method.get("id"), _key(method)
    # An end that cannot be read is one that may have come: such a key is not taken.
    end = _end(method)
    if not isinstance(kid, str) or not kid or jwk is None or method.get("controller", did) != did or end is False:
        return False
    name = absolute(kid, did)
    if not name.startswith(f"{did}#"):
        return False
    keys[name] = jwk
    if isinstance(end, datetime):
        ends[name] = end
    return True


def _key(method: Mapping[str, object]) -> Mapping[str, object] | None:
    jwk, multikey = method.get("publicKeyJwk"), method.get("publicKeyMultibase")
    if isinstance(jwk, dict):
        return jwk
    if not isinstance(multikey, str):
        return None
    try:
        return jwk_of_multikey(multikey)
    except BadInput:
        return None


def _end(method: Mapping[str, object]) -> datetime | bool | None:
    """The earliest of `expires` and `revoked`, None without them, False when one of them is no moment."""
    given = [method[name] for name in ("expires", "revoked") if method.get(name) is not None]
    try:
        return min((from_iso(str(each)) for each in given), default=None)
    except (ValueError, OverflowError):
        return False


def _addresses(endpoint: object) -> Iterator[str]:
    if isinstance(endpoint, str):
        yield endpoint
    elif isinstance(endpoint, list):
        for each in endpoint[:MAX_ENTRIES]:
            if not isinstance(each, list):
                yield from _addresses(each)
    elif isinstance(endpoint, dict):
        named = [endpoint[name] for name in ("uri", "url", "origins") if name in endpoint] or list(endpoint.values())
        for each in named:
            yield from (text for text in _list(each) if isinstance(text, str))


def _entries(value: object) -> list[Mapping[str, object]]:
    return [entry for entry in _list(value) if isinstance(entry, dict)]


def _list(value: object) -> list[object]:
    """One thing or a list of things: makers write both."""
    if value is None:
        return []
    return value[:MAX_ENTRIES] if isinstance(value, list) else [value]
