"""Asks: once an organisation is connected and its catalog known, the person is asked whether its records may come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from skillspace.exchange import Exchange
from skillspace.people.links import Link, Links
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.consent import Consents, Grant, GrantState

GATHER = "gather"
ASKED_FOR = timedelta(days=365)
#: A living ask or yes, or a no, is an answer: the same thing is not asked twice.
ANSWERED = frozenset({GrantState.PENDING, GrantState.GRANTED, GrantState.REFUSED, GrantState.REVOKED})


class Asks:
    """Asks for what connected organisations hold, never twice for the same thing."""

    def __init__(self, *, consents: Consents, links: Links, exchange: Exchange) -> None:
        self._consents = consents
        self._links = links
        self._exchange = exchange

    def register(self, book: TaskBook) -> None:
        """Look again when a catalog was read."""
        book.on_event("catalog.crawled", self._crawled)

    def propose(self, work: Work, link: Link) -> list[Grant]:
        """Ask for each data set that holds something about them, is offered for gathering and was not asked for."""
        asked = []
        known = {
            (grant.provider, grant.dataset)
            for grant in self._consents.of_person(work, link.person)
            if grant.state in ANSWERED
        }
        for dataset in link.datasets:
            offering = self._exchange.crawler.offering(work, link.organisation, dataset)
            if offering is None or not offering.personal or GATHER not in offering.purposes:
                continue
            if (link.organisation, dataset) not in known:
                asked.append(self._ask(work, link, dataset, offering.kinds))
        return asked

    def again(self, work: Work, link: Link, dataset: str) -> Grant | None:
        """Ask once more after a no or a stop, because the person wants it; None when it is not offered any more."""
        offering = self._exchange.crawler.offering(work, link.organisation, dataset)
        return self._ask(work, link, dataset, offering.kinds) if offering is not None else None

    def _ask(self, work: Work, link: Link, dataset: str, kinds: tuple[str, ...]) -> Grant:
        own = self._consents.own_did
        agreement = self._exchange.negotiations.agreement_between(work, link.organisation, own, dataset)
        return self._consents.ask(
            work,
            person=link.person,
            subject=link.subject,
            provider=link.organisation,
            provider_name=link.name,
            recipient=own,
            recipient_name=self._consents.own_name,
            dataset=dataset,
            purpose=GATHER,
            kinds=kinds,
            until=work.now + ASKED_FOR,
            agreement=agreement.id if agreement else None,
            why="",
        )

    def _crawled(self, work: Work, event: Mapping[str, Any]) -> None:
        for link in self._links.to_organisation(work, str(event["content"]["provider"])):
            self.propose(work, link)
