"""The standard's ConsentRecord: a grant; it says yes and is signed while the grant lives, at the moment of reading.

Everything else, an ask, a no, a yes that was stopped, has run out or is used up, is an unsigned no: whichever of
`state`, `optIn` and `signature` a reader looks at, only a living yes looks like one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.storage.database import Work
from skillspace.trust.consent.govstack.agreements import Agreements, of_agreement
from skillspace.trust.consent.govstack.delegations import Delegation
from skillspace.trust.consent.govstack.revisions import Json, hash_of, revision, signature, snapshot_of
from skillspace.trust.consent.machine import GrantState
from skillspace.trust.consent.model import ERASED, Grant
from skillspace.trust.consent.receipts import PROOF
from skillspace.trust.consent.service import Consents
from skillspace.trust.consent.store import grants, to_grant
from skillspace.trust.consent.terms import terms_of
from skillspace.trust.journal import Journal
from skillspace.trust.register import Registers
from skillspace.wire.canonical import canonical

SCHEMA = "ConsentRecord"
_BATCH = 200
_IS_ERASED = grants.c.person.startswith(ERASED, autoescape=True)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a consumer looks for among its organisation's grants; None is anything. `opt_in` is a living yes."""

    opt_in: bool | None = None
    agreement: str | None = None
    revision: str | None = None
    individual: str | None = None


class Records:
    """Reads grants as consent records, for the person's program, for a recipient, and for an auditor."""

    def __init__(self, consents: Consents, registers: Registers, agreements: Agreements, journal: Journal) -> None:
        self._consents = consents
        self._registers = registers
        self._agreements = agreements
        self._journal = journal

    def is_open(self, work: Work, grant: Grant) -> bool:
        """Tell whether the person's yes holds at this moment, in time, number of uses, hours and countries."""
        if grant.why_not(work.now) is not None:
            return False
        if grant.conditions is None:
            return True
        country = self._registers.country(work, grant.recipient) if grant.conditions.countries else None
        return grant.conditions.why_not(work.now, country) is None

    def of_person(self, work: Work, person: str, agreement: str | None = None) -> list[Grant]:
        """Return a person's grants, of one agreement or all, latest first."""
        found = self._consents.of_person(work, person)
        if agreement is None:
            return found
        names = self._agreements.names(work, [grant.notice_hash for grant in found])
        return [grant for grant in found if names.get(grant.notice_hash) == agreement]

    def current(self, work: Work, person: str) -> list[Grant]:
        """Return of each agreement the one grant that counts: a living yes, else an open ask, else the latest."""
        found = self._consents.of_person(work, person)
        names = self._agreements.names(work, [grant.notice_hash for grant in found])
        ranked = sorted(found, key=lambda grant: self._rank(work, grant))  # stable: the latest comes first
        one_each: dict[str, Grant] = {}
        for grant in ranked:
            one_each.setdefault(names.get(grant.notice_hash, grant.notice_hash), grant)
        return [one_each[name] for name in sorted(one_each)]

    def current_of(self, work: Work, person: str, agreement: str) -> Grant:
        """Return of one agreement the grant that counts; raise NotFound."""
        found = self.of_person(work, person, agreement)
        if not found:
            raise NotFound(f"This person has no consent under data agreement {agreement[:64]}.")
        return min(found, key=lambda grant: self._rank(work, grant))

    def of_recipient(self, work: Work, recipient: str, wanted: Wanted, *, offset: int, limit: int) -> list[Grant]:
        """Return the grants to `recipient` that a person once said yes to; of asks and noes it hears nothing."""
        where = (grants.c.recipient == recipient) & grants.c.starts.is_not(None) & ~_IS_ERASED
        if wanted.agreement is not None:
            where &= of_agreement(wanted.agreement)
        if wanted.revision is not None:
            where &= grants.c.notice_hash == wanted.revision
        if wanted.individual is not None:
            where &= grants.c.subject == wanted.individual
        if wanted.opt_in:
            where &= grants.c.state == GrantState.GRANTED
        return list(islice(self._fitting(work, where, wanted.opt_in), offset, offset + limit))

    def to_recipient(self, work: Work, recipient: str, id: str) -> Grant:
        """Return one grant of `of_recipient`; raise NotFound for any other."""
        found = self._consents.find(work, id)
        if found.recipient != recipient or found.starts is None or found.is_erased:
            raise NotFound(f"There is no consent {id[:100]}.")
        return found

    def every(self, work: Work, *, offset: int, limit: int) -> list[Grant]:
        """Return every grant of this node, for an auditor."""
        query = sa.select(grants).order_by(grants.c.id).offset(offset).limit(limit)
        return [to_grant(row) for row in work.rows(query)]

    def to_json(self, work: Work, grant: Grant, *, individual: str | None, signed: Json | None = None) -> Json:
        """Return the ConsentRecord; `individual` is the person's name towards the reader, None where it has none."""
        is_open = self.is_open(work, grant)
        written: Json = {
            "id": grant.id,
            "dataAgreement": self._agreements.to_json(work, self._consents.notice(work, grant)),
            "dataAgreementRevisionHash": grant.notice_hash,
            "optIn": is_open,
            "state": "signed" if is_open else "unsigned",
        }
        if individual is not None:
            written["individual"] = {"id": individual, "externalIdType": "pairwise"}
        return written | ({"signature": signed} if signed and is_open else {})

    def for_person(self, work: Work, grant: Grant, delegation: Delegation) -> Json:
        """Return the record as the person's program sees it, with the receipt's signature while the yes lives."""
        signed = self.receipt_signature(work, grant) if self.is_open(work, grant) else None
        return self.to_json(work, grant, individual=delegation.id, signed=signed)

    def for_recipient(self, work: Work, grant: Grant) -> Json:
        """Return the record as its recipient sees it, with the credential's signature while the yes lives."""
        signed = None
        if self.is_open(work, grant):
            token = self._consents.credential(work, grant.id)
            signed = signature(f"urn:skillspace:{grant.id}", token, terms_of(grant), at=work.now)
        return self.to_json(work, grant, individual=grant.subject, signed=signed)

    def receipt_signature(self, work: Work, grant: Grant) -> Json:
        """Return the Signature of the receipt of a yes; raise ConsentMissing when there was none."""
        receipt = self._consents.receipt(work, grant.id, "en")
        proof = receipt.pop(PROOF)
        token = str(proof["jwt"]) if isinstance(proof, dict) else ""
        at = grant.decided or grant.asked
        return signature(str(receipt["@id"]), token, receipt, at=at, delegate=grant.acting is not None)

    def terms_revision(self, grant: Grant) -> Json:
        """Return the Revision of a living yes for its recipient: the terms it was given, whose hash its tokens name."""
        snapshot = canonical(terms_of(grant)).decode()
        return revision(SCHEMA, grant.id, snapshot, at=grant.starts, previous=None)

    def revision(self, work: Work, grant: Grant) -> Json | None:
        """Return the newest Revision of a grant, as the journal has it, with the hash of the one before.

        None where the journal says nothing of it.
        """
        entries = self._journal.entries(work, kind="grant.", about=grant.id, limit=2)
        told = [
            (snapshot_of(SCHEMA, grant.id, entry.content, entry.at), entry.at)
            for entry in entries
            if entry.content is not None
        ]
        if not told:
            return None
        previous = hash_of(told[1][0]) if len(told) > 1 else None
        return revision(SCHEMA, grant.id, told[0][0], at=told[0][1], previous=previous)

    def _rank(self, work: Work, grant: Grant) -> int:
        if self.is_open(work, grant):
            return 0
        return 1 if grant.state is GrantState.PENDING and work.now < grant.until else 2

    def _fitting(self, work: Work, where: sa.ColumnElement[bool], opt_in: bool | None) -> Iterator[Grant]:
        last = ""
        while True:
            query = sa.select(grants).where(where & (grants.c.id > last)).order_by(grants.c.id).limit(_BATCH)
            page = [to_grant(row) for row in work.rows(query)]
            yield from (grant for grant in page if opt_in is None or self.is_open(work, grant) is opt_in)
            if len(page) < _BATCH:
                return
            last = page[-1].id
