"""Every badge and learner's record that is written holds what Open Badges 3.0 and CLR 2.0 ask of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.records.formats import read
from skillspace.records.formats.credentials import clr, openbadges
from skillspace.records.formats.edge import asserted
from skillspace.records.formats.files.baking import bake
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.formats.suite import FULL, NOON, no_keys
from skillspace.records.life import Person
from skillspace.records.model import Record
from skillspace.wire.jose import read_unverified

RULES = jsonschema_rs.validator_for(
    json.loads((files("skillspace.records.formats.credentials") / "shapes" / "openbadges.json").read_bytes())
)
FIXTURES = "records/openbadges_clr_lerrs/inspector-vc/src/test/resources/ob30"
FORMATS = [openbadges, clr]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_addresses = st.sampled_from([None, "urn:x:1", "http://data.europa.eu/esco/skill/1", "S1.2", "http://x.example/a b"])
_people = st.builds(Person, name=st.none() | _words, emails=st.lists(_words, max_size=2).map(tuple))


@st.composite
def _records(draw: st.DrawFn) -> Record:
    record = replace(
        FULL,
        id=draw(st.sampled_from(["urn:uuid:1", "7", "a b"])),
        title=draw(_words),
        issuer=draw(st.sampled_from(["did:web:u.example", "School of Bread"])),
        issued=draw(st.none() | st.just(FULL.issued)),
        subject=draw(st.sampled_from([None, "did:web:p.example", "number 7"])),
        person=draw(st.none() | _people),
    )
    skills = draw(st.lists(st.tuples(_words, _addresses, st.sampled_from([None, "sv", "x y", "EN"])), max_size=3))
    level = draw(st.none() | _words)
    return replace(
        record,
        assertions=tuple(asserted(record, a, concept=b, language=c, level=level, scheme="s") for a, b, c in skills),
    )


@pytest.mark.parametrize("format_", FORMATS, ids=lambda each: str(each.FORMAT))
@settings(max_examples=30, deadline=None)
@given(record=_records())
def test_whatever_is_written_holds_what_is_asked(format_: Any, record: Record) -> None:
    try:
        document = json.loads(format_.write_record(record))
    except BadInput:
        assert not record.assertions
        return
    assert [error.message for error in RULES.iter_errors(document)] == []


def test_where_a_record_names_nobody_it_is_whoever_the_record_is_about() -> None:
    nobody = replace(FULL, subject=None, person=None)
    written = openbadges.write_record(nobody)
    (identity,) = json.loads(written)["credentialSubject"]["identifier"]
    assert (identity["identityType"], identity["identityHash"]) == ("ext:record", nobody.id)
    again = read(written, resolve_key=no_keys, at=NOON)
    assert (again.subject, again.person) == (None, None)


@pytest.mark.parametrize("format_", FORMATS, ids=lambda each: str(each.FORMAT))
def test_a_number_a_name_and_an_email_travel_both_ways(format_: Any) -> None:
    record = replace(FULL, subject="number 7", person=Person(name="Elin", emails=("elin@example.org",)))
    again = read(format_.write_record(record), resolve_key=no_keys, at=NOON)
    assert (again.subject, again.person) == (record.subject, record.person)


def test_what_an_organisation_signs_holds_it_too(university: Issuer, noon: datetime) -> None:
    weld = SkillClaim(concept="urn:x:weld", label="weld", level="3", level_scheme="1-5")
    badge = openbadges.Badge(name="Welder", description="d", criteria="c", skills=(weld,), language="sv", credits=7.5)
    token = openbadges.write(badge, issuer=university, subject_did="did:web:p.example", issued=noon, valid_until=None)
    document = read_unverified(token.decode())[1]
    assert [error.message for error in RULES.iter_errors(document)] == []


def test_a_badge_baked_into_a_picture_is_the_badge_that_is_read_out_of_it() -> None:
    written = openbadges.write_record(FULL)
    baked = read(bake(SVG, written), resolve_key=no_keys, at=NOON)
    assert replace(baked, media_type="application/json") == read(written, resolve_key=no_keys, at=NOON)


def _gone(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        inner: Any = document
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]

    return change


ACHIEVEMENT = ("credentialSubject", "achievement")


@pytest.mark.parametrize(
    "change",
    [
        _gone("id"),
        _gone("name"),
        _gone("issuer"),
        _gone("validFrom"),
        _gone("issuer", "type"),
        _gone("credentialSubject", "type"),
        _gone(*ACHIEVEMENT, "id"),
        _gone(*ACHIEVEMENT, "criteria"),
        _gone(*ACHIEVEMENT, "description"),
        lambda document: document.update(id="7"),
        lambda document: document.update(validFrom="2026-06-01"),
        lambda document: document["credentialSubject"].update(id="number 7"),
        lambda document: document["credentialSubject"]["achievement"]["alignment"][0].update(targetUrl="S1.2"),
        lambda document: document["credentialSubject"]["achievement"]["alignment"][0].update(targetType="skill"),
        lambda document: document["credentialSubject"]["achievement"].update(inLanguage="Swedish"),
        lambda document: document["credentialSubject"]["identifier"][0].update(more=1),
        lambda document: document["@context"].reverse(),
    ],
)
def test_what_is_missing_or_named_by_no_address_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    document = json.loads(openbadges.write_record(FULL))
    assert RULES.is_valid(document)
    change(document)
    assert not RULES.is_valid(document)


@pytest.mark.data
def test_the_rules_tell_the_official_badges_from_the_broken_ones(real_data: Path) -> None:
    def holds(name: str) -> bool:
        return bool(RULES.is_valid(json.loads((real_data / FIXTURES / f"{name}.json").read_bytes())))

    good = ["simple", "simple-context-version", "simple-did-key-method", "simple-did-web-method", "complete"]
    bad = ["simple-err-context", "simple-err-type", "simple-err-issuer", "simple-err-issuer-type", "simple-noproof"]
    assert [name for name in good if not holds(name)] == []
    assert [name for name in bad if holds(name)] == []
