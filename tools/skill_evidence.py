"""What speaks for two skills being one beside the linker: the words of their names, and the fields of work they serve.

Only the table of ROME competences uses it: it takes a language whose words can be stemmed, and mapped occupations.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from math import log

import snowballstemmer

from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, MatchKind, Need, Taxonomies
from skillspace.skills.taxonomy.folding import fold

#: How much of an occupation a correspondence carries over.
CARRIED = {
    MatchKind.EXACT: 1.0,
    MatchKind.CLOSE: 0.7,
    MatchKind.NARROW: 0.7,
    MatchKind.BROAD: 0.5,
    MatchKind.RELATED: 0.2,
}
WANTED = {Need.ESSENTIAL: 1.0, Need.OPTIONAL: 0.6}


class Work:
    """Skills of two schemes as unit rows over the fields of work of the second, through officially mapped jobs."""

    def __init__(self, taxonomies: Taxonomies, frm: str, to: str) -> None:
        self._taxonomies = taxonomies
        self._rows: dict[str, dict[str, float]] = {}
        occupations = taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme=to)
        fields = {uri: _field(taxonomies, uri) for uri in occupations}
        for scheme in (frm, to):
            self._add(scheme, to, fields)

    def _add(self, scheme: str, to: str, fields: dict[str, str]) -> None:
        skills: dict[str, dict[str, float]] = {}
        for occupation in self._taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme=scheme):
            carried = _carried(self._taxonomies, occupation, scheme, to, fields)
            for link in self._taxonomies.skills_of(occupation):
                profile = skills.setdefault(link.uri, {})
                for field, share in carried.items():
                    profile[field] = profile.get(field, 0.0) + share * WANTED[link.need]
        for uri, profile in skills.items():
            length = sum(amount * amount for amount in profile.values()) ** 0.5
            self._rows[uri] = {field: amount / length for field, amount in profile.items() if length}

    def likeness(self, source: str, target: str) -> float:
        """Return the cosine of two skills' fields of work, from 0 to 1; 0 where one has none."""
        ours, theirs = self._rows.get(source, {}), self._rows.get(target, {})
        return sum(amount * theirs[field] for field, amount in ours.items() if field in theirs)


def _field(taxonomies: Taxonomies, occupation: str) -> str:
    """Return the group above an occupation's own group: ISCO's minor group, of three digits, in ESCO."""
    above = occupation
    while taxonomies.kind(above) is ConceptKind.OCCUPATION and (broader := taxonomies.broader(above)):
        above = broader[0]
    return next(iter(taxonomies.broader(above)), above)


def _carried(taxonomies: Taxonomies, occupation: str, scheme: str, to: str, fields: dict[str, str]) -> dict[str, float]:
    if scheme == to:
        return {fields[occupation]: 1.0}
    found: dict[str, float] = {}
    for one in taxonomies.correspondences(occupation, to):
        if one.target in fields:
            field = fields[one.target]
            found[field] = max(found.get(field, 0.0), CARRIED[one.relation])
    return found


EVIDENCE = ("words covered", "covers words", "is whole inside", "holds whole", "work")
WHOLE = 0.95  # a name counts as contained in the other from this share of its words on
# fmt: off
STOP = frozenset({
    "a", "au", "aux", "avec", "ce", "ces", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les",
    "leur", "leurs", "mais", "ou", "par", "pour", "qu", "que", "qui", "sa", "se", "ses", "son", "sur", "un", "une",
})
# fmt: on


class FrenchWords:
    """The stemmed words of two schemes' French names, weighted by how rare they are; function words left out."""

    def __init__(self, taxonomies: Taxonomies, *schemes: str) -> None:
        self._names: dict[str, list[frozenset[str]]] = {}
        seen: Counter[str] = Counter()
        total = 1
        for scheme in schemes:
            for label, uri, _ in taxonomies.labels("fr", kinds=SKILL_KINDS, scheme=scheme):
                stems = _stems(label)
                self._names.setdefault(uri, []).append(stems)
                seen.update(stems)
                total += 1
        self._weight = {stem: log(total / count) for stem, count in seen.items()}

    def shares(self, source: str, target: str) -> tuple[float, float]:
        """Return how much of the source's words the target has, and the reverse, of the names that share most."""
        best = (0.0, 0.0)
        for ours in self._names.get(source, ()):
            for theirs in self._names.get(target, ()):
                common = self._sum(ours & theirs)
                pair = common / max(self._sum(ours), 1e-9), common / max(self._sum(theirs), 1e-9)
                best = max(best, pair, key=sum)
        return best

    def _sum(self, stems: frozenset[str]) -> float:
        return sum(self._weight[stem] for stem in stems)


def evidence(words: FrenchWords, work: Work, source: str, target: str) -> list[float]:
    """Return the EVIDENCE for a pair, every number from 0 to 1."""
    covered, covers = words.shares(source, target)
    return [covered, covers, float(covered >= WHOLE), float(covers >= WHOLE), work.likeness(source, target)]


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in fold(text).split() if word not in STOP)


@cache
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("french")
