"""Looks at the gallery with a real browser: screenshots for people, axe for rules, overflow for narrow screens."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Literal

import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from tests.gallery.app import gallery_app
from tests.gallery.content import LANGUAGES
from tests.gallery.reading import OPEN

CHROMIUM = os.environ.get("SKILLSPACE_CHROMIUM") or shutil.which("chromium") or ""
WIDTHS = (1280, 360)
LIGHT: Literal["light"] = "light"
DARK: Literal["dark"] = "dark"


@contextlib.contextmanager
def gallery_address() -> Iterator[str]:
    """The address of a running gallery, on a free port of this machine."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(gallery_app(), log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        listener.close()


@contextlib.contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def screenshots(address: str, folder: Path, names: Sequence[str]) -> None:
    """One picture a page, width and scheme; the language goes round so that all three are seen."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for width in WIDTHS:
            for scheme in (LIGHT, DARK):
                context = browser.new_context(
                    viewport={"width": width, "height": 800 if width > 500 else 740}, color_scheme=scheme
                )
                page = context.new_page()
                for number, name in enumerate(names):
                    language = LANGUAGES[number % 3]
                    page.goto(f"{address}/{language}/{name}")
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                context.close()


def check_pages(address: str, names: Sequence[str], both: Collection[str] | None = None) -> list[str]:
    """What axe finds, what a browser reports (a refused style, a failed request), texts of drawings that touch or are
    cut, and pages wider than 320 px.

    Axe takes most of the time: it looks at those of `both` (all, by default) in both widths, at others in one of them.
    """
    findings: list[str] = []
    with open_browser() as browser:
        for turn, (width, scheme) in enumerate([(320, LIGHT), (1280, DARK)]):
            context = browser.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)
            page = context.new_page()
            spoken: list[str] = []
            _listen(page, spoken)
            for number, name in enumerate(names):
                spoken.clear()
                page.goto(f"{address}/{LANGUAGES[number % 3]}/{name}")
                found = _look(page, with_axe=both is None or name in both or number % 2 == turn)
                findings += [f"{name} {width} {scheme}: {finding}" for finding in [*spoken, *found]]
            context.close()
    return findings


def _listen(page: Page, spoken: list[str]) -> None:
    page.on("console", lambda message: spoken.append(message.text))
    page.on("pageerror", lambda error: spoken.append(str(error)))


# Texts of a drawing that is shown: those that leave it, and pairs that touch (line boxes may meet by a fifth).
_TOUCHING = """() => [...document.querySelectorAll("main svg")].filter(svg => svg.checkVisibility()).flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map(it => [it.textContent, it.getBoundingClientRect()]);
  return texts.flatMap(([text, a], place) => [
    ...(a.left < frame.left - 1 || a.right > frame.right + 1 || a.bottom > frame.bottom + 3 ? [text + " is cut"] : []),
    ...texts.slice(place + 1).filter(([, b]) => a.left < b.right && b.left < a.right
      && a.top + a.height / 5 < b.bottom && b.top + b.height / 5 < a.bottom)
      .map(([other]) => text + " touches " + other),
  ]);
})"""


def _look(page: Page, *, with_axe: bool) -> list[str]:
    page.evaluate(OPEN)
    violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] if with_axe else []
    findings = [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for violation in violations
        for node in violation["nodes"]
    ]
    findings += page.evaluate(_TOUCHING)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*findings, f"overflows by {wide} px"] if wide > 0 else findings
