"""From the words and codes of an ad or a course to ESCO: by the national code first, by labels where there is none."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

from rapidfuzz import fuzz

from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Need, Taxonomies

Link = Callable[[str, str], list[str]]
"""(text, language) → URIs of the skills the text speaks of; `LabelLink` is the plain one, an enricher a better one."""

LONGEST_LABEL = 6
ISCO = "http://data.europa.eu/esco/isco/C"
SURE = 85
"""Names as alike as this (0 to 100, Indel) are taken for the same occupation; an ad below keeps its group's skills."""
LEAST_COMMON = 3
"""How many occupations of a group, at most a third of them, must need a skill for an ad of that group to need it."""

_WORD = re.compile(r"[^\W_]+(?:[+#]+|['’][^\W_]+)?")


class LabelLink:
    """Finds labels of skills in a text word for word: exact, without accents or case, longest label first."""

    def __init__(self, taxonomies: Taxonomies) -> None:
        self._taxonomies = taxonomies
        self._labels: dict[str, dict[str, str]] = {}

    def __call__(self, text: str, language: str) -> list[str]:
        """Return the skills whose label stands in the text, in the order of the text; none for an unknown language."""
        labels = self._of(language)
        words = words_of(text)
        found: dict[str, None] = {}
        position = 0
        while position < len(words):
            for length in range(min(LONGEST_LABEL, len(words) - position), 0, -1):
                uri = labels.get(" ".join(words[position : position + length]))
                if uri:
                    found[uri] = None
                    position += length - 1
                    break
            position += 1
        return list(found)

    def exact(self, label: str, language: str) -> str | None:
        """Return the skill of exactly this label, or None."""
        return self._of(language).get(" ".join(words_of(label)))

    def _of(self, language: str) -> dict[str, str]:
        """Return folded label → URI. A preferred label wins, and another name of one word says too little to count."""
        if language not in self._labels:
            labels: dict[str, str] = {}
            others: dict[str, str] = {}
            for label, uri, is_preferred in self._taxonomies.labels(language, kinds=SKILL_KINDS):
                words = words_of(label)
                if is_preferred:
                    labels.setdefault(" ".join(words), uri)
                elif len(words) > 1:
                    others.setdefault(" ".join(words), uri)
            self._labels[language] = others | labels
        return self._labels[language]


def words_of(text: str) -> list[str]:
    """Return the words of a text, lower-case and without accents; ``c++`` and ``c#`` stay words."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return _WORD.findall(bare)


def occupation_of_group(taxonomies: Taxonomies, group: str, title: str, language: str) -> str | None:
    """Return the occupation of an ISCO or national group that a title names, or the group's only one, or None."""
    members = occupations_in(taxonomies, group)
    if len(members) == 1:
        return members[0]
    kinds = {ConceptKind.OCCUPATION}
    hits = taxonomies.search(title, language, kinds=kinds, limit=50)
    return next((hit.uri for hit in hits if hit.uri in set(members) and _is_same(title, hit.label)), None)


def occupation_named(taxonomies: Taxonomies, title: str, language: str) -> str | None:
    """Return the ESCO occupation a job title names, or None where nothing is close enough."""
    hits = taxonomies.search(title, language, kinds={ConceptKind.OCCUPATION}, limit=1)
    return hits[0].uri if hits and _is_same(title, hits[0].label) else None


def _is_same(title: str, label: str) -> bool:
    """Tell whether two names say the same, whatever the order of their words; a beginning alone does not count."""
    return fuzz.token_sort_ratio(" ".join(words_of(title)), " ".join(words_of(label))) >= SURE


def occupations_in(taxonomies: Taxonomies, group: str) -> list[str]:
    """Return the ESCO occupations of a group, sorted: an ISCO group's own, a national group's by crosswalk.

    Of a national occupation's matches only those of the strongest relation count. A national group without any
    takes the ISCO groups it is related to.
    """
    if not taxonomies.has(group):
        return []
    found: set[str] = set()
    waiting = [group]
    seen: set[str] = set()
    while waiting:
        concept = waiting.pop()
        if concept in seen:
            continue
        seen.add(concept)
        kind = taxonomies.kind(concept)
        if kind is ConceptKind.OCCUPATION_GROUP:
            waiting.extend(taxonomies.narrower(concept))
        else:
            matches = [match for match in taxonomies.to_esco(concept) if taxonomies.has(match.target)]
            found |= {match.target for match in matches if match.relation is matches[0].relation}
        if not waiting and not found:
            waiting = [match.target for match in taxonomies.to_esco(group) if match.target not in seen]
            waiting = [uri for uri in waiting if taxonomies.has(uri)]
    return sorted(uri for uri in found if taxonomies.kind(uri) is ConceptKind.OCCUPATION)


def common_skills(taxonomies: Taxonomies, occupations: Iterable[str], limit: int = 15) -> list[str]:
    """Return the skills essential to many of these occupations, the most shared first: what a whole group needs."""
    listed = list(occupations)
    counts = Counter(
        link.uri for occupation in listed for link in taxonomies.skills_of(occupation) if link.need is Need.ESSENTIAL
    )
    least = min(LEAST_COMMON, -(-len(listed) // 3))
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return [uri for uri, count in ranked if count >= least][:limit]
