"""Links: a person connects an organisation over the wire, and every way that must fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.kernel.errors import BadInput, NotFound, PeerUnreachable
from skillspace.kernel.events import Event
from skillspace.people.accounts import Account, AccountKind, Accounts
from skillspace.people.api import router
from skillspace.people.holdings import HeldPerson, Holdings
from skillspace.people.links import Links
from skillspace.people.links.tasks import register
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.consent import subject_for
from skillspace.trust.identity import PeerRefused
from tests.small_space import HeldClock
from tests.tables import make_tables
from tests.unit.people.wire import EMPLOYER, INTERMEDIARY, UNIVERSITY, Wire, application, authenticate

LINKS_AT = "/people/links"


class TwoNodes:
    """A university with one student, and an intermediary with one person."""

    def __init__(self, folder: Path, clock: HeldClock) -> None:
        self.ours = self._database(folder / "space", clock)
        self.theirs = self._database(folder / "university", clock)
        self.wire, self.holdings = Wire(), Holdings()
        self.university = self.wire.add(UNIVERSITY, application(router(self.holdings, authenticate, self.theirs)))
        self.links = Links(self.wire.of(INTERMEDIARY), self.ours)  # type: ignore[arg-type]
        self.book = TaskBook()
        register(self.book, self.links)
        with self.ours.writing() as work:
            self.alva = Accounts().make(work, name="Alva Exempelsson", kind=AccountKind.PERSON)
        with self.theirs.writing() as work:
            self.holdings.add_person(work, HeldPerson(local_id="s1", name="Alva Exempelsson"))
            self.code = self.holdings.new_code(work, "s1")
        self.hold("diplomas")

    def hold(self, dataset: str) -> None:
        facts = {"document_id": f"d-{dataset}", "kind": "diploma", "media_type": "application/jwt", "body": b"x"}
        with self.theirs.writing() as work:
            self.holdings.add_document(work, local_id="s1", dataset=dataset, **facts)

    def connect(self, code: str | None = None, person: Account | None = None) -> object:
        return self.links.connect(person or self.alva, UNIVERSITY, "Invented University", code or self.code)

    def work_off(self) -> int:
        return Worker(self.ours, self.book).run_due()

    @staticmethod
    def _database(folder: Path, clock: HeldClock) -> Database:
        database = Database.in_folder(folder, clock=clock)
        make_tables(database)
        return database


@pytest.fixture
def nodes(tmp_path: Path, clock: HeldClock):  # type: ignore[no-untyped-def]
    nodes = TwoNodes(tmp_path, clock)
    yield nodes
    nodes.ours.close()
    nodes.theirs.close()


def test_a_person_connects_with_a_code_under_a_pseudonym(nodes: TwoNodes) -> None:
    link = nodes.connect(nodes.code.lower())
    with nodes.ours.reading() as work:
        assert nodes.links.of_person(work, nodes.alva.id) == [link]
        assert nodes.links.to_organisation(work, UNIVERSITY) == [link]
    assert link.datasets == ("diplomas",)  # type: ignore[attr-defined]
    assert link.subject == subject_for(nodes.alva.secret, UNIVERSITY)  # type: ignore[attr-defined]
    with nodes.theirs.reading() as work:
        told = str(work.connection.exec_driver_sql("SELECT * FROM linked_subject").fetchall())
    assert nodes.alva.id not in told
    assert "Alva" not in told


def test_connecting_twice_with_one_code_is_connecting_once(nodes: TwoNodes) -> None:
    assert nodes.connect() == nodes.connect()


def test_a_wrong_code_is_refused_and_the_sixth_is_not_even_looked_at(nodes: TwoNodes) -> None:
    for _ in range(5):
        with pytest.raises(PeerRefused, match="not one we gave"):
            nodes.connect("AAAA-AAAA")
    with pytest.raises(PeerRefused, match="Too many") as no:
        nodes.connect()
    assert no.value.status == 429
    with nodes.ours.reading() as work:
        assert nodes.links.of_person(work, nodes.alva.id) == []


def test_tries_before_the_right_code_are_forgiven(nodes: TwoNodes) -> None:
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(PeerRefused):
                nodes.connect("AAAA-AAAA")
        nodes.connect()


@pytest.mark.parametrize("header", [None, "", f"Bearer {EMPLOYER}", "Bearer did:web:stranger.example"])
def test_only_a_member_that_is_an_intermediary_may_knock(nodes: TwoNodes, header: str | None) -> None:
    headers = {"Authorization": header} if header is not None else {}
    for method, path in (("POST", LINKS_AT), ("GET", f"{LINKS_AT}/x"), ("DELETE", f"{LINKS_AT}/x")):
        body = {"code": nodes.code, "subject": "x"} if method == "POST" else None
        answer = nodes.university.request(method, path, json=body, headers=headers)
        assert answer.status_code in (401, 403)
    with nodes.theirs.reading() as work:
        assert list(nodes.holdings.connected(work)) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"code": "K7QF-2MXA"}',
        b'{"code": 12345678, "subject": "x"}',
        b'{"code": "K7QF-2MXA", "subject": ""}',
        b'{"code": "K7QF-2MXA", "subject": "x", "extra": 1}',
        b'{"code": "K7QF-2MXA", "subject": "a\\u0000b"}',
        b'{"code": "' + b"A" * 5000 + b'", "subject": "x"}',
        b"\xff\xfe",
    ],
)
def test_a_broken_message_is_bad_input(nodes: TwoNodes, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {INTERMEDIARY}", "Content-Type": "application/json"}
    assert nodes.university.post(LINKS_AT, content=body, headers=headers).status_code in (400, 422)


def test_an_organisation_that_is_down_connects_nobody_and_later_does(nodes: TwoNodes) -> None:
    nodes.wire.down.add(UNIVERSITY)
    with pytest.raises(PeerUnreachable):
        nodes.connect()
    nodes.wire.down.clear()
    nodes.connect()


def test_an_answer_that_is_no_list_of_data_sets_is_bad_input(nodes: TwoNodes) -> None:
    nodes.links._peers.call = lambda *_, **__: {"datasets": [1]}  # type: ignore[method-assign,union-attr]
    with pytest.raises(BadInput):
        nodes.connect()


def test_new_holdings_are_seen_after_the_catalogue_was_read(nodes: TwoNodes, clock: HeldClock) -> None:
    nodes.connect()
    nodes.hold("transcripts")
    announce(nodes)
    assert datasets(nodes) == ("diplomas",)  # asked less than an hour ago
    clock.move(hours=1)
    announce(nodes)
    assert datasets(nodes) == ("diplomas", "transcripts")


def test_a_link_the_organisation_no_longer_knows_goes(nodes: TwoNodes) -> None:
    nodes.connect()
    with nodes.theirs.writing() as work:
        nodes.holdings.remove_person(work, "s1")
    assert nodes.links.refresh(nodes.alva.id, UNIVERSITY) is None
    with nodes.ours.reading() as work, pytest.raises(NotFound):
        nodes.links.link(work, nodes.alva.id, UNIVERSITY)


def test_who_disconnects_is_forgotten_there_too_even_if_the_node_was_down(nodes: TwoNodes, clock: HeldClock) -> None:
    nodes.connect()
    nodes.wire.down.add(UNIVERSITY)
    with nodes.ours.writing() as work:
        assert nodes.links.erase(work, nodes.alva.id) == 1
        assert nodes.links.of_person(work, nodes.alva.id) == []
    nodes.work_off()
    with nodes.theirs.reading() as work:
        assert list(nodes.holdings.connected(work)) == ["s1"]
    nodes.wire.down.clear()
    clock.move(minutes=1)
    nodes.work_off()
    with nodes.theirs.reading() as work:
        assert list(nodes.holdings.connected(work)) == []


def announce(nodes: TwoNodes) -> None:
    with nodes.ours.writing() as work:
        work.publish(Event(name="catalog.crawled", about=UNIVERSITY, content={"provider": UNIVERSITY}))
    nodes.work_off()


def datasets(nodes: TwoNodes) -> tuple[str, ...]:
    with nodes.ours.reading() as work:
        return nodes.links.link(work, nodes.alva.id, UNIVERSITY).datasets
