"""Languages of the portal: catalogues read from plain .po files at start, and dates and numbers as people write them.

English source text is the message id, so a missing translation still reads as a sentence.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from skillspace.kernel.errors import BadInput

LANGUAGES = {"en": "English", "fr": "Français", "sv": "Svenska"}
DEFAULT_ZONE = ZoneInfo("Europe/Stockholm")


class UnknownLanguage(BadInput):
    """The portal does not speak this language."""


def read_catalogue(language: str) -> Catalog:
    """The catalogue of a language as it lies in the package; raises UnknownLanguage."""
    if language not in LANGUAGES:
        raise UnknownLanguage(f"The portal does not speak “{language}”; it speaks {', '.join(LANGUAGES)}.")
    text = (files("skillspace.portal") / "locale" / f"{language}.po").read_bytes()
    return read_po(io.BytesIO(text), locale=language, abort_invalid=True)


def best_language(accept_language: str, saved: str = "", offered: Sequence[str] = tuple(LANGUAGES)) -> str:
    """The language to speak: the `saved` one, else the browser's first we know (RFC 9110 §12.5.4), else the first
    of those `offered`."""
    if saved in offered:
        return saved
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:500].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        wanted.append((-weight, tag.split("-")[0].lower()))
    known = [tag for weight, tag in sorted(wanted, key=lambda pair: pair[0]) if tag in offered and weight < 0]
    return known[0] if known else offered[0]


class Translator:
    """One language: texts, plurals, dates, numbers and lists, with moments shown on the clocks of `zone`.

    Raises UnknownLanguage when made for another one.
    """

    def __init__(self, language: str, zone: dt.tzinfo = DEFAULT_ZONE) -> None:
        compiled = io.BytesIO()
        write_mo(compiled, read_catalogue(language))
        compiled.seek(0)
        self.language = language
        self.locale = Locale.parse(language)
        self.zone = zone
        self._texts = Translations(compiled)

    def gettext(self, message: str) -> str:
        """The text of a message id."""
        return self._texts.ugettext(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The text of a message id with the plural that fits `count`."""
        return self._texts.ungettext(one, many, count)

    def date(self, day: dt.date | dt.datetime) -> str:
        """A day as a reader writes it: 30 June 2027, 30 juin 2027, 30 juni 2027."""
        return format_date(day, "d MMMM y", locale=self.locale)

    def short_date(self, day: dt.date | dt.datetime) -> str:
        """A day where room is scarce: 30 Jun 2027."""
        return format_date(day, "d MMM y", locale=self.locale)

    def weekday(self, day: dt.date) -> str:
        """A day with its weekday: Friday 20 November 2026."""
        return format_date(day, "EEEE d MMMM y", locale=self.locale)

    def time(self, moment: dt.datetime) -> str:
        """The time of day: 14:05 everywhere, so that times line up."""
        return format_time(moment, "HH:mm", tzinfo=self.zone, locale=self.locale)

    def moment(self, moment: dt.datetime) -> str:
        """A day and a time: 20 Nov 2026, 14:05."""
        return format_datetime(moment, "d MMM y, HH:mm", tzinfo=self.zone, locale=self.locale)

    def span(self, length: dt.timedelta) -> str:
        """A length of time in its largest unit: 3 hours."""
        return format_timedelta(length, locale=self.locale)

    def number(self, value: float | Decimal) -> str:
        """A number with the language's separators: 1,240 · 1 240."""
        return format_decimal(value, locale=self.locale)

    def quoted(self, words: str) -> str:
        """Somebody's own words in the language's quotation marks."""
        return self.gettext("“%(words)s”") % {"words": words}

    def listing(self, items: Iterable[str]) -> str:
        """Several things in one sentence: a, b and c."""
        return format_list(list(items), locale=self.locale)


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: str) -> Translator:
    """The one Translator of a language; raises UnknownLanguage."""
    return Translator(language)
