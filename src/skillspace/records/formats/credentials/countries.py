"""Countries by their codes of two letters and of three (ISO 3166-1); the EU's list of countries has those of three."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

# What the Unicode's table still knows and ISO has withdrawn, or never had.
_WITHDRAWN = {
    "BUR", "DDR", "FXX", "TMP", "YMD", "ZAR", "ASC", "CPT", "DGA", "QUU", "TAA",
    "XAA", "XBB", "XKK", "ZZZ",
}  # fmt: skip
# How the Union writes Greece and the United Kingdom.
_OF_THE_UNION = {"EL": "GRC", "UK": "GBR"}


@cache
def _codes() -> Mapping[str, str]:
    """Two letters by three."""
    names = Locale("en").territories
    return {
        three: two[0]
        for three, two in get_global("territory_aliases").items()
        if len(three) == len("SWE")
        and three.isalpha()
        and three not in _WITHDRAWN
        and len(two) == 1
        and two[0] in names
    }


@cache
def _letters() -> Mapping[str, str]:
    return {two: three for three, two in _codes().items()} | _OF_THE_UNION


def three_letters(words: str | None) -> str | None:
    """The code of three letters of a country that is given by either; None where it is none."""
    code = (words or "").strip().upper()
    return code if code in _codes() else _letters().get(code)


def two_letters(code: str) -> str | None:
    """The code of two letters of a country by its three; None where it is none."""
    return _codes().get(code)
