"""Levels as documents write them (“B2”, “EQF 4”, “3/5”), read far enough to see which of two is higher."""

from __future__ import annotations

import re

_CEFR = re.compile(r"(?:cefr\s*)?([abc])([12])(\+?)")
_EQF = re.compile(r"(?:eqf|cec|nqf)[\s:-]*(?:level\s*)?([1-8])")
_SHARE = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*/\s*(\d{1,3})")
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d+)?")


def rank(level: str | None, scheme: str | None) -> tuple[str, float] | None:
    """Return (scale, height) of a level, or None where it cannot be read; only equal scales may be compared.

    Knows the six CEFR levels (Council of Europe 2001), EQF 1–8, marks out of a stated maximum, and bare numbers of
    a named scheme.
    """
    text = (level or "").strip().casefold()
    if cefr := _CEFR.fullmatch(text):
        return "cefr", "abc".index(cefr[1]) * 2 + int(cefr[2]) + (0.5 if cefr[3] else 0.0)
    if eqf := _EQF.fullmatch(text):
        return "eqf", float(eqf[1])
    if share := _SHARE.fullmatch(text):
        return f"of {int(share[2])}", _number(share[1])
    if scheme and _NUMBER.fullmatch(text):
        return scheme.strip().casefold(), _number(text)
    return None


def _number(text: str) -> float:
    return float(text.replace(",", "."))
