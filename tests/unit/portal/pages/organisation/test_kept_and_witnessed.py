"""What stays after a yes has ended, with why and until when; and what witnesses hold, as they said when asked."""

from __future__ import annotations

from datetime import timedelta

from skillspace.storage.database import Work, tasks
from skillspace.trust.consent.machine import GrantState
from skillspace.trust.consent.store import ended, kept_copies
from skillspace.trust.journal import Held
from skillspace.trust.journal.store import looks
from tests.unit.portal.pages.organisation.conftest import PEER, SPACE, Office

LAW = {"en": "Bookkeeping act, chapter 7", "sv": "Bokföringslagen 7 kap."}


def keep(office: Office, number: int, *, kind: str = "profiles", days: int = 400) -> None:
    def write(work: Work) -> None:
        grant = f"grant-{number:08}"
        row = {"grant": grant, "intermediary": SPACE, "kind": kind, "count": 2, "law": LAW}
        work.insert(kept_copies, row | {"until": work.now + timedelta(days=days)})
        over = {"grant": grant, "intermediary": SPACE, "state": GrantState.REVOKED, "at": work.now, "receipt": "r"}
        work.insert(ended, over)

    office.write(write)


def test_what_a_law_keeps_stands_with_its_law_its_day_and_how_the_yes_ended(office: Office) -> None:
    assert "No copy stays after its yes has ended." in office.get("/org/rights", "dpo")
    keep(office, 1)
    keep(office, 2, days=800)
    page = office.get("/org/rights", "dpo")
    assert "4 copies stay although the yes behind them has ended." in page
    assert "<b>4</b> shared profiles" in page
    assert "of 2 yeses" in page
    assert page.count("Bookkeeping act, chapter 7") == 3
    assert "Stopped" in page
    assert page.index("00000001") < page.index("00000002"), "what goes first stands first"


def test_more_than_a_page_of_them_is_turned_page_by_page(office: Office) -> None:
    for number in range(30):
        keep(office, number, days=400 + number)
    first, second = office.get("/org/rights", "dpo"), office.get("/org/rights?page=2", "dpo")
    assert "60 copies stay" in first
    assert "60 copies stay" in second
    assert "Page 1 of 2" in first
    assert "00000024" in first
    assert "00000025" not in first
    assert "00000025" in second
    assert "00000024" not in second


def look(office: Office, **facts: object) -> None:
    """Write what the first witness of the office held."""

    def write(work: Work) -> None:
        (witness,) = (one.witness for one in office.rooms.journal.looks.latest(work))
        row = {"witness": witness, "held": Held.MATCHES, "asked": work.now, "answered": work.now, "number": 12}
        row |= {"at": work.now, "fault": ""}
        work.upsert(looks, row | facts, on=("witness",))

    office.write(write)


def test_a_witness_stands_with_what_it_holds_and_when_it_was_asked(office: Office) -> None:
    assert "Not asked yet" in office.get("/org/audit", "auditor")
    look(office)
    page = office.get("/org/audit", "auditor")
    assert "Matches" in page
    assert '<td class="num">12</td>' in page
    look(office, held=Held.DIFFERS, fault="It holds another journal, from entry 9 on at the latest.")
    page = office.get("/org/audit", "auditor")
    assert "Does not match" in page
    assert "from entry 9 on" in page


def test_a_witness_that_does_not_answer_is_told_as_such_with_what_it_said_before(office: Office) -> None:
    with office.rooms.database.reading() as work:
        before = work.now - timedelta(hours=2)
    look(office, answered=before, fault="It does not answer.")
    page = office.get("/org/audit", "auditor")
    assert "Did not answer" in page
    assert "it matched." in page
    assert "It does not answer." in page


def test_asking_leaves_tasks_and_keeps_nobody_waiting(office: Office) -> None:
    assert office.post("/org/audit", "auditor", do="ask") == "/org/audit?done=witnesses-asked"
    with office.rooms.database.reading() as work:
        assert [row["name"] for row in work.rows(tasks.select()) if row["name"] == "journal.look"] == ["journal.look"]
    assert "Witnesses asked" in office.get("/org/log")
    refused = office.clients["recruiter"].post("/org/audit", data={"csrf": office.csrf("recruiter"), "do": "ask"})
    assert refused.status_code == 403
    assert PEER.did not in office.get("/org/audit", "auditor")
