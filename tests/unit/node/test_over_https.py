"""Two nodes by name over real HTTPS: joining, membership, catalog and agreement, with nothing in the clear between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path
from unittest import mock

import pytest

from skillspace.exchange import NegotiationState
from skillspace.kernel.clock import now
from skillspace.kernel.errors import PeerUnreachable
from skillspace.node.composition import Node
from skillspace.node.founding import ask_to_join, invitation
from skillspace.node.settings import Settings
from skillspace.trust.claims.store import held
from skillspace.trust.membership.model import MEMBERSHIP_CREDENTIAL
from skillspace.wire import outbound
from tests.certificates import TLS, Authority, authority, lay_tls, trusting
from tests.nodes import free_port, make_node, running, until
from tests.unit.exchange.neighbours import offering

ROOT = authority("Invented Root", at=now())
HUB, SCHOOL = "hub.example", "school.example"


@contextmanager
def names_lead_here() -> Iterator[None]:
    """Let the invented names lead to this machine."""
    with mock.patch.object(outbound, "_addresses", return_value=[IPv4Address("127.0.0.1")]):
        yield


def encrypted(folder: Path, host: str, *roles: str, by: Authority = ROOT, authority: str | None = None) -> Settings:
    """Make a node at a host of HTTPS, with a certificate for it."""
    folder.mkdir(parents=True)
    lay_tls(folder, by, host)
    address = f"https://{host}:{free_port()}"
    return make_node(
        folder, f"Invented {host}", *roles, authority=authority, address=address, tls=TLS, taxonomies=str(folder / "x")
    )


def test_a_node_joins_is_a_member_and_comes_to_an_agreement_over_https(tmp_path: Path) -> None:
    with trusting(ROOT), names_lead_here():
        hub = encrypted(tmp_path / "hub", HUB, "authority", "intermediary")
        school = encrypted(tmp_path / "school", SCHOOL, "school", authority=hub.did)
        with running(hub) as (at_hub,):
            state = ask_to_join(school.folder, hub.address, invitation(hub, school.name, frozenset(["school"])), [])
            assert state == "admitted"
            with running(school) as (at_school,):
                school_did = at_school.trust.did
                until(lambda: is_member(at_school), "the membership arrives")
                with at_school.database.writing() as work:
                    at_school.exchange.catalog.publish(work, offering())
                with at_hub.database.writing() as work:
                    at_hub.exchange.crawler.crawl_now(work, school_did)
                until(lambda: offered(at_hub, school_did), "the hub has read the school's catalog")
                with at_hub.database.writing() as work:
                    pid = at_hub.exchange.negotiations.ensure_agreement(work, school_did, "diplomas")
                until(lambda: state_of(at_hub, pid) is NegotiationState.FINALIZED, "they agree")


def is_member(node: Node) -> bool:
    """Whether a node holds its membership."""
    with node.database.reading() as work:
        return work.where(held, type=MEMBERSHIP_CREDENTIAL) is not None


def offered(node: Node, provider: str) -> list[str]:
    """What a node has read in a provider's catalog."""
    with node.database.reading() as work:
        return [each.id for each in node.exchange.crawler.offerings(work, provider=provider)]


def state_of(node: Node, pid: str) -> NegotiationState:
    """Where a negotiation stands."""
    with node.database.reading() as work:
        return node.exchange.negotiations.negotiation(work, pid).state


def test_a_member_whose_certificate_nobody_believes_is_not_called(tmp_path: Path) -> None:
    other = authority("Invented Other Root", at=now())
    with trusting(ROOT), names_lead_here():
        hub = encrypted(tmp_path / "hub", HUB, "authority", "intermediary", by=other)
        school = encrypted(tmp_path / "school", SCHOOL, "school", authority=hub.did)
        code = invitation(hub, school.name, frozenset(["school"]))
        with running(hub), pytest.raises(PeerUnreachable):
            ask_to_join(school.folder, hub.address, code, [])
