"""Our programs: a token shown once, listed by name, taken back by a press, and written down who did it."""

from __future__ import annotations

import re

from tests.unit.portal.pages.organisation.conftest import Office

PATH = "/org/programs"


def make(office: Office, name: str) -> tuple[int, str]:
    answer = office.clients["operator"].post(PATH, data={"csrf": office.csrf("operator"), "name": name})
    return answer.status_code, answer.text


def knows(office: Office, token: str) -> bool:
    with office.rooms.database.reading() as work:
        return office.rooms.review.programs.knows(work, f"Bearer {token}")


def token_in(page: str) -> str:
    found = re.search(r"<code>([^<]+)</code>", page)
    assert found is not None
    return found.group(1)


def test_a_token_is_shown_once_and_opens_until_the_program_is_shut_out(office: Office) -> None:
    assert "No program is let in." in office.get(PATH)
    status, page = make(office, "  pay   roll ")
    assert status == 200
    token = token_in(page)
    assert knows(office, token)
    later = office.get(PATH)
    assert "pay roll" in later
    assert token not in later
    assert token not in office.get("/org/log")
    assert "Program let in" in office.get("/org/log")
    assert office.post(f"{PATH}/remove", name="pay roll") == f"{PATH}?done=own-program-gone"
    assert not knows(office, token)
    assert "Program shut out" in office.get("/org/log")


def test_a_name_that_is_none_or_taken_is_refused_with_the_reason(office: Office) -> None:
    make(office, "payroll")
    for name, why in (("", "needs a name"), ("x" * 61, "at most 60"), ("payroll", "already"), ("a\x00b", "printable")):
        status, page = make(office, name)
        assert (name, status) == (name, 400)
        assert 'role="alert"' in page
        assert why in page
        assert 'class="token"' not in page


def test_the_answer_with_a_token_is_kept_by_no_cache(office: Office) -> None:
    answer = office.clients["operator"].post(PATH, data={"csrf": office.csrf("operator"), "name": "payroll"})
    assert "no-store" in answer.headers["cache-control"]
