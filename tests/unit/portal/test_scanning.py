"""In a real browser: a code in a picture or before the camera is taken over, where the browser can read codes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route

from tests.gallery.browser import CHROMIUM, gallery_address, open_browser
from tests.unit.portal.test_without_a_mouse_or_a_screen import apart

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not CHROMIUM, reason="needs a Chromium; set SKILLSPACE_CHROMIUM to it"),
]

#: A browser that reads codes, and a camera that shows one.
READS_CODES = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { return FOUND; }
};
window.createImageBitmap = async () => ({});
Object.defineProperty(navigator, "mediaDevices", { value: {
  getUserMedia: async () => document.createElement("canvas").captureStream() } });
HTMLMediaElement.prototype.play = async () => {};
"""
NO_CODES = "delete window.BarcodeDetector;"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery_address() as running:
        yield running


def outcome(address: str, found: str, act: Callable[[Page], None]) -> tuple[str, str]:
    """What is sent after something was done on the page, and what the page says instead; `found` is the code seen."""
    sent: list[str] = []

    def take(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
            route.fulfill(body="<p>taken</p>", content_type="text/html")
        else:
            route.continue_()

    with open_browser() as browser:
        page = browser.new_page()
        codes = "[]" if found == "" else json.dumps([{"rawValue": found}])
        page.add_init_script(READS_CODES.replace("FOUND", codes))
        page.route("**/verify", take)
        page.goto(f"{address}/en/verify")
        act(page)
        page.wait_for_function("document.body.textContent === 'taken' || !document.querySelector('[data-told]').hidden")
        told = page.locator("[data-told]")
        return "".join(sent), told.inner_text() if told.count() else ""


def choose(name: str, kind: str, content: bytes) -> Callable[[Page], None]:
    return lambda page: page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": content})


def press(page: Page) -> None:
    page.get_by_role("button", name="Scan a code").click()


def send(page: Page) -> None:
    page.set_input_files("#file", {"name": "large", "mimeType": "text/plain", "buffer": b"x" * (5 * 1024 * 1024 + 1)})
    page.get_by_role("button", name="Check the document").click()


def test_a_code_in_a_picture_is_sent_as_its_text(address: str) -> None:
    sent, _ = apart(outcome, address, "eyJ.a.b", choose("code.jpg", "image/jpeg", PICTURE))
    assert "eyJ.a.b" in sent


def test_a_picture_without_a_code_says_so(address: str) -> None:
    assert apart(outcome, address, "", choose("code.jpg", "image/jpeg", PICTURE)) == (
        "",
        "No code was found in the picture.",
    )


def test_what_the_camera_sees_is_sent_as_its_text(address: str) -> None:
    sent, _ = apart(outcome, address, "eyJ.c.d", press)
    assert "eyJ.c.d" in sent


def test_a_file_that_is_too_large_is_not_sent(address: str) -> None:
    assert apart(outcome, address, "", send) == ("", "The file is too large.")


def no_button(address: str) -> list[bool]:
    with open_browser() as browser:
        page = browser.new_page()
        page.add_init_script(NO_CODES)
        page.goto(f"{address}/en/verify")
        return [page.locator(".scan").is_visible(), page.locator("#file").is_visible()]


def test_without_a_reader_of_codes_the_form_works_as_it_stands(address: str) -> None:
    assert apart(no_button, address) == [False, True]
