"""The whole way over real HTTP: catalog, negotiation, transfer, pull, completion; and members that are away."""

from __future__ import annotations

from skillspace.exchange import NegotiationState, TransferState
from tests.unit.exchange.neighbours import Neighbour, agreed, crawled, offering, settle, started


def test_two_nodes_go_from_catalog_to_data(school: Neighbour, bureau: Neighbour) -> None:
    agreement_id = agreed(bureau, school)
    pid = started(bureau, school, agreement_id, "grant-1")

    assert bureau.heard("transfer.started")[0]["reference"] == "grant-1"
    with bureau.exchange.transfers.fetch(pid) as response:
        assert b"".join(response.iter_bytes()) == b'{"diploma": "Glass blowing"}'
        assert response.headers["content-type"] == "application/json"
    with bureau.work() as work:
        bureau.exchange.transfers.complete(work, pid)
    settle(bureau, school)

    with school.work() as work:
        [theirs] = school.exchange.transfers.transfers(work)
        [negotiation] = school.exchange.negotiations.negotiations(work)
    assert bureau.transfer_state(pid) == theirs.state == TransferState.COMPLETED
    assert negotiation.state is NegotiationState.FINALIZED


def test_both_sides_hold_the_same_agreement(school: Neighbour, bureau: Neighbour) -> None:
    agreement_id = agreed(bureau, school)
    found = []
    for node in (school, bureau):
        with node.work() as work:
            found.append(node.exchange.negotiations.agreement(work, agreement_id))
    assert found[0] == found[1]
    assert found[0] is not None
    assert found[0].in_force
    assert (found[0].provider, found[0].consumer, found[0].dataset) == (school.did, bureau.did, "diplomas")
    assert bureau.heard("negotiation.finalized") == [
        {"agreement_id": agreement_id, "dataset": "diplomas", "provider": school.did, "reason": None}
    ]


def test_asking_twice_for_an_agreement_negotiates_once(school: Neighbour, bureau: Neighbour) -> None:
    crawled(bureau, school)
    with bureau.work() as work:
        first = bureau.exchange.negotiations.ensure_agreement(work, school.did, "diplomas")
        again = bureau.exchange.negotiations.ensure_agreement(work, school.did, "diplomas")
    settle(bureau, school)
    with bureau.work() as work:
        in_force = bureau.exchange.negotiations.ensure_agreement(work, school.did, "diplomas")
        assert len(bureau.exchange.negotiations.negotiations(work)) == 1
    assert first == again == in_force


def test_a_provider_that_was_down_catches_up_without_being_asked_again(school: Neighbour, bureau: Neighbour) -> None:
    crawled(bureau, school)
    school.down()
    with bureau.work() as work:
        pid = bureau.exchange.negotiations.ensure_agreement(work, school.did, "diplomas")
    settle(bureau, school)
    school.up()
    for _ in range(3):
        bureau.later(30)
        school.later(30)
        settle(bureau, school)
    with bureau.work() as work:
        assert bureau.exchange.negotiations.negotiation(work, pid).state is NegotiationState.FINALIZED


def test_a_consumer_that_was_down_receives_what_was_decided_meanwhile(school: Neighbour, bureau: Neighbour) -> None:
    crawled(bureau, school)
    with bureau.work() as work:
        pid = bureau.exchange.negotiations.ensure_agreement(work, school.did, "diplomas")
    bureau.worker.run_due()
    bureau.down()
    settle(school)
    bureau.up()
    for _ in range(3):
        bureau.later(30)
        school.later(30)
        settle(bureau, school)
    with bureau.work() as work:
        assert bureau.exchange.negotiations.negotiation(work, pid).state is NegotiationState.FINALIZED


def test_changed_terms_are_countered_and_accepted_when_they_hold_for_everyone(
    school: Neighbour, bureau: Neighbour
) -> None:
    crawled(bureau, school)
    prohibition = [{"action": "urn:skillspace:action:resell"}]
    with school.work() as work:
        changed = offering(policy=offering().policy | {"prohibition": prohibition})
        school.exchange.catalog.publish(work, changed)
    with bureau.work() as work:
        pid = bureau.exchange.negotiations.ensure_agreement(work, school.did, "diplomas")
    settle(bureau, school)
    with bureau.work() as work:
        done = bureau.exchange.negotiations.negotiation(work, pid)
        found = bureau.exchange.negotiations.agreement_between(work, school.did, bureau.did, "diplomas")
    assert done.state is NegotiationState.FINALIZED
    assert done.offers_made == 1
    assert found is not None
    assert found.policy["prohibition"] == prohibition


def test_a_withdrawn_offering_ends_the_negotiation_with_the_reason(school: Neighbour, bureau: Neighbour) -> None:
    crawled(bureau, school)
    with school.work() as work:
        school.exchange.catalog.withdraw(work, "diplomas")
    with bureau.work() as work:
        pid = bureau.exchange.negotiations.ensure_agreement(work, school.did, "diplomas")
    settle(bureau, school)
    with bureau.work() as work:
        ended = bureau.exchange.negotiations.negotiation(work, pid)
    assert ended.state is NegotiationState.TERMINATED
    assert ended.reason == "Nothing called diplomas is offered here."
    assert bureau.heard("negotiation.terminated")[0]["reason"] == ended.reason
