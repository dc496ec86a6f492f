"""A walk through every kind of message, both ways and in both dialects: each is what its standard says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from skillspace.exchange.addresses import version_document
from skillspace.exchange.dialects import dialect
from skillspace.exchange.messages import message
from skillspace.kernel.errors import Conflict
from tests.unit.exchange.network import DATASET, Network, Request, Side, Ticking, drain
from tests.unit.exchange.test_dialects import members
from tests.unit.exchange.test_official_schemas import PLACES, Schemas

BY_HAND = "by hand"
RULES = {"permission": [{"action": "use", "duty": [{"action": "urn:report"}]}], "prohibition": [{"action": "urn:sell"}]}


class Walk:
    """Two nodes whose operators decide everything by hand, in one version of the protocol."""

    def __init__(self, folder: Path, version: str) -> None:
        self.version = version
        self.network, self.clock = Network(), Ticking()
        names = ("school", "bureau")
        known = {f"urn:connector:{name}": f"https://{name}.invented.example/dsp" for name in names}
        self.school, self.bureau = (Side(folder, name, self.network, self.clock, known) for name in names)
        for side in (self.school, self.bureau):
            side.forget()
            side.negotiating.is_automatic = side.transferring.is_automatic = False

    def settle(self) -> None:
        """Let everything that was said arrive."""
        drain(self.network, self.clock, self.school, self.bureau)

    def move(self, side: Side, room: str, move: str, *arguments: Any) -> None:
        """Make a move on a side's newest process."""
        with side.database.writing() as work:
            if room == "negotiation":
                found = side.negotiations()[-1]
                if move == "counter":
                    side.exchange.negotiations.counter(work, found.pid, RULES)
                else:
                    getattr(side.exchange.negotiations.steps, move)(work, found, *arguments)
            elif move == "resume":
                side.exchange.transfers.resume(work, side.transfers()[-1].pid)
            else:
                getattr(side.exchange.transfers.steps, move)(work, side.transfers()[-1], *arguments)
        self.settle()

    def open(self, by: Side) -> None:
        """Begin a negotiation from either side."""
        with self.school.database.reading() as work:
            offering = self.school.exchange.catalog.offering(work, DATASET)
            assert offering is not None
            offer = self.school.exchange.catalog.offer(offering)
        with by.database.writing() as work:
            if by is self.bureau:
                by.exchange.negotiations.open(work, self.school.id, DATASET, offer, version=self.version)
            else:
                by.exchange.negotiations.propose(work, self.bureau.id, DATASET, version=self.version)
        self.settle()

    def negotiate(self) -> None:
        """Counter-offers both ways, opened by either side; terminated by either side."""
        for opener in (self.bureau, self.school):
            self.open(opener)
            if opener is self.bureau:
                self.move(self.school, "negotiation", "counter")
            self.move(self.bureau, "negotiation", "counter")
            self.move(self.school, "negotiation", "counter")
            self.move(self.bureau, "negotiation", "accept")
            self.move(self.school, "negotiation", "agree")
            self.move(self.bureau, "negotiation", "verify")
            self.move(self.school, "negotiation", "finalize")
        for ending in (self.school, self.bureau):
            self.open(self.bureau)
            self.move(ending, "negotiation", "terminate", "Not needed.")

    def transfer(self) -> None:
        """A pull suspended and resumed from both sides, a push, and one that is terminated."""
        for number, format in enumerate(("HttpData-PULL", "HttpData-PUSH", "HttpData-PULL")):
            with self.bureau.database.writing() as work:
                agreement = self.bureau.exchange.negotiations.agreements(work)[0]
                self.bureau.exchange.transfers.request(work, agreement, f"transfer {number}", format=format)
            self.settle()
            self.move(self.school, "transfer", "start")
            if number == 0:
                for one in (self.bureau, self.school):
                    self.move(one, "transfer", "suspend", "A pause.")
                    self.move(one, "transfer", "resume")
            with suppress(Conflict):
                self.move(
                    self.bureau, "transfer", "terminate" if number == 2 else "complete", *["Enough."][: number // 2]
                )

    def go_wrong(self) -> None:
        """What is refused, and what is asked for."""
        address = self.bureau.exchange.addresses.find(self.school.id, self.version)
        for path, body in (
            ("/catalog/request", message("CatalogRequestMessage")),
            ("/catalog/datasets/diplomas", None),
        ):
            self.bureau.exchange.channel.call("POST" if body else "GET", self.school.id, address, path, body)
        headers = {"Authorization": self.bureau.authentication().headers(self.school.id)["Authorization"]}
        base, spoken = f"/dsp/{self.version}", dialect(self.version)
        asked = [
            ("GET", "/catalog/datasets/unknown", None),
            ("GET", "/negotiations/urn:unknown", None),
            ("GET", "/transfers/urn:unknown", None),
            ("GET", f"/negotiations/{self.school.negotiations()[-1].pid}", None),
            ("GET", f"/transfers/{self.school.transfers()[-1].pid}", None),
            ("POST", "/catalog/request", message("ContractRequestMessage")),
            ("POST", "/negotiations/request", message("ContractRequestMessage")),
            ("POST", "/transfers/request", message("TransferRequestMessage", consumerPid="urn:x", agreementId="urn:y")),
        ]
        for method, path, body in asked:
            content = json.dumps(spoken.write(body)).encode() if body else b""
            self.by_hand(method, f"{base}{path}", headers, content)
        self.by_hand("POST", f"{base}/transfers/request", {}, b"nobody")

    def by_hand(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        """Say something to the school that no node of ours says."""
        url = self.school.base + path
        self.network.deliver(Request(sender=BY_HAND, method=method, url=url, headers=headers, body=body))

    def said(self) -> Iterator[dict[str, Any]]:
        """Everything that was said on the protocol."""
        for request, reply in self.network.said:
            if f"/dsp/{self.version}/" in request.url:
                for body in (request.body if request.sender != BY_HAND else b"", reply.body):
                    if body.strip().startswith(b"{"):
                        yield json.loads(body)

    def close(self) -> None:
        """End both."""
        self.school.close()
        self.bureau.close()


def walked(folder: Path, version: str) -> list[dict[str, Any]]:
    """Walk the whole way and return what was said."""
    walk = Walk(folder, version)
    walk.negotiate()
    walk.transfer()
    walk.go_wrong()
    said = list(walk.said())
    walk.close()
    return said


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return walked(tmp_path_factory.mktemp("new"), "2025-1")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return walked(tmp_path_factory.mktemp("old"), "2024-1")


def kinds(said: list[dict[str, Any]]) -> set[str]:
    return {str(content["@type"]).rpartition(":")[2] for content in said if "@type" in content}


KINDS = set(PLACES) - {"ProtocolVersion"}


@pytest.mark.parametrize("version", ["new", "old"])
def test_the_walk_leaves_no_kind_of_message_out(version: str, request: pytest.FixtureRequest) -> None:
    assert kinds(request.getfixturevalue(version)) == KINDS


@pytest.mark.data
def test_every_message_in_2025_1_is_valid_by_the_official_schema(new: list[dict[str, Any]], real_data: Path) -> None:
    folder = real_data.parent / "spec" / "dsp-2025-1"
    if not folder.is_dir():
        pytest.skip("needs the official schemas beside the folder of real data")
    schemas = Schemas(folder)
    assert len(new) > 50
    for content in new:
        assert content["@type"] in PLACES
        schemas.check(content)
    auth = {"protocol": "DCP", "version": "1.0", "profile": ["vc20-bssl/jwt"]}
    schemas.check(version_document(auth, "did:web:school.example", prefix="/dsp"))


def named(tree: Any, name: str) -> Iterator[Any]:
    """Every value under a name, anywhere."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == name:
                yield value
            yield from named(value, name)
    elif isinstance(tree, list):
        for item in tree:
            yield from named(item, name)


def test_every_message_in_2024_1_is_as_that_version_writes_it(old: list[dict[str, Any]]) -> None:
    assert len(old) > 50
    for content in old:
        assert content["@context"] == "https://w3id.org/dspace/2024/1/context.json"
        assert content["@type"].startswith(("dspace:", "dcat:"))
        used = {name for name in members(content) if not name.startswith("@")}
        known = ("dspace:", "odrl:", "dcat:", "dct:", "http://", "urn:")
        assert all(name.startswith(known) for name in used), used
        assert all(value.startswith("dspace:") for value in named(content, "dspace:state"))
        assert all(value["@id"].startswith("dspace:") for value in named(content, "dspace:eventType"))
        assert all(isinstance(duty, dict) for duty in named(content, "odrl:duty"))
        assert all("dspace:endpoint" in address for address in named(content, "dspace:dataAddress"))
        assert all("odrl:target" in offer for offer in named(content, "dspace:offer"))


def test_a_process_stays_in_the_version_it_began_in(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    assert kinds(old) == kinds(new)
    assert {str(content["@context"]) for content in old} == {"https://w3id.org/dspace/2024/1/context.json"}
