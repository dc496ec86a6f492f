"""From a text to tokens that remember where they stood: the only place where enrichment looks at characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# A word may hold dots and end in + or # ("Node.js", "C++", "C#") and may begin with a dot (".NET").
_WORD = re.compile(r"(?:(?<![\w.])\.)?[^\W_]+(?:[.\u0300-\u036f][^\W_]+)*[\u0300-\u036f]*[+#]*")
# A dot before a small letter belongs to an abbreviation ("asystent ds. reklamy", "z. B. in").
# A line ends a sentence where the next one begins a list item or, after a short line, with a capital.
_TOKEN = re.compile(
    rf"(?P<word>{_WORD.pattern})"
    r"|(?P<end>(?<!\bkat)(?<!\bcat)(?<!\bkl)[.!?…]+(?![ \t]+[a-zß-öø-ÿœąćęłńśźż])|:[ \t]*\n|\n\s*\n"
    r"|\n\s*(?:[-*•·–—]|\d+[.)])\s"
    r"|(?<![^\n]{60})\n\s*(?=[A-ZÀ-ÖØ-ÞŁŚŻĆ]))"
    r"|(?P<pause>[,;:()\[\]|])"
)
_EXPANDED = str.maketrans({"ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})

END = "."
PAUSE = ","


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A word, or a mark that ends a sentence (END) or a pause (PAUSE). ``folded`` has neither case nor accents."""

    start: int
    end: int
    surface: str
    folded: str

    @property
    def is_word(self) -> bool:
        """Tell words from marks."""
        return self.folded not in (END, PAUSE)


def tokens(text: str) -> Iterator[Token]:
    """Give the words and marks of a text in order."""
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        folded = fold_word(found[0]) if kind == "word" else END if kind == "end" else PAUSE
        if folded:
            yield Token(start=found.start(), end=found.end(), surface=found[0], folded=folded)


def words_of(label: str) -> list[str]:
    """Return the words of a label as written; its punctuation says nothing about how people write it."""
    return _WORD.findall(label)


@lru_cache(maxsize=50_000)
def fold_word(word: str) -> str:
    """Return a word without case and accents."""
    word = word.casefold()
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFKD", word.translate(_EXPANDED))
    return "".join(part for part in parts if not unicodedata.combining(part))


def caseless(word: str) -> str:
    """Return a word without case, its accents kept and composed, so that two spellings of one word are equal."""
    return unicodedata.normalize("NFC", word.casefold())


def sentences(found: list[Token]) -> Iterator[tuple[int, int]]:
    """Give (first, past the last) token of each sentence that has words."""
    begin = 0
    for index, token in enumerate([*found, Token(start=0, end=0, surface="", folded=END)]):
        if token.folded == END:
            if index > begin:
                yield begin, index
            begin = index + 1
