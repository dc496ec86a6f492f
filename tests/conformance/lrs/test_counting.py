"""Every requirement of the conformance suite is held by a test here, or it says why it is not."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.conformance.lrs import (
    test_attachments,
    test_documents,
    test_protocol,
    test_statement_formats,
    test_statement_resource,
)
from tests.conformance.lrs.cases import cases

pytestmark = pytest.mark.conformance
LAST = 336
#: What the suite itself does not test, and why.
UNTESTED = {
    21: "JSON that names a property twice: the suite's authors decided against it",
    95: "taken out of the requirements",
    136: "there is none of this number",
    137: "taken out of the requirements",
    138: "taken out of the requirements",
    152: "taken out of the requirements",
    185: "cannot be tested",
    186: "cannot be tested",
    205: "there is no such parameter",
    223: "there is no such parameter",
    224: "the same as 206 and 211",
    225: "the same as 217",
    226: "the same as 216",
    228: "the same as 211",
    276: "the same as 265 to 267",
    277: "the same as 265 to 267",
    304: "there is no such parameter",
    305: "the same as 300 to 302",
    306: "the same as 300 to 302",
    307: "the same as 300 to 302",
    320: "extensions of the about resource are optional",
    328: "the limit is the node's, and the suite knows none",
    329: "a fault of the server's own",
}


def covered(*modules: ModuleType) -> set[int]:
    named = {case.requirement for case in cases()}
    for module in modules:
        for test in vars(module).values():
            named |= set(getattr(test, "requirements", ()))
    return {int(one[5:10]) for one in named if one.startswith("XAPI-")}


def test_every_requirement_is_held_by_a_test_or_says_why_not() -> None:
    found = covered(test_attachments, test_documents, test_protocol, test_statement_formats, test_statement_resource)
    assert set(range(1, LAST + 1)) - found - set(UNTESTED) == set()
    assert found & set(UNTESTED) == set()
