"""Programs: let in by the operator alone, known by a secret of which only the hash is kept, each within its scopes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillspace.cli.govstack import app
from skillspace.kernel.errors import BadInput, Conflict, NotFound, NotSignedIn
from skillspace.storage.database import Database
from skillspace.trust.consent.govstack import OPERATIONS, PREFIX, Act, Clients
from skillspace.trust.consent.govstack.operations import Offered
from tests.unit.trust.consent.conftest import WORKS
from tests.unit.trust.consent.govstack.conftest import House

OPENS = {"config": {"org"}, "audit": {"auditor"}, "verification": {"consumer"}, "individual": {"individual"}}


def scopes_of(path: str) -> set[str]:
    first, second = path.split("/")[1:3]
    if first == "service":
        is_shared = second in ("data-agreement", "policy")
        return {"org", "consumer", "individual"} if is_shared else OPENS[second.removesuffix("s")]
    return OPENS[first]


def test_every_operation_is_closed_to_strangers_and_to_other_scopes(house: House) -> None:
    for one in OPERATIONS:
        for header in (None, "", "Bearer", "Bearer ", f"Basic {house.secrets['org']}", "Bearer " + "x" * 9000):
            headers = {"Authorization": header} if header is not None else {}
            answer = house.client.request(one.method, PREFIX + one.path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "NotSignedIn"), one
        for who in ("org", "consumer", "individual", "auditor"):
            answer = house.call(one.method, one.path, who)
            code = answer.json().get("code")
            if one.offered is Offered.NO:
                assert (answer.status_code, code) == (403, "NotOffered"), one
                assert one.why in answer.json()["message"]
            elif who not in scopes_of(one.path):
                assert (answer.status_code, code) == (403, "Refused"), one
            else:
                assert code not in ("Refused", "NotOffered", "NotSignedIn"), one


def test_the_database_holds_no_secret(house: House, tmp_path: Path) -> None:
    stored = (tmp_path / "node.db").read_bytes() + (tmp_path / "node.db-wal").read_bytes()
    for secret in house.secrets.values():
        assert len(secret) >= 43
        assert secret.encode() not in stored


def test_the_header_of_other_clients_of_this_api_is_understood(house: House) -> None:
    for scheme in ("Bearer", "bearer", "ApiKey"):
        headers = {"Authorization": f"{scheme} {house.secrets['org']}"}
        assert house.client.get(f"{PREFIX}/config/policies/", headers=headers).status_code == 200


def test_a_client_that_is_removed_is_shut_out_with_all_that_people_let_it_do(house: House) -> None:
    with house.database.writing() as work:
        house.clients.remove(work, "individual")
        assert house.delegations.of_person(work, "person-ada") == []
        with pytest.raises(NotSignedIn):
            house.clients.calling(work, f"Bearer {house.secrets['individual']}")
        with pytest.raises(NotFound):
            house.clients.remove(work, "individual")


@pytest.mark.parametrize(
    ("name", "scopes", "organisation"),
    [
        ("", ["org"], None),
        (" x", ["org"], None),
        ("x\n", ["org"], None),
        ("x" * 101, ["org"], None),
        ("x", [], None),
        ("x", ["root"], None),
        ("x", ["consumer"], None),
        ("x", ["org"], WORKS),
        ("x", ["consumer"], "works.example"),
    ],
)
def test_a_client_is_named_and_bound_as_it_must_be(
    house: House, name: str, scopes: list[str], organisation: str | None
) -> None:
    with house.database.writing() as work, pytest.raises(BadInput):
        house.clients.add(work, name, scopes, organisation=organisation)


def test_a_name_is_given_once(house: House) -> None:
    with house.database.writing() as work, pytest.raises(Conflict):
        house.clients.add(work, "org", ["org"])


def test_what_a_person_lets_a_program_do_stands_in_the_journal_without_the_person(house: House) -> None:
    with house.database.writing() as work:
        given = house.delegations.of_person(work, "person-ada")[0]
        house.delegations.end(work, given.id, "person-ada")
        entries = house.journal.entries(work, kind="govstack.", about=given.id)
    assert [entry.kind for entry in entries] == ["govstack.undelegated", "govstack.delegated"]
    assert entries[1].content is not None
    assert entries[1].content["acts"] == sorted(Act)
    assert "person-ada" not in str(entries)


def test_the_command_shows_a_secret_once_lists_and_shuts_out(
    tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{empty}")
    monkeypatch.setattr("skillspace.node.settings.read_settings", lambda folder: type("S", (), {"folder": folder})())
    monkeypatch.setattr("skillspace.storage.migrating.migrate", lambda _database: None)
    (tmp_path / "node.db").write_bytes(empty.read_bytes())
    database.close()
    run, folder = CliRunner(), ["--folder", str(tmp_path)]
    made = run.invoke(app, ["client", "Invented Registry", "--scope", "consumer", "--organisation", WORKS, *folder])
    secret = made.stdout.strip()
    assert (made.exit_code, len(secret)) == (0, 43)
    listed = run.invoke(app, ["clients", *folder])
    assert "Invented Registry" in listed.stdout
    assert secret not in listed.stdout
    opened = Database.in_folder(tmp_path)
    with opened.reading() as work:
        assert Clients().calling(work, f"Bearer {secret}").organisation == WORKS
    opened.close()
    assert run.invoke(app, ["remove", "Invented Registry", *folder]).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "node.db")) as connection:
        assert connection.execute("SELECT count(*) FROM govstack_client").fetchone() == (0,)
