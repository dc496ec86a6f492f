"""Offers as lines: what is written is read back, and what is not an offer is refused by name."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.market.courses import Course, read_course, write_course
from skillspace.market.lines import BrokenLine, read_file, read_lines, write_file
from skillspace.market.vacancies import Vacancy, read_vacancy, write_vacancy

SKILL = "http://data.europa.eu/esco/skill/"
COURSE = Course(id="1", title="Cooking", language="en", provider="Example School", synthetic=False, source="x")
VACANCY = Vacancy(id="1", title="Cook", language="en", employer="Example Inn", synthetic=False, source="did:web:x.test")

words = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
days = st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))
maybe = st.none() | words
links = st.none() | st.integers(0, 99).map(lambda number: f"https://example.org/{number}")
places = st.fixed_dictionaries(
    {
        "place_code": maybe,
        "place_name": maybe,
        "region_code": maybe,
        "region_name": maybe,
        "country": st.none() | st.sampled_from(["SE", "FR"]),
    }
)
uris = st.integers(0, 9999).map(lambda number: f"{SKILL}{number}")


@given(
    places,
    st.builds(
        Vacancy,
        id=words,
        title=words,
        language=st.sampled_from(["sv", "fr", "en"]),
        employer=words,
        occupation=st.none() | uris,
        skills=st.lists(st.tuples(uris, st.booleans()), max_size=5).map(tuple),
        published=days,
        closes=days,
        url=links,
        text=maybe,
        synthetic=st.booleans(),
        source=words,
        salary=maybe,
        hours=maybe,
    ),
)
def test_a_vacancy_is_read_back_as_it_was_written(place: dict[str, str | None], vacancy: Vacancy) -> None:
    fields = {name: getattr(vacancy, name) for name in Vacancy.__dataclass_fields__} | place
    whole = Vacancy(**fields)
    assert read_vacancy(write_vacancy(whole)) == whole


@given(
    places,
    st.builds(
        Course,
        id=words,
        title=words,
        language=st.sampled_from(["sv", "fr", "en"]),
        provider=words,
        starts=days,
        ends=days,
        hours=st.none() | st.integers(1, 4000).map(float),
        ects=st.none() | st.sampled_from([1.5, 7.5, 30.0]),
        price=st.none() | st.decimals(0, 9_999_999, places=2),
        currency=st.sampled_from(["EUR", "SEK"]),
        url=links,
        skills=st.lists(uris, max_size=5).map(tuple),
        synthetic=st.booleans(),
        source=words,
        description=maybe,
    ),
)
def test_a_course_is_read_back_as_it_was_written(place: dict[str, str | None], course: Course) -> None:
    fields = {name: getattr(course, name) for name in Course.__dataclass_fields__} | place
    whole = Course(**fields | {"currency": None if course.price is None else course.currency})
    assert read_course(write_course(whole)) == whole


@given(st.dictionaries(uris, st.tuples(st.booleans(), st.none() | words), max_size=5))
def test_a_providers_own_words_travel_beside_the_concepts_and_only_there(
    skills: dict[str, tuple[bool, str | None]],
) -> None:
    said = tuple((uri, word) for uri, (_, word) in skills.items() if word is not None)
    needs = tuple((uri, is_must) for uri, (is_must, _) in skills.items())
    job = dataclasses.replace(VACANCY, skills=needs, words=said)
    assert read_vacancy(write_vacancy(job)) == job
    course = dataclasses.replace(COURSE, skills=tuple(skills), words=said)
    assert read_course(write_course(course)) == course
    stray = dataclasses.replace(job, words=(*said, ("urn:x:elsewhere", "not asked for")))
    assert read_vacancy(write_vacancy(stray)) == job


def test_an_offer_without_own_words_is_written_as_it_was_before_there_were_any() -> None:
    needs = ((f"{SKILL}1", True), (f"{SKILL}2", False))
    line = write_vacancy(dataclasses.replace(VACANCY, skills=needs))
    assert json.loads(line)["skills"] == [{"@id": f"{SKILL}1"}, {"@id": f"{SKILL}2", "additionalType": "optional"}]
    assert read_vacancy(line).words == ()


@pytest.mark.parametrize("word", ["", "x" * 201, "two\nlines", 5, None, ["x"]])
def test_a_word_that_is_none_is_refused_by_its_place(word: object) -> None:
    line = json.loads(write_vacancy(VACANCY)) | {"skills": [{"@id": f"{SKILL}1", "name": word}]}
    if word is None:
        assert read_vacancy(json.dumps(line).encode()).words == ()
    else:
        with pytest.raises(BadInput, match=r"skills\.0\.name"):
            read_vacancy(json.dumps(line).encode())


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_garbage_is_bad_input_and_nothing_else(line: bytes) -> None:
    for read in (read_vacancy, read_course):
        with pytest.raises(BadInput):
            read(line)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", "https://example.org/<script>"),
        ("title", "two\nlines"),
        ("title", ""),
        ("inLanguage", "English"),
        ("datePosted", "2026-13-01"),
        ("skills", [{"@type": "DefinedTerm", "@id": "not an address"}]),
        ("surprise", "unknown term"),
    ],
)
def test_an_unfit_term_is_refused_and_named(term: str, value: object) -> None:
    line = json.loads(write_vacancy(VACANCY)) | {term: value}
    with pytest.raises(BadInput, match=term):
        read_vacancy(json.dumps(line).encode())


def test_an_offer_that_would_not_be_read_is_not_written() -> None:
    with pytest.raises(BadInput, match="url"):
        write_vacancy(
            Vacancy(id="1", title="x", language="en", employer="e", url="ftp://x", synthetic=True, source="s")
        )


def test_a_file_names_its_first_broken_line(tmp_path: Path) -> None:
    path = tmp_path / "jobs.jsonl"
    path.write_bytes(write_vacancy(VACANCY) + b"\n\n{}\n")
    with pytest.raises(UnreadableFile, match=r"jobs\.jsonl, line 3: identifier"):
        read_file(path, read_vacancy)


def test_a_line_without_end_is_refused_unread() -> None:
    entries = list(read_lines([b"x" * 200_001], read_vacancy))
    assert entries == [BrokenLine(number=1, reason="it is longer than 200000 bytes")]


def test_a_file_whose_writing_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "jobs.jsonl"
    write_file(path, [b"old"])

    def failing() -> object:
        yield b"new"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_file(path, failing())  # type: ignore[arg-type]
    assert path.read_bytes() == b"old\n"
    assert list(tmp_path.iterdir()) == [path]
