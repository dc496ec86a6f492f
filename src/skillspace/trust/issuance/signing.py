"""Signing what wallets get: each credential as the issuer its wallets know, and the lists of what was taken back.

Wallets of a data space know an issuer by its DID. Others know it by its address and the certificates of its key (SD-JWT
VC §3.5, x5c): a credential is signed as one of the two and never as both, and the list of its standing likewise.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.records.achievement import Achievement, Envelope, Holder, write
from skillspace.records.credentials.selective import StatusPlace
from skillspace.records.credentials.status_entries import entry_for
from skillspace.records.formats.issuing import Issuer
from skillspace.storage.database import Work
from skillspace.trust.issuance.model import BY_CERTIFICATE, CONFIGURATIONS
from skillspace.trust.status import Register
from skillspace.trust.status.register import PURPOSE
from skillspace.trust.status.tokens import token_list

TOKEN_LIST, CERTIFIED_LIST = "/status/tokens", "/status/tokens-x5c"


class Signing:
    """What one issuer signs, at its `address`; the lists are below `base`."""

    def __init__(self, issuer: Issuer, *, address: str, base: str) -> None:
        self._issuer = replace(issuer, chain=())
        self._certified = replace(issuer, did=address)
        self._base = base
        #: Whether wallets can know it by certificates, which name who is at an address of HTTPS and nobody else.
        self.has_certificate = bool(issuer.chain) and address.startswith("https://")
        #: What wallets may ask for, by the identifiers of our metadata.
        self.known = tuple(name for name in CONFIGURATIONS if self.has_certificate or name != BY_CERTIFICATE)
        self.register = Register(issuer_did=issuer.did, issuer_key=issuer.key, base=f"{base}/status", desk="wallets")

    def offered(self, *, by_certificate: bool) -> list[str]:
        """Return which of the known an offer names: those of its wallets. Raises BadInput where there is none."""
        found = [name for name in self.known if (name == BY_CERTIFICATE) is by_certificate]
        if not found:
            raise BadInput("This node has no certificate by which a wallet could know it (certificate_chain).")
        return found

    def written(self, achievement: Achievement, name: str, holder: Holder, place: int, at: datetime) -> str:
        """Return a known credential by its name, signed, with its `place` in the list of its standing."""
        envelope, by_certificate = CONFIGURATIONS[name], name == BY_CERTIFICATE
        selective = StatusPlace(address=self._address_of(by_certificate), index=place)
        entry = entry_for("2.0", address=self.register.address("2.0"), purpose=PURPOSE, index=place)
        return write(
            achievement,
            envelope,
            issuer=self._certified if by_certificate else self._issuer,
            holder=holder,
            at=at,
            status=selective if envelope is Envelope.SD_JWT else entry,
        )

    def status_list(self, work: Work, *, by_certificate: bool = False) -> str:
        """Return the Token Status List of everything given to wallets; raise NotFound for one of no certificate."""
        if by_certificate and not self.has_certificate:
            raise NotFound("There is no such list.")
        issuer, address = self._certified if by_certificate else self._issuer, self._address_of(by_certificate)
        kept, key = self.register.pages, issuer.key
        return token_list(work, kept, address=address, issuer_did=issuer.did, issuer_key=key, chain=issuer.chain)

    def _address_of(self, by_certificate: bool) -> str:
        return f"{self._base}{CERTIFIED_LIST if by_certificate else TOKEN_LIST}"
