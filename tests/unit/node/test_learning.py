"""Two real nodes: a learner lets a teacher see how they learn, denies a sign, a person answers, and the yes ends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2 as httpx
import orjson
import pytest

from skillspace.node.composition import Node
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.profile import Arrival
from skillspace.people.received import ReceivedState
from skillspace.people.sharing import LEARNING_DATASET, LEARNING_PURPOSE
from skillspace.records.statements import written
from tests.nodes import acquaint, admit, make_node, running, until
from tests.unit.people.learning.test_learning import offering
from tests.unit.records.analytics.learners import said

pytestmark = pytest.mark.slow
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
SIGN = "Not passed again and again"


@dataclass
class School:
    """A hub where Alva lives, and the school whose tools reported about her."""

    hub: Node
    school: Node
    alva: Account
    tove: Account
    dani: Account

    @contextmanager
    def browser(self, node: Node, account: Account) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=node.settings.address, trust_env=False, timeout=60) as client:
            assert client.post("/sign-in", data={"account": account.id}).status_code == 303
            yield client


def told(person: Account, school: Node, grant: str) -> Arrival:
    """Three failures of the last days, as the school's tools reported them."""
    now = datetime.now(UTC)
    statements = [
        said(place, "failed", activity="quiz") | {"timestamp": written(now - timedelta(days=3 - place))}
        for place in range(3)
    ]
    return Arrival(
        person=person.id,
        source=school.trust.did,
        source_name="Invented School",
        record_id="learning-records",
        kind="assessment",
        media_type="application/json",
        document=orjson.dumps({"statements": statements}),
        grant=grant,
    )


@pytest.fixture
def place(tmp_path: Path, starter_taxonomies: Path) -> Iterator[School]:
    more = {"taxonomies": str(starter_taxonomies), "crawl_seconds": 3600.0}
    hub = make_node(tmp_path / "hub", "Invented Space", "authority", "intermediary", **more)
    school = make_node(tmp_path / "school", "Invented School", "school", authority=hub.did, **more)
    with running(hub, school) as (at_hub, at_school):
        admit(at_hub, at_school)
        spaces = at_hub.rooms.spaces
        assert spaces is not None
        with at_hub.database.writing() as work:
            at_hub.exchange.catalog.publish(work, offering(work))
            alva = at_hub.rooms.accounts.make(
                work, name="Alva Exempelsson", kind=AccountKind.PERSON, born=date(1990, 5, 1), is_demo=True
            )
        with at_school.database.writing() as work:
            tove, dani = (
                at_school.rooms.accounts.make(work, name=name, kind=AccountKind.STAFF, roles=[role], is_demo=True)
                for name, role in (("Tove Exempel", "teacher"), ("Dani Exempel", "dpo"))
            )
        acquaint(at_hub, at_school)

        def agreed() -> object:
            with at_hub.database.reading() as work:
                between = at_hub.exchange.negotiations.agreement_between
                return between(work, at_hub.trust.did, at_school.trust.did, LEARNING_DATASET)

        until(agreed, "the school signed the contract for how people learn")
        yield School(hub=at_hub, school=at_school, alva=alva, tove=tove, dani=dani)


def _open(place: School) -> str:
    """The number of the one share that opens, once it does."""

    def found() -> list[str]:
        with place.school.database.reading() as work:
            lines = place.school.rooms.received.living(work, LEARNING_PURPOSE)
            return [one.grant_id for one in lines if one.state is ReceivedState.OPEN]

    until(found, "the share is open")
    return found()[0]


def _refused_by_a_person(place: School, tove: httpx.Client) -> None:
    """Let who looks after data protection say that it stands; who teaches may not."""

    def waits() -> list[str]:
        with place.school.database.reading() as work:
            return [one.id for one in place.school.rights.desk.queue(work)]

    until(waits, "the denial has come to the school")
    case = f"/org/rights/{waits()[0]}"
    assert tove.get(case).status_code == 403
    with place.browser(place.school, place.dani) as dani:
        asked = dani.get(case).text
        assert "Quiz: That was my sister." in asked
        token = CSRF.search(asked)
        assert token is not None
        no = {"csrf": token[1], "do": "refuse", "ground": "22-3-looked-at-and-stands", "words": "We saw it."}
        assert dani.post(case, data=no).status_code == 303


def test_a_teacher_sees_what_a_learner_lets_them_and_a_denied_sign_only_once_a_person_has_answered(
    place: School,
) -> None:
    with place.browser(place.hub, place.alva) as alva, place.browser(place.school, place.tove) as tove:
        page = alva.get("/you/learning").text
        csrf = CSRF.search(page)
        assert csrf is not None
        wanted = {
            "csrf": csrf[1],
            "to": place.school.trust.did,
            "until": str(datetime.now(UTC).date() + timedelta(days=30)),
        }
        answer = alva.post("/you/learning/share", data=wanted)
        assert answer.status_code == 303, answer.text
        grant = _open(place)
        spaces = place.hub.rooms.spaces
        assert spaces is not None
        with place.hub.database.writing() as work:
            spaces.profile.keep(work, told(place.alva, place.school, grant))
        there = f"/org/shared/{grant}"
        assert there in tove.get("/org/learning").text
        seen = tove.get(there).text
        assert SIGN in seen
        assert "Alva" not in seen
        assert "/you/learning/deny" not in seen

        mine = alva.get("/you/learning").text
        assert SIGN in mine
        key = re.search(r'name="key" value="(sign-failures:[0-9a-f]+)"', mine)
        assert key is not None
        denied = {"csrf": csrf[1], "key": key[1], "title": "Quiz", "words": "That was my sister."}
        answer = alva.post("/you/learning/deny", data=denied)
        assert answer.status_code == 303, answer.text
        assert "Nobody else sees it until a person has answered." in alva.get("/you/learning").text
        assert SIGN not in tove.get(there).text

        _refused_by_a_person(place, tove)
        until(lambda: "it stands" in alva.get("/you/learning").text, "the answer has come")
        assert "We saw it." in alva.get("/you/learning").text
        shown = tove.get(there).text
        assert SIGN in shown
        assert "The learner said that this is wrong." in shown
        assert "my sister" not in shown

        with place.hub.database.writing() as work:
            spaces.consents.revoke(work, grant, place.alva.id)
        refused = tove.get(there)
        assert refused.status_code == 403
        assert SIGN not in refused.text
        until(lambda: there not in tove.get("/org/learning").text, "the share is in no list")


def test_a_group_of_too_few_is_not_counted_and_nobody_is_asked_for_it(place: School) -> None:
    with place.browser(place.school, place.tove) as tove:
        assert "so nothing is counted" in tove.get("/org/learning/group").text
    with place.browser(place.school, place.dani) as dani:
        assert dani.get("/org/learning").status_code == 403
