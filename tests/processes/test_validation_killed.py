"""A school that is killed while it is asked and while it judges: nothing is lost, nothing doubled."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2 as httpx
import pytest

from skillspace.node.settings import Settings
from skillspace.people.accounts import AccountKind
from skillspace.people.validation import CaseState
from tests.nodes import running, until
from tests.processes.walking import Walker
from tests.unit.people.validation.town import made, meeting, with_somebody

TOUCHES = (1, 2, 3, 4)
REQUEST = re.compile(r"/org/validation/(validation-[0-9a-z-]+)")
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Office:
    """An assessor at the school, whoever falls meanwhile."""

    def __init__(self, school: Settings, account: str) -> None:
        self._client = httpx.Client(base_url=school.address, trust_env=False, follow_redirects=True)
        self._account = account

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def page(self, path: str = "/org/validation") -> str:
        """A page of the desk; empty while the school does not answer. Signs in once: a session outlives a fall."""
        try:
            if not self._client.cookies:
                self._client.post("/sign-in", data={"account": self._account})
            return str(self._client.get(path).text)
        except httpx.TransportError:
            return ""

    def requests(self) -> set[str]:
        return set(REQUEST.findall(self.page()))

    def move(self, request: str, do: str) -> None:
        path = f"/org/validation/{request}"
        found = CSRF.search(self.page(path))
        if found is not None:
            try:
                self._client.post(path, data={"csrf": found[1], "do": do, "words": "We looked at it."})
            except httpx.TransportError:
                return  # whether the step was taken shows on the page


@pytest.mark.parametrize("touch", TOUCHES)
def test_a_school_killed_while_it_is_asked_and_while_it_judges_loses_and_doubles_nothing(
    tmp_path: Path, starter_taxonomies: Path, touch: int
) -> None:
    school, hub = made(tmp_path, starter_taxonomies)
    with meeting(school, hub) as (at_school, _), at_school.database.writing() as work:
        kind, roles = AccountKind.STAFF, ("assessor",)
        staff = at_school.rooms.accounts.make(work, name="Kim Modell", kind=kind, roles=roles, is_demo=True)
    desk = Walker(settings=school)
    with running(hub) as (at_hub,), Office(school, staff.id) as office:
        town = with_somebody(at_school, at_hub)
        desk.start()
        try:
            desk.fall_at(touch)
            case = town.ask(*town.records())
            until(lambda: desk.has_fallen, "the school fell while it was asked")
            desk.start()
            until(office.requests, "the school was asked")
            (request,) = office.requests()
            for move, after in (("accept", "assess"), ("assess", "do not recognise")):
                office.move(request, move)
                until(lambda after=after: f'value="{after}"' in office.page(f"/org/validation/{request}"), "it is done")
            desk.fall_at(touch)
            office.move(request, "recognise")
            until(lambda: desk.has_fallen, "the school fell while it judged")
            desk.start()
            until(lambda: office.page(f"/org/validation/{request}"), "the desk can be looked at again")
            if 'value="recognise"' in office.page(f"/org/validation/{request}"):
                office.move(request, "recognise")
            found = town.stands(case, CaseState.RECOGNISED)
            assert [step.move for step in found.steps] == ["ask", "accept", "assess", "recognise"]

            def cards() -> list[str]:
                with at_hub.database.reading() as work:
                    return [card.issuer for card in town.spaces.wallets.cards(work, town.person.id)]

            until(cards, "the credential is in the wallet")
            with at_hub.database.reading() as work:
                records = town.spaces.profile.records(work, town.person.id)
            assert cards() == [town.did]
            assert [one.source for one in records if one.record_id.startswith("recognition-")] == [town.did]
            until(lambda: "Nothing is held here" in office.page(f"/org/validation/{request}"), "what was sent is gone")
            assert office.requests() == {request}
            desk.audit()
        finally:
            desk.stop()
