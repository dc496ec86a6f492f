"""Who may void what: a tool its own, and one that may do everything whatever it wants; never half a request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skillspace.records.statements import VOIDED
from tests.conformance.lrs.door import Door, new_id
from tests.conformance.lrs.parts import Json, plain


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    door = Door(tmp_path)
    yield door
    door.close()


def voiding(number: str) -> Json:
    return {**plain(), "verb": {"id": VOIDED}, "object": {"objectType": "StatementRef", "id": number}}


def test_a_tool_voids_what_it_wrote_itself(door: Door) -> None:
    key = {"Authorization": door.let_in("writer", "statements/write")}
    number = new_id()
    assert door.post({**plain(), "id": number}, headers=key).status_code == 200
    assert door.post(voiding(number), headers=key).status_code == 200
    assert door.call("GET", "statements", {"voidedStatementId": number}).status_code == 200


def test_also_what_comes_with_the_same_request(door: Door) -> None:
    key = {"Authorization": door.let_in("writer", "statements/write")}
    number = new_id()
    assert door.post([voiding(number.upper()), {**plain(), "id": number}], headers=key).status_code == 200
    assert door.call("GET", "statements", {"voidedStatementId": number}).status_code == 200


def test_what_others_wrote_is_voided_by_no_tool_that_may_only_write(door: Door) -> None:
    key = {"Authorization": door.let_in("writer", "statements/write", "all/read")}
    number = door.stored(plain())
    before = door.found()
    answer = door.post([plain(), voiding(number)], headers=key)
    assert answer.status_code == 403
    assert "scope all" in answer.text
    assert door.post(voiding(new_id()), headers=key).status_code == 403, "what is not here may be anybody's"
    assert door.found() == before, "nothing by halves"
    assert door.call("GET", "statements", {"statementId": number}).status_code == 200


def test_who_may_do_everything_voids_what_others_wrote(door: Door) -> None:
    key = {"Authorization": door.let_in("writer", "statements/write")}
    number = new_id()
    assert door.post({**plain(), "id": number}, headers=key).status_code == 200
    assert door.post(voiding(number)).status_code == 200
    assert door.call("GET", "statements", {"statementId": number}).status_code == 404
