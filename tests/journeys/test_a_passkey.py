"""Someone the node has never seen makes a space with a passkey, connects a school with a code, and comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from skillspace.node.composition import compose
from skillspace.node.demo.running import Running
from skillspace.people.holdings import HeldPerson
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.journey, pytest.mark.timeout(1200)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def code_of_the_school(demo: Running) -> str:
    """A code as the school's desk would give it, for a pupil of its own register."""
    school = next(node for node in demo.space.nodes if node.id == "school")
    node = compose(demo.space.settings(school))
    with node.database.writing() as work:
        node.rooms.holdings.add_person(work, HeldPerson(local_id="SCH-new", name="Nova Newcomer", synthetic=True))
        code = node.rooms.holdings.new_code(work, "SCH-new")
    node.stop()
    return code


def test_a_newcomer_signs_up_connects_a_school_and_comes_back_with_a_passkey(demo: Running, browser: Browser) -> None:
    portal = demo.space.orchestrator.address
    context = browser.new_context(locale="en")
    context.set_default_timeout(PATIENCE_S * 1000)
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    page.goto(f"{portal}/sign-up")
    page.locator("#name").fill("Nova Newcomer")
    page.locator("#born").fill("1999-04-05")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(f"{portal}/skills*")
    assert "Nova Newcomer" in page.locator("header").inner_text()

    page.goto(f"{portal}/you/connect")
    page.locator("#organisation").select_option(label="Lycée Jean Exemple")
    page.locator("#code").fill("WRNG-C0DE")
    page.locator("form[action='/you/connect'] .main-action button").click()
    assert page.locator("#code").get_attribute("aria-invalid") == "true", "a wrong code is said where it was typed"
    page.locator("#code").fill(code_of_the_school(demo))
    page.locator("form[action='/you/connect'] .main-action button").click()
    page.wait_for_url(lambda url: "/you/connect" not in url)
    page.goto(f"{portal}/you")
    assert "Lycée Jean Exemple" in page.locator("main").inner_text()

    page.locator("header form button, header a[href='/sign-out']").first.click()
    page.goto(f"{portal}/skills")
    assert "/sign-in" in page.url
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"{portal}/you")
    assert "Nova Newcomer" in page.locator("header").inner_text()
    context.close()
