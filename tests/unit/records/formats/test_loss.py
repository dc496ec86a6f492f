"""The loss report is computed from what was written, so that nothing goes missing unsaid."""

from __future__ import annotations

import json
from dataclasses import replace

from skillspace.records.formats import named, read
from skillspace.records.formats.cv import json_resume
from skillspace.records.formats.loss import SUBJECTS, Loss, unread, unwritten
from skillspace.records.formats.suite import FULL, NOON, no_keys
from skillspace.records.life import Person
from skillspace.records.model import Record
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.unit.records.formats.samples import zipped


def journey(record: Record, name: str) -> dict[str, Loss]:
    """What is lost on the way through a format, by path."""
    format_ = named(name)
    written = format_.write_record(record)  # type: ignore[attr-defined]
    return {loss.path: loss for loss in unwritten(record, read(written, resolve_key=no_keys, at=NOON, hint=name))}


def test_a_record_that_did_not_travel_loses_nothing() -> None:
    assert unwritten(FULL, FULL) == ()


def test_a_cv_keeps_a_life_and_loses_every_proof() -> None:
    lost = journey(FULL, "json_resume")
    assert lost["signature"].words == "the record: issuer's signature"
    assert lost["entries.education.parts.education.credits"].words == "a course of a study: credits"
    assert lost["assertions.validation"].examples == ("CERTIFIED", "ASSESSED")
    assert {"issuer", "valid_until", "assertions.concept", "person.given", "entries.education.level"} <= lost.keys()
    assert (
        not {"person.name", "person.city", "entries.work.title", "entries.work.since", "assertions.label"} & lost.keys()
    )


def test_a_badge_keeps_a_skill_with_an_address_and_loses_a_life() -> None:
    lost = journey(FULL, "openbadges")
    assert "assertions.concept" not in lost
    kept = {"issuer", "issuer_name", "issued", "subject", "assertions.issuer", "person.name", "person.emails"}
    assert not kept & lost.keys()
    assert {"person.birth", "entries.work.title", "languages.label"} <= lost.keys()
    assert lost["assertions.label"].count == 4


def test_how_often_and_such_as_are_said() -> None:
    record = replace(FULL, person=Person(name="E", emails=("a@example.org", "b@example.org", "c@example.org")))
    loss = journey(record, "json_resume")["person.emails"]
    assert (loss.count, loss.examples) == (2, ("b@example.org", "c@example.org"))
    assert loss.to_json() == {
        "path": "person.emails", "what": "the person: emails", "count": 2,
        "examples": ["b@example.org", "c@example.org"],
    }  # fmt: skip


def test_two_of_the_same_are_two() -> None:
    twice = replace(FULL, assertions=(FULL.assertions[0], FULL.assertions[0]))
    once = replace(FULL, assertions=(FULL.assertions[0],))
    assert {loss.path: loss.count for loss in unwritten(twice, once)}["assertions.label"] == 1


def test_what_a_document_says_and_no_record_holds_is_found_by_its_words() -> None:
    resume = json.loads(json_resume.write_record(FULL))
    resume["basics"]["image"] = "https://elin.example/face.png"
    resume["hobbyHorses"] = [{"breed": "Icelandic", "height": 140}, {"breed": "Fjord"}]
    document = json.dumps(resume).encode()
    record = read(document, resolve_key=no_keys, at=NOON)
    lost = {loss.path: loss for loss in unread(document, [record])}
    assert set(lost) == {"basics.image", "hobbyHorses.breed", "hobbyHorses.height"}
    assert lost["hobbyHorses.breed"].count == 2


def test_in_xml_and_in_archives_as_well() -> None:
    document = named("elmo").write_record(FULL)  # type: ignore[attr-defined]
    more = document.replace(b"</givenNames>", b"</givenNames><shoeSize>Forty-one</shoeSize>")
    record = read(more, resolve_key=no_keys, at=NOON)
    paths = [loss.path for loss in unread(more, [record])]
    assert "learner.shoeSize" in paths
    assert "learner.givenNames" not in paths


def test_an_archive_is_told_by_its_tables_and_one_that_is_not_looked_into_by_its_name() -> None:
    tables = {
        "Profile.csv": "First Name,Last Name,Industry\nElin,Example,Bakeries\n",
        "Skills.csv": "Name\nBaking\n",
        "Messages.csv": "FROM,CONTENT\nAda Friend,Between us\n",
        "Broken.csv": 'a,b\n"1',
        "photo.jpg": "…",
    }
    document = zipped(tables)
    lost = {loss.path: loss.examples for loss in unread(document, [read(document, resolve_key=no_keys, at=NOON)])}
    assert lost == {
        "Profile.Industry": ("Bakeries",), "Messages": ("Messages.csv",), "Broken": ("Broken.csv",),
        "photo.jpg": ("photo.jpg",),
    }  # fmt: skip


def test_words_around_a_skill_are_named_where_they_are_nowhere_to_be_read() -> None:
    assert journey(FULL, "europass")["assertions.evidence.excerpt"].words == "a skill: words around it"
    assert "assertions.evidence.excerpt" not in journey(FULL, "table")


def test_every_place_in_a_record_has_words_for_people() -> None:
    nothing = replace(
        FULL, person=None, languages=(), entries=(), occupations=(), assertions=(), issued=None, valid_until=None
    )
    everything = unwritten(FULL, nothing)
    assert {loss.about for loss in everything} == set(SUBJECTS.values())
    assert not [loss.words for loss in everything if "_" in loss.words or "." in loss.words]


def test_a_long_example_is_shortened() -> None:
    record = replace(FULL, person=Person(name="E", birth="1990", summary="s", region="x" * 100))
    (example,) = journey(record, "elmo")["person.region"].examples
    assert len(example) == 60
    assert example.endswith("…")


def test_of_a_token_it_is_looked_at_what_it_says() -> None:
    token = sign_jwt({"iss": "a", "iat": 1, "vc": {"id": "urn:x", "hobby": "chess"}}, SigningKey.generate("a#1"))
    assert [(loss.path, loss.examples) for loss in unread(token.encode(), [])] == [
        ("id", ("urn:x",)), ("hobby", ("chess",)),
    ]  # fmt: skip


def test_however_deep_a_document_is_nested_it_is_told() -> None:
    deep: object = "bottom"
    for _ in range(300):
        deep = [{"x": deep}]
    document = json.dumps({"basics": {"name": "E"}, "work": [], "extra": deep}).encode()
    (loss,) = unread(document, [read(document, resolve_key=no_keys, at=NOON)])
    assert (loss.words, loss.examples) == ("… › x › x › x", ("bottom",))
