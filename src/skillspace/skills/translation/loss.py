"""What a translation loses: every concept there and back again, and whether it comes home.

A concept goes out by its best mapping and comes back by the best mapping of that. Home is the concept itself; a broader
home is one its own scheme puts above it, or that the way back calls broader. ``could`` counts the concepts which some
mapping of some mapping brings home: a reader who keeps all answers, and not just the best, loses no more than the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from skillspace.skills.taxonomy import ConceptKind, MatchKind, Taxonomies
from skillspace.skills.translation.model import Mapping
from skillspace.skills.translation.naming import own_name
from skillspace.skills.translation.translator import Translator

EXAMPLES = 5
Progress = Callable[[int, int], None]


class Fate(StrEnum):
    """How a concept fared on the way there and back."""

    HOME = "home"
    BROADER = "broader"
    OTHER = "other"
    LOST_OUT = "lost-on-the-way-out"
    LOST_BACK = "lost-on-the-way-back"


@dataclass(frozen=True, kw_only=True)
class Example:
    """One concept's journey, by the schemes' own names; empty where it went no further."""

    concept: str
    label: str
    became: str = ""
    came_back_as: str = ""


@dataclass(kw_only=True)
class Tally:
    """The fates of the concepts of one kind, some examples of each, and the best mappings that carried them out."""

    fates: Counter[Fate] = field(default_factory=Counter)
    could: int = 0
    ways: Counter[str] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)
    examples: dict[Fate, list[Example]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the tally as plain JSON, shares beside counts."""
        total = self.fates.total()
        return {
            "concepts": total,
            "fates": {fate.value: self.fates[fate] for fate in Fate},
            "shares": {fate.value: round(self.fates[fate] / total, 4) if total else 0.0 for fate in Fate},
            "could_come_home": self.could,
            "out_by_kind": dict(sorted(self.ways.items())),
            "out_by_relation": {kind.value: self.relations[kind.value] for kind in MatchKind},
            "examples": {fate.value: [vars(one) for one in found] for fate, found in sorted(self.examples.items())},
        }


@dataclass(frozen=True, kw_only=True)
class LossReport:
    """The loss from one scheme to another and back, by kind of concept."""

    frm: str
    to: str
    versions: dict[str, str]
    kinds: dict[ConceptKind, Tally]

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON."""
        return {
            "from": self.frm,
            "to": self.to,
            "versions": self.versions,
            "kinds": {kind.value: tally.as_json() for kind, tally in self.kinds.items()},
        }


def measure_loss(translator: Translator, frm: str, to: str, progress: Progress = lambda _done, _of: None) -> LossReport:
    """Translate every concept of ``frm`` to ``to`` and back; kinds nothing at all leads out of are left out."""
    taxonomies = translator.taxonomies
    kinds: dict[ConceptKind, Tally] = {}
    concepts: Sequence[str] = taxonomies.concepts(scheme=frm)
    back: dict[str, tuple[Mapping, ...]] = {}
    for number, concept in enumerate(concepts):
        _travel(translator, concept, (frm, to), kinds.setdefault(taxonomies.kind(concept), Tally()), back)
        if number % 500 == 0:
            progress(number, len(concepts))
    return LossReport(
        frm=frm,
        to=to,
        versions={pack.scheme: pack.version for pack in taxonomies.schemes if pack.scheme in {frm, to}},
        kinds={kind: tally for kind, tally in kinds.items() if tally.fates[Fate.LOST_OUT] < tally.fates.total()},
    )


def _travel(
    translator: Translator, concept: str, pair: tuple[str, str], tally: Tally, back: dict[str, tuple[Mapping, ...]]
) -> None:
    frm, to = pair
    taxonomies = translator.taxonomies
    out = translator.translate(concept, to).mappings
    if not out:
        _note(tally, Fate.LOST_OUT, taxonomies, (concept, "", ""))
        return
    tally.ways[out[0].way.value] += 1
    tally.relations[out[0].relation.value] += 1
    for mapping in out:
        if mapping.target not in back:
            back[mapping.target] = translator.translate(mapping.target, frm).mappings
    homes = [_at_home(taxonomies, one.target) for mapping in out for one in back[mapping.target]]
    tally.could += concept in homes
    returned = back[out[0].target]
    if not returned:
        _note(tally, Fate.LOST_BACK, taxonomies, (concept, out[0].target, ""))
        return
    first = _at_home(taxonomies, returned[0].target)
    _note(tally, _fate(taxonomies, concept, first, returned), taxonomies, (concept, out[0].target, returned[0].target))


def _fate(taxonomies: Taxonomies, concept: str, first: str, returned: Sequence[Mapping]) -> Fate:
    # of several mappings as good as the first, the concept itself may stand anywhere
    best = (returned[0].way, returned[0].relation, returned[0].confidence)
    level = {_at_home(taxonomies, one.target) for one in returned if (one.way, one.relation, one.confidence) == best}
    if concept == first or concept in level:
        return Fate.HOME
    if first in taxonomies.broader(concept) or returned[0].relation is MatchKind.BROAD:
        return Fate.BROADER
    return Fate.OTHER


def _at_home(taxonomies: Taxonomies, uri: str) -> str:
    """Return the concept itself for another name of it, as a ROME appellation is of its métier."""
    return taxonomies.concept(uri).uri if taxonomies.has(uri) else uri


def _note(tally: Tally, fate: Fate, taxonomies: Taxonomies, journey: tuple[str, str, str]) -> None:
    tally.fates[fate] += 1
    found = tally.examples.setdefault(fate, [])
    if len(found) < EXAMPLES:
        concept, became, returned = (own_name(taxonomies, uri) if uri else "" for uri in journey)
        label = taxonomies.label(journey[0], "en")
        found.append(Example(concept=concept, label=label, became=became, came_back_as=returned))
