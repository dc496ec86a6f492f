"""How an organisation matches a person is asked only under a yes of theirs for recruitment, and only by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skillspace.kernel.errors import PeerUnreachable
from skillspace.market.oversight import Oversight
from skillspace.people.accounts import Account
from skillspace.trust.consent import Grant
from tests.unit.portal.pages.person.conftest import AGENCY, MEMBERS, House


def shared(house: House, purpose: str) -> Grant:
    """Let Alva share with the agency for a purpose."""
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.writing() as work:
        agreement = house.node.exchange.negotiations.agreement_between(
            work, house.node.rooms.did, AGENCY, "skills-profile"
        )
        (agency,) = [one for one in MEMBERS if one.did == AGENCY]
        until = work.now + timedelta(days=9)
        facts = {"purpose": purpose, "kinds": ("skills",), "until": until, "agreement": agreement, "why": ""}
        return spaces.sharing.share(work, person=house.alva.id, recipient=agency, **facts)


def path(grant: Grant) -> str:
    return f"/sharing/grants/{grant.id}/matching"


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody answer."""

    def ask(_room: Oversight, _organisation: str, _grant: str) -> None:
        raise PeerUnreachable("It does not answer.")

    monkeypatch.setattr(Oversight, "ask", ask)


def test_who_cannot_be_asked_now_can_still_be_appealed_to(house: House) -> None:
    grant = shared(house, "recruitment")
    alva = house.browser(house.alva)
    assert path(grant) in alva.get(f"/sharing/grants/{grant.id}").text
    page = alva.get(path(grant))
    assert page.status_code == 200
    assert "They cannot be asked at the moment." in page.text
    answer = alva.post(path(grant), {"words": "Why am I not shown?", "title": "Baker"})
    assert answer.headers["location"].startswith("/you/rights/")
    case = alva.get(answer.headers["location"]).text
    assert "Have a person look again" in case
    assert "Baker: Why am I not shown?" in case
    assert "Invented Agency" in case
    assert "Have a person look again" in alva.get(path(grant)).text


def test_nothing_is_matched_under_a_yes_for_something_else_nor_under_an_ask(house: House) -> None:
    guidance = shared(house, "guidance")
    alva = house.browser(house.alva)
    assert path(guidance) not in alva.get(f"/sharing/grants/{guidance.id}").text
    for grant in (guidance, house.ask):
        assert alva.get(path(grant)).status_code == 404
        assert alva.post(path(grant), {"words": "Why?"}).status_code == 404


def test_another_persons_matching_does_not_exist_and_nothing_is_sent_without_words(house: House) -> None:
    grant = shared(house, "recruitment")
    who: Account = house.camille
    assert house.browser(who).get(path(grant)).status_code == 404
    for words in ("", "x" * 2001):
        assert house.browser(house.alva).post(path(grant), {"words": words}).status_code == 400
