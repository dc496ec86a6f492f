"""A person's right across all nodes: asked at once, answered with proof, followed to the end."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, MoveNotAllowed, NotFound
from skillspace.storage.database import tasks
from skillspace.trust.rights import CaseState, Correction, PackageState, PartState, Right, Scope, read_reply
from skillspace.trust.rights.store import cases, parts, proofs, requests, restrictions
from tests.unit.trust.rights.conftest import ADA, BOB, HUB, PDF, SCHOOL, WORKS, World, documents


def unpacked(world: World, case_id: str, person: str = ADA) -> dict[str, bytes]:
    target = io.BytesIO()
    with world[HUB].database.reading() as work:
        world[HUB].rights.write_package(work, case_id, person, target)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_one_press_brings_what_everybody_holds_with_the_documents_as_they_were(world: World) -> None:
    for did, kind in ((SCHOOL, "diploma"), (WORKS, "note"), (HUB, "story")):
        world.put(did, kind)
    case = world.open(Right.ACCESS, words="What do you know of me?")
    assert [part.state for part in case.parts] == [PartState.SENT] * 3
    world.settle()
    found = world.case(case)
    assert found.state is CaseState.CLOSED
    assert {(part.state, part.package_state) for part in found.parts} == {(PartState.ANSWERED, PackageState.HERE)}
    files = unpacked(world, case.id)
    assert files["02-Invented-University/data/documents/00001.pdf"] == PDF
    listed = json.loads(files["03-Invented-Works/data/holdings.json"])
    assert listed["holdings"][0]["content"] == {"text": "plain text"}
    assert listed["holdings"][0]["recipients"] == [HUB]
    assert "imy.se" in listed["complaint"]
    assert json.loads(files["missing.json"]) == []
    assert len([name for name in files if name.endswith("-answer.jwt")]) == 3


def test_a_package_is_thrown_away_where_it_was_made_once_it_is_collected(world: World) -> None:
    world.put(SCHOOL)
    world.open(Right.ACCESS)
    world.settle()
    assert world[SCHOOL].packages() == []
    assert world[WORKS].packages() == []
    with world[HUB].database.reading() as work:
        assert [row["opens"] for row in work.rows(sa.select(parts.c.opens))] == [None] * 3


def test_portability_leaves_out_what_it_does_not_cover(world: World) -> None:
    world.put(SCHOOL, "diploma")
    world.put(SCHOOL, "note")
    case = world.open(Right.PORTABILITY)
    world.settle()
    listed = json.loads(unpacked(world, case.id)["02-Invented-University/data/holdings.json"])
    assert [each["kind"] for each in listed["holdings"]] == ["diploma"]


def test_a_scope_of_kinds_leaves_the_others_out(world: World) -> None:
    world.put(SCHOOL, "diploma")
    world.put(SCHOOL, "story")
    case = world.open(Right.ACCESS, scope=Scope(kinds=("story",)), only=[SCHOOL])
    world.settle()
    listed = json.loads(unpacked(world, case.id)["01-Invented-University/data/holdings.json"])
    assert [each["kind"] for each in listed["holdings"]] == ["story"]


def test_who_holds_nothing_says_so_with_a_signature(world: World) -> None:
    case = world.open(Right.ACCESS)
    world.settle()
    part = world.part(case, WORKS)
    assert part.package is not None
    assert part.package.holdings == 0


def test_erasure_is_answered_with_signed_counts_that_anyone_can_check(world: World) -> None:
    world.put(SCHOOL)
    world.put(SCHOOL, "note")
    world.put(SCHOOL, person=BOB)
    case = world.open(Right.ERASURE)
    world.settle()
    assert world[SCHOOL].kept(world.subject(SCHOOL)) == []
    assert world[SCHOOL].kept(world.subject(SCHOOL, BOB)) == ["diploma"]
    part = world.part(case, SCHOOL)
    assert (part.state, part.deleted) == (PartState.ANSWERED, {"diploma": 1, "note": 1})
    with world[HUB].database.reading() as work:
        proof = world[HUB].rights.proofs(work, world.case(case))[-1]
    key = world[proof_of(world, proof.part)].key.public_jwk()
    offline = read_reply(proof.token, lambda _i, _k: key, world.clock(), organisation=proof_of(world, proof.part))
    assert offline.move == "answer"


def proof_of(world: World, part: str) -> str:
    with world[HUB].database.reading() as work:
        row = work.one(sa.select(parts.c.organisation).where(parts.c.id == part))
    assert row is not None
    return str(row["organisation"])


def test_what_a_law_keeps_waits_for_a_person_and_is_erased_when_the_law_lets_go(world: World) -> None:
    world.put(SCHOOL, "diploma")
    world.put(SCHOOL, "invoice", keep_until=date(2027, 3, 1))
    case = world.open(Right.ERASURE, only=[SCHOOL])
    world.settle()
    assert world.part(case, SCHOOL).state is PartState.RECEIVED
    id = world.request(SCHOOL, case)
    desk = world[SCHOOL].room.desk
    with world[SCHOOL].database.writing() as work:
        assert "Bookkeeping" in desk.request(work, id).note
        desk.answer(work, id, "staff-1", "Your invoice stays until March.")
    world.settle()
    part = world.part(case, SCHOOL)
    assert (part.deleted, [duty.until for duty in part.kept]) == ({"diploma": 1}, [date(2027, 3, 1)])
    assert world[SCHOOL].kept(world.subject(SCHOOL)) == ["invoice"]
    for day, left in ((date(2027, 3, 1), ["invoice"]), (date(2027, 3, 2), [])):
        world.clock.at = world.clock.at.replace(year=day.year, month=day.month, day=day.day)
        with world[SCHOOL].database.writing() as work:
            world[SCHOOL].room.rounds.make(work)
        assert world[SCHOOL].kept(world.subject(SCHOOL)) == left


def test_while_restricted_every_use_is_refused_until_the_person_lifts_it(world: World) -> None:
    world.put(SCHOOL)
    case = world.open(Right.RESTRICTION)
    world.settle()
    stops = world[SCHOOL].room.restrictions
    with world[SCHOOL].database.reading() as work:
        for grant in ("grant-1", None):
            reason = stops.is_restricted(work, HUB, world.subject(SCHOOL), grant)
            assert reason is not None
            assert "Article 18" in reason
        assert stops.is_restricted(work, HUB, world.subject(SCHOOL, BOB), "grant-1") is None
    with world[HUB].database.writing() as work:
        world[HUB].rights.lift(work, case.id, ADA)
    world.settle()
    with world[SCHOOL].database.reading() as work:
        assert stops.is_restricted(work, HUB, world.subject(SCHOOL), "grant-1") is None
    assert {part.state for part in world.case(case).parts} == {PartState.LIFTED}


def test_a_restriction_of_some_datasets_stops_those_and_whatever_is_not_named(world: World) -> None:
    world.open(Right.RESTRICTION, scope=Scope(datasets=("urn:example:diplomas",)))
    world.settle()
    stops, subject = world[SCHOOL].room.restrictions, world.subject(SCHOOL)
    with world[SCHOOL].database.reading() as work:
        assert stops.is_restricted(work, HUB, subject, "grant-1", dataset="urn:example:diplomas")
        assert stops.is_restricted(work, HUB, subject, "grant-1")
        assert stops.is_restricted(work, HUB, subject, "grant-1", dataset="urn:example:else") is None


def test_the_organisation_lifts_a_restriction_only_after_the_person_was_told(world: World) -> None:
    case = world.open(Right.RESTRICTION, only=[SCHOOL])
    world.settle()
    id, stops = world.request(SCHOOL, case), world[SCHOOL].room.restrictions
    with world[SCHOOL].database.writing() as work:
        world[SCHOOL].room.desk.lift(work, id, "staff-1", "The data were checked and are right.")
    world[HUB].is_down = True
    world.settle()
    with world[SCHOOL].database.reading() as work:
        assert stops.is_restricted(work, HUB, world.subject(SCHOOL), None)
    world[HUB].is_down = False
    world.clock.move(seconds=30)
    world.settle()
    assert world.part(case, SCHOOL).words == "The data were checked and are right."
    with world[SCHOOL].database.reading() as work:
        assert stops.is_restricted(work, HUB, world.subject(SCHOOL), None) is None


def test_an_objection_stops_at_once_what_rests_on_other_grounds_than_consent(world: World) -> None:
    world.open(Right.OBJECTION, words="No profiling, please.", only=[SCHOOL])
    world.settle()
    stops, subject = world[SCHOOL].room.restrictions, world.subject(SCHOOL)
    with world[SCHOOL].database.reading() as work:
        assert stops.is_restricted(work, HUB, subject, None)
        assert stops.is_restricted(work, HUB, subject, "grant-1") is None
        (waiting,) = world[SCHOOL].room.desk.queue(work)
    assert waiting.words == "No profiling, please."


def test_a_correction_is_decided_by_a_person(world: World) -> None:
    with pytest.raises(BadInput):
        world.open(Right.RECTIFICATION)
    wrong = Correction(item="diploma 1, date", wrong="2020", right="2021")
    case = world.open(Right.RECTIFICATION, corrections=[wrong], only=[SCHOOL])
    world.settle()
    id, desk = world.request(SCHOOL, case), world[SCHOOL].room.desk
    with world[SCHOOL].database.writing() as work:
        assert desk.request(work, id).corrections == (wrong,)
        desk.answer(work, id, "staff-1", "The date is now 2021.")
    world.settle()
    assert world.part(case, SCHOOL).words == "The date is now 2021."


def test_two_presses_are_one_case_and_another_persons_case_does_not_exist(by_hand: World) -> None:
    first = by_hand.open(Right.ACCESS)
    assert by_hand.open(Right.ACCESS).id == first.id
    assert by_hand.open(Right.ERASURE).id != first.id
    with by_hand[HUB].database.writing() as work:
        rights = by_hand[HUB].rights
        for act in (
            lambda: rights.case(work, first.id, BOB),
            lambda: rights.withdraw(work, first.id, BOB),
            lambda: rights.lift(work, first.id, BOB),
            lambda: rights.supply(work, first.id, BOB, SCHOOL, "It is me."),
            lambda: rights.write_package(work, first.id, BOB, io.BytesIO()),
        ):
            with pytest.raises(NotFound):
                act()
        assert rights.cases(work, BOB) == []


def test_each_organisation_knows_the_person_by_a_name_of_its_own_and_the_own_name_never_leaves(world: World) -> None:
    case = world.open(Right.ACCESS)
    world.settle()
    subjects = {part.organisation: part.subject for part in world.case(case).parts}
    assert len(set(subjects.values())) == 3
    for did in (SCHOOL, WORKS):
        with world[did].database.reading() as work:
            (row,) = work.rows(sa.select(requests))
        assert row["subject"] == subjects[did] != ADA


def test_a_case_taken_back_stops_everywhere_and_what_still_comes_moves_nothing(by_hand: World) -> None:
    case = by_hand.open(Right.ACCESS)
    by_hand.settle()
    id, desk = by_hand.request(SCHOOL, case), by_hand[SCHOOL].room.desk
    by_hand[SCHOOL].is_down = True
    with by_hand[HUB].database.writing() as work:
        assert by_hand[HUB].rights.withdraw(work, case.id, ADA).state is CaseState.WITHDRAWN
    by_hand.settle(most=3)
    with by_hand[SCHOOL].database.writing() as work:
        desk.refuse(work, id, "staff-1", next(iter(sorted(grounds()))), "No.")
    by_hand[SCHOOL].is_down = False
    by_hand.clock.move(seconds=30)
    by_hand.settle()
    assert {part.state for part in by_hand.case(case).parts} == {PartState.WITHDRAWN}
    with by_hand[WORKS].database.reading() as work:
        assert by_hand[WORKS].room.desk.queue(work) == []
    with by_hand[HUB].database.reading() as work:
        moves = [proof.move for proof in by_hand[HUB].rights.proofs(work, by_hand.case(case))]
    assert moves.count("refuse") == 1
    with by_hand[HUB].database.writing() as work, pytest.raises(MoveNotAllowed):
        by_hand[HUB].rights.withdraw(work, case.id, ADA)


def grounds() -> frozenset[object]:
    from skillspace.trust.rights import GROUNDS  # noqa: PLC0415

    return GROUNDS[Right.ACCESS]


def test_of_a_person_who_left_nothing_stays_and_an_erasure_they_asked_for_goes_on(by_hand: World) -> None:
    by_hand.put(SCHOOL)
    access, erasure = by_hand.open(Right.ACCESS), by_hand.open(Right.ERASURE)
    by_hand.settle()
    to_erase, to_see = by_hand.request(SCHOOL, erasure), by_hand.request(SCHOOL, access)
    with by_hand[HUB].database.writing() as work:
        assert by_hand[HUB].room.erase(work, ADA) == 2
    by_hand.settle()
    with by_hand[SCHOOL].database.writing() as work:
        desk = by_hand[SCHOOL].room.desk
        assert desk.request(work, to_see).state is PartState.WITHDRAWN
        desk.answer(work, to_erase, "staff-1")
    by_hand.settle()
    assert by_hand[SCHOOL].kept(by_hand.subject(SCHOOL)) == []
    with by_hand[HUB].database.reading() as work:
        for table in (cases, parts, proofs, requests, restrictions):
            assert work.rows(sa.select(table)) == []
        assert work.rows(sa.select(tasks)) == []
    with by_hand[SCHOOL].database.reading() as work:
        assert work.rows(sa.select(tasks)) == []


def test_the_journal_names_no_person_and_none_of_their_words(world: World) -> None:
    world.put(SCHOOL)
    world.open(Right.ACCESS, words="My secret reason")
    world.settle()
    kinds = {kind for kind, _, _ in world[HUB].notes}
    assert {"rights.opened", "rights.receive", "rights.answer", "rights.closed"} <= kinds
    for node in world.nodes.values():
        told = json.dumps(node.notes)
        assert "My secret reason" not in told
        assert ADA not in told
        assert world.subject(SCHOOL) not in told


def test_the_person_reads_in_their_log_what_each_organisation_did(world: World) -> None:
    case = world.open(Right.ACCESS, only=[SCHOOL])
    world.settle()
    mine = [(line.name, line.what) for line in world[HUB].lines if line.case == case.id]
    assert mine == [
        ("Invented University", "receive"),
        ("Invented University", "answer"),
        ("Invented University", "package here"),
    ]


def test_of_two_restrictions_the_one_that_stands_goes_on_marking_what_is_held(world: World) -> None:
    world.put(SCHOOL)
    with world[HUB].database.writing() as work:
        first, second = (
            world[HUB].rights.open(work, ADA, Right.RESTRICTION, words, only=[SCHOOL]) for words in ("Once.", "Again.")
        )
    world.settle()
    for case, marked in ((first, True), (second, False)):
        with world[HUB].database.writing() as work:
            world[HUB].rights.lift(work, case.id, ADA)
        world.settle()
        with world[SCHOOL].database.reading() as work:
            assert [row["marked"] for row in work.rows(sa.select(documents.c.marked))] == [marked]
