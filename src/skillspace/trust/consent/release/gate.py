"""The release gate: the one place that opens a person's data, and the only one that can make a `Release`.

In this order, each a reason to say no: the caller is a member; the token for this use is made by a member that is an
intermediary, and is about us, this caller and this dataset; agreement and contract are in force; the policy allows the
use; nothing restricts it; the grant lives and the token was never used, asked of its intermediary now. `ask` may use
the network and has no transaction, `release` the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import InitVar, dataclass, replace
from datetime import timedelta

from skillspace.kernel.errors import ConsentMissing, NotAMember, NotFound, SkillspaceError, Unavailable
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database, Work
from skillspace.trust.consent.copies.held import INTERMEDIARY_ROLE, HeldGrants
from skillspace.trust.consent.errors import (
    ANSWERS,
    AgreementEnded,
    ConsentEnded,
    ConsentExpired,
    ConsentRevoked,
    IntermediarySilent,
    NoContract,
    OutsideConditions,
    PermitTooOld,
    PolicyForbids,
    Restricted,
    UntrustedIntermediary,
    UseRefused,
    WrongDataset,
    WrongRecipient,
)
from skillspace.trust.consent.log.audit import Audit, Case, Decision
from skillspace.trust.consent.machine import GrantState
from skillspace.trust.consent.model import Items
from skillspace.trust.consent.ports import (
    Circumstances,
    ContractRules,
    CountryOf,
    FindAgreement,
    FindMember,
    KindsOffered,
    Note,
    Peers,
    WhyNot,
    country_unknown,
    no_contract_rules,
    no_note,
    nothing_against,
    nothing_told,
)
from skillspace.trust.consent.release.desk import UseDesk
from skillspace.trust.consent.release.redemption import Alive, Redemption, raise_unless_live
from skillspace.trust.consent.release.tokens import UseToken, read_token, signer_of
from skillspace.trust.consent.terms import GrantTerms
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer
from skillspace.trust.policy import Facts, evaluate
from skillspace.trust.policy.decisions import About, Judge

#: From the intermediary's word to the release.
LIVE_FOR = timedelta(seconds=5)
CLOCK_LEEWAY = timedelta(seconds=5)
ENDED = {
    GrantState.REVOKED: ConsentRevoked,
    GrantState.EXPIRED: ConsentExpired,
    GrantState.TERMINATED: ConsentEnded,
}

_SEAL = object()


@dataclass(frozen=True, kw_only=True)
class Release:
    """Leave to open these kinds of one subject's data for one recipient, now. Only the gate makes one.

    `items` narrows kinds to single things (`covers`). `person` is set where this node keeps the person; elsewhere
    `subject` is all there is.
    """

    subject: str
    kinds: frozenset[str]
    items: Items
    purpose: str
    grant_id: str
    recipient: str
    dataset: str
    person: str | None
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse any maker but the gate: a copy with other kinds is not a release."""
        if seal is not _SEAL:
            raise TypeError("Only the release gate makes a Release.")

    def covers(self, kind: str, item: str) -> bool:
        """Tell whether one thing of a kind may go: the attribute filter every source applies before bytes leave."""
        return kind in self.kinds and (kind not in self.items or item in self.items[kind])


@dataclass(frozen=True, kw_only=True)
class Permit:
    """What `ask` found out, to be turned into a release within seconds. Only the gate makes one."""

    case: Case
    token: UseToken
    alive: Alive
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse any maker but the gate."""
        if seal is not _SEAL:
            raise TypeError("Only the release gate makes a Permit.")


@dataclass(frozen=True, kw_only=True)
class _Ruling:
    """What the rules said of a case: the kinds that may go, by which agreement, and the facts it was judged by."""

    kinds: frozenset[str]
    agreement: Agreement
    facts: Facts


class Gate:
    """Decides about every release of personal data at this node. `desk` is there when it is an intermediary."""

    def __init__(
        self,
        *,
        own_did: str,
        database: Database,
        resolve_key: KeyResolver,
        peers: Peers,
        find_member: FindMember,
        find_agreement: FindAgreement,
        kinds_offered: KindsOffered,
        held: HeldGrants,
        desk: UseDesk | None,
        country_of: CountryOf = country_unknown,
        why_no_contract: WhyNot = nothing_against,
        contract_rules: ContractRules = no_contract_rules,
        circumstances: Circumstances = nothing_told,
        why_restricted: WhyNot = nothing_against,
        note: Note = no_note,
    ) -> None:
        self._own_did = own_did
        self._database = database
        self._resolve_key = resolve_key
        self._find_member = find_member
        self._find_agreement = find_agreement
        self._kinds_offered = kinds_offered
        self._held = held
        self._desk = desk
        self._country_of = country_of
        self._why_no_contract = why_no_contract
        self._contract_rules = contract_rules
        self._circumstances = circumstances
        self._why_restricted = why_restricted
        self._judge = Judge()
        self._redemption = Redemption(own_did=own_did, database=database, peers=peers, desk=desk)
        self._audit = Audit(own_did=own_did, database=database, desk=desk, note=note)

    @contextmanager
    def opened(
        self, token: str | None, peer_did: str, dataset: str, agreement: Agreement, transfer: str
    ) -> Iterator[tuple[Work, Release]]:
        """Ask, and open the transaction in which the data is read, with its release: the way in for data sources.

        What is read within is committed together with the audit row; a refusal is written after the roll-back.
        """
        permit = self._at_once(token, peer_did, dataset, agreement, transfer)
        try:
            with self._database.writing() as work:
                yield work, self.release(work, permit)
        finally:
            self._audit.settle()

    def _at_once(self, token: str | None, peer_did: str, dataset: str, agreement: Agreement, transfer: str) -> Permit:
        """Ask; where this node keeps the person nobody else has to be asked, and everything is checked in `release`."""
        if self._desk is None or not token:
            return self.ask(token, peer_did, dataset, agreement, transfer)
        self._audit.settle()
        case = Case(recipient=peer_did, dataset=dataset, agreement=agreement.id, transfer=transfer)
        try:
            if signer_of(token) != self._own_did:
                return self._examine(token, case)
            case.token = shown = read_token(token, self._resolve_key, self._database.clock(), signer=self._own_did)
        except SkillspaceError as fault:
            self._audit.refused(case, fault)
            raise
        case.kinds = shown.what
        return Permit(case=case, token=shown, alive=Alive(at=self._database.clock()), seal=_SEAL)

    def ask(self, token: str | None, peer_did: str, dataset: str, agreement: Agreement, transfer: str) -> Permit:
        """Examine a request for a person's data; call it with no transaction open. Every refusal is written down.

        `token` is one for this use, made by the person's intermediary (`tokens`). Raises NotAMember, ConsentMissing
        (ConsentRevoked, ConsentExpired, ConsentEnded, ConsentUsedUp, OutsideConditions, UseRefused), WrongRecipient,
        WrongDataset, UntrustedIntermediary, AgreementEnded, NoContract, PolicyForbids, Restricted, IntermediarySilent;
        BadInput or InvalidSignature for a token that cannot be read or was forged.
        """
        self._audit.settle()
        case = Case(recipient=peer_did, dataset=dataset, agreement=agreement.id, transfer=transfer)
        try:
            return self._examine(token, case)
        except SkillspaceError as fault:
            self._audit.refused(case, fault)
            raise

    def release(self, work: Work, permit: Permit) -> Release:
        """Turn a permit into a release in the transaction that reads the data; what is local is checked again.

        Raises what `ask` raises, and PermitTooOld after five seconds. A refusal is written down by `opened`, or at the
        next `ask`, as this transaction is rolled back by it.
        """
        case = replace(permit.case)
        terms = permit.token.terms
        try:
            if not timedelta() <= work.now - permit.alive.at <= LIVE_FOR:
                raise PermitTooOld(f"Consent {terms.grant} was checked at {permit.alive.at}; ask again.")
            ruling = self._rules(work, case, permit.token)
            case.kinds = permit.case.kinds & ruling.kinds
            self._count(work, case, ruling)
            person = self._write_use(work, case, permit)
        except SkillspaceError as fault:
            self._audit.owe(case, fault)
            raise
        return Release(
            subject=terms.subject,
            kinds=case.kinds,
            items={kind: found for kind, found in terms.items.items() if kind in case.kinds},
            purpose=terms.purpose,
            grant_id=terms.grant,
            recipient=case.recipient,
            dataset=case.dataset,
            person=person,
            seal=_SEAL,
        )

    def decisions(self, work: Work, *, limit: int = 500) -> list[Decision]:
        """Return what the gate decided, latest first: for the organisation's log page."""
        return self._audit.decisions(work, limit=limit)

    def _examine(self, text: str | None, case: Case) -> Permit:
        with self._database.reading() as work:
            self._member(work, case.recipient)
            if not text:
                raise ConsentMissing("The request came without a consent; show a token of the one the person gave.")
            signer = signer_of(text)
            # Before its key is fetched: strangers do not make this node call anywhere.
            self._intermediary(work, signer)
        try:
            case.token = token = read_token(text, self._resolve_key, self._database.clock(), signer=signer)
        except (Unavailable, NotFound) as fault:
            raise IntermediarySilent(f"The key of {signer} cannot be had: {fault.message}") from fault
        with self._database.reading() as work:
            case.kinds = self._rules(work, case, token).kinds
        try:
            alive = self._redemption.redeem(token, case.kinds)
        except tuple(ANSWERS.values()):
            case.is_known = token.terms.intermediary != self._own_did
            raise
        return Permit(case=case, token=token, alive=alive, seal=_SEAL)

    def _rules(self, work: Work, case: Case, token: UseToken) -> _Ruling:
        """Check everything this node knows by itself and return the kinds that may go, and by what."""
        terms = token.terms
        member = self._member(work, case.recipient)
        self._intermediary(work, terms.intermediary)
        if token.recipient != case.recipient:
            raise WrongRecipient(f"Consent {terms.grant} is for {terms.recipient}, not for {case.recipient}.")
        if token.provider != self._own_did or terms.dataset != case.dataset:
            raise WrongDataset(f"Consent {terms.grant} is about {terms.dataset} of {terms.provider}.")
        agreement = self._agreement(work, case, terms)
        if reason := self._why_no_contract(work, terms.provider, case.recipient, case.dataset, terms.purpose):
            raise NoContract(reason)
        offered = terms.kinds & token.what & self._kinds_offered(work, case.dataset)
        facts = self._facts(work, case, terms, agreement, member.roles, offered)
        about = (terms.provider, case.recipient, case.dataset, terms.purpose)
        facts = self._allowed(work, about, f"Agreement {agreement.id}", agreement.policy, facts)
        for rules in self._contract_rules(work, *about):
            facts = self._allowed(work, about, f"The contract behind agreement {agreement.id}", rules, facts)
        self._time_and_place(work, case, terms)
        if state := self._held.ended_state(work, terms.intermediary, terms.grant):
            raise ENDED[state](f"Consent {terms.grant} is {state}, as its intermediary told.")
        if reason := self._why_restricted(work, terms.intermediary, terms.subject, case.dataset, terms.grant):
            raise Restricted(reason)
        if not offered:
            raise ConsentMissing(f"Consent {terms.grant} covers nothing that {case.dataset} offers.")
        return _Ruling(kinds=offered, agreement=agreement, facts=facts)

    def _allowed(self, work: Work, about: tuple[str, str, str, str], whose: str, rules: object, facts: Facts) -> Facts:
        """Return the facts by which rules allow a use; raise PolicyForbids.

        What takes longer to know is gathered where the first look says no: more facts never turn a yes into a no.
        """
        decision = evaluate(rules, facts)
        if not decision.allowed and (told := self._circumstances(work, *about)):
            facts = replace(facts, **told)
            decision = evaluate(rules, facts)
        if not decision.allowed:
            raise PolicyForbids(f"{whose} does not allow this: {decision.why}")
        return facts

    def _time_and_place(self, work: Work, case: Case, terms: GrantTerms) -> None:
        if not terms.starts - CLOCK_LEEWAY <= work.now < terms.until:
            raise ConsentExpired(f"Consent {terms.grant} is not for now but from {terms.starts} until {terms.until}.")
        if terms.conditions is not None:
            country = self._country_of(work, case.recipient) if terms.conditions.countries else None
            if reason := terms.conditions.why_not(work.now, country):
                raise OutsideConditions(f"Consent {terms.grant} is limited: {reason}")

    def _facts(
        self,
        work: Work,
        case: Case,
        terms: GrantTerms,
        agreement: Agreement,
        roles: frozenset[str],
        kinds: frozenset[str],
    ) -> Facts:
        """Gather what is known of this use; consent is given, or its own rules say no."""
        so_far = self._judge.counter.uses(work, agreement.id)
        return Facts(
            purpose=terms.purpose,
            at=work.now,
            roles=roles,
            agreed=agreement.made,
            recipient=case.recipient,
            provider=self._own_did,
            target=case.dataset,
            kinds=kinds,
            consent=True,
            uses=so_far.count,
            last_use=so_far.last,
        )

    def _count(self, work: Work, case: Case, ruling: _Ruling) -> None:
        """Count the use under its agreement, with the decision: of two at once only as many pass as may."""
        about = About(dataset=case.dataset, peer=case.recipient, agreement=ruling.agreement.id)
        facts = replace(ruling.facts, kinds=case.kinds)
        decision = self._judge.use(work, ruling.agreement.policy, facts, about)
        if not decision.allowed:
            raise PolicyForbids(f"Agreement {ruling.agreement.id} does not allow this: {decision.why}")

    def _agreement(self, work: Work, case: Case, terms: GrantTerms) -> Agreement:
        found = self._find_agreement(work, case.agreement)
        if found is None or not found.in_force:
            raise AgreementEnded(f"Agreement {case.agreement} is not in force.")
        if (found.provider, found.consumer, found.dataset) != (self._own_did, case.recipient, case.dataset):
            raise AgreementEnded(f"Agreement {found.id} is not between these two about {case.dataset}.")
        if terms.agreement is not None and terms.agreement != found.id:
            raise AgreementEnded(f"The consent was given under agreement {terms.agreement}, not under {found.id}.")
        return found

    def _member(self, work: Work, did: str) -> Peer:
        found = self._find_member(work, did)
        if found is None:
            raise NotAMember(f"{did} is no member of this data space.")
        return found

    def _intermediary(self, work: Work, did: str) -> None:
        found = self._find_member(work, did)
        if found is None or INTERMEDIARY_ROLE not in found.roles:
            raise UntrustedIntermediary(f"The grant is signed by {did[:200]}, which is no intermediary here.")

    def _write_use(self, work: Work, case: Case, permit: Permit) -> str | None:
        """Use the token up, write the audit row, and return the person where this node keeps them."""
        token, person = permit.token, None
        if token.terms.intermediary == self._own_did and self._desk is not None:
            answer = self._desk.redeem(work, provider=self._own_did, token=token, kinds=case.kinds)
            raise_unless_live(answer)
            person = answer.person
        elif self._audit.was_used(work, token):
            raise UseRefused("The token was used already; each use needs a new one.")
        self._audit.released(work, case)
        return person
