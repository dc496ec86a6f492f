"""Receipts: a person can show years later, offline, exactly what they said yes to."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, SkillspaceError
from skillspace.trust.consent import Acting, check_receipt
from skillspace.trust.consent.receipts import PROOF, make_receipt
from skillspace.wire.canonical import canonical, digest
from skillspace.wire.jose import sign_jwt
from tests.unit.trust.consent.conftest import HUB, RIVAL, World


def _receipt(world: World, grant_id: str, language: str = "en") -> dict[str, Any]:
    with world[HUB].database.reading() as work:
        return dict(world[HUB].consents.receipt(work, grant_id, language))


def test_a_receipt_is_the_same_each_time_also_after_the_yes_was_stopped(world: World) -> None:
    grant = world.granted()
    first = _receipt(world, grant.id)
    world.clock.move(days=3)
    with world[HUB].database.writing() as work:
        world[HUB].consents.revoke(work, grant.id, "person-ada")
    assert _receipt(world, grant.id) == first


def test_a_receipt_verifies_offline_from_its_text_and_the_issuers_key(world: World) -> None:
    grant = world.granted()
    for language in ("sv", "en", "fr"):
        downloaded = json.loads(json.dumps(_receipt(world, grant.id, language), indent=2))
        key = world[HUB].key.public_jwk()
        assert check_receipt(downloaded, lambda _issuer, _kid, key=key: key) == HUB
        assert downloaded["dct:language"] == language
    assert world.calls == []


def test_a_language_without_a_receipt_gets_the_english_one(world: World) -> None:
    grant = world.granted()
    assert _receipt(world, grant.id, "de") == _receipt(world, grant.id, "en")


def test_a_receipt_has_the_sections_of_iso_27560_and_no_internal_name(world: World) -> None:
    grant = world.granted()
    receipt = _receipt(world, grant.id)
    record = receipt["dpv:hasRecordOfActivity"]
    for field in ("dct:identifier", "dct:conformsTo", "dct:created", "dct:publisher"):
        assert receipt[field]
    for field in ("hasDataSubject", "hasDataController", "hasJurisdiction", "hasProcess", "hasRight", "hasNotice"):
        assert record[f"dpv:{field}"]
    assert record["dpv:hasConsentStatus"]["dpv:isIndicatedAtTime"] == "2026-11-21T12:00:00.000Z"
    kinds = [data["@id"] for data in record["dpv:hasProcess"]["dpv:hasPersonalData"]]
    assert kinds == ["skillspace:skills-profile", "skillspace:plan"]
    assert record["dpv:hasDataSubject"]["@id"] == grant.subject
    assert "person-ada" not in json.dumps(receipt)


def test_a_receipt_says_who_really_said_yes(world: World) -> None:
    own = world.granted()
    said = _receipt(world, own.id)["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]["dpv:isIndicatedBy"]
    assert said == "dpv:DataSubject"
    guardian = Acting(actor="person-eve", name="Eve Example", capacity="guardian", mandate="mandate-1")
    with world[HUB].database.reading() as work:
        notice = world[HUB].consents.notice(work, own)
    by_another = make_receipt(
        replace(own, acting=guardian), notice, "en", key=world[HUB].key, own_did=HUB, own_name="hub", at=world.clock()
    )
    record: Any = by_another.document["dpv:hasRecordOfActivity"]
    assert record["dpv:hasConsentStatus"]["dpv:isIndicatedBy"] == {
        "@type": "dpv:HumanSubject",
        "skillspace:capacity": "guardian",
    }


def test_a_receipt_signed_without_a_publisher_is_refused_in_words(world: World) -> None:
    document: dict[str, Any] = {"@id": "urn:uuid:1", "dct:publisher": {}}
    claims = {"iss": HUB, "sub": "urn:uuid:1", "digest": f"sha-256:{digest(document)}"}
    document[PROOF] = {"jwt": sign_jwt(claims, world[HUB].key)}
    with pytest.raises(InvalidSignature):
        check_receipt(document, world.resolve_key)


def _paths(node: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(node, dict):
        return [found for name, value in node.items() for found in _paths(value, (*path, name))]
    if isinstance(node, list):
        return [found for place, value in enumerate(node) for found in _paths(value, (*path, place))]
    return [path]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_receipt_changed_anywhere_no_longer_verifies(world: World, data: st.DataObject) -> None:
    if not hasattr(world, "receipt"):
        world.receipt = _receipt(world, world.granted().id)  # type: ignore[attr-defined]
    changed = copy.deepcopy(world.receipt)  # type: ignore[attr-defined]
    content = {name: value for name, value in changed.items() if name != "skillspace:proof"}
    path = data.draw(st.sampled_from(_paths(content)))
    holder: Any = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = f"{holder[path[-1]]}x"
    with pytest.raises(InvalidSignature):
        check_receipt(changed, world.resolve_key)


def test_a_proof_of_another_receipt_or_another_signer_does_not_count(world: World) -> None:
    one, two = _receipt(world, world.granted().id), _receipt(world, world.granted(kinds=("plan",)).id)
    with pytest.raises(InvalidSignature):
        check_receipt(one | {"skillspace:proof": two["skillspace:proof"]}, world.resolve_key)
    with pytest.raises(InvalidSignature):
        check_receipt(one, lambda _issuer, _kid: world[RIVAL].key.public_jwk())
    with pytest.raises(BadInput):
        check_receipt({name: value for name, value in one.items() if name != "skillspace:proof"}, world.resolve_key)


@given(st.dictionaries(st.text(max_size=8), st.none() | st.text() | st.integers() | st.lists(st.text()), max_size=5))
def test_garbage_is_no_receipt(document: dict[str, object]) -> None:
    with pytest.raises(SkillspaceError):
        check_receipt(document | {"skillspace:proof": document}, lambda _issuer, _kid: {})


def test_the_canonical_form_does_not_depend_on_the_order_of_names() -> None:
    assert canonical({"b": [1, "é"], "a": True}) == '{"a":true,"b":[1,"é"]}'.encode()
