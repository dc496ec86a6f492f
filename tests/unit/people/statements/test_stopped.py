"""Who stopped the use of their data is read by no tool: their statements are kept, and nobody finds them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from skillspace.node.app import application
from skillspace.node.composition import Node, compose
from skillspace.people.holdings import HeldPerson
from skillspace.people.statements.store import statements
from skillspace.trust.rights import Right
from tests.nodes import make_node
from tests.unit.people.stopping import stop_use

MOODLE, SPACE = "https://moodle.school.example", "did:web:space.example"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, starter_taxonomies: Path) -> Iterator[Node]:
    """A school whose tools wrote about two pupils, both known to a space elsewhere."""
    folder, records = tmp_path_factory.mktemp("stopped") / "school", {"home_pages": (MOODLE,)}
    node = compose(
        make_node(folder, "School", "authority", taxonomies=str(starter_taxonomies), learning_records=records)
    )
    with node.database.writing() as work:
        for number in ("s1", "s2"):
            node.rooms.holdings.add_person(work, HeldPerson(local_id=number, name=number))
            node.rooms.holdings.connect(work, SPACE, f"urn:x:{number}", number)
    tool = Tool(node)
    assert tool.post([deed("s1"), deed("s2"), {**deed("s2"), "context": {"instructor": account("s1")}}]) == 200
    for number in ("s1", "s2"):
        assert tool.document("PUT", number) == 204
    yield node
    node.stop()


class Tool:
    """A tool that may do everything."""

    def __init__(self, node: Node) -> None:
        assert node.record_store is not None
        with node.database.writing() as work:
            secret = node.record_store.clients.add(work, f"tool {id(self)}", ["all"])
        shown = base64.b64encode(f"tool {id(self)}:{secret}".encode()).decode()
        self._headers = {"Authorization": f"Basic {shown}", "X-Experience-API-Version": "2.0.0"}
        self._client = TestClient(application(node))

    def post(self, said: list[dict[str, Any]]) -> int:
        headers = self._headers | {"Content-Type": "application/json"}
        return self._client.post("/xapi/statements", content=orjson.dumps(said), headers=headers).status_code

    def found(self, **asked: str) -> list[dict[str, Any]]:
        answer = self._client.get("/xapi/statements", params=asked, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["statements"])

    def one(self, number: str) -> int:
        asked = {"statementId": number}
        return self._client.get("/xapi/statements", params=asked, headers=self._headers).status_code

    def document(self, method: str, number: str) -> int:
        asked = {"activityId": "https://example.org/1", "agent": orjson.dumps(account(number)).decode(), "stateId": "s"}
        content = b"page 3" if method == "PUT" else None
        answer = self._client.request(
            method, "/xapi/activities/state", params=asked, headers=self._headers, content=content
        )
        return answer.status_code


def account(number: str) -> dict[str, Any]:
    return {"account": {"homePage": MOODLE, "name": number}}


def deed(number: str) -> dict[str, Any]:
    return {
        "actor": account(number),
        "verb": {"id": "https://example.org/tried"},
        "object": {"id": "https://example.org/1"},
    }


@pytest.mark.parametrize("right", [Right.RESTRICTION, Right.OBJECTION])
def test_what_names_somebody_who_stopped_it_is_kept_and_no_tool_reads_it_until_they_let_it_go_on(
    school: Node, right: Right
) -> None:
    tool = Tool(school)
    everything = tool.found()
    assert len(everything) == 3
    with school.database.writing() as work:
        request = stop_use(work, intermediary=SPACE, subject="urn:x:s1", right=right)
    (left,) = tool.found()
    assert left["actor"]["account"]["name"] == "s2"
    assert b"s1" not in orjson.dumps(left)
    assert tool.found(agent=orjson.dumps(account("s1")).decode(), related_agents="true") == []
    assert [tool.one(one["id"]) for one in everything].count(404) == 2
    assert (tool.document("GET", "s1"), tool.document("GET", "s2")) == (403, 200)
    with school.database.writing() as work:
        assert len(work.rows(statements.select())) == 3, "it is kept"
        school.rights.restrictions.lift(work, request)
    assert len(tool.found()) == 3
    assert tool.document("GET", "s1") == 200
