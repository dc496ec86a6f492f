"""The table of security properties names files and tests; each of them exists."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.conftest import ROOT

ROW = re.compile(r"^\| (?!Promise|-)(.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+)`")
ROWS = ROW.findall((ROOT / "docs" / "security-properties.md").read_text(encoding="utf-8"))


@cache
def checks_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_there_are_at_least_ten_promises() -> None:
    assert len(ROWS) >= 10


@pytest.mark.parametrize(("promise", "kept", "tests"), ROWS, ids=[row[0][:50] for row in ROWS])
def test_every_promise_names_a_file_that_keeps_it_and_tests_that_exist(promise: str, kept: str, tests: str) -> None:
    files, checks = NAMED.findall(kept), NAMED.findall(tests)
    assert files, promise
    assert checks, promise
    for file in files:
        assert (ROOT / file).is_file(), file
    for check in checks:
        file, _, name = check.partition("::")
        assert name in checks_of(file), check
