"""The register: strict to read, written in versions, and shown to members with a signature."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, SkillspaceError
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.identity import Peer, PeerRefused
from skillspace.trust.register import Basis, Record, Registers, read_record, router
from skillspace.trust.register.record import MAX_RECORD_BYTES, in_language
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.tables import make_tables

HUB, WORKS = "did:web:hub.example", "did:web:works.example"
WRITTEN: dict[str, Any] = {
    "name": "Invented Works",
    "country": "FR",
    "dpo": {"name": "Dana Exempel", "email": "dpo@works.example"},
    "processings": [{"purpose": "recruit", "keeps_days": 30}, {"purpose": "accounts", "basis": "legal_obligation"}],
    "duties": [{"kind": "plan", "days": 730, "law": {"en": "an invented law"}}],
}


class Node:
    """One organisation with its register."""

    def __init__(self, folder: Path, did: str, world: dict[str, Node]) -> None:
        self.did, self.world, self.is_refusing = did, world, False
        self.key = SigningKey.generate(f"{did}#key-1")
        self.database = Database.in_folder(folder / did[8:])
        make_tables(self.database)
        self.registers = Registers(
            own_did=did,
            key=self.key,
            resolve_key=lambda issuer, _kid: world[issuer].key.public_jwk(),
            peers=self,
            fallback=Record(name=did[8:], country="SE"),
            members=lambda _work: world,
        )
        self.events: list[Any] = []
        book = TaskBook()
        self.registers.register(book)
        book.on_event("register.changed", lambda _work, event: self.events.append(event["content"]))
        self.worker = Worker(self.database, book)
        app = FastAPI()
        hub = Peer(did=HUB, name="hub", roles=frozenset())
        app.include_router(router(self.registers, lambda _header: hub, self.database))
        self.client = TestClient(app)

    def service(self, did: str, _kind: str) -> str:
        return f"https://{did[8:]}"

    def call(self, _method: str, did: str, _url: str, _body: object = None) -> dict[str, Any]:
        if self.world[did].is_refusing:
            raise PeerRefused("You are no member.", status=403, body={})
        return dict(self.world[did].client.get("/register").json())

    def look(self) -> None:
        with self.database.writing() as work:
            self.registers.start(work)
        while self.worker.run_due():
            pass

    def of(self, did: str) -> tuple[int, Record] | None:
        with self.database.reading() as work:
            return self.registers.of(work, did)

    def write(self, document: object) -> int:
        with self.database.writing() as work:
            return self.registers.write(work, read_record(json.dumps(document)), by="Dana")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[dict[str, Node]]:
    nodes: dict[str, Node] = {}
    for did in (HUB, WORKS):
        nodes[did] = Node(tmp_path, did, nodes)
    yield nodes
    for node in nodes.values():
        node.database.close()


def test_versions_are_kept_and_the_same_record_is_no_new_one(world: dict[str, Node]) -> None:
    works = world[WORKS]
    assert works.of(WORKS) == (0, Record(name="works.example", country="SE"))
    assert [works.write(WRITTEN), works.write(WRITTEN), works.write(WRITTEN | {"country": "SE"})] == [1, 1, 2]
    with works.database.reading() as work:
        assert [row["version"] for row in works.registers.versions(work)] == [2, 1]
        duty = works.registers.duty(work, "plan")
    assert duty is not None
    assert duty.days == 730


def test_members_have_the_newest_record_and_hear_of_changes(world: dict[str, Node]) -> None:
    hub, works = world[HUB], world[WORKS]
    assert hub.of(WORKS) is None
    hub.look()
    assert hub.of(WORKS) == works.of(WORKS)
    works.write(WRITTEN)
    with hub.database.writing() as work:
        work.bring_forward("register.look")
    hub.look()
    assert hub.of(WORKS) == works.of(WORKS)
    assert hub.events == [{"did": WORKS, "version": 0}, {"did": WORKS, "version": 1}]
    with hub.database.reading() as work:
        assert hub.registers.country(work, WORKS) == "FR"
        assert hub.registers.country(work, "did:web:stranger.example") is None


def test_an_older_record_never_takes_the_place_of_a_newer_one(world: dict[str, Node]) -> None:
    hub = world[HUB]
    newer, older = read_record(WRITTEN), read_record(WRITTEN | {"country": "SE"})
    with hub.database.writing() as work:
        assert hub.registers.take(work, WORKS, 3, newer, "t")
        assert not hub.registers.take(work, WORKS, 2, older, "t")
    assert hub.of(WORKS) == (3, newer)


def test_a_member_that_refuses_leaves_what_is_known(world: dict[str, Node]) -> None:
    hub, works = world[HUB], world[WORKS]
    hub.look()
    works.write(WRITTEN)
    works.is_refusing = True
    with hub.database.writing() as work:
        work.bring_forward("register.look")
    hub.look()
    assert hub.of(WORKS) == (0, Record(name="works.example", country="SE"))


def test_a_record_counts_only_with_the_signature_of_its_organisation(world: dict[str, Node]) -> None:
    hub, works = world[HUB], world[WORKS]
    claims = {"iss": WORKS, "version": 1, "record": WRITTEN}
    forged = sign_jwt(claims, SigningKey.generate(f"{WORKS}#key-1"), typ="organisation-record+jwt")
    other_kind = sign_jwt(claims, works.key)
    of_another = sign_jwt(claims | {"iss": HUB}, hub.key, typ="organisation-record+jwt")
    for token in (forged, other_kind, of_another):
        with pytest.raises(InvalidSignature):
            hub.registers.read(token, WORKS)
    odds: list[dict[str, Any]] = [{"version": True}, {"version": -1}, {"record": []}, {"record": {"name": "x"}}]
    for odd in odds:
        with pytest.raises(BadInput):
            hub.registers.read(sign_jwt(claims | odd, works.key, typ="organisation-record+jwt"), WORKS)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"country": "France"}, "country"),
        ({"dpo": {"email": "nobody"}}, "dpo.email"),
        ({"processings": [{"purpose": "recruit", "basis": "because"}]}, "processings.0.basis"),
        ({"processings": [{"purpose": "recruit", "keeps_days": -1}]}, "processings.0.keeps_days"),
        ({"duties": [{"kind": "plan", "days": 1, "law": {}}]}, "duties.0.law"),
        ({"duties": WRITTEN["duties"] * 2}, "duties"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_wrong_in_a_record_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        read_record(WRITTEN | change)


def test_every_basis_names_its_letter_of_the_law() -> None:
    assert [basis.article[-2] for basis in Basis] == list("abcdef")


def test_words_are_had_in_some_language() -> None:
    assert in_language({"sv": "ja", "en": "yes"}, "sv") == "ja"
    assert in_language({"sv": "ja", "en": "yes"}, "fr") == "yes"
    assert in_language({"sv": "ja"}, "fr") == "ja"
    assert in_language({}, "fr") == ""


def test_a_record_written_and_read_is_the_same() -> None:
    record = read_record(WRITTEN)
    assert read_record(json.dumps(record.to_json())) == record
    assert record.besides(frozenset({"skills"}))[0].purpose == "accounts"
    assert record.of_purpose("unwritten").keeps_days == 0


@given(document=st.binary(max_size=300) | st.text(max_size=200))
def test_garbage_is_no_record(document: bytes | str) -> None:
    with pytest.raises(SkillspaceError):
        read_record(document)


def test_an_endless_record_is_not_read() -> None:
    with pytest.raises(BadInput, match="at most"):
        read_record(b" " * (MAX_RECORD_BYTES + 1))
