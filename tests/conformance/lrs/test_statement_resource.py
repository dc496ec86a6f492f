"""The resource of statements: storing and never changing them, finding them, voiding, formats and pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from skillspace.kernel.clock import now
from skillspace.records.statements import Version, moment
from tests.conformance.lrs.door import Door, new_id, requirement
from tests.conformance.lrs.parts import ACTIVITY, AGENTS, REFERENCE, VERB, VOIDED, Json, plain, whole, within

pytestmark = pytest.mark.conformance
LONG_AGO = "2012-06-01T19:09:13.245Z"


def fresh() -> Json:
    """A statement with a verb, an actor, an activity, a registration and an instructor that no other one has."""
    own = new_id()
    return {
        "actor": {"mbox": f"mailto:{own}@example.org", "objectType": "Agent"},
        "verb": {"id": f"https://example.org/verbs/{own}", "display": {"en-GB": "x", "en-US": "y"}},
        "object": {"objectType": "Activity", "id": f"https://example.org/lessons/{own}"},
        "context": {
            "registration": own,
            "instructor": {"mbox": f"mailto:teacher-{own}@example.org", "objectType": "Agent"},
            "contextActivities": {"category": {"id": f"https://example.org/courses/{own}"}},
        },
    }


@requirement("XAPI-00139", "XAPI-00143", "XAPI-00144", "XAPI-00145", "XAPI-00146", "XAPI-00147", "XAPI-00159")
def test_statements_are_posted_put_and_got(door: Door) -> None:
    statement = {**plain(), "id": new_id()}
    answer = door.post(statement)
    assert (answer.status_code, answer.json()) == (200, [statement["id"]])
    own = {**plain(), "id": new_id()}
    assert door.call("PUT", "statements", {"statementId": own["id"]}, own).status_code == 204
    assert door.call("PUT", "statements", {"statementId": new_id()}, plain()).status_code == 204
    assert door.call("PUT", "statements", None, own).status_code == 400
    assert door.call("PUT", "statements", {"statementId": new_id()}, own).status_code == 400
    assert door.call("PUT", "statements", {"statementId": own["id"]}, [own]).status_code == 400
    assert door.call("GET", "statements").status_code == 200


@requirement("XAPI-00142")
def test_a_statement_never_changes(door: Door) -> None:
    statement = {**plain(), "id": new_id()}
    other = {**statement, "verb": {"id": "https://example.org/verbs/other"}}
    assert door.call("PUT", "statements", {"statementId": statement["id"]}, statement).status_code == 204
    assert door.call("PUT", "statements", {"statementId": statement["id"]}, other).status_code == 409
    assert door.post(other).status_code == 409
    assert door.post(statement).status_code == 200, "the same one again changes nothing"
    kept = door.call("GET", "statements", {"statementId": statement["id"]}).json()
    assert kept["verb"] == statement["verb"]


@requirement("XAPI-00326", "XAPI-00182")
def test_of_several_statements_all_are_stored_or_none(door: Door) -> None:
    right, wrong = {**plain(), "id": new_id()}, {**plain(), "id": new_id(), "verb": {"id": "should fail"}}
    assert door.post([right, wrong]).status_code == 400
    assert door.call("GET", "statements", {"statementId": right["id"]}).status_code == 404
    assert door.post([right, right]).status_code == 400
    assert door.call("GET", "statements", {"statementId": right["id"]}).status_code == 404


@requirement("XAPI-00026", "XAPI-00097", "XAPI-00099", "XAPI-00332", "XAPI-00023")
def test_the_store_fills_in_what_is_its_own(door: Door) -> None:
    number = door.stored({**plain(), "stored": "2011-07-15T00:00:00.000Z", "authority": AGENTS["openid"]})
    kept = door.call("GET", "statements", {"statementId": number}).json()
    assert kept["id"] == number
    assert abs(moment(kept["stored"], "stored") - datetime.now(UTC)) < timedelta(minutes=1)
    assert len(kept["stored"].partition(".")[2]) > 3
    assert kept["timestamp"] == kept["stored"]
    assert kept["authority"]["account"] == {"homePage": "https://school.example.org", "name": "tool"}
    told = {**plain(), "id": new_id(), "version": door.version.value}
    door.stored(told)
    assert door.call("GET", "statements", {"statementId": told["id"]}).json()["version"] == door.version.value


@requirement("XAPI-00002", "XAPI-00015", "XAPI-00122", "XAPI-00330", "XAPI-00170")
def test_what_was_said_is_kept_as_it_was_said(door: Door) -> None:
    statement = whole()
    statement["id"] = new_id()
    statement["result"]["score"] = {"min": 0.12123434, "raw": 12.125, "max": 45.45, "scaled": 0.12123434}
    statement["verb"]["display"]["ja-JP"] = "出席した"
    statement["timestamp"] = "2013-05-18T05:32:34.804123Z"
    door.stored(statement)
    kept = door.call("GET", "statements", {"statementId": statement["id"], "format": "exact"}).json()
    for name in ("actor", "verb", "object", "result", "timestamp"):
        assert kept[name] == statement[name]


def test_from_2_0_on_timestamps_are_in_utc(opened: Door) -> None:
    for version, expected in (
        (Version.V1_0, "2013-05-18T05:32:34+02:00"),
        (Version.V2_0, "2013-05-18T03:32:34.000000Z"),
    ):
        opened.version = version
        number = opened.stored({**plain(), "timestamp": "2013-05-18T05:32:34+02:00"})
        assert opened.call("GET", "statements", {"statementId": number}).json()["timestamp"] == expected


@requirement("XAPI-00096")
@pytest.mark.parametrize("relation", ["parent", "grouping", "category", "other"])
@pytest.mark.parametrize("inner", [False, True])
def test_activities_around_it_come_back_as_a_list(door: Door, relation: str, inner: bool) -> None:
    statement = {**plain(), "context": {"contextActivities": {relation: ACTIVITY}}}
    number = door.stored(within(statement) if inner else statement)
    kept = door.call("GET", "statements", {"statementId": number}).json()
    holder = kept["object"] if inner else kept
    assert holder["context"]["contextActivities"][relation] == [ACTIVITY]


@requirement("XAPI-00156", "XAPI-00158", "XAPI-00151", "XAPI-00150", "XAPI-00012")
def test_one_statement_is_asked_for_by_its_id_and_nothing_else(door: Door) -> None:
    number = door.stored(plain())
    assert door.call("GET", "statements", {"statementId": number}).json()["id"] == number
    for more in (
        {"agent": AGENTS["mbox"]},
        {"verb": VERB["id"]},
        {"activity": ACTIVITY["id"]},
        {"registration": new_id()},
        {"related_activities": True},
        {"related_agents": True},
        {"since": LONG_AGO},
        {"until": LONG_AGO},
        {"limit": 1},
        {"ascending": True},
    ):
        for name in ("statementId", "voidedStatementId"):
            answer = door.call("GET", "statements", {name: number, **more})
            assert answer.status_code == 400, (name, more)
            assert "X-Experience-API-Consistent-Through" in answer.headers
    both = {"statementId": number, "voidedStatementId": number}
    assert door.call("GET", "statements", both).status_code == 400
    for more in ({"format": "ids"}, {"attachments": True}):
        assert door.call("GET", "statements", {"statementId": number, **more}).status_code == 200
    assert door.call("GET", "statements", {"statementId": new_id()}).status_code == 404


@requirement("XAPI-00012", "XAPI-00324", "XAPI-00325")
@pytest.mark.parametrize(
    "asked",
    [
        {"statementId": "wrong"},
        {"voidedStatementId": "wrong"},
        {"agent": "wrong"},
        {"agent": {"name": "nobody"}},
        {"agent": {"objectType": "Group", "member": [AGENTS["mbox"]]}},
        {"verb": "not.an.iri/verb"},
        {"activity": "not.an.iri/activity"},
        {"registration": "wrong"},
        {"related_agents": "perhaps"},
        {"related_activities": "1"},
        {"ascending": "TRUE"},
        {"attachments": "yes"},
        {"since": "true"},
        {"until": "yesterday"},
        {"limit": "-1"},
        {"limit": "one"},
        {"format": "short"},
        {"foo": "bar"},
        {"LIMIT": "1"},
        *({name[0].upper() + name[1:]: "1"} for name in ("statementId", "agent", "verb", "activity", "registration")),
        *({name.title(): "true"} for name in ("related_activities", "related_agents", "ascending", "attachments")),
        *({name.title(): "1"} for name in ("since", "until", "limit", "format")),
    ],
)
def test_what_cannot_be_asked_is_refused(door: Door, asked: dict[str, Any]) -> None:
    answer = door.call("GET", "statements", asked)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text
    assert "X-Experience-API-Consistent-Through" in answer.headers


@requirement("XAPI-00325")
def test_a_parameter_in_another_case_is_another_one(door: Door) -> None:
    assert door.call("PUT", "statements", {"StatementId": new_id()}, plain()).status_code == 400


@requirement("XAPI-00149", "XAPI-00154", "XAPI-00109", "XAPI-00112", "XAPI-00165")
def test_nothing_found_is_an_answer(door: Door) -> None:
    answer = door.call("GET", "statements", {"verb": "https://example.org/verbs/never"})
    assert answer.json() == {"statements": [], "more": ""}
    assert answer.headers["content-type"] == "application/json"


@requirement("XAPI-00164", "XAPI-00178", "XAPI-00179", "XAPI-00180", "XAPI-00181", "XAPI-00176", "XAPI-00177")
def test_statements_are_found_by_what_they_name_and_no_others(door: Door) -> None:
    one, other = fresh(), fresh()
    number, _ = door.stored(one), door.stored(other)
    inner = door.stored(within(one))
    for asked in (
        {"agent": one["actor"]},
        {"agent": {**one["actor"], "name": "anything"}},
        {"verb": one["verb"]["id"]},
        {"activity": one["object"]["id"]},
        {"registration": one["context"]["registration"]},
        {"registration": one["context"]["registration"].upper()},
    ):
        assert door.found(**asked) == [number], asked
    for name, who in (("actor", one["actor"]), ("instructor", one["context"]["instructor"])):
        assert door.found(agent=who, related_agents=True) == [inner, number], name
    assert door.found(agent=one["context"]["instructor"]) == []
    course = one["context"]["contextActivities"]["category"]
    assert door.found(activity=course["id"]) == []
    assert door.found(activity=course["id"], related_activities=True) == [inner, number]
    assert door.found(activity=one["object"]["id"], related_activities=True) == [inner, number]
    assert door.found(agent=one["actor"], verb=other["verb"]["id"]) == []
    assert door.found(agent=one["actor"], verb=one["verb"]["id"], activity=one["object"]["id"]) == [number]


@requirement("XAPI-00181")
def test_a_statement_is_found_by_whom_it_is_about_and_by_members_of_groups(door: Door) -> None:
    own = {"mbox": f"mailto:{new_id()}@example.org"}
    about = door.stored({**plain(), "object": {**own, "objectType": "Agent"}})
    group = {"objectType": "Group", "member": [own]}
    together = door.stored({**plain(), "actor": group})
    assert door.found(agent=own) == [together, about]
    whole_group = {"objectType": "Group", "mbox": f"mailto:{new_id()}@example.org"}
    as_one = door.stored({**plain(), "actor": whole_group})
    assert door.found(agent=whole_group) == [as_one]


@requirement("XAPI-00166", "XAPI-00173", "XAPI-00174", "XAPI-00175")
@requirement("XAPI-00108", "XAPI-00110", "XAPI-00111", "XAPI-00113", "XAPI-00114")
def test_pages_follow_each_other_in_either_order_and_within_bounds(door: Door) -> None:
    statement = fresh()
    ids = [door.stored(statement) for _ in range(5)]
    verb = statement["verb"]["id"]
    assert door.found(verb=verb) == ids[::-1]
    assert door.found(verb=verb, ascending=True) == ids
    assert door.found(verb=verb, limit=0) == ids[::-1]
    for ascending, expected in ((False, ids[::-1]), (True, ids)):
        page = door.call("GET", "statements", {"verb": verb, "limit": 2, "ascending": ascending}).json()
        read = [one["id"] for one in page["statements"]]
        while page["more"]:
            assert page["more"].startswith("/xapi/statements?")
            later = door.call("GET", page["more"].removeprefix("/xapi/"))
            assert later.status_code == 200
            page = later.json()
            read += [one["id"] for one in page["statements"]]
        assert read == expected
    third = door.call("GET", "statements", {"statementId": ids[2]}).json()["stored"]
    assert door.found(verb=verb, since=third) == [ids[4], ids[3]], "since leaves out the moment itself"
    assert door.found(verb=verb, until=third) == [ids[2], ids[1], ids[0]]
    assert door.found(verb=verb, since=third, until=third) == []
    assert door.found(verb=verb, since=LONG_AGO) == ids[::-1]
    assert door.found(verb=verb, until=LONG_AGO) == []


@requirement("XAPI-00153", "XAPI-00160")
def test_every_answer_says_up_to_when_it_is_whole(door: Door) -> None:
    number = door.stored(plain())
    stored = door.call("GET", "statements", {"statementId": number}).json()["stored"]
    for asked in ({}, {"limit": 1}, {"related_agents": True}, {"related_activities": True}, {"attachments": True}):
        answer = door.call("GET", "statements", asked)
        through = moment(answer.headers["X-Experience-API-Consistent-Through"], "through")
        assert answer.status_code == 200
        assert through >= moment(stored, "stored")


@requirement("XAPI-00153")
def test_a_tool_that_waits_until_all_is_told_waits_for_no_other_post(door: Door) -> None:
    door.stored(plain())
    for asked in ({"limit": 1}, {"statementId": new_id()}):
        before = now()
        answer = door.call("GET", "statements", asked)
        assert moment(answer.headers["X-Experience-API-Consistent-Through"], "through") >= before


@requirement("XAPI-00016", "XAPI-00018", "XAPI-00155", "XAPI-00157", "XAPI-00163")
def test_a_voided_statement_is_got_as_voided_alone(door: Door) -> None:
    number = door.stored(plain())
    assert door.call("GET", "statements", {"voidedStatementId": number}).status_code == 404
    voiding = door.stored({**plain(), "verb": VOIDED, "object": {**REFERENCE, "id": number}})
    assert door.call("GET", "statements", {"statementId": number}).status_code == 404
    assert door.call("GET", "statements", {"voidedStatementId": number}).json()["id"] == number
    again = door.post({**plain(), "verb": VOIDED, "object": {**REFERENCE, "id": voiding}})
    assert again.status_code == 200
    assert door.call("GET", "statements", {"statementId": voiding}).status_code == 200, "no voiding is voided"
    assert number not in door.found()
    assert voiding in door.found()


@requirement("XAPI-00019", "XAPI-00018")
def test_what_voids_may_come_first(door: Door) -> None:
    number = new_id()
    door.stored({**plain(), "verb": VOIDED, "object": {**REFERENCE, "id": number}})
    door.stored({**plain(), "id": number})
    assert door.call("GET", "statements", {"statementId": number}).status_code == 404
    assert door.call("GET", "statements", {"voidedStatementId": number}).status_code == 200
    both = new_id()
    voiding = {**plain(), "verb": VOIDED, "object": {**REFERENCE, "id": both.upper()}}
    assert door.post([voiding, {**plain(), "id": both}]).status_code == 200
    assert door.call("GET", "statements", {"statementId": both}).status_code == 404


@requirement("XAPI-00162")
def test_what_refers_to_a_statement_is_found_by_what_that_one_says(door: Door) -> None:
    statement = fresh()
    number = new_id()
    early = door.stored({**plain(), "object": {**REFERENCE, "id": number}})
    farther = door.stored({**plain(), "object": {**REFERENCE, "id": early}})
    door.stored({**statement, "id": number})
    late = door.stored({**plain(), "object": {**REFERENCE, "id": number}})
    verb = statement["verb"]["id"]
    assert door.found(verb=verb) == [late, number, farther, early]
    assert door.found(agent=statement["actor"], verb=verb) == [late, number, farther, early]
    voiding = door.stored({**plain(), "verb": VOIDED, "object": {**REFERENCE, "id": number}})
    assert door.found(verb=verb) == [voiding, late, farther, early]
    assert door.found(verb=verb, limit=1) == [voiding]


@requirement("XAPI-00162", "XAPI-00174", "XAPI-00175")
def test_what_refers_to_a_voided_statement_is_found_within_bounds_of_its_own(door: Door) -> None:
    statement, number = fresh(), new_id()
    door.stored({**statement, "id": number})
    voiding = door.stored({**plain(), "verb": VOIDED, "object": {**REFERENCE, "id": number}})
    after = door.stored({**plain(), "verb": statement["verb"], "object": {**REFERENCE, "id": number}})
    stored = door.call("GET", "statements", {"statementId": voiding}).json()["stored"]
    asked = {"verb": statement["verb"]["id"]}
    assert door.found(**asked) == [after, voiding]
    assert door.found(**asked, limit=1) == [after]
    assert door.found(**asked, since=LONG_AGO) == [after, voiding]
    assert door.found(**asked, since=stored) == [after]
    assert door.found(**asked, until=stored) == [voiding]


@requirement("XAPI-00164")
def test_everything_may_be_asked_at_once(door: Door) -> None:
    statement = fresh()
    number = door.stored(statement)
    door.stored({**fresh(), "verb": statement["verb"]})
    asked = {
        "agent": statement["actor"],
        "verb": statement["verb"]["id"],
        "activity": statement["object"]["id"],
        "registration": statement["context"]["registration"],
        "related_activities": True,
        "related_agents": True,
        "since": LONG_AGO,
        "until": "2100-01-01T00:00:00.000Z",
        "limit": 1,
        "format": "ids",
        "attachments": False,
        "ascending": True,
    }
    assert door.found(**asked) == [number]


def test_statements_that_refer_to_each_other_in_a_circle_are_found_once(door: Door) -> None:
    one, other = new_id(), new_id()
    statement = fresh()
    assert door.post([{**statement, "id": one, "object": {**REFERENCE, "id": other}}]).status_code == 200
    assert door.post([{**plain(), "id": other, "object": {**REFERENCE, "id": one}}]).status_code == 200
    assert door.found(verb=statement["verb"]["id"]) == [other, one]
