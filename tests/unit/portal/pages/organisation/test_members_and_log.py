"""Decisions of the authority with their reasons, and what an operator does about tasks that failed."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from skillspace.portal.pages.organisation import journal
from skillspace.storage.database import Work, tasks
from skillspace.trust.consent.store import releases
from skillspace.trust.membership import Application
from skillspace.trust.membership.legal import legal_identities
from tests.unit.portal.pages.organisation.conftest import PEER, Office

APPLICANT = "did:web:college.example"


def ask_to_join(office: Office, name: str = "Pretend <College>") -> None:
    assert office.rooms.authority is not None
    application = Application(name=name, roles=["school"], address="https://college.example")
    with office.rooms.database.writing() as work:
        office.rooms.authority.apply(work, APPLICANT, application)


def test_an_applicant_is_admitted_with_a_reason_that_stands_beside_the_decision(authority: Office) -> None:
    ask_to_join(authority)
    assert "Pretend &lt;College&gt; asks to join" in authority.get("/org")
    assert "Wants to be: school" in authority.get("/org/members")
    where = authority.post("/org/members", member=APPLICANT, do="admit", why="Known for years")
    assert where == "/org/members?done=admitted"
    page = authority.get("/org/members")
    assert "Known for years" in page
    assert "Operator Exempel" in page
    assert "Nobody is waiting." in page
    assert "Member admitted" in authority.get("/org/log")


def test_what_a_clearing_house_confirmed_stands_beside_the_name(authority: Office) -> None:
    ask_to_join(authority)
    keeper = authority.rooms.authority
    assert keeper is not None
    with authority.rooms.database.writing() as work:
        keeper.legal.show(work, APPLICANT, ["shown"])
    assert "are being checked" in authority.get("/org/members")
    facts: dict[str, object] = {"name": "College <AB>", "country": "SE", "numbers": {"VatID": "SE0"}, "level": "SC"}
    for issuer, days, words in (("did:web:house.example", 9, "Confirmed by"), ("x", -9, "Confirmation has ended")):
        with authority.rooms.database.writing() as work:
            until = work.now + timedelta(days=days)
            work.update(legal_identities, sa.true(), tokens=None, issuer=issuer, until=until, **facts)
        page = authority.get("/org/members")
        assert words in page
        assert "College &lt;AB&gt;, SE, VatID <code>SE0</code>" in page
    with authority.rooms.database.writing() as work:
        work.update(legal_identities, sa.true(), name=None, why="The label names <another>.")
    assert "The label names &lt;another&gt;." in authority.get("/org/members")


def test_a_decision_needs_a_reason_and_an_open_question(authority: Office) -> None:
    ask_to_join(authority)
    client, csrf = authority.clients["operator"], authority.csrf("operator")
    for fields, status in (
        ({"member": APPLICANT, "do": "admit", "why": " "}, 400),
        ({"member": APPLICANT, "do": "suspend", "why": "x"}, 400),
        ({"member": "did:web:nobody.example", "do": "admit", "why": "x"}, 404),
    ):
        assert client.post("/org/members", data={"csrf": csrf, **fields}).status_code == status, fields
    authority.post("/org/members", member=APPLICANT, do="refuse", why="Not a school")
    again = client.post("/org/members", data={"csrf": csrf, "member": APPLICANT, "do": "refuse", "why": "x"})
    assert again.status_code == 409
    assert "Not a school" in authority.get("/org/members?q=college&sort=decided_by&down=1")


def dead(work: Work) -> None:
    row = {"name": "catalog.crawl", "key": "crawl", "payload": {}, "attempts": 8, "made": work.now, "due": work.now}
    work.insert(tasks, row | {"id": "t1", "state": "dead", "last_error": "PeerUnreachable: <gone>"})


def test_a_task_that_failed_is_tried_again_or_given_up(office: Office) -> None:
    office.write(dead)
    assert "1 failed for good" in office.get("/org")
    assert "PeerUnreachable: &lt;gone&gt;" in office.get("/org/log")
    assert office.post("/org/log", letter="t1", do="retry") == "/org/log?done=task-again"
    assert "Task tried again" in office.get("/org/log")
    gone = office.clients["operator"].post(
        "/org/log", data={"csrf": office.csrf("operator"), "letter": "t1", "do": "drop"}
    )
    assert gone.status_code == 404
    office.write(lambda work: work.update(tasks, tasks.c.id == "t1", state="dead"))
    office.post("/org/log", letter="t1", do="drop")
    assert "No task failed for good." in office.get("/org/log")


def test_the_log_shows_every_release_and_refusal_of_personal_data(office: Office) -> None:
    def fill(work: Work) -> None:
        row = {"grant": "g", "intermediary": "i", "recipient": PEER.did, "dataset": "employment", "agreement": "a"}
        row |= {"transfer": "t", "purpose": "gather"}
        common = row | {"at": work.now, "kinds": ["employment"]}
        work.insert(
            releases,
            common | {"id": "r1", "outcome": "released", "code": "", "reason": ""},
            common | {"id": "r2", "outcome": "refused", "code": "ConsentRevoked", "reason": "was stopped"},
        )

    office.write(fill)
    page = office.get("/org/log?sort=outcome")
    assert "Released" in page
    assert "The person stopped this consent." in page
    assert PEER.name in page
    assert "Released" not in office.get("/org/log?q=stopped")
    assert office.clients["operator"].get("/org/log?format=csv").text.count("\r\n") == 3


def test_the_journal_keeps_the_last_act_about_a_thing(office: Office) -> None:
    account = office.accounts["operator"]
    for number in range(3):
        office.write(lambda work, n=number: journal.note(work, account, "task.drop", thing="t", title="T", why=f"{n}"))
    with office.rooms.database.reading() as work:
        assert journal.last_about(work, ["t"], ["task.drop"])["t"].why == "2"
        assert journal.last_about(work, ["t"], ["task.retry"]) == {}
        assert [entry.why for entry in journal.latest(work, limit=2)] == ["2", "1"]
