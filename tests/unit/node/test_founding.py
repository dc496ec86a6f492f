"""Founding, inviting, joining, admitting: what an operator does, beside running nodes and before they run."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, PeerUnreachable
from skillspace.node.composition import Node, compose
from skillspace.node.founding import admit_member, ask_to_join, invitation
from skillspace.node.settings import Settings, read_settings
from skillspace.trust.claims.store import held
from skillspace.trust.identity import PeerRefused
from skillspace.trust.membership.model import MEMBERSHIP_CREDENTIAL
from tests.nodes import make_node, running, until


@pytest.fixture
def hub(tmp_path: Path, starter_taxonomies: Path) -> Settings:
    return make_node(
        tmp_path / "hub", "Invented Space", "authority", "intermediary", taxonomies=str(starter_taxonomies)
    )


@pytest.fixture
def school(tmp_path: Path, starter_taxonomies: Path) -> Settings:
    packs = str(starter_taxonomies)
    return make_node(
        tmp_path / "school", "Invented School", "school", authority="did:web:nobody.invalid", taxonomies=packs
    )


def is_member(settings: Settings) -> bool:
    """Tell whether a node that does not run holds its credential."""
    node = compose(settings)
    try:
        with node.database.reading() as work:
            return node.trust.wallet.holds(work, MEMBERSHIP_CREDENTIAL)
    finally:
        node.stop()


def states(authority: Node) -> dict[str, str]:
    with authority.database.reading() as work:
        rows = work.rows(sa.text("SELECT name, state FROM member").columns(name=sa.String, state=sa.String))  # type: ignore[arg-type]
    return {row["name"]: row["state"] for row in rows}


def test_an_authority_is_the_first_member_of_its_own_data_space(hub: Settings) -> None:
    assert is_member(hub)
    node = compose(hub)
    with node.database.reading() as work:
        assert [peer.did for peer in node.trust.directory.peers(work)] == [hub.did]
    node.stop()


def test_with_an_invitation_a_node_joins_at_once_and_its_credential_arrives(hub: Settings, school: Settings) -> None:
    with running(hub) as (authority,):
        code = invitation(hub, "Invented School", frozenset({"school"}))
        assert ask_to_join(school.folder, hub.address, code) == "admitted"
        joined = read_settings(school.folder)
        assert joined.authority == hub.did
        with running(joined) as (member,):
            until(lambda: _holds(member), "the credential arrives")
        assert states(authority) == {"Invented Space": "admitted", "Invented School": "admitted"}


def test_without_an_invitation_the_authority_decides(hub: Settings, school: Settings) -> None:
    with running(hub) as (authority,):
        assert ask_to_join(school.folder, hub.address, None) == "requested"
        joined = read_settings(school.folder)
        with running(joined) as (member,):
            assert not _holds(member)
            assert admit_member(hub, joined.did) == "admitted"
            authority.worker.wake()
            until(lambda: _holds(member), "the credential arrives")


def test_a_code_nobody_gave_admits_nobody(hub: Settings, school: Settings) -> None:
    with running(hub) as (authority,):
        with pytest.raises(PeerRefused):
            ask_to_join(school.folder, hub.address, "made-up")
        assert "Invented School" not in states(authority)


def test_an_invitation_is_for_its_roles_only(hub: Settings, school: Settings) -> None:
    with running(hub):
        code = invitation(hub, "Invented School", frozenset({"employer"}))
        with pytest.raises(PeerRefused):
            ask_to_join(school.folder, hub.address, code)


def test_an_authority_that_does_not_run_is_unreachable(hub: Settings, school: Settings) -> None:
    with pytest.raises(PeerUnreachable):
        ask_to_join(school.folder, hub.address, None)


def test_who_founded_a_data_space_does_not_join_another(hub: Settings) -> None:
    with pytest.raises(BadInput, match="authority itself"):
        ask_to_join(hub.folder, "http://127.0.0.1:9", None)


def test_only_an_authority_invites_and_admits(school: Settings) -> None:
    with pytest.raises(BadInput, match="no authority"):
        invitation(school, "X", frozenset({"school"}))
    with pytest.raises(BadInput, match="no authority"):
        admit_member(school, "did:web:x.example")


def _holds(node: Node) -> bool:
    with node.database.reading() as work:
        return work.one(sa.select(held.c.type)) is not None
