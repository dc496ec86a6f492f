"""One answer about an issuer, from every source a node has: its address, the data space, lists, a seal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from skillspace.storage.database import Work
from skillspace.trust.issuers.accreditation import line_of, vat_name
from skillspace.trust.issuers.certified import ADDRESS, CertifiedKeys, member_that_is, names_of
from skillspace.trust.issuers.identity import IdentityLooks
from skillspace.trust.issuers.model import IssuerAnswer, Line, Matter, Outcome, Source, Why
from skillspace.trust.issuers.seals import Seal
from skillspace.trust.issuers.store import AccreditationLists
from skillspace.trust.issuers.trusted import TrustedIssuers
from skillspace.trust.membership import Directory, LegalIdentities, LegalIdentity

#: A copy of the list of members that is older says nothing of now.
COPY_BELIEVED = timedelta(days=1)


class IssuerTrust:
    """Answers how far an issuer is trusted, for what, by whom, until when and as of when."""

    def __init__(
        self,
        *,
        data_space: str,
        looks: IdentityLooks,
        certified: CertifiedKeys,
        listed: TrustedIssuers,
        lists: AccreditationLists,
        members: Directory,
        legal: LegalIdentities | None,
    ) -> None:
        self._data_space = data_space
        self._looks = looks
        self._certified = certified
        self._listed = listed
        self._lists = lists
        self._members = members
        self._legal = legal

    def look(self, issuer: str, signed: bytes = b"") -> None:
        """Ask the issuer's own address, for the answers that follow; of one known by certificates, look at those that
        came with what it `signed`. Calls others: not in a transaction."""
        if issuer.startswith(ADDRESS):
            self._certified.look(issuer, signed)
        else:
            self._looks.look(issuer)

    def answer(self, work: Work, issuer: str, matter: Matter) -> IssuerAnswer:
        """Return how far an issuer that proved its name is trusted in a matter now. Asks nobody: `look` does."""
        at, known_as = work.now, names_of(issuer)
        legal = self._legal.of(work, known_as[-1]) if self._legal is not None else None
        numbers = legal.numbers.values() if legal is not None and legal.holds(at) else ()
        names = {*known_as, *(name for number in numbers if (name := vat_name(number)))}
        lines = (
            (self._certified if issuer.startswith(ADDRESS) else self._looks).line(issuer, at),
            self._membership(work, issuer, at),
            _legal_line(legal, at),
            self._listed.line(known_as, matter),
            line_of(self._lists.said_of(work, names), matter, at),
        )
        return IssuerAnswer(issuer=issuer, matter=matter, at=at, lines=lines)

    def sealed(self, work: Work, seal: Seal, matter: Matter) -> IssuerAnswer:
        """Return how far the issuer that sealed a document is trusted in a matter now.

        Only the seal's word counts for who it is: anybody could have written the name that stands in the document.
        """
        at, name = work.now, seal.proven_name(work.now)
        lines = (seal.line(at), line_of(self._lists.said_of(work, [name] if name else []), matter, at))
        return IssuerAnswer(issuer=seal.identifier or seal.organisation, matter=matter, at=at, lines=lines)

    def _membership(self, work: Work, issuer: str, at: datetime) -> Line:
        heard = self._members.copied(work)
        if heard is None:
            return Line(source=Source.MEMBERSHIP, outcome=Outcome.UNKNOWN, why=Why.NO_LIST)
        found = member_that_is(issuer, self._members, work)
        line = Line(
            source=Source.MEMBERSHIP,
            outcome=Outcome.YES if found else Outcome.NO,
            why=Why.MEMBER if found else Why.NO_MEMBER,
            by=self._data_space,
            detail=found.name if found else "",
            checked=heard,
        )
        if at - heard < COPY_BELIEVED:
            return line
        return replace(line, outcome=Outcome.UNREACHABLE, why=Why.COPY_OLD, last=line.outcome)


def _legal_line(found: LegalIdentity | None, at: datetime) -> Line:
    line = Line(source=Source.GAIAX, outcome=Outcome.UNKNOWN, why=Why.NO_LEGAL)
    if found is None:
        return line
    line = replace(line, by=found.issuer or "", detail=found.name or "", until=found.until, checked=found.shown)
    if found.holds(at):
        return replace(line, outcome=Outcome.YES, why=Why.LEGAL)
    why = Why.LEGAL_ENDED if found.name is not None else Why.LEGAL_FAILED
    return replace(line, outcome=Outcome.NO, why=why)
