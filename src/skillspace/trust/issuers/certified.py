"""Who is known by a certificate: the chain that a token brings must lead to an authority that is relied on here."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509

from skillspace.kernel.clock import Clock
from skillspace.kernel.errors import BadInput, InvalidSignature, SkillspaceError
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work
from skillspace.trust.identity import Peer, did_of_address
from skillspace.trust.issuers.identity import BELIEVED, MAX_REMEMBERED
from skillspace.trust.issuers.model import Line, Outcome, Source, Why
from skillspace.trust.issuers.revocation import Revocation
from skillspace.trust.issuers.standings import Standings
from skillspace.trust.membership import Directory
from skillspace.wire.certificates import CHAIN, CertificateRevoked, Certified, chain_name, check_chain, read_chain
from skillspace.wire.jose import read_unverified

#: Issuers that have no DID are known by such an address.
ADDRESS = "https://"
_WHYS = {
    Revocation.STANDS: Why.CERTIFIED,
    Revocation.UNCHECKED: Why.CERTIFIED_UNCHECKED,
    Revocation.REVOKED: Why.CERTIFICATE_REVOKED,
}


def names_of(issuer: str) -> tuple[str, ...]:
    """Return the names under which others speak of an issuer that proved its own: for a host also the did:web of the
    same host, last, since who holds it decides what that DID is.

    A port or a path of a host may be somebody else's, whom a certificate of the host names as well: such an address has
    no other name.
    """
    try:
        is_host = issuer.startswith(ADDRESS) and urlsplit(issuer).path in ("", "/") and urlsplit(issuer).port is None
        return (issuer, did_of_address(issuer)) if is_host else (issuer,)
    except (BadInput, ValueError):
        return (issuer,)


def member_that_is(issuer: str, members: Directory, work: Work) -> Peer | None:
    """Return the member of the data space that an issuer is which proved its name; None where it is none."""
    return next((found for name in names_of(issuer) if (found := members.find(work, name)) is not None), None)


class CertifiedKeys:
    """Finds issuers' keys: in the chain of certificates where that is what names one, and else as `resolve_key` does.

    `anchors` are the certificates of the authorities that this node's operator relies on, `standings` tells whether one
    of a chain was taken back (None: nobody is asked). Whom a chain that held named is remembered as long as this
    program runs.
    """

    def __init__(
        self,
        resolve_key: KeyResolver,
        anchors: Sequence[x509.Certificate],
        clock: Clock,
        standings: Standings | None = None,
    ) -> None:
        self._resolve_key = resolve_key
        self._anchors = tuple(anchors)
        self._clock = clock
        self._standings = standings or Standings(clock)
        self._seen: OrderedDict[str, tuple[datetime, Certified, Revocation]] = OrderedDict()
        self._lock = threading.Lock()

    def key(self, issuer: str, kid: str) -> Mapping[str, object]:
        """Return the issuer's public JWK. Raises what `resolve_key` raises, and BadInput or InvalidSignature for a
        chain that does not hold, or names somebody else, CertificateRevoked for one that was taken back."""
        if not kid.startswith(CHAIN):
            return self._resolve_key(issuer, kid)
        at = self._clock()
        certified = check_chain(read_chain(kid), self._anchors, at)
        if not certified.is_named(issuer):
            raise InvalidSignature(f"The certificate is not that of {issuer[:200]}.")
        revocation = self._standings.of(certified)
        with self._lock:
            self._seen[issuer] = at, certified, revocation
            self._seen.move_to_end(issuer)
            while len(self._seen) > MAX_REMEMBERED:
                self._seen.popitem(last=False)
        if revocation is Revocation.REVOKED:
            raise CertificateRevoked()
        return certified.jwk

    def look(self, issuer: str, signed: bytes) -> None:
        """Look again at the certificates in what an issuer signed, for its `line`; those that hold no more, and what
        brings none, change nothing there. May call others: not in a transaction. Raises nothing."""
        with suppress(SkillspaceError, UnicodeDecodeError):
            header, _ = read_unverified(signed.decode().partition("~")[0])
            self.key(issuer, chain_name(header))

    def line(self, issuer: str, at: datetime) -> Line:
        """Return what was seen of the certificate of an issuer known by its address, lately."""
        with self._lock:
            seen = self._seen.get(issuer)
        if seen is None or at - seen[0] >= BELIEVED:
            checked = seen[0] if seen is not None else None
            return Line(source=Source.CERTIFICATE, outcome=Outcome.UNKNOWN, why=Why.NOT_ASKED, checked=checked)
        checked, found, revocation = seen
        why = _WHYS[revocation] if at < found.until else Why.CERTIFICATE_ENDED
        return Line(
            source=Source.CERTIFICATE,
            outcome=Outcome.NO if why in (Why.CERTIFICATE_ENDED, Why.CERTIFICATE_REVOKED) else Outcome.YES,
            why=why,
            by=found.authority,
            detail=found.organisation,
            until=found.until,
            checked=checked,
        )
