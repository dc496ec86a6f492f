"""The questions of skills intelligence: what is asked, and of which offers, schemes and files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LIMIT = 50


@dataclass(frozen=True, kw_only=True)
class Enrich:
    """Which concepts of a scheme texts speak of: lines ``{"id", "text"}``; see ``skills.enrichment.answers``.

    ``least`` is the score below which a mention is left out; None is what that room finds worth showing.
    ``corrections`` are files of what people said (``skills.corrections``).
    """

    scheme: str = "esco"
    language: str | None = None
    gazetteer_only: bool = False
    everything: bool = False
    least: float | None = None
    corrections: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """Which concepts of a scheme a title, name or sentence means: lines ``{"id", "text"}``."""

    scheme: str
    language: str = "en"
    k: int = 10
    least: float = 0.0
    corrections: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Translate:
    """What concepts of one scheme are in another: lines ``{"id", "concept"}``; see ``skills.translation.answers``.

    ``mapping_sets`` are SSSOM files to use beside the packs' own tables; with ``as_sssom`` answers are rows of SSSOM.
    """

    frm: str
    to: str
    limit: int = LIMIT
    mapping_sets: tuple[Path, ...] = ()
    as_sssom: bool = False


@dataclass(frozen=True, kw_only=True)
class MatchPeople:
    """What fits people, of the offers in a folder: lines of people (``skills.matching.people``); ``kind`` is one of
    ``skills.matching.matcher.Kind``. ``weights`` change single numbers of ``skills.matching.Weights`` by name; ``more``
    asks which so many further skills would open most jobs; ``shard`` is the share of the parts of the index that is
    asked, of how many (`skills.matching.Collection`)."""

    folder: Path
    kind: str = "job"
    k: int = 20
    weights: tuple[tuple[str, float], ...] = ()
    more: int = 0
    shard: tuple[int, int] = (0, 1)


Question = Enrich | Link | Translate | MatchPeople
