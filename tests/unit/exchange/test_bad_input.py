"""What comes in wrong, from callers and from those we call: a typed refusal, both sides consistent, nothing lost."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest
import sqlalchemy as sa

from skillspace.exchange import Negotiation, NegotiationState, TransferState
from skillspace.exchange.addresses import Addresses
from skillspace.exchange.messages import message
from skillspace.exchange.outbox import outgoing
from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput, NotFound, PeerUnreachable
from skillspace.kernel.ids import new_urn
from skillspace.storage.database import tasks
from skillspace.wire.jose import SigningKey, sign_jwt
from skillspace.wire.outbound import Outbound
from tests.unit.exchange.neighbours import Neighbour, Town, agreed, settle, started
from tests.unit.exchange.rogue import Answer, Handler, Server, rogue, says

N, T = NegotiationState, TransferState
ROGUE = "did:web:rogue.example"
OFFER = {"@id": "urn:offer:1", "@type": "Offer", "permission": [{"action": "use"}]}


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
    began = time.monotonic()
    status, error = town.bureau.ask(town.school, "POST", "/catalog/request", body)
    assert (status, error["@type"]) == (400, "CatalogError")
    assert time.monotonic() - began < 2


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


# What those we call answer.


@contextmanager
def patience_over(*nodes: Neighbour) -> Iterator[None]:
    """Let so much time pass, again and again, that nobody waits any longer."""
    for _ in range(65):
        settle(*nodes)
        for node in nodes:
            node.later(11)
    yield


def nothing_waits(node: Neighbour) -> bool:
    with node.work() as work:
        dead = work.rows(sa.select(tasks.c.name, tasks.c.last_error).where(tasks.c.name == "exchange.send"))
        return not work.rows(sa.select(outgoing)) and not dead


def negotiation(node: Neighbour, pid: str) -> Negotiation:
    with node.work() as work:
        return node.exchange.negotiations.negotiation(work, pid)


def ask_rogue(bureau: Neighbour, server: Server) -> str:
    with bureau.work() as work:
        negotiations = bureau.exchange.negotiations
        return negotiations.open(work, ROGUE, "data", OFFER, address=server.base, version="2025-1").pid


def drips(handler: Handler) -> None:
    """Answer one byte a tenth of a second, for as long as anybody listens."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def drips_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(600):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


def process(state: str, kind: str = "ContractNegotiation", provider_pid: str = "") -> Answer:
    """Answer as a provider does that keeps to the protocol."""
    provider_pid = provider_pid or new_urn()

    def answer(handler: Handler) -> None:
        consumer_pid = handler.content.get("consumerPid", handler.path.rpartition("/")[2])
        told = message(kind, providerPid=provider_pid, consumerPid=consumer_pid, state=state)
        handler.say(201, json.dumps(told).encode())

    return answer


NONSENSE: dict[str, Answer] = {
    "a page": says(200, b"<html><body>Welcome</body></html>", "text/html"),
    "garbage": says(200, b"\x00\xff\xfe\x01"),
    "a list": says(200, b"[]"),
    "nothing": says(201),
    "NaN": says(201, b'{"providerPid": NaN}'),
    "a name twice": says(201, b'{"providerPid": "a", "providerPid": "b"}'),
    "no pid": says(201, json.dumps(message("ContractNegotiation", state="REQUESTED")).encode()),
    "a pid with a space": says(201, json.dumps(message("ContractNegotiation", providerPid="a b")).encode()),
    "a pid that is no text": says(201, json.dumps(message("ContractNegotiation", providerPid={"@id": "x"})).encode()),
    "a foreign context": says(201, json.dumps({"@context": ["https://rogue.example/x"], "providerPid": "x"}).encode()),
    "too much": says(200, b" " * (9 * 1024 * 1024)),
    "packed wrongly": says(200, b"not packed", Content_Encoding="gzip"),
    "a bomb": says(200, gzip.compress(b" " * (64 * 1024 * 1024)), Content_Encoding="gzip"),
    "a redirect": says(302, b"", Location="http://127.0.0.1:1/elsewhere"),
    "for good elsewhere": says(308, b"", Location="http://127.0.0.1:1/elsewhere"),
    "not found": says(404, b"nothing here", "text/plain"),
    "forbidden": says(403, b'{"detail": ["no"]}'),
    "refused": says(400, json.dumps(message("ContractNegotiationError", reason=[{"odd": "reason"}])).encode()),
    "refused in a page": says(400, b"<html>", "text/html"),
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE.keys())
def test_a_provider_that_answers_nonsense_ends_the_negotiation_with_a_reason(town: Town, answer: Answer) -> None:
    with rogue(answer) as server:
        pid = ask_rogue(town.bureau, server)
        with patience_over(town.bureau):
            ended = negotiation(town.bureau, pid)
    assert ended.state is N.TERMINATED
    assert ended.reason
    assert nothing_waits(town.bureau)
    assert {path for _, path, _ in server.asked} == {"/negotiations/request"}
    assert 1 <= len(server.asked) <= 6


@pytest.mark.parametrize("status", [500, 502, 503, 504, 507])
def test_a_provider_with_a_fault_of_its_own_is_asked_again_for_days(town: Town, status: int) -> None:
    with rogue(*[says(status)] * 12, process("REQUESTED")) as server:
        pid = ask_rogue(town.bureau, server)
        for _ in range(10):
            settle(town.bureau)
            assert negotiation(town.bureau, pid).state is N.REQUESTED
            assert not nothing_waits(town.bureau)
            town.bureau.later(3600)
        with patience_over(town.bureau):
            assert negotiation(town.bureau, pid).peer_pid is not None


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429])
def test_a_provider_that_does_not_know_us_yet_is_asked_again(town: Town, status: int) -> None:
    with rogue(says(status), says(status), process("REQUESTED")) as server:
        pid = ask_rogue(town.bureau, server)
        with patience_over(town.bureau):
            found = negotiation(town.bureau, pid)
    assert (found.state, found.peer_pid is not None) == (N.REQUESTED, True)
    assert [path for _, path, _ in server.asked] == ["/negotiations/request"] * 3


@pytest.mark.parametrize("slow", [drips, drips_headers])
def test_an_answer_that_drips_does_not_keep_a_worker_for_long(town: Town, slow: Answer) -> None:
    outbound = Outbound(loopback=True, timeout_s=5, answer_s=0.5)
    with rogue(slow) as server:
        began = time.monotonic()
        with pytest.raises(PeerUnreachable):
            outbound.send("POST", f"{server.base}/negotiations/request", json={})
        assert time.monotonic() - began < 3
    outbound.close()


@pytest.mark.parametrize(
    "acknowledgement",
    [says(200), says(204), says(202, b"OK", "text/plain"), says(200, b"<html>", "text/html"), says(200, b"\xff")],
    ids=["empty", "204", "text", "a page", "garbage"],
)
def test_an_acknowledgement_may_say_anything(town: Town, acknowledgement: Answer) -> None:
    with rogue(process("REQUESTED"), acknowledgement) as server:
        pid = ask_rogue(town.bureau, server)
        settle(town.bureau)
        with town.bureau.work() as work:
            town.bureau.exchange.negotiations.terminate(work, pid, "Not needed.")
        settle(town.bureau)
    assert [path.rpartition("/")[2] for _, path, _ in server.asked] == ["request", "termination"]
    assert nothing_waits(town.bureau)


def test_two_answers_with_the_same_pid_do_not_make_one_negotiation_of_two(town: Town) -> None:
    with rogue(process("REQUESTED", provider_pid=new_urn())) as server:
        first, second = ask_rogue(town.bureau, server), ask_rogue(town.bureau, server)
        with patience_over(town.bureau):
            found = [negotiation(town.bureau, pid) for pid in (first, second)]
    assert sorted((one.state, one.peer_pid is None) for one in found) == [(N.REQUESTED, False), (N.TERMINATED, True)]


def test_a_provider_that_forgets_the_negotiation_after_a_while_does_not_leave_us_waiting(town: Town) -> None:
    with rogue(process("REQUESTED"), says(404)) as server:
        pid = ask_rogue(town.bureau, server)
        settle(town.bureau)
        with town.bureau.work() as work:
            town.bureau.exchange.negotiations.terminate(work, pid, "Not needed.")
        with patience_over(town.bureau):
            assert negotiation(town.bureau, pid).state is N.TERMINATED
    assert nothing_waits(town.bureau)


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


# Version documents.

HOSTILE: dict[str, tuple[Answer, type[Exception]]] = {
    "a page": (says(200, b"<html>", "text/html"), BadInput),
    "a redirect": (says(302, b"", Location="http://127.0.0.1:1/x"), NotFound),
    "too long": (says(200, b" " * 100_000), BadInput),
    "a list": (says(200, b"[]"), BadInput),
    "deep": (says(200, b"[" * 60_000), BadInput),
    "empty": (says(200), NotFound),
    "no versions": (says(200, b'{"protocolVersions": "all"}'), NotFound),
    "odd entries": (says(200, b'{"protocolVersions": [1, null, {"version": 7, "path": "/"}, []]}'), NotFound),
    "another host": (says(200, b'{"protocolVersions": [{"version": "2025-1", "path": "@evil.example/x"}]}'), BadInput),
    "another port": (says(200, b'{"protocolVersions": [{"version": "2025-1", "path": "1234/x"}]}'), BadInput),
    "a whole address": (says(200, b'{"protocolVersions":[{"version":"2025-1","path":"http://x.example"}]}'), BadInput),
    "a query": (says(200, b'{"protocolVersions": [{"version": "2025-1", "path": "/x?a=b"}]}'), BadInput),
    "a new line": (says(200, b'{"protocolVersions": [{"version": "2025-1", "path": "/x\\r\\nHost: y"}]}'), BadInput),
    "no path": (says(200, b'{"protocolVersions": [{"version": "2025-1", "path": null}]}'), BadInput),
    "only others": (says(200, b'{"protocolVersions": [{"version": "1999-1", "path": "/x"}]}'), NotFound),
}


@pytest.mark.parametrize(("answer", "fault"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_version_document_leads_nowhere(answer: Answer, fault: type[Exception]) -> None:
    outbound = Outbound(loopback=True, timeout_s=5)
    with rogue(answer) as server, pytest.raises(fault):
        Addresses(None, outbound, {ROGUE: server.base}).find(ROGUE)  # type: ignore[arg-type]
    outbound.close()


def test_a_tolerable_version_document_is_read() -> None:
    entries = [{"version": "2025-1", "path": "/dsp/2025-1/", "binding": "HTTPS"}, {"version": "0.8", "path": "/"}]
    outbound = Outbound(loopback=True, timeout_s=5)
    with rogue(says(200, json.dumps({"protocolVersions": entries, "more": 1}).encode())) as server:
        found = Addresses(None, outbound, {ROGUE: server.base}).find(ROGUE)  # type: ignore[arg-type]
    assert found.base == f"{server.base}/dsp/2025-1"
    outbound.close()
