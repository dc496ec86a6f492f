"""The doors of consent: strict shapes, proven callers, and no answer that is our own fault."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.trust.consent.conftest import DIPLOMAS, HUB, RIVAL, SCHOOL, WORKS, World

DOORS = ("grants", "ended", "tokens", "uses", "reports")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
members = st.sampled_from(
    ["credential", "token", "grant", "state", "at", "dataset", "what", "happened", "id", "by", "outcome", "reason"]
)


def post(world: World, node: str, door: str, body: object, caller: str | None) -> Any:
    headers = {"Authorization": f"Bearer {caller}"} if caller else {}
    return world[node].client.post(f"/consent/{door}", json=body, headers=headers)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(door=st.sampled_from(DOORS), body=json_values | st.dictionaries(members, json_values, max_size=6))
def test_no_body_makes_a_door_fall(world: World, door: str, body: object) -> None:
    assert 400 <= post(world, HUB, door, body, RIVAL).status_code < 500


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(door=st.sampled_from(DOORS), body=st.binary(max_size=200))
def test_no_bytes_make_a_door_fall(world: World, door: str, body: bytes) -> None:
    reply = world[HUB].client.post(
        f"/consent/{door}",
        content=body,
        headers={"Authorization": f"Bearer {RIVAL}", "Content-Type": "application/json"},
    )
    assert 400 <= reply.status_code < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120), moment=st.text(max_size=40), kinds=st.lists(st.text(max_size=30), max_size=5))
def test_well_shaped_nonsense_is_answered_and_nothing_is_invented(
    world: World, text: str, moment: str, kinds: list[str]
) -> None:
    happened = {"id": "release-123", "at": moment, "by": text, "outcome": "refused"}
    for door, body in (
        ("grants", {"credential": text}),
        ("ended", {"grant": text, "state": "revoked", "at": moment}),
        ("tokens", {"grant": text, "what": kinds}),
        ("uses", {"token": text, "what": kinds}),
        ("reports", {"grant": text, "dataset": text, "what": kinds, "happened": happened}),
    ):
        assert post(world, HUB, door, body, SCHOOL).status_code in (400, 403, 404, 422)


@pytest.mark.parametrize("caller", [None, "did:web:stranger.example"])
@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("grants", {"credential": "x"}),
        ("ended", {"grant": "grant-12345", "state": "revoked", "at": ""}),
        ("tokens", {"grant": "grant-12345", "what": []}),
        ("uses", {"token": "x", "what": []}),
    ],
)
def test_who_is_no_member_gets_nothing(world: World, caller: str | None, door: str, body: object) -> None:
    assert post(world, HUB, door, body, caller).status_code == 401


def test_a_use_is_answered_to_the_grants_provider_alone(world: World) -> None:
    grant = world.granted(kinds=("diploma",), recipient=HUB)
    question = {"token": world.token(grant), "what": ["diploma"]}
    for stranger in (WORKS, RIVAL):
        reply = post(world, HUB, "uses", question, stranger)
        assert (reply.status_code, reply.json()["code"]) == (404, "NotFound")
    assert post(world, HUB, "uses", question, SCHOOL).json() == {"live": True, "code": "", "reason": ""}
    assert world.outcomes() == ["asked", "granted", "used"]


def test_a_token_is_given_to_the_grants_recipient_alone(world: World) -> None:
    grant = world.granted()
    question = {"grant": grant.id, "what": ["plan"]}
    for stranger in (SCHOOL, RIVAL):
        assert post(world, HUB, "tokens", question, stranger).status_code == 404
    answer = post(world, HUB, "tokens", question, WORKS).json()
    assert answer["token"]
    assert (answer["code"], answer["reason"]) == ("", "")


@pytest.mark.parametrize("what", [["diploma", "transcript"], []])
def test_a_use_beyond_the_grant_is_refused_and_logged(world: World, what: list[str]) -> None:
    grant = world.granted(kinds=("diploma",), recipient=HUB)
    answer = post(world, HUB, "uses", {"token": world.token(grant), "what": what}, SCHOOL).json()
    assert (answer["live"], answer["code"]) == (False, "ConsentMissing")
    with world[HUB].database.reading() as work:
        assert world[HUB].consents.log(work, "person-ada")[0].code == "ConsentMissing"


def test_a_token_beyond_the_grant_is_not_made_and_the_wish_is_logged(world: World) -> None:
    grant = world.granted(kinds=("plan",))
    answer = post(world, HUB, "tokens", {"grant": grant.id, "what": ["plan", "health"]}, WORKS).json()
    assert (answer["token"], answer["code"]) == ("", "ConsentMissing")
    assert world.outcomes()[-1] == "refused"


def test_a_report_that_comes_twice_or_from_the_future_is_one_line_of_now(world: World) -> None:
    grant = world.granted(kinds=("diploma",), recipient=HUB)
    happened = {"id": "release-1", "at": "2099-01-01T00:00:00Z", "by": HUB, "outcome": "refused"}
    told = {"grant": grant.id, "dataset": DIPLOMAS, "what": ["diploma"], "happened": happened}
    for _ in range(2):
        assert post(world, HUB, "reports", told, SCHOOL).status_code == 204
    assert world.outcomes() == ["asked", "granted", "refused"]
    with world[HUB].database.reading() as work:
        assert world[HUB].consents.log(work, "person-ada")[0].at == world.clock()


def test_nobody_can_report_a_use_that_was_not_asked_for(world: World) -> None:
    grant = world.granted(kinds=("diploma",), recipient=HUB)
    happened = {"id": "release-1", "at": "2026-11-21T12:00:00Z", "by": HUB, "outcome": "used"}
    told = {"grant": grant.id, "dataset": DIPLOMAS, "what": ["diploma"], "happened": happened}
    assert post(world, HUB, "reports", told, SCHOOL).status_code in (400, 422)


def test_a_node_that_keeps_no_consents_says_so(world: World) -> None:
    question = {"grant": "grant-12345", "what": ["diploma"]}
    assert post(world, WORKS, "tokens", question, SCHOOL).status_code == 404
