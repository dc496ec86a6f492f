"""A credential that names a schema must fit it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from skillspace.records import credentials
from skillspace.trust.claims.schemas import SchemaUnknown, SchemaViolated
from tests.unit.trust.claims.parties import DIPLOMA, Party, Web
from tests.unit.trust.claims.showing import asked, shows


class TestSchemas:
    """A credential that names a schema must fit it."""

    ADDRESS = "https://schemas.example/diploma"

    def diploma(self, university: Party, holder: Party, verifier: Party, named: object, **extra: object) -> None:
        at = university.time()
        document = {
            "@context": [credentials.VC_CONTEXT],
            "id": "urn:uuid:1",
            "type": ["VerifiableCredential", DIPLOMA],
            "issuer": university.did,
            "credentialSubject": {"id": holder.did, **extra},
            "credentialSchema": named,
        }
        token = credentials.seal(document, issuer_key=university.key, issued=at, valid_until=at + timedelta(days=1))
        shows(holder, verifier, token)

    def publish(self, web: Web, schema: object) -> None:
        web.pages[self.ADDRESS] = json.dumps(schema).encode()

    def test_a_credential_that_fits_counts(self, university: Party, holder: Party, verifier: Party, web: Web) -> None:
        self.publish(web, {"type": "object", "required": ["title"]})
        named = {"id": self.ADDRESS, "type": "JsonSchemaValidator2018"}
        self.diploma(university, holder, verifier, named, title="Invented")
        assert asked(verifier) == [DIPLOMA]

    @pytest.mark.parametrize("is_list", [True, False])
    def test_a_credential_that_does_not_fit_is_refused(
        self, university: Party, holder: Party, verifier: Party, web: Web, is_list: bool
    ) -> None:
        self.publish(web, {"type": "object", "required": ["title"]})
        named = {"id": self.ADDRESS, "type": "JsonSchemaValidator2018"}
        self.diploma(university, holder, verifier, [named] if is_list else named)
        with pytest.raises(SchemaViolated):
            asked(verifier)

    def test_json_schema_speaks_of_the_whole_credential(
        self, university: Party, holder: Party, verifier: Party, web: Web
    ) -> None:
        self.publish(web, {"type": "object", "required": ["credentialSubject"]})
        self.diploma(university, holder, verifier, {"id": self.ADDRESS, "type": "JsonSchema"})
        assert asked(verifier) == [DIPLOMA]

    @pytest.mark.parametrize(
        "schema",
        [
            "text",
            {"$ref": "https://elsewhere.example/schema"},
            {"type": "no such type"},
            {"pattern": "(?<!"},
        ],
    )
    def test_a_schema_that_cannot_be_read_or_leads_elsewhere_is_no_yes(
        self, university: Party, holder: Party, verifier: Party, web: Web, schema: object
    ) -> None:
        self.publish(web, schema)
        self.diploma(university, holder, verifier, {"id": self.ADDRESS, "type": "JsonSchemaValidator2018"})
        with pytest.raises(SchemaUnknown):
            asked(verifier)

    @pytest.mark.parametrize("named", ["text", {"id": 7, "type": "JsonSchema"}, {"id": ADDRESS, "type": "Other"}])
    def test_a_kind_of_schema_nobody_here_knows_is_no_yes(
        self, university: Party, holder: Party, verifier: Party, named: object
    ) -> None:
        self.diploma(university, holder, verifier, named)
        with pytest.raises(SchemaUnknown):
            asked(verifier)

    def test_a_credential_names_so_many_schemas_at_most(
        self, university: Party, holder: Party, verifier: Party
    ) -> None:
        self.diploma(university, holder, verifier, [{"id": self.ADDRESS, "type": "JsonSchema"}] * 6)
        with pytest.raises(SchemaUnknown, match="6 schemas"):
            asked(verifier)
