"""The node's key: made once, for its owner's eyes only, and never half written."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.node.keys import KEY_FILE, SECRET_FILE, make_key, own_secret, read_key, retired_keys, rotate_key

DID = "did:web:node.example"


def test_a_key_is_made_once_and_stays(tmp_path: Path) -> None:
    first = make_key(tmp_path, DID)
    assert first.kid == f"{DID}#key-1"
    assert make_key(tmp_path, DID).private_jwk() == read_key(tmp_path).private_jwk() == first.private_jwk()
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    make_key(tmp_path, DID)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_a_draft_left_by_a_crash_is_written_over(tmp_path: Path) -> None:
    (tmp_path / f".{KEY_FILE}.draft").write_text('{"kty": "E')
    key = make_key(tmp_path, DID)
    assert read_key(tmp_path).private_jwk() == key.private_jwk()


def test_a_folder_without_a_key_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="skillspace init"):
        read_key(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b"{}", b'{"kid": "x", "kty": "RSA"}', b"\xff"])
def test_a_key_file_that_was_damaged_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(BadInput):
        read_key(tmp_path)


class TestRotation:
    """A new key, and what the old one is still good for."""

    AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def test_the_old_keys_secret_is_gone_and_its_public_half_stays(self, tmp_path: Path) -> None:
        old = make_key(tmp_path, DID)
        new = rotate_key(tmp_path, DID, at=self.AT, until=self.AT + timedelta(days=30))
        assert (old.kid, new.kid) == (f"{DID}#key-1", f"{DID}#key-2")
        assert read_key(tmp_path).private_jwk() == new.private_jwk()
        (retired,) = retired_keys(tmp_path)
        assert (retired.kid, retired.jwk, retired.until) == (old.kid, old.public_jwk(), self.AT + timedelta(days=30))
        assert old.private_jwk()["d"] not in (tmp_path / KEY_FILE).read_text()
        assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600

    def test_keys_are_numbered_on_and_those_that_ended_are_dropped(self, tmp_path: Path) -> None:
        make_key(tmp_path, DID)
        for day in range(3):
            at = self.AT + timedelta(days=day)
            rotate_key(tmp_path, DID, at=at, until=at + timedelta(days=1, hours=12))
        assert read_key(tmp_path).kid == f"{DID}#key-4"
        assert [key.kid for key in retired_keys(tmp_path)] == [f"{DID}#key-2", f"{DID}#key-3"]

    def test_a_stolen_key_counts_for_nothing_at_once(self, tmp_path: Path) -> None:
        make_key(tmp_path, DID)
        rotate_key(tmp_path, DID, at=self.AT, until=self.AT)
        assert retired_keys(tmp_path) == ()

    @pytest.mark.parametrize("retired", ["text", [5], [{"jwk": {}}], [{"jwk": {"kid": "k"}, "until": "soon"}]])
    def test_a_damaged_list_of_retired_keys_says_so(self, tmp_path: Path, retired: object) -> None:
        key = make_key(tmp_path, DID)
        (tmp_path / KEY_FILE).write_text(json.dumps({**key.private_jwk(), "retired": retired}))
        with pytest.raises(BadInput, match="damaged"):
            retired_keys(tmp_path)


def test_the_nodes_own_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    secret = own_secret(tmp_path)
    assert own_secret(tmp_path) == secret
    assert len(secret) == 32
    file = tmp_path / SECRET_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [SECRET_FILE]
    file.write_bytes(secret[:31])
    with pytest.raises(BadInput, match="backup"):
        own_secret(tmp_path)
