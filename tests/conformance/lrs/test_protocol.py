"""What all resources have in common: versions, who may call, methods, HEAD, forms; and the small resources."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillspace.people.statements import PATH, RecordStore, router
from skillspace.records.statements import Version
from tests.conformance.lrs.door import Door, new_id, requirement
from tests.conformance.lrs.parts import ACTIVITY, AGENTS, MEMBERS, plain

pytestmark = pytest.mark.conformance
RESOURCES = ("statements", "activities", "agents", "activities/state", "activities/profile", "agents/profile")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LESSON = {"activityId": "https://example.org/lessons/1"}
STATE = {**LESSON, "agent": AGENTS["account"], "stateId": "progress"}
#: Each resource with something that is there.
THERE: dict[str, dict[str, Any]] = {
    "statements": {"limit": 1},
    "activities": LESSON,
    "agents": {"agent": AGENTS["mbox"]},
    "activities/state": STATE,
    "activities/profile": {**LESSON, "profileId": "look"},
    "agents/profile": {"agent": AGENTS["account"], "profileId": "look"},
}


@requirement("XAPI-00141", "XAPI-00315", "XAPI-00316", "XAPI-00317", "XAPI-00318", "XAPI-00319")
def test_the_store_says_which_versions_it_speaks(door: Door) -> None:
    versions = door.call("GET", "about").json()["version"]
    older = ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]
    assert versions == (older if door.version is Version.V1_0 else [*older, "2.0.0"])
    nobody = door.call("GET", "about", headers={"Authorization": None, "X-Experience-API-Version": None})
    assert (nobody.status_code, nobody.json()["version"]) == (200, [*older, "2.0.0"])
    assert door.call("POST", "about").status_code == 405


@requirement("XAPI-00321", "XAPI-00331")
@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("named", [None, "0.8", "0.95", "1.1.0", "2.1.0", "3.0", "x", ""])
def test_who_names_no_version_known_here_is_refused_whoever_it_is(door: Door, resource: str, named: str | None) -> None:
    for key in (door.key, f"{door.key}x", None):
        headers = {"X-Experience-API-Version": named, "Authorization": key}
        answer = door.call("GET", resource, THERE[resource], headers=headers)
        assert answer.status_code == 400


@requirement("XAPI-00321", "XAPI-00331")
@pytest.mark.parametrize("resource", RESOURCES)
def test_a_client_that_forgets_the_version_is_refused_in_the_one_it_spoke_last(door: Door, resource: str) -> None:
    door.call("GET", "statements", {"limit": 1})
    for key, told in [(door.key, door.version.value), (f"{door.key}x", "2.0.0"), (None, "2.0.0")]:
        for method in ("GET", "POST", "PUT") if resource == "statements" else ("GET",):
            headers = {"X-Experience-API-Version": None, "Authorization": key}
            answer = door.call(method, resource, headers=headers)
            assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (400, told)


@requirement("XAPI-00333")
@pytest.mark.parametrize(
    ("named", "told"), [("1.0", "1.0.3"), ("1.0.0", "1.0.3"), ("1.0.9", "1.0.3"), ("2.0", "2.0.0"), ("2.0.1", "2.0.0")]
)
def test_the_newest_patch_of_the_version_spoken_is_named(opened: Door, named: str, told: str) -> None:
    answer = opened.call("GET", "statements", headers={"X-Experience-API-Version": named})
    assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (200, told)


@requirement("XAPI-00334", "XAPI-00335")
@pytest.mark.parametrize("resource", RESOURCES)
def test_only_clients_of_the_store_are_let_in(door: Door, resource: str) -> None:
    secret = door.key.partition(" ")[2]
    shown = [None, "", "Basic", "Basic x", f"Basic:{secret}", f"Bearer {secret}", f"Basic {secret}x"]
    shown += [
        f"Basic {base64.b64encode(pair).decode()}" for pair in (b"foo:bar", b"tool:", b":", b"tool", b"\xff:\xff")
    ]
    for key in shown:
        answer = door.call("GET", resource, THERE[resource], headers={"Authorization": key})
        assert answer.status_code == 401, key
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    number = new_id()
    for key in shown:
        refused = door.call("PUT", "statements", {"statementId": number}, plain(), {"Authorization": key})
        assert refused.status_code == 401


@requirement("XAPI-00323")
@pytest.mark.parametrize(
    ("resource", "method"),
    [
        ("statements", "DELETE"),
        ("statements", "PATCH"),
        *((resource, method) for resource in ("activities", "agents") for method in ("PUT", "POST", "DELETE")),
        ("activities/state", "PATCH"),
        ("agents/profile", "OPTIONS"),
    ],
)
def test_a_resource_is_not_used_in_any_other_way(door: Door, resource: str, method: str) -> None:
    answer = door.call(method, resource, THERE[resource], headers={"Authorization": None})
    assert answer.status_code == 405


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_course_in_a_browser_comes_in_from_anywhere_but_by_no_cookie(door: Door, resource: str) -> None:
    page = {"Origin": "https://courses.example.org"}
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,if-match"}
    before = door.call("OPTIONS", resource, headers={**page, **asked, "Authorization": None})
    assert before.status_code == 200
    assert "PUT" in before.headers["Access-Control-Allow-Methods"]
    assert before.headers["Access-Control-Allow-Headers"] == "authorization,if-match"
    refused = door.call("GET", resource, THERE[resource], headers={**page, "Authorization": None, "Cookie": "a=b"})
    got = door.call("GET", resource, THERE[resource], headers=page)
    assert refused.status_code == 401
    for answer in (before, refused, got):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "ETag" in got.headers["Access-Control-Expose-Headers"]


@requirement("XAPI-00125", "XAPI-00126")
@pytest.mark.parametrize("resource", RESOURCES)
def test_head_is_get_without_its_content(door: Door, resource: str) -> None:
    door.stored(plain())
    if "/" in resource:
        assert door.call("POST", resource, THERE[resource], {"x": 1}).status_code == 204
    got = door.call("GET", resource, THERE[resource])
    head = door.call("HEAD", resource, THERE[resource])
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(got.content))
    assert set(got.headers) == set(head.headers)
    assert door.call("HEAD", "statements", {"statementId": new_id()}).status_code == 404


@requirement("XAPI-00236", "XAPI-00237", "XAPI-00238", "XAPI-00239", "XAPI-00240", "XAPI-00241", "XAPI-00242")
@requirement("XAPI-00243", "XAPI-00244", "XAPI-00245", "XAPI-00246", "XAPI-00247", "XAPI-00248", "XAPI-00249")
def test_an_agent_is_a_person_by_what_is_known_of_it(door: Door) -> None:
    for name, agent in AGENTS.items():
        person = door.call("GET", "agents", {"agent": agent}).json()
        assert person["objectType"] == "Person"
        assert person[name] == [agent[name]]
    assert door.call("GET", "agents", {"agent": AGENTS["mbox"]}).json()["name"] == ["Alva Exempelsson"]
    assert door.call("GET", "agents").status_code == 400
    for wrong in ({"name": "Alva"}, "true", {"objectType": "Group", "member": MEMBERS}, "{"):
        assert door.call("GET", "agents", {"agent": wrong}).status_code == 400


@requirement("XAPI-00250", "XAPI-00251", "XAPI-00252", "XAPI-00253", "XAPI-00254")
def test_an_activity_is_all_that_was_said_of_it(door: Door) -> None:
    own = f"https://example.org/lessons/{new_id()}"
    assert door.call("GET", "activities", {"activityId": own}).json() == {"objectType": "Activity", "id": own}
    lesson = {**ACTIVITY, "id": own}
    door.stored({**plain(), "object": lesson})
    assert door.call("GET", "activities", {"activityId": own}).json() == lesson
    door.stored({**plain(), "object": {"id": own, "definition": {"name": {"fr-FR": "réunion"}, "type": "urn:x:y"}}})
    known = door.call("GET", "activities", {"activityId": own}).json()["definition"]
    assert known["name"] == {**ACTIVITY["definition"]["name"], "fr-FR": "réunion"}
    assert known["type"] == "urn:x:y"
    assert known["description"] == ACTIVITY["definition"]["description"]
    for asked in (None, {"activityId": "true"}, {"activityId": own, "more": "x"}):
        assert door.call("GET", "activities", asked).status_code == 400


@requirement("XAPI-00148", "XAPI-00336")
def test_a_form_stands_for_another_request_in_1_0(door_1_0: Door) -> None:
    def sent(method: str, form: dict[str, str], **headers: str | None) -> Any:
        return door_1_0.call("POST", "statements", {"method": method}, urlencode(form), {**FORM, **headers})

    found = sent("GET", {"limit": "1"})
    assert found.status_code == 200
    assert found.json().keys() == {"statements", "more"}
    number, content = new_id(), json.dumps({**plain(), "actor": {"name": "Åsa & Bo", **AGENTS["openid"]}})
    assert sent("PUT", {"statementId": number, "content": content}).status_code == 204
    kept = door_1_0.call("GET", "statements", {"statementId": number}).json()
    assert kept["actor"]["name"] == "Åsa & Bo"
    own = {"Authorization": door_1_0.key, "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
    bare = {"Authorization": None, "X-Experience-API-Version": None}
    assert sent("PUT", {"statementId": new_id(), "content": content, **own}, **bare).status_code == 204
    assert sent("POST", {"content": content}).status_code == 200
    old = {"statementId": new_id(), "content": content, "X-Experience-API-Version": "0.8"}
    assert sent("PUT", old).status_code == 400
    assert sent("DELETE", {"statementId": number}).status_code == 405
    assert sent("PUT", {"statementId": new_id()}).status_code == 400, "no content"
    assert sent("GET", {"limit": "1", "foo": "bar"}).status_code == 400
    assert (
        door_1_0.call("PUT", "statements", {"method": "POST"}, urlencode({"content": content}), FORM).status_code == 400
    )
    assert door_1_0.call("GET", "statements", {"method": "POST"}).status_code == 400
    more = {"method": "PUT", "statementId": number}
    form = urlencode({"statementId": number, "content": content})
    assert door_1_0.call("POST", "statements", more, form, FORM).status_code == 400
    assert door_1_0.call("POST", "statements", {"method": "PUT"}).status_code == 400
    as_json = json.dumps({"statementId": new_id(), "content": content})
    assert door_1_0.call("POST", "statements", {"method": "PUT"}, as_json, FORM).status_code == 400
    assert (
        door_1_0.call("POST", "statements", {"method": "PUT"}, as_json, {"Content-Type": "text/plain"}).status_code
        == 400
    )


def test_documents_too_are_reached_by_forms(door_1_0: Door) -> None:
    where = {"activityId": "https://example.org/forms", "profileId": new_id()}
    put = {**where, "content": '{"x":1}', "If-None-Match": "*", "Content-Length": "7"}
    assert door_1_0.call("POST", "activities/profile", {"method": "PUT"}, urlencode(put), FORM).status_code == 204
    told = {"Content-Type": f"{FORM['Content-Type']}; charset=UTF-8"}
    got = door_1_0.call("POST", "activities/profile", {"method": "GET"}, urlencode(where), told)
    assert (got.json(), got.headers["content-type"]) == ({"x": 1}, "application/json")
    wrong = {**where, "content": "{}", "If-Match": '"no"'}
    assert door_1_0.call("POST", "activities/profile", {"method": "PUT"}, urlencode(wrong), FORM).status_code == 412
    assert door_1_0.call("POST", "activities/profile", {"method": "DELETE"}, urlencode(where), FORM).status_code == 204


def test_from_2_0_on_no_form_stands_for_another_request(opened: Door) -> None:
    opened.version = Version.V2_0
    form = urlencode({"statementId": new_id(), "content": json.dumps(plain())})
    for method in ("GET", "PUT", "POST"):
        assert opened.call("POST", "statements", {"method": method}, form, FORM).status_code == 400
        assert opened.call("POST", "statements", {"method": method}).status_code == 400
        assert opened.call("PUT", "statements", {"method": method}, plain()).status_code == 400


@requirement("XAPI-00108")
def test_the_next_page_is_named_where_the_store_is_reached(door: Door) -> None:
    for _ in range(2):
        door.stored(plain())
    application = FastAPI()
    application.mount(f"/school{PATH}", router(RecordStore(door.database, "https://example.org/school/")))
    headers = {"X-Experience-API-Version": door.version.value, "Authorization": door.key}
    with TestClient(application, headers=headers) as client:
        page = client.get("/school/xapi/statements", params={"limit": 1}).json()
        assert page["more"].startswith("/school/xapi/statements?")
        assert client.get(page["more"]).json()["statements"] != page["statements"]


@pytest.mark.parametrize("query", ["limit=1&limit=2", "agent=%FF", "&".join(f"a{n}=1" for n in range(200))])
def test_an_address_that_cannot_be_read_is_refused(door: Door, query: str) -> None:
    assert door.call("GET", f"statements?{query}").status_code == 400


@requirement("XAPI-00327")
def test_a_client_does_what_it_may_and_nothing_else(door: Door) -> None:
    name = new_id()
    writer, reader = door.let_in(f"{name}-w", "statements/write"), door.let_in(f"{name}-r", "statements/read")
    mine = door.let_in(f"{name}-m", "statements/write", "statements/read/mine")
    state, profile = door.let_in(f"{name}-s", "state"), door.let_in(f"{name}-p", "profile")
    everything = door.let_in(f"{name}-a", "all/read")

    def answers(key: str) -> dict[str, int]:
        told = {"Authorization": key}
        return {
            "write": door.post(plain(), headers=told).status_code,
            "read": door.call("GET", "statements", headers=told).status_code,
            "state": door.call("POST", "activities/state", STATE, {"x": 1}, told).status_code,
            "see state": door.call("GET", "activities/state", STATE, headers=told).status_code,
            "profile": door.call("POST", "agents/profile", THERE["agents/profile"], {"x": 1}, told).status_code,
            "see profile": door.call("GET", "agents/profile", THERE["agents/profile"], headers=told).status_code,
            "forget": door.call("DELETE", "agents/profile", THERE["agents/profile"], headers=told).status_code,
        }

    answers(door.key)
    door.call("POST", "agents/profile", THERE["agents/profile"], {"x": 1})
    nothing = dict.fromkeys(answers(writer), 403)
    assert answers(writer) == nothing | {"write": 200}
    assert answers(reader) == nothing | {"read": 200}
    assert answers(mine) == nothing | {"write": 200, "read": 200}
    assert answers(state) == nothing | {"state": 204, "see state": 200}
    assert answers(everything) == nothing | {"read": 200, "see state": 200, "see profile": 200}
    assert answers(profile) == nothing | {"profile": 204, "see profile": 200, "forget": 204}
    read = door.call("GET", "statements", headers={"Authorization": mine}).json()["statements"]
    assert {one["authority"]["account"]["name"] for one in read} == {f"{name}-m"}
    theirs = door.stored(plain())
    for asked in ("statementId", "voidedStatementId"):
        assert door.call("GET", "statements", {asked: theirs}, headers={"Authorization": mine}).status_code == 404
    assert door.call("GET", "statements", {"statementId": theirs}, headers={"Authorization": reader}).status_code == 200
