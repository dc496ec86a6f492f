"""Places in a status list are given once and taken back for good, and every page shows it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skillspace.kernel.errors import NotFound
from skillspace.records.credentials import Model
from skillspace.records.credentials.status_list import read_list
from skillspace.storage.database import Database
from skillspace.trust.status import (
    Register,
)
from skillspace.trust.status.pages import KEPT_FOR
from skillspace.trust.status.register import SIZE
from skillspace.trust.status.store import status_entries
from skillspace.wire.jose import SigningKey, read_unverified
from tests.unit.trust.status.clock import NOON, Clock

ISSUER = "did:web:authority.example"
KEY = SigningKey.generate(f"{ISSUER}#key-1")


def test_a_place_is_given_once_and_by_chance(database: Database) -> None:
    register = Register(issuer_did=ISSUER, issuer_key=KEY, base="https://a.example/status")
    with database.writing() as work:
        places = [int(str(register.allocate(work)["statusListIndex"])) for _ in range(50)]
    assert len(set(places)) == 50
    assert places != sorted(places)
    assert all(0 <= place < SIZE for place in places)


def test_a_free_place_cannot_be_revoked(database: Database) -> None:
    register = Register(issuer_did=ISSUER, issuer_key=KEY, base="https://a.example/status")
    with pytest.raises(NotFound), database.writing() as work:
        register.revoke(work, 5)


def test_a_desk_takes_back_only_what_it_gave_out(database: Database) -> None:
    ours, theirs = (
        Register(issuer_did=ISSUER, issuer_key=KEY, base="https://a.example/status", desk=desk)
        for desk in ("", "wallets")
    )
    with database.writing() as work:
        place = int(str(ours.allocate(work)["statusListIndex"]))
        with pytest.raises(NotFound):
            theirs.revoke(work, place)
        assert not theirs.is_revoked(work, place)
        ours.revoke(work, place)
        assert theirs.is_revoked(work, place)


def test_the_first_revocation_keeps_its_moment(database: Database, clock: Clock) -> None:
    register = Register(issuer_did=ISSUER, issuer_key=KEY, base="https://a.example/status")
    with database.writing() as work:
        index = int(str(register.allocate(work)["statusListIndex"]))
        register.revoke(work, index)
    clock.at += timedelta(hours=1)
    with database.writing() as work:
        register.revoke(work, index)
        row = work.one(status_entries.select())
    assert row is not None
    assert row["revoked"] == NOON


@pytest.mark.parametrize("model", ["1.1", "2.0"])
def test_a_page_is_signed_once_a_minute_and_anew_as_soon_as_a_bit_changed_in_whichever_process(
    model: Model, database: Database, clock: Clock
) -> None:
    register, elsewhere = (
        Register(issuer_did=ISSUER, issuer_key=KEY, base="https://a.example/status") for _ in range(2)
    )
    with database.writing() as work:
        places = [int(str(register.allocate(work, model)["statusListIndex"])) for _ in range(3)]
    first = page_of(database, register, model)
    clock.at += KEPT_FOR - timedelta(seconds=1)
    assert page_of(database, register, model) == first
    for place, revoking in zip(places, (register, elsewhere, register), strict=True):
        with database.writing() as work:
            revoking.revoke(work, place)
        assert is_set(page_of(database, register, model), place)
        assert is_set(page_of(database, elsewhere, model), place)
    last = page_of(database, register, model)
    assert page_of(database, register, model) == last
    clock.at += KEPT_FOR
    assert page_of(database, register, model) != last


def test_a_page_that_was_made_for_bits_that_never_came_is_not_shown(database: Database) -> None:
    register = Register(issuer_did=ISSUER, issuer_key=KEY, base="https://a.example/status")
    with database.writing() as work:
        one, other = (int(str(register.allocate(work)["statusListIndex"])) for _ in range(2))
    with pytest.raises(KeyboardInterrupt), database.writing() as work:
        register.revoke(work, one)
        register.document(work, "1.1")
        raise KeyboardInterrupt
    with database.writing() as work:
        register.revoke(work, other)
    page = page_of(database, register, "1.1")
    assert (is_set(page, one), is_set(page, other)) == (False, True)


def page_of(database: Database, register: Register, model: Model) -> str:
    with database.reading() as work:
        return register.document(work, model)


def is_set(page: str, place: int) -> bool:
    address = str(read_unverified(page)[1].get("jti") or read_unverified(page)[1]["id"])
    at = NOON + timedelta(minutes=2)
    found = read_list(page, lambda _issuer, _kid: KEY.public_jwk(), at, address=address, issuer=ISSUER)
    return found.value(place) == 1
