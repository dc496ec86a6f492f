"""An employee, a jobseeker and a pupil walk the whole way, each in their language, on seven real nodes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from skillspace.node.demo.running import Running
from skillspace.trust.consent import check_receipt
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.timeout(1200)]


@dataclass(frozen=True, kw_only=True)
class Traveller:
    """Who walks: what they should find, in their own language."""

    id: str
    language: str
    sources: int
    skill: str
    proven: str
    told: str
    stopped: str
    someone_refused: str


ALVA = Traveller(
    id="alva",
    language="sv",
    sources=3,
    skill="Python",
    proven="erkänd i lag",
    told="JavaScript",
    stopped="Stoppa",
    someone_refused="Nekad",
)
CAMILLE = Traveller(
    id="camille",
    language="fr",
    sources=3,
    skill="cuisson",
    proven="évalué",
    told="budget",
    stopped="Arrêter",
    someone_refused="Refusé",
)
ROBIN = Traveller(
    id="robin",
    language="en",
    sources=2,
    skill="mathematics",
    proven="tested",
    told="solder electronics",
    stopped="Stop",
    someone_refused="Refused",
)


@pytest.fixture(params=[ALVA, CAMILLE, ROBIN], ids=lambda each: each.id)
def traveller(request: pytest.FixtureRequest) -> Traveller:
    assert isinstance(request.param, Traveller)
    return request.param


@pytest.fixture
def story(demo: Running, traveller: Traveller) -> str:
    return next(str(person["story"]) for person in demo.space.people if person["id"] == traveller.id)


def test_a_person_gathers_sees_tells_finds_plans_shares_stops_takes_and_leaves(
    demo: Running, browser: Browser, traveller: Traveller, story: str, pictures: Path | None
) -> None:
    portal = demo.space.orchestrator.address
    shots = pictures if traveller is ROBIN else None
    with Walker(browser, portal, f"person-{traveller.id}", traveller.language, shots) as person:
        _speaks_their_language(person, traveller)
        _says_yes_to_everything_and_keeps_a_receipt(person, traveller)
        _sees_every_skill_with_its_proof(person, traveller)
        _tells_a_story(person, traveller, story)
        _finds_what_fits(person)
        _plans(person)
        _is_found_by(person, demo, browser, traveller)
        grant = _shares_with(person, "Arbetslotsen")
        _the_coach_looks_comments_and_is_refused(demo, browser, person, traveller, grant, shots)
        _takes_everything_along(person, traveller)
        _leaves(person)


def _speaks_their_language(person: Walker, traveller: Traveller) -> None:
    person.open("/skills")
    assert person.page.locator("html").get_attribute("lang") == traveller.language
    person.check_access()


def _says_yes_to_everything_and_keeps_a_receipt(person: Walker, traveller: Traveller) -> None:
    person.open("/sharing")
    person.check_access()
    asks = person.links("/sharing/ask/")
    assert len(asks) == traveller.sources
    for number, ask in enumerate(asks):
        person.open(ask)
        switches = person.page.locator("input[name=kind]")
        assert [switches.nth(each).is_checked() for each in range(switches.count())] == [False] * switches.count()
        for each in range(switches.count()):
            switches.nth(each).check(force=True)
        if number == 0:
            person.check_access()
            person.page.set_viewport_size({"width": 390, "height": 780})
            person.picture("ask")
            person.page.set_viewport_size({"width": 1280, "height": 860})
        person.press("button[name=answer][value=yes]")
        assert "/sharing/grants/" in person.page.url
    person.check_access()
    with person.page.expect_download() as download:
        person.press("a[href$='/receipt']")
    receipt = json.loads(Path(download.value.path()).read_text("utf-8"))
    document = json.loads(person.fetch("/.well-known/did.json"))
    keys = {method["id"]: method["publicKeyJwk"] for method in document["verificationMethod"]}
    assert check_receipt(receipt, lambda _issuer, kid: keys[kid]) == document["id"], "checked without the node"


def _sees_every_skill_with_its_proof(person: Walker, traveller: Traveller) -> None:
    text = person.wait_until("/skills?view=list", lambda text: traveller.skill.lower() in text.lower())
    assert traveller.proven in text
    person.check_access()
    person.open("/skills")
    assert person.page.locator("main svg").count() > 0
    person.check_access()
    person.picture("skills")
    person.open(person.links("/skill?")[0])
    person.check_access()
    person.open(person.links("/records/")[0])
    person.check_access()


def _tells_a_story(person: Walker, traveller: Traveller, story: str) -> None:
    person.open("/stories/new")
    person.check_access()
    person.page.locator("textarea").fill(story)
    person.press("form[action='/stories/new'] button")
    person.page.wait_for_url("**/stories/story-*")
    assert traveller.told.lower() in person.text().lower()
    assert person.page.locator("mark").count() > 0, "the words that suggest a skill are shown"
    person.check_access()
    yes, no = person.page.locator("input[value=yes]"), person.page.locator("input[value=no]")
    assert yes.count() >= 2
    yes.nth(0).check(force=True)
    no.nth(1).check(force=True)
    person.press("form[action^='/stories/'] .main-action button")
    person.check_access()


def _finds_what_fits(person: Walker) -> None:
    for tab in ("jobs", "trainings", "moves"):
        address = f"/opportunities?tab={tab}"
        person.wait_until(address, lambda _text: person.page.locator("main h2 a, main h3 a").count() >= 1)
        person.check_access()
        if tab == "jobs":
            person.picture("jobs")
    person.open("/opportunities?tab=trainings")
    person.open(person.links("/opportunities/trainings/")[0])
    person.check_access()
    person.open("/opportunities?tab=jobs")
    person.open(person.links("/opportunities/jobs/")[0])
    person.check_access()


def _plans(person: Walker) -> None:
    person.press("button[name=do][value=goal]")
    assert "/plan" in person.page.url
    person.check_access()
    choices = person.page.locator("form:has(input[value=choose]) button[name=training]")
    if choices.count():
        person.page.locator("details:has(button[name=training]) summary").first.click()
        choices.first.click()
        assert person.page.locator("form:has(input[value=drop]) button[name=training]").count() >= 1
    person.check_access()
    person.picture("plan")


def _is_found_by(person: Walker, demo: Running, browser: Browser, traveller: Traveller) -> None:
    """An employer and a training organisation see who consented and why they fit, and nothing after a stop."""
    for node_id, staff, shared_with in (
        ("employer", "staff-egil", "Fjällverk"),
        ("training", "staff-tore", "Lärvägen"),
    ):
        name = next(str(each["name"]) for each in demo.space.people if each["id"] == traveller.id)
        address = next(node.address for node in demo.space.nodes if node.id == node_id)
        grant = _shares_with(person, shared_with)
        with Walker(browser, address, staff, "sv", None) as staff_member:
            staff_member.wait_until("/org/people", lambda text, name=name: name in text)
            staff_member.check_access()
            person.open(f"/sharing/grants/{grant}")
            person.press(f"form[action='/sharing/grants/{grant}/stop'] button")
            staff_member.wait_until("/org/people", lambda text, name=name: name not in text)
            staff_member.check_access()


def _shares_with(person: Walker, organisation: str) -> str:
    person.open("/plan")
    options = person.page.locator("select[name=coach] option")
    found = next(each for each in range(options.count()) if organisation in options.nth(each).inner_text())
    person.page.locator("select[name=coach]").select_option(index=found)
    person.press("button[name=do][value=share]")
    person.check_access()
    for each in range(person.page.locator("input[name=kind]").count()):
        person.page.locator("input[name=kind]").nth(each).check(force=True)
    person.press("form[action='/sharing/give'] .main-action button")
    assert "/sharing/grants/" in person.page.url
    grant = person.page.url.split("/sharing/grants/")[1].partition("/")[0].partition("?")[0]
    person.open(f"/sharing/grants/{grant}/view")
    person.check_access()
    return grant


def _the_coach_looks_comments_and_is_refused(
    demo: Running, browser: Browser, person: Walker, traveller: Traveller, grant: str, shots: Path | None
) -> None:
    agency = next(node for node in demo.space.nodes if node.id == "agency")
    name = next(str(each["name"]) for each in demo.space.people if each["id"] == traveller.id)
    with Walker(browser, agency.address, "staff-kim", "en", shots) as coach:
        coach.wait_until("/org/shared", lambda _text: coach.links(f"/org/shared/{grant}") != [])
        coach.check_access()
        text = coach.wait_until(f"/org/shared/{grant}", lambda text: name in text)
        assert traveller.skill.lower() in text.lower() or name in text
        coach.check_access()
        coach.page.locator("textarea").fill("Well done. Let us talk about the second step.")
        coach.press(f"form[action='/org/shared/{grant}/comments'] button")
        person.wait_until("/plan", lambda text: "Let us talk about the second step" in text)
        person.check_access()
        person.open(f"/sharing/grants/{grant}")
        person.press(f"form[action='/sharing/grants/{grant}/stop'] button")
        refused = coach.open(f"/org/shared/{grant}", status=403)
        assert name not in refused, "a refused look shows nothing of the person"
        coach.check_access()
        coach.open("/org/statistics")
        coach.check_access()
        coach.picture("statistics")
    refusals = person.page.locator("main .state", has_text=traveller.someone_refused)
    person.wait_until("/log", lambda _text: refusals.count() == 1)
    person.check_access()
    person.picture("log")


def _takes_everything_along(person: Walker, traveller: Traveller) -> None:
    person.open("/you")
    person.check_access()
    with person.page.expect_download() as download:
        person.press("a[href='/you/download.jsonld']")
    everything = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert everything["language"] == traveller.language
    assert len(everything["skills"]) >= 5
    assert all(skill["assertions"] for skill in everything["skills"])
    assert everything["records"]
    assert everything["stories"]
    with person.page.expect_download() as download:
        person.press("a[href='/you/download.pdf']")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def _leaves(person: Walker) -> None:
    person.open("/you/erase")
    person.check_access()
    person.page.locator("input[name=confirm]").check()
    person.press("form[action='/you/erase'] button")
    person.check_access()
    assert "/sign-in" in person.page.url or person.page.locator("a[href='/sign-in']").count()
    person.open("/sign-in")
    assert person.page.locator(f"button[value='{person.account}']").count() == 0
