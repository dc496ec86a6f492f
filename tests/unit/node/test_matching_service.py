"""Matching bought and sold by two real nodes: a person's yes, skills alone over the line, answers, and every end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from skillspace.exchange import PullRequest, TransferState
from skillspace.exchange.negotiation import store
from skillspace.kernel.errors import NotFound
from skillspace.market.matching_service import MATCHING_DATASET, Asked, AskedState, NoAnswer
from skillspace.node.composition import Node
from skillspace.people.sharing import SKILLS_DATASET
from skillspace.trust.consent import GrantState
from tests.nodes import until
from tests.unit.market.matching_service.street import Street, made, trading, with_alva

pytestmark = pytest.mark.slow
Nodes = tuple[Node, Node, list[bytes]]
QUESTION = {"id": "x" * 20, "skills": [{"concept": "http://data.europa.eu/esco/skill/x"}]}


@dataclass
class Traded(Street):
    """The street with the seller's node, and whatever it is sent."""

    node: Node
    bodies: list[bytes]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory, starter_taxonomies: Path) -> Iterator[Nodes]:
    """A seller and a hub with both agreements between them, and whatever the seller is sent."""
    with (
        trading(*made(tmp_path_factory.mktemp("street"), starter_taxonomies)) as (seller, hub),
        pytest.MonkeyPatch.context() as patched,
    ):
        assert seller.selling is not None
        bodies: list[bytes] = []
        opened = seller.selling.open

        def heard(request: PullRequest) -> Any:
            bodies.append(request.body)
            return opened(request)

        patched.setattr(seller.selling, "open", heard)
        yield seller, hub, bodies


@pytest.fixture
def street(nodes: Nodes) -> Traded:
    """The street with a new Alva, who was asked nothing yet."""
    seller, hub, bodies = nodes
    bodies.clear()
    return Traded(**vars(with_alva(seller.trust.did, hub)), node=seller, bodies=bodies)


def test_a_yes_brings_an_answer_and_only_skills_went_over_the_line(street: Traded) -> None:
    assert street.bodies == []
    grant = street.ask()
    with street.hub.database.reading() as work:
        assert street.spaces.consents.grant_of(work, grant.id, street.alva.id).state is GrantState.PENDING
    assert street.asked() is None
    grant = street.allow()
    found = street.settled()
    assert found.state is AskedState.ANSWERED, found.reason
    assert found.answer is not None
    best = found.answer.matches[0]
    assert (best.offer, best.title, len(best.have), best.missing) == ("https://jobs.example/1", "Inventor", 3, [])
    (body,) = street.bodies
    said = json.loads(body)
    assert set(said) == {"id", "purpose", "kind", "k", "skills", "region"}
    assert said["region"] == "SE110"
    assert all(set(one) <= {"concept", "validation", "level", "years"} for one in said["skills"])
    with street.hub.database.reading() as work:
        (taken,) = street.spaces.everything(work, street.alva.id, street.hub.rooms.accounts).partners
    assert taken["offers"][0]["title"] == "Inventor"
    for secret in ("Alva", "Exempelsson", "Bachelor", "University", "2025", "SE-0180", street.alva.id, grant.id):
        assert secret.encode() not in body
    assert grant.subject.encode() not in body
    assert street.outcomes(grant).count("used") == 1
    with street.node.database.reading() as work:
        noted = street.node.journal.journal.entries(work, kind="matching.answered", limit=1)[0]
    told = {"consumer": street.hub.trust.did, "kind": "job", "answers": len(found.answer.matches)}
    assert noted.content == told


def test_on_the_page_nobody_is_asked_before_a_yes_and_after_it_stands_who_answered(street: Traded) -> None:
    with httpx.Client(base_url=street.hub.settings.address, trust_env=False) as client:
        client.post("/sign-in", data={"account": street.alva.id})
        page = client.get("/opportunities/partners").text
        assert "Invented Matchers" in page
        assert "Is not asked." in page
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
        assert found is not None
        csrf = {"csrf": found[1]}
        stranger = client.post(
            "/opportunities/partners", data=csrf | {"do": "ask", "seller": "did:web:stranger.example"}
        )
        assert stranger.status_code == 404
        asked = client.post("/opportunities/partners", data=csrf | {"do": "ask", "seller": street.seller})
        place = asked.headers["location"].partition("?")[0]
        assert "the region you live in" in client.get(place).text
        assert street.asked() is None
        day = (street.hub.database.clock() + timedelta(days=30)).date().isoformat()
        said = client.post(place, data=csrf | {"answer": "yes", "until": day, "kind": "skills"})
        assert said.status_code == 303, said.text[-500:]
        assert street.settled().state is AskedState.ANSWERED
        page = client.get("/opportunities/partners").text
        assert "Invented Matchers answered on" in page
        assert 'href="https://jobs.example/1"' in page
        assert "And your region" not in page
        assert "/opportunities/partners" in client.get("/opportunities").text
        grant = street.asked()
        assert grant is not None
        for path in ("/sharing", f"/sharing/grants/{grant.grant_id}", f"/sharing/grants/{grant.grant_id}/stop"):
            assert "Invented Matchers" in client.get(path).text
        seen = client.get(f"/sharing/grants/{grant.grant_id}/view")
        assert seen.headers["location"].startswith("/opportunities/partners")
        again = client.post("/opportunities/partners", data=csrf | {"do": "again", "grant": grant.grant_id})
        assert again.status_code == 303
        street.settled()
        assert len(street.bodies) == 2


def test_two_questions_about_one_person_share_no_name_and_less_was_allowed_less_leaves(street: Traded) -> None:
    grant = street.allow("skills")
    street.settled()
    street.again(grant)
    first, second = (json.loads(body) for body in street.bodies)
    assert first["id"] != second["id"]
    assert "region" not in first


def test_after_a_stop_nothing_is_asked_and_what_came_is_gone(street: Traded) -> None:
    grant = street.allow()
    street.settled()
    with street.hub.database.writing() as work:
        street.spaces.consents.revoke(work, grant.id, street.alva.id)
    until(lambda: street.asked() is None, "the answer is gone")
    with street.hub.database.writing() as work, pytest.raises(NotFound):
        street.spaces.partners.again(work, grant.id, street.alva.id)

    def is_told() -> bool:
        with street.hub.database.reading() as work:
            receipts = street.spaces.consents.receipts_of(work, grant)
        return [one.organisation for one in receipts] == [street.node.trust.did] and sum(
            receipts[0].deleted.values()
        ) == 0

    until(is_told, "the seller signed that it kept nothing")
    assert len(street.bodies) == 1


def test_a_partner_the_operator_took_off_the_list_is_asked_nothing_more(
    street: Traded, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = street.allow()
    street.settled()
    partners = street.spaces.partners
    with monkeypatch.context() as patched, street.hub.database.writing() as work:
        patched.setattr(partners, "_sellers", frozenset())
        assert partners.partners(work) == []
        partners.start(work)
        assert street.hub.exchange.catalog.offering(work, SKILLS_DATASET) is None
    with monkeypatch.context() as patched:
        patched.setattr(partners, "_sellers", frozenset())
        assert street.again(grant).state is AskedState.FAILED
    with street.hub.database.writing() as work:
        partners.start(work)
    assert len(street.bodies) == 1
    assert street.again(grant).state is AskedState.ANSWERED


def test_a_stop_in_the_middle_sends_nothing_and_keeps_nothing(street: Traded, monkeypatch: pytest.MonkeyPatch) -> None:
    partners = street.spaces.partners
    opened = partners._opened

    def stopped(work: Any, found: Asked) -> Any:
        ready = opened(work, found)
        if ready[2].state is TransferState.STARTED:
            street.spaces.consents.revoke(work, found.grant_id, street.alva.id)
        return ready

    monkeypatch.setattr(partners, "_opened", stopped)
    grant = street.allow()
    until(lambda: "stopped" in street.outcomes(grant), "it was stopped")
    until(lambda: street.asked() is None, "nothing is left of it")
    assert street.bodies == []
    assert "used" not in street.outcomes(grant)


def test_a_stop_while_the_seller_answers_keeps_nothing(street: Traded, monkeypatch: pytest.MonkeyPatch) -> None:
    transfers = street.hub.exchange.transfers
    asking = transfers.ask
    stopped: list[str] = []

    def slow(*args: Any, **more: Any) -> bytes:
        answer = asking(*args, **more)
        with street.hub.database.writing() as work:
            found = street.spaces.partners.of_person(work, street.alva.id)[0]
            stopped.append(street.spaces.consents.revoke(work, found.grant_id, street.alva.id).id)
        return answer

    monkeypatch.setattr(transfers, "ask", slow)
    street.allow()
    until(lambda: stopped and street.asked() is None, "nothing is left of it")
    assert len(street.bodies) == 1


def test_the_seller_answers_for_the_agreed_purpose_alone_and_refuses_names_and_texts(street: Traded) -> None:
    street.allow()
    street.settled()
    other = street.send(QUESTION | {"purpose": "marketing"})
    assert (other.status_code, other.json()["code"]) == (403, "OtherPurpose")
    named = [{"concept": "http://data.europa.eu/esco/skill/x", "source": "A school"}]
    for more in ({"name": "Alva"}, {"text": "I fry."}, {"skills": named}, {"region": "SE-0180"}):
        said = street.send(QUESTION | more)
        assert said.status_code == 400, more
        assert "Alva" not in said.text
    assert street.send(QUESTION, place="/people").status_code == 404
    assert street.send(QUESTION | {"kind": "move"}).status_code == 404


def test_what_is_offered_says_what_it_consists_of_and_skills_cannot_be_fetched(street: Traded) -> None:
    with street.hub.database.reading() as work:
        seen = street.hub.exchange.crawler.offering(work, street.node.trust.did, MATCHING_DATASET)
        assert seen is not None
        for said in ("3 offers", "esco", "essential 1", "0.02 EUR a question"):
            assert said in seen.description["en"]
    with street.node.database.writing() as work:
        bound = street.node.exchange.negotiations.agreement_between(
            work, street.hub.trust.did, street.node.trust.did, SKILLS_DATASET
        )
        assert bound is not None
        assert bound.in_force
        pid = street.node.exchange.transfers.request(work, bound, "a try")

    def is_refused() -> bool:
        with street.node.database.reading() as work:
            return street.node.exchange.transfers.transfer(work, pid).is_over

    until(is_refused, "nothing can be fetched under these terms")
    with street.node.database.reading() as work:
        assert street.node.rooms.received.listed(work) == []


def test_in_a_pause_a_question_waits_and_under_an_ended_agreement_it_is_refused(
    street: Traded,
) -> None:
    grant = street.allow()
    street.settled()
    before = street.address()
    assert street.send(QUESTION).status_code == 200
    assert street.send(QUESTION, token="another").status_code == 403
    at_seller = street.node.exchange
    with street.node.database.reading() as work:
        (theirs,) = (one for one in at_seller.transfers.transfers(work) if one.dataset == MATCHING_DATASET)
    with street.node.database.writing() as work:
        at_seller.transfers.suspend(work, theirs.pid, "Stocktaking.")
    with httpx.Client(trust_env=False) as client:
        shown = {"Authorization": f"Bearer {before['token']}"}
        assert client.post(f"{before['endpoint']}/match", headers=shown, json=QUESTION).status_code == 403

    def is_heard() -> bool:
        with street.node.database.reading() as work:
            transfer = at_seller.transfers.transfer(work, theirs.pid)
            return not at_seller.transfers.steps.is_unheard(work, transfer)

    until(is_heard, "the hub knows of the pause")
    with street.hub.database.writing() as work:
        street.spaces.partners.again(work, grant.id, street.alva.id)
    until(lambda: (one := street.asked()) and one.reason is NoAnswer.PAUSED, "it is told why it waits")
    with street.node.database.writing() as work:
        at_seller.transfers.resume(work, theirs.pid)
    assert street.settled().state is AskedState.ANSWERED
    with street.node.database.writing() as work:
        made_by = store.negotiation_of(work, theirs.agreement, "provider")
        negotiation = store.one(work, str(made_by))
        assert negotiation is not None
        store.put_in_force(work, negotiation, False)
    found = street.again(grant)
    assert found.state is AskedState.FAILED
    assert found.reason is NoAnswer.REFUSED
    assert found.answer is not None, "what came before stays"
