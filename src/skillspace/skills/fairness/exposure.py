"""Exposure by group: how much of what groups of people are shown first is of which kind.

The first offer of a list is seen most; rank r counts 1 / log2(1 + r), and every person's list counts one in all (as in
Singh and Joachims 2018, "Fairness of Exposure in Rankings", section 3). Only people who agreed to be counted in a group
come in, groups too small to hide in are left out, and no sum is told from which one of those could be worked out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from skillspace.kernel.errors import BadInput

FEWEST = 10
"""People of a group at least; as in what is published of people elsewhere (insight)."""

LEAST_FEWEST = 5
RESAMPLED, SEED = 1_000, 7
UNKNOWN = "unknown"
"""The value of offers that do not say."""


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """The share (0 to 1) of a group's exposure that goes to offers with a value, with its interval (95 %, bootstrap
    over the people of the group)."""

    group: str
    people: int
    property: str
    value: str
    share: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """What groups are shown; ``left_out`` says how many groups were too small to be told of."""

    fewest: int
    left_out: int
    exposures: tuple[Exposure, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the same as plain values, with how it was counted."""
        return {
            "discount": "1 / log2(1 + rank), each person's list counts one",
            "interval": f"95 %, bootstrap over people ({RESAMPLED})",
        } | asdict(self)


def exposure(
    answers: Iterable[tuple[str, Sequence[str]]],
    groups: Mapping[str, str],
    properties: Mapping[str, Mapping[str, str]],
    *,
    fewest: int = FEWEST,
) -> Report:
    """Return what groups are shown. ``answers`` are (person, offers best first), ``groups`` the group of each person
    who agreed, ``properties`` the value of each offer by the name of the property.

    People without a group or without an answer are not counted. Raises BadInput where ``fewest`` is too low, or a
    person comes twice.
    """
    if fewest < LEAST_FEWEST:
        raise BadInput(f"Groups of {fewest} are too small to hide anybody; the least is {LEAST_FEWEST}.")
    lists: dict[str, list[Sequence[str]]] = defaultdict(list)
    seen: set[str] = set()
    for person, offers in answers:
        if person in seen:
            raise BadInput("The answers hold one person twice; give every person once.")
        seen.add(person)
        if person in groups and offers:
            lists[groups[person]].append(offers)
    told = {group: some for group, some in sorted(lists.items()) if len(some) >= fewest}
    found = [
        one
        for name, values in properties.items()
        for group, some in told.items()
        for one in _exposures(group, some, name, values)
    ]
    return Report(fewest=fewest, left_out=len(lists) - len(told), exposures=tuple(found))


def _exposures(group: str, lists: Sequence[Sequence[str]], name: str, values: Mapping[str, str]) -> Iterable[Exposure]:
    kinds = sorted({values.get(offer, UNKNOWN) for offers in lists for offer in offers})
    columns = {kind: at for at, kind in enumerate(kinds)}
    shares = np.zeros((len(lists), len(kinds)))
    for row, offers in enumerate(lists):
        weights = 1 / np.log2(np.arange(len(offers)) + 2)
        np.add.at(shares[row], [columns[values.get(offer, UNKNOWN)] for offer in offers], weights / weights.sum())
    chance = np.random.default_rng(SEED)
    drawn = chance.integers(0, len(lists), (RESAMPLED, len(lists)))
    means = np.stack([shares[some].mean(axis=0) for some in drawn])
    low, high = np.quantile(means, (0.025, 0.975), axis=0)
    for kind, at in columns.items():
        yield Exposure(
            group=group,
            people=len(lists),
            property=name,
            value=kind,
            share=round(float(shares[:, at].mean()), 4),
            low=round(float(low[at]), 4),
            high=round(float(high[at]), 4),
        )
