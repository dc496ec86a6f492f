"""Who is believed: signed words of the right organisation about its own part, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import Conflict, InvalidSignature, NotFound, SkillspaceError
from skillspace.records.credentials import CredentialNotYetValid
from skillspace.trust.rights import AUTOMATIC, Case, Ground, PartState, Right
from skillspace.trust.rights.errors import PackageGone, TooLate, WrongPackage
from skillspace.trust.rights.inbox import Inbox
from skillspace.trust.rights.messages import PartMessage
from skillspace.trust.rights.replies import Reply, write_reply
from skillspace.trust.rights.store import parts, requests
from tests.unit.trust.rights.conftest import ADA, HUB, RIVAL, SCHOOL, WORKS, World


def word(world: World, case: Case, whose: str, **changes: Any) -> Reply:
    """A word of an organisation about its part, as it would sign it."""
    part = world.part(case, whose)
    facts: dict[str, Any] = {"part": part.id, "organisation": whose, "right": case.right, "number": 5}
    facts |= {"move": "answer", "at": world.clock(), "received": world.clock(), "country": "SE", "words": "Done."}
    return Reply(**(facts | changes))


def post(world: World, reply: Reply, *, signer: str, sender: str) -> Any:
    token = write_reply(reply, world[signer].key)
    headers = {"Authorization": f"Bearer {sender}"}
    return world[HUB].client.post("/rights/replies", json={"reply": token}, headers=headers)


def ask(world: World, sender: str, body: dict[str, Any]) -> Any:
    return world[SCHOOL].client.post("/rights/parts", json=body, headers={"Authorization": f"Bearer {sender}"})


def message(world: World, **changes: Any) -> dict[str, Any]:
    body = {"part": "rightspart-0001", "right": "access", "subject": world.subject(SCHOOL), "words": ""}
    body |= {"asked": iso(world.clock()), "datasets": [], "kinds": [], "grants": [], "corrections": []}
    return body | changes


def test_the_right_signer_and_sender_are_believed(by_hand: World) -> None:
    case = by_hand.open(Right.ERASURE)
    by_hand.settle()
    assert post(by_hand, word(by_hand, case, SCHOOL), signer=SCHOOL, sender=SCHOOL).status_code == 200
    assert by_hand.part(case, SCHOOL).state is PartState.ANSWERED


@pytest.mark.parametrize(
    ("says", "signer", "sender", "status"),
    [
        (SCHOOL, WORKS, SCHOOL, 400),  # signed with another's key
        (SCHOOL, WORKS, WORKS, 403),  # another's key, and another sends it
        (SCHOOL, SCHOOL, WORKS, 403),  # a true word in the wrong mouth
        (WORKS, WORKS, WORKS, 404),  # about a part that is not theirs
        (RIVAL, RIVAL, RIVAL, 404),
    ],
)
def test_forged_and_others_words_move_nothing(by_hand: World, says: str, signer: str, sender: str, status: int) -> None:
    case = by_hand.open(Right.ERASURE)
    by_hand.settle()
    forged = word(by_hand, case, SCHOOL, organisation=says)
    assert post(by_hand, forged, signer=signer, sender=sender).status_code == status
    assert by_hand.part(case, SCHOOL).state is PartState.RECEIVED
    with by_hand[HUB].database.reading() as work:
        assert {proof.move for proof in by_hand[HUB].rights.proofs(work, by_hand.case(case))} == {"receive"}


def test_a_changed_word_is_refused(by_hand: World) -> None:
    case = by_hand.open(Right.ERASURE)
    by_hand.settle()
    head, body, mark = write_reply(word(by_hand, case, SCHOOL), by_hand[SCHOOL].key).split(".")
    other = write_reply(word(by_hand, case, SCHOOL, words="Not done."), by_hand[SCHOOL].key).split(".")[1]
    with pytest.raises(InvalidSignature):
        by_hand[HUB].hearing.read(f"{head}.{other}.{mark}", SCHOOL)
    assert by_hand[HUB].hearing.read(f"{head}.{body}.{mark}", SCHOOL).words == "Done."


def test_a_word_about_another_right_or_under_a_used_number_is_refused(by_hand: World) -> None:
    case = by_hand.open(Right.ERASURE)
    by_hand.settle()
    other = word(by_hand, case, SCHOOL, right=Right.ACCESS)
    assert post(by_hand, other, signer=SCHOOL, sender=SCHOOL).status_code == 400
    again = word(by_hand, case, SCHOOL, number=1, move="refuse", ground=Ground.EXCESSIVE)
    reply = post(by_hand, again, signer=SCHOOL, sender=SCHOOL)
    assert (reply.status_code, reply.json()["code"]) == (409, "Conflict")
    assert by_hand.part(case, SCHOOL).state is PartState.RECEIVED


def test_an_extension_that_says_it_came_in_time_counts_only_if_it_could_have(by_hand: World) -> None:
    case = by_hand.open(Right.ERASURE)
    by_hand.settle()
    by_hand.clock.move(days=40)
    late = word(by_hand, case, SCHOOL, move="extend", received=case.opened)
    reply = post(by_hand, late, signer=SCHOOL, sender=SCHOOL)
    assert (reply.status_code, reply.json()["code"]) == (409, TooLate.__name__)


def test_words_that_overtake_each_other_end_in_the_same_place(by_hand: World) -> None:
    case = by_hand.open(Right.ERASURE)
    by_hand[SCHOOL].is_down = True
    by_hand.settle()
    for number, move in ((3, "answer"), (2, "take"), (1, "receive")):
        reply = word(by_hand, case, SCHOOL, number=number, move=move)
        assert post(by_hand, reply, signer=SCHOOL, sender=SCHOOL).status_code == 200
    part = by_hand.part(case, SCHOOL)
    assert (part.state, part.received) == (PartState.ANSWERED, by_hand.clock())


def test_a_refused_word_is_a_note_for_the_organisation_and_the_next_one_goes(by_hand: World) -> None:
    case = by_hand.open(Right.ERASURE, only=[SCHOOL])
    by_hand.settle()
    id, desk = by_hand.request(SCHOOL, case), by_hand[SCHOOL].room.desk
    with by_hand[HUB].database.writing() as work:
        work.update(parts, parts.c.organisation == SCHOOL, extended=by_hand.clock())
    with by_hand[SCHOOL].database.writing() as work:
        desk.extend(work, id, "staff-1", "Much to read.")
    by_hand.settle()
    with by_hand[SCHOOL].database.writing() as work:
        assert "took not “extend”" in desk.request(work, id).note
        desk.answer(work, id, "staff-1")
    by_hand.settle()
    assert by_hand.part(case, SCHOOL).state is PartState.ANSWERED


@pytest.mark.parametrize("caller", [WORKS, SCHOOL, "did:web:stranger.example"])
def test_only_intermediaries_ask_for_people(world: World, caller: str) -> None:
    assert ask(world, caller, message(world)).status_code in (401, 403)
    with world[SCHOOL].database.reading() as work:
        assert work.rows(sa.select(requests)) == []


def test_the_same_request_again_is_the_same_request_and_another_under_its_name_is_refused(world: World) -> None:
    first = ask(world, HUB, message(world))
    assert ask(world, HUB, message(world)).json() == first.json()
    assert ask(world, HUB, message(world, right="erasure")).status_code == 409
    with world[SCHOOL].database.reading() as work:
        assert len(work.rows(sa.select(requests))) == 1


def test_another_intermediary_with_the_same_names_gets_nothing_of_this_ones_people(world: World) -> None:
    world.put(SCHOOL)
    assert ask(world, RIVAL, message(world, right="erasure")).status_code == 200
    assert ask(world, HUB, message(world, part="rightspart-0002", right="access")).status_code == 200
    world.settle()
    assert world[SCHOOL].kept(world.subject(SCHOOL)) == ["diploma"]
    for door in ("withdrawn", "lifted"):
        headers = {"Authorization": f"Bearer {RIVAL}"}
        reply = world[SCHOOL].client.post(f"/rights/parts/rightspart-0002/{door}", headers=headers)
        assert reply.status_code == 404


def test_a_request_from_the_future_is_refused(world: World) -> None:
    assert ask(world, HUB, message(world, asked="2026-11-21T12:06:00Z")).status_code == 400
    assert ask(world, HUB, message(world, asked="2026-11-21T12:04:00Z")).status_code == 200


def waiting_package(world: World) -> tuple[Case, str]:
    """Let a package wait at the university, and return its key."""
    world.put(SCHOOL)
    case = world.open(Right.ACCESS, only=[SCHOOL])
    world[HUB].worker.run_due()
    world[SCHOOL].worker.run_due()
    with world[HUB].database.reading() as work:
        row = work.one(sa.select(parts.c.opens))
    assert row is not None
    return case, str(row["opens"])


def test_a_package_opens_for_its_intermediary_with_its_key_until_it_is_collected(world: World) -> None:
    case, key = waiting_package(world)
    part, shelf = world.part(case, SCHOOL), world[SCHOOL].room.shelf
    assert part.package is not None
    with world[SCHOOL].database.writing() as work:
        assert shelf.open(work, HUB, part.id, key).is_file()
        for caller, shown in ((RIVAL, key), (HUB, "x" * 43), (HUB, ""), (HUB, "None")):
            with pytest.raises(PackageGone):
                shelf.open(work, caller, part.id, shown)
        with pytest.raises(WrongPackage):
            shelf.collected(work, HUB, part.id, "0" * 64)
        with pytest.raises(PackageGone):
            shelf.collected(work, RIVAL, part.id, part.package.digest)
        for _ in range(2):
            shelf.collected(work, HUB, part.id, part.package.digest)
        with pytest.raises(PackageGone):
            shelf.open(work, HUB, part.id, key)
        assert [row["opens_hash"] for row in work.rows(sa.select(requests.c.opens_hash))] == [None]


def test_a_package_that_is_not_what_was_signed_for_is_not_kept(world: World) -> None:
    case, _ = waiting_package(world)
    (path,) = world[SCHOOL].packages()
    path.write_bytes(path.read_bytes() + b"more")
    for _ in range(4):
        world.settle()
        world.clock.move(minutes=1)
    part = world.part(case, SCHOOL)
    assert (part.state, str(part.package_state)) == (PartState.ANSWERED, "lost")
    assert world[HUB].packages() == []


def test_a_package_is_not_lost_because_its_organisation_did_not_know_us_for_a_while(world: World) -> None:
    case, _ = waiting_package(world)
    us = world.members.pop(HUB)
    for _ in range(4):
        world[HUB].worker.run_due()
        world.clock.move(minutes=1)
    world.members[HUB] = us
    world.clock.move(hours=1)
    world.settle()
    assert world.part(case, SCHOOL).package_state == "here"


def test_neither_the_key_nor_a_package_is_readable_to_others_on_the_machine(world: World) -> None:
    _, key = waiting_package(world)
    (path,) = world[SCHOOL].packages()
    assert path.stat().st_mode & 0o077 == 0
    world.settle()
    assert key.encode() not in (world[SCHOOL].folder / "node.db").read_bytes()
    (path,) = world[HUB].packages()
    assert path.stat().st_mode & 0o077 == 0


def test_rectification_and_objection_are_never_left_to_a_machine(world: World) -> None:
    with pytest.raises(SkillspaceError):
        Inbox(docket=None, speech=None, shelf=None, automatic={*AUTOMATIC, Right.OBJECTION})  # type: ignore[arg-type]


def test_what_is_too_large_waits_for_a_person_who_hands_it_over_elsewhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillspace.trust.rights.package.MAX_BYTES", 20)
    world.put(SCHOOL)
    case = world.open(Right.ACCESS, only=[SCHOOL])
    world.settle()
    id, desk = world.request(SCHOOL, case), world[SCHOOL].room.desk
    with world[SCHOOL].database.writing() as work:
        assert "more than" in desk.request(work, id).note
        with pytest.raises(SkillspaceError):
            desk.answer(work, id, "staff-1", elsewhere=True)
        desk.answer(work, id, "staff-1", "You got a disk by post.", elsewhere=True)
    world.settle()
    part = world.part(case, SCHOOL)
    assert (part.state, part.package, part.words) == (PartState.ANSWERED, None, "You got a disk by post.")
    assert world[SCHOOL].packages() == []


def test_a_room_that_cannot_erase_leaves_it_to_a_person(world: World) -> None:
    drawer = world[SCHOOL].drawer.answerer()
    world[SCHOOL].room.answerers.add(replace(drawer, name="archive", erase=None))
    world.put(SCHOOL)
    case = world.open(Right.ERASURE, only=[SCHOOL])
    world.settle()
    assert world.part(case, SCHOOL).state is PartState.RECEIVED
    with world[SCHOOL].database.reading() as work:
        (waiting,) = world[SCHOOL].room.desk.queue(work)
    assert "archive" in waiting.note
    assert world[SCHOOL].kept(world.subject(SCHOOL)) == ["diploma"]


def test_a_request_is_known_by_its_content_not_by_its_order(world: World) -> None:
    found = PartMessage.model_validate(message(world))
    with world[SCHOOL].database.writing() as work:
        first = world[SCHOOL].room.inbox.receive(work, HUB, found)
        assert world[SCHOOL].room.inbox.receive(work, HUB, found) == first
        with pytest.raises(Conflict):
            world[SCHOOL].room.inbox.receive(work, HUB, found.model_copy(update={"words": "else"}))
        with pytest.raises(NotFound):
            world[SCHOOL].room.inbox.withdrawn(work, HUB, "rightspart-9999")


def test_the_persons_own_identifier_is_asked_of_this_node_alone(world: World) -> None:
    world.open(Right.ACCESS)
    world.settle()
    with world[HUB].database.reading() as work:
        (row,) = work.rows(sa.select(requests.c.subject, requests.c.intermediary))
    assert (row["subject"], row["intermediary"]) == (ADA, HUB)


def test_a_word_that_dates_itself_ahead_counts_from_now(by_hand: World) -> None:
    case = by_hand.open(Right.ERASURE)
    by_hand.settle()
    ahead = by_hand.clock() + timedelta(days=20)
    token = write_reply(word(by_hand, case, SCHOOL, received=ahead), by_hand[SCHOOL].key)
    assert by_hand[HUB].hearing.read(token, SCHOOL).received == by_hand.clock()
    with pytest.raises(CredentialNotYetValid):
        by_hand[HUB].hearing.read(write_reply(word(by_hand, case, SCHOOL, at=ahead), by_hand[SCHOOL].key), SCHOOL)
