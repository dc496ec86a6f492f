"""From what speaks for two concepts being alike to the SKOS relation between them: a small model, fitted on tables.

Each relation, and that there is none, has a weight for every feature; the chances of the six add up to one
(multinomial logistic regression). The relation told is the likeliest. What is chosen for being likeliest is a little
less likely than it seemed, so its confidence is its chance brought to how often the relation was right when it was told
(Platt scaling, a relation at a time, on cases the weights were not fitted on).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from skillspace.skills.taxonomy import MatchKind

OUTCOMES = (*(kind.value for kind in MatchKind), "none")
NONE = len(MatchKind)
PULL = 10.0  # ridge: how strongly weights are held back, in cases
SOFT = 1.0  # how strongly a chance is taken as it is, in cases
STILL = 0.001  # a feature that varies less than this tells nothing
LEAST = 0.5  # a mapping is told from this chance on that the two have any relation at all
SURE = 0.2  # … and from this confidence on in the relation itself
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Model:
    """Weights (features + 1, outcomes), the last row the base of each outcome; features are scaled before.

    ``trust`` has for each relation by how much the log odds of its chance are multiplied, and what is added to them.
    """

    features: tuple[str, ...]
    scales: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    trust: tuple[tuple[float, float], ...] = ((1.0, 0.0),) * NONE

    def chances(self, rows: Floats) -> Floats:
        """Return the chance of each of OUTCOMES (rows, outcomes) from features (rows, features)."""
        return _softmax(_with_base(rows / np.array(self.scales)) @ np.array(self.weights))

    def as_json(self) -> dict[str, object]:
        """Return the model as plain JSON."""
        return {"features": self.features, "scales": self.scales, "weights": self.weights, "trust": self.trust}

    def told(self, rows: Floats, *, near: float = LEAST, sure: float = SURE) -> list[tuple[MatchKind, float] | None]:
        """Return for each row the likeliest relation with its confidence, if that is ``sure`` at least.

        None where the chance of any relation at all is below ``near``, and where none is sure enough to be told.
        """
        kinds = list(MatchKind)
        chances = self.chances(rows)
        best = chances[:, :NONE].argmax(axis=1).tolist()
        said = [(at, self._trusted(at, float(row[at])), 1 - row[NONE]) for at, row in zip(best, chances, strict=True)]
        return [(kinds[at], share) if chance >= near and share >= sure else None for at, share, chance in said]

    def _trusted(self, relation: int, chance: float) -> float:
        slope, base = self.trust[relation]
        return float(1 / (1 + np.exp(-(slope * _log_odds(chance) + base))))


def fit_trusted(features: Sequence[str], rows: Floats, outcomes: NDArray[np.int64], folds: NDArray[np.int64]) -> Model:
    """Return the model fitted on all rows, trusted as far as models of the other folds were right on each."""
    kinds = list(MatchKind)
    seen: list[list[tuple[float, bool]]] = [[] for _ in kinds]
    for fold in sorted(set(folds.tolist())):
        model = fit(features, rows[folds != fold], outcomes[folds != fold])
        for said, outcome in zip(
            model.told(rows[folds == fold], sure=0.0), outcomes[folds == fold].tolist(), strict=True
        ):
            if said is not None:
                relation = kinds.index(said[0])
                seen[relation].append((said[1], relation == outcome))
    return replace(fit(features, rows, outcomes), trust=tuple(map(_trust, seen)))


def _trust(seen: list[tuple[float, bool]]) -> tuple[float, float]:
    """Return slope and base that bring chances told to how often they were right; unchanged where nothing was told."""
    from scipy.optimize import minimize  # noqa: PLC0415 - only tools fit, and it takes a while to read

    odds = np.array([_log_odds(chance) for chance, _ in seen])
    right = np.array([float(one) for _, one in seen])

    def loss(given: Floats) -> float:
        sums = given[0] * odds + given[1]
        held = SOFT * ((given[0] - 1) ** 2 + given[1] ** 2)
        return float(np.logaddexp(0, sums).sum() - (sums * right).sum() + held)

    slope, base = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.05, 5.0), (-5.0, 5.0)]).x
    return round(float(slope), 4), round(float(base), 4)


def _log_odds(chance: float) -> float:
    kept = min(max(chance, 1e-6), 1 - 1e-6)
    return float(np.log(kept / (1 - kept)))


def fit(features: Sequence[str], rows: Floats, outcomes: NDArray[np.int64], pull: float = PULL) -> Model:
    """Return the model that fits rows with known outcomes (numbers into OUTCOMES) best, held back by ``pull``."""
    from scipy.optimize import minimize  # noqa: PLC0415 - only tools fit, and it takes a while to read

    spread = rows.std(axis=0)
    scales = np.where(spread > STILL, spread, 1.0).round(5)
    given = _with_base(rows / scales)
    wanted = np.eye(len(OUTCOMES))[outcomes]
    held = np.full((given.shape[1], 1), pull)
    held[-1] = 0.01  # how common an outcome is may be learnt freely

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(given.shape[1], len(OUTCOMES))
        chances = _softmax(given @ weights)
        cost = -np.log(np.maximum((chances * wanted).sum(axis=1), 1e-12)).sum() + 0.5 * (held * weights**2).sum()
        return float(cost), (given.T @ (chances - wanted) + held * weights).ravel()

    found = minimize(loss, np.zeros(given.shape[1] * len(OUTCOMES)), jac=True, method="L-BFGS-B")
    weights = found.x.reshape(given.shape[1], len(OUTCOMES)).round(4)
    return Model(features=tuple(features), scales=tuple(scales.tolist()), weights=tuple(map(tuple, weights.tolist())))


def read_model(document: Mapping[str, Any]) -> Model:
    """Return a model from its JSON form."""
    return Model(
        features=tuple(document["features"]),
        scales=tuple(document["scales"]),
        weights=tuple(tuple(row) for row in document["weights"]),
        trust=tuple((slope, base) for slope, base in document["trust"]),
    )


@cache
def learnt() -> dict[str, Model]:
    """Return the models that come with the program, by sort of concept."""
    text = resources.files("skillspace.skills.translation").joinpath("learned.json").read_bytes()
    return {sort: read_model(one) for sort, one in orjson.loads(text)["models"].items()}


def _with_base(rows: Floats) -> Floats:
    return np.hstack([rows, np.ones((len(rows), 1))])


def _softmax(sums: Floats) -> Floats:
    powers = np.exp(sums - sums.max(axis=1, keepdims=True, initial=-1e9))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
