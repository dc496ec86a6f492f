"""Asking wallets: the request is signed, the answer counts once, holds what was asked for, and is forgotten in time."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, MoveNotAllowed
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.presentation import BY_HASH, BY_HOST, KnownBy, RequestState, skills_query
from skillspace.trust.presentation.machine import REQUEST
from skillspace.wire.certificates import chain_name, named_in, read_chain
from skillspace.wire.jose import read_unverified, verify_jwt
from skillspace.wire.jwe import encrypt
from tests.unit.trust.presentation.conftest import ADDRESS, VERIFIER, House

MIG, TIG = "http://data.europa.eu/esco/skill/mig", "http://data.europa.eu/esco/skill/tig"
TYPES = [["VerifiableCredential", "OpenBadgeCredential"]]
BADGE = {"credentials": [{"id": "badge", "format": "jwt_vc_json", "meta": {"type_values": TYPES}}]}
ANYBODYS = {"id": "a", "format": "dc+sd-jwt", "meta": {}, "require_cryptographic_holder_binding": False}


def test_a_request_is_signed_by_the_verifier_and_repeats_the_wallets_nonce(house: House) -> None:
    asked = house.ask()
    link = dict(parse_qsl(urlsplit(asked.link).query))
    assert link["client_id"] == f"decentralized_identifier:{VERIFIER}"
    assert link["request_uri"].startswith(ADDRESS)
    request = house.request(asked)
    assert request["client_id"] == link["client_id"]
    assert (request["aud"], request["wallet_nonce"]) == ("https://self-issued.me/v2", "w")
    assert (request["response_type"], request["response_mode"]) == ("vp_token", "direct_post.jwt")
    assert request["dcql_query"] == skills_query()
    assert request["purpose"] == "a job"


def test_a_request_by_value_says_all_in_the_link_and_is_known_by_where_answers_go(house: House) -> None:
    request = house.request(house.ask(known_by=KnownBy.ADDRESS))
    assert request["client_id"] == f"redirect_uri:{request['response_uri']}"
    answer = house.answer(request, {"achievement": [house.shown(request, ("skills", 0))]})
    assert answer.status_code == 200


def test_one_skill_is_shown_and_only_that_is_read(house: House) -> None:
    asked = house.ask()
    request = house.request(asked)
    answer = house.answer(request, {"achievement": [house.shown(request, ("skills", 1))]})
    assert (answer.status_code, answer.json()) == (200, {})
    status = house.status(asked)
    assert status.state is RequestState.ANSWERED
    assert status.shown is not None
    assert status.shown[0].claims == {
        "issuer_name": "School of Example",
        "language": "en",
        "skills": [{"label": "TIG welding", "concept": TIG, "language": "en"}],
    }


def test_a_skill_that_was_asked_for_by_name_must_be_there(house: House) -> None:
    request = house.request(house.ask(skills_query((MIG,))))
    wrong = house.answer(request, {"achievement": [house.shown(request, ("skills", 1))]})
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_request")
    assert house.answer(request, {"achievement": [house.shown(request, ("skills", 0))]}).status_code == 200


def test_an_open_badge_answers_a_request_for_one(house: House) -> None:
    asked = house.ask(BADGE)
    request = house.request(asked)
    assert house.answer(request, {"badge": [house.badge(request)]}).status_code == 200
    shown = house.status(asked).shown
    assert shown is not None
    assert "OpenBadgeCredential" in shown[0].types


def test_an_answer_counts_once_and_the_very_same_one_again_changes_nothing(house: House) -> None:
    asked = house.ask()
    request = house.request(asked)
    token = {"achievement": [house.shown(request, ("skills", 0))]}
    other = {"achievement": [house.shown(request, ("skills", 1))]}
    assert house.answer(request, token).status_code == 200
    assert house.answer(request, token).status_code == 200
    again = house.answer(request, other)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_request")
    shown = house.status(asked).shown
    assert shown is not None
    assert shown[0].claims["skills"][0]["label"] == "MIG welding"


def test_an_answer_to_another_request_counts_nowhere_else(house: House) -> None:
    first, second = house.request(house.ask()), house.request(house.ask())
    token = {"achievement": [house.shown(first, ("skills", 0))]}
    assert house.answer(second, token).status_code == 400
    assert house.answer(second, token, state=first["state"]).status_code == 400
    assert house.answer(first, token).status_code == 200


@pytest.mark.parametrize(
    ("places", "changes"),
    [
        ((("title",),), {}),
        ((), {}),
        ((("skills", 0),), {"nonce": "x"}),
        ((("skills", 0),), {"audience": "x"}),
        ((("skills", 0),), {"issuer": "did:web:stranger.example"}),
    ],
    ids=["something else", "nothing", "another nonce", "another audience", "an issuer nobody trusts"],
)
def test_what_does_not_answer_is_refused_and_the_request_still_waits(
    house: House, places: tuple[Any, ...], changes: dict[str, str]
) -> None:
    asked = house.ask()
    request = house.request(asked)
    answer = house.answer(request, {"achievement": [house.shown(request, *places, **changes)]})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert house.status(asked).state is RequestState.ASKED


@pytest.mark.parametrize(
    "vp_token", [{}, [], "x", 7, {"other": ["x"]}, {"achievement": []}, {"achievement": "x"}, {"achievement": [7]}]
)
def test_no_answer_of_another_shape_is_read(house: House, vp_token: object) -> None:
    request = house.request(house.ask())
    answer = house.answer(request, vp_token)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_two_credentials_where_one_was_asked_for_are_refused(house: House) -> None:
    request = house.request(house.ask())
    shown = [house.shown(request, ("skills", place)) for place in (0, 1)]
    assert house.answer(request, {"achievement": shown}).status_code == 400


def test_a_credential_that_was_taken_back_does_not_count(house: House) -> None:
    request = house.request(house.ask())
    house.revoked = True
    answer = house.answer(request, {"achievement": [house.shown(request, ("skills", 0))]})
    assert "taken back" in answer.json()["error_description"]


def test_a_no_is_heard_and_nothing_else(house: House) -> None:
    asked = house.ask()
    request = house.request(asked)
    form = {"error": "access_denied", "state": request["state"]}
    assert house.web.post(urlsplit(request["response_uri"]).path, data=form).status_code == 200
    status = house.status(asked)
    assert (status.state, status.reason, status.shown) == (RequestState.DECLINED, "access_denied", None)


@pytest.mark.parametrize("content", [b"\xff", b"state=a&state=b", b"vp_token=x"])
def test_a_form_that_could_mean_two_things_is_refused(house: House, content: bytes) -> None:
    request = house.request(house.ask())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    path = urlsplit(request["response_uri"]).path
    assert house.web.post(path, content=content, headers=headers).status_code == 400


def test_a_request_runs_out(house: House) -> None:
    asked = house.ask()
    request = house.request(asked)
    house.clock.move(minutes=31)
    assert house.answer(request, {"achievement": [house.shown(request, ("skills", 0))]}).status_code == 400
    assert house.web.get(f"/openid4vp/requests/{asked.id}").status_code == 404


def tidied(house: House) -> None:
    book = TaskBook()
    house.presentations.tasks(book)
    Worker(house.database, book, threads=1).run_due()


def test_what_was_shown_is_forgotten_after_its_time(house: House) -> None:
    asked, never = house.ask(), house.ask()
    request = house.request(asked)
    house.answer(request, {"achievement": [house.shown(request, ("skills", 0))]})
    house.clock.move(days=29)
    tidied(house)
    assert house.status(asked).shown is not None
    assert house.status(never).state is RequestState.EXPIRED
    house.clock.move(days=2)
    tidied(house)
    assert (house.status(asked).state, house.status(asked).shown) == (RequestState.FORGOTTEN, None)


def test_a_request_that_was_taken_back_is_over(house: House) -> None:
    asked = house.ask()
    request = house.request(asked)
    with house.database.writing() as work:
        house.presentations.withdraw(work, asked.id)
    assert house.answer(request, {"achievement": [house.shown(request, ("skills", 0))]}).status_code == 400
    with house.database.writing() as work, pytest.raises(MoveNotAllowed):
        house.presentations.forget(work, asked.id)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"credentials": []},
        {"credentials": [{"id": "a"}]},
        {"credentials": [{"id": "a b", "format": "dc+sd-jwt", "meta": {}}]},
        {"credentials": [{"id": "a", "format": "mso_mdoc", "meta": {}}]},
        {"credentials": [{"id": "a", "format": "dc+sd-jwt", "meta": {}}] * 2},
        {
            "credentials": [
                {"id": "a", "format": "dc+sd-jwt", "meta": {}, "require_cryptographic_holder_binding": False}
            ]
        },
    ],
)
def test_a_query_that_nobody_could_answer_is_not_asked(house: House, query: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        house.ask(query or {"credentials": None})


def test_the_nonce_of_a_request_is_stored_nowhere(house: House) -> None:
    request = house.request(house.ask())
    with house.database.reading() as work:
        stored = str(work.rows(sa.select(sa.text("*")).select_from(sa.text("presentation_request"))))
        stored += str(work.rows(sa.select(sa.text("*")).select_from(sa.text("task"))))
    assert request["nonce"] not in stored


def test_what_was_declined_or_forgotten_stays_so() -> None:
    assert {state.value for state in REQUEST.final} == {"declined", "withdrawn", "expired", "forgotten"}


def test_a_signed_request_is_answered_encrypted_for_it_alone(house: House) -> None:
    asked, other = house.ask(), house.ask()
    request = house.request(asked)
    (key,) = request["client_metadata"]["jwks"]["keys"]
    assert (key["alg"], key["use"], set(key) & {"d"}) == ("ECDH-ES", "enc", set())
    shown = {"achievement": [house.shown(request, ("skills", 0))]}
    path = urlsplit(request["response_uri"]).path
    clear = house.web.post(path, data={"vp_token": json.dumps(shown), "state": asked.id})
    assert (clear.status_code, "encrypted" in clear.json()["error_description"]) == (400, True)
    (others,) = house.request(other)["client_metadata"]["jwks"]["keys"]
    for_another = house.web.post(path, data={"response": encrypt({"vp_token": shown, "state": asked.id}, others)})
    assert (for_another.status_code, "opened" in for_another.json()["error_description"]) == (400, True)
    assert house.answer(request, shown).status_code == 200


def test_a_request_under_a_certificate_names_it_and_is_answered_encrypted_for_it(house: House) -> None:
    asked = house.ask(known_by=KnownBy.CERTIFICATE)
    link = dict(parse_qsl(urlsplit(asked.link).query))
    assert link["client_id"].startswith(BY_HASH)
    text = house.web.get(urlsplit(link["request_uri"]).path).text
    header, _ = read_unverified(text)
    (certificate,) = read_chain(chain_name(header))
    assert "kid" not in header
    assert link["client_id"] == f"{BY_HASH}{named_in(certificate).digest}"
    assert verify_jwt(text, named_in(certificate).jwk)["client_id"] == link["client_id"]
    request = house.request(asked)
    assert request["response_mode"] == "direct_post.jwt"
    for_another = house.shown(request, ("skills", 0), audience=f"decentralized_identifier:{VERIFIER}")
    assert house.answer(request, {"achievement": [for_another]}).status_code == 400
    assert house.answer(request, {"achievement": [house.shown(request, ("skills", 0))]}).status_code == 200


def test_a_request_may_be_known_by_the_host_of_its_certificate(house: House) -> None:
    asked = house.ask(known_by=KnownBy.HOST)
    link = dict(parse_qsl(urlsplit(asked.link).query))
    assert link["client_id"] == f"{BY_HOST}acme.example"
    request = house.request(asked)
    assert urlsplit(request["response_uri"]).hostname == "acme.example"
    assert house.answer(request, {"achievement": [house.shown(request, ("skills", 0))]}).status_code == 200


def test_without_a_certificate_nobody_is_asked_by_one(house: House) -> None:
    house.presentations._chain = ()
    assert house.presentations.ways == (KnownBy.DID, KnownBy.ADDRESS)
    for way in (KnownBy.CERTIFICATE, KnownBy.HOST):
        with pytest.raises(BadInput, match="certificate"):
            house.ask(known_by=way)


def test_a_request_by_value_is_answered_in_the_clear(house: House) -> None:
    request = house.request(house.ask(known_by=KnownBy.ADDRESS))
    assert request["response_mode"] == "direct_post"
    assert "jwks" not in json.loads(request["client_metadata"])


@pytest.mark.parametrize("known_by", [KnownBy.DID, KnownBy.CERTIFICATE, KnownBy.HOST])
def test_a_signed_request_says_who_asks_once(house: House, known_by: KnownBy) -> None:
    """An issuer (iss) beside the client_id is passed over by the standard, and some wallets stumble over it."""
    link = dict(parse_qsl(urlsplit(house.ask(known_by=known_by).link).query))
    _, claims = read_unverified(house.web.get(urlsplit(link["request_uri"]).path).text)
    assert (claims["client_id"], "iss" in claims) == (link["client_id"], False)
