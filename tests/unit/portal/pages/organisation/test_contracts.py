"""Contracts at the desk: begun from a template, read with their rules, and moved only by whom each move belongs to."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from skillspace.portal.pages.organisation.contract_moves import changeable
from skillspace.trust.contract import ContractHead, Member, SeatState, Talk, read_offering
from skillspace.trust.contract.store import contracts, seat_row
from tests.unit.portal.pages.organisation.conftest import PEER, Office
from tests.unit.portal.pages.organisation.forms import send
from tests.unit.portal.pages.organisation.test_connector import publish

NEW = "/org/contract/new?template=personal-data-sharing"


def begin(office: Office) -> str:
    status, where = send(office, NEW, "", starts="2026-01-01", ends="2029-01-01", law="SE", court="Umeå")
    assert status == 303, where
    return where.partition("&")[0].removesuffix("&done=drafted")


def the_contract(office: Office) -> ContractHead:
    with office.rooms.database.reading() as work:
        (found,) = office.rooms.contracts.contracts.listed(work)
    return found


def page_of(contract: str) -> str:
    return f"/org/contract?id={quote(contract)}"


def move(office: Office, status: int = 303, **fields: str) -> str:
    client = office.clients["operator"]
    answer = client.post("/org/contract", data={"csrf": office.csrf("operator"), **fields})
    assert answer.status_code == status, answer.text
    return answer.text


def seat_of(office: Office, contract: str, member: str) -> Member:
    with office.rooms.database.reading() as work:
        return next(one for one in office.rooms.contracts.contracts.members(work, contract) if one.member == member)


def talks_of(office: Office, seat: str) -> list[Talk]:
    with office.rooms.database.reading() as work:
        return office.rooms.contracts.contracts.talks(work, seat)


@pytest.fixture
def published(office: Office) -> tuple[Office, str]:
    begin(office)
    contract = the_contract(office).id
    move(office, contract=contract, do="publish", role="orchestrator")
    return office, contract


def test_a_contract_is_begun_from_each_of_the_four_templates(office: Office) -> None:
    page = office.get("/org/contract/new")
    assert page.count("/org/contract/new?template=") == 4
    begin(office)
    page = office.get(page_of(the_contract(office).id))
    assert "Draft" in page
    assert "For everybody" in page
    assert "Who sees to it" in page
    assert "no_purpose" not in page


def test_a_value_that_cannot_be_is_shown_with_the_form_and_nothing_is_written(office: Office) -> None:
    status, page = send(office, NEW, "", starts="2029-01-01", ends="2026-01-01", law="SE", court="Umeå <&>")
    assert status == 400
    assert "ends before it starts" in page
    assert "Umeå &lt;&amp;&gt;" in page
    with office.rooms.database.reading() as work:
        assert office.rooms.contracts.contracts.listed(work) == []


def test_a_draft_with_clauses_that_clash_shows_why_and_is_not_published(office: Office) -> None:
    begin(office)
    head = the_contract(office)
    with office.rooms.database.reading() as work:
        terms = changeable(office.rooms.contracts.contracts.terms(work, head.id))
    terms["clauses"] = [use for use in terms["clauses"] if not use["clause"].startswith("purpose")]
    terms["clauses"].append({"clause": "nobody-wrote-this/1", "values": {}})
    move(office, contract=head.id, do="revise", terms=json.dumps(terms))
    page = office.get(page_of(head.id))
    assert "nobody-wrote-this" in page
    assert "Mend what is marked" in page
    assert "Mend what is marked" in move(office, 400, contract=head.id, do="publish", role="orchestrator")
    assert the_contract(office).state == "draft"


def test_a_member_is_invited_and_the_invitation_withdrawn_with_what_is_open(published: tuple[Office, str]) -> None:
    office, contract = published
    assert "Invite a member" in office.get(page_of(contract))
    move(office, contract=contract, do="invite", member=PEER.did, role="data-user")
    page = office.get(page_of(contract))
    assert PEER.name in page
    assert 'value="withdraw"' in page
    assert 'value="exclude"' not in page
    seat = seat_of(office, contract, PEER.did)
    move(office, 409, contract=contract, seat=seat.id, do="exclude", why="x")
    move(office, 400, contract=contract, seat=seat.id, do="accept")
    move(office, 404, contract=contract, seat="seat-of-nobody", do="withdraw")
    move(office, contract=contract, seat=seat.id, do="withdraw")
    with office.rooms.database.reading() as work:
        states = {one.member: one.state for one in office.rooms.contracts.contracts.members(work, contract)}
    assert states[PEER.did] is SeatState.WITHDRAWN


def test_moves_that_are_not_open_are_refused(published: tuple[Office, str]) -> None:
    office, contract = published
    move(office, 409, contract=contract, do="resume")
    move(office, 400, contract=contract, do="suspend", why=" ")
    move(office, 400, contract=contract, do="burn", why="x")
    move(office, 404, contract="urn:nothing", do="suspend", why="x")
    move(office, 403, contract=contract, do="sign", hash="0" * 64)


def test_a_new_version_needs_a_change_and_shows_what_changed(published: tuple[Office, str]) -> None:
    office, contract = published
    with office.rooms.database.reading() as work:
        terms = changeable(office.rooms.contracts.contracts.terms(work, contract))
    same = {"contract": contract, "do": "revise", "material": "yes"}
    assert "Nothing changed" in move(office, 400, terms=json.dumps(terms), **same)
    assert "set here" in move(office, 400, terms=json.dumps({"version": 9}), **same)
    move(office, 400, terms="{", **same)
    move(office, terms=json.dumps({**terms, "notice_days": 91}), **same)
    page = office.get(page_of(contract))
    assert "Version 2" in page
    assert "notice_days" in page


def test_a_version_that_does_not_fit_what_we_bring_ourselves_leaves_nothing_half_written(
    published: tuple[Office, str],
) -> None:
    office, contract = published
    publish(office)
    own = seat_of(office, contract, office.rooms.did)
    path = (
        f"/org/contract/offering?contract={quote(contract)}&seat={own.id}&dataset={quote(office.rooms.did)}%20courses"
    )
    assert send(office, path, "", purposes=["guidance"], kinds=["skills"], basis="consent")[0] == 303
    before = the_contract(office)
    with office.rooms.database.reading() as work:
        terms = changeable(office.rooms.contracts.contracts.terms(work, contract))
    fewer = [one for one in terms["purposes"] if one != "guidance"]
    changed = json.dumps({**terms, "purposes": fewer})
    move(office, 400, contract=contract, do="revise", material="yes", terms=changed)
    assert the_contract(office) == before
    with office.rooms.database.reading() as work:
        assert [one.version for one, _ in office.rooms.contracts.contracts.history(work, contract)] == [1]


def test_the_contract_is_ended_with_a_reason_and_leaves_evidence(published: tuple[Office, str]) -> None:
    office, contract = published
    page = office.clients["operator"].get(f"/org/contract/evidence?id={quote(contract)}")
    assert page.headers["content-disposition"].startswith("attachment")
    assert contract in page.text
    move(office, contract=contract, do="terminate", why="Nobody came")
    page = office.get(page_of(contract))
    assert "Nobody came" in page
    assert 'value="terminate"' not in page
    assert "Contract ended" in office.get("/org/log")


def test_a_contract_another_member_keeps_is_asked_for_by_name(office: Office) -> None:
    assert "No contract" in office.get("/org/contracts")
    form = {"orchestrator": PEER.did, "contract": "urn:skillspace:contract:x:y", "role": "data-user"}
    client, csrf = office.clients["operator"], office.csrf("operator")
    answer = client.post("/org/contracts", data={"csrf": csrf, **form})
    assert answer.headers["location"] == "/org/contracts?done=asked-to-join"
    answer = client.post("/org/contracts", data={"csrf": csrf, "role": "x"})
    assert answer.status_code == 400


def test_an_offering_is_brought_with_the_rules_of_the_catalogue(published: tuple[Office, str]) -> None:
    office, contract = published
    with office.rooms.database.reading() as work:
        (own,) = office.rooms.contracts.contracts.members(work, contract)
    path = f"/org/contract/offering?contract={quote(contract)}&seat={own.id}"
    page = office.get(path)
    assert "Which data" in page or "Nothing to bring" in page
    assert office.clients["operator"].get(f"{path}&dataset=did:web:x%20y").status_code == 404


def test_the_one_who_keeps_the_contract_brings_an_offering_of_its_own(published: tuple[Office, str]) -> None:
    office, contract = published
    publish(office)
    own = seat_of(office, contract, office.rooms.did)
    path = f"/org/contract/offering?contract={quote(contract)}&seat={own.id}"
    assert f'value="{office.rooms.did} courses"' in office.get(path)
    full = f"{path}&dataset={quote(office.rooms.did)}%20courses"
    status, page = send(office, full, "", purposes=[])
    assert status == 400, page
    assert 'role="alert"' in page
    status, where = send(office, full, "", purposes=["guidance"], kinds=["skills"], basis="consent")
    assert status == 303, where
    document = seat_of(office, contract, office.rooms.did).document
    assert document is not None
    (brought,) = document.offerings
    assert (brought.dataset, brought.purposes, brought.legal_basis) == ("courses", ("guidance",), "consent")


def test_a_member_s_offering_is_answered_and_agreed_on_by_the_one_who_keeps_the_contract(
    published: tuple[Office, str],
) -> None:
    office, contract = published
    office.write(lambda work: office.rooms.contracts.seats.request(work, contract, PEER.did, "data-provider"))
    seat = seat_of(office, contract, PEER.did)
    move(office, contract=contract, seat=seat.id, do="admit")
    policy = {"permission": [{"action": "use"}]}
    content = {"provider": PEER.did, "dataset": "transcripts", "policy": policy, "purposes": ["guidance"],
               "kinds": [], "legal_basis": "consent", "roles": []}  # fmt: skip
    party = office.rooms.contracts.seats.offers
    office.write(lambda work: party.propose(work, seat_row(work, seat.id), read_offering(content), party="member"))
    (talk,) = talks_of(office, seat.id)
    assert "transcripts" in office.get(page_of(contract))
    path = f"/org/contract/offering?contract={quote(contract)}&seat={seat.id}&offer={talk.id}"
    status, where = send(office, path, "", purposes=["guidance"], basis="consent", rule=["no-onward"])
    assert status == 303, where
    (talk,) = talks_of(office, seat.id)
    assert (talk.state, talk.round) == ("countered", 2)
    assert "Changed against the offer before" in office.get(page_of(contract))
    about = {"contract": contract, "seat": seat.id, "offer": talk.id}
    move(office, 409, do="agree", round="2", **about)
    move(office, 409, do="agree", round="1", **about)
    move(office, 400, do="burn", **about)
    move(office, 404, do="drop", contract=contract, seat=seat.id, offer="offer-of-nobody")
    move(office, do="drop", **about)
    assert talks_of(office, seat.id)[0].state == "dropped"


def test_a_member_moves_its_own_part_alone_and_sees_what_waits(published: tuple[Office, str]) -> None:
    office, contract = published
    office.write(lambda work: work.update(contracts, contracts.c.id == contract, orchestrator=PEER.did))
    own = seat_of(office, contract, office.rooms.did)
    page = office.get(page_of(contract))
    assert 'value="leave"' in page
    assert 'value="terminate"' not in page
    assert "Invite a member" not in page
    move(office, 403, contract=contract, do="suspend", why="x")
    move(office, 403, contract=contract, do="publish", role="orchestrator")
    move(office, 400, contract=contract, seat=own.id, do="exclude", why="x")
    move(office, 400, contract=contract, seat=own.id, do="leave")
    move(office, 409, contract=contract, seat=own.id, do="accept")
    move(office, contract=contract, seat=own.id, do="leave", why="No longer needed")
    assert "Sent, and not answered yet: leave." in office.get(page_of(contract))
    assert "Left a contract" in office.get("/org/log")


def test_what_contracts_wait_for_stands_on_the_first_page(published: tuple[Office, str]) -> None:
    office, contract = published
    assert "asks to take part" not in office.get("/org")
    office.write(lambda work: office.rooms.contracts.seats.request(work, contract, PEER.did, "data-provider"))
    assert f"{PEER.name} asks to take part in" in office.get("/org")


def test_a_contract_that_says_nothing_of_purposes_says_so_before_anybody_publishes_or_signs(office: Office) -> None:
    begin(office)
    contract = the_contract(office).id
    with office.rooms.database.reading() as work:
        terms = changeable(office.rooms.contracts.contracts.terms(work, contract))
    terms["clauses"] = [one for one in terms["clauses"] if not one["clause"].startswith("purpose-limitation")]
    move(office, contract=contract, do="revise", terms=json.dumps(terms))
    page = office.get(page_of(contract))
    assert "Nothing can be used under this contract by" in page
    assert "Mend what is marked" in move(office, 400, contract=contract, do="publish", role="orchestrator")
    # As a contract of another node would stand here, open to be signed.
    office.write(lambda work: work.update(contracts, contracts.c.id == contract, state="open"))
    assert "has to be added before anybody signs" in office.get(page_of(contract))
