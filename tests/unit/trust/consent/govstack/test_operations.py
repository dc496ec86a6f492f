"""The list of the standard's operations: complete, true to the routes there are, and the same in the documentation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from skillspace.trust.consent.govstack import OPERATIONS, PREFIX
from skillspace.trust.consent.govstack.operations import Offered
from tests.unit.trust.consent.govstack.conftest import House

PAGE = Path(__file__).parents[5] / "docs" / "govstack.md"


def test_it_lists_each_of_the_42_operations_on_32_paths_once() -> None:
    assert len({(one.method, one.path) for one in OPERATIONS}) == len(OPERATIONS) == 42
    assert len({one.path for one in OPERATIONS}) == 32


def test_what_is_offered_is_there_and_nothing_else(house: House) -> None:
    described = house.app.openapi()["paths"]
    there = {(method.upper(), path) for path, operations in described.items() for method in operations}
    assert there == {(one.method, PREFIX + one.path) for one in OPERATIONS if one.offered is not Offered.NO}
    assert {one.method for one in OPERATIONS if one.offered is Offered.READ_ONLY} == {"GET"}


def test_the_documentation_says_the_same() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for one in OPERATIONS:
        assert f"| `{one.method} {one.path}` | {one.offered} | {one.why} |" in text
    counts = Counter(one.offered for one in OPERATIONS)
    flat = " ".join(text.split())
    assert f"{counts[Offered.YES]} are offered, {counts[Offered.READ_ONLY]} are offered to be read only" in flat
    assert f"{counts[Offered.NO]} are not offered" in flat
