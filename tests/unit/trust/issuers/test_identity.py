"""What an issuer's own address proves is told with its moment, and is not believed when nobody answers any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skillspace.kernel.errors import BadInput, NotFound, PeerUnreachable, SkillspaceError
from skillspace.trust.identity import did_document
from skillspace.trust.identity.document import DidDocument, read_document
from skillspace.trust.issuers import Outcome, Why
from skillspace.trust.issuers.identity import BELIEVED, FRESH, MAX_REMEMBERED, IdentityLooks
from skillspace.wire.jose import SigningKey
from tests.conftest import NOON
from tests.small_space import HeldClock

DID = "did:web:school.example%3A8443:staff"
KEY = SigningKey.generate(f"{DID}#key-1")


class Addresses:
    """Answers as issuers' addresses would; counts how often it was asked."""

    def __init__(self) -> None:
        self.answer: DidDocument | SkillspaceError = read_document(did_document(DID, [KEY], {}), DID)
        self.asked = 0

    def resolve(self, did: str) -> DidDocument:  # noqa: ARG002
        self.asked += 1
        if isinstance(self.answer, SkillspaceError):
            raise self.answer
        return self.answer


@pytest.fixture
def addresses() -> Addresses:
    return Addresses()


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def looks(addresses: Addresses, clock: HeldClock) -> IdentityLooks:
    return IdentityLooks(addresses, clock)  # type: ignore[arg-type]


def test_nothing_is_known_before_somebody_looked(looks: IdentityLooks, addresses: Addresses) -> None:
    line = looks.line(DID, NOON)
    assert (line.outcome, line.why, line.checked) == (Outcome.UNKNOWN, Why.NOT_ASKED, None)
    assert addresses.asked == 0


def test_keys_at_the_address_prove_who_runs_it(looks: IdentityLooks) -> None:
    looks.look(DID)
    line = looks.line(DID, NOON)
    assert (line.outcome, line.why, line.detail) == (Outcome.YES, Why.CONTROLS, "school.example:8443/staff")
    assert line.checked == NOON


@pytest.mark.parametrize("fault", [NotFound("gone"), BadInput("another's")])
def test_an_address_without_the_document_says_no(
    looks: IdentityLooks, addresses: Addresses, fault: SkillspaceError
) -> None:
    addresses.answer = fault
    looks.look(DID)
    assert (looks.line(DID, NOON).outcome, looks.line(DID, NOON).why) == (Outcome.NO, Why.NO_DOCUMENT)


def test_a_document_whose_keys_have_ended_says_no(looks: IdentityLooks, addresses: Addresses) -> None:
    document = read_document(did_document(DID, [KEY], {}), DID)
    addresses.answer = DidDocument(
        did=DID, keys=document.keys, purposes=document.purposes, services={}, ends=dict.fromkeys(document.keys, NOON)
    )
    looks.look(DID)
    assert looks.line(DID, NOON).why is Why.NO_KEY


def test_when_nobody_answers_the_last_word_is_told_and_not_believed(
    looks: IdentityLooks, addresses: Addresses, clock: HeldClock
) -> None:
    looks.look(DID)
    clock.move(hours=1)
    addresses.answer = PeerUnreachable("dark")
    looks.look(DID)
    line = looks.line(DID, clock())
    assert (line.outcome, line.last, line.checked) == (Outcome.UNREACHABLE, Outcome.YES, NOON)


def test_when_nobody_ever_answered_there_is_no_last_word(looks: IdentityLooks, addresses: Addresses) -> None:
    addresses.answer = PeerUnreachable("dark")
    looks.look(DID)
    line = looks.line(DID, NOON)
    assert (line.outcome, line.last, line.checked) == (Outcome.UNREACHABLE, None, None)


def test_an_old_look_says_nothing_of_now(looks: IdentityLooks) -> None:
    looks.look(DID)
    line = looks.line(DID, NOON + BELIEVED)
    assert (line.outcome, line.why, line.last, line.checked) == (Outcome.UNKNOWN, Why.NOT_LATELY, Outcome.YES, NOON)


def test_who_answered_a_moment_ago_is_not_asked_again(
    looks: IdentityLooks, addresses: Addresses, clock: HeldClock
) -> None:
    looks.look(DID)
    looks.look(DID)
    assert addresses.asked == 1
    clock.move(seconds=FRESH / timedelta(seconds=1))
    looks.look(DID)
    assert addresses.asked == 2


@pytest.mark.parametrize(
    ("name", "why"), [("did:key:z6Mk", Why.KEY_ALONE), ("A school", Why.NOT_A_DID), ("", Why.NOT_A_DID)]
)
def test_other_names_prove_nothing_and_nobody_is_asked(
    looks: IdentityLooks, addresses: Addresses, name: str, why: Why
) -> None:
    looks.look(name)
    assert (looks.line(name, NOON).outcome, looks.line(name, NOON).why) == (Outcome.UNKNOWN, why)
    assert addresses.asked == 0


def test_only_so_many_are_remembered(looks: IdentityLooks) -> None:
    for number in range(MAX_REMEMBERED + 1):
        looks.look(f"did:web:a{number}.example")
    assert looks.line("did:web:a0.example", NOON).why is Why.NOT_ASKED
    assert looks.line("did:web:a1.example", NOON).why is Why.CONTROLS
