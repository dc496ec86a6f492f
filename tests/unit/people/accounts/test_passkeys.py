"""Passkeys: both ceremonies with a key made of software, and every way they must say no."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.people.accounts import Account, AccountKind, Accounts, PasskeyRefused, Passkeys
from skillspace.storage.database import Database
from tests.small_space import HeldClock
from tests.tables import make_tables
from tests.unit.people.accounts.authenticator import SoftwareKey, b64

ADDRESS, HOST = "https://skills.example", "skills.example"


def door() -> Passkeys:
    return Passkeys(Accounts(), ADDRESS, "Invented Intermediary")


def signed_up(database: Database, key: SoftwareKey, name: str = "Camille Exemplaire") -> Account:
    with database.writing() as work:
        options = door().begin_sign_up(work, name=name, language="fr", born=date(2001, 2, 3))
    with database.writing() as work:
        return door().finish_registration(work, key.register(options), label="Phone")


def sign_in_options(database: Database) -> str:
    with database.writing() as work:
        return door().begin_sign_in(work)


def sign_in(database: Database, answer: str) -> Account:
    with database.writing() as work:
        return door().finish_sign_in(work, answer)


def test_a_person_signs_up_with_a_passkey_and_comes_back_with_it(database: Database) -> None:
    key = SoftwareKey(ADDRESS, HOST)
    account = signed_up(database, key)
    assert (account.name, account.language, account.kind) == ("Camille Exemplaire", "fr", AccountKind.PERSON)
    for _ in range(2):
        assert sign_in(database, key.sign_in(sign_in_options(database))) == account
    with database.reading() as work:
        (passkey,) = door().listed(work, account.id)
    assert passkey.label == "Phone"
    assert passkey.last_used is not None


def test_an_answer_counts_once(database: Database) -> None:
    key = SoftwareKey(ADDRESS, HOST)
    signed_up(database, key)
    answer = key.sign_in(sign_in_options(database))
    sign_in(database, answer)
    with pytest.raises(PasskeyRefused):
        sign_in(database, answer)


def test_a_challenge_is_good_for_five_minutes(database: Database, clock: HeldClock) -> None:
    key = SoftwareKey(ADDRESS, HOST)
    signed_up(database, key)
    options = sign_in_options(database)
    clock.move(minutes=5)
    with pytest.raises(PasskeyRefused, match="five minutes"):
        sign_in(database, key.sign_in(options))


def test_a_challenge_we_never_gave_is_refused(database: Database) -> None:
    key = SoftwareKey(ADDRESS, HOST)
    signed_up(database, key)
    with pytest.raises(PasskeyRefused):
        sign_in(database, key.sign_in(json.dumps({"challenge": b64(bytes(32))})))


def test_a_challenge_for_adding_a_key_signs_nobody_in(database: Database) -> None:
    key = SoftwareKey(ADDRESS, HOST)
    account = signed_up(database, key)
    with database.writing() as work:
        options = door().begin_adding(work, account)
    with pytest.raises(PasskeyRefused):
        sign_in(database, key.sign_in(options))


def test_a_counter_that_went_back_is_refused(database: Database) -> None:
    key = SoftwareKey(ADDRESS, HOST)
    signed_up(database, key)
    sign_in(database, key.sign_in(sign_in_options(database)))
    key.count = 0
    with pytest.raises(PasskeyRefused, match="count"):
        sign_in(database, key.sign_in(sign_in_options(database)))


@pytest.mark.parametrize(
    ("origin", "rp_id", "verifies"),
    [("https://evil.example", HOST, True), (ADDRESS, "evil.example", True), (ADDRESS, HOST, False)],
    ids=["another site", "another relying party", "nobody verified"],
)
def test_a_key_used_elsewhere_or_without_its_owner_is_refused(
    database: Database, origin: str, rp_id: str, verifies: bool
) -> None:
    key = SoftwareKey(origin, rp_id, verifies_user=verifies)
    with pytest.raises(PasskeyRefused):
        signed_up(database, key)
    good = SoftwareKey(ADDRESS, HOST)
    signed_up(database, good)
    good.origin, good.rp_id, good._flags = key.origin, key.rp_id, key._flags
    with pytest.raises(PasskeyRefused):
        sign_in(database, good.sign_in(sign_in_options(database)))


def test_another_key_cannot_answer_in_its_name(database: Database) -> None:
    key, thief = SoftwareKey(ADDRESS, HOST), SoftwareKey(ADDRESS, HOST)
    signed_up(database, key)
    with pytest.raises(PasskeyRefused, match="no account"):
        sign_in(database, thief.sign_in(sign_in_options(database)))
    thief.id = key.id
    with pytest.raises(PasskeyRefused):
        sign_in(database, thief.sign_in(sign_in_options(database)))
    with pytest.raises(PasskeyRefused, match="in use"):
        signed_up(database, thief, name="Someone Else")


def test_a_second_key_is_added_and_the_last_one_stays(database: Database) -> None:
    first, second = SoftwareKey(ADDRESS, HOST), SoftwareKey(ADDRESS, HOST)
    account = signed_up(database, first)
    with database.writing() as work:
        options = door().begin_adding(work, account)
        assert json.loads(options)["excludeCredentials"][0]["id"] == b64(first.id)
        assert door().finish_registration(work, second.register(options)) == account
    assert sign_in(database, second.sign_in(sign_in_options(database))) == account
    with database.writing() as work:
        door().remove(work, account.id, b64(first.id))
        with pytest.raises(NotFound):
            door().remove(work, account.id, b64(first.id))
        with pytest.raises(Refused, match="only passkey"):
            door().remove(work, account.id, b64(second.id))
    with pytest.raises(PasskeyRefused):
        sign_in(database, first.sign_in(sign_in_options(database)))


ANSWERS = st.one_of(
    st.text(max_size=60),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON"]), inner, max_size=4)
        ),
        max_leaves=12,
    ).map(json.dumps),
)


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database.in_folder(tmp_path_factory.mktemp("garbage"))
    make_tables(database)
    yield database
    database.close()


@given(answer=ANSWERS)
@settings(max_examples=100, deadline=None)
def test_garbage_is_bad_input_or_a_refusal_and_nothing_else(one_database: Database, answer: str) -> None:
    for finish in (door().finish_sign_in, door().finish_registration):
        with one_database.reading() as work, pytest.raises((BadInput, PasskeyRefused)):
            finish(work, answer)
