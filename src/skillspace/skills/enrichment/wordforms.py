"""Other forms of one word: a title's other gender and number, a noun's cases, what stands before "-kenntnisse"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from skillspace.skills.enrichment.text import caseless, fold_word

SHORTEST_ROOT = 3
SHORTEST_PART = 4
"""Letters of the first part of a compound that is looked up on its own."""

Forms = Mapping[str, tuple[str, ...]]
"""From the ending of a name (folded) to those that other forms have in its place, as written; "" adds one."""


def is_form(said: str, name: str, forms: Forms) -> bool:
    """Tell whether a word is another form of a name: "nurses" of "nurse", but not "accounts" of "accountant".

    Accents that someone left out altogether are forgiven, other accents make another word.
    """
    one, other = fold_word(said), fold_word(name)
    if one == other:
        return said.isascii() or caseless(said) == caseless(name)
    for ending, others in forms.items():
        root = other.removesuffix(ending)
        is_root = other.endswith(ending) and len(root) >= SHORTEST_ROOT and one.startswith(root)
        # the last letter of a root may change its accent before another ending
        is_same = said.isascii() or caseless(said)[: len(root) - 1] == caseless(name)[: len(root) - 1]
        if is_root and is_same and one[len(root) :] in map(fold_word, others):
            return True
    return False


def other_forms(name: str, forms: Forms) -> Iterator[str]:
    """Give the other forms of a name, as its endings allow; not all of them exist."""
    for ending, others in forms.items():
        root = name[: len(name) - len(ending)]
        if len(root) >= SHORTEST_ROOT and fold_word(name[len(root) :]) == ending:
            yield from (root + other for other in others)


def first_part(word: str, heads: Sequence[str], joints: Sequence[str]) -> Iterator[str]:
    """Give what stands before a general head ("Mathematik" in "Mathematikkenntnisse"), with and without its joint."""
    folded = fold_word(word)
    if len(folded) != len(word):  # a letter that folds to two: places would no longer fit
        folded = word.lower()
    for head in heads:
        part = folded.removesuffix(head)
        if part != folded and len(part) >= SHORTEST_PART:
            yield word[: len(part)].rstrip("-")
            for joint in joints:
                if part.endswith(joint) and len(part) - len(joint) >= SHORTEST_PART:
                    yield word[: len(part) - len(joint)]
            return


_BACK = "aou"
_GRADES = (
    ("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"), ("lt", "ll"), ("rt", "rr"), ("mp", "mm"),
    ("t", "d"), ("p", "v"),
)  # fmt: skip


def finnish_cases(word: str) -> Iterator[str]:
    """Give the singular cases of a Finnish noun that ends in a vowel, in -nen, -us or -mies; else nothing.

    The consonants before the last vowel weaken before a closed syllable ("matematiikka", "matematiikan"; "kirjanpito",
    "kirjanpidosta"). Not every form it gives exists: nobody writes those. Source: Iso suomen kielioppi, §41 and §81.
    """
    small = word.lower()
    a = "a" if any(letter in _BACK for letter in small) else "ä"
    for suffix, strong, weak, partitive in (
        ("nen", "se", "se", "st"),
        ("mies", "miehe", "miehe", "miest"),
        ("uus", "uute", "uude", "uutt"),
        ("yys", "yyte", "yyde", "yytt"),
        ("us", "ukse", "ukse", "ust"),
        ("ys", "ykse", "ykse", "yst"),
    ):
        if small.endswith(suffix):
            stem = word[: -len(suffix)]
            yield from _cases(stem + strong, stem + weak, a)
            yield f"{stem}{partitive}{a}"
            return
    if small[-1:] not in "aeiouyäö" or len(small) < SHORTEST_ROOT:
        return
    if small.endswith("e"):
        yield from _cases(f"{word}e", f"{word}e", a)
        yield f"{word}tt{a}"
        return
    yield from _cases(word, _weak(word), a)
    yield f"{word}{a}"
    yield f"{word}t{a}"


def _cases(strong: str, weak: str, a: str) -> Iterator[str]:
    yield from (f"{weak}{ending}" for ending in ("n", f"ss{a}", f"st{a}", f"ll{a}", f"lt{a}", "lle", "ksi"))
    yield from (f"{strong}{strong[-1]}n", f"{strong}seen", f"{strong}n{a}")


def _weak(word: str) -> str:
    body, vowel = word[:-1], word[-1]
    for strong, weak in _GRADES:
        if body.lower().endswith(strong):
            if len(strong) == 1 and body[-2:-1].lower() not in "aeiouyäöhlr":  # "historia", "akrobaatti": no change
                continue
            return body[: -len(strong)] + weak + vowel
    return word
