"""Two real nodes: a person sees how an employer matches them, appeals, somebody there looks again, the log keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import httpx2 as httpx
import pytest

from skillspace.market.oversight import Why
from skillspace.market.vacancies import Vacancy, write_vacancy
from skillspace.node.composition import Node
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.sharing import PROFILE_DATASET
from skillspace.skills.ranking import USUAL, declared
from skillspace.trust.consent import Grant
from skillspace.trust.identity import PeerRefused
from skillspace.trust.rights import DataSubject, Right, Scope
from tests.nodes import acquaint, admit, make_node, running, until
from tests.unit.people.houses import diploma, profile_offering

pytestmark = pytest.mark.slow
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass
class Street:
    """A hub where Alva lives, and an employer she shares her skills with."""

    hub: Node
    works: Node
    alva: Account
    dana: Account
    grant: Grant

    @contextmanager
    def browser(self, node: Node, account: Account) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=node.settings.address, trust_env=False, timeout=60) as client:
            assert client.post("/sign-in", data={"account": account.id}).status_code == 303
            yield client

    def decide(self, move: str, words: str, why: Why = Why.CONDITION) -> None:
        with self.works.database.writing() as work:
            oversight = self.works.rooms.oversight
            oversight.decide(work, "inventor", self.grant.id, move, by="Dana Exempel", why=why, words=words)


def kinds(node: Node) -> list[str]:
    with node.database.reading() as work:
        return [entry.kind for entry in node.journal.journal.entries(work, limit=500)]


@pytest.fixture
def street(tmp_path: Path, starter_taxonomies: Path) -> Iterator[Street]:
    more = {"taxonomies": str(starter_taxonomies), "crawl_seconds": 3600.0}
    hub = make_node(tmp_path / "hub", "Invented Space", "authority", "intermediary", **more)
    works = make_node(tmp_path / "works", "Invented Works", "employer", authority=hub.did, **more)
    with running(hub, works) as (at_hub, at_works):
        admit(at_hub, at_works)
        spaces = at_hub.rooms.spaces
        assert spaces is not None
        with at_hub.database.writing() as work:
            at_hub.exchange.catalog.publish(work, profile_offering(work))
            alva = at_hub.rooms.accounts.make(
                work, name="Alva Exempelsson", kind=AccountKind.PERSON, born=date(1990, 5, 1), is_demo=True
            )
            spaces.profile.keep(work, diploma(alva, at_hub))
            skills = spaces.profile.person_skills(work, alva.id)
        with at_works.database.writing() as work:
            dana = at_works.rooms.accounts.make(
                work, name="Dana Exempel", kind=AccountKind.STAFF, roles=["recruiter"], is_demo=True
            )
        job = Vacancy(
            id="inventor", title="Inventor", language="en", employer="Invented Works", synthetic=True,
            skills=tuple((one.uri, True) for one in skills[:2]), source=at_works.trust.did,
        )  # fmt: skip
        at_works.rooms.own_feeds("vacancies").feed.publish([job], write_vacancy)
        acquaint(at_hub, at_works)
        between = at_hub.exchange.negotiations.agreement_between

        def agreed() -> object:
            with at_hub.database.reading() as work:
                return between(work, at_hub.trust.did, at_works.trust.did, PROFILE_DATASET)

        until(agreed, "the employer signed the contract for profiles")
        with at_hub.database.writing() as work:
            agreement = between(work, at_hub.trust.did, at_works.trust.did, PROFILE_DATASET)
            recipient = at_hub.rooms.directory.find(work, at_works.trust.did)
            assert recipient is not None
            grant = spaces.sharing.share(
                work,
                person=alva.id,
                recipient=recipient,
                purpose="recruitment",
                kinds=("skills",),
                until=work.now + timedelta(days=30),
                agreement=agreement,
                why="",
            )

        def arrived() -> object:
            with at_works.database.reading() as work:
                return at_works.rooms.oversight.now(work)[0].people

        until(arrived, "the profile has arrived")
        yield Street(hub=at_hub, works=at_works, alva=alva, dana=dana, grant=grant)


def test_a_person_sees_how_they_are_matched_appeals_and_reads_the_answer_of_a_human(street: Street) -> None:
    street.decide("aside", "No licence for the workshop.")
    path = f"/sharing/grants/{street.grant.id}/matching"
    with street.browser(street.hub, street.alva) as alva:
        assert path in alva.get(f"/sharing/grants/{street.grant.id}").text
        page = alva.get(path).text
        assert "Inventor" in page
        assert "Matching puts you among the first three." in page
        assert "A person there set you aside." in page
        assert "No licence for the workshop." in page
        assert "Dana" not in page
        csrf = CSRF.search(page)
        assert csrf is not None
        appeal = {"csrf": csrf[1], "title": "Inventor", "words": "I have had the licence since May."}
        answer = alva.post(path, data=appeal)
        assert answer.status_code == 303, answer.text
        case = answer.headers["location"].partition("?")[0]

        def waits() -> bool:
            with street.works.database.reading() as work:
                return [one.right for one in street.works.rights.desk.queue(work)] == [Right.REVIEW]

        until(waits, "the appeal has come to the employer")
        with street.browser(street.works, street.dana) as dana:
            shown = dana.get("/org/people").text
            (there,) = set(re.findall(r"/org/rights/[\w-]+", shown))
            asked = dana.get(there).text
            assert 'href="/org/rights"' not in asked  # the list of all requests is not for who recruits
            assert "Inventor: I have had the licence since May." in asked
            assert "Alva" not in asked
            street.decide("up", "The licence is there.", Why.APPEAL)
            token = CSRF.search(asked)
            assert token is not None
            said = {"csrf": token[1], "do": "answer", "words": "You are first for this job now."}
            assert dana.post(there, data=said).status_code == 303
        until(lambda: "You are first for this job now." in alva.get(case).text, "the answer has come")
        page = alva.get(path).text
        assert "A person there moved you up." in page
        assert "You asked them to look again." in page
        assert case in page
    assert {"matching.aside", "matching.up", "matching.explained", "rights.request.answer"} <= set(kinds(street.works))
    assert {"rights.opened", "rights.answer"} <= set(kinds(street.hub))


def test_what_stands_is_told_with_where_to_complain(street: Street) -> None:
    with street.browser(street.hub, street.alva) as alva:
        path = f"/sharing/grants/{street.grant.id}/matching"
        csrf = CSRF.search(alva.get(path).text)
        assert csrf is not None
        assert alva.post(path, data={"csrf": csrf[1], "words": " "}).status_code == 400
        answer = alva.post(path, data={"csrf": csrf[1], "words": "Is this right?"})
        case = answer.headers["location"].partition("?")[0]
        until(lambda: _queue(street), "the appeal has come to the employer")
        with street.browser(street.works, street.dana) as dana:
            there = f"/org/rights/{_queue(street)[0]}"
            token = CSRF.search(dana.get(there).text)
            assert token is not None
            said = {"csrf": token[1], "do": "refuse", "ground": "22-3-looked-at-and-stands", "words": "It is."}
            assert dana.post(there, data=said).status_code == 303
        until(lambda: "It is." in alva.get(case).text, "the answer has come")
        page = alva.get(case).text
        assert "A person looked at it again, and it stands." in page
        assert "You can complain to:" in page


def test_after_the_yes_nothing_is_compared_and_the_words_are_gone(street: Street) -> None:
    street.decide("up", "Knows our machines.", Why.KNOWN)
    spaces = street.hub.rooms.spaces
    assert spaces is not None
    with street.hub.database.writing() as work:
        spaces.consents.revoke(work, street.grant.id, street.alva.id)

    def is_gone() -> bool:
        found = street.hub.rooms.oversight.ask(street.works.trust.did, street.grant.id)
        return not found.looked_at and [one.words for one in found.vacancies[0].decided] == [""]

    until(is_gone, "nothing is compared any more")


def test_access_tells_by_which_policy_the_employer_puts_people_in_order(street: Street) -> None:
    with street.works.database.reading() as work:
        (share,) = street.works.rooms.oversight.now(work)[0].people.values()
        who = DataSubject(intermediary=street.hub.trust.did, subject=share.subject, scope=Scope())
        held = list(street.works.rooms.oversight.answerer().collect(work, who))
    assert [one.title for one in held] == ["Inventor"]
    assert all(sentence in held[0].logic for sentence in declared(USUAL))


def test_nobody_else_is_told_how_a_person_is_matched(street: Street) -> None:
    with pytest.raises(PeerRefused) as told:
        street.works.rooms.oversight.ask(street.works.trust.did, street.grant.id)
    assert told.value.status == 404


def _queue(street: Street) -> list[str]:
    with street.works.database.reading() as work:
        return [one.id for one in street.works.rights.desk.queue(work)]
