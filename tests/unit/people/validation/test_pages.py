"""The pages of a case over HTTP, at the person's and at the organisation's, each seen by whom they are for alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2 as httpx
import pytest

from skillspace.kernel.errors import Unavailable
from skillspace.node.composition import Node
from skillspace.people.accounts import AccountKind
from skillspace.people.validation import CaseState
from tests.nodes import until
from tests.unit.people.validation.town import with_somebody

pytestmark = pytest.mark.slow


@contextmanager
def signed_in(node: Node, account: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=node.settings.address, trust_env=False) as client:
        client.post("/sign-in", data={"account": account})
        yield client


@contextmanager
def staff(node: Node, *roles: str) -> Iterator[httpx.Client]:
    with node.database.writing() as work:
        account = node.rooms.accounts.make(work, name="Kim Modell", kind=AccountKind.STAFF, roles=roles, is_demo=True)
    with signed_in(node, account.id) as client:
        yield client


def send(client: httpx.Client, path: str, **fields: object) -> httpx.Response:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get(path).text)
    assert found is not None
    return client.post(path, data={"csrf": found[1], **fields})


def test_a_case_is_asked_judged_and_seen_through_on_its_pages(nodes: tuple[Node, Node]) -> None:
    town = with_somebody(*nodes)
    with signed_in(town.hub, town.person.id) as person, staff(town.school, "assessor") as assessor:
        page = person.get("/you/validation").text
        assert "Invented School" in page
        assert "Bachelor of Invention" in page
        form = {"organisation": town.did, "skill": town.skills()[0], "record": town.records()}
        empty = send(person, "/you/validation", **form, words=" ")
        assert empty.status_code == 400
        assert "Say it in your own words first." in empty.text
        asked = send(person, "/you/validation", **form, words="I <b>know</b> this.")
        assert asked.status_code == 303, asked.text[-500:]
        mine = asked.headers["location"].partition("?")[0]
        case = town.case(mine.rpartition("/")[2])
        request = town.arrived(case)
        here = f"/org/validation/{request.id}"
        assert here in assessor.get("/org/validation").text
        page = assessor.get(here).text
        assert "I &lt;b&gt;know&lt;/b&gt; this." in page
        assert town.person.id not in page
        assert "formally recognised" not in page
        document = assessor.get(f"{here}/evidence/1")
        assert (document.status_code, document.content) == (200, b"about Alva Exempelsson")
        assert document.headers["content-disposition"].startswith("attachment")
        assert assessor.get(f"{here}/evidence/9").status_code == 404
        assert send(assessor, here, do="refuse", words="").status_code == 400
        for move, words in (("accept", ""), ("assess", "A day with us."), ("recognise", "Well done.")):
            moved = send(assessor, here, do=move, words=words, level="B2" if move == "assess" else "")
            assert moved.status_code == 303, moved.text[-500:]
        town.stands(case, CaseState.RECOGNISED)
        page = person.get(mine).text
        assert page.count("Checked: it holds") == 5
        assert "It does not hold" not in page
        assert "Well done." in page
        assert "/you/validation" in person.get("/you").text
        until(lambda: "Nothing is held here" in assessor.get(here).text, "the evidence is gone")


@pytest.mark.usefixtures("impatience")
def test_what_could_not_be_told_is_shown_on_both_sides_and_sent_again_from_there(
    nodes: tuple[Node, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    town = with_somebody(*nodes)
    with signed_in(town.hub, town.person.id) as person, staff(town.school, "assessor") as assessor:
        with monkeypatch.context() as patched:
            patched.setattr(town.desk, "receive", out_of_order)
            case = town.ask()
            mine = f"/you/validation/{case.id}"
            until(lambda: "It could not be delivered to them." in person.get(mine).text, "the person sees it")
        assert send(person, mine, do="again").status_code == 303
        request = town.arrived(case)
        until(lambda: "It could not be delivered" not in person.get(mine).text, "it went")
        here = f"/org/validation/{request.id}"
        with monkeypatch.context() as patched:
            patched.setattr(town.validations, "hear", out_of_order)
            assert send(assessor, here, do="accept").status_code == 303
            until(lambda: "The person could not be told." in assessor.get(here).text, "the school sees it")
        assert send(assessor, here, do="tell again").status_code == 303
        town.stands(case, CaseState.ACCEPTED)
        until(lambda: "The person could not be told." not in assessor.get(here).text, "it was heard")


def test_a_recognition_is_taken_along_checked_by_anybody_and_taken_back(nodes: tuple[Node, Node]) -> None:
    town = with_somebody(*nodes)
    case = town.ask()
    request = town.arrived(case)
    mine, here = f"/you/validation/{case.id}", f"/org/validation/{request.id}"
    with signed_in(town.hub, town.person.id) as person, staff(town.school, "assessor") as assessor:
        assert person.get(f"{mine}/trail.json").status_code == 404
        for move, words in (("accept", ""), ("assess", "A day with us."), ("recognise", "Well done.")):
            assert send(assessor, here, do=move, words=words).status_code == 303
        town.stands(case, CaseState.RECOGNISED)
        taken = person.get(f"{mine}/trail.json")
        assert taken.headers["content-disposition"].startswith("attachment")
        page = check(town.hub, taken.content)
        assert "step by step" in page
        assert "Do not rely on it" not in page
        assert send(assessor, here, do="take back", words="").status_code == 400
        assert send(assessor, here, do="take back", words="Two names were mixed up.").status_code == 303
        town.stands(case, CaseState.TAKEN_BACK)
        town.hub.rooms.verification._examiner._check_status.__self__.forget()  # type: ignore[union-attr]
        page = check(town.hub, taken.content)
        assert "Do not rely on it" in page
        assert "Who made it has taken it back." in page
        town.hub.trust.status.forget()
        page = person.get(mine).text
        assert "Two names were mixed up." in page
        assert "Who made it has taken it back." in page


def check(node: Node, document: bytes) -> str:
    """What anybody reads who brings a document to be checked."""
    answer = httpx.post(
        f"{node.settings.address}/verify", data={"csrf": ""}, files={"file": ("x", document)}, trust_env=False
    )
    assert answer.status_code == 200
    return answer.text


def out_of_order(*_: object) -> None:
    raise Unavailable("out of order")


def test_the_desk_is_for_assessors_and_a_case_for_its_person(nodes: tuple[Node, Node]) -> None:
    town, other = with_somebody(*nodes), with_somebody(*nodes)
    case = town.ask()
    request = town.arrived(case)
    with staff(town.school, "operator", "coach") as operator:
        for path in ("/org/validation", f"/org/validation/{request.id}", f"/org/validation/{request.id}/evidence/0"):
            assert operator.get(path).status_code == 403
    with signed_in(town.hub, other.person.id) as stranger:
        assert stranger.get(f"/you/validation/{case.id}").status_code == 404
        assert send(stranger, "/you/validation", do="x").status_code == 404
    with signed_in(town.hub, town.person.id) as person:
        stopped = send(person, f"/you/validation/{case.id}", do="withdraw")
        assert stopped.status_code == 303
        assert "Withdrawn" in person.get(f"/you/validation/{case.id}").text
    assert town.case(case.id).state is CaseState.WITHDRAWN
