"""What goes over the wire is valid by DCP's official schemas, and what comes in is read strictly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from skillspace.trust.claims import offer_later
from skillspace.trust.claims.messages import (
    DCP_CONTEXT,
    CredentialMessage,
    CredentialOffer,
    CredentialRequest,
    IssuerMetadata,
    PresentationQuery,
)
from skillspace.trust.claims.store import requests
from tests.unit.trust.claims.parties import BADGE, DIPLOMA, Party

QUERY = {"@context": [DCP_CONTEXT], "type": "PresentationQueryMessage", "scope": ["x"]}
REQUEST = {
    "@context": [DCP_CONTEXT],
    "type": "CredentialRequestMessage",
    "holderPid": "h",
    "credentials": [{"id": "c"}],
}
OFFER = {"@context": [DCP_CONTEXT], "type": "CredentialOfferMessage", "issuer": "i", "credentials": [{"id": "c"}]}
DELIVERY = {"@context": [DCP_CONTEXT], "type": "CredentialMessage", "issuerPid": "i", "status": "ISSUED"}
PLACES = {
    "PresentationQueryMessage": "presentation/presentation-query-message-schema.json",
    "PresentationResponseMessage": "presentation/presentation-response-message-schema.json",
    "CredentialMessage": "presentation/credential-message-schema.json",
    "CredentialRequestMessage": "issuance/credential-request-message-schema.json",
    "CredentialOfferMessage": "issuance/credential-offer-message-schema.json",
    "CredentialStatus": "issuance/credential-status-schema.json",
    "IssuerMetadata": "issuance/issuer-metadata-schema.json",
}
BASE = "https://w3id.org/dspace-dcp/v1.0"

#: What belongs to another standard (Presentation Exchange) is taken as anything.
ANYTHING = {"properties": {"presentation_submission": {}}}


class Schemas:
    """The official schemas by message type."""

    def __init__(self, folder: Path) -> None:
        self._all: dict[str, Any] = {}
        for path in folder.glob("*/*-schema.json"):
            schema = json.loads(path.read_text(encoding="utf-8"))
            # One file calls itself by the address of a draft; the others ask for it under its own.
            name = f"{BASE}/common/context-schema.json" if path.parent.name == "common" else schema["$id"]
            self._all[name] = schema | {"$id": name}
        self._registry = jsonschema_rs.Registry(list(self._all.items()), retriever=lambda _address: ANYTHING)

    def check(self, content: dict[str, Any]) -> str:
        kind = str(content["type"])
        schema = self._all[f"{BASE}/{PLACES[kind]}"]
        validator = jsonschema_rs.Draft201909Validator(schema, registry=self._registry)
        faults = [f"{fault.message} at {list(fault.instance_path)}" for fault in validator.iter_errors(content)]
        assert not faults, f"{json.dumps(content)[:600]}: {faults}"
        return kind


@pytest.mark.data
def test_everything_we_say_is_valid_by_the_official_schemas(
    real_data: Path, university: Party, holder: Party, verifier: Party
) -> None:
    schemas = Schemas(real_data.parent / "spec" / "dcp-1.0")
    with university.database.writing() as work:
        offer_later(work, holder.did, [DIPLOMA, BADGE], "reissue")
    for _ in range(4):
        university.work_off()
        holder.work_off()
    university.entitled.clear()
    ask_again(holder, university)
    for party in (holder, university):
        party.work_off()
    caller = verifier.verifier.caller(holder.authorization(verifier, DIPLOMA))
    verifier.verifier.credentials(caller, [DIPLOMA])
    [pid] = {url.rpartition("/")[2] for url in locations(holder)}
    site = university.site
    header = {"Authorization": f"Bearer {holder.tokens.issue(university.did)}"}
    status = site.get(f"/dcp/issuer/requests/{pid}", headers=header).json()
    said = [body for _, _, body in holder.web.said if isinstance(body, dict) and "@context" in body and "type" in body]
    assert {schemas.check(message) for message in [*said, status]} == set(PLACES)


def ask_again(holder: Party, university: Party) -> None:
    entry = university.issuer.metadata()["credentialsSupported"][0]
    with holder.database.writing() as work:
        holder.wallet.request(work, university.did, [(entry["id"], entry["credentialType"])])


def locations(holder: Party) -> list[str]:
    with holder.database.reading() as work:
        return [row["location"] for row in work.rows(requests.select()) if row["state"] == "issued"]


def test_the_doors_answer_as_the_protocol_says(university: Party, holder: Party) -> None:
    site = university.site
    entry = university.issuer.metadata()["credentialsSupported"][0]
    header = {"Authorization": f"Bearer {holder.tokens.issue(university.did)}"}
    answer = site.post("/dcp/issuer/credentials", json=REQUEST | {"credentials": [{"id": entry["id"]}]}, headers=header)
    assert answer.status_code == 201
    location = answer.headers["location"]
    assert location.startswith("https://university.example/dcp/issuer/requests/")
    assert site.get(location).status_code == 401
    header = {"Authorization": f"Bearer {holder.tokens.issue(university.did)}"}
    assert site.get(location, headers=header).json()["status"] == "RECEIVED"
    assert site.get(entry["credentialSchema"]).json()["required"] == ["id", "title"]
    assert site.get("/dcp/issuer/schemas/Unknown").status_code == 404
    for name in ("statuslist2021", "bitstring"):
        listed = site.get(f"/dcp/issuer/status/{name}")
        assert listed.headers["content-type"].startswith("application/vc+jwt")
        assert listed.text.count(".") == 2


@pytest.mark.parametrize(
    ("path", "message"),
    [("presentations/query", QUERY), ("credentials", DELIVERY | {"holderPid": "h"}), ("offers", OFFER)],
)
def test_nobody_without_a_token_is_heard(holder: Party, path: str, message: dict[str, object]) -> None:
    assert holder.site.post(f"/dcp/{path}", json=message).status_code == 401


@pytest.mark.parametrize(
    ("model", "content"),
    [
        (PresentationQuery, QUERY),
        (CredentialRequest, REQUEST),
        (CredentialOffer, OFFER),
        (CredentialMessage, DELIVERY),
        (IssuerMetadata, {"@context": [DCP_CONTEXT], "type": "IssuerMetadata", "issuer": "i"}),
    ],
)
def test_a_message_needs_its_context_its_type_and_its_members(model: Any, content: dict[str, object]) -> None:
    assert model.model_validate(content | {"unknown": "member"})
    broken = [
        {"@context": DCP_CONTEXT},
        {"@context": ["https://elsewhere.example"]},
        {"@context": []},
        {"type": "Another"},
        {"type": ["CredentialMessage"]},
        *({name: value} for name in content.keys() - {"@context", "type", "scope"} for value in ("", 7, None, [])),
    ]
    for change in broken:
        with pytest.raises(ValidationError):
            model.model_validate(content | change)
    for name in content.keys() - {"scope"}:
        with pytest.raises(ValidationError):
            model.model_validate({key: value for key, value in content.items() if key != name})


@given(
    st.dictionaries(
        st.sampled_from(["@context", "type", "scope", "credentials", "holderPid", "issuerPid", "status", "issuer"]),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=10) | st.just(DCP_CONTEXT),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
            max_leaves=6,
        ),
    )
)
def test_any_content_is_a_message_or_refused(content: dict[str, object]) -> None:
    for model in (PresentationQuery, CredentialRequest, CredentialOffer, CredentialMessage, IssuerMetadata):
        try:
            model.model_validate(content)
        except ValidationError:
            continue
