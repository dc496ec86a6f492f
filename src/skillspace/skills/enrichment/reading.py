"""Reading one text with one lexicon: labels as written, inflected forms, candidates; what is denied is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from skillspace.skills.enrichment.calibration import VARIANT
from skillspace.skills.enrichment.lexicon import Entry, Lexicon, Named, meanings
from skillspace.skills.enrichment.model import How, Mention
from skillspace.skills.enrichment.sections import ASIDE, Sentence
from skillspace.skills.enrichment.text import Token
from skillspace.skills.enrichment.wordforms import Forms, first_part, is_form
from skillspace.skills.taxonomy import ConceptKind

LEAST_STRENGTH = 0.3
BESIDE = 2
"""Letters that may stand beside a title that is the whole text."""

COMPOUND = 0.85
"""How sure a name is that stands before a general word in a compound ("Mathematik" in "Mathematikkenntnisse")."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Words ``first`` to before ``past`` read as an entry."""

    first: int
    past: int
    entry: Entry
    score: float
    how: How


def mentions(
    text: str,
    found: list[Token],
    divided: Sequence[Sentence],
    denied: Sequence[bool],
    lexicon: Lexicon,
    candidates: int,
) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """Return what a text speaks of and what of that is left out, in reading order.

    Each sentence that is not left out gets at most so many candidates.
    """
    of_token = {at: sentence for sentence in divided for at in range(sentence.first, sentence.past)}
    spans = _apart([*_by_label(text, found, lexicon), *_by_variant(found, lexicon), *_in_compounds(found, lexicon)])
    told = {index for span in spans for index in range(span.first, span.past)}
    listed = [_mention(text, found, span, of_token[span.first], denied[span.first]) for span in spans]
    for sentence in divided if candidates else ():
        if not sentence.is_aside:
            spoken = [at for at in range(sentence.first, sentence.past) if found[at].is_word and not denied[at]]
            listed += _similar(found, spoken, told, lexicon, candidates, sentence)
    unique = {(one.start, one.end, one.concept): one for one in reversed(listed)}
    ordered = sorted(unique.values(), key=lambda one: (one.start, one.end, -one.score, one.concept))
    aside = tuple(one for one in ordered if one.is_denied or one.section in ASIDE)
    return tuple(one for one in ordered if not one.is_denied and one.section not in ASIDE), aside


def longest(found: Iterable[tuple[int, int, Named]]) -> list[tuple[int, int, Named]]:
    """Keep the longest of overlapping labels, in reading order."""
    ranked = sorted(found, key=lambda one: one[0] - one[1])
    if not ranked:
        return []
    free = bytearray(b"\1") * max(one[1] for one in ranked)
    kept = []
    for one in ranked:
        start, end, _ = one
        if free[start] and free[end - 1]:  # what is longer and inside would have shown at an end
            free[start:end] = bytes(end - start)
            kept.append(one)
    kept.sort(key=itemgetter(0))
    return kept


def _by_label(text: str, found: list[Token], lexicon: Lexicon) -> Iterator[Span]:
    begins = {token.start: at for at, token in enumerate(found)}
    ends = {token.end: at + 1 for at, token in enumerate(found)}
    for start, end, meant in lexicon.named(text):
        first, past = begins.get(start), ends.get(end)
        if first is not None and past is not None:
            for entry, score in meant:
                yield Span(first=first, past=past, entry=entry, score=score, how=How.LABEL)


def _by_variant(found: list[Token], lexicon: Lexicon) -> Iterator[Span]:
    stems = [lexicon.words.meaning(token.surface) if token.is_word else token.folded for token in found]
    kept = [at for at, stem in enumerate(stems) if stem is not None]
    for first, past, phrase in lexicon.variants.find_apart([stem for stem in stems if stem is not None]):
        entries = [lexicon.entry(number) for number in lexicon.variants.entries(phrase)]
        said = [found[at].surface for at in kept[first:past]]
        entries = [one for one in entries if _are_forms(said, one, lexicon)]
        for entry, score in meanings([(entry, 1.0) for entry in entries]):
            yield Span(first=kept[first], past=kept[past - 1] + 1, entry=entry, score=VARIANT * score, how=How.VARIANT)


def _are_forms(said: Sequence[str], entry: Entry, lexicon: Lexicon) -> bool:
    """Tell whether words are other forms of a name's: "software development" is no developer, "färben" no "Färber"."""
    is_job, forms = entry.kind is ConceptKind.OCCUPATION, _forms(entry, lexicon)
    if is_job and len(said) == 1 and said[0].islower() and entry.words[0][:1].isupper():
        return False
    if not is_job and len(said) > 1:
        return True
    return all(any(is_form(word, name, forms) for name in entry.words) for word in said)


def _forms(entry: Entry, lexicon: Lexicon) -> Forms:
    grammar = lexicon.words.grammar
    return grammar.forms if entry.kind is ConceptKind.OCCUPATION else grammar.cases


def _in_compounds(found: list[Token], lexicon: Lexicon) -> Iterator[Span]:
    """Give the skills named before a general word in a compound, where the language writes compounds as one word."""
    grammar = lexicon.words.grammar
    for at, token in enumerate(found) if grammar.heads else ():
        for part in first_part(token.surface, grammar.heads, grammar.joints) if token.is_word else ():
            read = lexicon.named(part)
            named = [one for start, end, meant in read if (start, end) == (0, len(part)) for one in meant]
            skills = [one for one in named if one[0].kind is not ConceptKind.OCCUPATION]
            for entry, score in skills:
                yield Span(first=at, past=at + 1, entry=entry, score=COMPOUND * score, how=How.VARIANT)
            if skills:
                break


def _similar(
    found: list[Token], spoken: list[int], told: set[int], lexicon: Lexicon, candidates: int, sentence: Sentence
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
            section=sentence.section,
            insistence=sentence.insistence_at(at[0]),
            asks=sentence.asks,
        )


def _mention(text: str, found: list[Token], span: Span, sentence: Sentence, is_denied: bool) -> Mention:
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
        section=sentence.section,
        insistence=sentence.insistence_at(span.first),
        asks=sentence.asks,
        is_denied=is_denied,
        is_alone=end - start >= len(text.strip()) - BESIDE,
    )


def _apart(spans: list[Span]) -> list[Span]:
    """Keep the longest of overlapping spans, labels before variants; one span may stand for several concepts.

    Words that are a label as written are no form of another: "photographie" is photography, no photographer.
    """
    as_labels = {(span.first, span.past) for span in spans if span.how is How.LABEL}
    spans = [span for span in spans if span.how is How.LABEL or (span.first, span.past) not in as_labels]
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
