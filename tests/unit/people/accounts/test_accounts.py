"""Accounts, sessions and roles: who gets in, for how long, and which form counts."""

from __future__ import annotations

import pytest

from skillspace.kernel.errors import BadInput, Conflict, NotSignedIn, Refused
from skillspace.people.accounts import (
    Account,
    AccountKind,
    Accounts,
    RoleMissing,
    Sessions,
    WrongForm,
    cookie_for,
    require,
)
from skillspace.storage.database import Database
from tests.small_space import HeldClock


def person(database: Database, **facts: object) -> Account:
    with database.writing() as work:
        return Accounts().make(work, **({"name": "Alva Exempelsson", "kind": AccountKind.PERSON} | facts))


def test_an_account_comes_back_as_it_was_made_and_never_shows_its_secret(database: Database) -> None:
    made = person(database, language="sv", roles=["coach"], territory="SE-2480", email="Alva@Example.org ")
    with database.reading() as work:
        found = Accounts().get(work, made.id)
    assert found == made
    assert made.email == "alva@example.org"
    assert len(made.secret) == 32
    assert repr(made.secret) not in repr(made)
    assert "secret" not in repr(made)


def test_two_accounts_cannot_share_an_address(database: Database) -> None:
    person(database, email="a@example.org")
    with pytest.raises(Conflict):
        person(database, email="A@example.org")


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b", "a\u202eb"])
def test_a_name_that_cannot_be_read_aloud_is_refused(database: Database, name: str) -> None:
    with pytest.raises(BadInput):
        person(database, name=name)


def test_a_role_opens_only_to_those_who_have_it(database: Database) -> None:
    coach = person(database, kind=AccountKind.STAFF, roles=["coach"])
    assert require(coach, "coach") is coach
    with pytest.raises(RoleMissing, match="operator"):
        require(coach, "operator")


def test_a_session_lasts_twelve_hours_and_not_longer(database: Database, clock: HeldClock) -> None:
    account = person(database)
    with database.writing() as work:
        session = Sessions().begin(work, account)
    clock.move(hours=11, minutes=59)
    with database.reading() as work:
        assert Sessions().current(work, session.token).account == account
    clock.move(minutes=1)
    with database.reading() as work, pytest.raises(NotSignedIn):
        Sessions().current(work, session.token)


def test_the_database_holds_no_token_that_would_open_a_session(database: Database) -> None:
    with database.writing() as work:
        session = Sessions().begin(work, Accounts().make(work, name="Robin Sample", kind=AccountKind.PERSON))
        stored = str(work.connection.exec_driver_sql("SELECT * FROM session").fetchall())
    assert session.token not in stored
    assert session.csrf not in stored
    assert session.token not in repr(session)


def test_signing_out_ends_this_session_and_no_other(database: Database) -> None:
    account = person(database)
    with database.writing() as work:
        here, there = Sessions().begin(work, account), Sessions().begin(work, account)
        Sessions().end(work, here.token)
        assert Sessions().current(work, there.token).account == account
        with pytest.raises(NotSignedIn):
            Sessions().current(work, here.token)
        assert Sessions().end_all(work, account.id) == 1


def test_a_form_counts_only_in_the_session_it_was_made_for(database: Database) -> None:
    account = person(database)
    with database.writing() as work:
        mine, other = Sessions().begin(work, account), Sessions().begin(work, account)
        again = Sessions().current(work, mine.token)
    again.check_form(mine.csrf)
    for wrong in (other.csrf, "", None, mine.token, mine.csrf.upper(), "é"):
        with pytest.raises(WrongForm):
            mine.check_form(wrong)


@pytest.mark.parametrize("token", [None, "", "x", "é" * 50, "'; DROP TABLE session; --"])
def test_a_made_up_cookie_signs_nobody_in(database: Database, token: str | None) -> None:
    with database.reading() as work, pytest.raises(NotSignedIn):
        Sessions().current(work, token)


def test_the_demo_door_opens_only_invented_accounts_of_a_demo(database: Database) -> None:
    invented = person(database, is_demo=True, synthetic=True)
    real = person(database)
    with database.reading() as work:
        assert [account.id for account in Accounts(demo=True).demo_accounts(work)] == [invented.id]
        assert Accounts(demo=True).open_demo(work, invented.id) == invented
        assert Accounts().demo_accounts(work) == []
        for accounts, who in ((Accounts(demo=True), real.id), (Accounts(), invented.id), (Accounts(demo=True), "?")):
            with pytest.raises(Refused):
                accounts.open_demo(work, who)


def test_an_invitation_opens_once_and_within_a_week(database: Database, clock: HeldClock) -> None:
    accounts, account = Accounts(), person(database)
    with database.writing() as work:
        token, late = accounts.invite(work, account.id), accounts.invite(work, account.id)
        assert accounts.accept_invitation(work, token) == account
        with pytest.raises(Refused):
            accounts.accept_invitation(work, token)
    clock.move(days=7)
    with database.writing() as work, pytest.raises(Refused, match="too old"):
        accounts.accept_invitation(work, late)


def test_erasing_an_account_takes_its_sessions_with_it(database: Database) -> None:
    account = person(database)
    with database.writing() as work:
        session = Sessions().begin(work, account)
        Accounts().erase(work, account.id)
        with pytest.raises(NotSignedIn):
            Sessions().current(work, session.token)


def test_nodes_on_one_machine_do_not_share_a_cookie() -> None:
    here, there = cookie_for("http://127.0.0.1:8001"), cookie_for("http://127.0.0.1:8002")
    assert here.name != there.name
    assert not here.secure
    assert cookie_for("https://skills.example").name == "__Host-skillspace"
    assert cookie_for("https://skills.example").secure
