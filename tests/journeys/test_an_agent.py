"""A person tells their agent in plain words, sees what it would have done, lets it count, and undoes what it did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from skillspace.node.composition import Node, compose
from skillspace.node.serving import answering
from skillspace.people.accounts import Account, AccountKind
from skillspace.trust.consent import Grant, subject_for
from skillspace.trust.identity import Peer
from skillspace.trust.membership import Application
from tests.journeys.walker import Walker
from tests.nodes import make_node

pytestmark = [pytest.mark.journey, pytest.mark.timeout(1200)]

SCHOOL = Peer(did="did:web:school.example", name="Sample High School", roles=frozenset({"school", "training"}))
WORKS = Peer(did="did:web:works.example", name="Sample Works", roles=frozenset({"employer"}))
WISH = "Always show my skills and my plan to Sample High School for training, for 30 days."


class Space:
    """One intermediary as it really runs, with a school and an employer as members and one person who lives there."""

    def __init__(self, node: Node) -> None:
        self.node, self.address = node, node.settings.address
        rooms, authority = node.rooms, node.trust.authority
        assert rooms.spaces is not None
        assert authority is not None
        with node.database.writing() as work:
            for peer in (SCHOOL, WORKS):
                address = f"https://{peer.did.removeprefix('did:web:')}"
                authority.apply(work, peer.did, Application(name=peer.name, roles=sorted(peer.roles), address=address))
                authority.move(work, peer.did, "admit")
            own = Peer(did=rooms.did, name=rooms.name, roles=rooms.roles)
            rooms.directory.replace(work, [own, SCHOOL, WORKS])
            self.person: Account = rooms.accounts.make(
                work, name="Robin Sample", kind=AccountKind.PERSON, language="en", is_demo=True, synthetic=True
            )

    def ask(self, recipient: Peer, *kinds: str, purpose: str = "training-advice", dataset: str = "profile") -> Grant:
        """Let an organisation ask, as it does over the wire; the agent hears of it from the node's own events."""
        spaces = self.node.rooms.spaces
        assert spaces is not None
        with self.node.database.writing() as work:
            return spaces.consents.ask(
                work,
                person=self.person.id,
                subject=subject_for(self.person.secret, recipient.did),
                provider=self.node.rooms.did,
                provider_name="Sample Space",
                recipient=recipient.did,
                recipient_name=recipient.name,
                dataset=dataset,
                purpose=purpose,
                kinds=kinds,
                until=work.now + timedelta(days=14),
                agreement=None,
                why="",
            )


@pytest.fixture
def space(tmp_path: Path, starter_taxonomies: Path) -> Iterator[Space]:
    settings = make_node(
        tmp_path / "hub", "Sample Space", "authority", "intermediary", taxonomies=str(starter_taxonomies)
    )
    node = compose(settings)
    made = Space(node)
    with answering(node):
        yield made


def test_a_person_tells_their_agent_looks_lets_it_count_and_undoes_what_it_did(space: Space, browser: Browser) -> None:
    with Walker(browser, space.address, space.person.id, "en", None) as person:
        _answers_an_ask_alone(person, space)
        _says_what_is_not_understood(person)
        _says_it_and_sees_what_would_have_been(person)
        _lets_it_count_with_the_keyboard(person)
        _finds_an_ask_answered_and_why(person, space)
        _undoes_it_and_is_asked_the_next_time(person, space)
        _chooses_a_never_instead(person, space)
        _takes_it_all_back(person)


def _answers_an_ask_alone(person: Walker, space: Space) -> None:
    ask = space.ask(SCHOOL, "skills", dataset="earlier")
    person.open(f"/sharing/ask/{ask.id}")
    assert "Your agent" not in person.text(), "who told it nothing hears nothing of it"
    person.page.locator("input[name=kind]").check(force=True)
    person.press("button[name=answer][value=yes]")
    person.open("/sharing")
    person.press("a[href='/you/agent']")
    assert person.heading() == "Your agent"
    person.check_access()


def _says_what_is_not_understood(person: Walker) -> None:
    person.page.locator("#words").fill("Give my stuff to nice people")
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Enter")
    assert "I do not understand" in person.page.locator("[role=alert]").inner_text()
    assert "Nothing yet." in person.text()
    person.check_access()
    assert person.links("/you/agent/choose")


def _says_it_and_sees_what_would_have_been(person: Walker) -> None:
    person.page.locator("#words").fill(WISH)
    person.press("form[action='/you/agent'] button")
    assert person.heading() == "Is this what you mean?"
    text = person.text()
    assert "Always show" in text
    assert "1 ask came. It would have said yes to 1." in text
    assert "You said yes. It would have said yes without asking you." in text
    assert person.page.locator("svg.rehearsal:visible circle").count() == 1
    person.check_access()


def _lets_it_count_with_the_keyboard(person: Walker) -> None:
    person.page.get_by_role("button", name="Yes, let it count").focus()
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/you/agent?done=wish-counts")
    assert "It counts from now on." in person.text()
    assert person.page.locator(".wish .state.good").inner_text() == "Counts"


def _finds_an_ask_answered_and_why(person: Walker, space: Space) -> None:
    space.ask(SCHOOL, "skills", "plan", dataset="first")
    text = person.wait_until("/sharing", lambda text: "Answered by your agent" in text)
    assert "Because: You said that this may always happen." in text
    person.check_access()
    text = person.open("/log")
    assert "Your agent did this, as you told it to. You said that this may always happen." in text
    person.check_access()


def _undoes_it_and_is_asked_the_next_time(person: Walker, space: Space) -> None:
    person.open("/sharing")
    person.press("form[action$='/undo'] button")
    assert "Undone. They get nothing more" in person.text()
    assert person.page.locator(".wish .state.good").count() == 1, "one mistake does not pause it"
    space.ask(SCHOOL, "skills", "plan", dataset="first")
    text = person.wait_until("/sharing", lambda text: "Your agent left it to you" in text)
    assert "You took back what I decided about this before" in text
    person.check_access()


def _chooses_a_never_instead(person: Walker, space: Space) -> None:
    person.open("/you/agent/choose")
    person.check_access()
    person.page.get_by_label("Never: say no for me").check()
    person.page.get_by_label("Employers").check()
    person.press("form[action='/you/agent/choose'] .main-action button")
    assert "Never show anything to employers." in person.text()
    person.press("form[action$='/activate'] button")
    space.ask(WORKS, "skills", purpose="recruitment")
    text = person.wait_until("/you/agent", lambda text: "Said no" in text)
    assert "You said that this must never happen." in text
    person.check_access()
    person.press("form[action$='/undo'] button")
    assert "/sharing/ask/" in person.page.url, "a no that is undone is an ask again"
    assert "Sample Works" in person.text()


def _takes_it_all_back(person: Walker) -> None:
    person.open("/you/agent")
    for _ in range(person.page.locator(".wish").count()):
        person.press(".wish form[action$='/end'] button")
    assert "Nothing yet. Until you tell it something, every ask waits for you." in person.text()
    person.check_access()
