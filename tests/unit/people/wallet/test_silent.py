"""An issuer that stays silent until nobody asks it any more: its person hears of it, and may have it asked again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, cast

import pytest

from skillspace.kernel.errors import MoveNotAllowed, NotFound, PeerUnreachable
from skillspace.people.accounts import AccountKind, Accounts
from skillspace.people.wallet import CardRecords, Intake, IntakeState, Verifiers, Wallets, WalletTasks
from skillspace.people.wallet import tasks as wallet_tasks
from skillspace.people.wallet.issuers import Issuers
from skillspace.people.wallet.model import NotReady, OfferRefused, Server, Terms, Waiting
from skillspace.storage.database import Database
from skillspace.storage.tasks import PATIENCE, TaskBook, Worker
from tests.small_space import HeldClock

TERMS = Terms(
    issuer="https://school.example",
    credential_endpoint="https://school.example/credential",
    nonce_endpoint=None,
    notification_endpoint=None,
    configuration="achievement-sd-jwt",
    format="dc+sd-jwt",
    deferred_endpoint="https://school.example/deferred",
)
SERVER = Server(issuer=TERMS.issuer, token_endpoint="https://school.example/token")
LATER = NotReady(transaction="t-1", after=timedelta(hours=1))


@dataclass
class School:
    """An issuer that answers what it is told to, and is asked with these terms."""

    says: Callable[[], tuple[str, str | None]]
    asked: list[Terms] = field(default_factory=list)

    def fetch(self, terms: Terms, _token: str, _key: object) -> tuple[str, str | None]:
        self.asked.append(terms)
        return self.says()


def raising(fault: Exception) -> Callable[[], tuple[str, str | None]]:
    def say() -> tuple[str, str | None]:
        raise fault

    return say


class Bench:
    """A wallet, its worker and one person, with a credential on its way."""

    def __init__(self, database: Database, clock: HeldClock, school: School) -> None:
        self.database, self.clock, self.school = database, clock, school
        parts: Any = {"issuers": cast(Issuers, school), "verifiers": cast(Verifiers, None)}
        parts |= {"records": cast(CardRecords, None), "database": database}
        self.wallets = Wallets(**parts, decides_alone=lambda _work, _person: True, name_of=lambda _work, _did: None)
        book = TaskBook()
        WalletTasks(**parts, resolve_key=lambda _issuer, _kid: {}, secret=b"s" * 32).register(book)
        self._worker = Worker(database, book)
        with database.writing() as work:
            accounts = Accounts()
            self.person = accounts.make(work, name="Alva", kind=AccountKind.PERSON, born=date(1995, 1, 1)).id
            self.other = accounts.make(work, name="Bo", kind=AccountKind.PERSON, born=date(1995, 1, 1)).id
        away = Waiting(issuer=TERMS.issuer, issuer_name="School", terms=TERMS, server=SERVER, verifier="v")
        self.name = self.wallets._begin(self.person, away, "token")

    def pass_time(self, hours: int) -> None:
        for _ in range(hours):
            self._worker.run_due()
            self.clock.move(hours=1)

    def intake(self) -> Intake:
        with self.database.reading() as work:
            return self.wallets.intake(work, self.person, self.name)

    def try_again(self, person: str | None = None) -> None:
        with self.database.writing() as work:
            self.wallets.try_again(work, person or self.person, self.name)


@pytest.fixture
def bench(database: Database, clock: HeldClock) -> Bench:
    return Bench(database, clock, School(raising(LATER)))


DAYS = int(PATIENCE / timedelta(hours=1)) + 12


def test_what_nobody_asks_for_any_more_is_told_and_can_be_asked_for_again(bench: Bench) -> None:
    bench.pass_time(2)
    assert bench.intake().state is IntakeState.FETCHING
    bench.school.says = raising(PeerUnreachable("school.example does not answer."))
    bench.pass_time(DAYS)
    told = bench.intake()
    assert (told.state, told.may_come) == (IntakeState.FAILED, True)
    assert "does not answer" in str(told.reason)
    asked = len(bench.school.asked)
    bench.pass_time(5)
    assert len(bench.school.asked) == asked, "nobody asks any more"
    bench.try_again()
    assert (bench.intake().state, bench.intake().reason) == (IntakeState.FETCHING, None)
    bench.pass_time(1)
    assert bench.school.asked[-1] == Terms(**asdict(TERMS) | {"transaction": "t-1"}), "it goes on where it was"


def test_who_said_no_is_not_asked_again(bench: Bench) -> None:
    bench.school.says = raising(OfferRefused("This offer is over."))
    bench.pass_time(1)
    assert (bench.intake().state, bench.intake().may_come) == (IntakeState.FAILED, False)
    with pytest.raises(MoveNotAllowed, match="said no"):
        bench.try_again()


def test_what_is_on_its_way_is_asked_for_once_and_by_nobody_else(bench: Bench) -> None:
    with pytest.raises(MoveNotAllowed):
        bench.try_again()
    with pytest.raises(NotFound):
        bench.try_again(bench.other)


def test_a_no_after_the_second_try_is_the_last_word(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wallet_tasks, "LONGEST_WAIT", timedelta(hours=1))
    bench.school.says = raising(PeerUnreachable("silent"))
    bench.pass_time(DAYS)
    bench.try_again()
    bench.school.says = raising(LATER)
    bench.pass_time(1)
    assert (bench.intake().state, bench.intake().may_come) == (IntakeState.FAILED, False)
