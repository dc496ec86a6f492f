"""Which language a text is written in, by the pieces of its words; "cannot tell" is an answer.

A naive Bayes model over pieces of one to four characters, learnt from labels of occupations and skills in 22 languages
and the small words of the twelve that enrichment reads (`tools/train_detection.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.enrichment.languages import readable_languages

BUCKETS = 8192
STEP = 16.0
"""Weights are kept as whole numbers of sixteenths."""

LONGEST = 4000
FEWEST_LETTERS = 8
SUREST = 0.8
STRANGEST = 1.0
"""Mean of a text's weights, in nats a piece, below which it is like no language learnt from: real sentences have 1.3
and more, keys hit at random .5 and less, lists of names lie between."""

TOGETHER = 6.5
"""Pieces that say the same thing once: those of one word overlap, and words of one text resemble each other."""

UNREAD = 4.0
"""How much less likely, in nats, a language is that enrichment cannot read."""

MOST_CONTROLS, MOST_CODE = 0.02, 0.1
"""Share of control characters, and of marks of code to letters, that no text has; one advertisement in a hundred
(SkillSpan) reaches .03."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\ufffd-\uffff\ud800-\udfff]")
_LATIN = re.compile(r"[A-Za-zªºÀ-ÖØ-öø-ɏᴀ-ᶿḀ-ỿ]")
_CODE = re.compile(r"[{}\[\];=<>\\_|$`^~]|&\w+;|://|\)\s*[{:]|\w\(|\w\.\w+\(|#\w{3,6}\b")
PART, SECOND_LANGUAGE = 60, 0.4
"""Letters of the parts a text is held against itself by; share of them in another language that makes it mixed."""

_Weights = NDArray[np.float32]
_ENDS = re.compile(r"[.!?\n]+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, kw_only=True)
class Detected:
    """A language tag, or None with the reason; ``chance`` is the model's own, 0 to 1."""

    language: str | None
    chance: float
    reason: str | None = None


def pieces(text: str) -> NDArray[np.int64]:
    """Return the bucket of every piece of the words of a text, case apart."""
    plain = _NOT_LETTERS.sub(" ", unicodedata.normalize("NFC", text[:LONGEST]).lower())
    codes = np.frombuffer(f" {plain} ".encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    is_gap = codes == 32
    buckets = []
    hashed = np.zeros(len(codes), dtype=np.uint64)
    for size in range(1, 5):
        if len(codes) < size:
            break
        ends = codes[size - 1 :]
        hashed = (hashed[: len(ends)] * np.uint64(0x9E3779B1) + ends + np.uint64(size)) & np.uint64(0xFFFFFFFF)
        inner = np.zeros(len(ends), dtype=np.int64)
        for at in range(1, size - 1):
            inner += is_gap[at : at + len(ends)]
        kept = (inner == 0) & (size > 1 or ~is_gap)
        mixed = (hashed ^ (hashed >> np.uint64(15))) * np.uint64(0x85EBCA6B) & np.uint64(0xFFFFFFFF)
        buckets.append((mixed[kept] >> np.uint64(32 - 13)).astype(np.int64))
    return np.concatenate(buckets) if buckets else np.empty(0, dtype=np.int64)


def detect(text: str, among: Collection[str]) -> Detected:
    """Return the language of a text if it is one of ``among``, else None and why."""
    shown = text[:LONGEST]
    letters = sum(map(str.isalpha, shown))
    if reason := _unreadable(shown, letters):
        return Detected(language=None, chance=0.0, reason=reason)
    unknown = "The language of this text could not be told{}; say which one it is."
    first, second, chance, mean = _ranked(shown)
    if mean < STRANGEST:
        return Detected(language=None, chance=chance, reason=unknown.format(": it resembles none"))
    if letters < FEWEST_LETTERS or chance < SUREST:
        doubt = f" (perhaps {first}, perhaps {second})" if letters >= FEWEST_LETTERS else ": it is too short"
        return Detected(language=None, chance=chance, reason=unknown.format(doubt))
    parts = list(_parts(shown))
    others = [tag for tag in parts if tag != first]
    most = max(others, key=others.count, default=None)
    if most is not None and others.count(most) >= SECOND_LANGUAGE * len(parts):
        reason = f"The text mixes languages ({first}, {most}); give one at a time, or say which."
        return Detected(language=None, chance=chance, reason=reason)
    if first not in among:
        reason = f"The text seems to be written in a language that cannot be read here ({first})."
        return Detected(language=None, chance=chance, reason=reason)
    return Detected(language=first, chance=chance)


def _unreadable(text: str, letters: int) -> str | None:
    """Return why a text is none that people wrote for people in Latin letters, or None."""
    if not letters:
        return "There are no words in this text."
    if len(_CONTROLS.findall(text)) > MOST_CONTROLS * len(text):
        return "This is no text: it holds control characters, as files of programs do."
    if len(_LATIN.findall(text)) < letters / 2:
        names = [unicodedata.name(letter, "UNNAMED") for letter in text if letter.isalpha()]
        foreign = [script for name in names if (script := name.partition(" ")[0]) != "LATIN"]
        most = max(sorted(set(foreign)), key=foreign.count, default="unknown").title()
        return f"The text is written in letters that cannot be read here ({most})."
    if len(_CODE.findall(text)) > MOST_CODE * letters:
        return "This looks like program code, markup or addresses, not like a text."
    return None


def _parts(text: str) -> Iterator[str]:
    """Give the language of each part of a text that is long enough to tell."""
    held = ""
    for line in _ENDS.split(text):
        held = f"{held} {line}"
        if len(held) >= PART:
            first, _, chance, mean = _ranked(held)
            if chance >= SUREST and mean >= STRANGEST:
                yield first
            held = ""


def _ranked(text: str) -> tuple[str, str, float, float]:
    """Return the first and the second language, the chance of the first, and its mean weight a piece."""
    tags, weights, prior = _model()
    met = pieces(text)
    sums = weights[met].sum(axis=0, dtype=np.float64)
    likely = sums / TOGETHER + prior
    order = np.argsort(-likely, kind="stable")
    first, second = int(order[0]), int(order[1])
    chance = 1 / float(np.exp(likely - likely[first]).sum())
    return tags[first], tags[second], chance, float(sums[first] / max(len(met), 1))


@cache
def _model() -> tuple[list[str], _Weights, NDArray[np.float64]]:
    with resources.files("skillspace.skills.enrichment").joinpath("detection.npz").open("rb") as source:
        kept = np.load(source)
        tags = [str(tag) for tag in kept["tags"]]
        weights = kept["weights"].astype(np.float32) / np.float32(STEP)
    return tags, weights, np.array([0.0 if tag in readable_languages() else -UNREAD for tag in tags])
