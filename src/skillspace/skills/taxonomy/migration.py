"""Carries stored data from one edition of a taxonomy to the next: each concept kept, replaced with a reason, or lost.

Pure functions of two opened packs and a document; nothing is written here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy.model import Ground
from skillspace.skills.taxonomy.pack import Pack
from skillspace.skills.taxonomy.succession import is_current, replacements

SURE = frozenset({Ground.STATED, Ground.NAME})
DEEPEST = 100  # levels of a document


class Outcome(StrEnum):
    """What became of one concept of stored data. LOST ones stay as they were, for somebody to decide."""

    KEPT = "kept"
    REPLACED = "replaced"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What became of a concept: ``target`` is what to write, ``candidates`` what somebody may choose for a lost one."""

    concept: str
    target: str
    outcome: Outcome
    reason: str
    candidates: tuple[str, ...] = ()


class Migration:
    """The way of concepts from one edition of a scheme to another."""

    def __init__(self, old: Pack, new: Pack, *, grounds: Collection[Ground] = SURE) -> None:
        if old.info.scheme != new.info.scheme:
            raise BadInput(f"{old.info.scheme} and {new.info.scheme} are two taxonomies; use `translate` between them.")
        self._old, self._new, self._grounds = old, new, frozenset(grounds)
        self._known: dict[str, Carried] = {}

    def carry(self, concept: str) -> Carried:
        """Return what becomes of a concept, given by its URI or as ``scheme:code`` in the older edition."""
        if concept not in self._known:
            self._known[concept] = self._carry(concept)
        return self._known[concept]

    def _carry(self, concept: str) -> Carried:
        row = self._old.find(concept)
        uri = concept if row is None else self._old.uris[row]
        if is_current(uri, self._new):
            return self._same(concept, uri)
        if row is None and self._new.find(uri) is None:
            return _lost(concept, f"neither {_name(self._old)} nor {_name(self._new)} knows it")
        found = replacements(uri, self._old, self._new)
        sure = [one for one in found if one.ground in self._grounds]
        if len(sure) == 1:
            one = sure[0]
            words = {Ground.STATED: "its taxonomy states what replaces it"}
            reason = words.get(one.ground, f"its {one.ground.value} passed to another concept ({one.words})")
            return Carried(concept=concept, target=one.uri, outcome=Outcome.REPLACED, reason=reason)
        candidates = tuple(one.uri for one in found) or self._above(uri)
        if sure:
            return _lost(concept, f"retired, and {len(sure)} concepts could replace it", candidates)
        reason = "retired; only another name of it leads on" if found else "retired, and nothing says what replaces it"
        return _lost(concept, reason, candidates)

    def _above(self, uri: str) -> tuple[str, ...]:
        """Return the broader concepts that are still current: the least somebody can say instead."""
        row = self._old.find(uri)
        above = self._old.linked("broader", row) if row is not None else []
        return tuple(other for other in above if is_current(other, self._new))

    def _same(self, concept: str, uri: str) -> Carried:
        row = self._new.find(concept)
        if concept == uri or (row is not None and self._new.uris[row] == uri):
            return Carried(concept=concept, target=concept, outcome=Outcome.KEPT, reason="still current")
        return Carried(
            concept=concept,
            target=uri,
            outcome=Outcome.REPLACED,
            reason="the same concept, whose code means another now",
        )


def _lost(concept: str, reason: str, candidates: tuple[str, ...] = ()) -> Carried:
    return Carried(concept=concept, target=concept, outcome=Outcome.LOST, reason=reason, candidates=candidates)


def _name(pack: Pack) -> str:
    return f"{pack.info.scheme} {pack.info.version}"


def migrate(document: Any, field: str, migration: Migration) -> tuple[Any, list[Carried]]:
    """Return a copy of a JSON document with every concept under ``field`` carried over, and what became of each.

    The field is looked for at any depth and holds a concept or a list of concepts. Raises BadInput when it holds
    something else, or when the document is nested deeper than 100 levels.
    """
    carried: list[Carried] = []

    def walk(value: Any, depth: int) -> Any:
        if depth > DEEPEST:
            raise BadInput(f"the document is nested deeper than {DEEPEST} levels")
        if isinstance(value, dict):
            return {key: written(one, depth) if key == field else walk(one, depth + 1) for key, one in value.items()}
        return [walk(one, depth + 1) for one in value] if isinstance(value, list) else value

    def written(value: Any, depth: int) -> Any:
        if isinstance(value, list):
            return [written(one, depth + 1) if depth < DEEPEST else one for one in value]
        if value is None:
            return None
        if not isinstance(value, str):
            raise BadInput(f"{field!r} holds {type(value).__name__}, and must hold a concept or a list of concepts")
        one = migration.carry(value)
        carried.append(one)
        return one.target

    return walk(document, 0), carried


def summary(carried: Iterable[Carried]) -> dict[str, int]:
    """Return how many concepts were kept, replaced and lost."""
    counts = Counter(one.outcome for one in carried)
    return {outcome.value: counts[outcome] for outcome in Outcome}
