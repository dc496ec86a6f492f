"""The words of the taxonomy room: what a concept, a link between concepts and a search hit are, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ConceptKind(StrEnum):
    """What a concept is. The order is fixed: compiled packs store the position, so new kinds go to the end."""

    OCCUPATION = "occupation"
    SKILL = "skill"
    KNOWLEDGE = "knowledge"
    LANGUAGE = "language"
    TRANSVERSAL = "transversal"
    OCCUPATION_GROUP = "occupation-group"
    SKILL_GROUP = "skill-group"


SKILL_KINDS = frozenset({ConceptKind.SKILL, ConceptKind.KNOWLEDGE, ConceptKind.LANGUAGE, ConceptKind.TRANSVERSAL})


class Need(StrEnum):
    """How much an occupation needs a skill (ESCO handbook §2.3: essential or optional)."""

    ESSENTIAL = "essential"
    OPTIONAL = "optional"


class MatchKind(StrEnum):
    """SKOS mapping relations (SKOS Reference §10), read from source to target; strongest first.

    BROAD is ``skos:broadMatch``: the target is the broader one. NARROW: the target is the narrower one.
    """

    EXACT = "exact"
    CLOSE = "close"
    BROAD = "broad"
    NARROW = "narrow"
    RELATED = "related"

    @property
    def inverse(self) -> MatchKind:
        """The same relation read from target to source."""
        return {MatchKind.BROAD: MatchKind.NARROW, MatchKind.NARROW: MatchKind.BROAD}.get(self, self)


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One occupation, skill or group, with everything its pack says about it.

    ``labels`` maps a language tag to the preferred label, ``alternatives`` to the other names in that language.
    """

    uri: str
    scheme: str
    kind: ConceptKind
    code: str | None
    labels: Mapping[str, str]
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    description: str | None = None

    def label(self, lang: str, fallback: str = "en") -> str:
        """Return the preferred label in ``lang``, else in ``fallback``, else in any language, else the URI."""
        return self.labels.get(lang) or self.labels.get(fallback) or next(iter(self.labels.values()), self.uri)


@dataclass(frozen=True, kw_only=True)
class Correspondence:
    """One published statement that a concept of one scheme matches a concept of another.

    ``author`` is who published it; ``version`` names both editions, for the reader to judge how stale it is.
    """

    source: str
    target: str
    relation: MatchKind
    author: str
    version: str

    def reversed(self) -> Correspondence:
        """Return the same statement read the other way round."""
        return Correspondence(
            source=self.target,
            target=self.source,
            relation=self.relation.inverse,
            author=self.author,
            version=self.version,
        )


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One answer of a label search; ``score`` is between 0 and 1, and 1 means the very label."""

    uri: str
    label: str
    language: str
    score: float


@dataclass(frozen=True, kw_only=True)
class SkillLink:
    """The other end of an occupation–skill relation, and how much the occupation needs the skill."""

    uri: str
    need: Need


@dataclass(frozen=True, kw_only=True)
class PackInfo:
    """What one compiled pack holds and on which terms; ``statement`` is to be shown wherever the pack is shown."""

    scheme: str
    version: str
    concepts: int
    relations: int
    licence: str
    statement: str
    languages: tuple[str, ...]


class Status(StrEnum):
    """Whether a concept may still be used for new statements. RETIRED ones stay readable for ever."""

    CURRENT = "current"
    RETIRED = "retired"
    UNKNOWN = "unknown"


class Ground(StrEnum):
    """Why one concept is taken for the successor of another; the surest first.

    STATED: the taxonomy says so itself. NAME: the retired preferred name became a name of the successor, as happens
    when two concepts are merged. OTHER_NAME: only another name did, which is a hint and no more.
    """

    STATED = "stated"
    NAME = "name"
    OTHER_NAME = "other-name"


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """A concept to use instead of a retired one; ``words`` is the name that led there, empty where it was stated."""

    uri: str
    ground: Ground
    words: str = ""
