"""One node with an open VC-API for all of these requirements, and the calls a suite makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx
import pytest

from skillspace.kernel.clock import now
from skillspace.node.composition import Node
from skillspace.records.credentials.data_integrity import AUTHENTICATION, add_proof
from skillspace.wire.proof_key import ProofKey
from tests.nodes import make_node, running

V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
#: Somebody else than the node: an issuer and a presenter of its own.
STRANGER = ProofKey.from_seed(bytes([7] * 32))


@dataclass(frozen=True, kw_only=True)
class VcApiUnderTest:
    """The three operations that suites call, and what came of it."""

    address: str
    did: str
    client: httpx.Client
    node: Node

    def post(self, path: str, body: object) -> httpx.Response:
        """Send one request, as a suite does: without a token."""
        return self.client.post(f"{self.address}{path}", json=body)

    def issue(self, credential: dict[str, Any], **options: Any) -> dict[str, Any] | None:
        """Return the issued credential, None when it was refused with a reason."""
        answer = self.post("/credentials/issue", {"credential": credential, "options": options})
        if answer.status_code == 201:
            found: dict[str, Any] = answer.json()["verifiableCredential"]
            return found
        assert answer.status_code == 400
        assert answer.json()["message"]
        return None

    def verifies(self, credential: object, **options: Any) -> bool:
        """Tell whether a credential is found good; when it is not, the answer says why."""
        return self._good(self.post("/credentials/verify", {"verifiableCredential": credential, "options": options}))

    def verifies_presentation(self, presentation: object, **options: Any) -> bool:
        """Tell whether a presentation is found good; when it is not, the answer says why."""
        body = {"verifiablePresentation": presentation, "options": options}
        return self._good(self.post("/presentations/verify", body))

    def _good(self, answer: httpx.Response) -> bool:
        content = answer.json()
        if answer.status_code == 200:
            assert content["verified"] is True
            assert content["errors"] == []
            return True
        assert answer.status_code == 400
        assert content.get("errors") or content.get("message")
        return False


@pytest.fixture(scope="package")
def vc_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VcApiUnderTest]:
    """The VC-API of a running node."""
    folder = tmp_path_factory.mktemp("conformance") / "node"
    with running(make_node(folder, "Invented issuer", "authority", vc_api={"issuer": "key"})) as [node]:
        assert node.trust.vc_api is not None
        with httpx.Client(timeout=30) as client:
            address = f"{node.settings.address}/vc-api"
            yield VcApiUnderTest(address=address, did=node.trust.vc_api.did, client=client, node=node)


def credential(*without: str, **change: Any) -> dict[str, Any]:
    """A credential as small as the data model allows, changed."""
    usual: dict[str, Any] = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
    }
    return {name: value for name, value in (usual | change).items() if name not in without}


def signed(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The document with the stranger's proof."""
    return add_proof(document, key=STRANGER, method=STRANGER.method_of_did, at=now(), **more)


def presentation(*without: str, **change: Any) -> dict[str, Any]:
    """A presentation by the stranger, changed and then signed."""
    usual: dict[str, Any] = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": []}
    document = {name: value for name, value in (usual | change).items() if name not in without}
    return signed(document, purpose=AUTHENTICATION, domain="https://verifier.example", challenge="c-1")
