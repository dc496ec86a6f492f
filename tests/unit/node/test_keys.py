"""The node's key: made once, for its owner's eyes only, and never half written."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.node.keys import KEY_FILE, make_key, read_key

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
