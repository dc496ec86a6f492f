"""A yes that ends while its profile is on the way leaves nothing behind, in whichever order the news is heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, ConsentMissing, NotFound, Refused
from skillspace.people.received import Received, ReceivedState
from skillspace.people.received.service import FETCH
from skillspace.people.received.store import received
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.consent.errors import NoContract, OutsideConditions, Restricted
from skillspace.trust.rights import Restrictions
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.tables import make_tables

SPACE = "did:web:space.example"
GRANT = "grant-one"
PROFILE = {"subject": "ada", "language": "en", "made": "2026-11-21T12:00:00.000Z", "name": "Ada Example"}


class Office:
    """A recipient with one share on its way; `meanwhile` happens while the profile is sent."""

    def __init__(self, database: Database, clock: HeldClock | None = None) -> None:
        self.database, self.clock = database, clock or HeldClock()
        self.refusal: Refused | None = None
        self.is_held = True
        self.asked: list[str] = []
        self.sent: dict[str, Any] = dict(PROFILE)
        self.meanwhile: Callable[[], object] = lambda: None
        exchange: Any = SimpleNamespace(
            negotiations=SimpleNamespace(agreement_between=lambda *_: "agreement"),
            transfers=SimpleNamespace(request=self._request, fetch=self._fetch, end=lambda *_: None),
        )
        held: Any = SimpleNamespace(on_delete=lambda *_: None, own_did="did:web:works.example", find=self._find)
        uses: Any = SimpleNamespace(token=self._token)
        told = {"live": False, "code": "ConsentRevoked", "reason": "It was stopped."}
        peers: Any = SimpleNamespace(service=lambda *_: "https://space.example", call=lambda *_: told)
        self.room = Received(
            exchange=exchange, held=held, uses=uses, restrictions=Restrictions(), peers=peers, database=database
        )
        self.book = TaskBook()
        self.room.register(self.book)
        self.worker = Worker(database, self.book, threads=0)

    def expect(self, state: ReceivedState, purpose: str = "recruitment") -> None:
        with self.database.writing() as work:
            row: dict[str, Any] = {
                "grant_id": GRANT,
                "intermediary": SPACE,
                "subject": "ada",
                "dataset": "profiles",
                "kinds": ["name"],
            }
            row |= {"purpose": purpose, "since": work.now, "until": work.now + timedelta(days=9), "state": state}
            work.insert(received, row | {"transfer": "t"})
            work.enqueue(FETCH, {"grant": GRANT, "transfer": "t"})

    def end(self) -> None:
        """What `HeldGrants.end` does in one transaction; its event is heard afterwards."""
        with self.database.writing() as work:
            self.is_held = False
            self.room.delete_copies(GRANT, work)

    def hear(self, name: str, **content: Any) -> None:
        with self.database.writing() as work:
            for listener in self.book.listeners[name]:
                listener(work, {"content": {"grant_id": GRANT, **content}})

    def row(self) -> Mapping[str, Any] | None:
        with self.database.reading() as work:
            return work.where(received, grant_id=GRANT)

    def _find(self, _work: Work, _grant: str) -> object:
        if not self.is_held:
            raise NotFound
        return SimpleNamespace(items={}, subject="ada")

    def _token(self, _grant: str) -> str:
        if self.refusal is not None:
            raise self.refusal
        return "token"

    def _request(self, _work: Work, _agreement: object, *, reference: str) -> str:
        self.asked.append(reference)
        return "t"

    @contextmanager
    def _fetch(self, _transfer: str, *, grant: str) -> Iterator[object]:
        assert grant == "token"
        self.meanwhile()
        yield SimpleNamespace(iter_bytes=lambda: [orjson.dumps(self.sent)])


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = HeldClock()
    database = Database.in_folder(tmp_path, clock=clock)
    make_tables(database)
    yield Office(database, clock)
    database.close()


def test_a_copy_that_comes_after_its_deletion_was_signed_is_not_kept(office: Office) -> None:
    office.expect(ReceivedState.REQUESTED)
    office.meanwhile = office.end
    office.worker.run_due()
    office.hear("consent.ended_here", state="revoked")
    found = office.row()
    assert found is not None
    assert (found["profile"], found["name"], found["state"]) == (None, None, ReceivedState.ENDED)


def test_a_name_read_while_the_yes_ended_is_not_kept(office: Office) -> None:
    office.expect(ReceivedState.OPEN, "guidance")
    office.meanwhile = office.end
    with pytest.raises(ConsentMissing, match="stopped"):
        office.room.look(GRANT)
    found = office.row()
    assert found is not None
    assert (found["name"], found["read_at"]) == (None, None)


def test_nothing_is_asked_for_when_the_end_is_heard_before_the_yes(office: Office) -> None:
    office.is_held = False
    office.hear("consent.ended_here", state="revoked")
    told = {"intermediary": SPACE, "subject": "ada", "dataset": "profiles", "purpose": "recruitment", "kinds": ["name"]}
    office.hear("consent.received", until=iso(NOON + timedelta(days=9)), **told)
    assert (office.row(), office.asked) == (None, [])


@pytest.mark.parametrize("why", [OutsideConditions, NoContract, Restricted])
def test_what_may_not_be_fetched_now_is_fetched_when_it_may(office: Office, why: type[Refused]) -> None:
    office.expect(ReceivedState.REQUESTED)
    office.refusal = why("Not at this hour.")
    office.worker.run_due()
    office.clock.move(hours=1)
    office.worker.run_due()
    office.refusal = None
    office.clock.move(hours=1)
    office.worker.run_due()
    found = office.row()
    assert found is not None
    assert (found["state"], found["reason"]) == (ReceivedState.OPEN, None)


def test_a_transfer_that_the_other_side_broke_off_is_not_on_its_way_any_more(office: Office) -> None:
    office.expect(ReceivedState.REQUESTED)
    for transfer, state in (("another", ReceivedState.REQUESTED), ("t", ReceivedState.FAILED)):
        office.hear("transfer.terminated", reference=GRANT, consumer_pid=transfer, reason="We close.")
        found = office.row()
        assert found is not None
        assert found["state"] == state
        assert found["reason"] == (None if state is ReceivedState.REQUESTED else "We close.")


def test_a_live_share_whose_transfer_was_broken_off_is_asked_for_again_by_the_next_look(office: Office) -> None:
    office.expect(ReceivedState.OPEN, "guidance")
    office.hear("transfer.terminated", reference=GRANT, consumer_pid="t", reason="We close.")
    found = office.row()
    assert found is not None
    assert (found["state"], office.asked) == (ReceivedState.FAILED, [])
    for _ in range(2):
        with pytest.raises(Refused, match="on its way"):
            office.room.look(GRANT)
    found = office.row()
    assert found is not None
    assert (found["state"], found["reason"], office.asked) == (ReceivedState.REQUESTED, None, [GRANT])
    office.hear("transfer.started", reference=GRANT, consumer_pid="t")
    share, profile = office.room.look(GRANT)
    assert (share.state, profile.name) == (ReceivedState.OPEN, "Ada Example")


def test_another_persons_profile_is_not_kept(office: Office) -> None:
    office.expect(ReceivedState.REQUESTED)
    office.sent["subject"] = "bob"
    office.worker.run_due()
    found = office.row()
    assert found is not None
    assert (found["profile"], found["state"]) == (None, ReceivedState.FAILED)
    assert "somebody else" in found["reason"]


def test_another_persons_profile_is_not_shown(office: Office) -> None:
    office.expect(ReceivedState.OPEN, "guidance")
    office.sent["subject"] = "bob"
    with pytest.raises(BadInput, match="somebody else"):
        office.room.look(GRANT)


def test_a_copy_kept_by_law_is_in_no_list_under_its_name_and_found_by_no_word(office: Office) -> None:
    office.expect(ReceivedState.REQUESTED)
    office.worker.run_due()
    with office.database.writing() as work:
        assert office.room.block_copies(GRANT, work) == 1
    office.hear("consent.ended_here", state="revoked")
    with office.database.reading() as work:
        (line,) = office.room.lines(work, ["recruitment"])[1]
        assert (line.name, office.room.lines(work, ["recruitment"], words="ada")[0]) == (None, 0)
        assert [(one.name, one.profile) for one in office.room.listed(work)] == [(None, None)]
        assert (office.room.share(work, GRANT).name, office.room.share(work, GRANT).profile) == (None, None)
        (own,) = office.room.of_subject(work, SPACE, "ada")
    assert own.profile is not None
