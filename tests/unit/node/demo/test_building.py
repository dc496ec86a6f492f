"""The demo's plan and what is built from it: consistent, readable by everybody else's readers, the same each time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skillspace.node.demo.building import build
from skillspace.node.demo.data import folder
from skillspace.node.demo.documents import DemoWriter
from skillspace.node.demo.space import DemoSpace, read_space
from skillspace.records.formats import read
from skillspace.records.formats.issuing import Issuer
from skillspace.skills.taxonomy import Taxonomies
from skillspace.trust.identity import did_of_address
from skillspace.trust.membership.model import ROLES
from skillspace.wire.jose import SigningKey
from tests.nodes import free_port

INHABITANTS = 60
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoSpace, dict[str, dict[str, str]]]]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SKILLSPACE_DATA", "/nowhere/at/all")
        space = read_space(tmp_path_factory.mktemp("demo"), free_port())
        yield space, build(space, lambda _what, _done: None, inhabitants=INHABITANTS)


def rows(space: DemoSpace, node: str, query: str) -> list[tuple[object, ...]]:
    planned = next(one for one in space.nodes if one.id == node)
    with closing(sqlite3.connect(space.node_folder(planned) / "node.db")) as connection:
        return connection.execute(query).fetchall()


def test_the_plan_fits_together(tmp_path: Path) -> None:
    space = read_space(tmp_path, 7100)
    assert [node.port for node in space.nodes] == list(range(7100, 7107))
    assert {"authority", "intermediary"} <= set(space.orchestrator.roles)
    offered = {node.id: [plan for plan in node.offerings if plan["personal"]] for node in space.nodes}
    for node in space.nodes:
        assert set(node.roles) <= ROLES
        assert node.staff
        for plan in node.offerings:
            assert set(plan["title"]) == set(plan["description"]) == {"en", "fr", "sv"}, plan["id"]
    for person in space.people:
        for node_id, items in person["holdings"].items():
            assert items
            assert len(offered[node_id]) == 1, "a person's documents lie behind the one personal offering"


def test_a_link_code_was_made_for_everybody_everywhere(built: tuple[DemoSpace, dict[str, dict[str, str]]]) -> None:
    space, codes = built
    dids = {node.id: did_of_address(node.address) for node in space.nodes}
    assert {person: set(given) for person, given in codes.items()} == {
        person["id"]: {dids[node] for node in person["holdings"]} for person in space.people
    }


def test_every_document_is_of_a_kind_its_offering_names(built: tuple[DemoSpace, dict[str, dict[str, str]]]) -> None:
    space, _ = built
    for node in space.nodes:
        kinds = {kind for plan in node.offerings if plan["personal"] for kind in plan["kinds"]}
        held = {kind for (kind,) in rows(space, node.id, "SELECT DISTINCT kind FROM held_document")}
        assert held <= kinds, node.id


def test_inhabitants_are_marked_invented_and_live_somewhere(built: tuple[DemoSpace, dict[str, dict[str, str]]]) -> None:
    space, _ = built
    query = "SELECT synthetic, is_demo, territory IS NOT NULL FROM account WHERE id LIKE 'inhabitant-%'"
    found = rows(space, "orchestrator", query)
    assert len(found) == INHABITANTS
    assert set(found) == {(1, 0, 1)}
    assert rows(space, "orchestrator", "SELECT COUNT(*) FROM account WHERE NOT synthetic") == [(0,)]


def test_the_same_packs_give_the_same_people(
    built: tuple[DemoSpace, dict[str, dict[str, str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILLSPACE_DATA", "/nowhere/at/all")
    again = read_space(tmp_path, free_port())
    build(again, lambda _what, _done: None, inhabitants=INHABITANTS)
    query = "SELECT person, esco, validation FROM assertion WHERE person LIKE 'inhabitant-%' ORDER BY 1, 2, 3"
    assert rows(again, "orchestrator", query) == rows(built[0], "orchestrator", query)


def test_every_document_of_the_demo_is_read_by_the_readers_of_any_organisation(
    built: tuple[DemoSpace, dict[str, dict[str, str]]],
) -> None:
    space, _ = built
    taxonomies = Taxonomies.open(space.taxonomies)
    count = 0
    for node in space.nodes:
        did = did_of_address(node.address)
        key = SigningKey.generate(f"{did}#key-1")
        keys = lambda _did, _kid, key=key: key.public_jwk()  # noqa: E731 - one line in a loop
        writer = DemoWriter(
            issuer=Issuer(did=did, name=node.name, key=key), subject="urn:x:someone", taxonomies=taxonomies
        )
        for person in space.people:
            for item in person["holdings"].get(node.id, []):
                for document in writer.write(item):
                    record = read(document.body, resolve_key=keys, at=NOW, delivered_by=did)
                    assert record.kind.value.replace("_", "-") == document.kind
                    count += 1
    assert count > 10


def test_without_the_folder_of_real_data_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SKILLSPACE_DATA", str(tmp_path / "nothing"))
    assert folder() is None
    monkeypatch.setenv("SKILLSPACE_DATA", str(tmp_path))
    assert folder() == tmp_path.resolve()
