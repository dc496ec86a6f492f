"""Someone at a browser: signs in, opens pages, and notices what no test asked about: errors and inaccessible pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Response

from tests.patience import PATIENCE_S

DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}

#: The innermost elements that stick out, where the page as a whole can be scrolled sideways.
WIDER_THAN_THE_WINDOW = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .slice(-3).map(e => e.outerHTML.slice(0, 120))"""

#: A page that looks again by itself would leave while it is being looked at.
NO_TIMERS = "() => { for (let timer = setTimeout(() => {}); timer > 0; timer -= 1) clearTimeout(timer); }"


class Walker:
    """One signed-in person at one node. On leaving, every page seen must have been without errors."""

    def __init__(self, browser: Browser, address: str, account: str, locale: str, pictures: Path | None) -> None:
        self._context = browser.new_context(viewport=DESKTOP, locale=locale, accept_downloads=True)
        self._context.set_default_timeout(PATIENCE_S * 1000)
        self.page: Page = self._context.new_page()
        self.address = address
        self.account = account
        self._pictures = pictures
        self._errors: list[str] = []
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self._hear("error", str(error)))
        self.page.on("response", self._note)

    def __enter__(self) -> Walker:
        self.open("/sign-in")
        self.page.locator(f"button[name=account][value='{self.account}']").click()
        assert "/sign-in" not in self.page.url
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.close()
        if fault is None:
            assert self._errors == []

    def open(self, path: str, *, status: int = 200) -> str:
        """Open a page and return its text; it must answer with `status`."""
        self._awaited = status
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}\n{self.text()[:1500]}"
        return self.text()

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    def fetch(self, path: str) -> str:
        """Return a file of the node, with the session of the browser."""
        answer = self._context.request.get(self.address + path)
        assert answer.status == 200
        return answer.text()

    def heading(self) -> str:
        """The page's main heading."""
        return self.page.locator("h1").first.inner_text()

    def links(self, start: str) -> list[str]:
        """The addresses on the page that begin with `start`, each once."""
        found = self.page.locator(f"a[href^='{start}']")
        return list(dict.fromkeys(str(found.nth(each).get_attribute("href")) for each in range(found.count())))

    def press(self, selector: str) -> None:
        """Press the first button or link that fits, as one would: it must be visible."""
        self.page.locator(selector).first.click()

    def wait_until(self, path: str, is_there: Callable[[str], bool], *, within_s: float = PATIENCE_S) -> str:
        """Open a page again and again until its text is as hoped."""
        deadline = time.monotonic() + within_s
        while not is_there(text := self.open(path)):
            assert time.monotonic() < deadline, f"{path} never became so:\n{text[:1500]}"
            time.sleep(0.1)
        return text

    def check_access(self, *, phone: bool = True) -> None:
        """Look for accessibility faults (axe) and for pages wider than the window, on a phone too.

        From then on the page does not look again by itself.
        """
        self.page.evaluate(NO_TIMERS)
        for size in (DESKTOP, PHONE) if phone else (DESKTOP,):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            results = Axe().run(self.page)
            assert results.violations_count == 0, f"{self.page.url} at {size}:\n{results.generate_report()}"
            wide = self.page.evaluate(WIDER_THAN_THE_WINDOW)
            assert wide == [], f"{self.page.url} is wider than {size['width']} pixels: {wide}"
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    def picture(self, name: str, *, of: Locator | None = None) -> None:
        """Take a picture for the README, where pictures are wanted."""
        if self._pictures is not None:
            (of or self.page).screenshot(path=self._pictures / f"{name}.png")

    def _hear(self, kind: str, text: str) -> None:
        # The browser itself reports an answer of 403 or 404 that a step expects; the step checks it.
        if kind == "error" and "Failed to load resource" not in text:
            self._errors.append(f"{self.page.url}: {text}")

    def _note(self, response: Response) -> None:
        if response.status >= 500 and response.status != self._awaited:
            self._errors.append(f"{response.url} answered {response.status}")
