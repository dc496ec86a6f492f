"""What a peer's message does to a negotiation: who may send it, whether it fits, and what it leaves to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skillspace.exchange.catalog import Catalog
from skillspace.exchange.messages import ProcessMessage, read
from skillspace.exchange.negotiation import messages, store
from skillspace.exchange.negotiation.machine import NegotiationState
from skillspace.exchange.negotiation.messages import offer_in_message
from skillspace.exchange.negotiation.model import Negotiation
from skillspace.exchange.negotiation.steps import Steps
from skillspace.exchange.odrl import same_rules
from skillspace.exchange.parties import CONSUMER, PROVIDER, other
from skillspace.exchange.process import no_such
from skillspace.kernel.errors import BadInput, Conflict, MoveNotAllowed
from skillspace.kernel.ids import new_urn
from skillspace.storage.database import Work
from skillspace.trust.contract import Agreement

Content = Mapping[str, Any]
_S = NegotiationState


@dataclass(frozen=True, kw_only=True)
class _Opening:
    """What a first message says; `role` is ours."""

    role: str
    peer: str
    peer_pid: str
    callback: str | None
    version: str
    offer: Content
    target: str


class Incoming:
    """Takes messages from authenticated peers. `peer` is an identifier; only the one a negotiation began with is heard.

    Raises NotFound for processes of others, BadInput for what does not fit, MoveNotAllowed for what comes at the
    wrong time. A message that was taken before is taken again without effect, until the negotiation is over.
    """

    def __init__(self, *, own_id: str, catalog: Catalog, steps: Steps) -> None:
        self._own_id = own_id
        self._catalog = catalog
        self._steps = steps

    def shown(self, work: Work, peer: str, pid: str) -> Negotiation:
        """Return a negotiation to its other party."""
        found = store.one(work, pid)
        if found is None or not found.shown_to(peer):
            raise no_such("negotiation", pid)
        return found

    def first_request(self, work: Work, peer: str, version: str, content: Content) -> tuple[Negotiation, bool]:
        """Open a negotiation as provider; tell whether it is new."""
        request = read(messages.ContractRequestMessage, content)
        messages.one_address(request, is_first=True)
        known = store.of_peer(work, PROVIDER, peer, request.consumer_pid)
        if known is not None:
            return known, False
        opening = _Opening(
            role=PROVIDER,
            peer=peer,
            peer_pid=request.consumer_pid,
            callback=request.callback,
            version=version,
            offer=request.offer,
            target=request.offer.get("target") or self._target_of(work, request.offer),
        )
        return self._opened(work, opening), True

    def first_offer(self, work: Work, peer: str, version: str, content: Content) -> tuple[Negotiation, bool]:
        """Open a negotiation as consumer on an offer we did not ask for."""
        offered = read(messages.ContractOfferMessage, content)
        messages.one_address(offered, is_first=True)
        known = store.of_peer(work, CONSUMER, peer, offered.provider_pid)
        if known is not None:
            return known, False
        target = offered.offer.get("target")
        if not target:
            raise BadInput("The offer names no target, so it is not known what it offers.")
        opening = _Opening(
            role=CONSUMER,
            peer=peer,
            peer_pid=offered.provider_pid,
            callback=offered.callback,
            version=version,
            offer=offered.offer,
            target=target,
        )
        return self._opened(work, opening), True

    def counter_request(self, work: Work, peer: str, pid: str, content: Content) -> None:
        """Take the consumer's counter-offer."""
        request = read(messages.ContractRequestMessage, content)
        messages.one_address(request, is_first=False)
        found = self._process(work, peer, pid, request.provider_pid or "", request.consumer_pid)
        self._same_target(found, request.offer)
        offer = offer_in_message(request.offer, found.dataset)
        if not self._is_repeat(work, found, offer):
            self._steps.consider(work, self._steps.received(work, found, "request", offer=offer))

    def counter_offer(self, work: Work, peer: str, pid: str, content: Content) -> None:
        """Take the provider's counter-offer."""
        offered = read(messages.ContractOfferMessage, content)
        messages.one_address(offered, is_first=False)
        found = self._process(work, peer, pid, offered.provider_pid, offered.consumer_pid or "")
        self._same_target(found, offered.offer)
        offer = offer_in_message(offered.offer, found.dataset)
        was_taken = found.role == CONSUMER and found.state is _S.OFFERED and dict(found.offer) == offer
        if not was_taken and not self._is_repeat(work, found, offer):
            made = found.offers_made + 1
            self._steps.consider(work, self._steps.received(work, found, "offer", offer=offer, offers_made=made))

    def agreement(self, work: Work, peer: str, pid: str, content: Content) -> None:
        """Take the provider's agreement, if it is word by word what was offered last."""
        sent = read(messages.ContractAgreementMessage, content)
        found = self._about(work, peer, pid, sent)
        agreement_id = str(sent.agreement["@id"])
        if found.role == CONSUMER and found.agreement == agreement_id and found.state in (_S.AGREED, _S.VERIFIED):
            return
        agreement = self._checked(work, found, sent.agreement)
        agreed = self._steps.received(work, found, "agree", agreement=agreement_id)
        store.add_agreement(work, agreed, agreement)
        self._steps.consider(work, agreed)

    def verification(self, work: Work, peer: str, pid: str, content: Content) -> None:
        """Take the consumer's verification."""
        sent = read(messages.ContractAgreementVerificationMessage, content)
        found = self._about(work, peer, pid, sent)
        if not (found.role == PROVIDER and found.state is _S.VERIFIED):
            self._steps.consider(work, self._steps.received(work, found, "verify"))

    def event(self, work: Work, peer: str, pid: str, content: Content) -> None:
        """Take the consumer's ACCEPTED or the provider's FINALIZED; from the wrong side either is an error."""
        sent = read(messages.ContractNegotiationEventMessage, content)
        found = self._about(work, peer, pid, sent)
        move = "accept" if sent.event == "ACCEPTED" else "finalize"
        was_accepted = found.role == PROVIDER and found.offers_made > 0 and found.state in (_S.ACCEPTED, _S.AGREED)
        if move == "accept" and was_accepted:
            return
        self._steps.consider(work, self._steps.received(work, found, move))

    def termination(self, work: Work, peer: str, pid: str, content: Content) -> None:
        """Take the end of the negotiation."""
        sent = read(messages.ContractNegotiationTerminationMessage, content)
        found = self._about(work, peer, pid, sent)
        self._steps.received(work, found, "terminate", reason=sent.why or "No reason was given.")

    def _about(self, work: Work, peer: str, pid: str, sent: ProcessMessage) -> Negotiation:
        return self._process(work, peer, pid, sent.provider_pid, sent.consumer_pid)

    def _process(self, work: Work, peer: str, pid: str, provider_pid: str, consumer_pid: str) -> Negotiation:
        """Return the process a message names, in its path and in both its pids."""
        found = store.one(work, pid)
        if found is None or found.peer != peer:
            raise no_such("negotiation", pid)
        told = found.check_pids(consumer_pid, provider_pid)
        if told is None:
            return found
        if store.of_peer(work, found.role, peer, told) is not None:
            raise BadInput("The message names a process of yours that belongs to another negotiation.")
        return store.change(work, found, peer_pid=told)

    def _is_repeat(self, work: Work, found: Negotiation, offer: Content) -> bool:
        """Tell whether the peer says again what our answer to it, which is still on its way, is about."""
        ours = _S.REQUESTED if found.role == CONSUMER else _S.OFFERED
        if found.state is not ours or not self._steps.is_unheard(work, found):
            return False
        return store.last_offer(work, found.pid, other(found.role)) == offer

    def _target_of(self, work: Work, offer: Content) -> str:
        target = self._catalog.offering_of(work, str(offer["@id"]))
        if target is not None:
            return target
        raise BadInput("The offer names no target, and no offer of this id is published here.")

    def _same_target(self, found: Negotiation, offer: Mapping[str, Any]) -> None:
        if offer.get("target", found.dataset) != found.dataset:
            raise BadInput("The offer's target is not the dataset this negotiation is about.")

    def _checked(self, work: Work, found: Negotiation, agreement: dict[str, Any]) -> Agreement:
        if found.role != CONSUMER:
            raise MoveNotAllowed("Only the provider of a negotiation sends the agreement.")
        parties = (agreement["assigner"], agreement["assignee"], agreement["target"])
        if parties != (found.peer, self._own_id, found.dataset):
            raise BadInput("The agreement's assigner, assignee or target is not that of this negotiation.")
        if not same_rules(agreement, found.offer):
            raise BadInput("The agreement's rules are not those of the last offer.")
        if store.agreement(work, agreement["@id"], CONSUMER) is not None:
            raise Conflict("An agreement of this @id exists already; every agreement needs its own.")
        return Agreement(
            id=agreement["@id"],
            dataset=found.dataset,
            provider=found.peer,
            consumer=self._own_id,
            policy=agreement,
            made=messages.made_at(agreement),
            in_force=False,
        )

    def _opened(self, work: Work, opening: _Opening) -> Negotiation:
        """Store what a peer opened, and return it as it was before our own next move."""
        is_provider = opening.role == PROVIDER
        opened = store.add(
            work,
            Negotiation(
                pid=new_urn(),
                role=opening.role,
                peer=opening.peer,
                peer_pid=opening.peer_pid,
                callback=opening.callback,
                version=opening.version,
                opened_by=other(opening.role),
                dataset=opening.target,
                offer=offer_in_message(opening.offer, opening.target),
                offers_made=0 if is_provider else 1,
                state=_S.REQUESTED if is_provider else _S.OFFERED,
                reason=None,
                agreement=None,
                made=work.now,
                changed=work.now,
            ),
        )
        self._steps.consider(work, opened)
        return opened
