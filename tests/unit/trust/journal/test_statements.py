"""What nodes sign for each other about their journals, and whatever comes in its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, Refused
from skillspace.trust.journal import read_answer
from skillspace.trust.journal.statements import (
    ACKNOWLEDGEMENT_TYPE,
    CHECKPOINT_TYPE,
    check_signature,
    read_acknowledgement,
    read_checkpoint,
)
from skillspace.wire.jose import sign_jwt
from tests.unit.trust.journal.conftest import HUB, SCHOOL, World, deliver

HASH = "ab" * 32


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 0},
        {"number": 1.0},
        {"number": True},
        {"number": "1"},
        {"number": 2**60},
        {"hash": HASH.upper()},
        {"hash": None},
        {"at": "2026-11-21"},
        {"at": "2026-13-41T99:00:00.000Z"},
        {"at": 1},
        {"iss": ""},
        {"iss": [SCHOOL]},
        {"extra": 1},
    ],
)
def test_a_checkpoint_says_exactly_what_it_says(world: World, changes: dict[str, object]) -> None:
    claims: dict[str, object] = {"iss": SCHOOL, "number": 1, "hash": HASH, "at": "2026-11-21T12:00:00.000Z"}
    token = sign_jwt(claims | changes, world[SCHOOL].key, typ=CHECKPOINT_TYPE)
    with pytest.raises(BadInput):
        read_checkpoint(token)
    assert deliver(world, SCHOOL, token).status_code == 400


def test_no_statement_passes_for_another(world: World) -> None:
    key = world[SCHOOL].key
    claims: dict[str, object] = {"iss": SCHOOL, "number": 1, "hash": HASH, "at": "2026-11-21T12:00:00.000Z"}
    for typ in ("JWT", ACKNOWLEDGEMENT_TYPE, "vc+jwt"):
        with pytest.raises(BadInput):
            read_checkpoint(sign_jwt(claims, key, typ=typ))
    with pytest.raises(BadInput):
        read_acknowledgement(sign_jwt(claims, key, typ=CHECKPOINT_TYPE))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(body=json_values | st.dictionaries(st.sampled_from(["checkpoint", "x"]), json_values, max_size=2))
def test_no_body_makes_the_door_fall(world: World, body: object) -> None:
    reply = world[HUB].client.post("/journal/checkpoints", json=body, headers={"Authorization": f"Bearer {SCHOOL}"})
    assert 400 <= reply.status_code < 500


@quick
@given(body=st.binary(max_size=200), did=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_no_bytes_and_no_name_make_the_doors_fall(world: World, body: bytes, did: str) -> None:
    headers = {"Authorization": f"Bearer {HUB}", "Content-Type": "application/json"}
    assert 400 <= world[HUB].client.post("/journal/checkpoints", content=body, headers=headers).status_code < 500
    address = f"/journal/checkpoints/{did.encode().hex()}"
    assert world[HUB].client.get(address, headers=headers).status_code == 200
    assert 400 <= world[HUB].client.get(f"{address}?after=x", headers=headers).status_code < 500


@quick
@given(
    claims=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("iss", "sub", "number", "hash", "at", "exp"), json_values),
    ),
    typ=st.sampled_from([CHECKPOINT_TYPE, ACKNOWLEDGEMENT_TYPE, "JWT"]),
)
def test_whatever_is_signed_is_read_or_refused(world: World, claims: dict[str, object], typ: str) -> None:
    try:
        token = sign_jwt(claims, world[SCHOOL].key, typ=typ)
    except BadInput:
        return
    for read in (read_checkpoint, read_acknowledgement):
        with pytest.raises(BadInput):
            read(token)


@quick
@given(text=st.text(max_size=60))
def test_whatever_comes_as_a_token_is_refused(world: World, text: str) -> None:
    for read in (read_checkpoint, read_acknowledgement):
        with pytest.raises(BadInput):
            read(text)
    with pytest.raises((BadInput, InvalidSignature, NotFound, Refused)):
        check_signature(text, SCHOOL, world.resolve_key)


members = st.sampled_from(["witness", "checkpoints", "forks", "checkpoint", "acknowledgement"])
answers: Any = st.dictionaries(members, json_values | st.lists(st.dictionaries(members, json_values)), max_size=4)


@quick
@given(content=json_values | answers)
def test_whatever_a_witness_answers_is_read_or_refused(world: World, content: object) -> None:
    try:
        answer = read_answer(json.loads(json.dumps(content)))
    except BadInput:
        return
    verdict = world[SCHOOL].verify(answer)
    assert verdict.entries == 0
