"""What is no text in a language that can be read gives nothing, and the reason."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.skills.enrichment import Enricher
from skillspace.skills.enrichment.answers import Answerer, Wanted
from skillspace.skills.taxonomy import Taxonomies

TEN_LINES = "def depth(tree):\n    return max(depth(tree.left), depth(tree.right)) + 1\n" * 5


@pytest.fixture(scope="module")
def enricher(starter: Taxonomies) -> Enricher:
    return Enricher.build(starter)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\x00\x01\x02\xff\xfe nurse" * 50, "no text"),
        (bytes(range(256)).decode("latin-1") * 4, "no text"),
        (TEN_LINES, "program code"),
        ('{"id": 1, "items": [{"a": [1, 2]}, {"b": null}]}', "program code"),
        ('<div class="row"><a href="#top">&nbsp;</a></div>', "program code"),
        ("经验丰富的护士，会说中文", "letters that cannot be read here (Cjk)"),
        ("Мы ищем опытную медсестру", "letters that cannot be read here (Cyrillic)"),
        ("Ζητούμε έμπειρη νοσοκόμα", "letters that cannot be read here (Greek)"),
        ("نبحث عن ممرض ذي خبرة", "letters that cannot be read here (Arabic)"),
        ("Tapasztalt ápolót keresünk a csapatunkba, jogosítvánnyal.", "cannot be read here (hu)"),
        ("😀😀 👍 2026", "no words"),
        ("nurse", "too short"),
        ("qwrtz plkjh mnbvc xsdfg hjklp", "resembles none"),
    ],
)
def test_garbage_gives_nothing_and_the_reason(enricher: Enricher, text: str, reason: str) -> None:
    found = enricher.enrich(text)
    assert (found.language, found.mentions, found.aside, found.facts) == (None, (), (), ())
    assert reason in (found.note or "")


def test_code_inside_of_an_advertisement_does_not_hide_it(enricher: Enricher) -> None:
    text = "We are looking for a developer who knows Python and SQL. Apply at https://jobs.example/ads?id=7&x=1 today."
    assert enricher.enrich(text).language == "en"


@given(text=st.one_of(st.text(max_size=300), st.binary(max_size=300).map(lambda raw: raw.decode("latin-1"))))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_mentions_in_it_or_a_reason(enricher: Enricher, text: str) -> None:
    found = enricher.enrich(text)
    assert found.language is not None or (found.note and not (found.mentions or found.aside or found.facts))
    assert found.mentions or found.note
    spans = [(one.start, one.end) for one in (*found.mentions, *found.aside)]
    assert all(0 <= start < end <= len(text) for start, end in [*spans, *((one.start, one.end) for one in found.facts)])


@given(parts=st.lists(st.sampled_from(["ei", "nicht", "no", ".", ",", "\n- ", "Skills", "Excel", "—", ":", "\n"])))
@settings(max_examples=80, deadline=None)
@pytest.mark.parametrize("language", ["de", "fi", "pl"])
def test_no_order_of_words_and_marks_breaks_the_reading(enricher: Enricher, language: str, parts: list[str]) -> None:
    text = " ".join(parts)
    line = json.dumps({"id": 1, "text": text}).encode()
    answer = json.loads(Answerer(enricher, Wanted(language=language, everything=True)).answer(line, 1))
    assert answer["language"] == language
    assert all(0 <= one["score"] <= 1 for one in answer["mentions"])
