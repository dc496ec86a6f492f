"""The doors of chains: who may say what about which hop, and that nothing else does anything."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.clock import iso
from skillspace.kernel.ids import new_id
from skillspace.trust.identity import PeerRefused
from tests.unit.exchange.chains.village import PURPOSE, Village, did

HOPS = ("school", "mill", "works")
WORDS = ("prepare", "go", "taking", "offered", "taken", "keep", "end", "report")
DIGEST = "0" * 64


def say(village: Village, sender: str, to: str, chain: str, word: str, body: Any) -> tuple[int, dict[str, Any]]:
    """Send a message of a node's own making; return status and answer."""
    headers = village[sender].exchange.authentication.headers(did(to)) | {"Content-Type": "application/json"}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = village[to].client.post(f"/chains/{chain}/{word}", headers=headers, content=content)
    return reply.status_code, reply.json()


def preparation(village: Village, **changes: Any) -> dict[str, Any]:
    """A message that lets the mill take part."""
    usual = {
        "hop": 1,
        "attempt": 1,
        "purpose": PURPOSE,
        "deadline": iso(village.clock.moment + timedelta(hours=1)),
        "previous": {"participant": did("school"), "dataset": "marks"},
        "dataset": "mill-service",
        "next": did("works"),
        "hand_on": "a.b.c",
        "max_bytes": 1000,
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def half_way(village: Village) -> str:
    """Run a chain until the mill has its output ready and the neighbour has not heard of it."""
    chain = village.ask(*HOPS)
    for _ in village.steps():
        if village.states(chain).get("mill") == "processed":
            return chain
    raise AssertionError("the mill never worked")


def test_a_node_that_proves_nothing_is_told_nothing(village: Village) -> None:
    for word in WORDS:
        reply = village["mill"].client.post(f"/chains/{new_id('chain')}/{word}", json={"hop": 1, "attempt": 1})
        assert reply.status_code in (401, 403), (word, reply.text)


@pytest.mark.parametrize(
    ("sender", "word", "more"),
    [
        ("press", "end", {"outcome": "cancelled", "reason": "No."}),
        ("school", "end", {"outcome": "cancelled", "reason": "No."}),
        ("works", "end", {"outcome": "failed", "reason": "No."}),
        ("press", "go", {}),
        ("works", "offered", {"digest": DIGEST, "bytes": 1}),
        ("hub", "taken", {"digest": DIGEST, "bytes": 1}),
        ("school", "taken", {"digest": DIGEST, "bytes": 1}),
        ("school", "taking", {"transfer": "urn:x"}),
        ("press", "keep", {}),
    ],
)
def test_only_the_asker_and_the_right_neighbour_move_a_part(
    village: Village, sender: str, word: str, more: dict[str, Any]
) -> None:
    chain = half_way(village)
    status, answer = say(village, sender, "mill", chain, word, {"hop": 1, "attempt": 1, **more})
    assert (status, answer["code"]) == (404, "NotFound")
    assert village.states(chain)["mill"] == "processed"


def test_nobody_reports_for_another_hop(village: Village) -> None:
    chain = half_way(village)
    body = {"hop": 2, "attempt": 1, "state": "fetched"}
    assert say(village, "mill", "hub", chain, "report", body)[0] == 404
    assert say(village, "press", "hub", chain, "report", body)[0] == 404
    assert say(village, "works", "mill", chain, "report", body)[0] == 404


def test_a_message_of_another_attempt_changes_nothing(village: Village) -> None:
    chain = half_way(village)
    end = {"hop": 1, "attempt": 2, "outcome": "failed", "reason": "Later."}
    assert say(village, "hub", "mill", chain, "end", end)[0] == 409
    assert village.states(chain)["mill"] == "processed"


def test_a_message_that_comes_twice_counts_once(village: Village) -> None:
    chain = new_id("chain")
    body = preparation(village)
    assert say(village, "hub", "mill", chain, "prepare", body) == say(village, "hub", "mill", chain, "prepare", body)
    with village["mill"].database.reading() as work:
        assert len(village["mill"].chains.parts(work)) == 1
    assert say(village, "press", "mill", chain, "prepare", body)[0] == 409


def test_wrong_bytes_are_never_taken_for_those_that_were_handed_on(village: Village) -> None:
    chain = half_way(village)
    status, answer = say(
        village, "works", "mill", chain, "taken", {"hop": 1, "attempt": 1, "digest": DIGEST, "bytes": 1}
    )
    assert (status, answer["code"]) == (400, "BrokenChain")
    assert village.states(chain)["mill"] == "processed"


def test_a_forged_promise_of_the_hop_before_ends_the_part(village: Village) -> None:
    chain = village.ask(*HOPS)
    for _ in village.steps():
        if village.chain(chain).hops[0].hand_on:
            break
    signed = str(village.chain(chain).hops[0].hand_on)
    forged = signed[:-8] + ("A" * 8 if not signed.endswith("A" * 8) else "B" * 8)
    for token in (forged, "a.b.c"):
        other = new_id("chain")
        assert say(village, "hub", "mill", other, "prepare", preparation(village, hand_on=token))[0] == 200
        village["mill"].work_on()
        assert village.states(other)["mill"] == "failed"
    replayed = new_id("chain")
    assert say(village, "hub", "mill", replayed, "prepare", preparation(village, hand_on=signed))[0] == 200
    village["mill"].work_on()
    with village["mill"].database.reading() as work:
        assert "another chain" in str(village["mill"].chains.part(work, replayed).reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"previous": None},
        {"hand_on": None},
        {"next": None},
        {"dataset": None},
        {"next": did("mill")},
        {"next": did("school")},
        {"hop": 0},
        {"deadline": "soon"},
        {"deadline": "2020-01-01T00:00:00Z"},
        {"deadline": "2099-01-01T00:00:00Z"},
        {"wants_result": True},
        {"surprise": 1},
        {"attempt": 0},
        {"attempt": "1"},
        {"max_bytes": 0},
        {"hop": 9},
    ],
)
def test_a_preparation_that_does_not_fit_is_refused_with_the_reason(village: Village, changes: dict[str, Any]) -> None:
    status, answer = say(village, "hub", "mill", new_id("chain"), "prepare", preparation(village, **changes))
    assert (status, bool(answer["message"])) == (400, True)


def test_a_stranger_as_neighbour_is_refused(village: Village) -> None:
    body = preparation(village, next="did:web:stranger.example")
    assert say(village, "hub", "mill", new_id("chain"), "prepare", body)[1]["code"] == "NotAMember"


def test_a_service_gives_nothing_outside_of_a_chain(village: Village) -> None:
    half_way(village)
    press = village["press"]
    with village["mill"].database.reading() as work:
        offering = village["mill"].exchange.catalog.offering(work, "mill-service")
        assert offering is not None
        terms = village["mill"].exchange.catalog.offer(offering)
    with press.database.writing() as work:
        press.exchange.negotiations.open(work, did("mill"), "mill-service", terms)
    village.settle()
    with press.database.writing() as work:
        (agreement,) = press.exchange.negotiations.agreements(work)
        pid = press.exchange.transfers.request(work, agreement, "by hand")
    village.settle()
    with pytest.raises(PeerRefused, match="next hop of a chain only"), press.exchange.transfers.fetch(pid):
        pass


texts = st.one_of(st.text(max_size=20), st.sampled_from(["chain-1", did("mill"), DIGEST, "a.b.c"]))
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.dictionaries(texts, inner, max_size=4),
    max_leaves=6,
)
members = st.sampled_from(
    ["hop", "attempt", "purpose", "deadline", "previous", "dataset", "next", "grant", "hand_on", "digest", "bytes",
     "transfer", "state", "statement", "result", "outcome", "reason", "wants_result", "max_bytes"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    word=st.sampled_from((*WORDS, "same-person", "other")),
    body=st.one_of(st.binary(max_size=60), st.dictionaries(members, trees | st.integers(0, 3), max_size=8)),
    chain=st.sampled_from(["chain-0123", "chain-", "x", "chain-%00", "chain-" + "a" * 200]),
)
def test_no_message_breaks_a_node(built: Village, word: str, body: Any, chain: str) -> None:
    status, answer = say(built, "hub", "mill", chain, word, body)
    assert 400 <= status < 500, (status, answer)
