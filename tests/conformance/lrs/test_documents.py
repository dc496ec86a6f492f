"""The resources of documents: state, profiles of activities and of agents; merging, and never overwriting unseen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from skillspace.records.statements import Version, written
from tests.conformance.lrs.door import Door, new_id, requirement
from tests.conformance.lrs.parts import AGENTS, MEMBERS

pytestmark = pytest.mark.conformance
STATE, ACTIVITY, AGENT = "activities/state", "activities/profile", "agents/profile"
NEW = {"If-None-Match": "*"}


def place(resource: str) -> dict[str, Any]:
    """Where a document of nobody else is."""
    lesson = {"activityId": f"https://example.org/lessons/{new_id()}"}
    who = {"agent": {"account": {"homePage": "https://school.example.org", "name": new_id()}}}
    return {
        STATE: {**lesson, **who, "stateId": new_id()},
        ACTIVITY: {**lesson, "profileId": new_id()},
        AGENT: {**who, "profileId": new_id()},
    }[resource]


def own(resource: str) -> str:
    return "stateId" if resource == STATE else "profileId"


def around(resource: str, where: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in where.items() if name != own(resource)}


@requirement("XAPI-00140", "XAPI-00187", "XAPI-00188", "XAPI-00189", "XAPI-00190", "XAPI-00191", "XAPI-00192")
@requirement("XAPI-00216", "XAPI-00217", "XAPI-00230", "XAPI-00231", "XAPI-00233")
@requirement("XAPI-00259", "XAPI-00269", "XAPI-00271", "XAPI-00272", "XAPI-00273", "XAPI-00274", "XAPI-00280")
@requirement("XAPI-00282", "XAPI-00283", "XAPI-00285", "XAPI-00286", "XAPI-00287", "XAPI-00288", "XAPI-00290")
@requirement("XAPI-00291", "XAPI-00292", "XAPI-00293", "XAPI-00310", "XAPI-00311", "XAPI-00312")
@pytest.mark.parametrize("resource", [STATE, ACTIVITY, AGENT])
def test_a_document_is_put_posted_got_and_deleted(door: Door, resource: str) -> None:
    for method, headers in (("POST", {}), ("PUT", NEW)):
        where, document = place(resource), {"name": new_id()}
        assert door.call(method, resource, where, document, headers).status_code == 204
        got = door.call("GET", resource, where)
        assert (got.status_code, got.json()) == (200, document)
        assert got.headers["content-type"] == "application/json"
        assert door.call("DELETE", resource, where).status_code == 204
        assert door.call("GET", resource, where).status_code == 404
    assert door.call("DELETE", resource, place(resource)).status_code == 204, "what is not there is gone"


@pytest.mark.parametrize("resource", [STATE, ACTIVITY, AGENT])
def test_a_document_may_be_anything_and_comes_back_as_it_was(door: Door, resource: str) -> None:
    where, body = place(resource), bytes(range(256))
    headers = {**NEW, "Content-Type": "application/octet-stream"}
    assert door.call("PUT", resource, where, body, headers).status_code == 204
    got = door.call("GET", resource, where)
    assert (got.content, got.headers["content-type"]) == (body, "application/octet-stream")


@requirement("XAPI-00196", "XAPI-00197", "XAPI-00198", "XAPI-00199", "XAPI-00200", "XAPI-00201", "XAPI-00202")
@requirement("XAPI-00203", "XAPI-00206", "XAPI-00207", "XAPI-00208", "XAPI-00209", "XAPI-00210", "XAPI-00211")
@requirement("XAPI-00212", "XAPI-00213", "XAPI-00214", "XAPI-00215", "XAPI-00235")
@requirement("XAPI-00255", "XAPI-00256", "XAPI-00257", "XAPI-00258", "XAPI-00261", "XAPI-00262", "XAPI-00263")
@requirement("XAPI-00264", "XAPI-00265", "XAPI-00266", "XAPI-00267", "XAPI-00284")
@requirement("XAPI-00296", "XAPI-00297", "XAPI-00298", "XAPI-00299", "XAPI-00300", "XAPI-00301", "XAPI-00302")
@pytest.mark.parametrize("resource", [STATE, ACTIVITY, AGENT])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_what_is_missing_or_wrong_in_the_address_is_refused(door: Door, resource: str, method: str) -> None:
    where = place(resource)

    def answered(asked: Mapping[str, Any]) -> int:
        body = None if method in ("GET", "DELETE") else {"name": "x"}
        return door.call(method, resource, asked, body, NEW if method == "PUT" else {}).status_code

    for name in around(resource, where):
        assert answered({key: value for key, value in where.items() if key != name}) == 400, f"no {name}"
    if method in ("PUT", "POST") or (method == "DELETE" and resource != STATE):
        assert answered(around(resource, where)) == 400
    if "agent" in where:
        for wrong in (
            "true",
            "not JSON",
            '{"objectType":"Agent"',
            {"name": "x"},
            {"objectType": "Group", "member": MEMBERS},
        ):
            assert answered({**where, "agent": wrong}) == 400, wrong
    if "activityId" in where:
        assert answered({**where, "activityId": "not.an.iri"}) == 400
    for odd in ("more", "StateId", "ProfileId", "method"):
        assert answered({**where, odd: "x"}) == 400
    if resource == STATE:
        assert answered({**where, "registration": "true"}) == 400
    else:
        assert answered({**where, "registration": new_id()}) == 400, "profiles have none"


@requirement("XAPI-00218", "XAPI-00219", "XAPI-00220", "XAPI-00227")
def test_each_registration_has_a_state_of_its_own(door: Door) -> None:
    where = place(STATE)
    attempts = [{**where, "registration": new_id()} for _ in range(2)]
    for number, attempt in enumerate(attempts):
        method = "PUT" if number else "POST"
        assert door.call(method, STATE, attempt, {"attempt": number}).status_code == 204
    assert door.call("GET", STATE, where).status_code == 404
    assert [door.call("GET", STATE, attempt).json()["attempt"] for attempt in attempts] == [0, 1]
    other = {**attempts[0], "registration": str(attempts[0]["registration"]).upper()}
    assert door.call("GET", STATE, other).json() == {"attempt": 0}
    assert door.call("DELETE", STATE, attempts[0]).status_code == 204
    assert door.call("GET", STATE, attempts[0]).status_code == 404
    assert door.call("GET", STATE, attempts[1]).status_code == 200


@requirement("XAPI-00193", "XAPI-00195", "XAPI-00204", "XAPI-00221", "XAPI-00222")
@requirement("XAPI-00260", "XAPI-00268", "XAPI-00270", "XAPI-00275")
@requirement("XAPI-00289", "XAPI-00294", "XAPI-00295", "XAPI-00303")
@pytest.mark.parametrize("resource", [STATE, ACTIVITY, AGENT])
def test_the_names_of_documents_are_listed_those_changed_since(door: Door, resource: str) -> None:
    where = place(resource)
    other = {**where, own(resource): new_id()}
    for one in (where, other):
        assert door.call("POST", resource, one, {"x": 1}).status_code == 204
    everything = sorted([where[own(resource)], other[own(resource)]])
    a_minute = timedelta(minutes=1)
    for since, expected in ((None, everything), (-a_minute, everything), (a_minute, [])):
        asked = around(resource, where)
        if since is not None:
            asked["since"] = written(datetime.now(UTC) + since)
        got = door.call("GET", resource, asked)
        assert (got.status_code, got.json()) == (200, expected)
    for wrong in ("not a timestamp", "true", ""):
        assert door.call("GET", resource, {**around(resource, where), "since": wrong}).status_code == 400


@requirement("XAPI-00194")
def test_all_states_of_somebody_in_an_activity_go_at_once_and_no_others(door: Door) -> None:
    where, other = place(STATE), place(STATE)
    for one in (where, {**where, "stateId": new_id()}, other):
        door.call("POST", STATE, one, {"x": 1})
    assert door.call("DELETE", STATE, around(STATE, where)).status_code == 204
    assert door.call("GET", STATE, around(STATE, where)).json() == []
    assert door.call("GET", STATE, other).status_code == 200


@requirement("XAPI-00183", "XAPI-00184", "XAPI-00234", "XAPI-00279", "XAPI-00309")
@pytest.mark.parametrize("resource", [STATE, ACTIVITY, AGENT])
def test_json_is_merged_at_its_outermost(door: Door, resource: str) -> None:
    where = place(resource)
    door.call("POST", resource, where, {"car": {"make": "A", "model": "B"}, "driver": "C"})
    assert door.call("POST", resource, where, {"car": {"make": "D"}, "series": 1}).status_code == 204
    assert door.call("GET", resource, where).json() == {"car": {"make": "D"}, "driver": "C", "series": 1}


@requirement("XAPI-00229", "XAPI-00232", "XAPI-00278", "XAPI-00281", "XAPI-00308", "XAPI-00313", "XAPI-00314")
@pytest.mark.parametrize("resource", [STATE, ACTIVITY, AGENT])
def test_what_cannot_be_merged_changes_nothing(door: Door, resource: str) -> None:
    where = place(resource)
    door.call("POST", resource, where, {"name": "x"})
    for body, kind in (
        ("abcdefg", "not/json"),
        ("abcdefg", "application/octet-stream"),
        ("abc", "application/x-www-form-urlencoded"),
        ('{"a":1}{', "application/json"),
        ('{"a":1}[', "application/json"),
        ("[1]", "application/json"),
    ):
        assert door.call("POST", resource, where, body, {"Content-Type": kind}).status_code == 400
        assert door.call("GET", resource, where).json() == {"name": "x"}
    other = place(resource)
    door.call("PUT", resource, other, "/ asdf /", {**NEW, "Content-Type": "application/octet-stream"})
    assert door.call("POST", resource, other, {"name": "x"}).status_code == 400
    assert door.call("GET", resource, other).text == "/ asdf /"
    fresh = place(resource)
    assert door.call("POST", resource, fresh, "{", {"Content-Type": "application/json"}).status_code == 400
    assert door.call("GET", resource, fresh).status_code == 404


@requirement("XAPI-00322")
@pytest.mark.parametrize("resource", [STATE, ACTIVITY, AGENT])
def test_a_document_is_changed_only_by_who_knows_it(door: Door, resource: str) -> None:
    where, document = place(resource), {"name": "x"}
    door.call("POST", resource, where, document)
    etag = door.call("GET", resource, where).headers["ETag"]
    assert etag[0] == etag[41] == '"'
    assert set(etag[1:41]) <= set("0123456789abcdef")
    assert len(etag) == 42
    for wrong in ('"1234"', "1234", f'"{"1" * 40}"', '"a", "b"'):
        for method, body in (("PUT", {"y": 1}), ("POST", {"y": 1}), ("DELETE", None)):
            assert door.call(method, resource, where, body, {"If-Match": wrong}).status_code == 412
            assert door.call("GET", resource, where).json() == document
    assert door.call("PUT", resource, where, {"y": 1}, NEW).status_code == 412
    assert door.call("PUT", resource, place(resource), {"y": 1}, {"If-Match": "*"}).status_code == 412
    assert door.call("POST", resource, where, {"z": 1}, {"If-Match": etag}).status_code == 204
    assert door.call("PUT", resource, where, {"y": 1}, {"If-Match": etag}).status_code == 412, "it is another one now"
    etag = door.call("GET", resource, where).headers["ETag"]
    assert door.call("PUT", resource, where, {"y": 2}, {"If-Match": f'"other", W/{etag}'}).status_code == 204
    etag = door.call("GET", resource, where).headers["ETag"]
    assert door.call("DELETE", resource, where, None, {"If-Match": etag}).status_code == 204
    assert door.call("GET", resource, where).status_code == 404


@requirement("XAPI-00322", "XAPI-00273", "XAPI-00287")
@pytest.mark.parametrize("resource", [STATE, ACTIVITY, AGENT])
def test_a_document_is_not_overwritten_unseen(door: Door, resource: str) -> None:
    where = place(resource)
    door.call("POST", resource, where, {"name": "x"})
    answer = door.call("PUT", resource, where, {"name": "y"})
    if door.version is Version.V1_0 and resource == STATE:
        assert answer.status_code == 204, "1.0.3 lets state be overwritten"
        return
    assert answer.status_code == 409
    assert answer.text
    assert door.call("GET", resource, where).json() == {"name": "x"}
    unasked = 204 if door.version is Version.V2_0 else 400
    assert door.call("PUT", resource, place(resource), {"name": "x"}).status_code == unasked


@pytest.mark.parametrize("resource", [STATE, ACTIVITY, AGENT])
def test_a_document_says_when_it_was_changed(door: Door, resource: str) -> None:
    where = place(resource)
    door.call("POST", resource, where, {"name": "x"})
    changed = parsedate_to_datetime(door.call("GET", resource, where).headers["Last-Modified"])
    assert abs(changed - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("resource", [STATE, ACTIVITY, AGENT])
def test_a_document_says_anew_when_it_was_changed_again(
    door: Door, resource: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = place(resource)
    moments = []
    for seconds in (0, 2):
        monkeypatch.setattr(door.database, "clock", lambda later=seconds: datetime.now(UTC) + timedelta(seconds=later))
        assert door.call("POST", resource, where, {"seconds": seconds}).status_code == 204
        moments.append(parsedate_to_datetime(door.call("GET", resource, where).headers["Last-Modified"]))
    assert moments[0] < moments[1]


@requirement("XAPI-00322")
@pytest.mark.parametrize("resource", [STATE, ACTIVITY, AGENT])
def test_a_body_that_is_not_needed_changes_nothing(door: Door, resource: str) -> None:
    where, document = place(resource), {"name": "x"}
    door.call("POST", resource, where, document)
    assert door.call("GET", resource, where, {"name": "y"}).json() == document
    assert door.call("DELETE", resource, where, {"name": "y"}).status_code == 204


def test_one_agent_spelled_in_two_ways_is_one(door: Door) -> None:
    where = place(AGENT)
    door.call("POST", AGENT, where, {"name": "x"})
    other = {**where, "agent": json.dumps({"objectType": "Agent", "name": "Alva", **where["agent"]})}
    assert door.call("GET", AGENT, other).status_code == 200
    assert door.call("GET", AGENT, {**where, "agent": AGENTS["mbox"]}).status_code == 404
