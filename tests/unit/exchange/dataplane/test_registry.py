"""Sources an operator writes down: found while the node runs, never for people's data, and without their secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.exchange.dataplane.files import FileSource
from skillspace.exchange.dataplane.registry import PersonalData
from skillspace.exchange.dataplane.secrets import Secret, Secrets, SecretSeen, without
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.trust.policy import offer_rules
from skillspace.trust.policy.decisions import DecisionLog
from tests.unit.exchange.dataplane.asking import ask, open_dataset, opened
from tests.unit.exchange.neighbours import Town, offering

PASSWORD = "a-very-invented-password"


def without_code(town: Town, dataset: str) -> str:
    """Let nothing of the test's own answer for a dataset."""
    town.school.exchange.sources._by_dataset.pop(dataset, None)
    return dataset


def test_a_source_that_is_written_down_now_answers_now(town: Town, tmp_path: Path) -> None:
    dataset = without_code(town, open_dataset(town))
    (tmp_path / "a.csv").write_text("first")
    (tmp_path / "b.csv").write_text("second")
    sources = town.school.exchange.data_sources
    assert not town.school.exchange.sources.has(dataset)
    with town.school.work() as work:
        sources.write(work, dataset, "file", {"path": str(tmp_path / "a.csv"), "media_type": "text/csv"})
    pid = opened(town, None, dataset)
    assert ask(town, pid).text == "first"
    with town.school.work() as work:
        sources.write(work, dataset, "file", {"path": str(tmp_path / "b.csv"), "media_type": "text/csv"})
    assert ask(town, pid).text == "second"
    with town.school.work() as work:
        sources.remove(work, dataset)
    assert ask(town, pid).status_code == 404


def test_a_plain_source_never_answers_for_people(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Alma Invented")
    personal, becomes_personal = without_code(town, town.dataset()), without_code(town, open_dataset(town))
    sources, settings = town.school.exchange.data_sources, {"path": str(file)}
    with pytest.raises(PersonalData), town.school.work() as work:
        sources.write(work, personal, "file", settings)
    with town.school.work() as work:
        sources.write(work, becomes_personal, "file", settings)
    pid = opened(town, None, becomes_personal)
    assert ask(town, pid).text == "Alma Invented"
    with town.school.work() as work:
        town.school.exchange.catalog.publish(
            work, offering(becomes_personal, policy=offer_rules(purposes=["statistics"]))
        )
    assert ask(town, pid).status_code == 404
    with town.school.work() as work:
        town.school.exchange.catalog.withdraw(work, becomes_personal)
    assert ask(town, pid).status_code == 404


def test_settings_hold_no_secret_and_the_database_neither(town: Town, tmp_path: Path) -> None:
    dataset = without_code(town, open_dataset(town))
    sources = town.school.exchange.data_sources
    settings = {"base": "https://registry.example", "auth": "bearer", "paths": ["/courses"]}
    with pytest.raises(NotFound), town.school.work() as work:
        sources.write(work, dataset, "rest", settings, secret="registry")
    sources.secrets.keep("registry", {"token": PASSWORD})
    with town.school.work() as work:
        sources.write(work, dataset, "rest", settings, secret="registry")
        shown = repr(sources.listed(work))
    shown += repr(vars(sources.find(dataset)))
    assert PASSWORD not in shown
    with town.school.database.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert dataset in dump
    assert PASSWORD not in dump
    with pytest.raises(BadInput) as fault, town.school.work() as work:
        sources.write(work, dataset, "rest", settings | {"password": PASSWORD})
    assert PASSWORD not in fault.value.message


def test_a_secret_is_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = Secrets(tmp_path / "secrets")
    secrets.keep("registry", {"token": PASSWORD})
    file = tmp_path / "secrets" / "registry.json"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert secrets.read("registry")["token"] == PASSWORD
    assert PASSWORD not in f"{secrets.read('registry')!r} {secrets.read('registry')}"
    file.chmod(0o640)
    with pytest.raises(BadInput, match="chmod 600"):
        secrets.read("registry")
    for name in ("../keys", "", "A", "a/b", "x" * 65):
        with pytest.raises(BadInput):
            secrets.read(name)
    monkeypatch.setenv("SKILLSPACE_SECRET_BANK", f'{{"token": "{PASSWORD}"}}')
    assert secrets.read("bank").get("token") == PASSWORD
    file.chmod(0o600)
    file.write_text(PASSWORD)
    with pytest.raises(BadInput) as fault:
        secrets.read("registry")
    assert PASSWORD not in fault.value.message


@given(st.binary(max_size=60), st.binary(max_size=60), st.lists(st.integers(1, 7), min_size=1, max_size=60))
def test_a_secret_is_seen_wherever_it_is_cut(before: bytes, after: bytes, cuts: list[int]) -> None:
    secret = PASSWORD.encode()
    text, pieces, at = before + secret + after, [], 0
    for cut in cuts:
        pieces.append(text[at : at + cut])
        at += cut
    passed = bytearray()
    with pytest.raises(SecretSeen):
        for piece in without([secret], [*pieces, text[at:]]):
            passed += piece
    assert (before + secret).startswith(bytes(passed))
    assert not passed.endswith(secret)


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_what_holds_no_secret_passes_unchanged(pieces: list[bytes]) -> None:
    assert b"".join(without([PASSWORD.encode()], pieces)) == b"".join(pieces)
    assert b"".join(without([], pieces)) == b"".join(pieces)


def test_a_secret_that_is_too_short_to_be_one_is_not_looked_for() -> None:
    assert Secret({"user": "a", "token": PASSWORD}).guarded() == (PASSWORD.encode(),)


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        (offer_rules(purposes=["statistics", "guidance"]), 200),
        (offer_rules(purposes=["statistics"], roles=["employer"]), 403),
        ({"permission": [{"action": "use"}]}, 200),
        (
            {
                "permission": [
                    {
                        "action": "use",
                        "constraint": [{"leftOperand": "urn:x:mood", "operator": "eq", "rightOperand": "good"}],
                    }
                ]
            },
            403,
        ),
    ],
)
def test_the_policy_of_the_agreement_decides_over_open_data(town: Town, policy: dict[str, object], status: int) -> None:
    dataset = open_dataset(town, policy)
    reply = ask(town, opened(town, None, dataset))
    assert reply.status_code == status
    assert status == 200 or reply.json()["code"] == "PolicyForbids"


def test_a_use_that_is_gone_on_with_is_counted_once_and_a_new_one_again(town: Town, tmp_path: Path) -> None:
    rule = {"leftOperand": "count", "operator": "lteq", "rightOperand": "1"}
    dataset = open_dataset(town, {"permission": [{"action": "use", "constraint": [rule]}]})
    file = tmp_path / "rows"
    file.write_bytes(b"0123456789")
    pid = opened(town, FileSource(file, "application/octet-stream"), dataset)
    assert ask(town, pid, method="HEAD").status_code == 200
    tag = ask(town, pid).headers["etag"]
    assert ask(town, pid, Range="bytes=4-", If_Range=tag).content == b"456789"
    assert ask(town, pid).status_code == 403
    assert ask(town, pid, Range="bytes=4-").status_code == 403
    file.write_bytes(b"abcdefghij")
    assert ask(town, pid, Range="bytes=4-", If_Range=tag).status_code == 403


def test_what_was_decided_can_be_read_with_its_reason(town: Town) -> None:
    dataset = open_dataset(town, offer_rules(purposes=["statistics"], roles=["employer"]))
    pid = opened(town, None, dataset)
    assert ask(town, pid).status_code == 403
    with town.school.work() as work:
        kept = DecisionLog().listed(work, dataset=dataset)
    assert [(one.allowed, one.peer) for one in kept] == [(False, town.bureau.did)]
    assert "role" in kept[0].why
