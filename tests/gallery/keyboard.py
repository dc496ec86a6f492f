"""Walks the gallery with the keyboard alone: every link, button and field is reached, seen and left again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import CDPSession, Page

from tests.gallery.browser import open_browser
from tests.gallery.content import LANGUAGES

WALK = (Path(__file__).parent / "keyboard.js").read_text(encoding="utf-8")
DESKTOP, PHONE = (1280, 800), (360, 740)
SHIFT = 8
CODES = {"Tab": (9, ""), "Enter": (13, "\r"), "Space": (32, " ")}
#: More stops than any page has: a walk that is longer goes round in a circle.
FAR = 600
#: Milliseconds after which a page that tells something has put the focus there: site.js waits a tenth of a second.
WELCOME = 300


def walk_pages(address: str, names: Sequence[str], size: tuple[int, int] = DESKTOP) -> list[str]:
    """What is wrong for somebody who has a keyboard and no mouse, page by page; the language goes round."""
    findings: list[str] = []
    with open_browser() as browser:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        page = context.new_page()
        keys = Keys(context.new_cdp_session(page))
        for number, name in enumerate(names):
            page.goto(f"{address}/{LANGUAGES[number % 3]}/{name}")
            findings += [f"{name} {size[0]}: {fault}" for fault in walk(page, keys)]
        context.close()
    return findings


class Keys:
    """A keyboard: one message a key, so that thousands of presses stay quick."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    def press(self, key: str, modifiers: int = 0) -> None:
        """Press and let go."""
        code, text = CODES[key]
        pressed = {"key": text.strip() or key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        if key == "Space":
            pressed["key"] = " "
        if key == "Enter":
            pressed["key"] = "Enter"
        kind = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
        self._session.send("Input.dispatchKeyEvent", {**kind, **pressed})
        if text:
            self._session.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})


def walk(page: Page, keys: Keys) -> list[str]:
    """Walk an open page to its end and back, open what opens on the way, and take the link to the content."""
    page.evaluate(WALK)
    if page.locator("[role=alert]:not([hidden])").count():
        page.wait_for_timeout(WELCOME)
    page.evaluate("walk.prepare()")
    key = "Tab"
    for _ in range(FAR):
        keys.press(key)
        key = page.evaluate("walk.step()")
        if not key:
            break
    _go_back(page, keys)
    found: list[str] = page.evaluate("walk.faults")
    return found


def _go_back(page: Page, keys: Keys) -> None:
    sure, perhaps = page.evaluate("walk.turn()")
    for _ in range(sure):
        keys.press("Tab", SHIFT)
    while perhaps and not page.evaluate("walk.turned()"):
        keys.press("Tab", SHIFT)
        perhaps -= 1
    if page.evaluate("walk.back()"):
        keys.press("Enter")
        page.evaluate("walk.skipped()")
        keys.press("Tab")
        page.evaluate("walk.inside_main()")


def choose_by_keyboard(address: str, names: Sequence[str]) -> list[str]:
    """What goes wrong where a choice applies at once: with the keyboard one passes by choices, and then presses."""
    findings: list[str] = []
    with open_browser() as browser:
        page = browser.new_page()
        for name in names:
            page.goto(f"{address}/en/{name}")
            here = page.url
            choice = page.locator("select[data-submit]").first
            button = choice.locator("xpath=ancestor::form").locator("button").first
            if button.is_visible():
                findings.append(f"{name}: the button stands there before it is needed")
            choice.focus()
            page.keyboard.press("ArrowDown")
            page.wait_for_timeout(100)
            if page.url != here:
                findings.append(f"{name}: passing by a choice leads to {page.url}")
            elif not button.is_visible():
                findings.append(f"{name}: there is no button to apply a choice")
            else:
                button.focus()
                page.keyboard.press("Enter")
                page.wait_for_url(lambda url, here=here: url != here)
    return findings


def wait_by_keyboard(address: str, name: str) -> list[str]:
    """What goes wrong on a page that looks again by itself, for somebody who has just come to a link of it."""
    with open_browser() as browser:
        page = browser.new_page()
        page.goto(f"{address}/en/{name}")
        for _ in range(3):
            page.keyboard.press("Tab")
        before = page.evaluate("document.activeElement.outerHTML")
        page.wait_for_event("load")
        after = page.evaluate("document.activeElement.outerHTML")
    return [] if after == before else [f"{name}: the focus was on {before} and is on {after[:200]}"]
