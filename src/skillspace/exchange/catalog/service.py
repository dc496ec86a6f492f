"""Our own catalog: publishing, withdrawing, and the documents peers read."""

from __future__ import annotations

from typing import Any

from skillspace.exchange.catalog import store
from skillspace.exchange.catalog.document import write_catalog, write_dataset
from skillspace.exchange.catalog.model import Offering, check_offering, offer_of
from skillspace.exchange.messages import PROTOCOL
from skillspace.kernel.errors import NotFound
from skillspace.storage.database import Work


class Catalog:
    """What this node offers under its DID; `base_url` is its public address."""

    def __init__(self, *, own_did: str, base_url: str, title: str) -> None:
        self.own_did = own_did
        self.endpoint = f"{base_url.rstrip('/')}/dsp/{PROTOCOL}"
        self._title = title

    def publish(self, work: Work, offering: Offering) -> None:
        """Offer a dataset, or change what is offered; raise BadInput when it cannot be offered like that."""
        check_offering(offering)
        store.save_offering(work, offering)

    def withdraw(self, work: Work, offering_id: str) -> None:
        """Offer it no longer; agreements already made stay. Raises NotFound."""
        if not store.delete_offering(work, offering_id):
            raise NotFound(f"There is no offering {offering_id} to withdraw.")

    def offerings(self, work: Work) -> list[Offering]:
        """Return everything offered, by id."""
        return store.list_offerings(work)

    def offering(self, work: Work, offering_id: str) -> Offering | None:
        """Return one offering, None when it is not offered (any more)."""
        return store.read_offering(work, offering_id)

    def offer(self, offering: Offering) -> dict[str, Any]:
        """Return the ODRL offer an offering stands under now."""
        return offer_of(self.own_did, offering)

    def document(self, work: Work) -> dict[str, Any]:
        """Write the catalog (DSP 2025-1 §5)."""
        return write_catalog(self.own_did, self.endpoint, self._title, self.offerings(work))

    def dataset(self, work: Work, offering_id: str) -> dict[str, Any]:
        """Write one dataset; raise NotFound when it is not offered."""
        offering = self.offering(work, offering_id)
        if offering is None:
            raise NotFound(f"There is no dataset {offering_id[:200]} in this catalog.")
        return write_dataset(self.own_did, self.endpoint, offering)
