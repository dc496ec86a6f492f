"""The data plane: which token opens what, when it stops, and what a large or unchanged file costs."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest

from skillspace.exchange import Transfer
from skillspace.kernel.errors import Conflict, PeerUnreachable
from skillspace.trust.identity import PeerRefused
from tests.unit.exchange.neighbours import Diplomas, Town, agreed, settle, started


def pulled(town: Town, source: Diplomas | None = None, **more: Any) -> str:
    """Start a transfer of a fresh dataset at the bureau."""
    dataset = town.dataset()
    if source is not None:
        town.school.exchange.sources.register(dataset, source)
    agreement_id = agreed(town.bureau, town.school, dataset)
    return started(town.bureau, town.school, agreement_id, f"ref-{dataset}", **more)


def at_bureau(town: Town, pid: str) -> Transfer:
    with town.bureau.work() as work:
        return town.bureau.exchange.transfers.transfer(work, pid)


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def get(town: Town, pid: str, token: str | None = None, **headers: str) -> httpx.Response:
    address = at_bureau(town, pid).address
    assert address is not None
    authorization = {"Authorization": f"Bearer {token if token is not None else address['token']}"}
    return httpx.get(address["endpoint"], headers=authorization | headers, trust_env=False)


def test_only_the_transfers_own_token_opens_it(town: Town) -> None:
    pid, another = pulled(town), pulled(town)
    address = at_bureau(town, another).address
    assert address is not None
    refused = [get(town, pid, token) for token in ("guess", address["token"], "None")]
    assert {reply.status_code for reply in refused} == {403}
    assert len({reply.text for reply in refused}) == 1
    assert get(town, pid).status_code == 200


def test_the_provider_keeps_no_token_once_it_was_delivered(town: Town) -> None:
    pid = pulled(town)
    address = at_bureau(town, pid).address
    assert address is not None
    with town.school.database.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert address["token"] not in dump


@pytest.mark.parametrize("side", ["school", "bureau"])
@pytest.mark.parametrize("move", ["suspend", "terminate"])
def test_a_stopped_transfers_token_stops_at_once(town: Town, side: str, move: str) -> None:
    pid = pulled(town)
    address = at_bureau(town, pid).address
    assert address is not None
    node = getattr(town, side)
    own = pid if side == "bureau" else str(at_bureau(town, pid).provider_pid)
    with node.work() as work:
        getattr(node.exchange.transfers, move)(work, own, "Enough for now.")
    settle(*([] if side == "school" else [town.bureau]))
    reply = httpx.get(address["endpoint"], headers={"Authorization": f"Bearer {address['token']}"}, trust_env=False)
    assert reply.status_code == 403
    settle(town.school, town.bureau)
    with pytest.raises(Conflict), town.bureau.exchange.transfers.fetch(pid):
        pass


@pytest.mark.parametrize("side", ["school", "bureau"])
def test_going_on_after_a_pause_brings_a_fresh_address(town: Town, side: str) -> None:
    pid = pulled(town)
    before = at_bureau(town, pid).address
    node = getattr(town, side)
    own = pid if side == "bureau" else str(at_bureau(town, pid).provider_pid)
    with node.work() as work:
        node.exchange.transfers.suspend(work, own, "A pause.")
    settle(town.school, town.bureau)
    with node.work() as work:
        node.exchange.transfers.resume(work, own)
    settle(town.school, town.bureau)
    after = at_bureau(town, pid).address
    assert before is not None
    assert after is not None
    assert before["token"] != after["token"]
    assert get(town, pid).status_code == 200
    assert get(town, pid, before["token"]).status_code == 403


def test_a_refusal_of_the_source_reaches_the_consumer_with_its_reason_and_no_data(town: Town) -> None:
    pid = pulled(town, Diplomas(needs_grant=True))
    with pytest.raises(PeerRefused) as refusal, town.bureau.exchange.transfers.fetch(pid):
        pass
    assert refusal.value.status == 403
    assert refusal.value.body == {"code": "Refused", "message": "No live consent covers this use."}


def test_the_token_of_a_consent_travels_with_one_pull_and_is_kept_nowhere(town: Town) -> None:
    source = Diplomas(needs_grant=True)
    pid = pulled(town, source)
    with town.bureau.exchange.transfers.fetch(pid, grant="grant-of-alma") as response:
        response.read()
    assert source.asked[-1].grant == "grant-of-alma"
    assert source.asked[-1].consumer == town.bureau.did
    with town.bureau.work() as work:
        town.bureau.exchange.transfers.complete(work, pid)
    assert at_bureau(town, pid).address is None


def test_asking_again_under_the_same_reference_finds_the_living_transfer(town: Town) -> None:
    pid = pulled(town)
    ours = at_bureau(town, pid)
    assert started(town.bureau, town.school, ours.agreement, str(ours.reference)) == pid
    with town.bureau.work() as work:
        town.bureau.exchange.transfers.complete(work, pid)
    assert started(town.bureau, town.school, ours.agreement, str(ours.reference)) != pid


def test_unchanged_data_are_not_sent_again(town: Town) -> None:
    pid = pulled(town)
    with town.bureau.exchange.transfers.fetch(pid) as response:
        tag = response.headers["etag"]
        response.read()
    for known in (tag, "v1", '"v1"'):
        with town.bureau.exchange.transfers.fetch(pid, etag=known) as response:
            assert response.status_code == 304
    with town.bureau.exchange.transfers.fetch(pid, etag="v0") as response:
        assert response.status_code == 200


def test_data_are_packed_where_that_is_accepted(town: Town) -> None:
    pid = pulled(town, Diplomas(chunks=[b"skill " * 1000] * 3))
    plain = get(town, pid, **{"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    address = at_bureau(town, pid).address
    assert address is not None
    headers = {"Authorization": f"Bearer {address['token']}", "Accept-Encoding": "gzip"}
    with httpx.stream("GET", address["endpoint"], headers=headers, trust_env=False) as packed:
        raw = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 10


def test_twenty_megabytes_pass_in_little_memory(town: Town) -> None:
    block = bytes(range(256)) * 256
    source = Diplomas()
    pid = pulled(town, source)
    source.chunks = (block for _ in range(320))  # type: ignore[assignment]
    tracemalloc.start()
    size = 0
    with town.bureau.exchange.transfers.fetch(pid) as response:
        for chunk in response.iter_bytes():
            size += len(chunk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size == 320 * 65536
    assert peak < 4 * 1024 * 1024


def test_a_stream_breaks_off_when_its_transfer_is_stopped(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillspace.exchange.dataplane.sending.LOOK_AGAIN_SECONDS", 0.0)
    closed: list[bool] = []

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
                time.sleep(0.001)
        finally:
            closed.append(True)

    source = Diplomas()
    pid = pulled(town, source)
    source.chunks = endless()  # type: ignore[assignment]
    provider_pid = str(at_bureau(town, pid).provider_pid)
    with pytest.raises(PeerUnreachable), town.bureau.exchange.transfers.fetch(pid) as response:
        for number, _ in enumerate(response.iter_raw()):
            if number == 3:
                with town.school.work() as work:
                    town.school.exchange.transfers.terminate(work, provider_pid, "Consent was withdrawn.")
    until(lambda: closed == [True])
