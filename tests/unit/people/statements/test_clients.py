"""Who may use the store: by a secret of which only the hash is kept, and only for what it is for."""

from __future__ import annotations

import base64

import pytest

from skillspace.kernel.errors import BadInput, Conflict, NotFound, NotSignedIn, Refused
from skillspace.people.statements import Clients, Scope
from skillspace.people.statements.store import clients
from skillspace.storage.database import Database


def shown(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def test_a_client_is_known_by_its_secret_until_it_is_removed(database: Database) -> None:
    room = Clients()
    with database.writing() as work:
        secret = room.add(work, "Moodle", ["statements/write"])
        assert room.calling(work, shown("Moodle", secret)).scopes == {Scope.WRITE}
        for wrong in (None, "", shown("Moodle", ""), shown("Other", secret), shown("Moodle", secret + "x"), "Basic =="):
            with pytest.raises(NotSignedIn):
                room.calling(work, wrong)
        with pytest.raises(Conflict):
            room.add(work, "Moodle", ["all"])
        assert [one.name for one in room.listed(work)] == ["Moodle"]
        room.remove(work, "Moodle")
        with pytest.raises(NotSignedIn):
            room.calling(work, shown("Moodle", secret))
        with pytest.raises(NotFound):
            room.remove(work, "Moodle")


def test_of_a_secret_only_its_hash_is_kept(database: Database) -> None:
    with database.writing() as work:
        secret = Clients().add(work, "Moodle", ["all"])
        (row,) = work.rows(clients.select())
    assert secret not in str(row)
    assert len(secret) > 30


@pytest.mark.parametrize(
    ("name", "scopes"),
    [("", ["all"]), ("a:b", ["all"]), (" a", ["all"]), ("a\n", ["all"]), ("a", []), ("a", ["everything"])],
)
def test_a_client_without_a_name_or_a_known_scope_is_refused(database: Database, name: str, scopes: list[str]) -> None:
    with database.writing() as work, pytest.raises(BadInput):
        Clients().add(work, name, scopes)


def test_who_may_write_may_not_read(database: Database) -> None:
    room = Clients()
    with database.writing() as work:
        secret = room.add(work, "Moodle", ["statements/write"])
        client = room.calling(work, shown("Moodle", secret))
    assert [scope for scope in Scope if scope is not Scope.ALL and client.may(scope)] == [Scope.WRITE]
    with pytest.raises(Refused, match="statements/read/mine"):
        client.must(Scope.READ_MINE)
