"""The usual decider: a provider agrees to what it published, a consumer verifies what it was promised.

Anything but the published terms is countered once, then ended with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from skillspace.exchange.catalog import Catalog, Crawler
from skillspace.exchange.negotiation.machine import NegotiationState
from skillspace.exchange.negotiation.messages import offer_in_message
from skillspace.exchange.negotiation.model import Negotiation
from skillspace.exchange.negotiation.steps import Steps
from skillspace.exchange.odrl import same_rules
from skillspace.exchange.parties import CONSUMER, PROVIDER
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.storage.database import Work
from skillspace.trust.identity import Peer, PeerRefused

#: Tells which roles a participant has in the data space; none for one that is not known.
Roles = Callable[[Work, str], frozenset[str]]
_S = NegotiationState


class PublishedTerms:
    """Decides for an organisation by the terms it published or asked for."""

    def __init__(self, *, catalog: Catalog, crawler: Crawler, roles: Roles) -> None:
        self._catalog = catalog
        self._crawler = crawler
        self._roles = roles

    def must_look(self, negotiation: Negotiation) -> bool:
        """Ask the provider's catalog whether its counter-offer is what it offers everyone now."""
        return (negotiation.role, negotiation.state, negotiation.opened_by) == (CONSUMER, _S.OFFERED, CONSUMER)

    def look(self, negotiation: Negotiation) -> bool:
        """Tell whether a counter-offer is what the catalog says (network)."""
        try:
            now_offered = self._crawler.look_up(negotiation.peer, negotiation.dataset).offers
        except (PeerRefused, BadInput, NotFound):
            return False
        return is_among(negotiation.offer, now_offered)

    def decide(self, work: Work, negotiation: Negotiation, seen: bool | None, steps: Steps) -> None:
        """Make the move that follows from the published terms.

        What follows an offer nobody asked for is haggled by hand: on both sides it waits for a person.
        """
        match (negotiation.role, negotiation.state):
            case (role, _S.REQUESTED) if role == PROVIDER and negotiation.opened_by == CONSUMER:
                self._answer_request(work, negotiation, steps)
            case (role, _S.ACCEPTED) if role == PROVIDER:
                steps.agree(work, negotiation)
            case (role, _S.VERIFIED) if role == PROVIDER:
                steps.finalize(work, negotiation)
            case (role, _S.AGREED) if role == CONSUMER:
                steps.verify(work, negotiation)
            case (role, _S.OFFERED) if role == CONSUMER and seen is not None:
                self._answer_offer(work, negotiation, seen, steps)

    def _answer_request(self, work: Work, found: Negotiation, steps: Steps) -> None:
        """Agree to exactly what is published; offer that once to somebody who asks for something else."""
        asker = Peer(did=found.peer, name=found.peer, roles=self._roles(work, found.peer))
        # What the asker may not see in the catalog is not there for it here either.
        offering = self._catalog.offering_for(work, found.dataset, asker)
        if offering is None:
            steps.terminate(work, found, f"Nothing called {found.dataset} is offered here.")
            return
        published = self._catalog.offers(offering)
        if is_among(found.offer, published):
            steps.agree(work, found)
        elif found.offers_made == 0:
            steps.offer(work, found, offer_in_message(published[0], found.dataset))
        else:
            steps.terminate(work, found, "This dataset is offered under its published terms only.")

    def _answer_offer(self, work: Work, found: Negotiation, is_published: bool, steps: Steps) -> None:
        """Accept terms that changed for everyone since we read the catalog, and no others."""
        if is_published:
            steps.accept(work, found)
        else:
            steps.terminate(work, found, "The counter-offer is not what the catalog offers.")
        self._crawler.crawl_now(work, found.peer)


def is_among(offer: Mapping[str, Any], published: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether an offer is one of those published: the same by name, and by its rules."""
    return any(offer["@id"] == one["@id"] and same_rules(offer, one) for one in published)
