"""What cards say, among a person's records: read as everything is, kept as long as the card is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.people.gathering.reading import Reading
from skillspace.people.gathering.rereading import Reread
from skillspace.people.profile import Arrival, Profile
from skillspace.people.wallet.model import Card
from skillspace.storage.database import Work


class CardRecords:
    """Lets cards count in their holder's profile, and stop counting with the card, or once its issuer took it back."""

    def __init__(self, profile: Profile, reading: Reading) -> None:
        self._profile = profile
        self._reading = reading
        self._reread = Reread(reading, profile)

    def read(self, card: Mapping[str, Any], person: str, name: str) -> Arrival | None:
        """Return what a card, given as its columns, says of its holder; None where it says nothing of skills.

        May ask the issuer: not in a transaction. Never raises for what a card holds.
        """
        document = str(card["token"]).encode()
        record, problem = self._reading.read(document, str(card["issuer"]))
        if record is None and (problem is None or problem.code == "UnreadableFile"):
            return None  # a library card, say: it is none of the kinds of records that tell of skills
        return Arrival(
            person=person,
            source=str(card["issuer"]),
            source_name=str(card["issuer_name"]),
            record_id=name,
            kind=record.kind.value if record else "badge",
            media_type=record.media_type if record else "application/jwt",
            document=document,
            record=record,
            problem=problem,
        )

    def keep(self, work: Work, arrival: Arrival) -> None:
        """Let it count, and look after it."""
        self._reread.leave(work, arrival, self._profile.keep(work, arrival))

    def drop(self, work: Work, card: Card) -> None:
        """Let what a card says count no longer."""
        self._profile.remove_record(work, card.person, card.issuer, card.id)
