"""What a text says is not there, or not needed: "no experience in X", "X is not required"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skillspace.skills.enrichment.languages import Grammar, grammars
from skillspace.skills.enrichment.sections import cues_of
from skillspace.skills.enrichment.text import Token, sentences

REACH = 8
"""Words after a negation that it still denies when no mark or turn of the clause ends it sooner."""

BESIDE = 3
"""Words at most from a negation to the word of need it goes with: "is not really needed", "brauchst du nicht"."""


def denied_tokens(found: Sequence[Token], language: str) -> list[bool]:
    """Return, for each token, whether a negation in the same clause denies it.

    One before it does; one after it does where it says that something is not needed, unless the sentence calls the
    same thing nice to have.
    """
    grammar = grammars()[language]
    words = [token.folded for token in found]
    denied = [False] * len(found)
    negations = _negations(words, grammar)
    for at, size in negations.items():
        for index in range(at + size, min(at + size + REACH, len(words))):
            if not found[index].is_word or words[index] in grammar.turn:
                break
            denied[index] = True
    for first, past in sentences(list(found)):
        for at in (one for one in negations if first <= one < past):
            begin, end = _clause(found, words, at, first, past, grammar)
            if not cues_of(language).count(f" {' '.join(words[begin:end])} ").get("nice"):
                _deny_before(found, words, at, begin, past, grammar, denied)
    return denied


def _clause(
    found: Sequence[Token], words: Sequence[str], at: int, first: int, past: int, grammar: Grammar
) -> tuple[int, int]:
    """Return the clause a negation stands in, with the next one where that turns ("…, but a plus")."""
    begin = next((index + 1 for index in range(at, first - 1, -1) if not found[index].is_word), first)
    end = next((index for index in range(at, past) if not found[index].is_word), past)
    if end + 1 < past and words[end + 1] in grammar.turn:
        end = next((index for index in range(end + 1, past) if not found[index].is_word), past)
    return begin, end


def _deny_before(
    found: Sequence[Token],
    words: Sequence[str],
    at: int,
    first: int,
    past: int,
    grammar: Grammar,
    denied: list[bool],
) -> None:
    """Deny what stands before "… is not needed" in its clause."""
    near = range(max(at - BESIDE, first), min(at + BESIDE + 1, past))
    needs = [index for index in near if words[index].startswith(grammar.need) and _together(found, at, index)]
    if not needs:
        return
    for index in range(min(at, *needs) - 1, first - 1, -1):
        if not found[index].is_word or words[index] in grammar.turn:
            break
        denied[index] = True


def _together(found: Sequence[Token], one: int, other: int) -> bool:
    return all(token.is_word for token in found[min(one, other) : max(one, other)])


def _negations(words: Sequence[str], grammar: Grammar) -> dict[int, int]:
    """Return where negations stand and how many words each has."""
    standing: dict[int, int] = {}
    at = 0
    while at < len(words):
        if words[at] not in grammar.negation and words[at] not in grammar.not_negation:
            at += 1
            continue
        if seeming := _longest(words, at, grammar.not_negation):
            at += seeming
            continue
        if size := _longest(words, at, grammar.negation):
            standing[at] = size
        at += max(size, 1)
    return standing


def _longest(words: Sequence[str], at: int, phrases: Mapping[str, tuple[tuple[str, ...], ...]]) -> int:
    """Return how many words the longest of the phrases that stand here has, 0 where none does."""
    return max((len(one) for one in phrases.get(words[at], ()) if tuple(words[at : at + len(one)]) == one), default=0)
