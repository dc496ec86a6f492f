"""Counting what kits print: what did not run has failed, and the page says the same for the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from skillspace.kernel.errors import SkillspaceError
from tests.conformance.kit import Case, Report, read_cases
from tests.conformance.programs import found, running
from tests.conformance.report import written

PRINTED = """the kit talks
CASE\tpassed\torg.example.verification.cn.Some01Test\tCN:01-02: Verify something\t
CASE\tfailed\torg.example.verification.cn.Some01Test\tCN:01-01: Verify another\tjava.lang.AssertionError: no
CASE\tskipped\torg.example.verification.presentation.cs.FlowTest\t5.4 Verify that\tpublic void x() is @Disabled
CASE\tinvented\ta\tb\tc
CASE\tpassed\ttoo few
"""


def test_cases_are_read_in_their_order_and_other_lines_are_not_cases() -> None:
    first, second, third = read_cases(PRINTED)
    assert (first.group, first.id, first.name, first.outcome) == ("CN", "CN:01-01", "Verify another", "failed")
    assert (second.id, second.outcome, second.reason) == ("CN:01-02", "passed", "")
    assert (third.group, third.id, third.reason) == ("presentation.cs", "Flow", "disabled in the kit itself")


@pytest.mark.parametrize(
    ("outcomes", "expected", "line"),
    [
        ("ppp", 3, "X: 3 passed, 0 failed"),
        ("ppf", 3, "X: 2 passed, 1 failed"),
        ("pps", 3, "X: 2 passed, 1 failed"),
        ("", 65, "X: 0 passed, 65 failed"),
        ("pppp", 3, "X: 4 passed, 0 failed"),
        ("pf", 5, "X: 1 passed, 4 failed"),
    ],
)
def test_what_did_not_run_has_failed(outcomes: str, expected: int, line: str) -> None:
    names = {"p": "passed", "f": "failed", "s": "skipped"}
    cases = tuple(Case(group="G", id=str(i), name="n", outcome=names[each]) for i, each in enumerate(outcomes))
    assert Report(title="X", cases=cases, expected=expected).line == line


def test_the_page_names_every_case_and_never_what_one_run_said() -> None:
    report = Report(title="X", cases=read_cases(PRINTED), expected=2)
    page = written([("1.0", report)])
    assert "| X | 1.0 | 1 | 1 | 1 |" in page
    assert "### CN: 1 of 2" in page
    assert "AssertionError" not in page
    assert page == written([("1.0", report)])


def test_a_program_that_does_not_answer_is_named_with_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "program.log"
    command = [sys.executable, "-c", "raise SystemExit('no thanks')"]
    with pytest.raises(SkillspaceError, match="no thanks"), running(command, "http://127.0.0.1:9/", log):
        pass


def test_a_program_that_is_missing_is_named_with_what_to_install() -> None:
    with pytest.raises(SkillspaceError, match="no-such-node is missing: install nodejs and npm"):
        found("no-such-node", "nodejs and npm")
