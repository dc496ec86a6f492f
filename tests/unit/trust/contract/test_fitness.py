"""Clauses are read where they bind: before a node signs terms, and before it believes another's."""

from __future__ import annotations

from typing import Any

import pytest

from skillspace.kernel.errors import NotFound
from skillspace.storage.database import tasks
from skillspace.trust.contract import read_terms
from skillspace.trust.contract.errors import NoPurposeClause, UnfitClauses
from skillspace.trust.contract.fitness import check_readable, check_usable, roles_without_purpose, rules_of
from skillspace.trust.contract.reading import contract_id
from tests.unit.trust.contract.conftest import HUB, PURPOSES, SCHOOL, WORKS, World, contract_content

UNKNOWN = {"clause": "nobody-wrote-this/1", "values": {}}
BAD_VALUE = {"clause": "days-of-use/1", "values": {"days": -3}}
OPPOSITES = [
    {"clause": "period/1", "values": {"from": "2026-11-01", "until": "2026-12-01"}},
    {"clause": "period/1", "values": {"from": "2027-02-01", "until": "2027-03-01"}},
]
NO_PURPOSE = {"clauses": [{"clause": "no-handing-on/1", "values": {}}]}
UNFIT = pytest.mark.parametrize(
    "changes",
    [
        {"clauses": [PURPOSES, UNKNOWN]},
        {"clauses": [PURPOSES, BAD_VALUE]},
        {"clauses": [PURPOSES, *OPPOSITES]},
        {"roles": [{"role": "orchestrator"}, {"role": "employer", "obligations": [UNKNOWN]}]},
        {"roles": [{"role": "orchestrator"}, {"role": "employer", "obligations": OPPOSITES}]},
    ],
    ids=["unknown", "bad value", "contradiction", "unknown in a role", "contradiction in a role"],
)


def _terms(**changes: Any) -> Any:
    fixed = {"id": contract_id(HUB), "version": 1, "previous": None, "orchestrator": HUB}
    return read_terms(contract_content() | fixed | {"issued": "2026-11-01T00:00:00Z", "material": True} | changes)


@UNFIT
def test_clauses_that_cannot_be_read_or_kept_are_named_with_their_contract(changes: dict[str, Any]) -> None:
    terms = _terms(**changes)
    with pytest.raises(UnfitClauses) as fault:
        check_readable(terms)
    assert terms.id in fault.value.message


@UNFIT
def test_a_draft_with_such_clauses_is_not_published(world: World, changes: dict[str, Any]) -> None:
    with pytest.raises(UnfitClauses):
        world.ecosystem(**changes)
    with world[HUB].reading() as work:
        assert [str(head.state) for head in world[HUB].room.contracts.listed(work)] in ([], ["draft"])


@UNFIT
def test_no_version_with_such_clauses_follows(world: World, changes: dict[str, Any]) -> None:
    contract = world.ecosystem()
    with world[HUB].writing() as work, pytest.raises(UnfitClauses):
        world[HUB].room.record.revise(work, contract, changes, material=True)
    with world[HUB].reading() as work:
        assert world[HUB].room.contracts.find(work, contract).version == 1


@UNFIT
def test_of_such_a_contract_of_another_node_nothing_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    monkeypatch.setattr("skillspace.trust.contract.record.check_usable", lambda _terms: None)
    contract = world.ecosystem(**changes)
    with world[HUB].writing() as work:
        world[HUB].room.seats.invite(work, contract, SCHOOL, "employer")
    with pytest.raises(AssertionError, match="do not come to rest"):
        world.settle(rounds=5)
    with world[SCHOOL].reading() as work:
        with pytest.raises(NotFound):
            world[SCHOOL].room.contracts.find(work, contract)
        pulls = [row["last_error"] for row in work.rows(tasks.select()) if row["name"] == "contract.pull"]
    assert any("UnfitClauses" in str(problem) and contract in str(problem) for problem in pulls)


def test_a_version_a_member_cannot_read_leaves_it_with_the_one_it_signed(
    valley: tuple[World, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, contract = valley
    monkeypatch.setattr("skillspace.trust.contract.record.check_usable", lambda _terms: None)
    with world[HUB].writing() as work:
        world[HUB].room.record.revise(work, contract, {"clauses": [PURPOSES, UNKNOWN]}, material=True)
    with pytest.raises(AssertionError, match="do not come to rest"):
        world.settle(rounds=5)
    with world[WORKS].reading() as work:
        assert world[WORKS].room.contracts.find(work, contract).version == 1


def test_without_a_purpose_clause_nothing_is_published(world: World) -> None:
    with pytest.raises(NoPurposeClause, match="lacks the clause “purpose-limitation” for orchestrator, school, emp"):
        world.ecosystem(**NO_PURPOSE)


def test_a_purpose_clause_in_each_role_is_enough() -> None:
    each = [{"role": name, "obligations": [PURPOSES]} for name in ("orchestrator", "school")]
    check_usable(_terms(roles=each, clauses=[]))
    one_lacks = _terms(roles=[*each, {"role": "employer"}], clauses=[])
    assert roles_without_purpose(one_lacks) == ("employer",)
    assert "permission" in rules_of(one_lacks, "school")
    with pytest.raises(NoPurposeClause, match=r"urn:skillspace:contract:.*purpose-limitation” for employer"):
        rules_of(one_lacks, "employer")


def test_another_nodes_contract_without_a_purpose_is_read_and_not_signed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("skillspace.trust.contract.record.check_usable", lambda _terms: None)
        contract = world.ecosystem(**NO_PURPOSE)
    with pytest.raises(NoPurposeClause, match="purpose-limitation"):
        world.joined(contract, WORKS, "employer")
    with world[WORKS].reading() as work:
        assert world[WORKS].room.contracts.find(work, contract).version == 1
