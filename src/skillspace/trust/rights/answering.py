"""What the rooms of an organisation can do together about one person: collect, erase, stop; and where they leave it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from skillspace.storage.database import Work
from skillspace.trust.rights.model import DataSubject, Duty, Holding, Right
from skillspace.trust.rights.ports import Answerer


class Answerers:
    """The rooms that keep something about people; each registers once, at composition."""

    def __init__(self) -> None:
        self._rooms: list[Answerer] = []

    def add(self, answerer: Answerer) -> None:
        """Let a room take part in every answer."""
        self._rooms.append(answerer)

    def collect(self, work: Work, who: DataSubject, right: Right) -> Iterator[Holding]:
        """Yield what is held within the scope; for portability only what that right covers."""
        for room in self._rooms:
            for holding in room.collect(work, who):
                in_scope = who.scope.covers(kind=holding.kind)
                if in_scope and (holding.portable or right is not Right.PORTABILITY):
                    yield holding

    def duties(self, work: Work, who: DataSubject) -> tuple[Duty, ...]:
        """Return what must be kept although the person wants it gone."""
        return tuple(duty for room in self._rooms if room.duties for duty in room.duties(work, who))

    def erase(self, work: Work, who: DataSubject) -> dict[str, int]:
        """Delete what no duty keeps, in every room that can, and return how many things of which kind went."""
        deleted: Counter[str] = Counter()
        for room in self._rooms:
            if room.erase is not None:
                deleted.update(room.erase(work, who))
        return {kind: count for kind, count in sorted(deleted.items()) if count}

    def restrict(self, work: Work, who: DataSubject, on: bool) -> None:
        """Mark what is held as only to be kept, or free it again."""
        for room in self._rooms:
            if room.restrict is not None:
                room.restrict(work, who, on)

    def cannot(self, right: Right) -> list[str]:
        """Return the rooms that leave a right to a person of the organisation."""
        if right is Right.ERASURE:
            return [room.name for room in self._rooms if room.erase is None]
        return [room.name for room in self._rooms if right is Right.RESTRICTION and room.restrict is None]
