"""Words for children: there in every language and band, and as easy to read as we say."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.trust.mandate.texts import bands, child_texts, guardian_texts, languages

FACTS = {"recipient": "Alma", "kinds": "badges", "purpose": "to help you", "until": "5 May"}
GUARDIAN = {"guardian": "Kim", "since": "5 May"}
WORDING: dict[str, Any] = json.loads(
    resources.files("skillspace.trust.mandate").joinpath("texts.json").read_text(encoding="utf-8")
)
EVERY = [(language, band) for language in languages() for band in bands()]


def lix(text: str) -> float:
    """Läsbarhetsindex (Björnsson 1968): words a sentence, and how many of a hundred have more than six letters."""
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)
    sentences = len(re.findall(r"[.!?:]", text)) or 1
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def sentences_of(language: str, band: str) -> str:
    parts = child_texts(language, band, **FACTS)
    parts["guardian"] = guardian_texts(language, band, **GUARDIAN)
    return " ".join(sentence for part in parts.values() for sentence in part.values())


def test_three_languages_and_three_bands() -> None:
    assert set(languages()) == {"en", "sv", "fr"}
    assert bands() == ("7-9", "10-12", "13-15")


def test_the_index_is_the_one_in_the_books() -> None:
    assert lix("En katt. En hund.") == 2.0
    assert lix("Katten promenerade hemåt.") == pytest.approx(3 + 100 / 3)


@pytest.mark.parametrize(("language", "band"), EVERY)
def test_a_child_can_read_it(language: str, band: str) -> None:
    assert lix(sentences_of(language, band)) < {"7-9": 20, "10-12": 25, "13-15": 30}[band]


@pytest.mark.parametrize(("language", "band"), EVERY)
def test_a_child_can_read_what_its_guardians_may_do(language: str, band: str) -> None:
    said = " ".join(guardian_texts(language, band, **GUARDIAN).values())
    assert lix(said) < {"7-9": 20, "10-12": 25, "13-15": 30}[band]


@pytest.mark.parametrize(("language", "band"), EVERY)
def test_every_language_says_the_same_things_and_names_the_same_facts(language: str, band: str) -> None:
    def names(of: str) -> dict[str, dict[str, list[str]]]:
        parts = WORDING[of][band].items()
        return {part: {key: sorted(re.findall(r"{(\w*)}", text)) for key, text in said.items()} for part, said in parts}

    assert names(language) == names("en")
    assert {*FACTS, *GUARDIAN} == {fact for said in names("en").values() for found in said.values() for fact in found}


def test_what_a_fact_holds_is_text_and_never_a_pattern() -> None:
    texts = child_texts("sv", "7-9", **{**FACTS, "recipient": "{kinds} {0.__class__}"})
    assert texts["request"]["title"] == "Får {kinds} {0.__class__} se det här?"


def test_another_language_reads_english_and_another_band_is_refused() -> None:
    assert child_texts("fi", "7-9", **FACTS) == child_texts("en", "7-9", **FACTS)
    assert guardian_texts("fi", "7-9", **GUARDIAN) == guardian_texts("en", "7-9", **GUARDIAN)
    with pytest.raises(BadInput):
        child_texts("en", "16-17", **FACTS)
    with pytest.raises(BadInput):
        guardian_texts("en", "16-17", **GUARDIAN)
