"""What a program may say in a person's name: yes to what is being asked, no, and stop; nothing that is not asked."""

from __future__ import annotations

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.storage.database import Work
from skillspace.trust.consent.govstack.agreements import Agreements
from skillspace.trust.consent.govstack.delegations import Act, Delegation
from skillspace.trust.consent.govstack.messages import Answered, RecordSent
from skillspace.trust.consent.govstack.records import Records
from skillspace.trust.consent.govstack.revisions import Json, unsigned
from skillspace.trust.consent.machine import GrantState
from skillspace.trust.consent.model import Grant
from skillspace.trust.consent.service import Consents
from skillspace.wire.canonical import digest


class Answers:
    """Drafts answers and gives them, within what the person let the program do."""

    def __init__(self, consents: Consents, agreements: Agreements, records: Records) -> None:
        self._consents = consents
        self._agreements = agreements
        self._records = records

    def draft(self, work: Work, delegation: Delegation, agreement: str, revision: str | None) -> Json:
        """Return what a yes to the waiting ask would be: the record and the Signature, both without identifier."""
        delegation.must_allow(Act.READ)
        asked = self._waiting(work, delegation, agreement, revision)
        record = self._records.to_json(work, asked, individual=delegation.id) | {"id": ""}
        signature = unsigned(_proposal(asked), by=self._consents.own_did, at=work.now)
        return {"consentRecord": record, "signature": signature}

    def agree(self, work: Work, delegation: Delegation, agreement: str, revision: str | None) -> Grant:
        """Say yes to the waiting ask; the notice it rests on must be the newest unless `revision` names it.

        Raises NotFound without an ask, Conflict for another notice, and what `Consents.grant` raises.
        """
        delegation.must_allow(Act.YES)
        asked = self._waiting(work, delegation, agreement, revision)
        if revision is None and self._agreements.find(work, agreement).hash != asked.notice_hash:
            raise Conflict(f"The notice has changed since the ask; name the revision {asked.notice_hash} to agree to.")
        return self._yes(work, delegation, asked)

    def answer(self, work: Work, delegation: Delegation, sent: Answered) -> Grant:
        """Answer a draft: what is answered must be, to the letter, what is asked now.

        Raises BadInput for a signature made elsewhere, Conflict when something else is asked than was drafted.
        """
        delegation.must_allow(Act.YES if sent.consent_record.opt_in else Act.NO)
        _same_person(delegation, sent.consent_record)
        if sent.signature.signature:
            raise BadInput("The intermediary signs; a signature made elsewhere cannot be checked here. Leave it empty.")
        agreement = sent.consent_record.data_agreement
        if agreement is None:
            raise BadInput("consentRecord.dataAgreement.id says what is answered; it is missing.")
        asked = self._waiting(work, delegation, agreement.id, sent.consent_record.data_agreement_revision_hash)
        if sent.signature.verification_payload_hash != digest(_proposal(asked)):
            raise Conflict("This answers something else than is asked; make a new draft.")
        return self._yes(work, delegation, asked) if sent.consent_record.opt_in else self._no(work, delegation, asked)

    def change(self, work: Work, delegation: Delegation, id: str, sent: RecordSent) -> Grant:
        """Set `optIn` of a person's record; what it says already changes nothing.

        Raises NotFound, Conflict for a yes to what is over or rests on another notice, and what `Consents` raises.
        """
        delegation.must_allow(Act.YES if sent.opt_in else Act.NO)
        _same_person(delegation, sent)
        found = self._consents.grant_of(work, id, delegation.person)
        if not sent.opt_in:
            return self._no(work, delegation, found)
        if sent.data_agreement_revision_hash != found.notice_hash:
            raise Conflict(f"A yes is to a notice: dataAgreementRevisionHash must be {found.notice_hash}.")
        if found.state is GrantState.PENDING:
            return self._yes(work, delegation, found)
        if found.why_not(work.now) is None:
            return found
        raise Conflict(f"Consent {found.id} is over; a new one begins with a new ask.")

    def _waiting(self, work: Work, delegation: Delegation, agreement: str, revision: str | None) -> Grant:
        waiting = self._consents.asks_waiting(work, delegation.person)
        names = self._agreements.names(work, [ask.notice_hash for ask in waiting])
        found = next((ask for ask in waiting if names.get(ask.notice_hash) == agreement), None)
        if found is None:
            raise NotFound(f"This person is asked nothing under data agreement {agreement[:64]}.")
        if revision is not None and revision != found.notice_hash:
            raise Conflict(f"This person is asked under revision {found.notice_hash}, not under the one named.")
        return found

    def _yes(self, work: Work, delegation: Delegation, asked: Grant) -> Grant:
        return self._consents.grant(work, asked.id, delegation.person, acting=delegation.acting())

    def _no(self, work: Work, delegation: Delegation, found: Grant) -> Grant:
        if found.state is GrantState.PENDING:
            return self._consents.refuse(work, found.id, delegation.person, acting=delegation.acting())
        if found.state is GrantState.GRANTED:
            return self._consents.revoke(work, found.id, delegation.person, acting=delegation.acting())
        return found


def _proposal(asked: Grant) -> Json:
    """What a yes would be given to, in full; the hash of it is what an answer to a draft confirms."""
    names = ("id", "provider", "recipient", "dataset", "purpose", "agreement", "notice_hash", "max_uses", "replaces")
    items = {kind: list(found) for kind, found in asked.items.items()}
    rest = {"kinds": list(asked.kinds), "items": items, "until": iso(asked.until), "reason": asked.reason}
    return {name: getattr(asked, name) for name in names} | rest


def _same_person(delegation: Delegation, sent: RecordSent) -> None:
    if sent.individual is not None and sent.individual.id != delegation.id:
        raise BadInput("The record names another individual than the request.")
