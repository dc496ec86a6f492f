"""Whatever wallets and the school do, in whatever order: one token, one key, and what was revoked stays so."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import MoveNotAllowed
from skillspace.records.credentials.selective import verify
from skillspace.records.credentials.token_status import read_token_list
from skillspace.wire.jose import SigningKey
from tests.small_space import HeldClock
from tests.unit.trust.issuance.conftest import KEY, SCHOOL, House, public

STEPS = st.sampled_from(
    ["token", "wrong pin", "ask a", "ask b", "accept", "fail", "withdraw", "revoke", "minutes", "days"]
)
KEYS = {name: SigningKey.generate(name) for name in ("a", "b")}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One school for every history; each has an offer of its own."""
    folder: Path = tmp_path_factory.mktemp("school")
    return House(folder, HeldClock())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=12), with_pin=st.booleans())
def test_an_offer_opens_once_to_one_key_and_a_revocation_lasts(school: House, steps: list[str], with_pin: bool) -> None:
    offered = school.offer(with_pin=with_pin)
    tokens: list[str] = []
    given_to: set[str] = set()
    places, notices, revoked = set(), [""], False
    for step in steps:
        access = tokens[-1] if tokens else "none"
        headers = {"Authorization": f"Bearer {access}"}
        if step in ("token", "wrong pin"):
            answer = school.token(offered, offered.pin if step == "token" else "wrong!")
            tokens += [answer.json()["access_token"]] if answer.status_code == 200 else []
        elif step.startswith("ask"):
            key = KEYS[step[-1]]
            answer = school.credential(access, school.proof(key))
            if answer.status_code == 200:
                found = verify(
                    answer.json()["credentials"][0]["credential"], lambda *_: KEY.public_jwk(), school.clock()
                )
                assert found.holder_key == public(key)
                assert found.status is not None
                assert not revoked
                given_to.add(step[-1])
                places.add(found.status)
                notices.append(answer.json()["notification_id"])
        elif step in ("accept", "fail"):
            event = {"accept": "credential_accepted", "fail": "credential_failure"}[step]
            message = {"notification_id": notices[-1], "event": event}
            assert school.web.post("/openid4vci/notification", json=message, headers=headers).status_code < 500
        elif step in ("withdraw", "revoke"):
            with suppress(MoveNotAllowed), school.database.writing() as work:
                getattr(school.issuance, step)(work, offered.id)
                revoked = revoked or step == "revoke"
        else:
            school.clock.move(**{step: 3})
    assert len(tokens) <= 1
    assert len(given_to) <= 1
    assert len(places) <= 1
    if revoked:
        (place,) = places
        text = school.web.get("/openid4vci/status/tokens").text
        found_list = read_token_list(
            text, lambda *_: KEY.public_jwk(), school.clock(), address=place.address, issuer=SCHOOL
        )
        assert found_list.status(place.index) == 1
