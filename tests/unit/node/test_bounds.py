"""What bounds a use besides a yes: facts from records and contracts, and a contract that can never be kept."""

from __future__ import annotations

from typing import Any

import pytest

from skillspace.node.bounds import Bounds, places_of
from skillspace.storage.database import Work
from skillspace.trust.consent.errors import NoContract
from skillspace.trust.contract.errors import NoPurposeClause
from skillspace.trust.register import Processing, Record, Transfer

NOBODY: Any = None
ASKED = ("did:web:school.example", "did:web:works.example", "urn:example:diplomas", "recruitment")


class Contracts:
    """Contracts that hold a commitment and can never be kept."""

    why_not = None

    def rules(self, *_: object) -> Any:
        raise NoPurposeClause("Contract urn:x lacks the clause “purpose-limitation”.")

    def facts(self, *_: object) -> dict[str, object]:
        return {"commitments": frozenset({"https://example.org/fair"})}


def bounds(record: Record | None) -> Bounds:
    def record_of(_work: Work, did: str) -> tuple[int, Record] | None:
        assert did == ASKED[1], "the recipient's record says where the data would be used"
        return (1, record) if record else None

    return Bounds(
        own_did=ASKED[0],
        contracts=Contracts(),  # type: ignore[arg-type]
        rights=NOBODY,
        guardians=NOBODY,
        record_of=record_of,
    )


def test_places_are_the_seat_where_it_works_and_where_it_transfers_for_this_purpose() -> None:
    abroad = (Transfer(country="US", safeguard={"en": "Standard clauses"}),)
    other = (Transfer(country="IN", safeguard={"en": "Standard clauses"}),)
    record = Record(
        name="Works",
        country="SE",
        places=("FI",),
        processings=(
            Processing(purpose="recruitment", transfers=abroad),
            Processing(purpose="statistics", transfers=other),
        ),
    )
    assert places_of(record, "recruitment") == {"SE", "FI", "US"}
    assert places_of(record, "guidance") == {"SE", "FI"}


def test_what_neither_a_record_nor_a_contract_says_is_not_among_the_facts() -> None:
    found = bounds(None).circumstances(NOBODY, *ASKED)
    assert set(found) == {"commitments"}
    found = bounds(Record(name="Works", country="SE")).circumstances(NOBODY, *ASKED)
    assert found["places"] == {"SE"}


def test_a_contract_that_can_never_be_kept_is_a_no_that_names_it_and_its_clause() -> None:
    with pytest.raises(NoContract, match="urn:x lacks the clause “purpose-limitation”"):
        bounds(None).contract_rules(NOBODY, *ASKED)
