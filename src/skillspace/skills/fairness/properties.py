"""What offers are told apart by: pay, level and the group of their occupation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from skillspace.skills.matching.columns import Columns
from skillspace.skills.taxonomy import Taxonomies

BANDS = ("lower third", "middle third", "upper third")


def properties_of(pieces: Iterable[Columns], taxonomies: Taxonomies) -> dict[str, dict[str, str]]:
    """Return for each property the value of each offer (by its identifier) that has one.

    ``pay`` is the third of all offers in the same currency that the least yearly pay lies in, ``level`` the level of
    education asked for (EQF), ``occupation`` the first digit of the occupation's code (ISCO-08's major group).
    """
    found: dict[str, dict[str, str]] = {"pay": {}, "level": {}, "occupation": {}}
    paid: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for piece in pieces:
        for at, name in enumerate(map(bytes.decode, map(bytes, piece.ids))):
            if np.isfinite(pay := float(piece.salary_min[at])) and pay > 0:
                paid[piece.currency.at(at) or ""].append((name, pay))
            if (level := int(piece.education[at])) > 0:
                found["level"][name] = f"EQF {level}"
            if (uri := piece.occupation.at(at)) and taxonomies.has(uri) and (code := taxonomies.concept(uri).code):
                found["occupation"][name] = code[:1]
    for some in paid.values():
        edges = np.quantile([pay for _, pay in some], (1 / 3, 2 / 3))
        found["pay"] |= {name: BANDS[int(np.searchsorted(edges, pay))] for name, pay in some}
    return found
