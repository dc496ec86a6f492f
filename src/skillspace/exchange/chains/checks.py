"""May this hop take part: the terms of everything handed on, and the consents, looked at before anything moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.exchange.catalog import Catalog
from skillspace.exchange.chains.errors import NotForPeople, OnwardForbidden
from skillspace.exchange.chains.model import Part
from skillspace.exchange.chains.statements import MAX_TERMS, HandOn
from skillspace.exchange.odrl import rules_of
from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput, ConsentMissing, NotAMember, NotFound
from skillspace.storage.database import Work
from skillspace.trust.consent import HeldGrants, Uses
from skillspace.trust.consent.ports import FindMember
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer
from skillspace.trust.policy import Facts
from skillspace.trust.policy.decisions import About, Judge

Terms = tuple[Mapping[str, Any], ...]


class Checks:
    """What one node checks for its own part; every decision about terms is written down with its reasons."""

    def __init__(
        self, *, own_did: str, catalog: Catalog, find_member: FindMember, held: HeldGrants, uses: Uses
    ) -> None:
        self._own_did = own_did
        self._uses = uses
        self._catalog = catalog
        self._find_member = find_member
        self._held = held
        self._judge = Judge()

    def member(self, work: Work, did: str) -> Peer:
        """Return a member; raise NotAMember: nothing is taken from or given to anybody else."""
        found = self._find_member(work, did)
        if found is None:
            raise NotAMember(f"{did[:200]} is no member of this data space.")
        return found

    def is_personal(self, work: Work, part: Part) -> bool:
        """Tell whether what this part gives is offered as data about people; raise NotFound when it is not offered."""
        offering = self._catalog.offering(work, str(part.dataset))
        if offering is None:
            raise NotFound(f"{part.dataset} is not offered here any more.")
        return offering.personal

    def own_terms(self, work: Work, part: Part) -> None:
        """Check that the next hop may use what we give, under what we offer it for; raise OnwardForbidden."""
        offering = self._catalog.offering(work, str(part.dataset))
        if offering is None:
            raise NotFound(f"{part.dataset} is not offered here any more.")
        to = self.member(work, str(part.next))
        facts = Facts(
            at=work.now,
            purpose=part.purpose,
            target=offering.id,
            provider=self._own_did,
            recipient=to.did,
            roles=to.roles,
            agreed=work.now,
            uses=0,
            consent=True if offering.personal else None,
        )
        about = About(dataset=offering.id, peer=to.did)
        decision = self._judge.decide(work, offering.policy, facts, about)
        if not decision.allowed:
            raise OnwardForbidden(f"{offering.id} is not for {to.name}: {decision.why}")

    def terms_after(self, handed: HandOn, agreement: Agreement) -> Terms:
        """Return what binds whoever has the data after us: all terms before, and those we got them under.

        Raises BadInput when they have become too many to be read.
        """
        own = {"rules": rules_of(agreement.policy), "agreed": iso(agreement.made)}
        if len(handed.terms) >= MAX_TERMS:
            raise BadInput("The data carry more terms than anybody can keep.")
        return (*handed.terms, own)

    def onward(self, work: Work, part: Part, terms: Terms, to: Peer) -> None:
        """Check that all terms let us hand on to `to` for the chain's purpose; raise OnwardForbidden with the reason.

        Handing on is ODRL's “distribute”, and whoever gets the data must be somebody the terms allow to use them.
        """
        for one in terms:
            facts = Facts(
                at=work.now,
                action="distribute",
                purpose=part.purpose,
                recipient=to.did,
                roles=to.roles,
                agreed=_moment(one.get("agreed")),
                consent=True if part.grant else None,
            )
            about = About(dataset=str(part.previous_dataset), peer=to.did, agreement=part.agreement)
            decision = self._judge.decide(work, one.get("rules") or {}, facts, about)
            if not decision.allowed:
                raise OnwardForbidden(f"{to.name} may not be handed what comes from this chain: {decision.why}")

    def may_hand_on(self, work: Work, part: Part) -> None:
        """Check terms before anything moves, and again when there is something to hand on: terms may have run out."""
        receiver = part.next or (part.asker if part.wants_result else None)
        if receiver is not None:
            self.onward(work, part, part.terms, self.member(work, receiver))
        if not part.is_consumer:
            self.own_terms(work, part)

    def consent(self, work: Work, part: Part, handed: HandOn) -> None:
        """Check that we hold the consent for what we are to get; raise ConsentMissing or NotForPeople.

        The consent covers us as recipient, our neighbour's dataset, the chain's purpose, and every kind of data that
        the person let the neighbour have.
        """
        if not handed.is_personal:
            return
        if part.grant is None:
            raise ConsentMissing(f"{part.previous_dataset} is about people, and no consent is named for this hop.")
        try:
            held = self._held.find(work, part.grant)
        except NotFound as fault:
            raise ConsentMissing(fault.message) from fault
        if (held.provider, held.dataset) != (part.previous, part.previous_dataset):
            raise ConsentMissing(f"The consent is about {held.dataset} of another hop, not {part.previous_dataset}.")
        if held.purpose != part.purpose:
            raise ConsentMissing(f"The consent is for {held.purpose}, not for {part.purpose}.")
        if handed.kinds - set(held.kinds):
            raise ConsentMissing("The person lets this hop have less than what would come to it.")
        if not part.is_consumer and not self.is_personal(work, part):
            raise NotForPeople()

    def may_use(self, work: Work, part: Part) -> None:
        """Raise Restricted where the person asked that what came to this hop is kept and not used: ask before each
        look at it."""
        if part.grant is not None:
            self._uses.check_copies(work, part.grant)

    def kinds(self, work: Work, part: Part) -> frozenset[str]:
        """Return the kinds of people's data that may be in what we hand on: those our own consent names."""
        return frozenset(self._held.find(work, part.grant).kinds) if part.grant else frozenset()


def _moment(text: object) -> Any:
    try:
        return from_iso(str(text))
    except (ValueError, OverflowError):
        raise BadInput("The terms do not say since when they hold.") from None
