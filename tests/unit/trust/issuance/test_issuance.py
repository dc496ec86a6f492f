"""Issuing to wallets: a code once, a key proven with a nonce once, one credential for one key, and back again."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import MoveNotAllowed
from skillspace.people.holdings.offered import OfferedShelf
from skillspace.records.achievement import VCT, read
from skillspace.records.credentials import verify as verify_plain
from skillspace.records.credentials.selective import verify
from skillspace.records.credentials.token_status import read_token_list
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.identity.multikey import multikey_of_jwk
from skillspace.trust.issuance.machine import OFFER
from skillspace.wire.jose import SigningKey
from tests.unit.trust.issuance.conftest import ADDRESS, KEY, SCHOOL, WELDING, House, code_of, offer_of, public


def key_of(_issuer: str, _kid: str) -> dict[str, str]:
    return KEY.public_jwk()


def taken(house: House, wallet: SigningKey, name: str = "achievement-sd-jwt") -> dict[str, Any]:
    answer = house.credential(house.access(house.offer()), house.proof(wallet), name)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return dict(answer.json())


def test_the_metadata_says_where_and_what(house: House) -> None:
    told = house.web.get("/.well-known/openid-credential-issuer").json()
    assert told["credential_issuer"] == ADDRESS
    assert told["credential_endpoint"] == f"{ADDRESS}/openid4vci/credential"
    found = {name: each["format"] for name, each in told["credential_configurations_supported"].items()}
    assert found == {"achievement-sd-jwt": "dc+sd-jwt", "achievement-badge": "jwt_vc_json"}
    assert told["credential_configurations_supported"]["achievement-sd-jwt"]["vct"] == VCT
    server = house.web.get("/.well-known/oauth-authorization-server").json()
    assert server["issuer"] == ADDRESS
    assert server["token_endpoint"] == f"{ADDRESS}/openid4vci/token"
    assert server["pre-authorized_grant_anonymous_access_supported"] is True


def test_an_offer_is_in_its_link_and_its_transaction_code_is_not(house: House) -> None:
    offered = house.offer(with_pin=True)
    told = offer_of(offered.link)
    assert offered.link.startswith("openid-credential-offer://?")
    assert told["credential_issuer"] == ADDRESS
    assert offered.pin is not None
    assert offered.pin not in offered.link
    assert len(offered.pin) == 6


def test_a_wallet_gets_the_achievement_bound_to_its_key(house: House, wallet: SigningKey) -> None:
    token = taken(house, wallet)["credentials"][0]["credential"]
    found = verify(token, key_of, house.clock())
    assert (found.vct, found.issuer, found.holder_key) == (VCT, SCHOOL, public(wallet))
    assert read(token, key_of, house.clock()).achievement == WELDING


def test_a_wallet_gets_an_open_badge_about_its_key(house: House, wallet: SigningKey) -> None:
    multikey = multikey_of_jwk(public(wallet))
    access = house.access(house.offer())
    proof = house.proof(wallet, named={"kid": f"did:key:{multikey}#{multikey}"})
    token = house.credential(access, proof, "achievement-badge").json()["credentials"][0]["credential"]
    found = verify_plain(token, key_of, house.clock())
    assert found.subject_id == f"did:key:{multikey}"
    assert "OpenBadgeCredential" in found.types
    assert [entry.purpose for entry in found.status] == ["revocation"]


def test_a_code_opens_one_token_ever(house: House) -> None:
    offered = house.offer()
    assert house.token(offered).status_code == 200
    again = house.token(offered)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_code_runs_out(house: House) -> None:
    offered = house.offer()
    house.clock.move(days=8)
    assert house.token(offered).json()["error"] == "invalid_grant"


def test_the_transaction_code_is_demanded_and_five_wrong_ones_end_the_offer(house: House) -> None:
    offered = house.offer(with_pin=True)
    assert house.token(offered).json()["error"] == "invalid_request"
    wrong = "000000" if offered.pin != "000000" else "111111"
    for _ in range(4):
        assert house.token(offered, wrong).json()["error"] == "invalid_grant"
    assert house.token(offered, offered.pin).json()["error"] == "invalid_grant"
    assert house.state(offered) == "withdrawn"


def test_a_transaction_code_where_none_belongs_is_refused(house: House) -> None:
    assert house.token(house.offer(), "123456").json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_grant"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:pre-authorized_code"}, "invalid_request"),
    ],
)
def test_another_grant_is_named_as_the_standard_does(house: House, form: dict[str, str], error: str) -> None:
    answer = house.web.post("/openid4vci/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_nonce_counts_once(house: House, wallet: SigningKey) -> None:
    access, nonce = house.access(house.offer()), house.nonce()
    assert house.credential(access, house.proof(wallet, nonce=nonce)).status_code == 200
    again = house.credential(access, house.proof(wallet, nonce=nonce))
    assert (again.status_code, again.json()["error"]) == (400, "invalid_nonce")


def test_a_nonce_runs_out(house: House, wallet: SigningKey) -> None:
    access, nonce = house.access(house.offer()), house.nonce()
    house.clock.move(minutes=6)
    assert house.credential(access, house.proof(wallet, nonce=nonce)).json()["error"] == "invalid_nonce"


def test_a_lost_answer_is_given_again_to_the_same_key_and_to_no_other(house: House, wallet: SigningKey) -> None:
    access = house.access(house.offer())
    first = house.credential(access, house.proof(wallet)).json()["credentials"][0]["credential"]
    second = house.credential(access, house.proof(wallet)).json()["credentials"][0]["credential"]
    places = [verify(token, key_of, house.clock()).status for token in (first, second)]
    assert places[0] == places[1]
    other = house.credential(access, house.proof(SigningKey.generate("thief")))
    assert (other.status_code, other.json()["error"]) == (400, "credential_request_denied")


def test_an_access_token_runs_out_and_is_no_secret_of_another(house: House, wallet: SigningKey) -> None:
    access = house.access(house.offer())
    for wrong in (code_of(house.offer().link), "nothing"):
        answer = house.credential(wrong, house.proof(wallet))
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    house.clock.move(minutes=11)
    assert house.credential(access, house.proof(wallet)).json()["error"] == "invalid_token"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://elsewhere.example"},
        {"iat": 0},
        {"iat": None},
        {"nonce": None},
        {"nonce": 7},
        {"typ": "JWT"},
        {"named": {}},
        {"named": {"kid": "did:web:wallet.example#key"}},
        {"named": {"jwk": {"kty": "oct", "k": "c2VjcmV0"}}},
    ],
    ids=["audience", "old", "no time", "no nonce", "odd nonce", "type", "no key", "a key elsewhere", "a shared secret"],
)
def test_a_proof_that_proves_nothing_is_refused(house: House, wallet: SigningKey, changes: dict[str, Any]) -> None:
    answer = house.credential(house.access(house.offer()), house.proof(wallet, **changes))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_proof")


def test_a_proof_signed_by_another_key_or_with_the_private_one_in_it_is_refused(
    house: House, wallet: SigningKey
) -> None:
    access = house.access(house.offer())
    thief = SigningKey.generate("thief")
    for named in ({"jwk": public(thief)}, {"jwk": wallet.private_jwk()}, {"jwk": public(wallet), "kid": "did:key:z"}):
        assert house.credential(access, house.proof(wallet, named=named)).json()["error"] == "invalid_proof"


@pytest.mark.parametrize("proofs", [None, {}, {"jwt": []}, {"jwt": ["a", "b"]}, {"jwt": [7]}, {"ldp_vp": ["a"]}, []])
def test_exactly_one_proof_is_taken(house: House, proofs: object) -> None:
    answer = house.credential(house.access(house.offer()), "", proofs=proofs)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_proof")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"credential_configuration_id": "diploma"}, "unknown_credential_configuration"),
        ({"credential_configuration_id": 7}, "invalid_credential_request"),
        ({"credential_identifier": "a"}, "unknown_credential_identifier"),
        ({"credential_response_encryption": {}}, "invalid_encryption_parameters"),
    ],
)
def test_a_request_for_something_else_is_named(
    house: House, wallet: SigningKey, changes: dict[str, Any], error: str
) -> None:
    answer = house.credential(house.access(house.offer()), house.proof(wallet), **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_body_that_is_no_request_is_refused(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.access(house.offer())}"}
    for body in (b"", b"[]", b"{", b"\xff", b'{"a":1,"a":2}'):
        answer = house.web.post("/openid4vci/credential", content=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_credential_request")


def test_the_issuer_hears_what_became_of_it_and_twice_is_once(house: House, wallet: SigningKey) -> None:
    offered = house.offer()
    access = house.access(offered)
    notice = house.credential(access, house.proof(wallet)).json()["notification_id"]
    headers = {"Authorization": f"Bearer {access}"}
    message = {"notification_id": notice, "event": "credential_accepted"}
    for _ in range(2):
        assert house.web.post("/openid4vci/notification", json=message, headers=headers).status_code == 204
    assert house.state(offered) == "accepted"
    for wrong, error in [
        ({"notification_id": "x", "event": "credential_accepted"}, "invalid_notification_id"),
        ({"notification_id": notice, "event": "eaten"}, "invalid_notification_request"),
        ({"notification_id": notice, "event": "credential_failure"}, "invalid_notification_request"),
    ]:
        answer = house.web.post("/openid4vci/notification", json=wrong, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_what_was_taken_back_stands_in_both_lists(house: House, wallet: SigningKey) -> None:
    offered = house.offer()
    token = house.credential(house.access(offered), house.proof(wallet)).json()["credentials"][0]["credential"]
    place = verify(token, key_of, house.clock()).status
    assert place is not None

    def status() -> int:
        told = house.web.get("/openid4vci/status/tokens")
        assert told.headers["content-type"].startswith("application/statuslist+jwt")
        at = house.clock()
        return read_token_list(told.text, key_of, at, address=place.address, issuer=SCHOOL).status(place.index)

    assert status() == 0
    with house.database.writing() as work:
        house.issuance.revoke(work, offered.id)
        assert house.issuance.register.is_revoked(work, place.index)
    assert status() == 1


def test_an_offer_that_was_taken_back_gives_nothing(house: House, wallet: SigningKey) -> None:
    offered = house.offer()
    access = house.access(offered)
    with house.database.writing() as work:
        house.issuance.withdraw(work, offered.id)
    assert house.credential(access, house.proof(wallet)).json()["error"] == "invalid_token"
    with house.database.writing() as work, pytest.raises(MoveNotAllowed):
        house.issuance.revoke(work, offered.id)


def test_of_codes_tokens_and_nonces_only_hashes_are_stored(house: House, wallet: SigningKey) -> None:
    offered = house.offer(with_pin=True)
    access, nonce = house.access(offered), house.nonce()
    notice = house.credential(access, house.proof(wallet)).json()["notification_id"]
    with house.database.reading() as work:
        stored = "".join(
            str(row)
            for table in ("wallet_offer", "wallet_nonce", "task")
            for row in work.rows(sa.select(sa.text("*")).select_from(sa.text(table)))
        )
    for secret in (code_of(offered.link), access, nonce, notice):
        assert secret not in stored


def test_the_content_of_an_offer_goes_with_its_token(house: House, wallet: SigningKey) -> None:
    offered, never = house.offer(), house.offer()
    house.credential(house.access(offered), house.proof(wallet))
    book = TaskBook()
    house.issuance.tasks(book)
    house.clock.move(days=8)
    Worker(house.database, book, threads=1).run_due()
    with house.database.reading() as work:
        rows = work.rows(sa.text("SELECT content FROM wallet_offer"))  # type: ignore[arg-type]
    assert [row["content"] for row in rows] == [None, None]
    assert (house.state(offered), house.state(never)) == ("issued", "expired")


def test_every_state_but_the_last_leads_on() -> None:
    assert {state.value for state in OFFER.final} == {"withdrawn", "expired", "revoked"}


def test_what_was_offered_is_told_to_its_person_and_forgotten_with_them(house: House, wallet: SigningKey) -> None:
    shelf = OfferedShelf(house.issuance)
    offered = house.offer()
    house.credential(house.access(offered), house.proof(wallet))
    with house.database.writing() as work:
        (document,) = shelf.shelved(work, "student-7")
        assert json.loads(document.body)["content"]["title"] == WELDING.title
        assert not list(shelf.shelved(work, "student-7", ["diploma"]))
        assert not list(shelf.shelved(work, "student-8"))
        shelf.forget(work, "student-7")
        assert not list(shelf.shelved(work, "student-7"))
        house.issuance.revoke(work, offered.id)
        assert house.issuance.content(work, offered.id) is None
