"""The organisation's record at the desk: a form that loses nothing, versions, and the notice people would read."""

from __future__ import annotations

import json

import pytest

from skillspace.trust.register import Basis, Duty, Processing, Record, Transfer
from tests.unit.portal.pages.organisation.conftest import Office
from tests.unit.portal.pages.organisation.forms import send

EDIT = "/org/register/edit"
FULL = Record(
    name="Fjällverk Exempel AB",
    country="SE",
    places=("SE", "FI"),
    processings=(
        Processing(
            purpose="recruitment",
            kinds=("skills",),
            recipients=({"en": "our recruiters", "sv": "våra rekryterare"},),
            transfers=(Transfer(country="US", safeguard={"en": "standard clauses", "fr": "clauses types"}),),
            keeps_days=30,
            keeps_why={"en": "to answer complaints"},
        ),
        Processing(purpose="payroll", basis=Basis.LEGAL_OBLIGATION, law={"sv": "bokföringslagen"}),
    ),
    duties=(Duty(kind="employment", days=2555, law={"en": "accounting law", "sv": "bokföringslagen"}),),
)


def write(office: Office, record: Record = FULL) -> None:
    office.write(lambda work: office.rooms.registers.write(work, record, by="Somebody Exempel"))


def own(office: Office) -> tuple[int, Record]:
    with office.rooms.database.reading() as work:
        return office.rooms.registers.own(work)


@pytest.mark.parametrize("language", ["en", "fr", "sv"])
def test_the_form_sent_back_untouched_loses_nothing_in_any_language(office: Office, language: str) -> None:
    write(office)
    office.write(lambda work: office.rooms.accounts.set_language(work, office.accounts["operator"].id, language))
    assert send(office, EDIT, "")[1] == "/org/register?done=recorded"
    assert own(office) == (1, FULL)


def test_a_field_changed_makes_a_new_version_with_who_and_when(office: Office) -> None:
    write(office)
    send(office, EDIT, "", p0__keeps_days="31", d0__days="10", contact__email="dpo@example.org")
    version, record = own(office)
    assert (version, record.processings[0].keeps_days, record.duties[0].days) == (2, 31, 10)
    assert record.duties[0].law == FULL.duties[0].law
    assert record.contact.email == "dpo@example.org"
    page = office.get("/org/register")
    assert "Version 2" in page
    assert "Operator Exempel" in page
    assert "Somebody Exempel" in page
    assert "Our record changed" in office.get("/org/log")


def test_something_is_added_and_something_taken_out(office: Office) -> None:
    write(office)
    send(office, EDIT, "", p1__gone="yes", p2__purpose="guidance", p2__kinds="skills, plan", d1__kind="transcript",
         d1__days="9", d1__law="archive law")  # fmt: skip
    _, record = own(office)
    assert [one.purpose for one in record.processings] == ["recruitment", "guidance"]
    assert record.processings[1].kinds == ("skills", "plan")
    assert [one.kind for one in record.duties] == ["employment", "transcript"]


def test_what_cannot_be_is_refused_with_the_form_as_it_was_sent(office: Office) -> None:
    write(office)
    for changes in ({"country": "Sweden"}, {"p0__keeps_days": "soon"}, {"p0__transfers": "US"}, {"name": ""}):
        status, page = send(office, EDIT, "", **changes)
        assert status == 400, changes
        assert 'role="alert"' in page
    assert own(office)[0] == 1


def test_a_form_older_than_the_record_changes_nothing(office: Office) -> None:
    write(office)
    assert send(office, EDIT, "", version="0", country="FI")[0] == 409
    assert own(office) == (1, FULL)


def test_a_person_s_notice_is_shown_before_anybody_reads_it(office: Office) -> None:
    assert "Nothing is written yet" in office.get("/org/register")
    write(office)
    page = office.get("/org/register")
    assert "What a person would read" in page
    assert "standard clauses" in page
    assert "IMY" in page


def test_the_record_travels_as_json_and_what_is_none_is_refused(office: Office) -> None:
    write(office)
    answer = office.clients["dpo"].get("/org/register?format=json")
    assert answer.headers["content-disposition"].startswith("attachment")
    content = json.loads(answer.text)
    content["name"] = "Another <Name>"
    assert office.post("/org/register", "dpo", record=json.dumps(content)) == "/org/register?done=recorded"
    assert "Another &lt;Name&gt;" in office.get("/org/register")
    for text in ("", "{", "[]", '{"name": 1}'):
        client = office.clients["dpo"]
        refused = client.post("/org/register", data={"csrf": office.csrf("dpo"), "record": text})
        assert refused.status_code == 400, text
    assert own(office)[0] == 2
