"""What was offered to people's wallets, as part of what is held about them: told to them, and forgotten with them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from skillspace.people.holdings.model import HeldDocument
from skillspace.storage.database import Work
from skillspace.trust.issuance import Issuance

DATASET, KIND = "credentials-offered", "badge"


class OfferedShelf:
    """The offers of credentials to the people of a register, by `people.holdings.Shelf`."""

    def __init__(self, issuance: Issuance) -> None:
        self._issuance = issuance

    @property
    def dataset(self) -> str:
        """The data set its documents belong to; it is never offered, and told to its people alone."""
        return DATASET

    def shelved(self, work: Work, local_id: str, kinds: Collection[str] | None = None) -> Iterator[HeldDocument]:
        """Give what was offered to a person, with what became of it; its content while that is kept."""
        if kinds is not None and KIND not in kinds:
            return
        for offer in self._issuance.of_person(work, local_id):
            content = self._issuance.content(work, offer.id)
            told = {
                "title": offer.title,
                "state": offer.state.value,
                "made": offer.made.isoformat(),
                "content": content,
            }
            yield HeldDocument(
                id=offer.id,
                local_id=local_id,
                dataset=DATASET,
                kind=KIND,
                media_type="application/json",
                body=json.dumps(told, ensure_ascii=False).encode(),
                updated=offer.made,
            )

    def forget(self, work: Work, local_id: str) -> None:
        """Let nothing tell any more to whom something was offered; what was given can still be revoked."""
        self._issuance.forget_person(work, local_id)
