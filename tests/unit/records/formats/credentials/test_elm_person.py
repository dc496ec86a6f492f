"""Who a European credential is about travels both ways: names, citizenship, address, pages, words about themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from skillspace.records.formats import read
from skillspace.records.formats.credentials.elm_terms import is_country
from skillspace.records.formats.loss import unwritten
from skillspace.records.formats.suite import NOON, no_keys
from skillspace.records.life import Person
from tests.unit.records.formats.credentials.elm_graph import broken
from tests.unit.records.formats.credentials.elm_samples import NOBODY, PEOPLE, again, document_of


@settings(max_examples=60, deadline=None)
@given(person=PEOPLE)
def test_a_person_keeps_all_that_the_loss_report_does_not_name_and_gains_nothing(person: Person) -> None:
    record = replace(NOBODY, person=person)
    after = again(record)
    found = after.person or Person()
    lost = {loss.path for loss in unwritten(record, after)}
    assert not {f"person.{name}" for name in ("name", "headline", "summary", "postcode", "city")} & lost
    if is_country(person.country) and person.country == person.nationality:
        assert not {"person.country", "person.nationality"} & lost
    assert unwritten(after, again(after)) == ()
    assert all(getattr(person, name) or not getattr(found, name) for name in ("nationality", "country", "postcode"))


def test_an_address_is_told_apart_again_and_another_houses_stands_whole() -> None:
    home = Person(name="E", street="1 Shore Road", city="Berlin", region="Berlin", country="DE", nationality="de")
    after = again(replace(NOBODY, person=home)).person
    assert after is not None
    assert (after.street, after.city, after.region, after.country) == ("1 Shore Road", "Berlin", "Berlin", "DE")
    document = document_of(replace(NOBODY, person=replace(home, city=None, region=None)))
    note = document["credentialSubject"]["location"]["address"]["fullAddress"]
    note["noteLiteral"] = {"en": "Calle Iglesia 16, 17242 Girona"}
    written = read(json.dumps(document).encode(), resolve_key=no_keys, at=NOON)
    assert written.person is not None
    assert (written.person.street, written.person.city) == ("Calle Iglesia 16, 17242 Girona", None)


def test_a_country_outside_the_list_is_left_out_and_named() -> None:
    record = replace(NOBODY, person=Person(name="E", nationality="Narnian", country="Narnia", city="Cair Paravel"))
    assert broken(document_of(record)) == []
    lost = {loss.path: loss.examples for loss in unwritten(record, again(record)) if loss.path.startswith("person")}
    assert lost == {"person.nationality": ("Narnian",), "person.country": ("Narnia",)}


@pytest.mark.data
def test_the_unions_own_sample_tells_citizenship_and_address(real_data: Path) -> None:
    folder = real_data / "records/elm_v3/Credentials/JSON-LD Examples (ELM v3)"
    record = read((folder / "Sample-CertOfPart-unsigned.jsonld").read_bytes(), resolve_key=no_keys, at=NOON)
    assert record.person is not None
    assert (record.person.nationality, record.person.country) == ("IT", "ES")
    assert record.person.street == "Calle Iglesia 16, 17242 Girona"
