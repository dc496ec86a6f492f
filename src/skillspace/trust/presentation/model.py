"""The words of presentation: what is asked, what was shown, and faults as the protocol names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from skillspace.kernel.errors import Refused
from skillspace.records.achievement import VCT
from skillspace.records.credentials.dcql import SELECTIVE
from skillspace.trust.presentation.machine import RequestState

#: The media type of a signed request, and whom one is made for when the wallet is not known (OpenID4VP 1.0 §5.8).
REQUEST_TYPE = "oauth-authz-req+jwt"
ANY_WALLET = "https://self-issued.me/v2"
#: How an answer travels (§8.2, §8.3).
IN_THE_CLEAR, ENCRYPTED = "direct_post", "direct_post.jwt"
#: How a verifier is known (§5.9.3): by its DID, by where answers go, by its certificate's name or hash.
BY_DID, BY_ADDRESS = "decentralized_identifier:", "redirect_uri:"
BY_HOST, BY_HASH = "x509_san_dns:", "x509_hash:"
FORMATS = {
    "dc+sd-jwt": {"sd-jwt_alg_values": ["ES256", "EdDSA"], "kb-jwt_alg_values": ["ES256", "EdDSA"]},
    "jwt_vc_json": {"alg_values": ["ES256", "EdDSA"]},
}


class KnownBy(StrEnum):
    """By what a request tells wallets who asks."""

    DID = "did"
    #: By where the answer goes, which proves nothing: everything is in the link, for wallets that know no DIDs.
    ADDRESS = "address"
    CERTIFICATE = "certificate"
    #: By a host that the certificate names, for wallets that do not know them by its hash yet.
    HOST = "host"


class PresentationFault(Refused):
    """An answer to a request does not count; `error` is the protocol's name of the reason."""

    def __init__(self, error: str = "invalid_request", message: str | None = None, *, status: int = 400) -> None:
        super().__init__(message)
        self.error = error
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A fresh request: the link a wallet opens, until when."""

    id: str
    link: str = field(repr=False)
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One credential that was shown and held: who says so, and what of it was disclosed."""

    asked: str
    format: str
    types: tuple[str, ...]
    issuer: str
    claims: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return this as JSON values."""
        return {**vars(self), "types": list(self.types), "claims": dict(self.claims)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Shown:
        """Read what `to_json` wrote."""
        return cls(**{**document, "types": tuple(document["types"])})


@dataclass(frozen=True, kw_only=True)
class RequestStatus:
    """A request as its verifier sees it; `shown` is None until it is answered, and once it is forgotten.

    `is_held_back` while what is shown on the same device waits for the browser that asked to come back.
    """

    id: str
    purpose: str
    query: Mapping[str, Any]
    state: RequestState
    made: datetime
    expires: datetime
    reason: str | None
    answered: datetime | None
    shown: tuple[Shown, ...] | None
    is_held_back: bool = False


def skills_query(concepts: tuple[str, ...] = ()) -> dict[str, Any]:
    """Write the query for an achievement's skills: all the holder likes to show, or those of these concepts."""
    claim: dict[str, Any] = {"path": ["skills", None]}
    if concepts:
        claim = {"path": ["skills", None, "concept"], "values": list(concepts)}
    asked = {"id": "achievement", "format": SELECTIVE, "meta": {"vct_values": [VCT]}, "claims": [claim]}
    return {"credentials": [asked]}
