"""Names of languages for people: documents hold codes of two or three letters (ISO 639-1, 639-2)."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.core import get_global


@lru_cache(maxsize=1024)
def english_name(code: str) -> str:
    """The English name of a language, or the code itself where it is none that is known."""
    short = code.strip().lower().replace("_", "-").split("-")[0]
    aliases = get_global("language_aliases")
    return str(Locale("en").languages.get(aliases.get(short, short), code))
