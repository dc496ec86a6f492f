"""What somebody still has to decide waits under a name, through any fall, is given after a yes, and ends in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import MoveNotAllowed
from skillspace.records.achievement import read
from skillspace.records.credentials.selective import verify
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.issuance import Offered
from skillspace.wire.jose import SigningKey
from tests.small_space import HeldClock
from tests.unit.trust.issuance.conftest import ADDRESS, KEY, WELDING, House, public


def key_of(_issuer: str, _kid: str) -> dict[str, str]:
    return KEY.public_jwk()


def again(house: House, access: str, transaction: str) -> Any:
    headers = {"Authorization": f"Bearer {access}"}
    return house.web.post("/openid4vci/deferred", json={"transaction_id": transaction}, headers=headers)


def decide(house: House, offered: Offered) -> None:
    with house.database.writing() as work:
        house.issuance.decide(work, offered.id)


def told(house: House, access: str, notice: str, event: str = "credential_accepted") -> int:
    message = {"notification_id": notice, "event": event}
    headers = {"Authorization": f"Bearer {access}"}
    return int(house.web.post("/openid4vci/notification", json=message, headers=headers).status_code)


def tidied(house: House) -> None:
    book = TaskBook()
    house.issuance.tasks(book)
    Worker(house.database, book, threads=1).run_due()


class Waiting:
    """An offer that is taken, and waits."""

    def __init__(self, house: House, wallet: SigningKey) -> None:
        self.offered = house.offer(is_undecided=True)
        answer = house.token(self.offered)
        self.access = str(answer.json()["access_token"])
        self.lasts = int(answer.json()["expires_in"])
        first = house.credential(self.access, house.proof(wallet))
        assert (first.status_code, first.headers["cache-control"]) == (202, "no-store"), first.text
        self.transaction, self.interval = str(first.json()["transaction_id"]), first.json()["interval"]


@pytest.fixture
def waiting(house: House, wallet: SigningKey) -> Waiting:
    return Waiting(house, wallet)


def test_the_metadata_says_where_to_ask_again(house: House) -> None:
    found = house.web.get("/.well-known/openid-credential-issuer").json()
    assert found["deferred_credential_endpoint"] == f"{ADDRESS}/openid4vci/deferred"


def test_what_waits_is_given_after_a_yes_to_the_key_that_asked(
    house: House, wallet: SigningKey, waiting: Waiting
) -> None:
    assert waiting.interval > 0
    assert house.state(waiting.offered) == "deferred"
    still = again(house, waiting.access, waiting.transaction)
    assert (still.status_code, still.json()["transaction_id"]) == (202, waiting.transaction)
    house.clock.move(days=12)
    tidied(house)
    decide(house, waiting.offered)
    answer = again(house, waiting.access, waiting.transaction)
    assert answer.status_code == 200, answer.text
    token = answer.json()["credentials"][0]["credential"]
    assert verify(token, key_of, house.clock()).holder_key == public(wallet)
    assert read(token, key_of, house.clock()).achievement == WELDING
    assert told(house, waiting.access, answer.json()["notification_id"]) == 204
    assert house.state(waiting.offered) == "accepted"


def test_an_answer_that_was_lost_is_given_again_until_the_wallet_says_that_it_came(
    house: House, wallet: SigningKey, waiting: Waiting
) -> None:
    decide(house, waiting.offered)
    first, second = (again(house, waiting.access, waiting.transaction).json() for _ in range(2))
    places = {verify(each["credentials"][0]["credential"], key_of, house.clock()).status for each in (first, second)}
    assert len(places) == 1
    assert told(house, waiting.access, second["notification_id"]) == 204
    late = again(house, waiting.access, waiting.transaction)
    assert (late.status_code, late.json()["error"]) == (400, "invalid_transaction_id")


def test_a_no_is_told_to_who_waits(house: House, waiting: Waiting) -> None:
    with house.database.writing() as work:
        house.issuance.withdraw(work, waiting.offered.id)
    answer = again(house, waiting.access, waiting.transaction)
    assert (answer.status_code, answer.json()["error"]) == (400, "credential_request_denied")


@pytest.mark.parametrize("name", ["", "x", "é", None, 7, ["x"]])
def test_under_another_name_nothing_waits(house: House, waiting: Waiting, name: object) -> None:
    decide(house, waiting.offered)
    answer = again(house, waiting.access, name)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_transaction_id")


def test_anothers_token_opens_nothing_that_waits(house: House, wallet: SigningKey, waiting: Waiting) -> None:
    other = Waiting(house, wallet)
    decide(house, waiting.offered)
    assert again(house, other.access, waiting.transaction).json()["error"] == "invalid_transaction_id"
    assert again(house, "none", waiting.transaction).json()["error"] == "invalid_token"


def test_what_waits_waits_for_one_key(house: House, waiting: Waiting) -> None:
    answer = house.credential(waiting.access, house.proof(SigningKey.generate("thief")))
    assert answer.json()["error"] == "credential_request_denied"


def test_what_nobody_decides_on_ends_with_its_token_and_what_was_in_it(house: House, waiting: Waiting) -> None:
    house.clock.move(days=8)  # the offer's own week is over, the wallet's month is not
    tidied(house)
    assert house.state(waiting.offered) == "deferred"
    house.clock.move(seconds=waiting.lasts)
    assert again(house, waiting.access, waiting.transaction).json()["error"] == "invalid_token"
    tidied(house)
    assert house.state(waiting.offered) == "expired"
    with house.database.writing() as work:
        assert house.issuance.content(work, waiting.offered.id) is None
        with pytest.raises(MoveNotAllowed):
            house.issuance.decide(work, waiting.offered.id)


def test_once_given_it_is_kept_no_longer_than_anything_else(house: House, waiting: Waiting) -> None:
    decide(house, waiting.offered)
    assert again(house, waiting.access, waiting.transaction).status_code == 200
    house.clock.move(minutes=11)
    assert again(house, waiting.access, waiting.transaction).json()["error"] == "invalid_token"
    tidied(house)
    with house.database.reading() as work:
        assert house.issuance.content(work, waiting.offered.id) is None


def test_a_yes_before_the_wallet_comes_lets_nobody_wait(house: House, wallet: SigningKey) -> None:
    offered = house.offer(is_undecided=True)
    with house.database.reading() as work:
        assert house.issuance.find(work, offered.id).is_undecided
    decide(house, offered)
    assert house.credential(house.access(offered), house.proof(wallet)).status_code == 200
    with house.database.writing() as work, pytest.raises(MoveNotAllowed):
        house.issuance.decide(work, offered.id)


def test_what_waits_outlives_the_program(tmp_path: Path, wallet: SigningKey) -> None:
    clock = HeldClock()
    first = House(tmp_path, clock)
    waiting = Waiting(first, wallet)
    first.database.close()
    second = House(tmp_path, clock)
    assert again(second, waiting.access, waiting.transaction).status_code == 202
    decide(second, waiting.offered)
    assert again(second, waiting.access, waiting.transaction).status_code == 200
    second.database.close()


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("school"), HeldClock())


STEPS = st.sampled_from(["token", "ask a", "ask b", "again", "decide", "withdraw", "revoke", "accept", "hours", "days"])
KEYS = {name: SigningKey.generate(name) for name in ("a", "b")}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14))
def test_whatever_happens_nothing_is_given_before_a_yes_nor_to_two_keys(school: House, steps: list[str]) -> None:
    offered = school.offer(is_undecided=True)
    access, transaction, notice, decided, ended = "none", "none", "none", False, False
    holders: set[str] = set()
    for step in steps:
        if step == "token":
            access = school.token(offered).json().get("access_token", access)
        elif step.startswith("ask") or step == "again":
            answer = (
                again(school, access, transaction)
                if step == "again"
                else school.credential(access, school.proof(KEYS[step[-1]]))
            )
            if answer.status_code == 202:
                assert not decided
                transaction = answer.json()["transaction_id"]
            elif answer.status_code == 200:
                assert decided
                assert not ended
                found = verify(answer.json()["credentials"][0]["credential"], key_of, school.clock())
                holders.add(str(found.holder_key))
                notice = answer.json()["notification_id"]
        elif step == "accept":
            assert told(school, access, notice) < 500
        elif step in ("decide", "withdraw", "revoke"):
            try:
                with school.database.writing() as work:
                    getattr(school.issuance, step)(work, offered.id)
                decided, ended = decided or step == "decide", ended or step != "decide"
            except MoveNotAllowed:
                pass
        else:
            school.clock.move(**{step: 5})
            tidied(school)
    assert len(holders) <= 1
