"""Reading one text with one lexicon: labels as written, inflected forms, candidates; what is denied is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from skillspace.skills.enrichment.languages import Grammar
from skillspace.skills.enrichment.lexicon import Entry, Lexicon
from skillspace.skills.enrichment.model import How, Mention
from skillspace.skills.enrichment.text import Token, caseless, sentences

LEAST_STRENGTH = 0.3
MOST_MEANINGS = 5
"""Words that are another name of more concepts than this say too little about any of them."""

REACH = 8
"""Words after a negation that it still denies when no mark or turn of the clause ends it sooner."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Words ``first`` to before ``past`` read as an entry."""

    first: int
    past: int
    entry: Entry
    score: float
    how: How


def mentions(text: str, found: list[Token], lexicon: Lexicon, candidates: int) -> tuple[Mention, ...]:
    """Return what a text speaks of, in reading order, with at most so many candidates for each sentence."""
    denied = denied_tokens(found, lexicon.words.grammar)
    spans = _apart([*_by_label(found, lexicon), *_by_variant(found, lexicon)])
    told = {index for span in spans for index in range(span.first, span.past)}
    listed = [_mention(text, found, span) for span in spans if not denied[span.first]]
    for first, past in sentences(found):
        spoken = [at for at in range(first, past) if found[at].is_word and not denied[at]]
        listed += _similar(found, spoken, told, lexicon, candidates)
    unique = {(one.start, one.end, one.concept): one for one in reversed(listed)}
    return tuple(sorted(unique.values(), key=lambda one: (one.start, one.end, -one.score, one.concept)))


def _by_label(found: list[Token], lexicon: Lexicon) -> Iterator[Span]:
    for first, past, numbers in lexicon.labels.find([token.folded for token in found]):
        entries = [(entry, _as_written(found[first:past], entry)) for entry in map(lexicon.entry, numbers)]
        for entry, score in _meant([(entry, score) for entry, score in entries if score > 0]):
            yield Span(first=first, past=past, entry=entry, score=score, how=How.LABEL)


def _by_variant(found: list[Token], lexicon: Lexicon) -> Iterator[Span]:
    meanings = [lexicon.words.meaning(token.surface) if token.is_word else token.folded for token in found]
    kept = [at for at, meaning in enumerate(meanings) if meaning is not None]
    for first, past, numbers in lexicon.variants.find([meaning for meaning in meanings if meaning is not None]):
        for entry, score in _meant([(lexicon.entry(number), 1.0) for number in numbers]):
            yield Span(first=kept[first], past=kept[past - 1] + 1, entry=entry, score=0.85 * score, how=How.VARIANT)


def _similar(
    found: list[Token], spoken: list[int], told: set[int], lexicon: Lexicon, candidates: int
) -> Iterator[Mention]:
    """Give candidates for a sentence, each resting on at least one word that no surer mention has used."""
    telling = {at: lexicon.words.features(found[at].surface) for at in spoken}
    features = [feature for at in spoken for feature in telling[at]]
    for candidate in lexicon.similar.nearest(features, candidates, LEAST_STRENGTH):
        at = [index for index in spoken if candidate.shared.intersection(telling[index])]
        if told.issuperset(at):
            continue
        entry = lexicon.entry(candidate.entry)
        apart = [later - earlier > 1 for earlier, later in pairwise(at)]
        rest = zip(apart, at[1:], strict=True)
        words = found[at[0]].surface + "".join((" … " if gap else " ") + found[index].surface for gap, index in rest)
        yield Mention(
            start=found[at[0]].start,
            end=found[at[-1]].end,
            words=words,
            concept=entry.concept,
            label=entry.label,
            score=candidate.strength,
            kind=entry.kind,
            how=How.SIMILAR,
        )


def _mention(text: str, found: list[Token], span: Span) -> Mention:
    start, end = found[span.first].start, found[span.past - 1].end
    return Mention(
        start=start,
        end=end,
        words=text[start:end],
        concept=span.entry.concept,
        label=span.entry.label,
        score=round(span.score, 4),
        kind=span.entry.kind,
        how=span.how,
    )


def denied_tokens(found: Sequence[Token], grammar: Grammar) -> list[bool]:
    """Return, for each token, whether a negation before it in the same clause denies it."""
    denied = [False] * len(found)
    words = [token.folded for token in found]
    at = 0
    while at < len(words):
        if seeming := _longest(words, at, grammar.not_negation):
            at += seeming
            continue
        cue = _longest(words, at, grammar.negation)
        if cue:
            for index in range(at + cue, min(at + cue + REACH, len(words))):
                if not found[index].is_word or words[index] in grammar.turn:
                    break
                denied[index] = True
        at += max(cue, 1)
    return denied


def _longest(words: list[str], at: int, phrases: Mapping[str, tuple[tuple[str, ...], ...]]) -> int:
    """Return how many words the longest of the phrases that stand here has, 0 where none does."""
    return max((len(one) for one in phrases.get(words[at], ()) if tuple(words[at : at + len(one)]) == one), default=0)


def _as_written(span: list[Token], entry: Entry) -> float:
    """Return how well the words are the entry's: other letters or other accents make other words, 0.

    Accents that someone left out altogether are forgiven.
    """
    if entry.strict:
        return 1.0 if span[0].surface == entry.words[0] else 0.0
    certain = 0.9 if entry.bare else 1.0
    said = [caseless(token.surface) for token in span]
    if said == [caseless(word) for word in entry.words]:
        return certain
    return 0.9 * certain if all(word.isascii() for word in said) else 0.0


def _meant(entries: Iterable[tuple[Entry, float]]) -> list[tuple[Entry, float]]:
    """Return which entries words stand for: those they are the preferred label of, else all, sharing the doubt."""
    best: dict[str, tuple[Entry, float]] = {}
    for entry, score in sorted(entries, key=lambda one: (-one[1], not one[0].preferred, one[0].label)):
        best.setdefault(entry.concept, (entry, score))
    preferred = [(entry, score) for entry, score in best.values() if entry.preferred and not entry.bare]
    if preferred:
        return preferred
    return [(entry, 0.95 * score / len(best)) for entry, score in best.values()] if len(best) <= MOST_MEANINGS else []


def _apart(spans: list[Span]) -> list[Span]:
    """Keep the longest of overlapping spans, labels before variants; one span may stand for several concepts."""
    taken: dict[int, tuple[int, int]] = {}
    kept: list[Span] = []
    for span in sorted(spans, key=_precedence):
        own = (span.first, span.past)
        if {taken.get(index, own) for index in range(*own)} == {own}:
            taken |= dict.fromkeys(range(*own), own)
            kept.append(span)
    return kept


def _precedence(span: Span) -> tuple[int, bool, int, float, str]:
    return (span.first - span.past, span.how is How.VARIANT, span.first, -span.score, span.entry.concept)
