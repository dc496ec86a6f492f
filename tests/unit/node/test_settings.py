"""A node's settings: written and read without loss, strict about what is unknown, overruled by the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.node.settings import SETTINGS_FILE, read_settings, write_settings
from skillspace.trust.identity import did_of_address
from skillspace.trust.membership.model import ROLES

ADDRESS = "https://skills.example.org"
GOOD: dict[str, Any] = {
    "name": "Invented Space",
    "address": ADDRESS,
    "roles": ["authority", "intermediary"],
    "authority": did_of_address(ADDRESS),
}
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(name=names, roles=st.sets(st.sampled_from(sorted(ROLES))), loopback=st.booleans(), seconds=st.floats(0.5, 1e6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_written_is_read(tmp_path: Path, name: str, roles: set[str], loopback: bool, seconds: float) -> None:
    content = GOOD | {"name": name, "roles": sorted(roles), "loopback": loopback, "crawl_seconds": seconds}
    write_settings(tmp_path, content)
    found = read_settings(tmp_path)
    assert (found.name, set(found.roles), found.loopback) == (name, roles, loopback)
    assert found.crawl_seconds == seconds
    assert found.did == "did:web:skills.example.org"


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_garbage_in_the_file_is_bad_input_and_nothing_else(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SETTINGS_FILE).write_bytes(content)
    with pytest.raises(BadInput):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"nmae": "x"}, "nmae"),
        ({"roles": ["king"]}, "king"),
        ({"threshold": 2}, "threshold"),
        ({"crawl_seconds": 0}, "crawl_seconds"),
        ({"name": ""}, "name"),
        ({"wallets": [{"client_id": "w", "redirect_uris": ["http://wallet.example/back"]}]}, "https://"),
        ({"wallets": [{"client_id": "w", "redirect_uris": ["javascript:alert(1)"]}]}, "https://"),
        ({"wallets": [{"client_id": "w", "redirect_uris": ["https://wallet.example/back#here"]}]}, "fragment"),
        ({"wallets": [{"client_id": "w", "redirect_uris": ["/back"]}]}, "https://"),
        ({"wallets": [{"client_id": "w", "redirect_uris": []}]}, "redirect_uris"),
        ({"linking": {"ways": ["mail"]}}, "how letters are sent"),
        ({"linking": {"ways": ["credential"]}}, "linking.credentials"),
        ({"linking": {"ways": ["pigeon"]}}, "linking"),
        ({"linking": {"credentials": [{"type": "T", "claim": "contact.email"}]}}, "never a key"),
        ({"linking": {"credentials": [{"type": "T", "claim": "number", "field": "email"}]}}, "never a key"),
        ({"identifying": {"credentials": [{"type": "T", "claim": "schema:email"}]}}, "never a key"),
        ({"mail": {"sender": "x@example.org", "host": "mail.example.org", "security": "none"}}, "encrypted"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_its_file(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    write_settings(tmp_path, GOOD | change)
    with pytest.raises(BadInput, match=said) as fault:
        read_settings(tmp_path)
    assert SETTINGS_FILE in fault.value.message


def test_a_wallet_is_answered_on_the_web_or_in_its_app(tmp_path: Path) -> None:
    addresses = ["https://wallet.example/back?kept=1", "eudi-wallet://back"]
    write_settings(tmp_path, GOOD | {"wallets": [{"client_id": "w", "redirect_uris": addresses}]})
    (found,) = read_settings(tmp_path).wallets
    assert list(found.redirect_uris) == addresses


def test_a_folder_without_a_node_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="skillspace init"):
        read_settings(tmp_path)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings(tmp_path, GOOD | {"threshold": 10})
    monkeypatch.setenv("SKILLSPACE_NODE_THRESHOLD", "20")
    assert read_settings(tmp_path).threshold == 20


def test_a_node_is_strict_unless_it_is_told_otherwise(tmp_path: Path) -> None:
    write_settings(tmp_path, GOOD)
    found = read_settings(tmp_path)
    assert (found.loopback, found.demo, found.host, found.threshold) == (False, False, "127.0.0.1", 10)


@pytest.mark.parametrize(
    ("address", "port"), [("https://x.example", 443), ("http://localhost", 80), ("http://localhost:7100", 7100)]
)
def test_the_port_is_that_of_the_address(tmp_path: Path, address: str, port: int) -> None:
    write_settings(tmp_path, GOOD | {"address": address})
    assert read_settings(tmp_path).port == port


def test_taxonomies_lie_where_the_machine_shares_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLSPACE_HOME", str(tmp_path / "home"))
    write_settings(tmp_path, GOOD)
    assert read_settings(tmp_path).taxonomies == tmp_path / "home" / "taxonomies"
