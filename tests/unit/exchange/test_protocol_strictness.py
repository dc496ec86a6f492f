"""What a node refuses, and how: wrong counter-parties, wrong pids, wrong times, replays and garbage."""

from __future__ import annotations

import json
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.exchange import NegotiationState, TransferState
from skillspace.exchange.door import accepts_gzip
from skillspace.exchange.messages import CONTEXT, NO_PID, message
from skillspace.kernel.ids import new_urn
from tests.unit.exchange.neighbours import Town, agreed, offering, settle, started


def request_for(town: Town, dataset: str, consumer_pid: str | None = None) -> dict[str, Any]:
    """A correct first request of the bureau for a dataset of the school."""
    with town.school.work() as work:
        catalog = town.school.exchange.catalog
        found = catalog.offering(work, dataset)
        assert found is not None
        offer = catalog.offer(found) | {"target": dataset}
    pid = consumer_pid or new_urn()
    address = f"{town.bureau.base}/dsp/2025-1/"
    return message("ContractRequestMessage", consumerPid=pid, offer=offer, callbackAddress=address)


def about(kind: str, negotiation: dict[str, Any], **members: Any) -> dict[str, Any]:
    pids = {name: negotiation[name] for name in ("providerPid", "consumerPid")}
    return message(kind, **pids, **members)


def state_at_school(town: Town, provider_pid: str) -> NegotiationState:
    with town.school.work() as work:
        return town.school.exchange.negotiations.negotiation(work, provider_pid).state


def test_a_first_request_creates_and_the_same_again_finds_it(town: Town) -> None:
    body = request_for(town, town.dataset())
    status, first = town.bureau.ask(town.school, "POST", "/negotiations/request", body)
    again, second = town.bureau.ask(town.school, "POST", "/negotiations/request", body)
    assert (status, again) == (201, 200)
    assert first["state"] == "REQUESTED"
    assert (first["providerPid"], first["consumerPid"]) == (second["providerPid"], second["consumerPid"])


def test_another_member_neither_sees_nor_moves_a_negotiation(town: Town) -> None:
    _, opened = town.bureau.ask(town.school, "POST", "/negotiations/request", request_for(town, town.dataset()))
    path = f"/negotiations/{opened['providerPid']}"
    assert town.bureau.ask(town.school, "GET", path)[0] == 200
    status, error = town.stranger.ask(town.school, "GET", path)
    assert (status, error["@type"]) == (404, "ContractNegotiationError")
    end = about("ContractNegotiationTerminationMessage", opened)
    assert town.stranger.ask(town.school, "POST", f"{path}/termination", end)[0] == 404
    assert state_at_school(town, opened["providerPid"]) is not NegotiationState.TERMINATED


def test_the_same_consumer_pid_of_two_members_makes_two_negotiations(town: Town) -> None:
    body = request_for(town, town.dataset())
    _, ours = town.bureau.ask(town.school, "POST", "/negotiations/request", body)
    status, theirs = town.stranger.ask(town.school, "POST", "/negotiations/request", body)
    assert status == 201
    assert ours["providerPid"] != theirs["providerPid"]


def test_a_message_whose_pids_do_not_match_its_address_is_refused(town: Town) -> None:
    _, one = town.bureau.ask(town.school, "POST", "/negotiations/request", request_for(town, town.dataset()))
    _, two = town.bureau.ask(town.school, "POST", "/negotiations/request", request_for(town, town.dataset()))
    end = about("ContractNegotiationTerminationMessage", two)
    status, error = town.bureau.ask(town.school, "POST", f"/negotiations/{one['providerPid']}/termination", end)
    assert status == 400
    assert error["providerPid"] == two["providerPid"]


def test_an_unknown_process_is_a_typed_404(town: Town) -> None:
    for path, kind in (("/negotiations/urn:x:y", "ContractNegotiationError"), ("/transfers/urn:x:y", "TransferError")):
        status, error = town.bureau.ask(town.school, "GET", path)
        assert (status, error["@type"], error["providerPid"]) == (404, kind, "urn:x:y")
    status, error = town.bureau.ask(town.school, "GET", "/catalog/datasets/urn:x:y/z")
    assert (status, error["@type"]) == (404, "CatalogError")


@pytest.mark.parametrize(
    ("action", "kind", "members"),
    [
        ("events", "ContractNegotiationEventMessage", {"eventType": "ACCEPTED"}),
        ("events", "ContractNegotiationEventMessage", {"eventType": "FINALIZED"}),
    ],
)
def test_a_consumer_cannot_skip_ahead(town: Town, action: str, kind: str, members: dict[str, str]) -> None:
    _, opened = town.bureau.ask(town.school, "POST", "/negotiations/request", request_for(town, town.dataset()))
    path = f"/negotiations/{opened['providerPid']}"
    status, error = town.bureau.ask(town.school, "POST", f"{path}/{action}", about(kind, opened, **members))
    assert (status, error["@type"], error["code"]) == (400, "ContractNegotiationError", "MoveNotAllowed")
    assert town.bureau.ask(town.school, "GET", path)[1]["state"] == "AGREED"


def test_a_second_counter_offer_in_a_row_is_refused(town: Town) -> None:
    first = request_for(town, town.dataset())
    _, opened = town.bureau.ask(town.school, "POST", "/negotiations/request", first)
    counter = about("ContractRequestMessage", opened, offer=first["offer"])
    assert town.bureau.ask(town.school, "POST", f"/negotiations/{opened['providerPid']}/request", counter)[0] == 400


def test_a_terminated_negotiation_takes_nothing_more(town: Town) -> None:
    _, opened = town.bureau.ask(town.school, "POST", "/negotiations/request", request_for(town, town.dataset()))
    path = f"/negotiations/{opened['providerPid']}"
    end = about("ContractNegotiationTerminationMessage", opened, reason=["No longer needed."])
    assert town.bureau.ask(town.school, "POST", f"{path}/termination", end)[0] == 200
    assert town.bureau.ask(town.school, "POST", f"{path}/termination", end)[0] == 400
    assert town.bureau.ask(town.school, "GET", path)[1]["state"] == "TERMINATED"
    settle(town.school, town.bureau)
    assert state_at_school(town, opened["providerPid"]) is NegotiationState.TERMINATED


def forged_agreement(town: Town, **changes: Any) -> tuple[int, dict[str, Any]]:
    """Let the school agree by hand, with something changed; return the bureau's answer."""
    dataset = town.dataset()
    negotiations = town.bureau.exchange.negotiations
    with town.bureau.work() as work:
        pid = negotiations.ensure_agreement(work, town.school.did, dataset)
        offer = negotiations.negotiation(work, pid).offer
    town.bureau.worker.run_due()
    with town.bureau.work() as work:
        provider_pid = negotiations.negotiation(work, pid).provider_pid
    parties = {"assigner": town.school.did, "assignee": town.bureau.did, "timestamp": "2026-11-21T12:00:00Z"}
    agreement = {**offer, "@id": new_urn(), "@type": "Agreement", **parties, **changes}
    body = message("ContractAgreementMessage", providerPid=provider_pid, consumerPid=pid, agreement=agreement)
    return town.school.ask(town.bureau, "POST", f"/negotiations/{pid}/agreement", body)


def test_a_correct_agreement_is_taken_and_taken_again_without_effect(town: Town) -> None:
    assert forged_agreement(town)[0] == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"assigner": "did:web:somebody.example"},
        {"assignee": "did:web:somebody.example"},
        {"target": "another"},
        {"timestamp": "yesterday"},
        {"permission": [{"action": "use"}]},
        {"obligation": [{"action": "urn:pay"}]},
        {"profile": "https://example.org/profile"},
    ],
)
def test_a_consumer_refuses_an_agreement_that_is_not_word_by_word_its_offer(
    town: Town, changes: dict[str, Any]
) -> None:
    status, error = forged_agreement(town, **changes)
    assert (status, error["@type"]) == (400, "ContractNegotiationError")


def test_an_offer_nobody_asked_for_waits_for_a_decision(town: Town) -> None:
    dataset = town.dataset()
    offer = request_for(town, dataset)["offer"]
    body = message(
        "ContractOfferMessage", providerPid=new_urn(), offer=offer, callbackAddress=f"{town.school.base}/dsp/2025-1"
    )
    status, opened = town.school.ask(town.bureau, "POST", "/negotiations/offers", body)
    assert (status, opened["state"]) == (201, "OFFERED")
    settle(town.bureau)
    with town.bureau.work() as work:
        waiting = town.bureau.exchange.negotiations.negotiation(work, opened["consumerPid"])
    assert waiting.state is NegotiationState.OFFERED
    assert waiting.moves == ["request", "accept", "terminate"]


@pytest.mark.parametrize(
    "change",
    [
        {"@context": CONTEXT},
        {"@context": ["https://example.org/other"]},
        {"@context": [CONTEXT, "https://example.org/redefines-everything"]},
        {"@type": "ContractOfferMessage"},
        {"consumerPid": 7},
        {"consumerPid": "with space"},
        {"callbackAddress": "file:///etc/passwd"},
        {"callbackAddress": "http://user:word@127.0.0.1/"},
        {"providerPid": "urn:x:y"},
        {"offer": {"@id": "x", "@type": "Offer"}},
        {"offer": {"@id": "x", "@type": "Offer", "permission": []}},
    ],
)
def test_a_malformed_request_is_a_typed_400(town: Town, change: dict[str, Any]) -> None:
    body = request_for(town, town.dataset()) | change
    status, error = town.bureau.ask(town.school, "POST", "/negotiations/request", body)
    assert (status, error["@type"]) == (400, "ContractNegotiationError")
    assert error["reason"]


def test_an_unknown_context_is_refused_by_its_name(town: Town) -> None:
    body = message("CatalogRequestMessage") | {"@context": [CONTEXT, "https://example.org/mine"]}
    _, error = town.bureau.ask(town.school, "POST", "/catalog/request", body)
    assert "https://example.org/mine" in error["reason"][0]


def test_a_filter_is_refused_and_an_empty_one_is_not(town: Town) -> None:
    asked = message("CatalogRequestMessage", filter=[{"kind": "diploma"}])
    status, error = town.bureau.ask(town.school, "POST", "/catalog/request", asked)
    assert (status, error["@type"]) == (400, "CatalogError")
    assert (
        town.bureau.ask(town.school, "POST", "/catalog/request", message("CatalogRequestMessage", filter=[]))[0] == 200
    )


@pytest.mark.parametrize("path", ["/catalog/request", "/negotiations/request", "/transfers/request"])
def test_without_a_proof_of_identity_nothing_is_answered(town: Town, path: str) -> None:
    reply = httpx.post(f"{town.school.base}/dsp/2025-1{path}", json=message("CatalogRequestMessage"), trust_env=False)
    assert reply.status_code == 401
    assert reply.json()["@type"] in ("CatalogError", "ContractNegotiationError", "TransferError")
    if "Catalog" not in reply.json()["@type"]:
        assert reply.json()["consumerPid"] == NO_PID


def test_a_replayed_token_is_refused(town: Town) -> None:
    headers = town.bureau.peers.headers(town.school.did)
    address = f"{town.school.base}/dsp/2025-1/catalog/request"
    replies = [
        httpx.post(address, json=message("CatalogRequestMessage"), headers=headers, trust_env=False) for _ in "ab"
    ]
    assert [reply.status_code for reply in replies] == [200, 401]


def test_the_version_document_is_open_to_everyone(town: Town) -> None:
    reply = httpx.get(f"{town.school.base}/dsp/.well-known/dspace-version", trust_env=False)
    entries = [(one["version"], one["path"], one["binding"]) for one in reply.json()["protocolVersions"]]
    assert entries == [("2025-1", "/2025-1", "HTTPS"), ("2024-1", "/2024-1", "HTTPS")]
    of_host = httpx.get(f"{town.school.base}/.well-known/dspace-version", trust_env=False).json()
    assert [one["path"] for one in of_host["protocolVersions"]] == ["/dsp/2025-1", "/dsp/2024-1"]


def test_a_transfer_needs_an_agreement_of_its_own_consumer_in_force(town: Town) -> None:
    agreement_id = agreed(town.bureau, town.school, town.dataset())
    callback = f"{town.bureau.base}/dsp/2025-1"
    members = {"format": "HttpData-PULL", "callbackAddress": callback}
    good = message("TransferRequestMessage", consumerPid=new_urn(), agreementId=agreement_id, **members)
    status, error = town.stranger.ask(town.school, "POST", "/transfers/request", good)
    assert (status, error["code"]) == (400, "NoSuchAgreement")
    unknown = good | {"agreementId": "urn:uuid:none"}
    assert town.bureau.ask(town.school, "POST", "/transfers/request", unknown)[1]["code"] == "NoSuchAgreement"
    by_pigeon = good | {"format": "Pigeon-PUSH"}
    assert town.bureau.ask(town.school, "POST", "/transfers/request", by_pigeon)[1]["code"] == "FormatNotSupported"
    push_to_nowhere = good | {"format": "HttpData-PUSH"}
    refused = town.bureau.ask(town.school, "POST", "/transfers/request", push_to_nowhere)[1]
    assert refused["code"] == "FormatNotSupported"
    assert town.bureau.ask(town.school, "POST", "/transfers/request", good)[0] == 201
    assert town.bureau.ask(town.school, "POST", "/transfers/request", good)[0] == 200


def test_completing_while_suspended_and_starting_after_the_end_are_refused(town: Town) -> None:
    agreement_id = agreed(town.bureau, town.school, town.dataset())
    pid = started(town.bureau, town.school, agreement_id, "strict")
    with town.bureau.work() as work:
        ours = town.bureau.exchange.transfers.transfer(work, pid)
        town.bureau.exchange.transfers.suspend(work, pid, "A pause.")
    settle(town.bureau, town.school)
    pids = {"providerPid": ours.provider_pid, "consumerPid": pid}
    path = f"/transfers/{ours.provider_pid}"
    done = message("TransferCompletionMessage", **pids)
    assert town.bureau.ask(town.school, "POST", f"{path}/completion", done)[0] == 400
    assert town.bureau.ask(town.school, "GET", path)[1]["state"] == "SUSPENDED"
    end = message("TransferTerminationMessage", **pids, reason=["Done."])
    assert town.bureau.ask(town.school, "POST", f"{path}/termination", end)[0] == 200
    start = message("TransferStartMessage", **pids)
    status, error = town.bureau.ask(town.school, "POST", f"{path}/start", start)
    assert (status, error["@type"]) == (400, "TransferError")
    assert town.bureau.ask(town.school, "GET", path)[1]["state"] == "TERMINATED"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just([CONTEXT]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
MEMBERS = st.sampled_from(
    [
        "@context",
        "@type",
        "providerPid",
        "consumerPid",
        "offer",
        "agreement",
        "callbackAddress",
        "eventType",
        "filter",
        "format",
        "agreementId",
        "dataAddress",
        "reason",
        "code",
        "@id",
        "target",
        "permission",
    ]
)
KINDS = st.sampled_from(
    [
        "CatalogRequestMessage",
        "ContractRequestMessage",
        "ContractOfferMessage",
        "ContractAgreementMessage",
        "ContractNegotiationEventMessage",
        "TransferRequestMessage",
        "TransferStartMessage",
    ]
)
BODIES = (
    st.binary(max_size=60)
    | JSON.map(lambda content: json.dumps(content).encode())
    | st.tuples(KINDS, st.dictionaries(MEMBERS, JSON, max_size=6)).map(
        lambda drawn: json.dumps(message(drawn[0]) | drawn[1]).encode()
    )
    | st.sampled_from([b"[" * 3000, b'{"a":' * 3000, b'{"a": NaN}', b'{"a": "\\ud800"}', b"\xff\xfe", b'{"a":1,"a":2}'])
)
PATHS = st.sampled_from(
    [
        "/catalog/request",
        "/negotiations/request",
        "/negotiations/offers",
        "/transfers/request",
        "/negotiations/{n}/request",
        "/negotiations/{n}/events",
        "/negotiations/{n}/agreement",
        "/negotiations/{n}/offers",
        "/negotiations/{n}/agreement/verification",
        "/negotiations/{n}/termination",
        "/transfers/{n}/start",
        "/transfers/{n}/suspension",
        "/transfers/{n}/completion",
        "/transfers/{n}/termination",
    ]
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, body=BODIES)
def test_garbage_gets_a_typed_refusal_and_never_a_fault_of_ours(town: Town, path: str, body: bytes) -> None:
    status, error = town.bureau.ask(town.school, "POST", path.format(n="urn:uuid:x"), body)
    assert status in (200, 400, 404)
    if status != 200:
        assert error["@type"] in ("CatalogError", "ContractNegotiationError", "TransferError")


def test_a_message_that_is_too_long_is_refused(town: Town) -> None:
    body = json.dumps(message("CatalogRequestMessage") | {"padding": "x" * 1_100_000}).encode()
    assert town.bureau.ask(town.school, "POST", "/catalog/request", body)[0] == 400


@pytest.mark.parametrize(
    ("header", "accepted"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("gzip;q=0", False), ("", False), ("identity", False)],
)
def test_gzip_is_used_only_where_it_is_accepted(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


def test_a_dataset_without_data_ends_the_transfer_with_the_reason(town: Town) -> None:
    with town.school.work() as work:
        town.school.exchange.catalog.publish(work, offering("empty"))
    pid = started(town.bureau, town.school, agreed(town.bureau, town.school, "empty"), "nothing-there")
    assert town.bureau.transfer_state(pid) is TransferState.TERMINATED
    [event] = [event for event in town.bureau.heard("transfer.terminated") if event["consumer_pid"] == pid]
    assert event["reason"] == "No data stands behind empty at the moment."
