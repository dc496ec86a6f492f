"""The token service speaks for this node: it gives tokens to named clients only, within their scopes."""

from __future__ import annotations

import base64

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from skillspace.kernel.errors import BadInput, Conflict
from skillspace.trust.claims.scopes import of_type
from skillspace.trust.claims.store import sts_clients
from skillspace.wire.jose import read_unverified
from tests.unit.trust.claims.parties import BADGE, DIPLOMA, Party

AUDIENCE = "did:web:verifier.example"
PATH = "/dcp/sts/token"


@pytest.fixture
def secret(holder: Party) -> str:
    with holder.database.writing() as work:
        return holder.sts.add_client(work, "connector", [str(of_type(DIPLOMA))])


@pytest.fixture
def site(holder: Party) -> TestClient:
    return holder.site


def form(secret: str, **changes: str | None) -> dict[str, str]:
    content = {"grant_type": "client_credentials", "client_id": "connector", "client_secret": secret}
    return {name: value for name, value in ({**content, "audience": AUDIENCE} | changes).items() if value is not None}


def test_a_client_gets_a_token_that_proves_who_this_node_is(
    holder: Party, verifier: Party, site: TestClient, secret: str
) -> None:
    answer = site.post(PATH, data=form(secret))
    assert answer.headers["cache-control"] == "no-store"
    assert {**answer.json(), "access_token": ""} == {"access_token": "", "token_type": "Bearer", "expires_in": 60}
    caller = verifier.verifier.caller(f"Bearer {answer.json()['access_token']}")
    assert (caller.did, caller.access_token) == (holder.did, None)


def test_with_a_scope_the_token_lets_its_audience_read(
    holder: Party, verifier: Party, university: Party, site: TestClient, secret: str
) -> None:
    with university.database.writing() as work:
        token = university.issuer.issue(work, holder.did, DIPLOMA, "vc11-sl2021/jwt")
    with holder.database.writing() as work:
        holder.wallet.keep(work, university.did, token)
    answer = site.post(PATH, data=form(secret, bearer_access_scope=str(of_type(DIPLOMA))))
    caller = verifier.verifier.caller(f"Bearer {answer.json()['access_token']}")
    assert [each.types[-1] for each in verifier.verifier.credentials(caller, [DIPLOMA])] == [DIPLOMA]


def test_a_token_the_client_has_already_is_put_inside(site: TestClient, secret: str) -> None:
    answer = site.post(PATH, data=form(secret, token="from elsewhere"))
    assert read_unverified(answer.json()["access_token"])[1]["token"] == "from elsewhere"


def test_a_client_may_name_itself_by_basic_authentication(site: TestClient, secret: str) -> None:
    basic = base64.b64encode(f"connector:{secret}".encode()).decode()
    bare = form(secret, client_id=None, client_secret=None)
    assert site.post(PATH, data=bare, headers={"Authorization": f"Basic {basic}"}).status_code == 200
    for wrong in ("Basic x", "Basic ", "Bearer abc", f"Basic {base64.b64encode(b'connector').decode()}"):
        answer = site.post(PATH, data=bare, headers={"Authorization": wrong})
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "unsupported_grant_type"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"client_id": None}, 401, "invalid_client"),
        ({"audience": None}, 400, "invalid_request"),
        ({"audience": "https://verifier.example"}, 400, "invalid_request"),
        ({"bearer_access_scope": str(of_type(BADGE))}, 400, "invalid_scope"),
        ({"bearer_access_scope": f"{of_type(DIPLOMA)} {of_type(BADGE)}"}, 400, "invalid_scope"),
        ({"bearer_access_scope": "made up"}, 400, "invalid_scope"),
        ({"bearer_access_scope": " "}, 400, "invalid_scope"),
        ({"bearer_access_scope": str(of_type(DIPLOMA)), "token": "x"}, 400, "invalid_request"),
    ],
)
def test_anything_else_gets_no_token_and_the_reason(
    site: TestClient, secret: str, changes: dict[str, str | None], status: int, error: str
) -> None:
    answer = site.post(PATH, data=form(secret, **changes))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert "access_token" not in answer.json()


def test_of_a_secret_only_its_hash_is_kept(holder: Party, secret: str) -> None:
    with holder.database.reading() as work:
        [row] = work.rows(sa.select(sts_clients))
    assert secret not in str(dict(row))


def test_a_client_is_named_once_and_can_be_taken_away(holder: Party, site: TestClient, secret: str) -> None:
    with pytest.raises(Conflict), holder.database.writing() as work:
        holder.sts.add_client(work, "connector", [])
    with holder.database.writing() as work:
        holder.sts.remove_client(work, "connector")
    assert site.post(PATH, data=form(secret)).status_code == 401


def test_a_weak_secret_or_a_made_up_scope_is_refused(holder: Party) -> None:
    with holder.database.writing() as work:
        for name, scopes, secret in (("a", [], "short"), ("b", ["made up"], None), ("", [], None), ("x\n", [], None)):
            with pytest.raises(BadInput):
                holder.sts.add_client(work, name, scopes, secret=secret)
