"""Consent: people are asked, answer, and stop; grants travel as credentials; one gate releases personal data.

The intermediary runs `Consents` and its `UseDesk`; every node runs `HeldGrants`, `Uses`, the `Gate` and `ConsentTasks`.
`consent_of` puts them together for a node.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database
from skillspace.trust.consent.acting import Acting
from skillspace.trust.consent.api import Authenticate, router
from skillspace.trust.consent.conditions import Conditions
from skillspace.trust.consent.copies.held import HeldGrant, HeldGrants
from skillspace.trust.consent.machine import GRANT, GrantState
from skillspace.trust.consent.model import Direction, Grant, Use
from skillspace.trust.consent.notices.noticing import FindRecord, Notices, no_record
from skillspace.trust.consent.ports import (
    Circumstances,
    ContractRules,
    CountryOf,
    FindAgreement,
    FindDuty,
    FindMember,
    Forget,
    KindsOffered,
    MayAct,
    Note,
    Peers,
    WhyNot,
    country_unknown,
    no_contract_rules,
    no_duty,
    no_forgetting,
    no_note,
    nothing_against,
    nothing_told,
    only_the_person,
)
from skillspace.trust.consent.pseudonym import subject_for
from skillspace.trust.consent.receipts import check_credential, check_receipt
from skillspace.trust.consent.release.desk import UseDesk
from skillspace.trust.consent.release.gate import Gate, Release
from skillspace.trust.consent.release.uses import Uses
from skillspace.trust.consent.service import Consents
from skillspace.trust.consent.tasks import ConsentTasks
from skillspace.wire.jose import SigningKey

__all__ = [
    "GRANT",
    "Acting",
    "Conditions",
    "Consent",
    "Consents",
    "Direction",
    "Gate",
    "Grant",
    "GrantState",
    "HeldGrant",
    "HeldGrants",
    "Release",
    "Use",
    "Uses",
    "check_credential",
    "check_receipt",
    "consent_of",
    "subject_for",
]


@dataclass(frozen=True, kw_only=True)
class Consent:
    """The room of one node. `consents` is None unless the node is an intermediary."""

    held: HeldGrants
    uses: Uses
    gate: Gate
    tasks: ConsentTasks
    resolve_key: KeyResolver
    consents: Consents | None
    desk: UseDesk | None

    def router(self, authenticate: Authenticate, database: Database) -> APIRouter:
        """Return the room's doors for other nodes, under ``/consent`` of the node's address."""
        return router(
            held=self.held,
            desk=self.desk,
            resolve_key=self.resolve_key,
            authenticate=authenticate,
            database=database,
        )


def consent_of(
    *,
    own_did: str,
    own_name: str,
    key: SigningKey,
    database: Database,
    resolve_key: KeyResolver,
    peers: Peers,
    find_member: FindMember,
    find_agreement: FindAgreement,
    kinds_offered: KindsOffered,
    is_intermediary: bool,
    country: str = "SE",
    find_record: FindRecord = no_record,
    duty: FindDuty = no_duty,
    country_of: CountryOf = country_unknown,
    may_act: MayAct = only_the_person,
    why_no_contract: WhyNot = nothing_against,
    contract_rules: ContractRules = no_contract_rules,
    circumstances: Circumstances = nothing_told,
    why_restricted: WhyNot = nothing_against,
    note: Note = no_note,
    forget: Forget = no_forgetting,
) -> Consent:
    """Put the room together for a node; what it needs of others comes as callables (`ports`)."""
    consents = None
    if is_intermediary:
        notices = Notices(country=country, find_record=find_record, find_agreement=find_agreement)
        consents = Consents(
            own_did=own_did, own_name=own_name, key=key, notices=notices, may_act=may_act, note=note, forget=forget
        )
    desk = UseDesk(consents, key=key, country_of=country_of) if consents else None
    held = HeldGrants(own_did=own_did, key=key, resolve_key=resolve_key, clock=database.clock, duty=duty)
    gate = Gate(
        own_did=own_did,
        database=database,
        resolve_key=resolve_key,
        peers=peers,
        find_member=find_member,
        find_agreement=find_agreement,
        kinds_offered=kinds_offered,
        held=held,
        desk=desk,
        country_of=country_of,
        why_no_contract=why_no_contract,
        contract_rules=contract_rules,
        circumstances=circumstances,
        why_restricted=why_restricted,
        note=note,
    )
    uses = Uses(
        own_did=own_did,
        database=database,
        resolve_key=resolve_key,
        peers=peers,
        held=held,
        desk=desk,
        country_of=country_of,
        why_no_contract=why_no_contract,
        why_restricted=why_restricted,
    )
    tasks = ConsentTasks(peers=peers, resolve_key=resolve_key, held=held, consents=consents, clock=database.clock)
    return Consent(held=held, uses=uses, gate=gate, tasks=tasks, resolve_key=resolve_key, consents=consents, desk=desk)
