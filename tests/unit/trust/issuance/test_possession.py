"""A token that was given to a key opens nothing in other hands, whatever of it was overheard."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.trust.issuance import CODE_GRANT, GRANT, challenge_of
from skillspace.wire.dpop import ALGORITHMS, prove, thumbprint
from skillspace.wire.jose import SigningKey
from tests.small_space import HeldClock
from tests.unit.trust.issuance.conftest import ADDRESS, BACK, CLIENT, House, code_of, offer_of

BASE = f"{ADDRESS}/openid4vci"
OTHER = SigningKey.generate("other")


class Prover:
    """A wallet that proves a key with its calls; a step at a time, so that each can go wrong."""

    def __init__(self, house: House, key: SigningKey) -> None:
        self.house = house
        self.key = key

    def nonce(self) -> str:
        return str(self.house.web.post("/openid4vci/nonce").headers["dpop-nonce"])

    def proof(self, path: str, access: str | None = None, *, key: SigningKey | None = None, **changes: Any) -> str:
        made = {"nonce": self.nonce(), "at": self.house.clock(), "access_token": access} | changes
        return prove(key or self.key, made.pop("method", "POST"), f"{BASE}{path}", **made)

    def post(self, path: str, *proofs: str, access: str | None = None, scheme: str = "DPoP", **content: Any) -> Any:
        headers = [("DPoP", proof) for proof in proofs]
        headers += [("Authorization", f"{scheme} {access}")] if access else []
        return self.house.web.post(f"/openid4vci{path}", headers=headers, **content)  # type: ignore[arg-type]

    def token(self, link: str, *proofs: str) -> Any:
        return self.post("/token", *proofs, data={"grant_type": GRANT, "pre-authorized_code": code_of(link)})

    def access(self) -> str:
        answer = self.token(self.house.offer().link, self.proof("/token"))
        assert answer.status_code == 200, answer.text
        assert answer.json()["token_type"] == "DPoP"
        return str(answer.json()["access_token"])

    def request(self) -> dict[str, Any]:
        proofs = {"jwt": [self.house.proof(self.key)]}
        return {"credential_configuration_id": "achievement-sd-jwt", "proofs": proofs}


@pytest.fixture
def app(house: House, wallet: SigningKey) -> Prover:
    return Prover(house, wallet)


def refused(answer: Any, status: int = 401, error: str = "invalid_dpop_proof") -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_the_metadata_says_with_what_a_key_is_proven(house: House) -> None:
    server = house.web.get("/.well-known/oauth-authorization-server").json()
    assert server["dpop_signing_alg_values_supported"] == list(ALGORITHMS)


def test_who_proves_a_key_gets_the_credential_with_it(house: House, app: Prover) -> None:
    access = app.access()
    answer = app.post("/credential", app.proof("/credential", access), access=access, json=app.request())
    assert answer.status_code == 200, answer.text
    message = {"notification_id": answer.json()["notification_id"], "event": "credential_accepted"}
    told = app.post("/notification", app.proof("/notification", access), access=access, json=message)
    assert told.status_code == 204


def test_without_our_nonce_a_wallet_is_told_which_to_use_and_nothing_is_spent(house: House, app: Prover) -> None:
    link = house.offer().link
    answer = app.token(link, app.proof("/token", nonce=None))
    refused(answer, 400, "use_dpop_nonce")
    refused(app.token(link, app.proof("/token", nonce=house.nonce())), 400, "use_dpop_nonce")
    assert app.token(link, app.proof("/token", nonce=answer.headers["dpop-nonce"])).status_code == 200
    access = app.access()
    late = app.proof("/credential", access)
    house.clock.move(minutes=1)
    stale = app.proof("/credential", access, nonce="1.x.y")
    answer = app.post("/credential", stale, access=access, json=app.request())
    refused(answer, 401, "use_dpop_nonce")
    assert answer.headers["www-authenticate"] == 'DPoP error="use_dpop_nonce"'
    assert app.post("/credential", late, access=access, json=app.request()).status_code == 200


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"method": "GET"}, "/credential"),
        ({}, "/token"),
        ({"access": "another token"}, "/credential"),
        ({"access": None}, "/credential"),
        ({"at": HeldClock().at}, "/credential"),
    ],
    ids=["wrong method", "wrong place", "wrong token", "no token", "too old"],
)
def test_a_proof_for_another_call_opens_nothing(house: House, app: Prover, changes: dict[str, Any], path: str) -> None:
    access = app.access()
    house.clock.move(minutes=3)
    proof = app.proof(path, changes.pop("access", access), **changes)
    refused(app.post("/credential", proof, access=access, json=app.request()))


def test_a_stolen_token_opens_nothing(house: House, app: Prover) -> None:
    access, request = app.access(), app.request()
    foreign = app.proof("/credential", access, key=OTHER)
    refused(app.post("/credential", foreign, access=access, json=request), 401, "invalid_token")
    refused(app.post("/credential", access=access, scheme="Bearer", json=request), 401, "invalid_token")
    refused(app.post("/credential", access=access, json=request))
    two = [app.proof("/credential", access) for _ in range(2)]
    refused(app.post("/credential", *two, access=access, json=request))


def test_a_proof_counts_once_whatever_came_of_it(house: House, app: Prover) -> None:
    access = app.access()
    proof = app.proof("/credential", access)
    assert app.post("/credential", proof, access=access, json={}).status_code == 400
    refused(app.post("/credential", proof, access=access, json=app.request()))


def test_a_token_that_was_bound_to_no_key_is_none_of_a_key(house: House, app: Prover, wallet: SigningKey) -> None:
    access = house.access(house.offer())
    refused(
        app.post("/credential", app.proof("/credential", access), access=access, json=app.request()),
        401,
        "invalid_token",
    )
    assert house.credential(access, house.proof(wallet)).status_code == 200


def pushed(app: Prover, link: str, *proofs: str, **more: str) -> Any:
    form = {"client_id": CLIENT, "redirect_uri": BACK, "response_type": "code", "code_challenge_method": "S256"}
    form |= {"code_challenge": challenge_of("v" * 43), "scope": "achievement-sd-jwt"} | more
    form |= {"issuer_state": offer_of(link)["grants"][CODE_GRANT]["issuer_state"]}
    return app.post("/par", *proofs, data=form)


@pytest.mark.parametrize("is_named", [False, True], ids=["proven", "named"])
def test_a_code_is_for_the_key_that_was_pushed_with_its_request(house: House, app: Prover, is_named: bool) -> None:
    link = house.offer().link
    told = {"dpop_jkt": thumbprint(app.key.public_jwk())} if is_named else {}
    codes = []
    for _ in range(2):
        answer = pushed(app, link, *(() if is_named else (app.proof("/par"),)), **told)
        assert answer.status_code == 201, answer.text
        with house.database.writing() as work:
            back = house.issuance.sign_ins.allow(work, answer.json()["request_uri"], "")
        codes.append(back.partition("code=")[2].partition("&")[0])
        form = {"grant_type": CODE_GRANT, "code": codes[-1], "client_id": CLIENT, "redirect_uri": BACK}
        form |= {"code_verifier": "v" * 43}
        key = OTHER if len(codes) == 1 else app.key
        answer = app.post("/token", app.proof("/token", key=key), data=form)
        assert (answer.status_code, answer.json().get("error")) == ((400, "invalid_grant"), (200, None))[len(codes) - 1]


def test_a_key_that_is_named_must_be_the_one_that_is_proven(house: House, app: Prover) -> None:
    link = house.offer().link
    other = thumbprint(OTHER.public_jwk())
    refused(pushed(app, link, app.proof("/par"), dpop_jkt=other), 400)
    refused(pushed(app, link, dpop_jkt="short"), 400)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("school"), HeldClock())


STEPS = st.sampled_from(["mine", "mine again", "foreign", "bearer", "replayed", "minute", "other place"])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=8), is_bound=st.booleans())
def test_whatever_is_tried_a_token_opens_to_its_own_key_alone(school: House, steps: list[str], is_bound: bool) -> None:
    app = Prover(school, SigningKey.generate("mine"))
    access = app.access() if is_bound else school.access(school.offer())
    spent: list[str] = []
    for step in steps:
        if step == "minute":
            school.clock.move(minutes=1)
            continue
        place, key = "/token" if step == "other place" else "/credential", OTHER if step == "foreign" else None
        proofs = [] if step == "bearer" else [app.proof(place, access, key=key)]
        proofs = spent[-1:] if step == "replayed" else proofs
        scheme = "Bearer" if step == "bearer" else "DPoP"
        answer = app.post("/credential", *proofs, access=access, scheme=scheme, json=app.request())
        opens = step.startswith("mine") if is_bound else step == "bearer"
        assert (answer.status_code == 200) is opens, answer.text
        spent += proofs
