"""Our own next move: a provider agrees to what it published, a consumer verifies what it was promised.

Runs as a stored task after the peer's message was answered. Anything but the published terms is countered once, then
ended with the reason.
"""

from __future__ import annotations

from skillspace.exchange.catalog import Catalog, Crawler
from skillspace.exchange.negotiation import messages, store
from skillspace.exchange.negotiation.machine import NegotiationState
from skillspace.exchange.negotiation.model import Negotiation
from skillspace.exchange.negotiation.steps import Steps
from skillspace.exchange.odrl import same_rules
from skillspace.exchange.parties import CONSUMER, PROVIDER
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.kernel.ids import new_urn
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskRun
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import PeerRefused

_S = NegotiationState


class Decisions:
    """Decides for this organisation, by the terms it published or asked for."""

    def __init__(self, *, catalog: Catalog, crawler: Crawler, steps: Steps) -> None:
        self._catalog = catalog
        self._crawler = crawler
        self._steps = steps

    def next_move(self, run: TaskRun) -> None:
        """Make the move that is due, if the negotiation still stands where the task was left."""
        with run.reading() as work:
            seen = store.one(work, str(run.payload["negotiation"]))
        is_published: bool | None = None
        if seen and (seen.role, seen.state, seen.opened_by) == (CONSUMER, _S.OFFERED, CONSUMER):
            is_published = self._is_published(seen)
        with run.finishing() as work:
            found = store.one(work, str(run.payload["negotiation"]))
            if found is None or found.state != run.payload["state"]:
                return
            if is_published is not None and seen is not None and dict(seen.offer) == dict(found.offer):
                self._answer_offer(work, found, is_published)
            else:
                self._move(work, found)

    def _move(self, work: Work, found: Negotiation) -> None:
        match (found.role, found.state):
            case (role, _S.REQUESTED) if role == PROVIDER:
                self._answer_request(work, found)
            case (role, _S.ACCEPTED) if role == PROVIDER:
                self._agree(work, found)
            case (role, _S.VERIFIED) if role == PROVIDER:
                self._steps.own(work, found, "finalize", "events", messages.event_message("FINALIZED"))
            case (role, _S.AGREED) if role == CONSUMER:
                self._steps.own(work, found, "verify", "agreement/verification", messages.verification())

    def _answer_request(self, work: Work, found: Negotiation) -> None:
        """Agree to exactly what is published; offer that once to somebody who asks for something else."""
        offering = self._catalog.offering(work, found.dataset)
        if offering is None:
            self._steps.terminate(work, found, f"Nothing called {found.dataset} is offered here.")
            return
        published = self._catalog.offer(offering)
        if found.offer["@id"] == published["@id"] and same_rules(found.offer, published):
            self._agree(work, found)
        elif found.offers_made == 0:
            offer = messages.offer_in_message(published, found.dataset)
            self._steps.own(work, found, "offer", "offers", messages.counter_offer(offer), offer=offer, offers_made=1)
        else:
            self._steps.terminate(work, found, "This dataset is offered under its published terms only.")

    def _agree(self, work: Work, found: Negotiation) -> None:
        agreement = messages.agreement_on(
            found.offer, name=new_urn(), provider=self._catalog.own_did, consumer=found.peer, at=work.now
        )
        body = messages.agreement_message(agreement)
        agreed = self._steps.own(work, found, "agree", "agreement", body, agreement=agreement["@id"])
        made = Agreement(
            id=agreement["@id"],
            dataset=found.dataset,
            provider=self._catalog.own_did,
            consumer=found.peer,
            policy=agreement,
            made=messages.made_at(agreement),
            in_force=False,
        )
        store.add_agreement(work, agreed, made)

    def _is_published(self, found: Negotiation) -> bool:
        """Ask the provider's catalog whether a counter-offer is what it offers everyone now (network)."""
        try:
            now_offered = self._crawler.look_up(found.peer, found.dataset).offer
        except (PeerRefused, BadInput, NotFound):
            return False
        return now_offered["@id"] == found.offer["@id"] and same_rules(now_offered, found.offer)

    def _answer_offer(self, work: Work, found: Negotiation, is_published: bool) -> None:
        """Accept terms that changed for everyone since we read the catalog, and no others."""
        if is_published:
            self._steps.own(work, found, "accept", "events", messages.event_message("ACCEPTED"))
        else:
            self._steps.terminate(work, found, "The counter-offer is not what the catalog offers.")
        self._crawler.crawl_now(work, found.peer)
