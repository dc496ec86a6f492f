"""The rules on the shape of statements, one case after the other, in both versions of xAPI."""

from __future__ import annotations

import json

import pytest

from skillspace.records.statements import Version
from tests.conformance.lrs.cases import Case, cases
from tests.conformance.lrs.door import Door

pytestmark = pytest.mark.conformance


@pytest.mark.parametrize(
    ("case", "version"),
    [
        pytest.param(case, version, id=f"{case.requirement} {version} {case.what}"[:120])
        for case in cases()
        for version in case.versions
    ],
)
def test_a_statement_is_taken_as_the_requirement_says(case: Case, version: Version, opened: Door) -> None:
    opened.version = version
    answer = opened.post(json.dumps(case.statement), headers={"Content-Type": "application/json"})
    assert answer.status_code == (200 if case.taken else 400), answer.text
    assert answer.headers["X-Experience-API-Version"] == version.value
