"""The doctor between two real nodes: both ways, with real tokens and credentials, and what it says when one ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from typer.testing import CliRunner

from skillspace.cli import doctor as command
from skillspace.exchange.doctor import EchoBack, Finding, Level, exit_code
from skillspace.exchange.doctor.echo import ECHO_PATH, EchoUnderWay
from skillspace.exchange.doctor.examinations import TASK
from skillspace.kernel.errors import PeerUnreachable, Refused
from skillspace.node.composition import Node
from skillspace.trust.identity import Peer
from tests.nodes import acquaint, admit, make_node, running, until


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node, Node]]:
    """An authority, a member, and somebody who never joined; all of them run."""
    folder = tmp_path_factory.mktemp("town")
    space = make_node(folder / "space", "Sample Space", "authority")
    school = make_node(folder / "school", "Sample School", "school", authority=space.did)
    stranger = make_node(folder / "stranger", "Sample Stranger", "school", authority=space.did)
    with running(space, school, stranger) as (authority, member, other):
        admit(authority, member)
        acquaint(authority, member)
        yield authority, member, other


def look(node: Node, peer: Node) -> dict[str, Finding]:
    return {one.check: one for one in node.rooms.examinations.doctor.examine(peer.trust.did)}


def test_between_members_all_is_in_order_both_ways(town: tuple[Node, Node, Node]) -> None:
    authority, member, _ = town
    for node, peer in ((authority, member), (member, authority)):
        found = look(node, peer)
        assert {one.level for one in found.values()} == {Level.OK}, [one.text for one in found.values()]
        assert node.settings.address in found["way-back"].text
        assert "lasts until" in found["credentials"].text


def test_who_never_joined_is_told_so(town: tuple[Node, Node, Node]) -> None:
    _, member, stranger = town
    found = look(stranger, member)
    assert found["catalog"].level is Level.FAIL
    assert "401" in found["catalog"].text
    assert found["way-back"].level is Level.WARN
    assert exit_code(found.values()) == Refused.exit_code
    found = look(member, stranger)
    assert found["way-back"].level is Level.FAIL
    assert found["credentials"].level is Level.FAIL
    assert "shows no MembershipCredential" in found["credentials"].text


def test_only_members_have_the_way_back_tried_and_only_to_themselves(town: tuple[Node, Node, Node]) -> None:
    authority, member, stranger = town
    url = member.settings.address + ECHO_PATH
    assert httpx.post(url, json={}).status_code == 401
    headers = stranger.trust.peers.headers(member.trust.did)
    assert httpx.post(url, json={}, headers=headers).status_code == 401
    headers = authority.trust.peers.headers(member.trust.did)
    answer = httpx.post(url, json={"address": "http://169.254.169.254"}, headers=headers).json()
    assert answer["address"].startswith(authority.settings.address)
    assert (answer["reached"], answer["accepted"]) == (True, True)


def test_the_way_back_is_tried_once_at_a_time_for_each_peer(town: tuple[Node, Node, Node]) -> None:
    authority, member, _ = town
    echo = EchoBack(member.rooms.examinations.doctor.instruments)
    peer = Peer(did=authority.trust.did, name="", roles=frozenset())
    waits, goes = threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        waits.set()
        goes.wait(2)

    echo._call = slow  # type: ignore[method-assign]
    first = threading.Thread(target=echo.try_way, args=(peer,))
    first.start()
    waits.wait(2)
    with pytest.raises(EchoUnderWay):
        echo.try_way(peer)
    goes.set()
    first.join()
    assert echo.try_way(peer)["milliseconds"] >= 0


def test_an_examination_is_a_stored_task_and_its_findings_are_kept(town: tuple[Node, Node, Node]) -> None:
    authority, member, _ = town
    examinations = authority.rooms.examinations
    with authority.database.writing() as work:
        examinations.ask(work, member.trust.did)
        examinations.ask(work, member.trust.did)

    def is_over() -> bool:
        with authority.database.reading() as work:
            latest = examinations.latest(work, member.trust.did)
            return latest is not None and latest.ended is not None

    until(is_over, "the examination ends")
    with authority.database.reading() as work:
        assert examinations.results(work) == {member.trust.did: Level.OK}
        assert examinations.latest(work, "did:web:nobody.example") is None
    assert authority.book.handler_of(TASK) is not None


def test_the_command_says_what_is_wrong_and_exits_by_it(tmp_path: Path) -> None:
    make_node(tmp_path / "lone", "Sample Lone", "school", authority="did:web:authority.invalid")
    said = CliRunner().invoke(command.app, ["did:web:127.0.0.1%3A1", "--folder", str(tmp_path / "lone")])
    assert said.exit_code == PeerUnreachable.exit_code
    assert "✗ Connection" in said.stdout
    assert "→ Ask them whether the node runs" in said.stdout
    written = CliRunner().invoke(command.app, ["nobody", "--json", "--folder", str(tmp_path / "lone")])
    assert '"level": "fail"' in written.stdout
    assert written.exit_code == PeerUnreachable.exit_code
