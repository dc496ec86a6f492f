"""Reading texts in people's own words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.enrichment import Enricher, Enrichment, How
from skillspace.skills.taxonomy import ConceptKind, Taxonomies


@pytest.fixture(scope="module")
def enricher(starter: Taxonomies) -> Enricher:
    return Enricher.build(starter, ("en", "fr", "sv", "de", "es"))


def named(starter: Taxonomies, found: Enrichment, *hows: How) -> set[str]:
    return {starter.label(one.concept, "en") for one in found.mentions if not hows or one.how in hows}


SURE = (How.LABEL, How.VARIANT)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "At work I lead a team and use Python every day.", {"lead a team", "Python (computer programming)"}),
        ("en", "I was leading the teams of two shops.", {"lead a team"}),
        ("fr", "J’ai souvent dispensé des premiers secours dans notre club.", {"apply first response"}),
        ("fr", "Depuis deux ans je gérais des fournitures pour une école.", {"manage supplies"}),
        ("sv", "Jag jobbar som undersköterska på ett sjukhus.", {"healthcare assistant"}),
        ("de", "Ich habe als Physiotherapeutin gearbeitet.", {"physiotherapist"}),
        ("es", "He trabajado de fisioterapeuta y en mi tiempo libre estudio.", {"physiotherapist"}),
    ],
)
def test_labels_and_their_other_forms_are_found(
    starter: Taxonomies, enricher: Enricher, language: str, text: str, expected: set[str]
) -> None:
    found = enricher.enrich(text)
    assert found.language == language
    assert expected <= named(starter, found, *SURE)


@pytest.mark.parametrize(
    ("language", "text", "jobs"),
    [
        ("en", "Two software developers wanted.", {"software developers"}),
        ("en", "We value software development and project management.", set()),
        ("de", "Zwei Verkäuferinnen gesucht.", {"Verkäuferinnen"}),
        ("de", "Wir verkaufen Waren.", set()),
    ],
)
def test_what_a_job_does_is_not_the_job(enricher: Enricher, language: str, text: str, jobs: set[str]) -> None:
    found = enricher.enrich(text, language, candidates=0).mentions
    assert {one.words for one in found if one.kind is ConceptKind.OCCUPATION} == jobs


def test_a_story_in_own_words_gives_candidates_with_the_words_that_suggest_them(
    starter: Taxonomies, enricher: Enricher
) -> None:
    text = "I run the accounts of our football club and lead a team of ten volunteers."
    found = enricher.enrich(text)
    assert "lead a team" in named(starter, found, How.LABEL)
    accounting = next(one for one in found.mentions if starter.label(one.concept, "en") == "accounting")
    assert (accounting.how, accounting.words, accounting.score < 0.6) == (How.SIMILAR, "accounts", True)
    assert enricher.enrich(text, candidates=0).mentions == tuple(one for one in found.mentions if one.how in SURE)


@pytest.mark.parametrize(
    "text",
    [
        "I have no experience in accounting.",
        "I never had to lead a team, and I can't do accounting.",
        "Je n’ai pas d’expérience en comptabilité.",
        "Jag har ingen erfarenhet av redovisning.",
    ],
)
def test_what_is_denied_is_not_found(enricher: Enricher, text: str) -> None:
    assert enricher.enrich(text).mentions == ()


@pytest.mark.parametrize(
    "text",
    [
        "I have never been a nurse, but I know accounting.",
        "I do not only know accounting.",
        "No previous job. Accounting is what I learned.",
    ],
)
def test_a_denial_ends_with_its_clause(starter: Taxonomies, enricher: Enricher, text: str) -> None:
    assert "accounting" in named(starter, enricher.enrich(text, "en"), How.LABEL)


def test_accents_make_other_words_unless_all_are_left_out(starter: Taxonomies, enricher: Enricher) -> None:
    right, bare, other = (
        enricher.enrich(f"Jag kan {word}.", "sv", candidates=0).mentions
        for word in ("undersköterska", "underskoterska", "underskôterska")
    )
    assert right[0].score > bare[0].score > 0
    assert other == ()


def test_small_words_are_never_a_skill(starter: Taxonomies, enricher: Enricher) -> None:
    assert enricher.enrich("I do it, and it is what it is.", "en").mentions == ()


def test_spans_hold_the_words_they_name(enricher: Enricher) -> None:
    text = "Als Elektriker:\n– Kunden beraten\n– accounting 💡 and  lead\u00a0a  team; C++"
    for one in enricher.enrich(text, "en").mentions:
        if one.how in SURE:
            assert text[one.start : one.end] == one.words


def test_the_same_text_gives_the_same_answer_with_its_version(enricher: Enricher) -> None:
    text = "I lead a team, keep customers happy and repair electrical equipment."
    assert enricher.enrich(text) == enricher.enrich(text)
    assert enricher.enrich(text).version == "lexical-6+esco-1.1.1-starter"


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("", None, "no words"),
        ("~~~ \x00 ###", None, "no words"),
        ("xqzt wvvk jjrp", None, "could not be told"),
        ("Jeg har arbejdet som sygeplejerske og kan lide at hjælpe mennesker.", None, "cannot be read here (da)"),
        ("Minulla on kokemusta ja olen hyvä siinä mitä teen.", None, "cannot be read here (fi)"),
        ("accounting", "pl", "cannot be read here"),
        ("zzz zzz", "en", "No skill"),
    ],
)
def test_what_cannot_be_read_is_empty_with_a_reason(
    enricher: Enricher, text: str, language: str | None, reason: str
) -> None:
    found = enricher.enrich(text, language)
    assert found.mentions == ()
    assert reason in (found.note or "")


def test_threads_share_one_enricher(starter: Taxonomies) -> None:
    enricher = Enricher.build(starter, ("en", "fr"))
    texts = [(f"I was leading teams number{at} and repairing vehicles{at}.", "en") for at in range(60)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda one: enricher.enrich(*one), texts))
    assert together == [
        Enricher.build(starter, ("en",)).enrich(*texts[0]),
        *(enricher.enrich(*one) for one in texts[1:]),
    ]


def test_a_regional_tag_means_its_language(enricher: Enricher) -> None:
    assert enricher.enrich("accounting", "en-GB").language == "en"


def test_a_very_long_text_is_cut_and_says_so(enricher: Enricher) -> None:
    found = enricher.enrich("accounting " * 20_000, "en", candidates=0)
    assert "first 100000 characters" in (found.note or "")
    assert max(one.end for one in found.mentions) <= 100_000


@given(st.text(max_size=300), st.sampled_from([None, "en", "fr", "sv", "de", ""]))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_reading(enricher: Enricher, text: str, language: str | None) -> None:
    found = enricher.enrich(text, language)
    for one in found.mentions:
        assert 0 <= one.start < one.end <= len(text)
        assert 0 < one.score <= 1
        assert one.kind is not ConceptKind.SKILL_GROUP


def test_a_language_without_a_grammar_is_refused(starter: Taxonomies) -> None:
    with pytest.raises(BadInput, match="cs cannot be read"):
        Enricher.build(starter, ("en", "cs"))


def test_a_prepared_folder_is_used_again_and_renewed_when_torn(starter: Taxonomies, tmp_path: Path) -> None:
    text = "I lead a team."
    fresh = Enricher.build(starter, ("en",), tmp_path)
    fresh.warm()
    written = (tmp_path / "en" / "label.npy").stat().st_mtime_ns
    assert Enricher.build(starter, ("en",), tmp_path).enrich(text) == fresh.enrich(text)
    assert (tmp_path / "en" / "label.npy").stat().st_mtime_ns == written
    (tmp_path / "en" / "label.npy").write_bytes(b"torn")
    assert Enricher.build(starter, ("en",), tmp_path).enrich(text) == fresh.enrich(text)
