"""The mock scheme proves nothing: it works on one machine only, by the operator's own word, and is never a default."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.node.settings import Settings, settings_of
from skillspace.trust.authentication import MockAuthentication
from skillspace.trust.authentication.mock import NoCaller
from skillspace.trust.identity import Peer

CONTENT = {"name": "Invented", "roles": ["employer"], "authority": "did:web:authority.example"}


def test_it_cannot_be_made_off_loopback() -> None:
    with pytest.raises(BadInput, match="one machine"):
        MockAuthentication("urn:me", known={}, loopback=False)


def test_a_node_with_a_public_address_cannot_use_it(tmp_path: Path) -> None:
    content = CONTENT | {"address": "https://invented.example", "authentication": "mock"}
    with pytest.raises(BadInput, match="proves nothing"):
        settings_of(tmp_path, content)


def test_nobody_gets_it_without_asking(tmp_path: Path) -> None:
    assert Settings.model_fields["authentication"].default == "dcp"
    assert settings_of(tmp_path, CONTENT | {"address": "http://localhost:9", "loopback": True}).authentication == "dcp"


def test_it_believes_whom_the_header_names() -> None:
    known = {"urn:known": Peer(did="urn:known", name="Invented Known", roles=frozenset({"employer"}))}
    mock = MockAuthentication("urn:me", known=known, loopback=True)
    assert mock.authenticate('{"clientId": "urn:known", "region": "any"}') == known["urn:known"]
    assert mock.authenticate('Bearer {"clientId": "urn:new"}').roles == frozenset()
    assert mock.authenticate(mock.headers("urn:other")["Authorization"]).did == "urn:me"
    assert mock.described == {}


@given(st.none() | st.text(max_size=60) | st.text(max_size=20).map(lambda name: f'{{"clientId": {name}}}'))
def test_any_other_header_names_nobody(header: str | None) -> None:
    mock = MockAuthentication("urn:me", known={}, loopback=True)
    try:
        found = mock.authenticate(header).did
    except NoCaller:
        return
    assert found
    assert found in (header or "")
