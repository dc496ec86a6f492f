"""Trainings as arrays, built once for everybody: what each brings to a need, when it is held, what it demands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.skills.matching import Gap, HolderIndex, Missing, PersonSkill, Proximity, gap, holder, trainings_for
from skillspace.skills.planning.model import Ability, Session, Training
from skillspace.skills.taxonomy import Need, Taxonomies

Days = NDArray[np.int64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

NO_DAY = 4_000_000
"""Stands where a session has no known dates: after every day there is (as `date.toordinal` counts them)."""

MEETS = 0.5
"""A demanded skill is met by itself or by what brings at least half of it: a special case of it does."""


class Catalogue:
    """Trainings in the order of their identifiers and their sessions, flat; read-only and safe to share by threads.

    ``first[t]`` is the number of training t's first session, ``owner[s]`` the training of session s, ``place[s]`` its
    row in ``places``, -1 for none. Distinct demands are numbered: ``demanded[t]`` are those of training t,
    ``supplied[t]`` those that it meets. Amounts nobody states are NaN.
    """

    def __init__(self, trainings: Sequence[Training], skills: HolderIndex) -> None:
        self.trainings = tuple(trainings)
        self._row = {one.id: row for row, one in enumerate(self.trainings)}
        self._skills = skills
        self._known: dict[str, tuple[tuple[str, float], ...]] = {}
        offered = [one.sessions or (Session(),) for one in self.trainings]
        self.sessions = tuple(session for sessions in offered for session in sessions)
        self.first = np.cumsum([0, *map(len, offered)])
        self.owner = np.repeat(np.arange(len(offered)), np.diff(self.first))
        dated = [(one.starts, one.ends) if one.starts and one.ends else None for one in self.sessions]
        self.starts: Days = np.array([days[0].toordinal() if days else NO_DAY for days in dated], dtype=np.int64)
        self.ends: Days = np.array([days[1].toordinal() if days else NO_DAY for days in dated], dtype=np.int64)
        self.hours: Numbers = np.array([one.hours for one in self.trainings], dtype=np.float64)
        self.price: Numbers = np.array([one.price for one in self.trainings], dtype=np.float64)
        self.is_online = np.array([one.is_online for one in self.sessions], dtype=bool)
        nowhere = (np.nan, np.nan)
        self.points: Numbers = np.array([one.at or nowhere for one in self.sessions], dtype=np.float64).reshape(-1, 2)
        places = sorted({one.place for one in self.sessions if one.place})
        number = {place: at for at, place in enumerate(places)}
        self.places = tuple(places)
        self.place = np.array([number.get(one.place or "", -1) for one in self.sessions], dtype=np.int64)
        self._teaching: dict[str, list[tuple[int, int]]] = {}
        for row, training in enumerate(self.trainings):
            for taught in training.teaches:
                self._teaching.setdefault(taught.uri, []).append((row, taught.level or 0))
        asked = {ability for one in self.trainings for ability in one.demands}
        self._demands = sorted(asked, key=lambda one: (one.uri, one.level or 0))
        number_of = {ability: at for at, ability in enumerate(self._demands)}
        self.demanded = [tuple(number_of[ability] for ability in one.demands) for one in self.trainings]
        self.supplied: list[list[int]] = [[] for _ in self.trainings]
        self._teachers: list[Days] = []
        for at, ability in enumerate(self._demands):
            meets = self.brings([ability])[:, 0] >= MEETS - 1e-9
            self._teachers.append(np.flatnonzero(meets[self.owner]))
            for row in np.flatnonzero(meets).tolist():
                self.supplied[row].append(at)

    @classmethod
    def build(cls, trainings: Iterable[Training], taxonomies: Taxonomies) -> Catalogue:
        """Put trainings in order. Raises BadInput on a repeated identifier.

        What one taught skill does for a need is matching's to say: each is asked of it as a training of its own.
        """
        listed = sorted(trainings, key=lambda one: one.id)
        if twice := [one.id for one, other in pairwise(listed) if one.id == other.id]:
            raise BadInput(f"Two trainings of the catalogue are called {twice[0]}; identifiers must differ.")
        taught = {ability.uri for one in listed for ability in one.teaches}
        return cls(listed, HolderIndex.build([holder(uri, [uri]) for uri in sorted(taught)], taxonomies))

    def __len__(self) -> int:
        return len(self.trainings)

    @property
    def proximity(self) -> Proximity:
        """Which skills come close to which, as `gap` asks for it."""
        return self._skills.proximity

    def __contains__(self, training_id: object) -> bool:
        return training_id in self._row

    def row(self, training_id: str) -> int:
        """Return the place of a training. Raises NotFound."""
        try:
            return self._row[training_id]
        except KeyError:
            raise NotFound(f"The catalogue has no training {training_id}; it may have been withdrawn.") from None

    def brings(self, wanted: Sequence[Ability]) -> Numbers:
        """Return the part (0 to 1) of each wanted ability that each training brings: trainings × wanted.

        A level taught below the one wanted brings its share of it.
        """
        table = np.zeros((len(self.trainings), len(wanted)))
        for column, ability in enumerate(wanted):
            for uri, credit in self._serving(ability.uri):
                for row, level in self._teaching.get(uri, ()):
                    reached = min(level / ability.level, 1.0) if level and ability.level else 1.0
                    table[row, column] = max(table[row, column], credit * reached)
        return table

    def unmet(self, held: Sequence[Ability]) -> Flags:
        """Return which demands nothing held meets, at its level where both levels are known."""
        is_unmet = np.ones(len(self._demands), dtype=bool)
        for level in {one.level for one in self._demands}:
            asked = {one.uri: at for at, one in enumerate(self._demands) if one.level == level}
            skills = [PersonSkill(uri=one.uri) for one in held if not (one.level and level) or one.level >= level]
            found = gap(skills, [(uri, 1.0, Need.ESSENTIAL) for uri in asked], self.proximity)
            met = [one.need_uri for one in found.have] + [one.need_uri for one in found.close if one.credit >= MEETS]
            is_unmet[[asked[uri] for uri in met]] = False
        return is_unmet

    def teaching(self, demand: int) -> Days:
        """Return the sessions that teach enough to meet a demand."""
        return self._teachers[demand]

    def _serving(self, need: str) -> tuple[tuple[str, float], ...]:
        """Return the taught skills that bring something of a need, with how much; asked once, kept for everybody."""
        if need not in self._known:
            alone = Missing(need_uri=need, weight=1.0, need=Need.ESSENTIAL)
            found = Gap(coverage=0.0, have=(), close=(), missing=(alone,))
            fits = trainings_for(found, self._skills, k=len(self._skills))
            self._known[need] = tuple((fit.training_id, fit.gain) for fit in fits)
        return self._known[need]
