"""Who somebody is is left out of their text, and what they can do stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.twins import lists, twins
from skillspace.skills.arrays import joined, string_table
from skillspace.skills.matching.impersonal import impersonal
from skillspace.skills.matching.work_words import NO_WORDS, WorkWords
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.taxonomy.folding import fold

TASKS = {
    "en": ("Plans work shifts", "Keeps the books and writes invoices"),
    "fr": ("Planifier le travail", "Tenir les comptes"),
    "de": ("Plant die Arbeit", "Führt die Bücher"),
    "sv": ("Planerar arbetet", "Sköter bokföringen"),
}


class Some(WorkWords):
    """Knows all but a few words."""

    def __init__(self, *strange: str) -> None:
        super().__init__(words=string_table([]), forms=joined([]))
        self._strange = {fold(word) for word in strange}

    def knows(self, word: str) -> bool:
        """Tell all words from the strange ones."""
        return fold(word) not in self._strange


def said(text: str, *strange: str) -> list[str]:
    return fold(impersonal(text, Some(*strange))).split()


@pytest.mark.parametrize("text", ["Mrs Baker bakes bread.", "Mr. Mark Baker bakes bread."])
def test_a_title_tells_a_name_even_where_it_is_a_word_of_work(text: str) -> None:
    assert said(text) == ["bakes", "bread"]


def test_a_name_told_once_is_left_out_wherever_it_stands_with_a_capital() -> None:
    text = "Name: Grace Baker\nBaker bakes bread. People praise Grace. The baker has grace."
    assert said(text) == fold("bakes bread. People praise. The baker has grace.").split()


@pytest.mark.parametrize(
    "text",
    [
        "I'm Mason. I bake.",
        "I am Mason Potter, and I bake.",
        "Forenames: Mason\nI bake.",
        "Potter, Mason\nI bake.\nMason Potter, Leeds",
    ],
)
def test_a_name_of_words_of_work_is_told_by_how_it_is_said(text: str) -> None:
    assert {"mason", "potter"}.isdisjoint(said(text))
    assert "bake" in said(text)


def test_a_title_behind_i_am_stays() -> None:
    assert said("I am Head of Sales, and I am a baker.") == fold("I am Head of Sales and I am a baker").split()


@pytest.mark.parametrize(
    ("hers", "his"),
    [
        ("barmaid", "barman"),
        ("Stationsschwester", "Stationspfleger"),
        ("Architektin", "Architekt"),
        ("sous-directrice", "sous-directeur"),
        ("frisörska", "frisör"),
    ],
)
def test_both_forms_of_a_job_read_alike(hers: str, his: str) -> None:
    assert said(f"I was {hers}.") == said(f"I was {his}.")


def test_an_address_tells_a_name_and_goes_with_it() -> None:
    assert said("Grace Baker\ngrace.baker@example.org, +44 113 496 0123\nI bake.") == ["i", "bake"]


@pytest.mark.parametrize(
    "line", ["Gender: female", "Geburtsdatum: 12.03.1988", "Situation familiale : mariée", "Kön: kvinna", "Sex:\tF"]
)
def test_lines_about_the_person_go_and_others_stay(line: str) -> None:
    assert said(f"{line}\nSkills: baking\nTasks: two ovens") == ["skills", "baking", "tasks", "two", "ovens"]


def test_strange_words_beside_each_other_are_a_name_and_lone_ones_may_be_tools() -> None:
    text = "Worked with Terraform, Ansible and Kafka for Chiamaka Okafor. Okafor was pleased."
    assert (
        said(text, "Terraform", "Ansible", "Kafka", "Chiamaka", "Okafor")
        == fold("Worked with Terraform, Ansible and Kafka for. was pleased.").split()
    )


@pytest.mark.parametrize(
    ("hers", "his"),
    [("waitress", "waiter"), ("Krankenschwester", "Krankenpfleger"), ("Kauffrau", "Kaufmann"), ("cheffe", "chef")],
)
def test_two_forms_of_a_job_are_one(hers: str, his: str) -> None:
    assert said(f"I am a {hers} here") == said(f"I am a {his} here")


def test_forms_that_a_taxonomy_names_are_one(tmp_path: Path, starter: Taxonomies) -> None:
    work = WorkWords.open(starter, tmp_path / "words")
    hers, his = next(iter(work.forms.items()))
    assert impersonal(f"as {hers}", work) == f"as {his}"


def test_words_are_kept_in_a_folder_and_read_from_it(tmp_path: Path, starter: Taxonomies) -> None:
    first = WorkWords.open(starter, tmp_path / "words")
    again = WorkWords.open(starter, tmp_path / "words")
    assert again.forms == first.forms
    assert again.knows("Manager")
    assert again.knows("Projektmanagement-Manager") == first.knows("Projektmanagement-Manager")
    assert not again.knows("Okonkwo")


@given(text=st.text(max_size=300))
def test_any_text_is_read_and_none_grows_by_more_than_its_forms(text: str) -> None:
    cleaned = impersonal(text)
    assert cleaned.count("\n") <= text.count("\n")
    assert len(cleaned.split()) <= len(text.split()) + 1


@given(words=st.lists(st.sampled_from(["plans", "the", "work", "of", "a", "kitchen", "and", "books"]), min_size=1))
def test_a_text_that_names_nobody_stays_as_it_is(words: list[str]) -> None:
    assert impersonal(" ".join(words)) == " ".join(words)


@settings(deadline=None)
@given(number=st.integers(0, 10_000), language=st.sampled_from(sorted(TASKS)))
def test_of_twins_no_told_name_pronoun_or_title_is_left(number: int, language: str) -> None:
    one = twins(f"occupation-{number}", language, TASKS[language], ("job", "job"))
    own = {word.casefold() for sex in lists()["said"][language].values() for word in (sex["he"], sex["title"])}
    for text in (one.text, *one.swapped.values()):
        left = set(impersonal(text, NO_WORDS).casefold().replace(".", " ").split())
        assert not left & (own - {"m."})
        assert "@" not in impersonal(text, NO_WORDS)


@pytest.mark.parametrize("word", ["a", "A", "1", "a.", "a-", "Aa-", "x@"])
def test_an_endless_word_is_read_in_time_that_grows_with_its_length(word: str) -> None:
    """Squared, a hundred thousand letters would take minutes."""
    impersonal(word * (100_000 // len(word)))
