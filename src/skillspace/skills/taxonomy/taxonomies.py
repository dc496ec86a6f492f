"""All compiled packs of a node as one thing to ask: concepts, labels, links, search, correspondences, mobility."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from skillspace.kernel.errors import UnknownConcept
from skillspace.skills.taxonomy.compile import KIND_MARKS, RELATION_MARKS
from skillspace.skills.taxonomy.editions import Editions, age_of
from skillspace.skills.taxonomy.model import (
    Concept,
    ConceptKind,
    Correspondence,
    Ground,
    Hit,
    MatchKind,
    PackInfo,
    Replacement,
    SkillLink,
    Status,
)
from skillspace.skills.taxonomy.pack import Pack
from skillspace.skills.taxonomy.search import search_labels
from skillspace.skills.taxonomy.succession import replacements

Answer = TypeVar("Answer")

ESCO = "http://data.europa.eu/esco/"
JOBTECH = "http://data.jobtechdev.se/taxonomy/concept/"
# A move is read through ESCO twice, so only relations that keep the job recognisable may carry it.
CARRIES_A_MOVE = frozenset({MatchKind.EXACT, MatchKind.CLOSE, MatchKind.BROAD, MatchKind.NARROW})
ORIGINS = {"rome": "rome-mobility", "jobtech": "jobtech-substitutability"}


def scheme_of(uri: str) -> str | None:
    """Return the scheme a URI belongs to by its form alone, or None when the form does not tell.

    ``http://data.europa.eu/esco/…`` is ``esco``, ``http://data.jobtechdev.se/taxonomy/concept/…`` is ``jobtech``,
    and ``urn:<scheme>:…`` names its scheme, as in ``urn:rome:metier:K1706``.
    """
    if uri.startswith(ESCO):
        return "esco"
    if uri.startswith(JOBTECH):
        return "jobtech"
    return uri.split(":", 2)[1] if uri.startswith("urn:") and uri.count(":") >= 2 else None


def public_name(uri: str) -> str:
    """Return a concept's name for the world outside: its URI, or the code alone where the scheme itself has no URIs."""
    return uri.rsplit(":", 1)[1].replace("_", " ") if uri.startswith("urn:") else uri


class Taxonomies:
    """The packs of a home folder, read-only and safe to share between threads.

    Of several editions of one scheme the newest complete one is used (``editions.py`` says which that is); the others
    stay on the shelf, so that what was said with them can be read and carried over. Every method takes a full URI or
    ``scheme:code``, for instance ``esco:2654.1.7``, ``rome:K1706``, ``jobtech:AF1L_wVt_xmK``, and raises
    UnknownConcept when no pack knows it.

    URIs: ESCO and JobTech keep their own; ROME has none, so it gets ``urn:rome:metier:<code>``,
    ``urn:rome:competence:<ogr>``, ``urn:rome:savoir:<ogr>``, ``urn:rome:domaine:<code>`` and, standing for the métier
    it belongs to, ``urn:rome:appellation:<ogr>``.
    """

    def __init__(self, packs: Sequence[Pack], editions: Editions | None = None) -> None:
        self._editions = editions or Editions([], {})
        in_use = {pack.info.scheme: pack for pack in sorted(packs, key=lambda pack: age_of(pack.info.version))}
        self._packs = dict(sorted(in_use.items(), key=lambda item: (item[0] != "esco", item[0])))

    @classmethod
    def open(cls, folder: Path, *, versions: Mapping[str, str] | None = None) -> Taxonomies:
        """Open all packs of a home folder, or of its ``taxonomies`` folder; UnreadableFile for a damaged one.

        ``versions`` names, for a scheme, the edition to use instead of the newest; NotFound when it is not there.
        """
        editions = Editions.open(folder, versions or {})
        return cls(editions.in_use(), editions)

    @property
    def schemes(self) -> list[PackInfo]:
        """What is loaded, ESCO first."""
        return [pack.info for pack in self._packs.values()]

    def unknown(self, scheme: str) -> dict[str, int]:
        """Return how many rows of a pack's source named concepts it does not have, by kind of row."""
        return dict(self._packs[scheme].unknown) if scheme in self._packs else {}

    @property
    def editions(self) -> Editions:
        """Every edition on the shelf, those not in use as well."""
        return self._editions

    def has(self, uri: str) -> bool:
        """Tell whether an edition in use knows this concept."""
        return self._find(uri) is not None

    def status(self, uri: str) -> Status:
        """Tell whether a concept is current, retired (by its edition, or left behind in an older one) or unknown."""
        found = self._find(uri)
        if found is not None:
            return Status.RETIRED if found[0].is_retired(found[1]) else Status.CURRENT
        return Status.UNKNOWN if self._find_earlier(uri) is None else Status.RETIRED

    def current(self, uri: str) -> tuple[Replacement, ...]:
        """Return what to use for a concept today, surest first.

        A current concept stands for itself, by ground STATED. Of a retired one: see ``succession.replacements``; empty
        where no edition says what follows it. Raises UnknownConcept when no edition on the shelf knows it.
        """
        found = self._find(uri)
        if found is not None and not found[0].is_retired(found[1]):
            return (Replacement(uri=found[0].uris[found[1]], ground=Ground.STATED),)
        pack, row = found or self._find_earlier(uri) or self._unknown(uri)
        return replacements(pack.uris[row], pack, self._packs[pack.info.scheme])

    def concept(self, uri: str) -> Concept:
        """Return one concept with all its labels."""
        return self._ask(uri, lambda pack, row: pack.concept(row))

    def kind(self, uri: str) -> ConceptKind:
        """Return what a concept is, without reading its labels."""
        return self._ask(uri, lambda pack, row: pack.kind(row))

    def label(self, uri: str, language: str, fallback: str = "en") -> str:
        """Return the preferred label in ``language``, else in ``fallback``, else in any language."""
        return self._ask(uri, lambda pack, row: pack.label(row, language, fallback))

    def description(self, uri: str) -> str:
        """Return the description of a concept, empty where it has none, without reading its labels."""
        return self._ask(uri, lambda pack, row: pack.description(row))

    def facts(self, uri: str) -> Mapping[str, Any]:
        """Return what a concept's own taxonomy says of it besides names and links, as plain JSON.

        ``riasec`` holds one or two letters of Holland's six interests, the leading one first. ``pay`` holds
        ``currency``, ``per`` (year or month), ``year`` (or null), ``low``, ``middle`` (or null), ``high``, ``basis``.
        """
        return self._ask(uri, lambda pack, row: pack.facts(row))

    def theme(self, skill_uri: str) -> str:
        """Return the top-level group of a concept (ESCO level 1, such as S1), or itself where nothing is above it."""
        return self._ask(skill_uri, lambda pack, row: pack.theme(row))

    def broader(self, uri: str) -> list[str]:
        """Return the directly broader concepts."""
        return self._ask(uri, lambda pack, row: pack.linked("broader", row))

    def narrower(self, uri: str) -> list[str]:
        """Return the directly narrower concepts."""
        return self._ask(uri, lambda pack, row: pack.linked("narrower", row))

    def related(self, uri: str) -> list[str]:
        """Return the skills related to a skill, in either direction."""
        return self._ask(uri, lambda pack, row: pack.linked("related", row))

    def similar(self, uri: str) -> list[tuple[str, int]]:
        """Return (concept, distance) of the occupations its own taxonomy calls near, nearest first.

        The distance is the taxonomy's own: JobTech 100 less the percentage of substitutability, ROME and O*NET a rank.
        """
        return self._ask(uri, lambda pack, row: pack.marked("mobility", row))

    def skills_of(self, occupation_uri: str) -> list[SkillLink]:
        """Return the skills an occupation needs, essential ones first."""
        return self._ask(occupation_uri, lambda pack, row: pack.skill_links("needs", row))

    def occupations_of(self, skill_uri: str) -> list[SkillLink]:
        """Return the occupations that need a skill, those to which it is essential first."""
        return self._ask(skill_uri, lambda pack, row: pack.skill_links("needed-by", row))

    def search(
        self,
        text: str,
        language: str,
        *,
        kinds: Collection[ConceptKind] | None = None,
        scheme: str | None = "esco",
        limit: int = 20,
    ) -> list[Hit]:
        """Return concepts whose label in ``language`` is, begins with or resembles ``text``, best first.

        Case, accents and punctuation do not count, and retired concepts are not offered. ``scheme=None`` searches
        every loaded scheme.
        """
        chosen = self._packs.values() if scheme is None else filter(None, [self._packs.get(scheme)])
        hits = [hit for pack in chosen for hit in search_labels(pack, text, language, kinds=kinds, limit=limit)]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def concepts(self, *, kinds: Collection[ConceptKind] | None = None, scheme: str = "esco") -> Sequence[str]:
        """Return the URIs of a scheme in URI order: the position is a stable row number within one pack version."""
        if (pack := self._packs.get(scheme)) is None:
            return []
        return [pack.uris[row] for row in np.flatnonzero(_of_kinds(pack.kinds, kinds)).tolist()]

    def labels(
        self, language: str, *, kinds: Collection[ConceptKind] | None = None, scheme: str = "esco"
    ) -> Iterator[tuple[str, str, bool]]:
        """Give (label, uri, is preferred) of every label of a scheme in one language."""
        pack = self._packs.get(scheme)
        if pack is None or language not in pack.info.languages:
            return
        number = pack.info.languages.index(language)
        first, last = (int(start) for start in pack.language_starts[number : number + 2])
        for label in (np.flatnonzero(_of_kinds(pack.kinds[pack.label_rows[first:last]], kinds)) + first).tolist():
            yield pack.labels[label], pack.uris[int(pack.label_rows[label])], bool(pack.label_preferred[label])

    def correspondences(self, uri: str, to_scheme: str) -> list[Correspondence]:
        """Return the published matches of a concept in another scheme, strongest relation first, read from ``uri``.

        Matches to concepts which the edition in use has no more are left out; ``stated`` has them.
        """
        matches = [one for one in self.stated(uri) if self._in_scheme(one.target, to_scheme)]
        pack = self._packs.get(to_scheme)
        if pack is None or not pack.info.concepts:
            return matches
        return [one for one in matches if self._find(one.target) is not None]

    def stated(self, uri: str) -> list[Correspondence]:
        """Return the published matches of a concept in every scheme, retired ones too, strongest relation first."""
        found = self._find(uri)
        name = found[0].uris[found[1]] if found and not uri.startswith(("http", "urn:")) else uri
        matches = {one for pack in self._packs.values() for one in pack.stated(name)}
        return sorted(matches, key=lambda one: (RELATION_MARKS.index(one.relation), one.target, one.author))

    def scheme(self, uri: str) -> str | None:
        """Return the scheme of a concept: by the form of its URI, else by the pack that knows it, else None."""
        known = scheme_of(uri)
        if known is None and (found := self._find(uri)) is not None:
            known = found[0].info.scheme
        return known

    def to_esco(self, uri: str) -> list[Correspondence]:
        """Return a concept's matches in ESCO, best first; an ESCO concept matches itself exactly."""
        found = self._find(uri)
        if found and found[0].info.scheme == "esco":
            pack, row = found
            itself = pack.uris[row]
            return [
                Correspondence(
                    source=itself, target=itself, relation=MatchKind.EXACT, author="identity", version=pack.info.version
                )
            ]
        return self.correspondences(uri, "esco")

    def mobility(self, occupation_uri: str) -> list[tuple[str, str]]:
        """Return (ESCO occupation, origin) one can move to, by ROME's and JobTech's own tables read through crosswalks.

        Nearest first within an origin; the origin is ``rome-mobility`` or ``jobtech-substitutability``.
        """
        here = self._ask(occupation_uri, lambda pack, row: pack.uris[row])
        moves: dict[tuple[str, str], None] = {}
        for scheme, origin in ORIGINS.items():
            if (pack := self._packs.get(scheme)) is None:
                continue
            for start in self._carriers(here, scheme, pack):
                for target in pack.linked("mobility", start):
                    for match in self.correspondences(target, "esco"):
                        if match.relation in CARRIES_A_MOVE and self._is_occupation(match.target):
                            moves[match.target, origin] = None
        return [move for move in moves if move[0] != here]

    def _carriers(self, uri: str, scheme: str, pack: Pack) -> list[int]:
        matches = [one for one in self.correspondences(uri, scheme) if one.relation in CARRIES_A_MOVE]
        rows = [pack.find(one.target) for one in matches]
        return list(dict.fromkeys(row for row in rows if row is not None))

    def _is_occupation(self, uri: str) -> bool:
        found = self._find(uri)
        return found is not None and found[0].kind(found[1]) is ConceptKind.OCCUPATION

    def _in_scheme(self, uri: str, scheme: str) -> bool:
        return self.scheme(uri) == scheme

    def _find(self, uri: str) -> tuple[Pack, int] | None:
        likely = self._packs.get(scheme_of(uri) or uri.partition(":")[0])
        for pack in dict.fromkeys((likely, *self._packs.values())) if likely else self._packs.values():
            row = pack.find(uri)
            if row is not None:
                return pack, row
        return None

    def _find_earlier(self, uri: str) -> tuple[Pack, int] | None:
        for pack in self._editions.earlier(scheme_of(uri)):
            row = pack.find(uri)
            if row is not None:
                return pack, row
        return None

    def _unknown(self, uri: str) -> tuple[Pack, int]:
        raise UnknownConcept(f"No loaded taxonomy knows {uri!r}; search for it by name, or add its pack.")

    def _ask(self, uri: str, question: Callable[[Pack, int], Answer]) -> Answer:
        # what people said with an older edition stays readable
        return question(*(self._find(uri) or self._find_earlier(uri) or self._unknown(uri)))


def _of_kinds(kinds_of: np.ndarray, kinds: Collection[ConceptKind] | None) -> np.ndarray:
    if kinds is None:
        return np.ones(len(kinds_of), np.bool_)
    return np.isin(kinds_of, [KIND_MARKS.index(kind) for kind in kinds])
