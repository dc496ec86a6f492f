"""What the gate is told of contracts: the rules of the consumer's role, and the facts that signed terms hold."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.trust.contract import read_terms
from skillspace.trust.contract.enforcing import Enforcing
from skillspace.trust.contract.errors import NoPurposeClause
from skillspace.trust.contract.promised import commitments_in, payments_in
from skillspace.trust.contract.reading import contract_id
from tests.unit.trust.contract.conftest import DIPLOMAS, HUB, PURPOSES, SCHOOL, WORKS, World, contract_content, diplomas

ASKED = (SCHOOL, WORKS, DIPLOMAS, "recruitment")
COMMITTED = {"clause": "commitments/1", "values": {"commitments": ["https://example.org/codes#fair-hiring"]}}
PAID = {"member": WORKS, "until": "2027-01-01T00:00:00Z", "amount": "500", "currency": "EUR"}


def _terms(**changes: Any) -> Any:
    fixed = {"id": contract_id(HUB), "version": 1, "previous": None, "orchestrator": HUB}
    return read_terms(contract_content() | fixed | {"issued": "2026-11-01T00:00:00Z", "material": True} | changes)


def test_the_rules_are_the_offerings_and_those_of_the_consumers_role(valley: tuple[World, str]) -> None:
    world, _ = valley
    enforcing = Enforcing(world[SCHOOL].room.contracts)
    with world[SCHOOL].reading() as work:
        offering, clauses = enforcing.rules(work, *ASKED)
        assert enforcing.rules(work, *ASKED)[1] is clauses, "those of a version and a role are read once"
        assert enforcing.rules(work, SCHOOL, "did:web:stranger.example", DIPLOMAS, "recruitment") == ()
    assert offering == diplomas().policy
    (permission,) = clauses["permission"]
    assert [limit["leftOperand"] for limit in permission["constraint"]] == ["purpose"]


def test_the_clauses_of_the_role_a_member_has_now_count_and_not_those_of_an_earlier_part(world: World) -> None:
    strict = {"clause": "count-of-uses/1", "values": {"times": 1}}
    roles = [
        {"role": "orchestrator"},
        {"role": "school"},
        {"role": "employer", "obligations": [strict]},
        {"role": "agency"},
    ]
    contract = world.ecosystem(roles=roles)
    world.joined(contract, SCHOOL, "school", diplomas(roles=("employer", "agency")))
    world.joined(contract, WORKS, "agency")
    with world[HUB].writing() as work:
        world[HUB].room.seats.move(work, world.seat(contract, WORKS).id, "exclude", reason="For a while.")
    world.settle()
    world.joined(contract, WORKS, "employer")
    with world[SCHOOL].reading() as work:
        _, clauses = Enforcing(world[SCHOOL].room.contracts).rules(work, *ASKED)
    assert "count" in [limit["leftOperand"] for limit in clauses["permission"][0]["constraint"]]


def test_a_contract_without_a_purpose_is_a_no_that_names_it_and_the_clause(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("record", "partaking"):
        monkeypatch.setattr(f"skillspace.trust.contract.{place}.check_usable", lambda _terms: None)
    contract = world.ecosystem(clauses=[])
    world.joined(contract, SCHOOL, "school", diplomas())
    world.joined(contract, WORKS, "employer")
    with world[SCHOOL].reading() as work, pytest.raises(NoPurposeClause) as fault:
        Enforcing(world[SCHOOL].room.contracts).rules(work, *ASKED)
    assert contract in fault.value.message
    assert "purpose-limitation" in fault.value.message


def test_what_a_member_signed_it_is_committed_to_is_a_fact(world: World) -> None:
    roles = [{"role": "orchestrator"}, {"role": "school"}, {"role": "employer", "obligations": [COMMITTED]}]
    contract = world.ecosystem(roles=roles, business_model={"paid": [PAID]})
    world.joined(contract, SCHOOL, "school", diplomas())
    world.joined(contract, WORKS, "employer")
    with world[SCHOOL].reading() as work:
        facts = Enforcing(world[SCHOOL].room.contracts).facts(work, *ASKED)
        none = Enforcing(world[SCHOOL].room.contracts).facts(work, SCHOOL, HUB, DIPLOMAS, "recruitment")
    assert facts["commitments"] == {"https://example.org/codes#fair-hiring"}
    assert facts["paid"] == {"EUR": Decimal(500)}
    assert facts["paid_until"] == datetime(2027, 1, 1, tzinfo=UTC)
    assert none == {}, "the orchestrator's role is not one the diplomas are for"


def test_a_commitment_counts_from_the_members_own_signature_on(valley: tuple[World, str]) -> None:
    world, contract = valley
    enforcing = Enforcing(world[SCHOOL].room.contracts)
    with world[HUB].writing() as work:
        world[HUB].room.record.revise(work, contract, {"clauses": [PURPOSES, COMMITTED]}, material=True)
    world.settle()
    world.sign(contract, SCHOOL)
    with world[SCHOOL].reading() as work:
        assert enforcing.facts(work, *ASKED) == {"commitments": None}
    world.sign(contract, WORKS)
    with world[SCHOOL].reading() as work:
        assert enforcing.facts(work, *ASKED)["commitments"]


def test_a_contract_that_says_nothing_of_them_leaves_them_unknown() -> None:
    assert commitments_in(_terms(), "employer") is None
    assert payments_in(_terms(), WORKS) == {}
    assert payments_in(_terms(business_model={"paid": [PAID]}), SCHOOL) == {}


@pytest.mark.parametrize(
    "changes",
    [{"amount": "-5"}, {"amount": "a lot"}, {"amount": 5}, {"until": "soon"}, {"currency": None}, {"iban": "SE00"}],
)
def test_one_payment_that_cannot_be_read_leaves_all_unknown(changes: dict[str, Any]) -> None:
    terms = _terms(business_model={"paid": [PAID, {**PAID, **changes}]})
    assert payments_in(terms, WORKS) == {}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text("ab019.-:TZ", max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["member", "until", "amount", "currency", "paid"]), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_whatever_stands_in_place_of_payments_is_never_an_error(paid: Any) -> None:
    found = payments_in(_terms(business_model={"paid": paid}), WORKS)
    assert set(found) <= {"paid", "paid_until"}
