"""The page of how somebody learns: everything with why, a way to deny it, and nobody sees it unasked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import orjson
import pytest

from skillspace.exchange import PullRequest
from skillspace.exchange.negotiation import store
from skillspace.exchange.negotiation.machine import NegotiationState
from skillspace.exchange.negotiation.model import Negotiation
from skillspace.kernel.errors import SkillspaceError
from skillspace.people.accounts import Account
from skillspace.people.learning import LearningSource
from skillspace.people.profile import Arrival
from skillspace.people.sharing import LEARNING_DATASET, LEARNING_PURPOSE, SharedProfile
from skillspace.people.sharing.document import read_profile
from skillspace.trust.consent.errors import ConsentRevoked
from skillspace.trust.consent.release.redemption import raise_unless_live
from skillspace.trust.contract import Agreement
from skillspace.trust.policy import offer_rules
from tests.unit.people.learning.test_learning import offering
from tests.unit.portal.pages.person.conftest import AGENCY, House
from tests.unit.portal.pages.person.test_deciding import child_of, day, guard
from tests.unit.records.analytics.learners import days, said

PATH = "/you/learning"


def told(house: House, person: Account | None = None) -> None:
    """Let statements of a school's tools lie in somebody's space, Alva's if nobody is named."""
    statements = [
        *days(3, 2, 1, right=False, activity="quiz"),
        *days(9, 8, 7, 6, right=True, skill=True, lasted="PT30M"),
    ]
    for place, one in enumerate(statements):
        one["id"] = said(place)["id"]
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.writing() as work:
        spaces.profile.keep(
            work,
            Arrival(
                person=(person or house.alva).id,
                source="did:web:school.example",
                source_name="Invented School",
                record_id="learning-records",
                kind="assessment",
                media_type="application/json",
                document=orjson.dumps({"statements": statements}),
            ),
        )


def test_without_statements_the_page_says_where_they_come_from(house: House) -> None:
    page = house.browser(house.alva).get(PATH).text
    assert "Nothing to show yet" in page
    assert "/you/connect" in page
    assert PATH in house.browser(house.alva).get("/you").text


def test_everything_is_shown_with_why_and_what_would_change_it(house: House) -> None:
    told(house)
    page = house.browser(house.alva).get(PATH).text
    for text in ("Signs that help may be needed", "Progress", "Time by week", "Mastery by skill", "Fractions"):
        assert text in page, text
    for text in ("Bayesian knowledge tracing", "It goes away when the activity is passed.", "From 7 statements"):
        assert text in page, text
    assert said(0)["id"] in page
    assert page.count("/you/learning/deny") == page.count("What is wrong, and why do you think so?") == 4
    assert "Signs that help" not in house.browser(house.camille).get(PATH).text


def test_a_denial_is_a_case_and_the_page_says_that_nobody_else_sees_it(house: House) -> None:
    told(house)
    alva = house.browser(house.alva)
    key = re.search(r'name="key" value="(sign-failures:[0-9a-f]+)"', alva.get(PATH).text)
    assert key is not None
    for form, status in (({"key": key[1], "words": " "}, 400), ({"key": "mastery:no", "words": "No."}, 404)):
        assert alva.post(f"{PATH}/deny", form).status_code == status
    answer = alva.post(f"{PATH}/deny", {"key": key[1], "title": "Quiz", "words": "That was my sister."})
    assert answer.headers["location"].startswith("/you/rights/")
    case = alva.get(answer.headers["location"]).text
    assert "Quiz: That was my sister." in case
    assert "Nobody else sees it until a person has answered." in alva.get(PATH).text


def test_it_can_be_shared_with_nobody_who_signed_no_contract_for_it(house: House) -> None:
    alva = house.browser(house.alva)
    assert "has signed a contract for this yet" in alva.get(PATH).text
    form = {"to": "did:web:agency.example", "until": "2026-12-24"}
    assert alva.post(f"{PATH}/share", form).status_code == 400


@dataclass
class Teacher:
    """An agency that signed the contract for this, and pulls what a yes lets it see."""

    house: House
    agreement: Agreement

    def token(self, grant: str) -> str:
        desk = self.house.node.consent.desk
        assert desk is not None
        with self.house.node.database.writing() as work:
            token, said = desk.token(work, recipient=AGENCY, grant=grant, kinds=())
        raise_unless_live(said)
        return token

    def pull(self, grant: str, token: str | None = None) -> SharedProfile:
        node = self.house.node
        assert node.rooms.spaces is not None
        source = LearningSource(
            gate=node.consent.gate, learning=node.rooms.spaces.learning, accounts=node.rooms.accounts
        )
        asked = PullRequest(
            dataset=LEARNING_DATASET,
            agreement=self.agreement,
            consumer=AGENCY,
            grant=token or self.token(grant),
            transfer="urn:uuid:t2",
        )
        return read_profile(b"".join(source.open(asked).chunks))


def teacher_of(house: House) -> Teacher:
    """Let the agency have a contract for this."""
    node = house.node
    policy = offer_rules(purposes=[LEARNING_PURPOSE])
    with node.database.writing() as work:
        node.exchange.catalog.publish(work, offering(work))
        made = Agreement(
            id="urn:uuid:a2",
            dataset=LEARNING_DATASET,
            provider=node.rooms.did,
            consumer=AGENCY,
            policy=policy,
            made=work.now,
        )
        talk = Negotiation(
            pid="urn:uuid:n2", role="provider", peer=AGENCY, peer_pid=None, callback=None, opened_by=AGENCY,
            dataset=LEARNING_DATASET, offer={}, offers_made=0, state=NegotiationState.FINALIZED, reason=None,
            agreement=made.id, made=work.now, changed=work.now,
        )  # fmt: skip
        store.add_agreement(work, store.add(work, talk), made)
        store.put_in_force(work, talk, True)
    return Teacher(house=house, agreement=replace(made, in_force=True))


def test_how_a_child_learns_is_seen_once_a_guardian_said_yes_too_and_until_the_guardian_stops_it(house: House) -> None:
    child, _ = child_of(house)
    guard(house, child, house.camille)
    told(house, child)
    teacher, guardian, browser = teacher_of(house), house.browser(house.camille), house.browser(child)
    answer = browser.post(f"{PATH}/share", {"to": AGENCY, "until": day(house, days=30), "name": "yes"})
    place = answer.headers["location"]
    assert place.endswith("done=assented")
    ask = place.split("/")[3].partition("?")[0]
    assert "Now it is up to your guardian." in browser.get(place).text
    with pytest.raises(SkillspaceError):
        teacher.token(ask)
    path = f"/sharing/for/{child.id}/ask/{ask}"
    # The guardian leaves out the name: less than was asked for.
    yes = {"answer": "yes", "kind": "learning", "until": day(house, days=30)}
    assert guardian.post(path, yes).headers["location"].endswith("done=granted-for")
    seen = teacher.pull(ask)
    assert {one.rule for one in seen.learning or ()} >= {"progress", "mastery", "sign-failures"}
    assert seen.name is None
    assert "Invented Agency" in browser.get(PATH).text
    token = teacher.token(ask)
    assert guardian.post(f"/sharing/for/{child.id}/grants/{ask}/stop").headers["location"].endswith("done=stopped")
    with pytest.raises(ConsentRevoked):
        teacher.pull(ask, token)


def test_how_a_child_learns_is_not_shown_where_the_guardian_says_no(house: House) -> None:
    child, _ = child_of(house)
    guard(house, child, house.camille)
    told(house, child)
    teacher, browser = teacher_of(house), house.browser(child)
    place = browser.post(f"{PATH}/share", {"to": AGENCY, "until": day(house, days=30)}).headers["location"]
    ask = place.split("/")[3].partition("?")[0]
    house.browser(house.camille).post(f"/sharing/for/{child.id}/ask/{ask}", {"answer": "no"})
    with pytest.raises(SkillspaceError):
        teacher.token(ask)
    assert "sign-failures" in browser.get(PATH).text, "to the child itself everything stays visible"
