"""Receipts of deletion count when they were asked for, whichever comes first, and whatever they say of the future."""

from __future__ import annotations

from typing import Any

from skillspace.records import credentials
from skillspace.trust.consent import Grant
from skillspace.trust.consent.copies.held import DELETION_CREDENTIAL, read_deletion
from skillspace.trust.consent.machine import HolderState
from skillspace.trust.register import Duty
from tests.unit.trust.consent.conftest import HUB, WORKS, World, revoke
from tests.unit.trust.consent.test_holders import Shelf, holders, receipts, tick

LAW = {"en": "an invented law"}


def signed(world: World, grant: Grant, **said: Any) -> str:
    """What the employer signs about deletion."""
    content = {"grant": grant.id, "intermediary": HUB, "state": "revoked", "deleted": {}, "at": "2026-11-21T12:00:00Z"}
    return credentials.issue(
        DELETION_CREDENTIAL,
        content | said,
        issuer_key=world[WORKS].key,
        issuer_did=WORKS,
        subject_did=f"urn:skillspace:{grant.id}",
        at=world.clock(),
    )


def handed_in(world: World, token: str) -> int:
    headers = {"Authorization": f"Bearer {WORKS}"}
    return world[HUB].client.post("/consent/deletions", json={"receipt": token}, headers=headers).status_code


def keeping(until: str, *kinds: str) -> list[dict[str, object]]:
    return [{"kind": kind, "count": 1, "until": until, "law": LAW} for kind in kinds]


def test_a_receipt_from_before_the_end_is_refused_and_the_true_one_counts(world: World) -> None:
    grant = world.granted()
    world.settle()
    shelf = Shelf(world)
    shelf.copies[grant.id] = 2
    assert handed_in(world, signed(world, grant, deleted={"profiles": 9})) == 404
    assert "deleted" not in world.outcomes()
    revoke(world, grant)
    world.settle()
    assert [one.state for one in holders(world, grant)] == [HolderState.DELETED]
    assert [one.deleted for one in receipts(world, grant)] == [{"profiles": 2}]


def test_of_two_last_receipts_both_count_whichever_comes_first(world: World) -> None:
    far = "2028-11-21T12:00:00.000Z"
    grant = world.granted()
    world.settle()
    first = signed(world, grant, deleted={"notes": 3}, kept=keeping(far, "letters", "profiles"))
    one_gone = signed(world, grant, deleted={"letters": 1}, kept=keeping(far, "profiles"))
    all_gone = signed(world, grant, deleted={"profiles": 1})
    revoke(world, grant)
    world[WORKS].is_down = True
    for token, state in (
        (first, HolderState.KEEPING),
        (all_gone, HolderState.DELETED),
        (one_gone, HolderState.DELETED),
        (first, HolderState.DELETED),
    ):
        assert handed_in(world, token) == 204
        assert [one.state for one in holders(world, grant)] == [state]
    (found,) = receipts(world, grant)
    assert (found.deleted, found.kept) == ({"notes": 3, "letters": 1, "profiles": 1}, ())


def test_a_receipt_from_before_counts_nothing_twice(world: World) -> None:
    grant = world.granted()
    world.settle()
    older = signed(world, grant, deleted={"notes": 3}, kept=keeping("2028-11-21T12:00:00.000Z", "letters", "profiles"))
    newer = signed(world, grant, deleted={"letters": 1}, kept=keeping("2028-11-21T12:00:00.000Z", "profiles"))
    revoke(world, grant)
    for token in (older, newer, older, newer):
        assert handed_in(world, token) == 204
    (found,) = receipts(world, grant)
    assert (found.deleted, [one.kind for one in found.kept]) == ({"notes": 3, "letters": 1}, ["profiles"])
    assert world.outcomes().count("kept") == 2


def test_a_copy_kept_until_the_end_of_all_calendars_makes_no_door_fall(world: World) -> None:
    grant = world.granted()
    world.settle()
    revoke(world, grant)
    token = signed(world, grant, kept=keeping("9999-12-31T00:00:00.000Z", "profiles"))
    assert handed_in(world, token) == 204
    assert [one.state for one in holders(world, grant)] == [HolderState.KEEPING]


def test_kept_copies_whose_days_are_the_same_are_all_in_the_receipt(world: World) -> None:
    for kind in ("profiles", "letters"):
        world.duties[WORKS, kind] = Duty(kind=kind, days=10, law=LAW)
    shelf, letters = Shelf(world), {"n": 1}
    grant = world.granted()
    world.settle()
    shelf.copies[grant.id] = 2
    world[WORKS].room.held.on_delete("letters", lambda *_: letters.pop("n", 0), lambda *_: letters.get("n", 0))
    revoke(world, grant)
    world.settle()
    world.clock.move(days=11)
    tick(world)
    (found,) = receipts(world, grant)
    assert (found.deleted, found.kept) == ({"profiles": 2, "letters": 1}, ())
    assert read_deletion(found.token, world.resolve_key, world.clock(), organisation=WORKS, grant=grant.id)
