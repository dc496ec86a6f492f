"""Every operation of a node's API, called with what its own description allows and forbids: never a fault of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, Response

from skillspace.exchange.dialects import dialect
from skillspace.node.app import application
from skillspace.node.composition import Node, compose
from skillspace.people.statements import Client, RecordStore, Scope
from skillspace.trust.identity import Peer
from skillspace.trust.identity.tokens import Caller
from skillspace.trust.membership import Gatekeeper
from tests.conftest import NOON
from tests.nodes import make_node
from tests.unit.people.houses import profile_offering

PEER = Peer(did="did:web:other.example", name="Invented Other", roles=frozenset({"intermediary", "employer"}))


MESSAGES = {
    ("catalog", "request"): "CatalogRequestMessage",
    ("negotiations", "request"): "ContractRequestMessage",
    ("negotiations", "offers"): "ContractOfferMessage",
    ("negotiations", "agreement"): "ContractAgreementMessage",
    ("negotiations", "verification"): "ContractAgreementVerificationMessage",
    ("negotiations", "events"): "ContractNegotiationEventMessage",
    ("negotiations", "termination"): "ContractNegotiationTerminationMessage",
    ("transfers", "request"): "TransferRequestMessage",
    ("transfers", "start"): "TransferStartMessage",
    ("transfers", "suspension"): "TransferSuspensionMessage",
    ("transfers", "completion"): "TransferCompletionMessage",
    ("transfers", "termination"): "TransferTerminationMessage",
}

#: What everybody may read: who this node is, what it speaks, what it issues and what it took back; and a fresh nonce.
OPEN = (
    "/.well-known",
    "/health",
    "/dsp/.well-known",
    "/dcp/issuer/metadata",
    "/dcp/issuer/schemas",
    "/dcp/issuer/status",
    "/openid4vci/nonce",
    "/openid4vci/status",
    "/xapi/about",
)


class Believing(Gatekeeper):
    """Lets everybody in as the same member, so that what lies behind the door is reached."""

    def __init__(self) -> None:
        pass

    def caller(self, authorization: str | None) -> Caller:  # noqa: ARG002
        return Caller(did=PEER.did, access_token=None)

    def authenticate(self, authorization: str | None) -> Peer:  # noqa: ARG002
        return PEER


class BelievingStore(RecordStore):
    """Takes everybody for a tool that may do everything."""

    def calling(self, authorization: str | None, origin: str) -> Client:  # noqa: ARG002
        return Client(name="tool", scopes=frozenset({Scope.ALL}), made=NOON)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, starter_taxonomies: Path) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("contract") / "hub"
    packs = str(starter_taxonomies)
    made = compose(
        make_node(folder, "Invented Space", "authority", "intermediary", taxonomies=packs, learning_records={})
    )
    with made.database.writing() as work:
        made.exchange.catalog.publish(work, profile_offering(work))
    yield made
    made.stop()


def described(app: FastAPI) -> FastAPI:
    """Describe the protocol's messages too, whose bodies the application reads itself, and let no worker start."""

    @asynccontextmanager
    async def nothing(_: FastAPI) -> AsyncIterator[None]:
        yield

    app.router.lifespan_context = nothing
    schema = app.openapi()
    for path, operations in schema["paths"].items():
        if path.startswith("/dsp/") and "post" in operations:
            version, room, *rest = path.removeprefix("/dsp/").split("/")
            described = in_dialect(version, message(MESSAGES[room, rest[-1]]))
            operations["post"]["requestBody"] = {"content": {"application/json": {"schema": described}}}
    return app


def message(kind: str) -> dict[str, Any]:
    """Describe a message of the protocol loosely: of the right type, with members that may be anything."""
    text = {"type": "string", "maxLength": 40}
    rules = {"type": "object", "properties": {"@id": text, "target": {"const": "skills-profile"}, "permission": {}}}
    return {
        "type": "object",
        "required": ["@context", "@type", "consumerPid", "callbackAddress"],
        "properties": {
            "@context": {"const": ["https://w3id.org/dspace/2025/1/context.jsonld"]},
            "@type": {"const": kind},
            "consumerPid": {"type": "string", "pattern": "^urn:x:[a-z]{1,9}$"},
            "providerPid": {"type": "string", "pattern": "^urn:x:[a-z]{1,9}$"},
            "callbackAddress": {"const": "http://127.0.0.1:9/dsp"},
            "agreementId": text,
            "format": {"enum": ["HttpData-PULL", "other"]},
            "offer": rules | {"required": ["@id", "target"]},
            "agreement": rules,
            "eventType": {"enum": ["ACCEPTED", "FINALIZED", "x"]},
            "dataAddress": {"type": "object"},
            "code": text,
            "reason": {"type": "array", "items": text, "maxItems": 2},
        },
        "additionalProperties": False,
    }


def in_dialect(version: str, described: dict[str, Any]) -> dict[str, Any]:
    """Describe a message under the names it has in a version of the protocol."""
    wire = dialect(version).write({name: name for name in described["properties"] if not name.startswith("@")})
    names = {
        (name["@id"] if isinstance(name, dict) else name): there for there, name in wire.items() if there != "@context"
    }
    members = {names.get(name, name): value for name, value in described["properties"].items()}
    if version != "2025-1":
        kind = members["@type"]["const"]
        members |= {"@context": {"const": wire["@context"]}, "@type": {"const": f"dspace:{kind}"}}
    required = [names.get(name, name) for name in described["required"]]
    return described | {"properties": members, "required": required}


def every_call(app: FastAPI, check: Callable[[Case, Response], None], *, examples: int) -> int:
    """Call each operation with generated examples and return how many operations there were."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", described(app))
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def called(case: Case) -> None:
            answer = case.call()
            where = f"{case.method} {case.path} answered {answer.status_code}: {answer.text[:300]}"
            assert answer.status_code < 500, where
            check(case, answer)

        called()
    return len(operations)


def test_a_member_can_send_nothing_that_breaks_a_node(node: Node) -> None:
    store = BelievingStore(node.database, node.settings.address)
    trusting = replace(node, trust=replace(node.trust, gatekeeper=Believing()), record_store=store)
    assert every_call(application(trusting), lambda _case, _answer: None, examples=15) > 30


def test_a_stranger_can_send_nothing_that_breaks_a_node_or_opens_it(node: Node) -> None:
    def refused(case: Case, answer: Response) -> None:
        is_open = case.path.startswith(OPEN)
        assert is_open or answer.status_code >= 400, (case.method, case.path, answer.status_code)

    every_call(application(node), refused, examples=5)
