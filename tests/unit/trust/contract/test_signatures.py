"""Nothing counts that its party did not sign: forged, swapped and outdated signatures, at both ends of the wire."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.kernel.ids import new_id
from skillspace.trust.contract import SeatState, check_contract
from skillspace.trust.contract.errors import ForgedContract
from skillspace.trust.contract.messages import News
from skillspace.trust.contract.model import Participation
from skillspace.trust.contract.moving import Moves
from skillspace.trust.contract.plain import moment
from skillspace.trust.contract.replica import Replica, check
from skillspace.trust.contract.signing import countersign, sign_participation, sign_terms
from skillspace.wire.jose import SigningKey
from tests.unit.trust.contract.conftest import HUB, OTHER, SCHOOL, WORKS, World, diplomas

Valley = tuple[World, str]


def _order(contract: str, **act: Any) -> dict[str, Any]:
    return {"id": new_id("order"), "contract": contract, "act": act}


def _document(world: World, contract: str, member: str, **changes: Any) -> Participation:
    """What a member might sign next."""
    world.clock.move(seconds=1)
    return replace(world.seat(contract, member).document, signed=moment(world.clock()), **changes)


def _send_signature(
    world: World, contract: str, document: Participation, key: SigningKey, *, sender: str
) -> tuple[int, str]:
    signature = sign_participation(document, key, world.clock())
    body = _order(contract, move="sign", document=document.content(), signature=signature)
    reply = world[HUB].client.post("/contracts/orders", json=body, headers={"Authorization": f"Bearer {sender}"})
    return reply.status_code, reply.json().get("code", "")


def test_an_honest_signature_is_taken(valley: Valley) -> None:
    world, contract = valley
    document = _document(world, contract, WORKS)
    assert _send_signature(world, contract, document, world[WORKS].key, sender=WORKS) == (200, "")


def test_a_signature_by_another_key_is_refused(valley: Valley) -> None:
    world, contract = valley
    document = _document(world, contract, WORKS)
    forged = SigningKey.generate(world[WORKS].key.kid)
    assert _send_signature(world, contract, document, forged, sender=WORKS) == (400, "InvalidSignature")
    assert _send_signature(world, contract, document, world[SCHOOL].key, sender=WORKS)[1] == "ForgedContract"


def test_a_member_signs_for_itself_alone(valley: Valley) -> None:
    world, contract = valley
    document = _document(world, contract, SCHOOL)
    assert _send_signature(world, contract, document, world[SCHOOL].key, sender=WORKS)[1] == "ForgedContract"
    swapped = replace(_document(world, contract, SCHOOL), member=WORKS)
    assert _send_signature(world, contract, swapped, world[WORKS].key, sender=WORKS)[1] == "TermsChanged"


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"terms_hash": "0" * 64},
        {"role": "school"},
        {"offerings": (diplomas(provider=WORKS),)},
        {"id": "participation-of-nobody"},
    ],
)
def test_a_signature_on_anything_but_what_was_agreed_is_refused(valley: Valley, changes: dict[str, Any]) -> None:
    world, contract = valley
    document = _document(world, contract, WORKS, **changes)
    assert _send_signature(world, contract, document, world[WORKS].key, sender=WORKS) == (409, "TermsChanged")


def test_an_old_signature_is_not_taken_twice(valley: Valley) -> None:
    world, contract = valley
    document = world.seat(contract, WORKS).document
    assert _send_signature(world, contract, document, world[WORKS].key, sender=WORKS) == (400, "BadInput")


def test_only_the_orchestrators_word_brings_news(valley: Valley) -> None:
    world, contract = valley
    body = {"contract": contract, "revision": 10_000}
    told = world[SCHOOL].client.post("/contracts/news", json=body, headers={"Authorization": f"Bearer {OTHER}"})
    assert (told.status_code, told.json()["code"]) == (403, "NotYours")


def test_members_move_nothing_that_is_the_orchestrators(valley: Valley) -> None:
    world, contract = valley
    for act in ({"move": "exclude"}, {"move": "admit"}, {"move": "countersign"}, {"move": "suspend"}):
        reply = world[HUB].client.post(
            "/contracts/orders", json=_order(contract, **act), headers={"Authorization": f"Bearer {WORKS}"}
        )
        assert reply.status_code == 422
    assert world.seat(contract, SCHOOL).state is SeatState.IN_FORCE


def _news(world: World, contract: str) -> dict[str, Any]:
    reply = world[HUB].client.get(f"/contracts/{contract}?since=0", headers={"Authorization": f"Bearer {WORKS}"})
    return dict(reply.json())


def _take(world: World, told: dict[str, Any]) -> None:
    """Let the works take over news."""
    checked = check(News.model_validate(told), orchestrator=HUB, resolve_key=world.resolve_key)
    with world[WORKS].writing() as work:
        Replica(Moves(own_did=WORKS)).apply(work, checked)


def _seat_of(told: dict[str, Any], member: str) -> dict[str, Any]:
    found: dict[str, Any] = next(seat for seat in told["participations"] if seat["member"] == member)
    return found


def test_a_participation_the_orchestrator_made_up_is_not_believed(valley: Valley) -> None:
    world, contract = valley
    told = _news(world, contract)
    seat = _seat_of(told, SCHOOL)
    document = _document(world, contract, SCHOOL, offerings=(diplomas(roles=()),))
    fake = SigningKey.generate(world[SCHOOL].key.kid)
    seat["document"], seat["signature"] = document.content(), sign_participation(document, fake, world.clock())
    seat["countersignature"] = countersign(
        document,
        seat["signature"],
        fake.public_jwk(),
        orchestrator=HUB,
        key=world[HUB].key,
        at=world.clock(),
    )
    told["revision"] += 1
    seat["revision"] = told["revision"]
    _take(world, told)
    assert world.seat(contract, SCHOOL, seen_by=WORKS).fault.startswith("InvalidSignature")
    assert world.binds(WORKS) is None


def test_signatures_swapped_between_members_are_not_believed(valley: Valley) -> None:
    world, contract = valley
    told = _news(world, contract)
    one, other = _seat_of(told, SCHOOL), _seat_of(told, WORKS)
    one["signature"], other["signature"] = other["signature"], one["signature"]
    told["revision"] += 1
    one["revision"] = other["revision"] = told["revision"]
    _take(world, told)
    assert world.seat(contract, SCHOOL, seen_by=WORKS).fault.startswith("ForgedContract")
    assert world.binds(WORKS) is None


def test_an_older_document_does_not_come_back(valley: Valley) -> None:
    world, contract = valley
    old = _seat_of(_news(world, contract), SCHOOL)
    world.clock.move(seconds=1)
    world.sign(contract, SCHOOL)
    told = _news(world, contract)
    seat = _seat_of(told, SCHOOL)
    told["revision"] += 1
    seat |= {name: old[name] for name in ("document", "signature", "countersignature")}
    seat["revision"] = told["revision"]
    _take(world, told)
    assert "older" in world.seat(contract, SCHOOL, seen_by=WORKS).fault
    assert world.binds(WORKS) is None


def test_versions_that_do_not_follow_each_other_change_nothing(valley: Valley) -> None:
    world, contract = valley
    with world[HUB].reading() as work:
        terms = world[HUB].room.contracts.terms(work, contract)
    for second in (
        replace(terms, version=2, previous="0" * 64),
        replace(terms, version=3, previous=terms.hash),
        replace(terms, version=2, previous=terms.hash, notice_days=0, material=False),
        replace(terms, title="Another first version"),
        replace(terms, version=2, previous=terms.hash, kind="bilateral"),
    ):
        told = _news(world, contract)
        signature = sign_terms(second, world[HUB].key, world.clock())
        told["versions"] = [{"terms": second.content(), "signature": signature}]
        told["revision"] += 1
        with pytest.raises(ForgedContract):
            _take(world, told)
    unsigned = replace(terms, version=2, previous=terms.hash, title="Nobody signed this")
    told = _news(world, contract)
    told["versions"] = [{"terms": unsigned.content(), "signature": told["versions"][0]["signature"]}]
    with pytest.raises(ForgedContract):
        _take(world, told)
    with world[WORKS].reading() as work:
        assert world[WORKS].room.contracts.terms(work, contract) == terms


def test_whose_key_cannot_be_had_is_not_believed_until_it_can(world: World) -> None:
    contract = world.ecosystem()
    world.joined(contract, SCHOOL, "school", diplomas())
    world.unpublished.add(SCHOOL)
    world.joined(contract, WORKS, "employer")
    assert "PeerUnreachable" in " ".join(world.seat(contract, SCHOOL, seen_by=WORKS).fault.splitlines())
    assert world.binds(WORKS) is None
    world.unpublished.clear()
    world.clock.move(hours=1)
    world.tick(WORKS)
    world.settle()
    assert world.binds(WORKS) is not None


def test_a_new_key_signs_again_by_itself_what_the_old_one_signed(valley: Valley) -> None:
    world, contract = valley
    world.clock.move(days=1)
    for did in (SCHOOL, HUB):
        world.rotate(did)
    world.settle()
    world.retired.clear()
    # The old keys are gone, and a newcomer believes everybody all the same.
    world.joined(contract, OTHER, "employer")
    assert world.binds(OTHER, consumer=OTHER) is not None
    assert world.binds(WORKS) is not None


def _exported(world: World, contract: str, node: str = WORKS) -> dict[str, Any]:
    with world[node].reading() as work:
        return world[node].room.contracts.export(work, contract)


def test_an_exported_contract_is_checked_with_nothing_but_public_keys(valley: Valley) -> None:
    world, contract = valley
    for node in (HUB, SCHOOL, WORKS):
        report = check_contract(_exported(world, contract, node), world.resolve_key)
        assert (report.contract, report.orchestrator, report.version) == (contract, HUB, 1)
        assert {party.member for party in report.parties} == {HUB, SCHOOL, WORKS}
        assert all(party.is_published for party in report.parties)


def test_a_contract_stays_evidence_when_the_keys_are_no_longer_published(valley: Valley) -> None:
    world, contract = valley
    document = _exported(world, contract)

    def no_key(issuer: str, kid: str) -> dict[str, object]:
        raise InvalidSignature(f"{issuer} names no key {kid}.")

    report = check_contract(document, no_key)
    assert not report.is_published
    assert not any(party.is_published for party in report.parties)


def test_a_newcomers_evidence_holds_though_the_first_version_was_signed_with_a_key_that_is_gone(valley: Valley) -> None:
    world, contract = valley
    world.clock.move(days=1)
    world.rotate(HUB, keep=False)
    world.settle()
    with world[HUB].writing() as work:
        world[HUB].room.record.revise(work, contract, {"notice_days": 60}, material=True)
    world.settle()
    world.joined(contract, OTHER, "employer")
    report = check_contract(_exported(world, contract, OTHER), world.resolve_key)
    assert (report.version, report.is_published) == (2, True)


def test_evidence_that_was_touched_is_refused(valley: Valley) -> None:
    world, contract = valley
    touched = []
    for place in range(6):
        document = _exported(world, contract)
        versions, seats = document["versions"], document["participations"]
        school = next(seat for seat in seats if seat["document"]["member"] == SCHOOL)
        works = next(seat for seat in seats if seat["document"]["member"] == WORKS)
        match place:
            case 0:
                versions[0]["terms"] = versions[0]["terms"] | {"notice_days": 1}
            case 1:
                school["document"] = school["document"] | {"role": "employer"}
            case 2:
                school["signature"], works["signature"] = works["signature"], school["signature"]
            case 3:
                school["countersignature"] = works["countersignature"]
            case 4:
                school["key"] = works["key"]
            case 5:
                document["contract"] = "urn:skillspace:contract:another"
        touched.append(document)
    for document in touched:
        with pytest.raises((ForgedContract, BadInput, InvalidSignature)):
            check_contract(document, world.resolve_key)
