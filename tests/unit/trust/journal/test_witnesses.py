"""Witnesses: what they are given, what they answer, and that whoever writes a log anew is caught by them."""

from __future__ import annotations

import socket
import threading
import time
from datetime import timedelta
from urllib.parse import quote

import httpx2 as httpx
import pytest
import sqlalchemy as sa
import uvicorn

from skillspace.kernel.errors import BadInput
from skillspace.storage.tasks import Worker
from skillspace.trust.journal import FORKED, WitnessAnswer, Wrong
from skillspace.trust.journal.chain import canonical, digest_of, link, seal_of
from skillspace.trust.journal.model import Checkpoint
from skillspace.trust.journal.statements import (
    check_signature,
    read_acknowledgement,
    read_checkpoint,
    sign_acknowledgement,
    sign_checkpoint,
)
from skillspace.trust.journal.store import forks
from skillspace.wire.jose import SigningKey
from tests.conftest import NOON
from tests.unit.trust.journal.conftest import HUB, SCHOOL, WORKS, Node, World, deliver

HASH = "ab" * 32


def rewrite(node: Node, *, ahead: int, sign: bool) -> None:
    """Let the operator, who has the key and the file, change an entry and its row, hash all anew, and sign that."""
    text, salt, previous = canonical({"state": "made", "uses": 77}), "33" * 16, "0" * 64
    with node.database.reading() as work:
        rows = [dict(row._mapping) for row in work.connection.exec_driver_sql("SELECT * FROM journal_chain")]
    statements = [f"UPDATE journal_content SET salt = '{salt}', content = '{text}' WHERE number = {ahead}"]  # noqa: S608
    for row in rows:
        digest = digest_of(salt, text) if row["number"] == ahead else row["digest"]
        fields = {name: row[name] for name in ("number", "at", "kind", "about")}
        hashed = link(previous, seal_of(digest=digest, **fields))
        changes = f"digest = '{digest}', previous = '{previous}', hash = '{hashed}'"
        statements.append(f"UPDATE journal_chain SET {changes} WHERE number = {row['number']}")  # noqa: S608
        previous = hashed
    about = rows[ahead - 1]["about"]
    statements += [
        f"UPDATE thing SET uses = 77 WHERE id = '{about}'",  # noqa: S608 - our own names
        f"UPDATE journal_head SET hash = '{previous}'",  # noqa: S608
    ]
    if sign:
        statements += ["DELETE FROM journal_checkpoint", "DELETE FROM journal_acknowledgement", "DELETE FROM task"]
    node.tamper(*statements)
    if sign:
        node.seal()


def test_each_hour_what_is_new_is_signed_and_every_witness_has_it(world: World) -> None:
    school = world[SCHOOL]
    with school.database.writing() as work:
        school.room.start(work)
    world.settle()
    with school.database.reading() as work:
        first = school.room.journal.checkpoints(work)
    school.put("thing-1", "made")
    world.clock.move(minutes=59)
    world.settle()
    with school.database.reading() as work:
        assert school.room.journal.checkpoints(work) == first
    world.clock.move(minutes=2)
    world.settle()
    world.clock.move(hours=1)
    world.settle()
    with school.database.reading() as work:
        (newest, witnesses), *_ = found = school.room.journal.checkpoints(work)
    assert len(found) == len(first) + 1
    assert (newest.number, newest.did, witnesses) == (2, SCHOOL, [HUB, WORKS])
    assert school.verify().witnessed_to == 2


def test_a_witness_answers_with_its_own_signature_and_the_same_one_again(world: World, signed: Node) -> None:
    with signed.database.reading() as work:
        ((checkpoint, _),) = signed.room.journal.checkpoints(work)
    replies = [deliver(world, SCHOOL, checkpoint.token) for _ in range(2)]
    assert replies[0].status_code == 200
    assert replies[0].json() == replies[1].json()
    given_back = read_acknowledgement(replies[0].json()["acknowledgement"])
    check_signature(given_back.token, HUB, world.resolve_key)
    assert (given_back.did, given_back.number, given_back.hash) == (SCHOOL, 4, checkpoint.hash)


def test_a_log_written_anew_and_signed_again_looks_whole_until_a_witness_is_asked(world: World, signed: Node) -> None:
    rewrite(signed, ahead=2, sign=True)
    assert signed.verify().is_whole  # this is what a signature of one's own is worth
    for witness in (HUB, WORKS):
        findings = signed.verify(signed.room.tasks.ask(witness)).findings
        assert Wrong.CHECKPOINT in {finding.wrong for finding in findings}
        assert any(f"signed by this node that {witness} holds" in finding.text for finding in findings)


def test_handing_over_a_log_written_anew_raises_the_alarm_on_both_sides(world: World, signed: Node) -> None:
    rewrite(signed, ahead=2, sign=True)
    world.settle()
    hub = world[HUB]
    assert [(event["about"], event["content"]["number"]) for event in hub.events] == [(SCHOOL, 4)]
    assert sorted(event["about"] for event in signed.events) == [HUB, WORKS]
    with hub.database.reading() as work:
        (entry,) = hub.room.journal.entries(work)
    assert (entry.kind, entry.about) == (FORKED, SCHOOL)
    answer = signed.room.tasks.ask(HUB)
    assert len(answer.forks) == 1
    assert Wrong.FORKED in {finding.wrong for finding in signed.verify(answer).findings}
    check_signature(answer.forks[0], SCHOOL, world.resolve_key)


def test_the_alarm_is_raised_once_for_one_fork(world: World, signed: Node) -> None:
    rewrite(signed, ahead=2, sign=True)
    with signed.database.reading() as work:
        ((forked, _),) = signed.room.journal.checkpoints(work)
    replies = [deliver(world, SCHOOL, forked.token) for _ in range(3)]
    assert {(reply.status_code, reply.json()["code"]) for reply in replies} == {(409, "Forked")}
    world.settle()
    assert len(world[HUB].events) == 1


def test_a_clock_that_was_set_back_alarms_nobody(world: World, signed: Node) -> None:
    world.clock.move(hours=-1)
    signed.put("thing-1", "signed")
    signed.seal()
    world.clock.move(hours=1)
    world.settle()
    assert not world[HUB].events
    assert signed.verify(signed.room.tasks.ask(HUB)).witnessed_to == 5


def test_the_longest_name_a_node_can_have_does_not_silence_the_alarm(world: World) -> None:
    did = "did:web:" + "x" * 290
    hub = world[HUB]
    for head in ("aa" * 32, "bb" * 32):
        made = sign_checkpoint(SigningKey.generate(f"{did}#key-1"), did=did, number=1, head=head, at=NOON)
        with hub.database.writing() as work:
            given_back = hub.room.witness.receive(work, read_checkpoint(made.token))
    assert given_back is None
    hub.worker.run_due()
    assert [event["about"] for event in hub.events] == [did]


@pytest.mark.parametrize(("left", "more"), [(2, 1), (2, 0), (1, 2)])
def test_a_log_that_became_shorter_is_refused_though_its_number_is_new(
    world: World, signed: Node, left: int, more: int
) -> None:
    signed.tamper(
        f"DELETE FROM journal_chain WHERE number > {left}",  # noqa: S608 - our own numbers
        f"DELETE FROM journal_content WHERE number > {left}",  # noqa: S608
        f"UPDATE journal_head SET number = {left}, hash = (SELECT hash FROM journal_chain WHERE number = {left})",  # noqa: S608
        "DELETE FROM journal_checkpoint",
        "DELETE FROM journal_acknowledgement",
        "DELETE FROM thing",
    )
    world.clock.move(hours=1)
    for number in range(more):
        signed.put(f"thing-new-{number}", "made")
    signed.seal()
    world.settle()
    assert [event["name"] for event in world[HUB].events] == [FORKED]
    assert Wrong.SHORTER in {finding.wrong for finding in signed.verify(signed.room.tasks.ask(HUB)).findings}


def test_an_answer_that_was_lost_comes_again_and_is_kept_once(world: World) -> None:
    school = world[SCHOOL]
    school.put("thing-1", "made")
    world[HUB].loses_answers = True
    school.seal()
    world.settle()
    with school.database.reading() as work:
        assert school.room.journal.unacknowledged(work, HUB) is not None
        assert school.room.journal.unacknowledged(work, WORKS) is None
    world[HUB].loses_answers = False
    world.clock.move(minutes=11)
    world.settle()
    with school.database.reading() as work:
        assert school.room.journal.unacknowledged(work, HUB) is None
    assert len(school.room.tasks.ask(HUB).held) == 1
    assert not world[HUB].events


def test_a_witness_that_was_away_for_weeks_gets_the_newest_checkpoint(world: World) -> None:
    school = world[SCHOOL]
    with school.database.writing() as work:
        school.room.start(work)
    world[HUB].is_down = True
    for number in range(5):
        school.put(f"thing-{number}", "made")
        world.clock.move(days=4)
        world.settle()
    world[HUB].is_down = False
    world.clock.move(minutes=11)
    world.settle()
    held = school.room.tasks.ask(HUB).held
    assert [read_checkpoint(token).number for token, _ in held] == [6]
    verdict = school.verify(school.room.tasks.ask(HUB))
    assert (verdict.is_whole, verdict.witnessed_to) == (True, 6)


@pytest.mark.parametrize("point", ["before the call", "after the call", "while it is written"])
def test_a_crash_anywhere_while_handing_over_is_made_good(
    world: World, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    school, crashed = world[SCHOOL], []

    def crash(*_: object, **__: object) -> None:
        crashed.append(point)
        raise KeyboardInterrupt

    school.put("thing-1", "made")
    school.seal()
    journal, tasks = school.room.journal, school.room.tasks
    with monkeypatch.context() as patch:
        if point == "before the call":
            patch.setattr(journal, "unacknowledged", crash)
        elif point == "after the call":
            hand_over = tasks._hand_over
            patch.setattr(tasks, "_hand_over", lambda *given: (hand_over(*given), crash()))
        else:
            keep = journal.keep_acknowledgement
            patch.setattr(journal, "keep_acknowledgement", lambda *given: (keep(*given), crash()))
        with pytest.raises(KeyboardInterrupt):
            school.worker.run_due()
    assert crashed
    again = Worker(school.database, school.worker._book)
    again.start()
    again.stop()
    again.run_due()
    with school.database.reading() as work:
        ((_, witnesses),) = journal.checkpoints(work)
    assert witnesses == [HUB, WORKS]
    assert len(tasks.ask(HUB).held) == 1
    assert school.verify(tasks.ask(HUB)).is_whole


@pytest.mark.parametrize("fault", ["another log", "another key"])
def test_a_witness_that_answers_nonsense_is_not_believed(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    school, hub = world[SCHOOL], world[HUB]
    forged = SigningKey.generate(hub.key.kid)

    def answer(_work: object, given: Checkpoint) -> str:
        if fault == "another key":
            return sign_acknowledgement(forged, witness=HUB, about=given, at=NOON)
        foreign = Checkpoint(did=SCHOOL, number=given.number, hash=HASH, at=NOON, token="")
        return sign_acknowledgement(hub.key, witness=HUB, about=foreign, at=NOON)

    school.put("thing-1", "made")
    monkeypatch.setattr(hub.room.witness, "receive", answer)
    school.seal()
    world.settle()
    with school.database.reading() as work:
        assert school.room.journal.unacknowledged(work, HUB) is not None
        assert school.room.journal.unacknowledged(work, WORKS) is None


def test_what_a_witness_invents_about_a_log_is_told_with_its_name(world: World, signed: Node) -> None:
    forged = SigningKey.generate(signed.key.kid)
    invented = sign_checkpoint(forged, did=SCHOOL, number=3, head=HASH, at=NOON)
    given_back = sign_acknowledgement(world[HUB].key, witness=HUB, about=invented, at=NOON)
    answer = WitnessAnswer(witness=HUB, held=[(invented.token, given_back)], forks=[invented.token])
    verdict = signed.verify(answer)
    assert {finding.wrong for finding in verdict.findings} == {Wrong.CHECKPOINT}
    assert all(HUB in finding.text for finding in verdict.findings)
    assert any("not provably of this node" in finding.text for finding in verdict.findings)
    assert verdict.notes == [f"{HUB} speaks of a fork that cannot be checked: " + verdict.notes[0].partition(": ")[2]]


def test_what_is_not_even_signed_by_the_witness_is_a_forgery(world: World, signed: Node) -> None:
    forged = SigningKey.generate(world[HUB].key.kid)
    with signed.database.reading() as work:
        ((checkpoint, _),) = signed.room.journal.checkpoints(work)
    given_back = sign_acknowledgement(forged, witness=HUB, about=checkpoint, at=NOON)
    verdict = signed.verify(WitnessAnswer(witness=HUB, held=[(checkpoint.token, given_back)]))
    assert {finding.wrong for finding in verdict.findings} == {Wrong.SIGNATURE}


def test_what_is_held_is_for_the_node_itself_and_for_auditors(world: World, signed: Node) -> None:
    def ask(witness: str, about: str, caller: str | None) -> int:
        headers = {"Authorization": f"Bearer {caller}"} if caller else {}
        return int(world[witness].client.get(f"/journal/checkpoints/{about}", headers=headers).status_code)

    assert [ask(WORKS, SCHOOL, caller) for caller in (SCHOOL, HUB, WORKS, None)] == [200, 200, 403, 401]


def test_a_node_with_a_port_in_its_name_is_asked_about_by_that_name(world: World) -> None:
    """By a real server: the test client decodes an address once more than servers do."""
    did, hub = "did:web:127.0.0.1%3A7298", world[HUB]
    made = sign_checkpoint(SigningKey.generate(f"{did}#key-1"), did=did, number=1, head=HASH, at=NOON)
    with hub.database.writing() as work:
        hub.room.witness.receive(work, made)
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(hub.client.app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [line]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        address = f"http://127.0.0.1:{line.getsockname()[1]}/journal/checkpoints/{quote(did, safe='')}"
        reply = httpx.get(address, headers={"Authorization": f"Bearer {HUB}"})
        server.should_exit = True
        thread.join()
    assert [each["checkpoint"] for each in reply.json()["checkpoints"]] == [made.token]


def test_many_checkpoints_are_read_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    school = world[SCHOOL]
    monkeypatch.setattr("skillspace.trust.journal.witness.PAGE", 3)
    monkeypatch.setattr("skillspace.trust.journal.tasks.PAGE", 3)
    for number in range(7):
        school.put(f"thing-{number}", "made")
        school.seal()
        world.settle()
    held = school.room.tasks.ask(HUB).held
    assert [read_checkpoint(token).number for token, _ in held] == [1, 2, 3, 4, 5, 6, 7]


def test_a_witness_that_never_ends_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    school = world[SCHOOL]
    school.put("thing-1", "made")
    school.seal()
    world.settle()
    monkeypatch.setattr("skillspace.trust.journal.tasks.PAGE", 1)
    always = world[HUB].room.witness.held
    monkeypatch.setattr(world[HUB].room.witness, "held", lambda work, did, **_: always(work, did))
    with pytest.raises(BadInput, match="without end"):
        school.room.tasks.ask(HUB)


def test_only_the_own_log_is_handed_over_and_only_with_the_own_key(world: World) -> None:
    key, forged = world[SCHOOL].key, SigningKey.generate(world[SCHOOL].key.kid)
    good = sign_checkpoint(key, did=SCHOOL, number=1, head=HASH, at=NOON)
    assert deliver(world, WORKS, good.token).status_code == 403
    foreign = sign_checkpoint(forged, did=SCHOOL, number=1, head=HASH, at=NOON)
    assert (deliver(world, SCHOOL, foreign.token).json()["code"]) == "InvalidSignature"
    late = sign_checkpoint(key, did=SCHOOL, number=1, head=HASH, at=NOON + timedelta(hours=1))
    assert deliver(world, SCHOOL, late.token).status_code == 400
    assert deliver(world, "did:web:stranger.example", good.token).status_code == 401
    assert deliver(world, SCHOOL, good.token).status_code == 200


def test_a_node_that_signs_ever_more_contradictions_fills_no_table(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillspace.trust.journal.witness.PAGE", 3)
    hub, key = world[HUB], world[SCHOOL].key
    for turn in range(6):
        token = sign_checkpoint(key, did=SCHOOL, number=1, head=f"{turn:064x}", at=world.clock()).token
        reply = hub.client.post(
            "/journal/checkpoints", json={"checkpoint": token}, headers={"Authorization": f"Bearer {SCHOOL}"}
        )
        assert reply.status_code == (409 if turn else 200)
    with hub.database.reading() as work:
        assert len(hub.room.witness.held(work, SCHOOL).forks) == 3
        assert work.one(sa.select(sa.func.count().label("count")).select_from(forks)) == {"count": 3}
        assert len(hub.room.journal.entries(work, kind=FORKED)) == 3
