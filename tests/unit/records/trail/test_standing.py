"""A hop that its issuer took back shows wherever the trail is replayed, and nobody else can take it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import Refused
from skillspace.records.credentials import Model, VerifiedCredential
from skillspace.records.credentials.status_entries import entry_for
from skillspace.records.credentials.status_list import with_bits, write_list
from skillspace.records.trail import Fault, HopStanding, Trail, carrying, name_of, replay, write_hop
from skillspace.records.trail.standing import MOST_ASKED
from skillspace.trust.status import CredentialRevoked, CredentialSuspended, StatusUnreachable
from tests.unit.records.trail.test_replaying import COUNCIL, KEYS, NOON, SCHOOL, credential, keys, recognition, signed

LIST = "https://council.example/status"
SIZE = 131_072
HOUR = timedelta(hours=1)


def place(index: int = 7, address: str = LIST, model: Model = "1.1") -> dict[str, object]:
    return entry_for(model, address=address, purpose="revocation", index=index)


def published(
    *taken: int, by: str = COUNCIL, address: str = LIST, at: datetime = NOON, purpose: str = "revocation"
) -> str:
    return write_list(
        with_bits(SIZE, list(taken)),
        model="1.1",
        address=address,
        purpose=purpose,
        issuer_key=KEYS[by],
        issuer_did=by,
        at=at - HOUR / 2,
        valid_until=at + HOUR / 2,
    )


def trail(*lists: str, status: dict[str, object] | None = None) -> Trail:
    """A credential of the school without a status, and its recognition by the council with one."""
    first = signed(credential())
    last = write_hop(recognition(name_of(first)), KEYS[COUNCIL], status or place())
    return replace(Trail.ending_in(recognition().subject, last, [first]), lists=lists)


def says(fault: Refused | None) -> Callable[[VerifiedCredential], None]:
    def check(_hop: VerifiedCredential) -> None:
        if fault is not None:
            raise fault

    return check


def test_what_an_issuer_says_now_is_what_counts() -> None:
    for fault, expected, standing in (
        (None, None, HopStanding.STANDS),
        (CredentialRevoked(), Fault.TAKEN_BACK, HopStanding.TAKEN_BACK),
        (CredentialSuspended(), Fault.SUSPENDED, HopStanding.SUSPENDED),
        (StatusUnreachable(), None, HopStanding.UNKNOWN),
    ):
        found = replay(trail(), keys, NOON, says(fault))
        first, last = found.checks
        assert (first.fault, first.standing) == (None, HopStanding.SILENT)
        assert (last.fault, last.standing) == (expected, standing)
        assert found.holds == (expected is None)
        assert found.is_taken_back == (expected is not None)
    assert "could not be looked up" in replay(trail(), keys, NOON, says(StatusUnreachable())).checks[-1].reason


def test_without_a_network_the_list_that_travels_along_tells() -> None:
    assert replay(trail(), keys, NOON).checks[-1].standing is HopStanding.UNKNOWN
    assert replay(trail(published()), keys, NOON).checks[-1].standing is HopStanding.STANDS
    gone = replay(trail(published(7)), keys, NOON)
    assert (gone.checks[-1].fault, gone.holds) == (Fault.TAKEN_BACK, False)
    silent = replay(trail(published(7)), keys, NOON, says(StatusUnreachable()))
    assert silent.checks[-1].fault is Fault.TAKEN_BACK


def test_who_answers_now_is_believed_before_what_travels_along() -> None:
    assert replay(trail(published()), keys, NOON, says(CredentialRevoked())).checks[-1].fault is Fault.TAKEN_BACK
    assert replay(trail(published(7)), keys, NOON, says(None)).holds


@pytest.mark.parametrize(
    "text",
    [
        published(by=SCHOOL),
        published(at=NOON - 2 * HOUR),
        published(at=NOON + 2 * HOUR),
        published(address=LIST + "/other"),
        published(purpose="suspension"),
        published().replace(".", "", 1),
        published()[:-6] + "AAAAAA",
        "",
        "{}",
        "a.b.c",
    ],
)
def test_a_list_of_another_issuer_time_place_or_purpose_says_nothing(text: str) -> None:
    assert replay(trail(text), keys, NOON).checks[-1].standing is HopStanding.UNKNOWN
    assert replay(trail(text, published(7)), keys, NOON).checks[-1].fault is Fault.TAKEN_BACK


def test_a_place_that_the_list_does_not_have_or_of_another_kind_stays_unknown() -> None:
    for status in (place(SIZE + 1), place(model="2.0"), {"type": "SomethingElse"}):
        assert replay(trail(published(), status=status), keys, NOON).checks[-1].standing is HopStanding.UNKNOWN


@given(st.text(max_size=40))
def test_junk_that_travels_along_is_no_crash(junk: str) -> None:
    assert replay(trail(junk), keys, NOON).checks[-1].standing is HopStanding.UNKNOWN


def test_what_rests_on_a_hop_that_was_taken_back_does_not_hold_either() -> None:
    first = write_hop(credential(), KEYS[SCHOOL], place(address="https://school.example/status"))
    last = signed(recognition(name_of(first)))
    found = replay(Trail.ending_in(recognition().subject, last, [first]), keys, NOON, says(CredentialRevoked()))
    assert [check.fault for check in found.checks] == [Fault.TAKEN_BACK, Fault.ON_BROKEN]


def test_a_trail_makes_us_ask_at_a_few_addresses_only() -> None:
    asked: set[str] = set()
    firsts = [
        write_hop(replace(credential(), title=str(n)), KEYS[SCHOOL], place(address=f"https://school.example/{n}"))
        for n in range(MOST_ASKED + 5)
    ]
    last = signed(recognition(*map(name_of, firsts)))
    found = replay(
        Trail.ending_in(recognition().subject, last, firsts),
        keys,
        NOON,
        lambda hop: asked.update(entry.address for entry in hop.status),
    )
    assert len(asked) == MOST_ASKED
    assert [one.standing for one in found.checks].count(HopStanding.UNKNOWN) == 5


def test_a_trail_takes_along_what_its_issuers_publish_and_nothing_else() -> None:
    bare, text = trail(), published(7)
    assert carrying(bare, keys, NOON, lambda _address: text).lists == (text,)
    assert carrying(bare, keys, NOON, lambda _address: published(by=SCHOOL)).lists == ()
    assert carrying(bare, keys, NOON, lambda _address: "junk").lists == ()

    def silent(_address: str) -> str:
        raise StatusUnreachable

    assert carrying(trail(published()), keys, NOON, silent).lists == ()
    taken = carrying(bare, keys, NOON, lambda _address: published())
    assert Trail.from_json(taken.to_json()) == taken
    assert "lists" not in bare.to_json()
