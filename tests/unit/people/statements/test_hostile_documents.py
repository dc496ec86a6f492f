"""Documents that tools make to do harm: what others would stumble over is refused, and nothing runs in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from skillspace.records.statements import Version
from tests.conformance.lrs.door import Door

PROFILE = "activities/profile"
WHERE = {"activityId": "https://example.org/lesson", "profileId": "about"}
NEW = {"If-None-Match": "*"}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    opened = Door(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", ["text/plain\r\nX-Other: 1", "text/plain; name=漢", "text/plain\0"])
def test_a_kind_that_no_header_can_have_is_refused_and_the_document_before_it_stays(door: Door, kind: str) -> None:
    door.version = Version.V1_0
    assert door.call("PUT", PROFILE, WHERE, "first", {**NEW, "Content-Type": "text/plain"}).status_code == 204
    form = urlencode({**WHERE, "Content-Type": kind, "If-Match": "*", "content": "second"})
    as_form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert door.call("POST", PROFILE, {"method": "PUT"}, form, as_form).status_code == 400
    got = door.call("GET", PROFILE, WHERE)
    assert (got.text, got.headers["Content-Type"]) == ("first", "text/plain")


def test_documents_too_deep_to_be_merged_are_refused_with_a_word(door: Door) -> None:
    deep = json.dumps({"a": json.loads("[" * 400 + "]" * 400)})
    as_json = {"Content-Type": "application/json"}
    assert door.call("PUT", PROFILE, WHERE, deep, {**NEW, **as_json}).status_code == 204
    answer = door.call("POST", PROFILE, WHERE, '{"b": 1}', as_json)
    assert (answer.status_code, "too deep" in answer.text) == (400, True)
    assert door.call("GET", PROFILE, WHERE).text == deep


def test_a_page_that_a_tool_keeps_here_is_no_page_of_the_node(door: Door) -> None:
    page = "<script src='/xapi/activities/profile?profileId=script'></script>"
    assert door.call("PUT", PROFILE, WHERE, page, {**NEW, "Content-Type": "text/html"}).status_code == 204
    for answer in (door.call("GET", PROFILE, WHERE), door.call("GET", "about")):
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
