"""The technical documentation and instructions for use of matching, as data: what is fixed, and what runs.

The sections are those of Regulation (EU) 2024/1689 (AI Act): Annex IV with Articles 9 to 15, and Article 13(3) for
those who deploy it. Matching people with jobs is high-risk by Article 6(2) and Annex III, point 4(a). What only the
provider can say is marked as such; the document is help in writing, no declaration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import orjson

import skillspace
from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.matching.model import DEFAULT, Weights
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.taxonomy.model import PackInfo

if TYPE_CHECKING:
    from skillspace.skills.matching.collection import Collection

TITLE = "Matching people with jobs, trainings and moves"
UNSAID = "To be said by the provider."


@dataclass(frozen=True, kw_only=True)
class Running:
    """What runs: the program, the name of the offers as they are now, facts of the index, weights, editions of
    taxonomies, and the version of each model or method. `order` are sentences on what else decides the order."""

    program: str
    offers: str
    index: Mapping[str, Any]
    weights: Mapping[str, float]
    editions: Sequence[PackInfo]
    methods: Mapping[str, str]
    order: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section: which article asks for it, what is said, and the facts that stand behind it (name, value)."""

    title: str
    article: str
    says: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """The whole document, rendered anew whenever it is asked for: another weight or edition gives another one."""

    title: str
    provider: str
    running: Running
    sections: tuple[Section, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the same as plain values."""
        return asdict(self)


def running(collection: Collection, taxonomies: Taxonomies, weights: Weights = DEFAULT) -> Running:
    """Return what runs: an index of offers, taxonomies and weights."""
    return running_on(collection.version, collection.info(), taxonomies, weights)


def running_on(
    offers: str, index: Mapping[str, Any], taxonomies: Taxonomies, weights: Weights, order: Sequence[str] = ()
) -> Running:
    """Return what runs where offers are kept in another way than an index: their name, and facts about them."""
    return Running(
        program=skillspace.__version__,
        offers=offers,
        index=index,
        weights=asdict(weights),
        editions=tuple(taxonomies.schemes),
        methods=_methods(),
        order=tuple(order),
    )


def dossier(runs: Running, provider: str = UNSAID) -> Dossier:
    """Return the document of what runs. ``provider`` is the name and address of who answers for it."""
    facts = {
        "system": [("program", f"skillspace {runs.program}"), ("offers", runs.offers), *runs.methods.items()],
        "index": [(name, str(value)) for name, value in runs.index.items()],
        "weights": [
            *((name, f"{weight:g}") for name, weight in runs.weights.items()),
            *(("order", sentence) for sentence in runs.order),
        ],
        "editions": [
            (f"{one.scheme} {one.version}", f"{one.concepts} concepts; {one.licence}") for one in runs.editions
        ],
        "accuracy": [_figure(one) for one in figures() if "twins" not in one["name"]],
        "fairness": [_figure(one) for one in figures() if "twins" in one["name"]],
    }
    sections = (
        Section(
            title=one["title"],
            article=one["article"],
            says=tuple(one["says"]),
            facts=tuple(fact for name in one["facts"] for fact in facts[name]),
        )
        for one in _read("sections.json")
    )
    return Dossier(
        title="Matching people with jobs, trainings and moves",
        provider=provider,
        running=runs,
        sections=tuple(sections),
    )


def figures() -> list[dict[str, Any]]:
    """Return the figures that ship, each with its interval, the commit it was measured at and the command."""
    shipped: list[dict[str, Any]] = _read("figures.json")
    return shipped


def _figure(one: Mapping[str, Any]) -> tuple[str, str]:
    interval = f" [{one['low']:.3f}, {one['high']:.3f}]" if "low" in one else ""
    beside = f"; {one['peer']} {one['peer_value']:.3f}" if one.get("peer") else ""
    how = f"n {one['n']:g}{beside}; {one['command']}, commit {one['commit']}"
    return one["name"], f"{one['value']:.3f}{interval} ({how})"


def _methods() -> dict[str, str]:
    """Return the versions of what reads texts."""
    from skillspace.skills.encoder import Encoder  # noqa: PLC0415 - maps the weights
    from skillspace.skills.enrichment.enricher import METHOD as READING  # noqa: PLC0415
    from skillspace.skills.matching.work_words import METHOD as WORDS  # noqa: PLC0415

    try:
        encoder = Encoder.open().version
    except UnreadableFile:
        encoder = "none: texts count by their words alone"
    return {"reading of texts": READING, "words of work": WORDS, "encoder": encoder}


@cache
def _read(name: str) -> Any:
    return orjson.loads(resources.files(__package__).joinpath(name).read_bytes())
