"""Showing: a person's wallet answers one request with a presentation, and what it proves is read; all else is nothing.

The nonce is for one person at one intermediary, once; the presentation is made for this node and signed by the key that
the credential is about (VC 2.0 §4.13, DCP 1.0 §5.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.kernel.ids import new_secret
from skillspace.people.recognition.addresses import keyed
from skillspace.people.recognition.model import NONCE_LASTS, NoHolderProof, NonceSpent
from skillspace.people.recognition.store import nonces
from skillspace.records.credentials import (
    MAX_PRESENTATION_BYTES,
    KeyResolver,
    Trust,
    VerifiedCredential,
    WrongHolder,
    verify_presentation,
)
from skillspace.storage.database import Work
from skillspace.wire.jose import read_unverified

#: A holder known by nothing but a key: its presentation makes this node call nobody.
HOLDERS = "did:key:"
MAX_CLAIM = 200


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """What a wallet puts into its presentation: the nonce, and for whom it is (a DID)."""

    nonce: str
    audience: str
    until: datetime


class Showing:
    """Reads what people's wallets show this node (`own_did`).

    `trust` says whose credentials count by type, `check_status` raises for one that was taken back.
    """

    def __init__(
        self,
        *,
        own_did: str,
        key: bytes,
        resolve_key: KeyResolver,
        trust: Trust,
        check_status: Callable[[VerifiedCredential], None],
    ) -> None:
        self._own_did = own_did
        self._key = key
        self._resolve_key = resolve_key
        self._trust = trust
        self._check_status = check_status

    def begin(self, work: Work, intermediary: str, subject: str) -> Challenge:
        """Return what the wallet must put into its answer; an earlier request of the same person is over."""
        mine = (nonces.c.intermediary == intermediary) & (nonces.c.subject == subject)
        work.delete(nonces, mine | (nonces.c.expires <= work.now))
        made = Challenge(nonce=new_secret(), audience=self._own_did, until=work.now + NONCE_LASTS)
        row = {"nonce_hash": keyed(self._key, "nonce", made.nonce), "intermediary": intermediary, "subject": subject}
        work.insert(nonces, row | {"expires": made.until})
        return made

    def take(self, work: Work, intermediary: str, subject: str, presentation: str) -> str:
        """Use up the nonce a presentation answers, and return it; in a transaction that stays whatever comes of it.

        Raises BadInput, NoHolderProof for a credential that nobody presents, NonceSpent.
        """
        _, claims = read_unverified(presentation, max_bytes=MAX_PRESENTATION_BYTES)
        if _is_credential(claims):
            raise NoHolderProof()
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not nonce:
            raise NonceSpent("The presentation answers no request: it has no nonce. Begin again.")
        here = (nonces.c.nonce_hash == keyed(self._key, "nonce", nonce)) & (nonces.c.expires > work.now)
        mine = (nonces.c.intermediary == intermediary) & (nonces.c.subject == subject)
        if not work.delete(nonces, here & mine):
            raise NonceSpent()
        return nonce

    def read(self, presentation: str, nonce: str, at: datetime) -> list[VerifiedCredential]:
        """Return the credentials that hold, each about the one key that made the presentation.

        Calls issuers for keys and statuses: never within a transaction. Raises what is wrong with a presentation, a
        credential, its issuer or its status; one bad credential spoils the whole answer.
        """
        shown = verify_presentation(
            presentation,
            self._resolve_key,
            at,
            self._own_did,
            nonce=nonce,
            trust=self._trust,
            resolve_holder_key=self._holder_key,
        )
        for credential in shown:
            self._check_status(credential)
        return shown

    def _holder_key(self, did: str, kid: str) -> Mapping[str, object]:
        if not did.startswith(HOLDERS):
            raise WrongHolder("The presentation must be made by the key that the credential is about (did:key).")
        return self._resolve_key(did, kid)


def claim_of(credential: VerifiedCredential, path: str) -> str | None:
    """Return the text at a dotted path in the credential's one subject, or None; what is long or odd is none."""
    if len(credential.subjects) != 1:
        return None
    found: object = credential.subject
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    is_usable = isinstance(found, str) and 0 < len(found) <= MAX_CLAIM and found.isprintable()
    return str(found) if is_usable else None


def _is_credential(claims: Mapping[str, object]) -> bool:
    if "vp" in claims:
        if not isinstance(claims["vp"], Mapping):
            raise BadInput("The token is no verifiable presentation.")
        return False
    return "vc" in claims or "credentialSubject" in claims
