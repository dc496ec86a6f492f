"""From all trainings of a catalogue to the few dozen that a plan is made of: those that fit, help, and can be begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skillspace.skills.planning.catalogue import NO_DAY, Days, Flags, Numbers
from skillspace.skills.planning.demands import Demands
from skillspace.skills.planning.frame import Frame
from skillspace.skills.planning.greedy import greedily
from skillspace.skills.planning.model import Ability
from skillspace.skills.planning.target import LITTLE, Target

MOST = 40
"""So many trainings, or a few more, are solved over; where more fit, the first by each measure are taken."""

FOR_EACH_NEED = 2


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """The sessions a plan may choose from, in the catalogue's order, and what each of them needs before it.

    ``greedy`` is a plan of some of them, to begin with. ``demands`` lists (session, sessions of which at least one
    has to be done before it); ``demanded`` knows what any training demands. ``fit`` counts the trainings that fit and
    help, all of them; ``reachable`` is the coverage with them all.
    """

    sessions: Days
    greedy: tuple[int, ...]
    demands: tuple[tuple[int, Days], ...]
    demanded: Demands
    fit: int
    considered: int
    reachable: float

    @classmethod
    def of(cls, target: Target, frame: Frame, held: Sequence[Ability], keep: Sequence[int]) -> Candidates:
        """Choose them; ``keep`` are sessions that stay whatever they bring."""
        owner, first = frame.catalogue.owner, frame.catalogue.first
        gain = target.gain(target.brings)
        demanded = Demands(frame, held)
        fits = demanded.possible(frame.fits)
        fits[list(keep)] = True
        does_fit = np.logical_or.reduceat(fits, first[:-1]) if len(owner) else np.zeros(0, dtype=bool)
        helps = np.flatnonzero(does_fit & (gain > LITTLE))
        best = np.maximum(target.brings[helps].max(axis=0, initial=0.0), target.met)
        chosen = demanded.with_suppliers(_foremost(helps, gain, target, frame, fits), fits)
        chosen |= {int(owner[one]) for one in keep}
        greedy = greedily(target, frame, demanded, fits, keep)
        sessions = np.array(
            sorted({one for row in chosen for one in _sessions(row, frame, fits)} | {*keep, *greedy}), dtype=np.int64
        )
        chosen |= set(owner[list(greedy)].tolist())
        return cls(
            sessions=sessions,
            greedy=greedy,
            demands=tuple(demanded.before(sessions)),
            demanded=demanded,
            fit=len(helps),
            considered=len(set(helps.tolist()) & chosen),
            reachable=min(target.before + float((best - target.met) @ target.share), 1.0),
        )


def _foremost(helps: Days, gain: Numbers, target: Target, frame: Frame, fits: Flags) -> set[int]:
    """Return the trainings to solve over: all where they are few, else the first by each measure in turn."""
    if len(helps) <= MOST:
        return set(helps.tolist())
    price = np.nan_to_num(frame.price[helps], nan=np.inf)
    hours = np.nan_to_num(frame.catalogue.hours[helps], nan=np.inf)
    ends = np.where(fits, frame.catalogue.ends, NO_DAY)
    last = np.minimum.reduceat(ends, frame.catalogue.first[:-1])[helps]
    far = np.minimum.reduceat(np.where(fits, np.nan_to_num(frame.km, nan=np.inf), np.inf), frame.catalogue.first[:-1])
    alone = gain[helps]
    adds = np.maximum(target.brings[helps] - target.met, 0) * target.share
    orders = [
        np.lexsort((helps, -alone)),
        np.lexsort((helps, -alone / (price + 1))),
        np.lexsort((helps, -alone / (hours + 1))),
        np.lexsort((helps, last, -alone)),
    ]
    chosen: dict[int, None] = {}
    for column in range(len(target.uris)):
        for by in (price, last, far[helps]):
            order = np.lexsort((helps, by, -adds[:, column]))[:FOR_EACH_NEED]
            chosen |= dict.fromkeys(int(helps[at]) for at in order if adds[at, column] > LITTLE)
    ranked = np.stack(orders, axis=1).ravel()
    for at in ranked.tolist():
        if len(chosen) >= MOST:
            break
        chosen[int(helps[at])] = None
    return set(chosen)


def _sessions(row: int, frame: Frame, fits: Flags) -> set[int]:
    """Return three sessions of a training that fit: the first to end, the last, and the nearest.

    Far apart in time they leave a plan room to put trainings one after the other, which is what more would do.
    """
    catalogue = frame.catalogue
    fitting = [one for one in range(int(catalogue.first[row]), int(catalogue.first[row + 1])) if fits[one]]
    if not fitting:
        return set()
    fitting.sort(key=lambda one: (catalogue.ends[one], one))
    return {fitting[0], fitting[-1], min(fitting, key=lambda one: float(np.nan_to_num(frame.km[one], nan=np.inf)))}
