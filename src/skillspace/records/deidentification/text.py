"""Free text without who it is about: names, addresses and numbers become pseudonyms, the same wherever they stand.

What is certain comes first: values that other columns give, e-mail and internet addresses, numbers of phones, accounts
and people. Then streets, by the words streets have; then names, found by where they stand in a text. That last is a
reading, and misses names and takes other words for some; who reads the result must know it was made so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from skillspace.records.deidentification.pseudonyms import Pseudonyms
from skillspace.skills.matching.impersonal import names_in

SHORTEST = 3
"""Letters of a value of another column that is looked for, at least."""

PIECE = 20_000
"""Letters of a text that names are looked for in at once."""

_WORD = r"[^\W\d_][\w'’-]{0,40}"
_CAPITAL = rf"(?=[A-ZÀ-Þ]){_WORD}"
#: What is found by its shape, the more certain first; the name says what its pseudonyms are called.
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("mail", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")),
    ("web", re.compile(r"(?:https?://|www\.)[^\s<>\"]+[^\s<>\".,;:!?)]", re.IGNORECASE)),
    ("iban", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")),
    ("ip", re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9A-Fa-f]{1,4}:){3,7}[0-9A-Fa-f]{0,4}\b")),
    # Numbers of people: Sweden, Finland, France, and the like.
    (
        "number",
        re.compile(r"\b\d{6}(?:\d{2})?[-+A]\d{3}[0-9A-Z]\b|\b[12] ?\d\d ?[01]\d ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d\b"),
    ),
    ("phone", re.compile(r"(?<![\w-])(?:\+|00|\(?0)\d(?:[ ()/.–-]{0,2}\d){6,14}\b")),
    ("number", re.compile(r"\b(?=(?:[A-Za-z-]{0,30}\d){5})[A-Za-z0-9-]{6,32}\b")),
    (
        "place",
        re.compile(
            rf"\b\d{{1,4}} ?(?:bis|ter|[a-d])?,? (?:rue|avenue|boulevard|place|chemin|allée|impasse|quai)\b"
            rf"(?: (?:de|du|des|la|le|les|d'|l')?[ ]?{_CAPITAL}){{0,4}}"
            rf"|\b{_CAPITAL}(?:gatan|vägen|gränd|straße|strasse|allee|katu|tie|kuja) ?\d{{1,4}}[A-Za-z]?\b"
            rf"|\b\d{{1,5}} (?:{_CAPITAL} ){{1,3}}(?:Street|Road|Avenue|Lane|Drive|Close|Square|Court|St\b|Rd\b|Ave\b)"
        ),
    ),
)
_ENDLESS = re.compile(r"\S{80,}")
_NEXT_TO = re.compile(r"[ \t]+|[ \t]*-[ \t]*")


@dataclass(frozen=True, order=True)
class _Found:
    start: int
    end: int
    kind: str
    value: str


def deidentify_text(
    text: str, pseudonyms: Pseudonyms, known: Iterable[tuple[str, str]] = ()
) -> tuple[str, dict[str, int]]:
    """Return a text with pseudonyms, and how many stand in it of each kind.

    `known` are values that stand elsewhere, each with its kind: they are replaced wherever they stand, whole words
    only and in any letter case.
    """
    taken = bytearray(len(text))
    found: list[_Found] = []
    for hit in [*_known(text, known), *_shaped(text), *_named(text)]:
        if not any(taken[hit.start : hit.end]):
            taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            found.append(hit)
    counts: dict[str, int] = {}
    parts, at = [], 0
    for hit in sorted(found):
        counts[hit.kind] = counts.get(hit.kind, 0) + 1
        parts += [text[at : hit.start], pseudonyms.of(hit.kind, hit.value)]
        at = hit.end
    return "".join([*parts, text[at:]]), counts


def _known(text: str, known: Iterable[tuple[str, str]]) -> Iterator[_Found]:
    for kind, value in sorted(known, key=lambda one: -len(one[1])):
        words = value.split()
        if len("".join(words)) >= SHORTEST:
            spelled = r"\s+".join(map(re.escape, words))
            for hit in re.finditer(rf"(?<!\w){spelled}(?!\w)", text, re.IGNORECASE):
                yield _Found(hit.start(), hit.end(), kind, value)


def _shaped(text: str) -> Iterator[_Found]:
    for kind, shape in _SHAPES:
        for hit in shape.finditer(text):
            value = re.sub(r"[ ()/.–-]", "", hit[0]) if kind in ("phone", "number", "iban") else hit[0]
            yield _Found(hit.start(), hit.end(), kind, value)


def _named(text: str) -> Iterator[_Found]:
    """Give names: words that stand together are one; a part of a longer name of the text is that person again."""
    names = frozenset[str]().union(*map(names_in, _pieces(text)))
    runs: list[list[re.Match[str]]] = []
    for word in re.finditer(_CAPITAL, text):
        bare = re.sub(r"['’]s?$", "", word[0]).casefold()
        if bare not in names and word[0].casefold() not in names:
            continue
        if runs and _NEXT_TO.fullmatch(text[runs[-1][-1].end() : word.start()]):
            runs[-1].append(word)
        else:
            runs.append([word])
    whole = [tuple(_bare(word) for word in run) for run in runs]
    holding: dict[str, set[tuple[str, ...]]] = {}
    for words in set(whole):
        for one in words:
            holding.setdefault(one, set()).add(words)
    meant = {words: _meant(words, holding) for words in set(whole)}
    for run, words in zip(runs, whole, strict=True):
        yield _Found(run[0].start(), run[-1].end(), "person", " ".join(meant[words]))


def _pieces(text: str) -> Iterator[str]:
    """Give a text in pieces that names are looked for in: reading costs the square of a piece, and of a word."""
    text = _ENDLESS.sub(" ", text)
    at = 0
    while at < len(text):
        cut = text.rfind("\n", at, at + PIECE) + 1 or text.rfind(" ", at, at + PIECE) + 1
        end = cut if cut > at and len(text) - at > PIECE else at + PIECE
        yield text[at:end]
        at = end


def _meant(words: tuple[str, ...], holding: Mapping[str, Set[tuple[str, ...]]]) -> tuple[str, ...]:
    """Return the one longer name of the text that has all these words, or the words themselves."""
    longer = [
        name for name in frozenset.intersection(*(frozenset(holding[word]) for word in words)) if len(name) > len(words)
    ]
    return longer[0] if len(longer) == 1 else words


def _bare(word: re.Match[str]) -> str:
    return re.sub(r"['’]s?$", "", word[0]).casefold()
