"""What those we call answer: nonsense ends a process with a reason, a fault of theirs is asked again, nothing hangs."""

from __future__ import annotations

import gzip
import json
import time

import pytest

from skillspace.exchange.addresses import Addresses
from skillspace.exchange.messages import message
from skillspace.exchange.negotiation import NegotiationState
from skillspace.kernel.errors import BadInput, NotFound, PeerUnreachable
from skillspace.kernel.ids import new_urn
from skillspace.wire.outbound import Outbound
from tests.patience import PATIENCE_S
from tests.unit.exchange.neighbours import Neighbour, Town, settle
from tests.unit.exchange.rogue import Answer, Handler, Server, rogue, says
from tests.unit.exchange.waiting import OFFER, ROGUE, negotiation, nothing_waits, patience_over

N = NegotiationState


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
    outbound = Outbound(loopback=True, timeout_s=PATIENCE_S, answer_s=0.5)
    with rogue(slow) as server:
        began = time.monotonic()
        with pytest.raises(PeerUnreachable):
            outbound.send("POST", f"{server.base}/negotiations/request", json={})
        assert time.monotonic() - began < 30
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
    outbound = Outbound(loopback=True, timeout_s=PATIENCE_S)
    with rogue(answer) as server, pytest.raises(fault):
        Addresses(None, outbound, {ROGUE: server.base}).find(ROGUE)  # type: ignore[arg-type]
    outbound.close()


def test_a_tolerable_version_document_is_read() -> None:
    entries = [{"version": "2025-1", "path": "/dsp/2025-1/", "binding": "HTTPS"}, {"version": "0.8", "path": "/"}]
    outbound = Outbound(loopback=True, timeout_s=PATIENCE_S)
    with rogue(says(200, json.dumps({"protocolVersions": entries, "more": 1}).encode())) as server:
        found = Addresses(None, outbound, {ROGUE: server.base}).find(ROGUE)  # type: ignore[arg-type]
    assert found.base == f"{server.base}/dsp/2025-1"
    outbound.close()
