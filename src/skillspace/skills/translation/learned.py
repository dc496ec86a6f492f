"""Learned mappings: what the linker takes for a translation, with the relation and the chance that it is right."""

from __future__ import annotations

from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import MatchKind, Taxonomies
from skillspace.skills.translation.likeness import Likeness
from skillspace.skills.translation.relating import LEAST, SURE, Model, learnt

METHOD = "learned-1"
Proposal = tuple[str, MatchKind, float]


class LinkedMappings:
    """Proposes mappings between any two loaded schemes; deterministic, and safe to share between threads.

    Made for ``Translator(learned=…)``, which asks it where no statement and no path answers. Where concepts more
    likely have nothing to do with each other than something, none is proposed, unless somebody asks for less sure ones.
    """

    def __init__(
        self,
        taxonomies: Taxonomies,
        linker: Linker,
        *,
        models: dict[str, Model] | None = None,
        near: float = LEAST,
        sure: float = SURE,
    ) -> None:
        """``near`` and ``sure`` are the chances from which a mapping is told: of any relation, and of its own."""
        self._bars = near, sure
        self.version = f"{METHOD}+{linker.version}"
        self._likeness = Likeness(taxonomies, linker)
        self._models = models or learnt()

    def __call__(self, concept: str, to: str) -> list[Proposal]:
        """Return (target, relation, chance), the likeliest first; empty where nothing is likely enough."""
        targets, rows = self._likeness.beside(concept, to)
        model = self._models.get(self._likeness.sort_of(concept) or "")
        if not targets or model is None:
            return []
        near, sure = self._bars
        found = zip(targets, model.told(rows, near=near, sure=sure), strict=True)
        proposals = [(target, *said) for target, said in found if said is not None]
        return sorted(proposals, key=lambda one: (-one[2], one[0]))
