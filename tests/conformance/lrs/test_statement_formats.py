"""Statements as they are handed out: by identifiers alone, canonical, or exactly as they were written."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest

from skillspace.records.statements import moment
from tests.conformance.lrs.door import Door, new_id, requirement
from tests.conformance.lrs.parts import ACTIVITY, AGENTS, GROUPS, REFERENCE, VERB, VOIDED, plain, whole, within

pytestmark = pytest.mark.conformance


@requirement("XAPI-00168", "XAPI-00171")
def test_identifiers_alone_are_what_identifies(door: Door) -> None:
    statement = within({**whole(), "actor": GROUPS["mbox"]})
    number = door.stored(statement)
    for asked in ({"statementId": number, "format": "ids"},):
        kept = door.call("GET", "statements", asked).json()
        assert kept["actor"] == {"objectType": "Agent", "mbox": AGENTS["mbox"]["mbox"]}
        assert kept["verb"] == {"id": VERB["id"]}
        assert kept["object"]["actor"] == {"objectType": "Group", "mbox": GROUPS["mbox"]["mbox"]}
        assert kept["object"]["verb"] == {"id": VERB["id"]}
        assert kept["object"]["object"] == {"id": ACTIVITY["id"]}
        near = kept["object"]["context"]
        assert near["contextActivities"] == {"category": [{"id": "https://example.org/courses/1"}]}
        assert near["instructor"] == AGENTS["openid"]
        assert "name" not in near["team"]
    nameless = {"objectType": "Group", "name": "Us", "member": [AGENTS["mbox"]]}
    number = door.stored({**plain(), "actor": nameless})
    kept = door.call("GET", "statements", {"statementId": number, "format": "ids"}).json()
    assert kept["actor"] == {"objectType": "Group", "member": [{"objectType": "Agent", "mbox": AGENTS["mbox"]["mbox"]}]}


@requirement("XAPI-00169", "XAPI-00172")
def test_canonical_is_in_the_language_asked_for_with_all_that_is_known(door: Door) -> None:
    own = f"https://example.org/lessons/{new_id()}"
    lesson = {"objectType": "Activity", "id": own, "definition": {"name": {"en-GB": "Bread", "sv": "Bröd"}}}
    number = door.stored({**within({**whole(), "object": lesson}), "actor": AGENTS["mbox"]})
    door.stored({**plain(), "object": {"id": own, "definition": {"name": {"fr": "Pain"}, "type": "urn:x:lesson"}}})
    asked = {"statementId": number, "format": "canonical"}
    for wanted, tried, bread in (
        ("en-GB", "tried", {"en-GB": "Bread"}),
        ("sv, en;q=0.5", "provade", {"sv": "Bröd"}),
        ("fr-CA", "tried", {"fr": "Pain"}),
        ("", "tried", {"en-GB": "Bread"}),
        ("en-US;q=oops, sv;q=0.1", "provade", {"sv": "Bröd"}),
    ):
        kept = door.call("GET", "statements", asked, headers={"Accept-Language": wanted}).json()
        assert list(kept["verb"]["display"].values()) == [tried], wanted
        assert list(kept["object"]["verb"]["display"].values()) == [tried]
        assert kept["object"]["object"]["definition"] == {"name": bread, "type": "urn:x:lesson"}
        assert kept["actor"] == AGENTS["mbox"]
    exact = door.call("GET", "statements", {"statementId": number}, headers={"Accept-Language": "en-GB"}).json()
    assert exact["verb"] == VERB


@requirement("XAPI-00172")
def test_what_stands_around_is_in_the_language_asked_for_too(door: Door) -> None:
    words = {"en-GB": "A course", "en-US": "A class"}
    course = {"id": f"https://example.org/courses/{new_id()}", "definition": {"name": words, "description": words}}
    number = door.stored({**plain(), "context": {"contextActivities": {"category": course}}})
    for how, expected in (("canonical", {"en-GB": "A course"}), ("exact", words)):
        asked = {"statementId": number, "format": how}
        kept = door.call("GET", "statements", asked, headers={"Accept-Language": "en-GB"}).json()
        (near,) = kept["context"]["contextActivities"]["category"]
        assert near["definition"] == {"name": expected, "description": expected}


@requirement("XAPI-00124")
def test_a_duration_may_be_finer_than_a_hundredth_of_a_second(door: Door) -> None:
    length = "P1DT12H36M0.12567S"
    number = door.stored({**plain(), "result": {"duration": length}})
    assert door.call("GET", "statements", {"statementId": number}).json()["result"]["duration"] == length


def test_an_iri_is_kept_and_compared_as_it_was_written(door: Door) -> None:
    own = new_id()
    crooked, straight = f"https://example.org/a/../{own}", f"https://example.org/{own}"
    door.stored({**plain(), "object": {"id": crooked, "definition": {"name": {"en": "Bread"}}}})
    assert door.call("GET", "activities", {"activityId": crooked}).json()["id"] == crooked
    assert door.call("GET", "activities", {"activityId": straight}).json() == {"objectType": "Activity", "id": straight}


def test_a_statement_says_when_it_was_stored(door: Door) -> None:
    number = door.stored(plain())
    answer = door.call("GET", "statements", {"statementId": number})
    stored = moment(answer.json()["stored"], "stored")
    assert parsedate_to_datetime(answer.headers["Last-Modified"]) == stored.replace(microsecond=0)


@requirement("XAPI-00017")
def test_what_voids_what_is_not_here_is_taken(door: Door) -> None:
    assert door.post({**plain(), "verb": VOIDED, "object": REFERENCE}).status_code == 200
