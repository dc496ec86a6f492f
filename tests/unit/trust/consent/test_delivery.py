"""Grants between nodes: delivered, verified, ended everywhere, and answered with receipts of deletion."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from skillspace.kernel.errors import InvalidSignature, NotFound, Refused
from skillspace.storage.database import Work
from skillspace.trust.consent import GrantState
from skillspace.trust.consent.copies.held import read_deletion
from skillspace.trust.consent.errors import ConsentExpired, UntrustedIntermediary, WrongRecipient
from skillspace.trust.identity import Peer
from tests.unit.trust.consent.conftest import HUB, OTHER, PROFILES, RIVAL, SCHOOL, WORKS, World


class Copies:
    """A room of the recipient that keeps copies under grants."""

    def __init__(self, world: World, did: str) -> None:
        self.kept: dict[str, int] = {}
        world[did].room.held.on_delete("profile", self.delete)

    def delete(self, grant: str, work: Work) -> int:
        assert work.connection.in_transaction()
        return self.kept.pop(grant, 0)


def revoke(world: World, grant_id: str) -> None:
    with world[HUB].database.writing() as work:
        world[HUB].consents.revoke(work, grant_id, "person-ada")


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["name"] for event in events]


def test_a_yes_reaches_the_recipient_with_what_it_may_use(world: World) -> None:
    grant = world.granted()
    world.settle()
    with world[WORKS].database.reading() as work:
        found = world[WORKS].room.held.find(work, grant.id)
        assert world[WORKS].room.held.live(work) == [found]
    assert (found.subject, found.kinds, found.dataset) == (grant.subject, ("plan", "skills-profile"), PROFILES)
    (event,) = world[WORKS].events
    assert event["name"] == "consent.received"
    assert event["content"]["grant_id"] == grant.id
    assert event["content"]["until"] == "2027-11-21T12:00:00.000Z"
    assert set(event["content"]) == {
        *("grant_id", "intermediary", "provider", "dataset", "purpose", "kinds", "subject", "until")
    }


def test_a_grant_to_gather_is_not_sent_to_ourselves(world: World) -> None:
    world.granted(kinds=("diploma",), recipient=HUB)
    world.settle()
    assert world.calls == []


def test_a_recipient_that_was_down_gets_its_grant_when_it_is_back(world: World) -> None:
    world[WORKS].is_down = True
    grant = world.granted()
    world.settle()
    world[WORKS].is_down = False
    world.clock.move(seconds=30)
    world.settle()
    with world[WORKS].database.reading() as work:
        assert world[WORKS].room.held.find(work, grant.id).id == grant.id


def test_a_grant_delivered_twice_is_announced_once(world: World) -> None:
    grant = world.granted()
    held, token = world[WORKS].room.held, world.credential(grant)
    terms = held.verify(token, world.members[HUB])
    with world[WORKS].database.writing() as work:
        assert held.receive(work, terms)
        assert not held.receive(work, terms)
    world[WORKS].worker.run_due()
    assert names(world[WORKS].events) == ["consent.received"]


def test_only_an_intermediary_delivers_and_only_what_it_signed_for_us(world: World) -> None:
    token = world.credential(world.granted())
    held = world[WORKS].room.held
    with pytest.raises(UntrustedIntermediary):
        held.verify(token, world.members[SCHOOL])
    with pytest.raises(UntrustedIntermediary):
        held.verify(token, world.members[RIVAL])
    with pytest.raises(UntrustedIntermediary):
        held.verify(token, Peer(did=HUB, name="hub", roles=frozenset({"participant"})))
    with pytest.raises(WrongRecipient):
        world[OTHER].room.held.verify(token, world.members[HUB])
    world.clock.move(days=366)
    with pytest.raises(ConsentExpired):
        held.verify(token, world.members[HUB])


def test_a_stopped_yes_reaches_the_holder_whose_deletion_the_person_sees(world: World) -> None:
    copies = Copies(world, WORKS)
    grant = world.granted()
    world.settle()
    copies.kept[grant.id] = 3
    world.clock.move(hours=1)
    revoke(world, grant.id)
    world.settle()
    assert copies.kept == {}
    with world[HUB].database.reading() as work:
        (receipt,) = world[HUB].consents.receipts_of(work, grant)
    assert (receipt.organisation, receipt.deleted) == (WORKS, {"profile": 3})
    key = world[WORKS].key.public_jwk()
    offline = read_deletion(receipt.token, lambda _issuer, _kid: key, world.clock(), organisation=WORKS, grant=grant.id)
    assert offline == receipt
    assert world.outcomes() == ["asked", "granted", "stopped", "deleted"]
    assert names(world[WORKS].events) == ["consent.received", "consent.ended_here"]
    with world[WORKS].database.reading() as work, pytest.raises(NotFound):
        world[WORKS].room.held.find(work, grant.id)


def test_the_end_is_told_until_a_holder_that_was_down_answers(world: World) -> None:
    copies = Copies(world, WORKS)
    grant = world.granted()
    world.settle()
    copies.kept[grant.id] = 1
    world[WORKS].is_down = True
    revoke(world, grant.id)
    for _ in range(20):
        world.settle()
        world.clock.move(hours=1)
    assert copies.kept == {grant.id: 1}
    world[WORKS].is_down = False
    world.settle()
    assert copies.kept == {}
    assert world.outcomes()[-1] == "deleted"


def test_a_delivery_that_comes_after_the_end_revives_nothing(world: World) -> None:
    grant = world.granted()
    token = world.credential(grant)
    world[WORKS].is_down = True
    world.settle()
    revoke(world, grant.id)
    world[WORKS].is_down = False
    world.clock.move(seconds=30)
    world.settle()
    line = {"json": {"credential": token}, "headers": {"Authorization": f"Bearer {HUB}"}}
    reply = world[WORKS].client.post("/consent/grants", **line)
    assert reply.json() == {"received": False}
    world[WORKS].worker.run_due()
    assert names(world[WORKS].events) == ["consent.ended_here"]


def test_ending_twice_gives_the_same_receipt_and_deletes_once(world: World) -> None:
    copies = Copies(world, WORKS)
    grant = world.granted()
    world.settle()
    copies.kept[grant.id] = 1
    body = {"grant": grant.id, "state": "revoked", "at": "2026-11-21T12:00:00.000Z"}
    line = {"json": body, "headers": {"Authorization": f"Bearer {HUB}"}}
    first = world[WORKS].client.post("/consent/ended", **line).json()
    copies.kept[grant.id] = 9
    assert world[WORKS].client.post("/consent/ended", **line).json() == first
    assert copies.kept == {grant.id: 9}


def test_nobody_but_its_intermediary_ends_a_grant(world: World) -> None:
    copies = Copies(world, WORKS)
    grant = world.granted()
    world.settle()
    copies.kept[grant.id] = 1
    for stranger in (RIVAL, SCHOOL):
        body = {"grant": grant.id, "state": "revoked", "at": ""}
        reply = world[WORKS].client.post("/consent/ended", json=body, headers={"Authorization": f"Bearer {stranger}"})
        assert reply.status_code == 403
    assert copies.kept == {grant.id: 1}


def test_an_intermediary_cannot_take_over_the_identifier_of_anothers_grant(world: World) -> None:
    grant = world.granted()
    held = world[WORKS].room.held
    terms = held.verify(world.credential(grant), world.members[HUB])
    with world[WORKS].database.writing() as work:
        held.receive(work, terms)
    with world[WORKS].database.writing() as work, pytest.raises(Refused):
        held.receive(work, replace(terms, intermediary=RIVAL))


def test_our_own_copy_of_what_was_gathered_goes_too_and_the_provider_is_told(world: World) -> None:
    copies = Copies(world, HUB)
    grant = world.granted(kinds=("diploma",), recipient=HUB)
    copies.kept[grant.id] = 2
    revoke(world, grant.id)
    world.settle()
    assert copies.kept == {}
    with world[HUB].database.reading() as work:
        receipts = {found.organisation: found.deleted for found in world[HUB].consents.receipts_of(work, grant)}
    assert receipts == {HUB: {"profile": 2}, SCHOOL: {}}
    with world[SCHOOL].database.reading() as work:
        assert world[SCHOOL].room.held.ended_state(work, HUB, grant.id) is GrantState.REVOKED


def test_a_holder_lets_go_in_time_also_when_the_intermediary_is_silent(world: World) -> None:
    copies = Copies(world, WORKS)
    grant = world.granted()
    world.settle()
    copies.kept[grant.id] = 1
    with world[WORKS].database.writing() as work:
        world[WORKS].room.tasks.start(work)
    world[HUB].is_down = True
    world.clock.move(days=366)
    world.settle()
    assert copies.kept == {}


def test_a_deletion_receipt_of_another_or_about_another_is_refused(world: World) -> None:
    held = world[WORKS].room.held
    with world[WORKS].database.writing() as work:
        token = held.end(work, sender=HUB, is_intermediary=True, grant="grant-1234567", state=GrantState.REVOKED)
    at = world.clock()
    with pytest.raises(InvalidSignature):
        read_deletion(token, world.resolve_key, at, organisation=WORKS, grant="grant-7654321")
    with pytest.raises(Refused):
        read_deletion(token, world.resolve_key, at, organisation=OTHER, grant="grant-1234567")


def test_erasing_a_person_ends_everything_everywhere_and_leaves_hashes(world: World) -> None:
    copies = Copies(world, WORKS)
    grant = world.granted()
    gathered = world.granted(kinds=("diploma",), recipient=HUB)
    world.settle()
    copies.kept[grant.id] = 1
    with world[HUB].database.writing() as work:
        assert world[HUB].consents.erase(work, "person-ada") == 2
    world.settle()
    assert copies.kept == {}
    hub = world[HUB]
    with hub.database.reading() as work:
        assert hub.consents.of_person(work, "person-ada") == []
        assert hub.consents.log(work, "person-ada") == []
        left = [hub.consents.find(work, found.id) for found in (grant, gathered)]
        assert [found.state for found in left] == [GrantState.TERMINATED, GrantState.TERMINATED]
        assert {receipt.organisation for receipt in hub.consents.receipts_of(work, grant)} == {WORKS}
        dump = "\n".join(work.connection.connection.iterdump())  # type: ignore[attr-defined]
    for trace in ("person-ada", grant.subject, gathered.subject):
        assert trace not in dump
    assert dump.count('INSERT INTO "consent_audit"') == 6
