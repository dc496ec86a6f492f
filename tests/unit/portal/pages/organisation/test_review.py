"""Links to check: gathered from an organisation's own ads, answered in a page, kept, and taken along as a file."""

from __future__ import annotations

import dataclasses
import re

from skillspace.market.vacancies import Vacancy, write_vacancy
from skillspace.skills.corrections import read_corrections
from tests.unit.portal.pages.organisation.conftest import Office

PATH = "/org/review"
AD = Vacancy(
    id="1",
    title="Head of quantum basket whispering",
    language="en",
    employer="Fjällverk Exempel AB",
    text="You keep the records of our stock. You must use spreadsheets software every day. You like to bake bread.",
    synthetic=True,
    source="did:web:fjallverk.example",
)
#: Of so many different titles a linker is unsure of some, however well it was taught.
TITLES = ("Baker of bread", "Teacher and cleaner", "Sales", "Assistant", "Cook or baker", "Nurse, nights", "Developer")


def gather(office: Office) -> None:
    ads = [AD, *(dataclasses.replace(AD, id=title, title=title) for title in TITLES)]
    office.rooms.own_feeds("vacancies").feed.publish(ads, lambda ad: write_vacancy(ad) + b"\n")
    assert "Nobody has looked for unsure links yet" in office.get(PATH)
    assert office.post(PATH, do="look") == f"{PATH}?done=links-asked"
    assert "This page looks again by itself" in office.get(PATH)
    while office.node.worker.run_due():
        pass


def asked(page: str) -> tuple[str, list[str]]:
    """The question on a page, and what may be chosen."""
    question = re.search(r'name="question" value="([^"]+)"', page)
    assert question is not None
    return question[1], re.findall(r'name="target" value="([^"]+)"', page)


def test_a_question_is_answered_once_kept_with_its_score_and_taken_along(office: Office) -> None:
    gather(office)
    page = office.get(PATH)
    assert "<mark>" in page
    question, targets = asked(page)
    assert "It stands in" in page
    assert office.post(PATH, do="yes", question=question, target=targets[0]) == f"{PATH}?done=mapping-yes"
    later = office.get(PATH)
    assert question not in later
    again = office.get(f"{PATH}?question={question}")
    assert "What was said of it" in again
    office.post(PATH, do="no", question=question)
    file = office.clients["operator"].get(f"{PATH}/corrections.jsonl")
    words = list(read_corrections(file.content.splitlines()))
    assert [one.is_right for one in words] == [True, *([False] * len(targets))]
    assert words[0].concept == targets[0]
    assert words[0].score is not None
    assert words[0].who.startswith("reviewer-")
    assert "Operator" not in file.text


def test_skipping_shows_another_one_and_what_cannot_be_is_refused(office: Office) -> None:
    gather(office)
    first, targets = asked(office.get(PATH))
    if "skipped=1" in office.get(PATH):
        assert asked(office.get(f"{PATH}?skipped=1"))[0] != first
    csrf = office.csrf("operator")
    for form in (
        {"question": first},
        {"question": first, "target": "nonsense"},
        {"question": "q", "target": targets[0]},
    ):
        answer = office.clients["operator"].post(PATH, data={"csrf": csrf, "do": "yes", **form})
        assert answer.status_code in {400, 404}
    for role in ("recruiter", "dpo", "person"):
        assert office.clients[role].get(PATH).status_code == 403
        assert office.clients[role].get(f"{PATH}/corrections.jsonl").status_code == 403
    assert office.clients["operator"].get(f"{PATH}/corrections.jsonl").content == b""
