"""Signing in at the issuer: to the letter, once, for one wallet and the secret that it alone knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import MoveNotAllowed, NotFound
from skillspace.trust.issuance import CODE_GRANT, Offered, WrongPin, challenge_of
from skillspace.wire.jose import SigningKey
from tests.small_space import HeldClock
from tests.unit.trust.issuance.conftest import ADDRESS, BACK, CLIENT, House, offer_of

VERIFIER = "v" * 43


class Wallet:
    """A wallet that signs its holder in, step by step."""

    def __init__(self, house: House) -> None:
        self.house = house

    def push(self, offered: Offered, **changes: str | None) -> Any:
        form = {"client_id": CLIENT, "redirect_uri": BACK, "response_type": "code", "state": "mine"}
        form |= {"code_challenge": challenge_of(VERIFIER), "code_challenge_method": "S256"}
        form |= {"issuer_state": offer_of(offered.link)["grants"][CODE_GRANT]["issuer_state"]}
        form |= {"scope": "achievement-sd-jwt"}
        given = {name: value for name, value in (form | changes).items() if value is not None}
        return self.house.web.post("/openid4vci/par", data=given)

    def pushed(self, offered: Offered) -> str:
        answer = self.push(offered)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["request_uri"])

    def allowed(self, offered: Offered) -> dict[str, str]:
        request = self.pushed(offered)
        with self.house.database.writing() as work:
            return told(self.house.issuance.sign_ins.allow(work, request, offered.pin or ""))

    def token(self, code: str, **changes: str | None) -> Any:
        form = {"grant_type": CODE_GRANT, "code": code, "client_id": CLIENT, "redirect_uri": BACK}
        form |= {"code_verifier": VERIFIER}
        given = {name: value for name, value in (form | changes).items() if value is not None}
        return self.house.web.post("/openid4vci/token", data=given)


def told(address: str) -> dict[str, str]:
    assert address.startswith(f"{BACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture
def app(house: House) -> Wallet:
    return Wallet(house)


def test_the_metadata_says_that_requests_are_pushed_and_codes_bound(house: House) -> None:
    server = house.web.get("/.well-known/oauth-authorization-server").json()
    assert server["require_pushed_authorization_requests"] is True
    assert server["code_challenge_methods_supported"] == ["S256"]
    assert server["authorization_endpoint"] == f"{ADDRESS}/openid4vci/authorize"
    assert set(server["scopes_supported"]) == {"achievement-sd-jwt", "achievement-badge"}


def test_who_signs_in_gets_the_credential(house: House, app: Wallet, wallet: SigningKey) -> None:
    offered = house.offer(with_pin=True)
    request = app.pushed(offered)
    with house.database.reading() as work:
        seen = house.issuance.sign_ins.look(work, CLIENT, request)
    assert (seen.title, seen.wallet, seen.needs_pin) == ("Welding, part two", "space.example", True)
    with house.database.writing() as work:
        back = told(house.issuance.sign_ins.allow(work, request, offered.pin or ""))
    assert (back["state"], back["iss"]) == ("mine", ADDRESS)
    answer = app.token(back["code"])
    assert answer.status_code == 200, answer.text
    assert house.credential(answer.json()["access_token"], house.proof(wallet)).status_code == 200
    assert house.state(offered) == "issued"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "did:web:stranger.example"}, "invalid_client"),
        ({"redirect_uri": f"{BACK}/"}, "invalid_client"),
        ({"redirect_uri": f"{BACK}?x=y"}, "invalid_client"),
        ({"redirect_uri": None}, "invalid_client"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"issuer_state": None}, "invalid_request"),
        ({"issuer_state": "offer-1.0000"}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"request_uri": "urn:x"}, "invalid_request"),
        ({"state": "x" * 1001}, "invalid_request"),
    ],
    ids=str,
)
def test_a_request_that_is_not_to_the_letter_is_refused(
    house: House, app: Wallet, changes: dict[str, str | None], error: str
) -> None:
    answer = app.push(house.offer(), **changes)
    assert answer.json()["error"] == error
    assert "request_uri" not in answer.json()


def test_an_issuer_state_of_another_offer_does_not_fit(house: House, app: Wallet) -> None:
    first, second = (offer_of(house.offer().link)["grants"][CODE_GRANT]["issuer_state"] for _ in range(2))
    mixed = f"{first.rpartition('.')[0]}.{second.rpartition('.')[2]}"
    assert app.push(house.offer(), issuer_state=mixed).json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": None},
        {"code_verifier": challenge_of(VERIFIER)},
        {"client_id": "did:web:other.example"},
        {"client_id": None},
        {"redirect_uri": f"{BACK}#"},
        {"redirect_uri": None},
    ],
    ids=str,
)
def test_a_code_in_other_hands_opens_nothing_and_is_spent(
    house: House, app: Wallet, changes: dict[str, str | None]
) -> None:
    code = app.allowed(house.offer())["code"]
    assert app.token(code, **changes).json()["error"] == "invalid_grant"
    assert app.token(code).json()["error"] == "invalid_grant"


def test_a_code_that_comes_again_ends_the_token_it_opened(house: House, app: Wallet, wallet: SigningKey) -> None:
    code = app.allowed(house.offer())["code"]
    access = app.token(code).json()["access_token"]
    assert app.token(code).json()["error"] == "invalid_grant"
    assert house.credential(access, house.proof(wallet)).json()["error"] == "invalid_token"


def test_codes_and_requests_run_out(house: House, app: Wallet) -> None:
    offered = house.offer()
    code = app.allowed(offered)["code"]
    house.clock.move(minutes=3)
    assert app.token(code).json()["error"] == "invalid_grant"
    request = app.pushed(offered)
    house.clock.move(minutes=11)
    with house.database.writing() as work, pytest.raises(NotFound):
        house.issuance.sign_ins.allow(work, request, "")


def test_wrong_codes_are_counted_and_five_end_the_offer(house: House, app: Wallet) -> None:
    offered = house.offer(with_pin=True)
    request, sign_ins = app.pushed(offered), house.issuance.sign_ins
    for _ in range(5):
        with house.database.writing() as work:
            house.issuance.count_try_at(work, request)
        with house.database.writing() as work, pytest.raises(WrongPin):
            sign_ins.allow(work, request, "wrong!")
    with house.database.writing() as work:
        house.issuance.count_try_at(work, request)
    with house.database.writing() as work, pytest.raises(NotFound):
        sign_ins.allow(work, request, offered.pin or "")
    assert house.state(offered) == "withdrawn"


def test_a_no_goes_back_and_the_offer_stands(house: House, app: Wallet) -> None:
    offered = house.offer()
    request = app.pushed(offered)
    with house.database.writing() as work:
        back = told(house.issuance.sign_ins.refuse(work, request))
    assert (back["error"], "code" in back) == ("access_denied", False)
    with house.database.writing() as work, pytest.raises(NotFound):
        house.issuance.sign_ins.allow(work, request, "")
    assert app.token(app.allowed(offered)["code"]).status_code == 200


def test_another_wallet_does_not_see_what_was_pushed(house: House, app: Wallet) -> None:
    request = app.pushed(house.offer())
    with house.database.reading() as work, pytest.raises(NotFound):
        house.issuance.sign_ins.look(work, "did:web:other.example", request)


def test_a_field_that_comes_twice_is_none(house: House) -> None:
    body = f"grant_type={CODE_GRANT}&grant_type={CODE_GRANT}&code=x"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = house.web.post("/openid4vci/token", content=body, headers=headers)
    assert answer.json()["error"] == "unsupported_grant_type"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("school")
    made = House(folder, HeldClock())
    yield made
    made.database.close()


STEPS = st.sampled_from(
    ["push", "allow", "wrong pin", "refuse", "token", "stolen", "again", "pre-authorized", "withdraw", "minutes"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14), with_pin=st.booleans())
def test_whatever_happens_one_code_opens_one_token(school: House, steps: list[str], with_pin: bool) -> None:
    offered, app = school.offer(with_pin=with_pin), Wallet(school)
    sign_ins = school.issuance.sign_ins
    request, codes, tokens, stolen = "none", ["none"], [], 0
    for step in steps:
        if step == "push":
            answer = app.push(offered)
            request = answer.json().get("request_uri", request)
        elif step in ("allow", "wrong pin", "refuse"):
            with suppress(NotFound, WrongPin), school.database.writing() as work:
                pin = "wrong!" if step == "wrong pin" and with_pin else offered.pin or ""
                back = sign_ins.refuse(work, request) if step == "refuse" else sign_ins.allow(work, request, pin)
                assert step != "wrong pin" or not with_pin
                codes += [told(back)["code"]] if "code" in told(back) else []
        elif step in ("token", "again"):
            answer = app.token(codes[-1] if step == "token" else codes[0 if len(codes) == 1 else 1])
            tokens += [answer.json()["access_token"]] if answer.status_code == 200 else []
        elif step == "stolen":
            answer = app.token(codes[-1], code_verifier="t" * 43)
            stolen += answer.status_code == 200
        elif step == "pre-authorized":
            answer = school.token(offered, offered.pin)
            tokens += [answer.json()["access_token"]] if answer.status_code == 200 else []
        elif step == "withdraw":
            with suppress(MoveNotAllowed), school.database.writing() as work:
                school.issuance.withdraw(work, offered.id)
        else:
            school.clock.move(minutes=1.5)
    assert len(tokens) <= 1
    assert stolen == 0
