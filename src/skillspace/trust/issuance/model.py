"""The words of issuance to wallets: faults as the protocol names them, what is offered, and in which formats."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from skillspace.kernel.errors import NotFound, Refused
from skillspace.records.achievement import VCT, Envelope
from skillspace.trust.issuance.machine import OfferState
from skillspace.wire.dpop import ALGORITHMS

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
CODE_GRANT = "authorization_code"
#: The same for wallets that know an issuer by its DID, and for those that know it by its certificates.
BY_DID, BY_CERTIFICATE = "achievement-sd-jwt", "achievement-sd-jwt-x5c"
#: What a wallet may ask for, by the identifier in our metadata.
CONFIGURATIONS: Mapping[str, Envelope] = {
    BY_DID: Envelope.SD_JWT,
    "achievement-badge": Envelope.OPEN_BADGE,
    BY_CERTIFICATE: Envelope.SD_JWT,
}
PROOF_ALGORITHMS = ["ES256", "EdDSA"]
_CLAIMS = {
    "title": "Title",
    "description": "Description",
    "criteria": "How it was assessed",
    "awarded": "Awarded on",
    "credits": "Credits",
    "eqf": "EQF level",
    "skills": "Skills",
}


class IssuanceFault(Refused):
    """A wallet asked for something it cannot have; `error` is the protocol's name of the reason."""

    def __init__(
        self,
        error: str = "invalid_request",
        message: str | None = None,
        *,
        status: int = 400,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(message)
        self.error = error
        self.status = status
        self.headers = headers


class SignInOver(NotFound):
    """This request of a wallet is over; open the offer once more in it."""


class WrongPin(Refused):
    """The code is not the one that came with this offer."""


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A fresh offer: the link that a wallet opens, and the code to be told apart from it, if one is demanded."""

    id: str
    link: str = field(repr=False)
    pin: str | None = field(repr=False)
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class OfferStatus:
    """An offer as the organisation sees it."""

    id: str
    about: str
    title: str
    state: OfferState
    made: datetime
    expires: datetime
    #: Whether somebody still has to say that it may be given.
    is_undecided: bool


@dataclass(frozen=True, kw_only=True)
class Access:
    """What opens a call: a token, and the thumbprint of the key that was proven with it."""

    token: str | None = field(repr=False)
    key: str | None


def hashed(key: bytes, kind: str, secret: str) -> str:
    """Return what is stored of a secret: keyed, so that a short code cannot be found by trying them all."""
    return hmac.new(key, f"{kind} {secret}".encode(), hashlib.sha256).hexdigest()


def configuration_of(request: Mapping[str, object], known: Collection[str]) -> str:
    """Return which of our credentials, those `known`, a request asks for; raise IssuanceFault."""
    if "credential_identifier" in request:
        raise IssuanceFault("unknown_credential_identifier", "Name a credential_configuration_id of our metadata.")
    name = request.get("credential_configuration_id")
    if not isinstance(name, str):
        raise IssuanceFault("invalid_credential_request", "The credential_configuration_id is missing.")
    if name not in known:
        raise IssuanceFault("unknown_credential_configuration", f"Nothing is called {name[:60]!r} here.")
    if "credential_response_encryption" in request:
        raise IssuanceFault("invalid_encryption_parameters", "Answers are not encrypted beyond HTTPS here.")
    return name


def status_of(row: Mapping[str, Any]) -> OfferStatus:
    """Read an offer as it is stored."""
    return OfferStatus(
        id=row["id"],
        about=row["about"],
        title=row["title"],
        state=OfferState(row["state"]),
        made=row["made"],
        expires=row["expires"],
        is_undecided=row["is_undecided"],
    )


def issuer_metadata(
    address: str, base: str, name: str, languages: tuple[str, ...], known: Collection[str]
) -> dict[str, Any]:
    """Write the Credential Issuer Metadata (OpenID4VCI 1.0 §12.2.4) with the credentials that are `known`."""
    proofs = {"jwt": {"proof_signing_alg_values_supported": PROOF_ALGORITHMS}}
    common = {
        "cryptographic_binding_methods_supported": ["jwk", "did:key"],
        "credential_signing_alg_values_supported": ["ES256"],
        "proof_types_supported": proofs,
    }
    claims = [{"path": [name], "display": [{"name": word, "locale": "en"}]} for name, word in _CLAIMS.items()]
    selective = {"format": "dc+sd-jwt", "vct": VCT, "credential_metadata": _shown("Achievement") | {"claims": claims}}
    types = {"type": ["VerifiableCredential", "OpenBadgeCredential"]}
    badge = {"format": "jwt_vc_json", "credential_definition": types, "credential_metadata": _shown("Open Badge 3.0")}
    kinds = {Envelope.SD_JWT: selective, Envelope.OPEN_BADGE: badge}
    return {
        "credential_issuer": address,
        "credential_endpoint": f"{base}/credential",
        "nonce_endpoint": f"{base}/nonce",
        "deferred_credential_endpoint": f"{base}/deferred",
        "notification_endpoint": f"{base}/notification",
        "display": [{"name": name, "locale": language} for language in languages],
        "credential_configurations_supported": {
            name: kinds[CONFIGURATIONS[name]] | common | {"scope": name} for name in known
        },
    }


def authorization_metadata(address: str, base: str, known: Collection[str]) -> dict[str, Any]:
    """Write the metadata of the authorization server that this issuer is for itself (RFC 8414, §12.3)."""
    return {
        "issuer": address,
        "authorization_endpoint": f"{base}/authorize",
        "pushed_authorization_request_endpoint": f"{base}/par",
        "require_pushed_authorization_requests": True,
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "scopes_supported": list(known),
        "token_endpoint": f"{base}/token",
        "grant_types_supported": [CODE_GRANT, GRANT],
        "token_endpoint_auth_methods_supported": ["none"],
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "pre-authorized_grant_anonymous_access_supported": True,
    }


def _shown(name: str) -> dict[str, Any]:
    return {"display": [{"name": name, "locale": "en"}]}
