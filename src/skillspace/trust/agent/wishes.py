"""Plain words to a wish, by a lexicon (`lexicon.json`) and a small grammar: every word is understood, or none counts.

Nothing is guessed: a word that is in no list, a second clause, a question or a sentence without always, never or ask is
not understood, and the answer says what was not. What is understood is proposed to the person, never applied.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from skillspace.kernel.errors import BadInput
from skillspace.trust.agent.model import MAX_WORDS, ROLE, Effect, Wish, checked
from skillspace.trust.agent.moments import Bounds, NotClear, bounds_of
from skillspace.trust.consent import Direction

LANGUAGES = ("en", "sv", "fr")
_TOKEN = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[:.]\d{2}|\d+|[^\W\d_]+(?:-[^\W\d_]+)*'?|[,?]|[^\s\w.!,?'\"“”«»()-]")
#: What each list of the lexicon is called in the sentence's pattern.
LETTERS = {
    **{
        "filler": " ",
        "always": "A",
        "never": "N",
        "not": "X",
        "unsure": "!",
        "nobody": "Z",
        "nothing": "T",
        "ask": "Q",
    },
    **{"before": "B"},
    **{"share": "V", "gather": "G", "everything": "E", "anyone": "Y", "and": "&", "of": "o", "from": "f"},
    **{"until": "U", "end_of": "L", "during": "w", "at_most": "m", "between": "b", "hour": "h", "times": "x"},
    **{"within": "i", "once": "O"},
}
TABLES = {
    **{"kinds": "K", "roles": "R", "purposes": "P", "days": "D", "countries": "C"},
    **{"numbers": "#", "units": "d", "months": "M", "seasons": "S"},
}
_NEGATIONS = frozenset("NXZT")
#: Pieces of times and places, and an “and”: left over, they belong to something that was not understood.
_BOUNDING = frozenset("MLdbximS#HI&hODC")


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A wish made of somebody's words, or None with the reason by code and the words that were not understood."""

    wish: Wish | None
    code: str = ""
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One understood piece of a sentence: its letter in the pattern, what it stands for, and the words."""

    letter: str
    value: Any
    words: str


class _Unclear(Exception):
    """The sentence is not understood: `code` says why, `missed` which words."""

    def __init__(self, code: str, missed: Iterable[str] = ()) -> None:
        super().__init__(code)
        self.code, self.missed = code, tuple(missed)


def read_wish(
    text: str,
    language: str,
    *,
    at: datetime,
    organisations: Mapping[str, str] | None = None,
    zone: str = "UTC",
) -> Understood:
    """Read a person's words in a language; `organisations` maps names of members to their DIDs.

    Days and hours are those of `zone`; a day without a year is the next one. Codes of what is not understood: words,
    question, language, long, no_effect, two_effects, two_parts, no_act, whose, time, too_wide.
    """
    try:
        return Understood(wish=_read(text, language, at, organisations or {}, zone))
    except _Unclear as why:
        return Understood(wish=None, code=why.code, missed=why.missed)
    except NotClear:
        return Understood(wish=None, code="time")
    except BadInput:
        return Understood(wish=None, code="too_wide")


def _read(text: str, language: str, at: datetime, organisations: Mapping[str, str], zone: str) -> Wish:
    if language not in LANGUAGES:
        raise _Unclear("language")
    if len(text) > MAX_WORDS:
        raise _Unclear("long")
    tokens = _tokens(text)
    if "?" in tokens:
        raise _Unclear("question")
    marks = _marks(tokens, language, organisations)
    if missed := [mark.words for mark in marks if mark.letter == "!"]:
        raise _Unclear("words", missed)
    marks = [mark for mark in marks if mark.letter != " "]
    # All times are read as the person lives: their zone's days.
    bounds, marks = bounds_of(marks, at.astimezone(ZoneInfo(zone)), zone)
    return checked(_wish(marks, bounds, is_concord=bool(_lexicon()[language]["concord"])), at)


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‑", "-")
    return _TOKEN.findall(plain)


def _marks(tokens: Sequence[str], language: str, organisations: Mapping[str, str]) -> list[Mark]:
    """Cover the tokens with the longest phrases that are known; what is not known is marked with “!”."""
    phrases = dict(_phrases(language))
    plain = {word for phrase in phrases for word in phrase}
    for name, did in organisations.items():
        # Whoever calls itself “my badges” or “never” is not found by that name: it would change what people say.
        if not plain.issuperset(called := _tokens(name)):
            phrases[tuple(called)] = ("R", [did])
    longest = max(map(len, phrases))
    marks, place = list[Mark](), 0
    while place < len(tokens):
        for length in range(min(longest, len(tokens) - place), 0, -1):
            words = tuple(tokens[place : place + length])
            if words in phrases:
                letter, value = phrases[words]
                marks.append(Mark(letter=letter, value=value, words=" ".join(words)))
                break
        else:
            length = 1
            marks.append(_number(tokens[place]))
        place += length
    return marks


def _number(word: str) -> Mark:
    if word.isascii() and word.isdigit() and len(word) <= 6:
        return Mark(letter="#", value=int(word), words=word)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", word, re.ASCII):
        return Mark(letter="I", value=word, words=word)
    if re.fullmatch(r"\d{1,2}[:.]\d{2}", word, re.ASCII):
        return Mark(letter="H", value=word.replace(".", ":"), words=word)
    return Mark(letter="," if word == "," else "!", value=None, words=word)


def _wish(marks: Sequence[Mark], bounds: Bounds, *, is_concord: bool) -> Wish:
    """Make the wish of what is left once times and places are taken out: an effect, an act, what, and whom."""
    groups = _groups(marks)
    pattern = "".join(letter for letter, _ in groups)
    if strange := [mark.words for mark in marks if mark.letter in _BOUNDING and mark.letter in pattern]:
        raise _Unclear("words", strange)
    if any(pattern.count(letter) > 1 for letter in "KRPY") or ("R" in pattern and "Y" in pattern):
        raise _Unclear("two_parts")
    if re.search("[wU](?![RY])", pattern):
        raise _Unclear("time")
    effect, direction = _effect(pattern, is_concord=is_concord), _direction(pattern)
    if effect is Effect.ALWAYS and re.search("[EY]", pattern):
        raise _Unclear("too_wide")
    if "K" in pattern and re.search("[ET]", pattern):
        raise _Unclear("two_parts")
    named = {letter: frozenset(values) for letter, values in groups}
    return Wish(
        effect=effect,
        direction=direction,
        kinds=named.get("K", frozenset()),
        organisations=named.get("R", frozenset()),
        purposes=named.get("P", frozenset()),
        conditions=bounds.conditions,
        most_days=bounds.most_days,
        most_uses=bounds.most_uses,
        until=bounds.until,
    )


def _groups(marks: Sequence[Mark]) -> list[tuple[str, list[str]]]:
    """Join “badges and diplomas” to one group with its values; commas that join nothing are only a pause."""
    pattern = "".join(mark.letter for mark in marks)
    groups = list[tuple[str, list[str]]]()
    for found in re.finditer("([KRP])(?:[,&]+\\1)*|[^,]", pattern):
        joined = [mark for mark in marks[found.start() : found.end()] if mark.letter in "KRP"]
        groups.append((found[0][0], [value for mark in joined for value in mark.value]))
    return groups


def _effect(pattern: str, *, is_concord: bool) -> Effect:
    negations = [letter for letter in pattern if letter in _NEGATIONS]
    if re.search("(?<!Q)B", pattern.replace("A", "")):
        raise _Unclear("no_effect")
    if "Q" in pattern:
        if negations or pattern.count("Q") > 1 or pattern.count("A") > 1:
            raise _Unclear("two_effects")
        return Effect.ASK
    if negations:
        if "A" in pattern or (len(negations) > 1 and not _is_one_no(negations, is_concord=is_concord)):
            raise _Unclear("two_effects")
        return Effect.NEVER
    if pattern.count("A") != 1:
        raise _Unclear("two_effects" if "A" in pattern else "no_effect")
    return Effect.ALWAYS


def _is_one_no(negations: Sequence[str], *, is_concord: bool) -> bool:
    """Where a language says no twice and means it once (“ne doit jamais rien voir”), each word may come once."""
    return is_concord and len(set(negations)) == len(negations) and "X" not in negations


def _direction(pattern: str) -> Direction:
    """Whether data goes out or comes in; whose data is meant must not be in doubt."""
    if ("V" in pattern) == ("G" in pattern):
        raise _Unclear("no_act" if "V" not in pattern else "two_parts")
    is_source = re.search("[of]+R", pattern) is not None
    if "G" in pattern:
        if "R" in pattern and not is_source:
            raise _Unclear("whose")
        return Direction.GATHER
    if is_source or "f" in pattern:
        raise _Unclear("whose")
    return Direction.SHARE


@cache
def _lexicon() -> dict[str, Any]:
    text = resources.files("skillspace.trust.agent").joinpath("lexicon.json").read_text(encoding="utf-8")
    lexicon: dict[str, Any] = json.loads(text)
    return lexicon


@cache
def _phrases(language: str) -> Mapping[tuple[str, ...], tuple[str, Any]]:
    words = _lexicon()[language]
    found: dict[tuple[str, ...], tuple[str, Any]] = {}
    for name, letter in LETTERS.items():
        for phrase in words["words"][name]:
            found[tuple(_tokens(phrase))] = (letter, None)
    for name, letter in TABLES.items():
        for phrase, value in words[name].items():
            found[tuple(_tokens(phrase))] = (letter, [f"{ROLE}{value}"] if letter == "R" else value)
    return found
