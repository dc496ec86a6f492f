"""The pages of data protection and of the auditor: what is due, what may be answered, and what shows no person."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.portal.pages.organisation.audit import check_links
from skillspace.storage.database import Work
from skillspace.trust.consent.store import releases
from skillspace.trust.journal import Verdict
from skillspace.trust.register import Duty, Record
from skillspace.trust.rights.messages import PartMessage
from skillspace.trust.rights.store import requests
from tests.unit.portal.pages.organisation.conftest import PEER, SPACE, Office, hold


def ask(office: Office, right: str = "rectification", **more: object) -> str:
    """Let a request come in and return its identifier."""

    def receive(work: Work) -> None:
        content: dict[str, object] = {key: [] for key in ("datasets", "kinds", "grants", "corrections")}
        content |= {"part": f"part-{right}", "subject": "p" * 20, "right": right, "asked": iso(work.now)}
        message = PartMessage.model_validate({**content, "words": "My <name> is spelled wrong", **more})
        office.rooms.rights.inbox.receive(work, SPACE, message)

    office.write(receive)
    with office.rooms.database.reading() as work:
        return office.rooms.rights.desk.queue(work)[0].id


def answer(office: Office, case: str, status: int = 303, role: str = "dpo", **fields: str) -> str:
    client = office.clients[role]
    found = client.post(f"/org/rights/{case}", data={"csrf": office.csrf(role), **fields})
    assert found.status_code == status, found.text
    return found.text


def test_a_request_stands_in_the_queue_with_its_last_day(office: Office) -> None:
    assert "Nobody waits for an answer." in office.get("/org/rights", "dpo")
    case = ask(office)
    page = office.get("/org/rights", "dpo")
    assert "Wants data corrected" in page
    assert "days left" in page
    assert "p" * 20 not in page
    assert "A person waits for your answer: Wants data corrected" in office.get("/org")
    page = office.get(f"/org/rights/{case}", "operator")
    assert "My &lt;name&gt; is spelled wrong" in page
    assert "No room holds anything" in page


def test_a_late_request_stands_first_and_says_so(office: Office) -> None:
    case = ask(office)
    ask(office, "objection")
    office.write(lambda work: work.update(requests, requests.c.id == case, due=work.now.date().replace(year=2020)))
    page = office.get("/org/rights", "dpo")
    assert "1 request is late" in page
    assert page.index("Wants data corrected") < page.index("Objects to a use")


def test_a_request_is_taken_extended_and_answered_with_a_line_each(office: Office) -> None:
    case = ask(office)
    answer(office, case, do="take")
    answer(office, case, 400, do="extend", words=" ")
    answer(office, case, do="extend", words="Many papers")
    answer(office, case, do="answer", words="Corrected")
    page = office.get(f"/org/rights/{case}", "dpo")
    assert "Two more months taken" in page
    assert "nothing can be done any more" in page
    assert "Dpo Exempel" in office.get("/org/log")
    answer(office, case, 409, do="answer", words="Again")


def test_a_refusal_rests_on_a_ground_of_this_right_alone(office: Office) -> None:
    case = ask(office)
    page = office.get(f"/org/rights/{case}", "dpo")
    assert "16-data-are-accurate" in page
    assert "17-3-e-legal-claims" not in page
    answer(office, case, 400, do="refuse", ground="17-3-e-legal-claims", words="No")
    answer(office, case, 400, do="refuse", ground="because", words="No")
    answer(office, case, 400, do="burn", words="No")
    answer(office, "request-of-nobody", 404, do="take")
    answer(office, case, do="refuse", ground="16-data-are-accurate", words="They are right")
    assert "Refused" in office.get(f"/org/rights/{case}", "dpo")


def test_refusals_and_uses_of_thirty_days_are_counted_and_older_ones_not(office: Office) -> None:
    def fill(work: Work) -> None:
        row = {"grant": "g", "intermediary": SPACE, "recipient": PEER.did, "dataset": "employment", "agreement": "a"}
        row |= {"transfer": "t", "kinds": ["employment"], "purpose": "recruitment", "reason": ""}
        old = work.now.replace(year=work.now.year - 1)
        for number, (at, outcome, code) in enumerate(
            [(work.now, "refused", "ConsentRevoked"), (work.now, "released", ""), (old, "refused", "ConsentExpired")]
        ):
            work.insert(releases, row | {"id": f"r{number}", "at": at, "outcome": outcome, "code": code})

    office.write(fill)
    page = office.get("/org/rights", "dpo")
    assert "said no 1 time." in page
    assert "The person stopped this consent." in page
    assert "The consent had run out." not in page
    assert "<b>1</b> recruitment" in page


def test_copies_and_duties_to_keep_stand_with_their_days(office: Office) -> None:
    hold(office, "g1")
    record = Record(name="X", country="SE", duties=(Duty(kind="transcript", days=10, law={"en": "archive law"}),))
    office.write(lambda work: office.rooms.registers.write(work, record, by="x"))
    page = office.get("/org/rights", "dpo")
    assert "Copies that must go" in page
    assert "1 yes lets us keep copies" in page
    assert "archive law" in page


def test_the_auditor_sees_entries_and_never_what_they_say(office: Office) -> None:
    def tell(work: Work) -> None:
        office.rooms.journal.journal.write(work, "sample.told", "thing-1", {"secret": "Alva Exempelsson"})
        office.rooms.journal.journal.write(work, "sample.told", "thing-2", {"secret": "x"})

    office.write(tell)
    page = office.get("/org/audit", "auditor")
    assert "sample.told" in page
    assert "Alva Exempelsson" not in page
    found = office.get("/org/audit?about=thing-1", "auditor")
    assert "thing-2" not in found
    assert "Download the proof" in found
    assert "No entry fits this." in office.get("/org/audit?about=thing-9&before=x", "auditor")
    auditor = office.clients["auditor"]
    assert auditor.get("/org/audit/proof?about=thing-1").status_code == 409
    assert auditor.get("/org/audit/proof?about=thing-9").status_code == 404
    office.write(office.rooms.journal.journal.checkpoint)
    proof = auditor.get("/org/audit/proof?about=thing-1")
    assert proof.status_code == 200
    assert "secret" not in proof.text
    assert office.clients["operator"].get("/org/audit/proof?about=thing-1").status_code == 403


def test_the_check_says_when_all_is_well_and_when_it_is_not(office: Office) -> None:
    office.write(lambda work: office.rooms.journal.journal.write(work, "sample.told", "thing-1", {"a": 1}))
    page = office.clients["auditor"].post("/org/audit", data={"csrf": office.csrf("auditor"), "do": "verify"})
    assert page.status_code == 200
    assert "Everything is as it was written" in page.text
    office.write(lambda work: work.connection.execute(sa.text("DROP TRIGGER journal_chain_no_update")))
    office.write(lambda work: work.connection.execute(sa.text("UPDATE journal_chain SET kind = 'sample.else'")))
    page = office.clients["auditor"].post("/org/audit", data={"csrf": office.csrf("auditor"), "do": "verify"})
    assert "not as" in page.text
    assert "What is wrong" in page.text
    assert "Journal checked" in office.get("/org/log")


def test_the_links_of_the_latest_entries_are_checked_alone(office: Office) -> None:
    journal = office.rooms.journal.journal
    for number in range(5):
        office.write(lambda work, n=number: journal.write(work, "sample.told", f"thing-{n}", {"n": n}))
    with office.rooms.database.reading() as work:
        found, (_, last) = list(reversed(journal.entries(work, limit=3))), journal.head(work)
    whole = Verdict(did="x")
    check_links(found, last, whole)
    assert whole.is_whole
    for broken in ([found[0], found[2]], found[:2], list(reversed(found))):
        verdict = Verdict(did="x")
        check_links(broken, last, verdict)
        assert not verdict.is_whole
