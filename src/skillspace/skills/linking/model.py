"""The words of the linking room: an answer, and what of a taxonomy is asked."""

from __future__ import annotations

from dataclasses import dataclass

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Taxonomies

# blocks of what is prepared: names in the text's language, names in English (or what there is), descriptions
OWN, ENGLISH, ABOUT = range(3)
OCCUPATIONS = frozenset({ConceptKind.OCCUPATION})
# ESCO's occupations stand below the groups of ISCO-08, which national titles are officially mapped to as well
WITH_GROUPS = OCCUPATIONS | {ConceptKind.OCCUPATION_GROUP}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A concept a text may mean. ``concept`` is the taxonomy's own URI, or its code where it has no URIs.

    ``score`` is the chance, from 0 to 1, that an expert would accept the concept.
    """

    concept: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The concepts that are looked among: those of some kinds in one scheme."""

    name: str
    scheme: str
    kinds: frozenset[ConceptKind]

    @property
    def is_about_skills(self) -> bool:
        """Whether skills are looked for, rather than occupations."""
        return self.kinds == SKILL_KINDS


def scope_of(name: str, taxonomies: Taxonomies) -> Scope:
    """Read a scope such as ``esco-skill``, ``esco-occupation`` or ``rome``.

    A scheme alone means its occupations, or its skills where it has no occupations. Raises BadInput, naming what
    there is, when the scheme is not loaded or has nothing of that kind.
    """
    loaded = [pack.scheme for pack in taxonomies.schemes]
    scheme, _, part = name.rpartition("-")
    parts = {"skill": SKILL_KINDS, "occupation": WITH_GROUPS if name.startswith("esco") else OCCUPATIONS}
    wanted = parts[part] if name not in loaded and part in parts else None
    if wanted is None:
        scheme = name
    if scheme not in loaded:
        known = ", ".join(loaded) or "none; add one with “skillspace taxonomy add starter”"
        raise BadInput(f"No loaded taxonomy is called {scheme!r}; there is {known}.")
    for kinds in [wanted] if wanted else [parts["occupation"], SKILL_KINDS]:
        if taxonomies.concepts(kinds=kinds, scheme=scheme):
            return Scope(name=name, scheme=scheme, kinds=kinds)
    raise BadInput(f"The taxonomy {scheme!r} holds nothing that {name!r} asks for.")
