"""The doors of rights: strict shapes, proven callers, and no answer that is our own fault."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import SkillspaceError
from skillspace.records import credentials
from skillspace.trust.rights import read_reply
from skillspace.trust.rights.replies import REPLY_CREDENTIAL
from tests.unit.trust.rights.conftest import HUB, RIVAL, SCHOOL, WORKS, World

POSTS = ("parts", "parts/rightspart-1/supplied", "parts/rightspart-1/collected", "replies")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
members = st.sampled_from(
    [
        *("part", "right", "subject", "asked", "words", "datasets", "kinds", "grants", "corrections", "at", "digest"),
        *("reply", "opens"),
    ]
)
fuzz = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def post(world: World, node: str, door: str, body: object, caller: str | None) -> Any:
    headers = {"Authorization": f"Bearer {caller}"} if caller else {}
    return world[node].client.post(f"/rights/{door}", json=body, headers=headers)


def asked(world: World, **changes: Any) -> dict[str, Any]:
    body = {"part": "rightspart-0001", "right": "access", "subject": world.subject(SCHOOL), "words": ""}
    body |= {"asked": iso(world.clock()), "datasets": [], "kinds": [], "grants": [], "corrections": []}
    return body | changes


@fuzz
@given(door=st.sampled_from(POSTS), body=json_values | st.dictionaries(members, json_values, max_size=8))
def test_no_body_makes_a_door_fall(world: World, door: str, body: object) -> None:
    assert 400 <= post(world, HUB, door, body, RIVAL).status_code < 500


@fuzz
@given(door=st.sampled_from(POSTS), body=st.binary(max_size=200))
def test_no_bytes_make_a_door_fall(world: World, door: str, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {RIVAL}", "Content-Type": "application/json"}
    assert 400 <= world[HUB].client.post(f"/rights/{door}", content=body, headers=headers).status_code < 500


@fuzz
@given(text=st.text(max_size=80), names=st.lists(st.text(max_size=30), max_size=4))
def test_well_shaped_nonsense_is_answered_and_never_a_fault_of_ours(world: World, text: str, names: list[str]) -> None:
    correction = {"item": text, "wrong": text, "right": text}
    for changes in (
        {"words": text, "datasets": names, "corrections": [correction]},
        {"subject": text},
        {"asked": text},
        {"part": text},
    ):
        assert post(world, SCHOOL, "parts", asked(world, **changes), HUB).status_code in (200, 400, 409, 422)
    post(world, SCHOOL, "parts", asked(world), HUB)
    reply = post(world, SCHOOL, "parts/rightspart-0001/supplied", {"words": text, "at": text}, HUB)
    assert reply.status_code in (400, 404, 409, 422)
    headers = {"Authorization": f"Bearer {HUB}", "Rights-Package": text.encode(errors="replace")[:90]}
    for part in ("rightspart-0001", "x" * 300, "..%2f..%2fetc"):
        assert world[SCHOOL].client.get(f"/rights/parts/{part}/package", headers=headers).status_code in (404, 422)


@pytest.mark.parametrize(
    "changes",
    [
        {"right": "everything"},
        {"words": "x" * 4001},
        {"words": "a\x00b"},
        {"datasets": [""]},
        {"datasets": ["x"] * 101},
        {"corrections": [{"item": "a", "wrong": "b", "right": "c"}] * 51},
        {"part": "../../../../x"},
        {"part": "short"},
        {"extra": 1},
        {"asked": "yesterday"},
        {"asked": "9999-12-31T23:59:59-23:59"},
    ],
)
def test_a_request_out_of_shape_is_refused(world: World, changes: dict[str, Any]) -> None:
    assert post(world, SCHOOL, "parts", asked(world, **changes), HUB).status_code in (400, 422)


@pytest.mark.parametrize("caller", [None, "did:web:stranger.example"])
@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("parts/rightspart-0001/withdrawn", None),
        ("parts/rightspart-0001/lifted", None),
        ("parts/rightspart-0001/supplied", {"words": "", "at": "2026-11-21T12:00:00Z"}),
        ("parts/rightspart-0001/collected", {"digest": "0" * 64}),
        ("replies", {"reply": "x"}),
    ],
)
def test_who_is_no_member_gets_nothing(world: World, caller: str | None, door: str, body: object) -> None:
    assert post(world, HUB, door, body, caller).status_code == 401


def test_a_node_that_keeps_no_cases_takes_no_words(world: World) -> None:
    assert post(world, SCHOOL, "replies", {"reply": "x"}, WORKS).status_code == 404


@fuzz
@given(
    changes=st.dictionaries(
        st.sampled_from(
            [
                *("part", "right", "number", "move", "at", "received", "country", "words", "complaint", "ground"),
                *("deleted", "kept", "package", "else"),
            ]
        ),
        json_values,
        min_size=1,
        max_size=4,
    )
)
def test_whatever_an_organisation_signs_is_read_strictly_or_refused(world: World, changes: dict[str, object]) -> None:
    now = world.clock()
    subject: dict[str, object] = {"part": "rightspart-0001", "right": "access", "number": 1, "move": "answer"}
    subject |= {"at": iso(now), "received": iso(now), "country": "SE", "words": ""}
    try:
        token = credentials.issue(
            REPLY_CREDENTIAL,
            subject | changes,
            issuer_key=world[SCHOOL].key,
            issuer_did=SCHOOL,
            subject_did="urn:skillspace:rightspart-0001",
            at=now,
        )
    except (SkillspaceError, UnicodeEncodeError):
        return
    try:
        found = read_reply(token, world.resolve_key, now, organisation=SCHOOL)
    except SkillspaceError:
        return
    assert found.received <= found.at <= now
    assert found.number >= 1


@fuzz
@given(token=st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_-]{1,60}"))
def test_no_text_makes_the_reader_fall(world: World, token: str) -> None:
    with pytest.raises(SkillspaceError):
        read_reply(token, world.resolve_key, world.clock(), organisation=SCHOOL)
