"""Who gets into the offices: each page opens to its role, in three languages, and to nobody else."""

from __future__ import annotations

import pytest

from tests.unit.portal.pages.organisation.conftest import ROLES, Office

PAGES = {
    "/org": {"operator"},
    "/org/offerings": {"operator"},
    "/org/negotiations": {"operator"},
    "/org/agreements": {"operator"},
    "/org/transfers": {"operator"},
    "/org/peers": {"operator"},
    "/org/peer?id=did:web:school.example": {"operator"},
    "/org/offering/edit": {"operator"},
    "/org/log": {"operator"},
    "/org/linked": {"operator"},
    "/org/people": {"recruiter", "adviser"},
    "/org/team": {"recruiter", "adviser"},
    "/org/matching": {"operator", "recruiter", "adviser"},
    "/org/matching/documents": {"operator", "recruiter", "adviser"},
    "/org/shared": {"coach", "recruiter", "adviser", "teacher"},
    "/org/learning": {"teacher"},
    "/org/learning/group": {"teacher"},
    "/org/statistics": {"analyst"},
    "/org/contracts": {"operator"},
    "/org/contract/new": {"operator"},
    "/org/contract/new?template=children-voice": {"operator"},
    "/org/rights": {"dpo", "operator"},
    "/org/register": {"dpo", "operator"},
    "/org/register/edit": {"dpo", "operator"},
    "/org/audit": {"auditor", "dpo"},
    "/org/words": {"operator"},
    "/org/programs": {"operator"},
    "/org/credentials": {"operator"},
    "/org/review": {"operator"},
}
FORMS = {
    "/org/log": "operator",
    "/org/linked": "operator",
    "/org/linked/record": "operator",
    "/org/members": "operator",
    "/org/negotiations/n1": "operator",
    "/org/transfers/t1": "operator",
    "/org/offering": "operator",
    "/org/offering/edit": "operator",
    "/org/peer": "operator",
    "/org/shared/g1/comments": "coach",
    "/org/contracts": "operator",
    "/org/contract": "operator",
    "/org/contract/new": "operator",
    "/org/contract/offering": "operator",
    "/org/rights/r1": "dpo",
    "/org/register": "dpo",
    "/org/register/edit": "dpo",
    "/org/audit": "auditor",
    "/org/team": "recruiter",
    "/org/team/remove": "recruiter",
    "/org/matching": "operator",
    "/org/matching/usual": "operator",
    "/org/programs": "operator",
    "/org/programs/remove": "operator",
    "/org/credentials": "operator",
    "/org/credentials/ask": "operator",
    "/org/credentials/move": "operator",
}


def test_each_page_opens_to_its_roles_and_to_no_other(office: Office) -> None:
    for path, opened_by in PAGES.items():
        for role in ROLES:
            answer = office.clients[role].get(path)
            if path == "/org" and role != "operator":
                # An officer has work only where people's spaces are kept.
                assert answer.status_code == (403 if role == "officer" else 303), role
            else:
                assert answer.status_code == (200 if role in opened_by else 403), (path, role)


def test_a_person_is_refused_and_a_stranger_is_led_to_the_door(office: Office) -> None:
    for path in (*PAGES, "/org/members"):
        assert office.clients["person"].get(path).status_code == 403, path
        answer = office.clients["nobody"].get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in?next=%2Forg"), path


def test_only_an_operator_of_the_authority_reaches_the_register(office: Office, authority: Office) -> None:
    assert office.clients["operator"].get("/org/members").status_code == 404
    assert authority.clients["coach"].get("/org/members").status_code == 403
    assert "Members" in authority.get("/org/members")


def test_where_no_people_live_there_is_no_desk_of_guardians(office: Office) -> None:
    for path in ("/org/guardians", "/org/guardians/new", "/org/guardians/age", "/org/guardians/m1"):
        assert office.clients["officer"].get(path).status_code == 404, path
        for role in ROLES:
            assert office.clients[role].get(path).status_code == (404 if role == "officer" else 403), (path, role)
    assert "/org/guardians" not in office.clients["officer"].get("/org/guardians").text


@pytest.mark.parametrize("language", ["en", "fr", "sv"])
def test_every_page_speaks_the_reader_s_language(office: Office, language: str) -> None:
    for account in office.accounts.values():
        with office.rooms.database.writing() as work:
            office.rooms.accounts.set_language(work, account.id, language)
    for path, opened_by in PAGES.items():
        assert f'<html lang="{language}">' in office.get(path, min(opened_by))


def test_a_form_without_its_session_s_token_changes_nothing(office: Office) -> None:
    for path, role in FORMS.items():
        for token in ("", "0" * 64, office.csrf("analyst") if role != "analyst" else ""):
            answer = office.clients[role].post(path, data={"csrf": token, "do": "drop", "letter": "x"})
            assert answer.status_code == 403, path


def test_staff_start_from_the_first_room_their_role_opens(office: Office) -> None:
    assert office.clients["coach"].get("/org").headers["location"] == "/org/shared"
    assert office.clients["analyst"].get("/org").headers["location"] == "/org/statistics"
    assert office.clients["dpo"].get("/org").headers["location"] == "/org/rights"
    assert office.clients["auditor"].get("/org").headers["location"] == "/org/audit"
    assert "Fjällverk Exempel AB" in office.get("/org")
