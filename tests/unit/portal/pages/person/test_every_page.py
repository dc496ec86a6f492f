"""Every page of a person: open to them, closed to others, in their language, and never with anybody else's data."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from skillspace.portal.pages import person
from skillspace.portal.pages.frame import Frame
from tests.unit.portal.pages.person.conftest import PAGES, House


@pytest.mark.parametrize("language", ["en", "fr", "sv"])
def test_every_page_opens_for_its_person_in_every_language(house: House, language: str) -> None:
    house.language(house.alva, language)
    browser = house.browser(house.alva)
    for path in PAGES:
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.text[-500:])
        assert f'<html lang="{language}">' in answer.text
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_nobody_sees_a_page_without_signing_in(house: House) -> None:
    browser = house.browser()
    for path in PAGES:
        answer = browser.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in?next=%2F")


def test_staff_is_told_that_these_pages_belong_to_people(house: House) -> None:
    browser = house.browser(house.staff)
    for path in PAGES:
        assert browser.get(path).status_code == (200 if path == "/you" else 403), path


def test_no_page_of_one_person_holds_anything_of_another(house: House) -> None:
    spaces = house.node.rooms.spaces
    assert spaces is not None
    taxonomies = house.node.rooms.taxonomies
    only_alvas = {taxonomies.label(uri, "en") for uri in house.skills[:4]}
    camille = house.browser(house.camille)
    own = ("/skills?view=list", "/skills/picture.svg", "/records", "/sharing", "/log", "/you", "/you/download.jsonld")
    for path in own:
        text = camille.get(path).text
        assert "Alva" not in text, path
        assert house.alva.id not in text, path
        assert house.ask.id not in text, path
        assert not any(f">{label}<" in text for label in only_alvas), path
    foreign = (
        f"/records/{house.record}",
        f"/records/{house.record}/original",
        f"/sharing/ask/{house.ask.id}",
        f"/sharing/grants/{house.ask.id}",
        f"/sharing/grants/{house.ask.id}/view",
        f"/sharing/grants/{house.ask.id}/receipt",
    )
    for path in foreign:
        assert camille.get(path).status_code == 404, path
    for path in (f"/sharing/ask/{house.ask.id}", f"/sharing/grants/{house.ask.id}/stop"):
        assert camille.post(path, {"answer": "yes", "kind": "diploma", "until": "2027-01-01"}).status_code == 404, path


def test_a_hostile_name_or_ad_is_shown_as_text(house: House) -> None:
    camille = house.browser(house.camille)
    for path in ("/you", "/skills", "/opportunities"):
        text = camille.get(path).text
        assert "<b>Exemplaire" not in text
        assert "Camille &lt;b&gt;Exemplaire" in text
    assert "<i>here</i>" not in camille.get("/opportunities").text


def test_every_form_without_the_sessions_token_is_refused(house: House) -> None:
    browser = house.browser(house.alva)
    posts = [
        route.path.replace("{grant_id}", house.ask.id).replace("{story_id}", "story-1")
        for router in person.routers(Frame(house.node.rooms))
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in route.methods
    ]
    assert len(posts) > 15
    for path in posts:
        for form in ({}, {"csrf": "0" * 64}):
            assert browser.client.post(path, data=form).status_code == 403, path
        foreign = browser.post(path, {"account": house.camille.id}, origin="https://elsewhere.example")
        assert foreign.status_code == 403, path


def test_an_unknown_thing_gives_a_page_that_says_so(house: House) -> None:
    browser = house.browser(house.alva)
    house.language(house.alva, "sv")
    for path in ("/records/nothing", "/stories/nothing", "/opportunities/jobs/nothing", "/skill?uri=urn:x:y", "/skill"):
        answer = browser.get(path)
        assert answer.status_code in (400, 404), path
        assert '<html lang="sv">' in answer.text


def test_a_fault_of_ours_is_a_page_with_a_number_and_no_detail(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = house.browser(house.alva)
    spaces = house.node.rooms.spaces
    assert spaces is not None
    monkeypatch.setattr(spaces.profile, "skills", lambda *_: 1 / 0)
    answer = browser.get("/skills")
    assert answer.status_code == 500
    assert "fault-" in answer.text
    assert "ZeroDivision" not in answer.text
