"""Decisions are kept with their reasons, uses are counted, and old decisions are forgotten."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.policy import Facts
from skillspace.trust.policy.decisions import About, DecisionLog, Judge, Recorded, UseCounter, policy_digest
from skillspace.trust.policy.tasks import Retention
from tests.conftest import NOON
from tests.tables import make_tables
from tests.unit.trust.policy.making import FACTS, limit, policy, rule

ABOUT = About(agreement="urn:example:agreement", dataset="diplomas", peer="did:web:acme.example")
TWICE = policy(rule(limit("count", "lteq", "2")))


class Hands:
    """A clock whose hands are moved by the test."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def database(tmp_path: Path, hands: Hands) -> Iterator[Database]:
    made = Database.in_folder(tmp_path, clock=hands)
    make_tables(made)
    yield made
    made.close()


def all_of(database: Database, **wanted: object) -> list[Recorded]:
    with database.reading() as work:
        return DecisionLog().listed(work, **wanted)  # type: ignore[arg-type]


def test_a_decision_is_kept_with_its_reasons_and_the_policys_digest(database: Database) -> None:
    document = policy(rule(limit("purpose", "isAnyOf", ["guidance"])), prohibition=[rule(action="sell")])
    with database.writing() as work:
        decision = Judge().decide(work, document, FACTS, ABOUT)
    [kept] = all_of(database)
    assert (kept.allowed, kept.agreement, kept.dataset, kept.peer) == (
        False,
        ABOUT.agreement,
        ABOUT.dataset,
        ABOUT.peer,
    )
    assert (kept.at, kept.purpose, kept.action) == (NOON, "recruit", "use")
    assert kept.why == decision.why == "The purpose must be one of guidance; it is recruit."
    assert kept.told("sv") == "Ändamålet måste vara något av guidance; är recruit."
    assert kept.digest == policy_digest(json.loads(json.dumps(document)))


def test_letters_no_database_takes_do_not_stop_a_decision_from_being_kept(database: Database) -> None:
    document = policy(rule(limit("event", "eq", "\ud800")))
    with database.writing() as work:
        Judge().decide(work, document, Facts(at=NOON, events=frozenset({"exam"})), ABOUT)
    assert all_of(database)[0].why == "What is going on must be ?; it is exam."


def test_what_a_yes_still_asks_for_is_kept(database: Database) -> None:
    with database.writing() as work:
        Judge().decide(work, policy(rule(), obligation=[rule(action="delete")]), FACTS, ABOUT)
    assert [reason.message for reason in all_of(database)[0].owed] == ["duty.kept-here"]


def test_decisions_are_listed_latest_first_cut_and_filtered(database: Database) -> None:
    with database.writing() as work:
        for number in range(6):
            about = About(agreement=f"urn:{number % 2}", dataset="d", peer=f"did:web:p{number % 3}.example")
            Judge().decide(work, policy(rule(limit("count", "lt", "3"))), Facts(at=NOON, uses=number), about)
    first = all_of(database, limit=4)
    assert [one.number for one in first] == [6, 5, 4, 3]
    assert [one.number for one in all_of(database, limit=4, before=first[-1].number)] == [2, 1]
    assert {one.agreement for one in all_of(database, agreement="urn:1")} == {"urn:1"}
    assert {one.peer for one in all_of(database, peer="did:web:p2.example")} == {"did:web:p2.example"}
    assert len(all_of(database, allowed=True)) == 2
    assert len(all_of(database, words="P2.EXAMPLE")) == 2
    assert all_of(database, dataset="other") == all_of(database, words="100%") == []


def test_a_use_is_counted_only_when_it_is_allowed(database: Database, hands: Hands) -> None:
    judge, answers = Judge(), []
    for _ in range(4):
        hands.at += timedelta(hours=1)
        with database.writing() as work:
            answers.append(judge.use(work, TWICE, Facts(at=work.now), ABOUT).allowed)
    assert answers == [True, True, False, False]
    with database.reading() as work:
        so_far = UseCounter().uses(work, "urn:example:agreement")
        assert (so_far.count, so_far.last) == (2, NOON + timedelta(hours=2))
        assert UseCounter().uses(work, "urn:another").count == 0
    assert [one.allowed for one in all_of(database)] == [False, False, True, True]


def test_a_use_that_may_be_for_several_purposes_is_for_the_first_allowed_one(database: Database) -> None:
    document = policy(rule(limit("purpose", "eq", "guidance"), limit("count", "lteq", "1")))
    for expected in (True, False):
        with database.writing() as work:
            decision = Judge().use(work, document, Facts(at=work.now), ABOUT, purposes=["recruit", "guidance"])
            assert decision.allowed == expected
    assert [(one.allowed, one.purpose) for one in all_of(database)] == [(False, "recruit"), (True, "guidance")]


def test_once_a_week_is_once_a_week(database: Database, hands: Hands) -> None:
    weekly, answers = policy(rule(limit("timeInterval", "eq", "P7D"))), []
    for _ in range(9):
        with database.writing() as work:
            answers.append(Judge().use(work, weekly, Facts(at=work.now), ABOUT).allowed)
        hands.at += timedelta(days=1)
    assert [day for day, allowed in enumerate(answers) if allowed] == [0, 7]


def test_many_uses_at_once_are_no_more_than_the_policy_allows(database: Database) -> None:
    answers: list[bool] = []

    def use() -> None:
        with database.writing() as work:
            answers.append(Judge().use(work, TWICE, Facts(at=work.now), ABOUT).allowed)

    threads = [threading.Thread(target=use) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(answers), sum(answers)) == (12, 2)


def test_a_use_that_is_rolled_back_was_none(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as work:
        assert Judge().use(work, TWICE, Facts(at=work.now), ABOUT).allowed
        raise RuntimeError
    with database.reading() as work:
        assert UseCounter().uses(work, "urn:example:agreement").count == 0
    assert all_of(database) == []


def test_a_use_under_no_agreement_is_a_mistake_of_ours(database: Database) -> None:
    with database.writing() as work, pytest.raises(ValueError, match="agreement"):
        Judge().use(work, TWICE, FACTS, About(dataset="d", peer="p"))


def test_old_decisions_are_forgotten_by_the_daily_task(database: Database, hands: Hands) -> None:
    book, retention = TaskBook(), Retention(DecisionLog(), keep_for=timedelta(days=30))
    retention.register(book)
    for _ in range(2):
        with database.writing() as work:
            retention.start(work)
            Judge().decide(work, TWICE, FACTS, ABOUT)
        hands.at += timedelta(days=20)
    assert Worker(database, book).run_due() == 1
    assert [one.at for one in all_of(database)] == [NOON + timedelta(days=20)]
    hands.at += timedelta(days=1)
    assert Worker(database, book).run_due() == 1
