"""The official schemas of DSP 2025-1 are loaded right: what the standard shows as an example passes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

BASE = "https://w3id.org/dspace/2025/1"
PLACES = {
    "Catalog": "catalog/catalog",
    "Dataset": "catalog/dataset",
    "CatalogError": "catalog/catalog-error",
    "CatalogRequestMessage": "catalog/catalog-request-message",
    "ContractRequestMessage": "negotiation/contract-request-message",
    "ContractOfferMessage": "negotiation/contract-offer-message",
    "ContractAgreementMessage": "negotiation/contract-agreement-message",
    "ContractAgreementVerificationMessage": "negotiation/contract-agreement-verification-message",
    "ContractNegotiationEventMessage": "negotiation/contract-negotiation-event-message",
    "ContractNegotiationTerminationMessage": "negotiation/contract-negotiation-termination-message",
    "ContractNegotiation": "negotiation/contract-negotiation",
    "ContractNegotiationError": "negotiation/contract-negotiation-error",
    "TransferRequestMessage": "transfer/transfer-request-message",
    "TransferStartMessage": "transfer/transfer-start-message",
    "TransferCompletionMessage": "transfer/transfer-completion-message",
    "TransferSuspensionMessage": "transfer/transfer-suspension-message",
    "TransferTerminationMessage": "transfer/transfer-termination-message",
    "TransferProcess": "transfer/transfer-process",
    "TransferError": "transfer/transfer-error",
}


class Schemas:
    """The official schemas by message type."""

    def __init__(self, folder: Path) -> None:
        self._all: dict[str, Any] = {}
        for path in folder.glob("*/*-schema.json"):
            # Three files point to "#definitions/…"; without the slash that is an anchor nobody defined.
            text = path.read_text().replace("json#definitions/", "json#/definitions/")
            self._all[json.loads(text)["$id"]] = json.loads(text)
        self._registry = jsonschema_rs.Registry([(name, schema) for name, schema in self._all.items()])

    def check(self, content: dict[str, Any]) -> None:
        place = PLACES.get(str(content.get("@type")), "common/protocol-version")
        schema = self._all[f"{BASE}/{place}-schema.json"]
        validator = jsonschema_rs.Draft201909Validator(schema, registry=self._registry)
        faults = [f"{fault.message} at {list(fault.instance_path)}" for fault in validator.iter_errors(content)]
        assert not faults, f"{json.dumps(content)[:600]}: {faults}"


@pytest.fixture(scope="module")
def schemas(real_data: Path) -> Schemas:
    folder = real_data.parent / "spec" / "dsp-2025-1"
    if not folder.is_dir():
        pytest.skip("needs the official schemas beside the folder of real data")
    return Schemas(folder)


@pytest.mark.data
def test_the_official_examples_pass_so_the_schemas_are_loaded_right(schemas: Schemas, real_data: Path) -> None:
    examples = [
        json.loads(path.read_text()) for path in (real_data.parent / "spec/dsp-2025-1").glob("*/example/*.json")
    ]
    checked = [example for example in examples if example.get("@type") in PLACES]
    assert len(checked) > 20
    for example in checked:
        schemas.check(example)
    with pytest.raises(AssertionError):
        schemas.check(checked[0] | {"@context": "https://w3id.org/dspace/2025/1/context.jsonld"})
