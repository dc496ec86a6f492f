"""From rows to a document and back: what the public reads, and what stays at home."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.insight.cubes import Contribution
from skillspace.insight.memory import recall, remember
from skillspace.insight.publication import Naming, Publication, read_publication, write_publication
from skillspace.insight.statistics import make_statistics
from skillspace.kernel.errors import BadInput, UnreadableFile

PARENTS = {"X": None, "a": "X", "b": "X", "c": "X"}
DAY = dt.date(2026, 11, 21)
NAMING = Naming(
    territories={"X": "Exempelland", "a": "Aby", "b": "Beby", "c": "Ceby"},
    label=lambda concept, language: f"{concept} ({language})",
)


def statistics(homes: str, *, memory: bytes | None = None, day: dt.date = DAY) -> tuple[Publication, bytes]:
    people = [
        Contribution(person=str(number), territory=home, skills=(("cooking", 1),), contributor=f"o{number % 3}")
        for number, home in enumerate(homes)
    ]
    jobs = [("a", ["cooking"]), ("a", ["welding"]), ("b", ["cooking"])]
    return make_statistics(
        people, jobs, parents=PARENTS, concept_of=str, naming=NAMING, as_of=day, source="Test node", memory=memory
    )


def test_the_document_is_read_back_as_it_was_written() -> None:
    document, _ = statistics("a" * 30 + "b" * 40 + "c" * 4)
    assert read_publication(write_publication(document)) == document


def test_each_row_says_supply_demand_and_gap_in_words() -> None:
    document, _ = statistics("a" * 30 + "b" * 40 + "c" * 50)
    row = document.of("a")[0]
    assert (row.supply, row.demand, row.gap, row.supply_as_of) == (30, 1, -29, DAY)
    assert row.sentences["en"] == "Aby, “cooking (en)”: 30 people can do this; one open job asks for it."
    assert row.sentences["sv"] == "Aby, ”cooking (sv)”: 30 personer kan detta; ett ledigt jobb frågar efter det."
    assert "30 personnes" in row.sentences["fr"]


def test_a_hidden_number_is_nowhere_in_the_document_and_not_explained_further() -> None:
    document, _ = statistics("a" * 7 + "b" * 23 + "c" * 50)
    text = write_publication(document).decode()
    row = next(row for row in document.rows if row.territory == "a" and row.concept == "cooking")
    assert (row.supply, row.gap, row.supply_as_of) == (None, None, None)
    assert "to protect them" in row.sentences["en"]
    assert "few" not in text
    assert "23" not in json.dumps([row.levels for row in document.rows])


def test_a_job_nobody_is_known_to_fit_is_still_demand() -> None:
    document, _ = statistics("a" * 30)
    row = next(row for row in document.of("a") if row.concept == "welding")
    assert (row.supply, row.demand) == (None, 1)


def test_the_next_publication_keeps_to_the_last_one_through_its_memory() -> None:
    first, memory = statistics("a" * 30 + "b" * 40 + "c" * 50)
    second, memory = statistics("a" * 31 + "b" * 40 + "c" * 50, memory=memory, day=dt.date(2026, 11, 22))
    assert second.rows == first.rows
    third, _ = statistics("a" * 60 + "b" * 40 + "c" * 50, memory=memory, day=dt.date(2026, 11, 23))
    row = next(row for row in third.of("X") if row.concept == "cooking")
    assert (row.supply, row.supply_as_of) == (150, dt.date(2026, 11, 23))


def test_a_damaged_memory_stops_the_publication() -> None:
    with pytest.raises(UnreadableFile, match="restore it"):
        statistics("a" * 30, memory=b"{}")


def test_memory_survives_being_written() -> None:
    _, memory = statistics("a" * 30 + "b" * 5)
    assert remember(recall(memory)) == memory


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_garbage_is_bad_input_and_nothing_else(content: bytes) -> None:
    with pytest.raises(BadInput):
        read_publication(content)
    with pytest.raises(UnreadableFile):
        recall(content)
