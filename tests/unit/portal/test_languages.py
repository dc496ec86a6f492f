"""The catalogues are whole, the placeholders agree, and dates and numbers read as people write them."""

from __future__ import annotations

import datetime as dt
import re
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from hypothesis import given
from hypothesis import strategies as st

from skillspace.portal.i18n import LANGUAGES, Translator, UnknownLanguage, best_language, read_catalogue, translator

PORTAL = Path(str(files("skillspace.portal")))
#: The doctor's findings are shown on pages, but written where they are found.
DOCTOR = Path(str(files("skillspace.exchange.doctor")))
#: So are the statements that somebody agrees with or not.
CAREERS = Path(str(files("skillspace.skills.careers")))
#: So is what a ranking policy says of itself.
RANKING = Path(str(files("skillspace.skills.ranking")))
#: So is why a source trusts an issuer or does not.
ISSUERS = Path(str(files("skillspace.trust.issuers")))
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "newstyle_gettext": "true"}}
Ids = str | tuple[str, ...]


def ids_in_use() -> set[Ids]:
    """Every message id of the portal's templates and code."""
    found = [
        message
        for folder in (PORTAL, DOCTOR, CAREERS, RANKING, ISSUERS)
        for _, _, message, _, _ in extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS)
    ]
    return {tuple(message) if isinstance(message, list | tuple) else message for message in found}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


def texts(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_in_use_is_translated_and_none_is_left_over(language: str) -> None:
    catalogue = {message.id: message for message in read_catalogue(language) if message.id}
    assert set(catalogue) == ids_in_use()
    assert [message.id for message in catalogue.values() if message.fuzzy or not all(texts(message))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders_of_its_source(language: str) -> None:
    for message in read_catalogue(language):
        if not message.id:
            continue
        is_plural = isinstance(message.id, tuple)
        wanted = placeholders(" ".join(message.id) if is_plural else str(message.id))
        for text in texts(message):
            assert placeholders(text) <= wanted, text
            assert is_plural or placeholders(text) == wanted, text
            assert text % dict.fromkeys(wanted, 1) if wanted else text


@pytest.mark.parametrize("language", ["fr", "sv"])
def test_a_translation_is_not_the_english_text(language: str) -> None:
    same = {"Plan", "Code", "Organisation", "Organisations", "Pages", "Plan: %(goal)s", "given %(date)s"}
    left = {
        m.id for m in read_catalogue(language) if m.id and texts(m)[0] == (m.id if isinstance(m.id, str) else m.id[0])
    }
    assert left <= same


def test_in_french_no_mark_begins_a_line() -> None:
    loose = re.compile(r"[ ][:;?!»]|«[ ]")
    assert [text for m in read_catalogue("fr") if m.id for text in texts(m) if loose.search(text)] == []


def test_an_unknown_language_is_refused_by_name() -> None:
    with pytest.raises(UnknownLanguage, match="tlh"):
        Translator("tlh")


@pytest.mark.parametrize(
    ("language", "day", "number", "several"),
    [
        ("en", "30 June 2027", "1,240", "a, b, and c"),
        ("fr", "30 juin 2027", "1\u202f240", "a, b et c"),
        ("sv", "30 juni 2027", "1\u00a0240", "a, b och c"),
    ],
)
def test_dates_numbers_and_lists_are_written_as_in_the_language(
    language: str, day: str, number: str, several: str
) -> None:
    words = translator(language)
    assert words.date(dt.date(2027, 6, 30)) == day
    assert words.number(1240) == number
    assert words.listing(["a", "b", "c"]) == several


def test_a_moment_is_shown_on_the_clocks_of_the_zone() -> None:
    noon = dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC)
    assert translator("en").time(noon) == "14:00"
    assert Translator("en", zone=dt.UTC).time(noon) == "12:00"


@pytest.mark.parametrize(
    ("header", "saved", "language"),
    [
        ("sv-SE,sv;q=0.9,en;q=0.8", "", "sv"),
        ("en;q=0.3, fr;q=0.9", "", "fr"),
        ("de, tlh;q=0.5", "", "en"),
        ("fr", "sv", "sv"),
        ("fr;q=0", "", "en"),
        ("", "", "en"),
    ],
)
def test_the_saved_language_wins_then_the_browsers_first_known_one(header: str, saved: str, language: str) -> None:
    assert best_language(header, saved) == language


@given(st.text(), st.text())
def test_any_language_header_gives_a_known_language(header: str, saved: str) -> None:
    assert best_language(header, saved) in LANGUAGES
