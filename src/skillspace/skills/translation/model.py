"""The words of translation: a step of a path, a mapping with all its steps, and an answer, which may well be none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from skillspace.skills.taxonomy import Correspondence, MatchKind


class Way(StrEnum):
    """How a mapping came about, most trustworthy first; answers are sorted by it."""

    OFFICIAL = "official"
    COMPOSED = "composed"
    LEARNED = "learned"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One statement on the way: who says that ``source`` has ``relation`` to ``target``, about which editions."""

    source: str
    target: str
    relation: MatchKind
    author: str
    source_version: str
    target_version: str


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """One concept of the other scheme, the SKOS relation to it, how sure that is, and every step that leads there.

    ``confidence`` is a measured share between 0 and 1 (see ``confidence.py``). ``paths`` counts the ways that lead
    to the same concept with the same relation; ``path`` is the surest of them. A ``retired`` target is in the tables
    and no longer in its scheme; ``replaced_by`` names what took its place where that is known.
    """

    target: str
    relation: MatchKind
    confidence: float
    way: Way
    path: tuple[Step, ...]
    paths: int = 1
    retired: bool = False
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Translation:
    """What one concept is in another scheme, best first; with no mapping at all, ``note`` says why."""

    source: str
    to: str
    mappings: tuple[Mapping, ...]
    note: str | None = None


def step_of(one: Correspondence, scheme: str) -> Step:
    """Return a correspondence as a step out of ``scheme``, with the edition of each side where the table names both.

    Crosswalks name their editions as in ``ESCO 1.0.9 – ROME V3.0``, in the table's order, which is not always the
    order in which the statement is read; a remark after a comma is kept with both.
    """
    named, _, remark = one.version.partition(", ")
    first, dash, second = (part.strip() for part in named.partition("–"))
    if not dash:
        first = second = named.strip()
    elif ("esco" in second.casefold()) == (scheme == "esco") and ("esco" in first.casefold()) != (scheme == "esco"):
        first, second = second, first
    remark = f" ({remark})" if remark else ""
    return Step(
        source=one.source,
        target=one.target,
        relation=one.relation,
        author=one.author,
        source_version=first + remark,
        target_version=second + remark,
    )
