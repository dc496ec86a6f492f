"""Who follows a retired concept: what its taxonomy states, else the living concept that took over its name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from skillspace.skills.taxonomy.folding import fold
from skillspace.skills.taxonomy.model import SKILL_KINDS, Concept, ConceptKind, Ground, Replacement
from skillspace.skills.taxonomy.pack import Pack


def replacements(uri: str, old: Pack, new: Pack) -> tuple[Replacement, ...]:
    """Return what to use in ``new`` instead of ``uri``, which ``old`` knows; surest first, empty where nobody says.

    What either edition states wins, and is followed until a concept that ``new`` holds and has not retired. Names
    are asked only when nothing is stated: the preferred names first, the other names when those lead nowhere.
    """
    stated = _stated(uri, old, new)
    if stated:
        return tuple(Replacement(uri=other, ground=Ground.STATED) for other in stated)
    row = old.find(uri)
    if row is None:
        return ()
    concept = old.concept(row)
    found = _by_name(concept, concept.labels.items(), Ground.NAME, new)
    if not found:
        others = ((language, text) for language, texts in concept.alternatives.items() for text in texts)
        found = _by_name(concept, others, Ground.OTHER_NAME, new)
    return found


def is_current(uri: str, pack: Pack) -> bool:
    """Tell whether a pack holds a concept and has not retired it."""
    row = pack.find(uri)
    return row is not None and not pack.is_retired(row)


def _stated(uri: str, old: Pack, new: Pack) -> list[str]:
    found: dict[str, None] = {}
    seen, waiting = {uri}, [uri]
    while waiting:
        here = waiting.pop()
        for pack in (new, old):
            row = pack.find(here)
            for other in pack.replaced_by(row) if row is not None else ():
                if other in seen:
                    continue
                seen.add(other)
                if is_current(other, new):
                    found[other] = None
                else:
                    waiting.append(other)
    return sorted(found)


def _by_name(concept: Concept, names: Iterable[tuple[str, str]], ground: Ground, new: Pack) -> tuple[Replacement, ...]:
    votes: dict[str, list[str]] = {}
    for language, text in names:
        for row in holders(new, language, text):
            if not new.is_retired(row) and new.uris[row] != concept.uri and _alike(concept.kind, new.kind(row)):
                votes.setdefault(new.uris[row], []).append(f"{language}: {text}")
    best = max(map(len, votes.values()), default=0)
    # what most names lead to; a tie is left to people
    return tuple(
        Replacement(uri=uri, ground=ground, words=words[0])
        for uri, words in sorted(votes.items())
        if len(words) == best
    )


def holders(pack: Pack, language: str, text: str) -> list[int]:
    """Return the rows of the concepts that bear a name in a language, whatever its case, accents and punctuation."""
    if language not in pack.info.languages:
        return []
    number = pack.info.languages.index(language)
    first, last = (int(start) for start in pack.language_starts[number : number + 2])
    wanted = fold(text)
    place = bisect_left(range(first, last), wanted, key=lambda label: fold(pack.labels[label])) + first
    rows: dict[int, None] = {}
    while wanted and place < last and fold(pack.labels[place]) == wanted:
        rows[int(pack.label_rows[place])] = None
        place += 1
    return list(rows)


def _alike(one: ConceptKind, other: ConceptKind) -> bool:
    return one is other or {one, other} <= SKILL_KINDS
