"""Connected people: how each was proven stands there, one press takes it back, and a shared address is told of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillspace.node.composition import Node, compose
from skillspace.people.accounts import AccountKind
from skillspace.people.holdings import HeldPerson
from skillspace.portal.pages import routers
from skillspace.storage.tasks import Worker
from skillspace.trust.identity import Peer
from tests.nodes import make_node

HUB = Peer(did="did:web:space.example", name="Invented Space", roles=frozenset({"intermediary"}))
LINKING = {"ways": ["code", "mail"]}
SENDER = {"sender": "no-reply@school.example", "outbox": True}
CODE = re.compile(r'<strong class="code">([^<]+)</strong>')


class School:
    """A school with an operator at a browser."""

    def __init__(self, folder: Path) -> None:
        more = {"authority": HUB.did, "linking": LINKING, "mail": SENDER, "taxonomies": str(folder / "none")}
        self.node: Node = compose(make_node(folder / "school", "Invented School", "school", **more))  # type: ignore[arg-type]
        app = FastAPI()
        for pages in routers(self.node.rooms):
            app.include_router(pages)
        address = self.node.settings.address
        self.browser = TestClient(app, base_url=address, follow_redirects=False, raise_server_exceptions=False)
        with self.node.database.writing() as work:
            self.node.trust.directory.replace(work, [HUB])
            operator = self.node.rooms.accounts.make(
                work, name="Siv Skola", kind=AccountKind.STAFF, roles=["operator"], is_demo=True
            )
            for number in ("s1", "s2"):
                self.node.rooms.holdings.add_person(work, HeldPerson(local_id=number, name=f"Pupil {number} <b>"))
        self.browser.post("/sign-in", data={"account": operator.id})

    def post(self, path: str, **fields: str):  # type: ignore[no-untyped-def]
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.browser.get("/you").text)
        assert found is not None
        return self.browser.post(path, data={"csrf": found[1], **fields})

    def ask(self, address: str) -> None:
        with self.node.database.writing() as work:
            self.node.rooms.recognition.ask_letter(work, HUB, subject="urn:x:1", address=address, language="en")
        Worker(self.node.database, self.node.book).run_due()


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    made = School(tmp_path)
    yield made
    made.node.stop()


def test_an_operator_makes_a_code_sees_how_it_was_used_and_takes_it_back(school: School) -> None:
    shown = school.post("/org/linked/record", number="s1", do="code")
    code = CODE.search(shown.text)
    assert (shown.status_code, code is not None) == (200, True)
    assert code is not None
    assert CODE.search(school.browser.get("/org/linked").text) is None  # shown this once
    with school.node.database.writing() as work:
        school.node.rooms.recognition.redeem(work, HUB.did, code[1], "urn:x:1")
    page = school.browser.get("/org/linked").text
    assert "Pupil s1 &lt;b&gt;" in page
    assert "with a code from you" in page
    assert school.post("/org/linked", intermediary=HUB.did, subject="urn:x:1").status_code == 303
    with school.node.database.reading() as work:
        assert school.node.rooms.holdings.connections(work) == []
    assert "Connection of a person taken back" in school.browser.get("/org/log").text
    assert school.post("/org/linked", intermediary=HUB.did, subject="urn:x:1").status_code == 404


def test_an_operator_writes_an_address_that_no_page_shows(school: School) -> None:
    assert school.post("/org/linked/record", number="s1", do="address", address="alva@example.org").status_code == 303
    school.ask("alva@example.org")
    assert len(list((school.node.settings.folder / "outbox").iterdir())) == 1
    for path in ("/org/linked", "/org/log", "/org"):
        assert "alva@" not in school.browser.get(path).text
    wrong = school.post("/org/linked/record", number="s1", do="address", address="alva")
    assert (wrong.status_code, "This is not an e-mail address" in wrong.text) == (400, True)
    unknown = school.post("/org/linked/record", number="s9", do="code")
    assert (unknown.status_code, "No record of yours has this number." in unknown.text) == (400, True)


def test_an_address_on_two_records_is_told_to_the_operator_by_their_numbers(school: School) -> None:
    for number in ("s1", "s2"):
        school.post("/org/linked/record", number=number, do="address", address="home@example.org")
    assert "One address on several records" not in school.browser.get("/org/linked").text
    school.ask("home@example.org")
    assert "s1 and s2" in school.browser.get("/org/linked").text
    assert "One e-mail address stands on several records: s1 and s2" in school.browser.get("/org").text
