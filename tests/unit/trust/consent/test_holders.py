"""After the end: everyone who held a copy signs that it is gone or must be kept, and is reminded until they do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records import credentials
from skillspace.storage.database import Work
from skillspace.trust.consent import Grant
from skillspace.trust.consent.copies.held import DELETION_CREDENTIAL, read_deletion
from skillspace.trust.consent.machine import HOLDER, GrantState, HolderState
from skillspace.trust.consent.model import DeletionReceipt, Holder
from skillspace.trust.register import Duty
from tests.unit.trust.consent.conftest import HUB, OTHER, SCHOOL, WORKS, World

TWO_YEARS = Duty(kind="profiles", days=730, law={"en": "the invented Discrimination Act, section 3"})


class Shelf:
    """Copies an organisation holds: deleted, or blocked where a law says so."""

    def __init__(self, world: World, did: str = WORKS) -> None:
        self.copies: dict[str, int] = {}
        self.blocked: set[str] = set()
        world[did].room.held.on_delete("profiles", self.delete, self.block)

    def delete(self, grant: str, _work: Work) -> int:
        return self.copies.pop(grant, 0)

    def block(self, grant: str, _work: Work) -> int:
        self.blocked.add(grant)
        return self.copies.get(grant, 0)


def stopped(world: World, shelf: Shelf) -> Grant:
    """A yes, a copy made under it, and the end of it, with nobody told yet."""
    grant = world.granted()
    world.settle()
    shelf.copies[grant.id] = 2
    with world[HUB].database.writing() as work:
        return world[HUB].consents.revoke(work, grant.id, "person-ada")


def holders(world: World, grant: Grant) -> list[Holder]:
    with world[HUB].database.reading() as work:
        return world[HUB].consents.holders_of(work, grant)


def receipts(world: World, grant: Grant) -> list[DeletionReceipt]:
    with world[HUB].database.reading() as work:
        return world[HUB].consents.receipts_of(work, grant)


def tick(world: World) -> None:
    """Let every node's clock tick once, and everybody do what follows from it."""
    for node in world.nodes.values():
        with node.database.writing() as work:
            node.room.tasks.start(work)
            work.bring_forward("consent.clock")
    world.settle()


def test_who_held_a_copy_signs_that_it_is_gone(world: World) -> None:
    grant = stopped(world, shelf := Shelf(world))
    assert [(one.organisation, one.state) for one in holders(world, grant)] == [(WORKS, HolderState.TOLD)]
    world.settle()
    assert shelf.copies == {}
    assert [one.state for one in holders(world, grant)] == [HolderState.DELETED]
    assert [(one.organisation, one.deleted, one.kept) for one in receipts(world, grant)] == [
        (WORKS, {"profiles": 2}, ())
    ]
    assert world.outcomes()[-1] == "deleted"


def test_a_duty_to_keep_is_said_signed_and_ends_on_its_day(world: World) -> None:
    world.duties[WORKS, "profiles"] = TWO_YEARS
    grant = stopped(world, shelf := Shelf(world))
    world.settle()
    (found,), (receipt,) = holders(world, grant), receipts(world, grant)
    assert found.state is HolderState.KEEPING
    assert (shelf.copies, shelf.blocked) == ({grant.id: 2}, {grant.id})
    (kept,) = receipt.kept
    assert (kept.kind, kept.count, kept.law) == ("profiles", 2, TWO_YEARS.law)
    assert kept.until == world.clock() + timedelta(days=730)
    assert world.outcomes()[-1] == "kept"
    world.clock.move(days=729)
    tick(world)
    assert shelf.copies == {grant.id: 2}
    world.clock.move(days=2)
    tick(world)
    assert shelf.copies == {}
    assert [one.state for one in holders(world, grant)] == [HolderState.DELETED]
    (receipt,) = receipts(world, grant)
    assert (receipt.deleted, receipt.kept) == ({"profiles": 2}, ())
    assert world.outcomes()[-1] == "deleted"


def test_a_duty_over_nothing_keeps_nothing(world: World) -> None:
    world.duties[WORKS, "profiles"] = TWO_YEARS
    shelf = Shelf(world)
    grant = world.granted()
    world.settle()
    with world[HUB].database.writing() as work:
        world[HUB].consents.revoke(work, grant.id, "person-ada")
    world.settle()
    assert [one.state for one in holders(world, grant)] == [HolderState.DELETED]
    assert shelf.copies == {}


def test_who_stays_silent_is_reminded_ever_again_and_the_person_sees_it(world: World) -> None:
    grant = stopped(world, Shelf(world))
    world[WORKS].is_down = True
    tick(world)
    said = []
    for _ in range(20):
        world.clock.move(days=1)
        tick(world)
        (found,) = holders(world, grant)
        said.append(found.reminders)
    assert said[0] == 1
    assert said[-1] >= 4
    assert world.outcomes().count("reminded") == said[-1]
    assert holders(world, grant)[0].state is HolderState.TOLD
    world[WORKS].is_down = False
    world.clock.move(days=8)
    tick(world)
    tick(world)
    assert holders(world, grant)[0].state is HolderState.DELETED
    before = world.outcomes().count("reminded")
    world.clock.move(days=30)
    tick(world)
    assert world.outcomes().count("reminded") == before


def test_a_provider_elsewhere_has_to_sign_too(world: World) -> None:
    grant = world.granted(kinds=("diploma",), recipient=HUB)
    with world[HUB].database.writing() as work:
        world[HUB].consents.revoke(work, grant.id, "person-ada")
    assert {one.organisation for one in holders(world, grant)} == {HUB, SCHOOL}
    world.settle()
    assert {one.state for one in holders(world, grant)} == {HolderState.DELETED}


def test_another_organisation_hands_in_no_receipt(world: World) -> None:
    world.duties[WORKS, "profiles"] = TWO_YEARS
    grant = stopped(world, Shelf(world))
    world.settle()
    content = {"grant": grant.id, "intermediary": HUB, "state": "revoked", "deleted": {}, "at": "2026-11-21T12:00:00Z"}
    forged = credentials.issue(
        DELETION_CREDENTIAL,
        content,
        issuer_key=world[OTHER].key,
        issuer_did=OTHER,
        subject_did=f"urn:skillspace:{grant.id}",
        at=world.clock(),
    )
    for caller in (OTHER, WORKS):
        reply = world[HUB].client.post(
            "/consent/deletions", json={"receipt": forged}, headers={"Authorization": f"Bearer {caller}"}
        )
        assert reply.status_code in (403, 404)
    assert holders(world, grant)[0].state is HolderState.KEEPING


@pytest.mark.parametrize(
    "kept",
    [
        {"kind": "x"},
        [{"kind": "x"}],
        [{"kind": "x", "count": -1, "until": "2027-01-01T00:00:00Z", "law": {}}],
        [{"kind": "x", "count": 1, "until": "some day", "law": {}}],
        [{"kind": "x", "count": 1, "until": "2027-01-01T00:00:00Z", "law": [1]}],
        ["x"],
    ],
)
def test_a_receipt_that_does_not_say_what_is_kept_is_not_read(world: World, kept: object) -> None:
    content = {"grant": "grant-1", "intermediary": HUB, "state": "revoked", "deleted": {}, "at": "2026-11-21T12:00:00Z"}
    token = credentials.issue(
        DELETION_CREDENTIAL,
        content | {"kept": kept},
        issuer_key=world[WORKS].key,
        issuer_did=WORKS,
        subject_did="urn:skillspace:grant-1",
        at=world.clock(),
    )
    with pytest.raises((BadInput, InvalidSignature)):
        read_deletion(token, world.resolve_key, world.clock(), organisation=WORKS, grant="grant-1")


def test_nobody_is_let_off_by_anything_but_deletion() -> None:
    assert HOLDER.final == {HolderState.DELETED}


def test_everything_kept_is_listed_with_why_and_until_when_and_counted(world: World) -> None:
    shelf = Shelf(world)
    world.duties[WORKS, "profiles"] = TWO_YEARS
    first = stopped(world, shelf)
    world.settle()
    world.clock.move(days=30)
    second = stopped(world, shelf)
    world.settle()
    held = world[WORKS].room.held
    with world[WORKS].database.reading() as work:
        total, found = held.kept_all(work)
        assert held.kept_all(work, offset=1, limit=5) == (2, found[1:])
        sums = held.kept_sums(work)
    assert (total, [one.grant for one in found]) == (2, [first.id, second.id])
    assert {(one.kind, one.count, one.state, one.intermediary) for one in found} == {
        ("profiles", 2, GrantState.REVOKED, HUB)
    }
    assert found[0].law == TWO_YEARS.law
    assert found[0].until == found[0].since + timedelta(days=730)  # type: ignore[operator]
    assert (sums.count, [(one.kind, one.grants, one.count) for one in sums.by_kind]) == (4, [("profiles", 2, 4)])
    assert sum(sums.by_year.values()) == 4
    assert sums.by_kind[0].last == found[1].until


def test_of_what_is_gone_nothing_is_listed(world: World) -> None:
    world.duties[WORKS, "profiles"] = TWO_YEARS
    stopped(world, Shelf(world))
    world.settle()
    world.clock.move(days=731)
    tick(world)
    with world[WORKS].database.reading() as work:
        assert world[WORKS].room.held.kept_all(work) == (0, [])
        assert world[WORKS].room.held.kept_sums(work).count == 0
