"""The service of this node's own catalog: publish, withdraw, and answer what others ask of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from skillspace.exchange.catalog import shelf
from skillspace.exchange.catalog.cursor import Cursor, CursorMalformed, write_cursor
from skillspace.exchange.catalog.document import write_catalog, write_dataset
from skillspace.exchange.catalog.filter import Question
from skillspace.exchange.catalog.model import (
    Offering,
    Reference,
    audiences_of,
    check_offering,
    offer_of,
    offers_of,
)
from skillspace.exchange.messages import PROTOCOL
from skillspace.exchange.odrl import canonical
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.storage.database import Work
from skillspace.trust.identity import Peer

#: Changes whenever documents are written otherwise, so that nobody takes an old copy for a current one.
FORM = 1

Brokered = Callable[[Work], Iterable[Reference]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of the catalog: its document, the cursors of its neighbours, and the state the catalog is in."""

    document: dict[str, Any]
    digest: str
    next: str | None = None
    previous: str | None = None


class Catalog:
    """What this node offers under its DID; `base_url` is its public address."""

    def __init__(self, *, own_did: str, base_url: str, title: str) -> None:
        self.own_did = own_did
        self._base = f"{base_url.rstrip('/')}/dsp"
        self.endpoint = self.endpoint_of(PROTOCOL)
        self._title = title
        self._brokered: Brokered = lambda _work: ()

    def endpoint_of(self, version: str) -> str:
        """Return the public address below which this node speaks a version of the protocol."""
        return f"{self._base}/{version}"

    def broker(self, brokered: Brokered) -> None:
        """Name other participants' catalogs in this one: what an authority or intermediary does for its members."""
        self._brokered = brokered

    def publish(self, work: Work, offering: Offering) -> None:
        """Offer a dataset, or change what is offered; raise BadInput when it cannot be offered like that."""
        if shelf.one(work, offering.id) != offering:
            self.publish_many(work, [offering])

    def publish_many(self, work: Work, offerings: Iterable[Offering]) -> None:
        """Offer many datasets, all or none; raise BadInput naming the first that cannot be offered like that."""
        offered = {offering.id: offering for offering in offerings}
        names: dict[str, str] = {}
        for offering in offered.values():
            check_offering(offering)
            for offer in offers_of(self.own_did, offering):
                if names.setdefault(offer["@id"], offering.id) != offering.id:
                    raise BadInput(f"Two offerings cannot share the offer {offer['@id'][:100]}.")
        if taken := shelf.offers_elsewhere(work, names):
            raise BadInput(f"The offer {taken[0][:100]} of {names[taken[0]]} belongs to another offering already.")
        by_offering: dict[str, list[str]] = {}
        for name, offering_id in names.items():
            by_offering.setdefault(offering_id, []).append(name)
        shelf.save(work, [(offering, by_offering[offering.id]) for offering in offered.values()])

    def withdraw(self, work: Work, offering_id: str) -> None:
        """Offer it no longer; agreements already made stay. Raises NotFound."""
        if not shelf.delete(work, offering_id):
            raise NotFound(f"There is no offering {offering_id} to withdraw.")

    def refresh(self, work: Work) -> None:
        """Index what an older program published, so that it is found by everything it can be asked by now."""
        if old := shelf.unindexed(work):
            self.publish_many(work, old)

    def offerings(self, work: Work) -> list[Offering]:
        """Return everything offered, by id: for nodes that offer little (long lists are `exchange.ledger`'s)."""
        return shelf.every(work)

    def offering(self, work: Work, offering_id: str) -> Offering | None:
        """Return one offering, None when it is not offered (any more)."""
        return shelf.one(work, offering_id)

    def offering_for(self, work: Work, offering_id: str, peer: Peer) -> Offering | None:
        """Return one offering if `peer` may see it, and None as if it were not there otherwise."""
        offering = shelf.one(work, offering_id)
        if offering is None or not offering.visible_to or set(offering.visible_to) & set(audiences_of(peer)):
            return offering
        return None

    def offering_of(self, work: Work, offer_id: str) -> str | None:
        """Return the id of the offering that stands under an offer, None when no offer of this id is published."""
        return shelf.of_offer(work, offer_id)

    def offer(self, offering: Offering) -> dict[str, Any]:
        """Return the first ODRL offer an offering stands under now."""
        return offer_of(self.own_did, offering)

    def offers(self, offering: Offering) -> tuple[dict[str, Any], ...]:
        """Return every ODRL offer an offering may be had under now, the first one first."""
        return offers_of(self.own_did, offering)

    def page(
        self,
        work: Work,
        peer: Peer,
        question: Question | None = None,
        *,
        cursor: Cursor | None = None,
        endpoint: str | None = None,
    ) -> Page:
        """Write one page of the catalog as `peer` sees it (DSP 2025-1 §5): the first one, or the one at `cursor`.

        The first page names the catalogs this one brokers. Raises CursorMalformed when the cursor belongs to another
        question.
        """
        asked = cursor.question if cursor else question or Question()
        if cursor and question and question.conditions and question.conditions != asked.conditions:
            raise CursorMalformed("This page belongs to another filter; ask for the catalog from its beginning.")
        found, has_more = _cut(work, peer, asked, cursor)
        named = [] if cursor else self._named(work, peer)
        document = write_catalog(self.own_did, endpoint or self.endpoint, self._title, found, named)
        first, last = (found[0].id, found[-1].id) if found else ((cursor.edge,) * 2 if cursor else ("", ""))
        is_backward = cursor is not None and cursor.is_backward
        has_next, has_previous = (True, has_more) if is_backward else (has_more, cursor is not None)
        return Page(
            document=document,
            digest=self.digest(work, peer, endpoint),
            next=write_cursor(Cursor(question=asked, edge=last)) if has_next else None,
            previous=write_cursor(Cursor(question=asked, edge=first, is_backward=True)) if has_previous else None,
        )

    def digest(self, work: Work, peer: Peer, endpoint: str | None = None) -> str:
        """Return the name of all that the whole catalog says to `peer` now; another one when anything changes."""
        named = [[one.participant, one.endpoint] for one in self._named(work, peer)]
        state = [FORM, shelf.version(work), self.own_did, endpoint or self.endpoint, self._title, named]
        return hashlib.blake2b(canonical([*state, audiences_of(peer)]).encode(), digest_size=20).hexdigest()

    def unchanged(self, endpoint: str | None = None) -> dict[str, Any]:
        """Write a catalog without its content, for those who know that already."""
        return write_catalog(self.own_did, endpoint or self.endpoint, self._title, [])

    def dataset(self, work: Work, offering_id: str, peer: Peer, *, endpoint: str | None = None) -> Mapping[str, Any]:
        """Write one dataset; raise NotFound when it is not offered, or not to `peer`."""
        offering = self.offering_for(work, offering_id, peer)
        if offering is None:
            raise NotFound(f"There is no dataset {offering_id[:200]} in this catalog.")
        return write_dataset(self.own_did, endpoint or self.endpoint, offering)

    def _named(self, work: Work, peer: Peer) -> list[Reference]:
        known = {self.own_did, peer.did}
        return [one for one in self._brokered(work) if one.participant not in known]


def _cut(work: Work, peer: Peer, asked: Question, cursor: Cursor | None) -> tuple[list[Offering], bool]:
    """Return a page's offerings in the order asked for, and whether there are more in the direction of travel."""
    is_backward = cursor is not None and cursor.is_backward
    edge = cursor.edge if cursor else None
    goes_down = asked.is_descending != is_backward
    found = shelf.listed(
        work,
        asked.conditions,
        audience=audiences_of(peer),
        after=None if goes_down else edge,
        before=edge if goes_down else None,
        offset=0 if cursor else asked.offset,
        limit=asked.limit + 1,
        is_descending=goes_down,
    )
    page = found[: asked.limit]
    return (page[::-1] if is_backward else page), len(found) > asked.limit
