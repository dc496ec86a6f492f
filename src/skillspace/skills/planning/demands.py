"""What trainings demand before they begin: what the person lacks of it, and which sessions teach that in time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skillspace.skills.planning.catalogue import NO_DAY, Days, Flags
from skillspace.skills.planning.frame import Frame
from skillspace.skills.planning.model import Ability

SUPPLIERS = 3
"""Of the trainings that teach a demand, so many that end first and so many that cost least are looked at."""


class Demands:
    """What trainings demand beyond what the person holds, and which sessions teach it; both by catalogue numbers."""

    def __init__(self, frame: Frame, held: Sequence[Ability]) -> None:
        self._frame = frame
        self._is_unmet = frame.catalogue.unmet(held).tolist()

    def of(self, session: int) -> list[int]:
        """Return what a session demands that the person does not hold."""
        catalogue = self._frame.catalogue
        return [demand for demand in catalogue.demanded[catalogue.owner[session]] if self._is_unmet[demand]]

    def possible(self, fits: Flags) -> Flags:
        """Return which of these sessions can be begun at all: what they demand is taught by one that ends before.

        One pass by first days is enough: what ends before a session began before it.
        """
        fits, catalogue = fits.copy(), self._frame.catalogue
        asking = {one: demands for one in np.flatnonzero(fits).tolist() if (demands := self.of(one))}
        fits[list(asking)] = False
        soonest = {
            demand: int(catalogue.ends[teaching[fits[teaching]]].min(initial=NO_DAY))
            for demand in {demand for demands in asking.values() for demand in demands}
            for teaching in [catalogue.teaching(demand)]
        }
        for one in sorted(asking, key=lambda one: (catalogue.starts[one], one)):
            if all(soonest[demand] < catalogue.starts[one] for demand in asking[one]):
                fits[one] = True
                ends = int(catalogue.ends[one])
                for demand in catalogue.supplied[catalogue.owner[one]]:
                    soonest[demand] = min(soonest.get(demand, NO_DAY), ends)
        return fits

    def with_suppliers(self, rows: set[int], fits: Flags) -> set[int]:
        """Return the trainings and, for whatever they demand, the few that teach it soonest and cheapest."""
        catalogue = self._frame.catalogue
        price = np.nan_to_num(self._frame.price, nan=np.inf)
        waiting, chosen = sorted(rows), set(rows)
        while waiting:
            for demand in self.of(int(catalogue.first[waiting.pop()])):
                teaching = catalogue.teaching(demand)
                teaching = teaching[fits[teaching]]
                for by in (catalogue.ends[teaching], price[catalogue.owner[teaching]]):
                    ordered = catalogue.owner[teaching[np.lexsort((teaching, by))]]
                    fresh = set(list(dict.fromkeys(ordered.tolist()))[:SUPPLIERS]) - chosen
                    waiting += sorted(fresh)
                    chosen |= fresh
        return chosen

    def before(self, sessions: Days) -> list[tuple[int, Days]]:
        """Return, for each demand of each session, the sessions among these that teach it and end before it."""
        among = np.zeros(len(self._frame.catalogue.owner), dtype=bool)
        among[sessions] = True
        begins = self._frame.catalogue.starts >= self._frame.bounds.earliest.toordinal()
        return [
            (one, self._earlier(one, demand, among))
            for one in sessions.tolist()
            if begins[one]  # who is in it already need not show again what it demanded
            for demand in self.of(one)
        ]

    def can_follow(self, session: int, chosen: Sequence[int]) -> bool:
        """Tell whether these sessions teach in time all that a session demands."""
        among = np.zeros(len(self._frame.catalogue.owner), dtype=bool)
        among[list(chosen)] = True
        return all(self._earlier(session, demand, among).size for demand in self.of(session))

    def _earlier(self, session: int, demand: int, among: Flags) -> Days:
        """Return the sessions of some that teach a demand and end before a session starts."""
        catalogue = self._frame.catalogue
        teaching = catalogue.teaching(demand)
        earlier: Days = teaching[among[teaching] & (catalogue.ends[teaching] < catalogue.starts[session])]
        return earlier
