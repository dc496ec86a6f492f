"""What comes in wrong, from callers and from those we call: a typed refusal, both sides consistent, nothing lost."""

from __future__ import annotations

import gzip
import json
import time
from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest

from skillspace.exchange import NegotiationState, TransferState
from skillspace.exchange.messages import message
from skillspace.kernel.clock import now
from skillspace.kernel.ids import new_urn
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.unit.exchange.neighbours import Neighbour, Town, agreed, settle, started
from tests.unit.exchange.waiting import OFFER, negotiation, nothing_waits, patience_over

N, T = NegotiationState, TransferState


# What callers send.


def first_request(town: Town, dataset: str) -> dict[str, Any]:
    with town.school.work() as work:
        found = town.school.exchange.catalog.offering(work, dataset)
        assert found is not None
        offer = town.school.exchange.catalog.offer(found) | {"target": dataset}
    address = f"{town.bureau.base}/dsp/2025-1"
    return message("ContractRequestMessage", consumerPid=new_urn(), offer=offer, callbackAddress=address)


def opened(town: Town) -> dict[str, Any]:
    """Open a negotiation by hand: the school is waiting for a verification then."""
    _, answer = town.bureau.ask(town.school, "POST", "/negotiations/request", first_request(town, town.dataset()))
    return answer


def pids(process: dict[str, Any]) -> dict[str, str]:
    return {name: process[name] for name in ("providerPid", "consumerPid")}


def with_token(town: Town, token: str) -> httpx.Response:
    return httpx.post(
        f"{town.school.base}/dsp/2025-1/catalog/request",
        json=message("CatalogRequestMessage"),
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )


def claims(town: Town, **changes: Any) -> dict[str, Any]:
    at = int(now().timestamp())
    usual = {"iss": town.bureau.did, "sub": town.bureau.did, "aud": town.school.did, "jti": new_urn()}
    return usual | {"iat": at, "exp": at + 60} | changes


def test_a_token_signed_with_somebody_elses_key_opens_nothing(town: Town) -> None:
    forged = sign_jwt(claims(town), SigningKey.generate(f"{town.bureau.did}#key-1"))
    reply = with_token(town, forged)
    assert (reply.status_code, reply.json()["@type"]) == (401, "CatalogError")


@pytest.mark.parametrize(
    "changes",
    [
        {"iat": -700, "exp": -600},
        {"iat": 600, "exp": 660},
        {"nbf": 600},
        {"aud": "did:web:somebody.example"},
        {"sub": "did:web:somebody.example"},
        {"exp": 86400},
        {"jti": ""},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_opens_nothing(town: Town, changes: dict[str, Any]) -> None:
    at = int(now().timestamp())
    moved = {name: at + value if isinstance(value, int) else value for name, value in changes.items()}
    token = sign_jwt(claims(town, **moved), town.bureau.tokens._key)
    reply = with_token(town, token)
    assert (reply.status_code, reply.json()["@type"]) == (401, "CatalogError")
    assert with_token(town, sign_jwt(claims(town), town.bureau.tokens._key)).status_code == 200


def test_the_jti_of_a_token_is_accepted_once(town: Town) -> None:
    again = claims(town)
    first, second = (with_token(town, sign_jwt(again, town.bureau.tokens._key)) for _ in "ab")
    assert (first.status_code, second.status_code) == (200, 401)
    assert "used before" in second.json()["reason"][0]


def deep(levels: int) -> Any:
    tree: Any = "bottom"
    for _ in range(levels):
        tree = {"deeper": tree}
    return tree


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(message("CatalogRequestMessage") | {"extra": deep(70)}).encode(),
        b'{"@context":' + b"[" * 100_000,
        b'{"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"CatalogRequestMessage","x":NaN}',
        b'{"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"CatalogRequestMessage","x":1e999}',
        b'{"@type":"CatalogRequestMessage","@type":"CatalogRequestMessage"}',
        json.dumps(message("CatalogRequestMessage") | {"extra": "x" * 1_100_000}).encode(),
        json.dumps([message("CatalogRequestMessage")]).encode(),
        gzip.compress(json.dumps(message("CatalogRequestMessage")).encode()),
        "\ufeff{}".encode("utf-16"),
        b"",
    ],
    ids=["deep", "deeper", "NaN", "infinite", "a name twice", "too long", "a list", "packed", "not UTF-8", "empty"],
)
def test_json_that_is_not_a_message_is_a_typed_400_at_once(town: Town, body: bytes) -> None:
    began = time.process_time()
    status, error = town.bureau.ask(town.school, "POST", "/catalog/request", body)
    assert (status, error["@type"]) == (400, "CatalogError")
    assert time.process_time() - began < 2


def test_pids_in_each_others_place_are_refused(town: Town) -> None:
    found = opened(town)
    swapped = {"providerPid": found["consumerPid"], "consumerPid": found["providerPid"]}
    body = message("ContractNegotiationTerminationMessage", **swapped)
    for pid in (found["providerPid"], found["consumerPid"]):
        status, error = town.bureau.ask(town.school, "POST", f"/negotiations/{pid}/termination", body)
        assert (status, error["@type"]) in ((400, "ContractNegotiationError"), (404, "ContractNegotiationError"))
    assert town.bureau.ask(town.school, "GET", f"/negotiations/{found['providerPid']}")[1]["state"] == "AGREED"


@pytest.mark.parametrize(
    ("action", "kind", "members"),
    [
        ("offers", "ContractOfferMessage", {"offer": OFFER}),
        ("agreement", "ContractAgreementMessage", {}),
        ("events", "ContractNegotiationEventMessage", {"eventType": "FINALIZED"}),
        ("events", "ContractNegotiationEventMessage", {"eventType": "ACCEPTED"}),
        ("request", "ContractRequestMessage", {"offer": OFFER}),
    ],
)
def test_what_only_the_other_role_may_say_is_refused_and_changes_nothing(
    town: Town, action: str, kind: str, members: dict[str, Any]
) -> None:
    found = opened(town)
    path = f"/negotiations/{found['providerPid']}"
    status, error = town.bureau.ask(town.school, "POST", f"{path}/{action}", message(kind, **pids(found), **members))
    assert (status, error["@type"]) == (400, "ContractNegotiationError")
    assert town.bureau.ask(town.school, "GET", path)[1]["state"] == "AGREED"


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("start", "TransferStartMessage"),
        ("suspension", "TransferSuspensionMessage"),
        ("completion", "TransferCompletionMessage"),
        ("termination", "TransferTerminationMessage"),
    ],
)
def test_a_transfer_that_is_over_takes_nothing_more(town: Town, action: str, kind: str) -> None:
    agreement_id = agreed(town.bureau, town.school, town.dataset())
    pid = started(town.bureau, town.school, agreement_id, f"over-{action}")
    with town.bureau.work() as work:
        ours = town.bureau.exchange.transfers.transfer(work, pid)
        town.bureau.exchange.transfers.complete(work, pid)
    settle(town.bureau, town.school)
    body = message(kind, providerPid=ours.provider_pid, consumerPid=pid)
    status, error = town.bureau.ask(town.school, "POST", f"/transfers/{ours.provider_pid}/{action}", body)
    assert (status, error["@type"], error["providerPid"]) == (400, "TransferError", ours.provider_pid)
    assert town.bureau.ask(town.school, "GET", f"/transfers/{ours.provider_pid}")[1]["state"] == "COMPLETED"


@pytest.mark.parametrize(
    "callback",
    [
        "http://10.0.0.1/dsp",
        "https://192.168.1.1/dsp",
        "http://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/dsp",
        "http://127.0.0.1:0/dsp",
        "http://127.0.0.1:99999/dsp",
        "http://[::1/dsp",
        "http://" + "a" * 80 + ".example/dsp",
        "gopher://127.0.0.1/dsp",
    ],
)
def test_a_callback_into_somebodys_network_is_never_called_and_the_negotiation_ends(town: Town, callback: str) -> None:
    called = []
    town.school.outbound._client.event_hooks = {"request": [called.append], "response": []}
    body = first_request(town, town.dataset()) | {"callbackAddress": callback}
    status, answer = town.bureau.ask(town.school, "POST", "/negotiations/request", body)
    try:
        if status == 400:
            assert answer["@type"] == "ContractNegotiationError"
            return
        assert status == 201
        with patience_over(town.school):
            settle(town.school)
        ended = negotiation(town.school, answer["providerPid"])
        assert ended.state is N.TERMINATED
        assert all(str(request.url).startswith(f"{town.bureau.base}/") for request in called)
        assert nothing_waits(town.school)
    finally:
        town.school.outbound._client.event_hooks = {"request": [], "response": []}


# Clocks.


def test_a_clock_ten_minutes_off_only_delays_a_negotiation(school: Neighbour, bureau: Neighbour) -> None:
    with bureau.work() as work:
        bureau.exchange.crawler.crawl_now(work, school.did)
    settle(bureau)
    right = bureau.tokens._clock
    bureau.tokens._clock = lambda: now() + timedelta(minutes=10)
    with bureau.work() as work:
        pid = bureau.exchange.negotiations.ensure_agreement(work, school.did, "diplomas")
    settle(bureau, school)
    assert negotiation(bureau, pid).state is N.REQUESTED
    assert not nothing_waits(bureau)
    bureau.tokens._clock = right
    for _ in range(3):
        bureau.later(11)
        settle(bureau, school)
    assert negotiation(bureau, pid).state is N.FINALIZED


def test_a_clock_that_goes_wrong_under_way_does_not_part_the_sides(school: Neighbour, bureau: Neighbour) -> None:
    with bureau.work() as work:
        bureau.exchange.crawler.crawl_now(work, school.did)
    settle(bureau)
    with bureau.work() as work:
        pid = bureau.exchange.negotiations.ensure_agreement(work, school.did, "diplomas")
    bureau.worker.run_due()
    right = school.tokens._clock
    school.tokens._clock = lambda: now() - timedelta(minutes=10)
    for _ in range(15):
        settle(school, bureau)
        school.later(11)
    school.tokens._clock = right
    for _ in range(3):
        settle(school, bureau)
        school.later(11)
        bureau.later(11)
    with school.work() as work:
        [theirs] = school.exchange.negotiations.negotiations(work)
    assert negotiation(bureau, pid).state is theirs.state is N.FINALIZED
