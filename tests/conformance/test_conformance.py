"""The conformance kits and the foreign peers, as `make conformance` runs them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conformance.run import run

pytestmark = pytest.mark.conformance
needs_java = pytest.mark.skipif(
    shutil.which("java") is None or shutil.which("mvn") is None, reason="needs Java and Maven"
)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "part", [*(pytest.param(kit, marks=needs_java) for kit in ("dsp", "dcp", "edc", "eudi")), "wallet"]
)
def test_whoever_speaks_the_protocol_finds_no_fault(part: str, tmp_path: Path) -> None:
    for _, report in run(part, tmp_path):
        assert [(case.id, case.name, case.reason) for case in report.cases if case.outcome == "failed"] == []
        assert report.failed == 0, report.line
        assert report.passed >= report.expected
