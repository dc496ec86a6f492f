"""A person at the portal, as a browser would be: signs in, reads pages, answers asks. Over HTTP, nothing else."""

from __future__ import annotations

import re
import time
from types import TracebackType

import httpx2

from skillspace.kernel.errors import SkillspaceError, Unavailable

POLL_S = 0.02


class Visitor:
    """One signed-in person of the demo; to be used as a context."""

    def __init__(self, address: str, account: str) -> None:
        self._client = httpx2.Client(base_url=address, timeout=30)
        self._account = account

    def __enter__(self) -> Visitor:
        answer = self._client.post("/sign-in", data={"account": self._account})
        if answer.status_code != 303:
            raise SkillspaceError(f"{self._account} could not sign in: {answer.status_code}.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def page(self, path: str) -> str:
        """Return a page; raise SkillspaceError when it is anything but 200."""
        answer = self._client.get(path)
        if answer.status_code != 200:
            raise SkillspaceError(f"{path} answered {answer.status_code} to {self._account}.")
        return answer.text

    def page_ms(self, path: str) -> float:
        """Return how long one page takes, from the request to its last byte."""
        began = time.perf_counter()
        self.page(path)
        return (time.perf_counter() - began) * 1000

    def asks(self) -> list[str]:
        """Return the paths of the asks that wait."""
        return list(dict.fromkeys(re.findall(r'href="(/sharing/ask/[^"]+)"', self.page("/sharing"))))

    def sources(self) -> set[str]:
        """Return the organisations the visible skills come from, as the filter of the page of skills lists them."""
        chooser = re.search(r'<select id="f-source".*?</select>', self.page("/skills"), re.DOTALL)
        return set(re.findall(r'value="([^"]+)"', chooser[0])) if chooser else set()

    def say_yes(self, ask: str, *, within_s: float = 30) -> float:
        """Say yes to everything in an ask; return the seconds until skills of a further organisation are visible."""
        form, before = self.page(ask), self.sources()
        fields = {
            "csrf": re.findall(r'name="csrf" value="([^"]+)"', form)[0],
            "kind": re.findall(r'name="kind" value="([^"]+)"', form),
            "until": re.findall(r'name="until" type="date" value="([^"]+)"', form)[0],
            "answer": "yes",
        }
        began = time.perf_counter()
        answer = self._client.post(ask, data=fields)
        if answer.status_code != 303:
            raise SkillspaceError(f"The yes to {ask} was answered with {answer.status_code}.")
        while self.sources() <= before:
            if time.perf_counter() - began > within_s:
                raise Unavailable(f"Nothing of {ask} was visible within {within_s:.0f} seconds.")
            time.sleep(POLL_S)
        return time.perf_counter() - began
