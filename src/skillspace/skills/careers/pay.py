"""Pay where it is known: what the packs say an occupation, its match elsewhere or that one's group earns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.careers.model import Pay
from skillspace.skills.taxonomy import Taxonomies

Known = Mapping[str, Pay]
"""Pay by the scheme that says it: figures of one scheme can be compared, those of two cannot."""


def pay_of(uri: str, targets: Iterable[str], said: Callable[[str], Pay | None], taxonomies: Taxonomies) -> Known:
    """Return what is known of an occupation's pay, at most one a scheme: the one the strongest match leads to.

    ``targets`` are the occupation's matches, the strongest first; ``said`` is `pay_said`.
    """
    found: dict[str, Pay] = {}
    for one in (uri, *targets):
        scheme = taxonomies.scheme(one)
        if scheme is not None and scheme not in found and (pay := said(one)) is not None:
            found[scheme] = pay
    return found


def pay_said(uri: str, taxonomies: Taxonomies) -> Pay | None:
    """Return what a pack says of the pay of a concept, or of a group it stands in."""
    for concept in (uri, *taxonomies.broader(uri)):
        if (said := taxonomies.facts(concept).get("pay")) is not None:
            return Pay(via=concept, **said)
    return None


def gains(present: Known, others: Sequence[Known]) -> NDArray[np.float32]:
    """Return how much more each pays than the present: 0 to 1, 1 for twice as much; 0 for less and where unknown."""
    changes = [change(present, one) for one in others]
    raised = [0.0 if one is None else min(max(math.log2(1 + one), 0.0), 1.0) for one in changes]
    return np.array(raised, np.float32)


def change(present: Known, other: Known) -> float | None:
    """Return by which share another pays more or less, in a scheme that knows both; None where none does."""
    for scheme in sorted(present.keys() & other.keys()):
        here, there = present[scheme], other[scheme]
        if (here.currency, here.per) == (there.currency, there.per) and here.typical > 0:
            return there.typical / here.typical - 1
    return None
