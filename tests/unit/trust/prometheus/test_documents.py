"""Self-descriptions and contracts of Prometheus-X: drafts of ours, and a list of everything that stayed behind."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.trust.contract.reading import read_offering, read_terms
from skillspace.trust.policy.lint import Severity, lint
from skillspace.trust.prometheus import Read, read_contract, read_document, read_self_description
from tests.unit.trust.prometheus.conftest import BIRCH, FIXTURES, IDENTITIES

Document = Callable[[str], Any]
TYPES = {
    "participant": "organisation", "offering": "offering", "data": "dataset", "software": "service",
    "infrastructure": "infrastructure", "representation": "source", "ecosystem": "ecosystem",
}  # fmt: skip
#: One is refused whole, the other holds many documents.
UNREAD = frozenset({"consent-encrypted", "rules"})


def why(read: Read, path: str) -> str:
    return next(loss.why for loss in read.losses if loss.path == path)


@pytest.mark.parametrize(("name", "kind"), TYPES.items())
def test_every_type_of_self_description_becomes_a_draft(document: Document, name: str, kind: str) -> None:
    read = read_self_description(document(name), IDENTITIES)
    assert read.kind == kind
    assert json.loads(json.dumps(read.as_json()))["content"]["source"] == read.source != ""


@pytest.mark.parametrize("name", [file.stem for file in sorted(FIXTURES.glob("*.json")) if file.stem not in UNREAD])
def test_everything_that_says_something_is_carried_or_named_as_lost(document: Document, name: str) -> None:
    """A value that is changed must change the draft or be in a part that is named as lost or put right."""
    original = document(name)
    before = read_document(original, IDENTITIES)
    for pointer in _leaves(original):
        changed = copy.deepcopy(original)
        _set(changed, pointer, "changed-here")
        try:
            after = read_document(changed, IDENTITIES)
        except BadInput:
            continue
        path = "/" + "/".join(map(str, pointer))
        named = any(loss.path and path.startswith(loss.path) for loss in before.losses)
        assert named or _known(before) != _known(after), path


def test_an_organisation_without_a_did_is_nobody_until_it_joins(document: Document) -> None:
    read = read_self_description(document("participant"))
    assert read.content["did"] is None
    assert any(loss.what == "did" and "no identity" in loss.why for loss in read.lost)
    assert read_self_description(document("participant"), IDENTITIES).content["did"] == "did:web:birch.example"
    assert (read.content["name"], read.content["country"]) == ("Birch Hill Upper School", "SE")


@pytest.mark.parametrize(
    ("name", "secret"),
    [("participant", "not-a-real-key"), ("representation", "65e7-secret"), ("data", "cred-7"),
     ("representation", "select")],
)  # fmt: skip
def test_a_secret_or_a_statement_is_neither_carried_nor_shown(document: Document, name: str, secret: str) -> None:
    read = read_self_description(document(name), IDENTITIES)
    assert secret in json.dumps(document(name))
    assert secret not in json.dumps(read.as_json())


def test_an_offering_keeps_its_rules_and_data_that_do_not_say_count_as_personal(document: Document) -> None:
    offering = read_self_description(document("offering"), IDENTITIES)
    assert offering.content["policy"]["permission"][0]["constraint"][0]["rightOperand"] == "5"
    assert offering.content["datasets"] == [f"{BIRCH}/dataresources/dd01"]
    data = read_self_description(document("data"), IDENTITIES)
    assert (data.content["description"], data.content["kinds"]) == ("A profile", ["skills"])
    silent = {name: value for name, value in document("data").items() if name != "containsPII"}
    assert read_self_description(silent).content["personal"] is True


def test_a_gaia_x_spelling_of_names_is_read_too() -> None:
    read = read_self_description(
        {"@id": "did:web:s.example", "@type": "gax-core:ServiceOffering",
         "gax-core:offeredBy": [{"@id": "did:web:a.example"}],
         "dcterms:title": {"@value": "Guidance", "@type": "xsd:string"}, "dcat:keyword": [{"@value": "coach"}]}
    )  # fmt: skip
    assert (read.content["name"], read.content["provider"]) == ("Guidance", "did:web:a.example")
    assert read.content["keywords"] == ["coach"]


def test_a_signed_contract_is_a_draft_whose_members_are_invited(document: Document) -> None:
    read = read_contract(document("contract-signed"), IDENTITIES)
    assert {one["state"] for one in read.content["participations"]} == {"invited"}
    assert "draft" in why(read, "/status")
    assert "no signature" in why(read, "/members/0/signature")
    assert "hasSigned" not in json.dumps(read.as_json())
    assert read.content["terms"]["roles"][1] == {
        "role": "participant",
        "obligations": [
            {"clause": "count-of-uses/1", "values": {"times": 2}},
            {"clause": "commitments/1", "values": {"commitments": ["ai-disclosed"]}},
        ],
    }
    [chain] = read.content["terms"]["chains"]
    assert [step["participant"] for step in chain["services"]] == ["did:web:birch.example", "did:web:elm.example"]
    assert "side branch" in why(read, "/serviceChains/0/services/0/pre")


def test_an_offering_of_a_contract_is_for_the_contracts_purposes_and_no_others(document: Document) -> None:
    read = read_contract(document("contract-signed"), IDENTITIES)
    good, lost = (one["offerings"][0] for one in read.content["participations"])
    assert good["policy"]["permission"][0]["constraint"][-1]["leftOperand"] == "purpose"
    assert good["policy"]["prohibition"] == [{"action": "sell"}]
    assert lost["policy"] is None
    assert any("mood" in loss.what for loss in read.lost)
    assert read_offering(good | {"legal_basis": "consent"}).purposes == ("learning-analytics",)


def test_one_members_leaving_ends_nobody_elses_part(document: Document) -> None:
    read = read_contract(document("contract-revoked"), IDENTITIES)
    states = {one["organisation"].rsplit("/", 1)[-1]: one["state"] for one in read.content["participations"]}
    assert states == {"aa01": "invited", "aa02": "invited", "aa03": "left"}
    assert next(loss for loss in read.corrected if loss.path == "/status").why.startswith("One member's leaving")
    assert read.content["participations"][2]["offerings"] == []
    assert read.content["participations"][1]["claimed"] == "2024-03-04T14:14:21.410Z"
    assert "purposes" in read.content["missing"]


@pytest.mark.parametrize("name", ["contract-signed", "contract-bilateral", "ecosystem"])
def test_once_what_is_missing_is_filled_in_a_draft_reads_as_terms(document: Document, name: str) -> None:
    read = (read_self_description if name == "ecosystem" else read_contract)(document(name), IDENTITIES)
    filled = {
        "title": "Reading together", "purposes": ["teaching"], "issued": "2026-11-21T12:00:00Z", "law": "SE",
        "starts": "2026-12-01T00:00:00Z", "ends": "2028-12-01T00:00:00Z", "notice_days": 90,
    }  # fmt: skip
    draft = read.content["terms"]
    terms = read_terms(draft | {one: value for one, value in filled.items() if one in read.content["missing"]})
    assert terms.orchestrator == "did:web:birch.example"
    assert terms.purposes == tuple(draft["purposes"] or ["teaching"])


def test_a_bilateral_contract_keeps_its_period_purpose_and_price(document: Document) -> None:
    read = read_contract(document("contract-bilateral"), IDENTITIES)
    terms, [giver, taker] = read.content["terms"], read.content["participations"]
    assert (terms["starts"][:10], terms["ends"][:10]) == ("2026-01-01", "2028-01-01")
    assert terms["purposes"] == giver["offerings"][0]["purposes"] == ["training-advice"]
    assert giver["offerings"][0]["policy"]["permission"][0]["duty"][0]["action"] == "compensate"
    assert (giver["role"], taker["role"], taker["offerings"]) == ("provider", "consumer", [])


def test_no_policy_that_is_carried_has_a_mistake(document: Document) -> None:
    for name in ("contract-signed", "contract-revoked", "contract-bilateral"):
        for one in read_contract(document(name), IDENTITIES).content["participations"]:
            for offering in one["offerings"]:
                if offering["policy"] is not None:
                    assert not [found for found in lint(offering["policy"]) if found.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "broken",
    [None, [], "text", 7, {}, {"@type": "Unicorn"}, {"_id": "x", "status": "signed"}],
)
def test_what_is_no_such_document_is_refused(broken: Any) -> None:
    for read in (read_self_description, read_contract):
        with pytest.raises(BadInput):
            read(broken)


def test_parts_of_the_wrong_kind_are_lost_one_by_one() -> None:
    read = read_contract({"ecosystem": 7, "members": ["x", {"participant": {}, "role": 3}], "serviceOfferings": 5,
                          "rolesAndObligations": [None, []], "revokedMembers": "all", "status": {"a": 1}})  # fmt: skip
    assert [one["role"] for one in read.content["participations"]] == ["member"]
    assert len(read.lost) > 5


def _leaves(value: Any, pointer: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        return [pointer] if isinstance(value, str) and value else []
    return [leaf for name, one in inner for leaf in _leaves(one, (*pointer, name))]


def _set(document: Any, pointer: tuple[Any, ...], value: str) -> None:
    for name in pointer[:-1]:
        document = document[name]
    document[pointer[-1]] = value


def _known(read: Read) -> Any:
    """What a reading says, without the identifier that is fresh each time."""
    content = copy.deepcopy(read.content)
    if isinstance(content.get("terms"), dict):
        content["terms"].pop("id")
    return content, [loss.path for loss in read.losses]
