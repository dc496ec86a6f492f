"""Every page of the gallery by keyboard alone and as it is read aloud, in a real browser; and that faults are found.

What a browser hands to a screen reader is checked here. No screen reader was listened to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page

from tests.gallery.app import one_of_each, page_names
from tests.gallery.browser import CHROMIUM, gallery_address, open_browser
from tests.gallery.content import LANGUAGES
from tests.gallery.hearing import RULES, hear_pages
from tests.gallery.keyboard import PHONE, Keys, choose_by_keyboard, wait_by_keyboard, walk, walk_pages
from tests.gallery.reading import read_page

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not CHROMIUM, reason="needs a Chromium; set SKILLSPACE_CHROMIUM to it"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery_address() as running:
        yield running


def apart(work: Callable[..., list[Any]], *given: object) -> list[Any]:
    """In a thread of its own: Playwright drives one browser per thread, and a journey may have left one open here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work, *given).result()


@pytest.mark.parametrize("part", range(2))
def test_everything_on_every_page_is_reached_seen_and_left_with_the_tab_key(address: str, part: int) -> None:
    assert apart(walk_pages, address, one_of_each()[part::2]) == []


def test_on_a_phone_nothing_with_the_focus_is_under_the_bar(address: str) -> None:
    assert apart(walk_pages, address, one_of_each(), PHONE) == []


def test_with_the_keyboard_a_choice_applies_when_it_was_meant(address: str) -> None:
    assert apart(choose_by_keyboard, address, ["log", "org-statistics", "jobs", "skills-list"]) == []


def test_whoever_waits_at_a_link_finds_it_again_when_the_page_has_looked_again(address: str) -> None:
    assert apart(wait_by_keyboard, address, "org-peer-looking") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_tells_a_screen_reader_what_it_shows(address: str, language: str) -> None:
    names = page_names() if language == LANGUAGES[0] else one_of_each()
    assert apart(hear_pages, address, names, language) == []


FRAME = """<html lang="en"><title>Page – Skillspace</title><style>.skip:focus {{ color: red }} {style}</style>
<a class="skip" href="#main">Go to the content</a><header></header>
<main id="main" tabindex="-1"><h1>Page</h1>{body}</main><footer></footer></html>"""

#: Faults in the keyboard's way: the page that has it, how it looks, and what the walk says of it.
STUMBLES = [
    ('<a href="/a" tabindex="2">A</a>', "", "own order"),
    ('<a href="/a">A</a><a href="/b" class="b">B</a>', ".b { outline: none }", "looks the same"),
    ('<a href="/a" class="a">A</a>', ".a { position: fixed; left: -900px }", "outside the window"),
    ('<a href="/a">A</a><div class="over"></div>', ".over { position: fixed; inset: 0 }", "is covered"),
    ('<div class="in"><a href="/a">A</a></div>', ".in { overflow: hidden; float: left }", "cut off"),
    ('<div class="g"><a href="/a">A</a><a href="/b">B</a></div>', ".g { display: grid } a + a { order: -1 }", "above"),
    ('<span role="button" tabindex="0">A</span>', "", "without being one"),
    ('<details onclick="event.preventDefault()"><summary>A</summary>B</details>', "", "does not open"),
    ('<a href="/a" onkeydown="event.preventDefault()">A</a><a href="/b">B</a>', "", "keeps the focus"),
    ("<table><tr><td>1</td></tr></table>", "", "out of its table"),
    ('<a href="/a" onfocus="this.nextElementSibling.focus()">A</a><a href="/b">B</a>', "", "is next, but"),
]

#: Faults in what is read: the page that has it, and what the rule says of it.
MISHEARD = [
    ("<h3>A</h3>", "of level 3 after 1"),
    ("<h1>A</h1>", "headings are [1, 1]"),
    ('<a href="/a"><svg viewBox="0 0 1 1"></svg></a>', "has no name"),
    ('<a href="https://a.example">More</a><a href="https://b.example">More</a>', "does 2 things"),
    ('<form action="/a"><button>Stop</button></form><form action="/b"><button>Stop</button></form>', "does 2 things"),
    ('<form><label>Why <input name="a"></label><label>Why <input name="b"></label></form>', "beside each other"),
    ('<form><label for="a">A</label><input id="a"><p class="quiet">Until June</p></form>', "is not read with it"),
    ('<form><p id="problem" role="alert">No</p><label for="a">A</label><input id="a"></form>', "not said to be wrong"),
    ('<label for="a">A</label><input id="a" aria-describedby="b">', "described by b, which is not there"),
    ('<label><input type="radio" name="a"> A</label>', "no group with a name"),
    ('<table aria-label="A"><tr><td>1</td></tr><tr><th scope="row">2</th></tr></table>', "no heads of columns"),
    ('<table><tr><th scope="col">1</th></tr><tr><th scope="row">2</th></tr></table>', "rows has no name"),
    ('<svg role="img" aria-label="Jobs: 12"><text>12</text><text>34</text></svg>', "does not tell ['34']"),
    ('<svg role="img" viewBox="0 0 9 9"><circle r="3"/></svg>', "has no name"),
    ('<p class="notice done">Saved</p>', "is not told when it comes"),
    ('<p aria-hidden="true"><a href="/a">A</a></p>', "is hidden and can get the focus"),
    ('<nav><a href="/a">A</a></nav>', "navigation has no name"),
    ('<p role="alert">No</p>', "something went wrong"),
    ("<p><span>Never</span><span>Paused</span></p>", "read as one word"),
]


def _stumble(page: Page, session: CDPSession) -> list[str]:
    return walk(page, Keys(session))


def _mishear(page: Page, session: CDPSession) -> list[str]:
    reading = read_page(page, session)
    return [found for rule in RULES for found in rule(reading)]


def _unnoticed(
    visit: Callable[[Page, CDPSession], list[str]], faults: list[tuple[str, str, str]]
) -> list[tuple[str, list[str]]]:
    """The faults that were not found, with what was found instead; and what was found where there is none."""
    missed: list[tuple[str, list[str]]] = []
    with open_browser() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        session = context.new_cdp_session(page)
        for body, style, says in faults:
            page.set_content(FRAME.format(body=body, style=style))
            found = visit(page, session)
            if not any(says in one for one in found):
                missed.append((body, found))
        page.set_content(FRAME.format(body='<p><a href="/a">A</a></p>', style=""))
        if found := visit(page, session):
            missed.append(("no fault", found))
    return missed


def test_the_walk_finds_every_fault_it_is_for() -> None:
    assert apart(_unnoticed, _stumble, STUMBLES) == []


def test_the_rules_find_every_fault_they_are_for() -> None:
    assert apart(_unnoticed, _mishear, [(body, "", says) for body, says in MISHEARD]) == []
