"""The six rights as a person uses them: one press, a case with its clocks, answers, and taking it back."""

from __future__ import annotations

import io
import re
import zipfile

from skillspace.trust.rights import Right
from tests.unit.portal.pages.person.conftest import UNIVERSITY, Browser, House

CASE = re.compile(r"/you/rights/(rightscase-[0-9A-Za-z]+)")


def use(browser: Browser, right: str, **more: object) -> str:
    answer = browser.post(f"/you/rights/use/{right}", more)
    assert answer.status_code == 303, answer.text[-900:]
    found = CASE.search(answer.headers["location"])
    assert found is not None, answer.headers["location"]
    return found[1]


def test_every_right_has_a_form_in_plain_words_that_names_whom_it_goes_to(house: House) -> None:
    browser = house.browser(house.alva)
    for right in Right:
        page = browser.get(f"/you/rights/use/{right}").text
        assert "Invented University" in page, right
        assert "Invented Space" in page, right
        assert ("What is wrong" in page) is (right is Right.RECTIFICATION)


def test_a_right_is_used_towards_some_followed_and_taken_back(house: House) -> None:
    browser = house.browser(house.alva)
    case = use(browser, "erasure", organisation=UNIVERSITY, words="I left in 2024.")
    page = browser.get(f"/you/rights/{case}").text
    assert "On its way to them" in page
    assert "days left" in page
    assert "0 of 1 have answered" in page
    assert "“I left in 2024.”" in page
    assert f"/you/rights/{case}" in browser.get("/you/rights").text
    assert browser.client.post(f"/you/rights/{case}/withdraw").status_code == 403
    assert browser.post(f"/you/rights/{case}/withdraw").status_code == 303
    assert "Taken back" in browser.get(f"/you/rights/{case}").text
    assert browser.post(f"/you/rights/{case}/withdraw").status_code == 409


def test_what_this_node_holds_comes_back_as_a_file(house: House) -> None:
    browser = house.browser(house.alva)
    case = use(browser, "access", organisation=house.node.rooms.did)
    while house.node.worker.run_due():
        pass
    page = browser.get(f"/you/rights/{case}").text
    assert "1 of 1 have answered" in page
    package = browser.get(f"/you/rights/{case}/package.zip")
    assert package.headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(package.content)).namelist()
    assert "case.json" in names


def test_a_correction_without_words_and_a_right_towards_nobody_are_refused(house: House) -> None:
    browser = house.browser(house.alva)
    for right, form in (
        ("rectification", {"organisation": UNIVERSITY, "wrong": "1999", "correct": " "}),
        ("access", {}),
        ("access", {"organisation": "did:web:stranger.example"}),
        ("access", {"organisation": UNIVERSITY, "kind": "unheard-of"}),
    ):
        assert browser.post(f"/you/rights/use/{right}", form).status_code == 400, form
    assert browser.post("/you/rights/use/nonsense", {"organisation": UNIVERSITY}).status_code == 404
    assert "Nothing yet." in browser.get("/you/rights").text
    use(browser, "rectification", organisation=UNIVERSITY, wrong="1999", correct="2001")


def test_a_case_of_somebody_else_does_not_exist(house: House) -> None:
    case = use(house.browser(house.alva), "restriction", organisation=UNIVERSITY)
    camille = house.browser(house.camille)
    assert case not in camille.get("/you/rights").text
    assert camille.get(f"/you/rights/{case}").status_code == 404
    assert camille.get(f"/you/rights/{case}/package.zip").status_code == 404
    for move in ("withdraw", "lift", "supply"):
        form = {"organisation": UNIVERSITY, "words": "It is me."}
        assert camille.post(f"/you/rights/{case}/{move}", form).status_code == 404, move


def test_my_data_names_each_organisation_and_the_yes_behind_it(house: House) -> None:
    browser = house.browser(house.alva)
    until = house.ask.until.date().isoformat()
    browser.post(f"/sharing/ask/{house.ask.id}", {"answer": "yes", "kind": "diploma", "until": until})
    page = browser.get("/you/data").text
    assert "Invented University" in page
    assert f"/sharing/grants/{house.ask.id}" in page
    assert "may send it to you" in page
    empty = house.browser(house.camille).get("/you/data").text
    assert "Invented University" not in empty
