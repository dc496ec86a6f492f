"""A node without a live membership credential is refused; so is everything that looks like one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from skillspace.kernel.clock import now
from skillspace.kernel.errors import NotAMember, Refused, SkillspaceError
from skillspace.node.composition import Node
from skillspace.records import credentials
from skillspace.records.credentials import WrongAudience
from skillspace.trust.claims.store import held
from skillspace.trust.identity import PeerRefused
from skillspace.trust.identity.tokens import Replayed
from skillspace.trust.membership import Application
from skillspace.trust.membership.model import MEMBERSHIP_CREDENTIAL, MembershipExpired, MembershipRevoked
from skillspace.trust.membership.store import members
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.nodes import admit, make_node, running, until


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    folder = tmp_path_factory.mktemp("space")
    authority = make_node(folder / "authority", "Authority", "authority", "intermediary")
    university = make_node(folder / "university", "University", "university", authority=authority.did)
    with running(authority, university) as (one, two):
        # Nobody but the tests shall call: a regular task would show the credential at a moment of its own.
        one.worker.stop()
        two.worker.stop()
        yield one, two


@pytest.fixture
def authority(space: tuple[Node, Node]) -> Node:
    return space[0]


@pytest.fixture
def university(space: tuple[Node, Node]) -> Node:
    with space[1].database.writing() as work:
        work.delete(held, held.c.type == MEMBERSHIP_CREDENTIAL)
    forget(space[0])
    return space[1]


def authorization(caller: Node, audience: Node) -> str:
    return caller.trust.peers.headers(audience.trust.did)["Authorization"]


def hold(node: Node, token: str) -> None:
    with node.database.writing() as work:
        # Shown whatever it says itself, as a wallet would that is not ours.
        row = {"issuer": "anyone", "type": MEMBERSHIP_CREDENTIAL, "token": token}
        work.insert(held, row | {"expires": work.now + timedelta(days=1)})


def test_a_member_is_known_by_name_and_roles(authority: Node, university: Node) -> None:
    admit(authority, university)
    peer = authority.trust.gatekeeper.authenticate(authorization(university, authority))
    assert (peer.did, peer.name, peer.roles) == (university.trust.did, "University", {"university"})


def test_a_node_without_a_credential_is_refused_over_the_wire_with_the_reason(
    authority: Node, university: Node
) -> None:
    address = f"{authority.settings.address}/membership/members"
    with pytest.raises(PeerRefused, match="shows no membership credential") as refusal:
        university.trust.peers.call("GET", authority.trust.did, address)
    assert refusal.value.status == 401


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "Bearer " + "x" * 70_000]
)
def test_no_token_or_garbage_is_refused(authority: Node, header: str | None) -> None:
    with pytest.raises(SkillspaceError) as refusal:
        authority.trust.gatekeeper.authenticate(header)
    assert refusal.value.http_status in (400, 401, 403)


def test_a_message_is_accepted_once(authority: Node, university: Node) -> None:
    admit(authority, university)
    header = authorization(university, authority)
    authority.trust.gatekeeper.authenticate(header)
    with pytest.raises(Replayed):
        authority.trust.gatekeeper.authenticate(header)


def test_a_token_for_somebody_else_is_refused(authority: Node, university: Node) -> None:
    admit(authority, university)
    with pytest.raises(WrongAudience):
        authority.trust.gatekeeper.authenticate(authorization(university, university))


def test_a_token_signed_with_another_key_is_refused(authority: Node, university: Node) -> None:
    forger = SigningKey.generate(f"{university.trust.did}#key-1")
    at = int(now().timestamp())
    claims = {"iss": university.trust.did, "sub": university.trust.did, "aud": authority.trust.did}
    token = sign_jwt(claims | {"iat": at, "exp": at + 60, "jti": "forged"}, forger)
    with pytest.raises(SkillspaceError, match="signature"):
        authority.trust.gatekeeper.authenticate(f"Bearer {token}")


def test_an_expired_membership_is_refused_as_expired(authority: Node, university: Node) -> None:
    past = now() - timedelta(days=2)
    token = credentials.issue(
        MEMBERSHIP_CREDENTIAL,
        {"memberOf": "Skillspace", "name": "University", "roles": ["university"]},
        issuer_key=authority.trust.key,
        issuer_did=authority.trust.did,
        subject_did=university.trust.did,
        at=past,
        valid_until=past + timedelta(days=1),
    )
    hold(university, token)
    with pytest.raises(MembershipExpired):
        authority.trust.gatekeeper.authenticate(authorization(university, authority))


def test_a_credential_that_the_node_signed_itself_is_refused(authority: Node, university: Node) -> None:
    token = credentials.issue(
        MEMBERSHIP_CREDENTIAL,
        {"memberOf": "Skillspace", "name": "University", "roles": ["authority"]},
        issuer_key=university.trust.key,
        issuer_did=university.trust.did,
        subject_did=university.trust.did,
        valid_for=timedelta(days=1),
    )
    hold(university, token)
    with pytest.raises(NotAMember, match="does not hold"):
        authority.trust.gatekeeper.authenticate(authorization(university, authority))


def test_the_wallet_shows_nothing_to_a_caller_it_did_not_call(authority: Node, university: Node) -> None:
    admit(authority, university)
    query = {"@context": ["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"], "type": "PresentationQueryMessage"}
    address = f"{university.settings.address}/dcp/presentations/query"
    with pytest.raises(PeerRefused):
        authority.trust.peers.call("POST", university.trust.did, address, query | {"scope": ["x:y:read"]})


def test_an_invitation_admits_once_and_only_for_its_roles(authority: Node) -> None:
    keeper = authority.trust.authority
    assert keeper is not None
    with authority.database.writing() as work:
        code = keeper.invite(work, name="School", roles=frozenset({"school"}))
    asks = Application(name="School", roles=["employer"], address="https://school.example", invitation=code)
    with pytest.raises(Refused, match="does not cover the roles employer"), authority.database.writing() as work:
        keeper.apply(work, "did:web:school.example", asks)
    with authority.database.writing() as work:
        rightly = asks.model_copy(update={"roles": ["school"]})
        assert keeper.apply(work, "did:web:school.example", rightly).state == "admitted"
    with pytest.raises(Refused, match="used"), authority.database.writing() as work:
        keeper.apply(work, "did:web:second.example", rightly)


def test_without_an_invitation_an_application_waits_for_the_authority(authority: Node) -> None:
    keeper = authority.trust.authority
    assert keeper is not None
    application = Application(name="Shop", roles=["employer"], address="https://shop.example")
    with authority.database.writing() as work:
        assert keeper.apply(work, "did:web:shop.example", application).state == "requested"
        assert keeper.move(work, "did:web:shop.example", "refuse").state == "refused"
        assert keeper.apply(work, "did:web:shop.example", application).state == "requested"


def test_a_suspended_member_is_refused_before_its_membership_ends_and_let_in_again(
    authority: Node, university: Node
) -> None:
    keeper = authority.trust.authority
    assert keeper is not None
    admit(authority, university)
    assert authority.trust.gatekeeper.authenticate(authorization(university, authority)).name == "University"
    with authority.database.writing() as work:
        keeper.move(work, university.trust.did, "suspend")
    forget(authority)
    with pytest.raises(MembershipRevoked, match="taken back"):
        authority.trust.gatekeeper.authenticate(authorization(university, authority))
    with authority.database.writing() as work:
        keeper.move(work, university.trust.did, "admit")
    admit(authority, university)
    assert authority.trust.gatekeeper.authenticate(authorization(university, authority)).name == "University"


def test_what_a_member_showed_is_believed_for_a_minute_at_most(authority: Node, university: Node) -> None:
    admit(authority, university)
    gatekeeper = authority.trust.gatekeeper
    gatekeeper.authenticate(authorization(university, authority))
    with university.database.writing() as work:
        work.delete(held, held.c.type == MEMBERSHIP_CREDENTIAL)
    gatekeeper.authenticate(authorization(university, authority))
    gatekeeper._keep_s = 0.0
    try:
        with pytest.raises(NotAMember, match="shows no membership credential"):
            gatekeeper.authenticate(authorization(university, authority))
    finally:
        gatekeeper._keep_s = 60.0


def test_a_member_that_lost_its_credential_asks_again_and_is_offered_it_again(
    authority: Node, university: Node
) -> None:
    keeper = authority.trust.authority
    assert keeper is not None
    admit(authority, university)
    with university.database.writing() as work:
        work.delete(held, held.c.type == MEMBERSHIP_CREDENTIAL)
    asks = Application(name="University", roles=["university"], address=university.settings.address)
    with authority.database.writing() as work:
        keeper.apply(work, university.trust.did, asks)
    until(lambda: work_off(authority, university) and holds(university), "the credential is there")


def test_after_a_change_of_keys_every_member_is_offered_a_new_credential(authority: Node, university: Node) -> None:
    keeper = authority.trust.authority
    assert keeper is not None
    admit(authority, university)
    before = holds(university)
    with authority.database.writing() as work:
        assert keeper.reissue(work) >= 2
    until(lambda: work_off(authority, university) and holds(university) != before, "a new one is there")


def work_off(*nodes: Node) -> bool:
    for node in nodes:
        node.worker.run_due()
    return True


def holds(node: Node) -> str | None:
    """The membership credential a node holds."""
    with node.database.reading() as work:
        row = work.one(sa.select(held.c.token).where(held.c.type == MEMBERSHIP_CREDENTIAL))
        return row["token"] if row else None


def test_who_is_not_admitted_gets_no_membership_credential(authority: Node) -> None:
    keeper = authority.trust.authority
    assert keeper is not None
    asks = Application(name="Kiosk", roles=["employer"], address="https://kiosk.example")
    with authority.database.writing() as work:
        keeper.apply(work, "did:web:kiosk.example", asks)
        for did in ("did:web:kiosk.example", "did:web:nobody.example"):
            with pytest.raises(Refused):
                keeper.credential(work, did)


def test_a_membership_that_ends_soon_is_offered_anew_the_authoritys_own_too(tmp_path: Path) -> None:
    settings = make_node(tmp_path / "authority", "Authority", "authority")
    with running(settings) as (node,):
        node.worker.stop()
        with node.database.writing() as work:
            soon = work.now + timedelta(days=3)
            work.update(members, members.c.did == node.trust.did, until=soon)
            work.update(held, held.c.type == MEMBERSHIP_CREDENTIAL, expires=soon)
            work.bring_forward("membership.renew")
        until(lambda: node.worker.run_due() >= 0 and days_left(node) > 80, "the new credential is there")


def days_left(node: Node) -> int:
    with node.database.reading() as work:
        [row] = work.rows(sa.select(held.c.expires))
        return int((row["expires"] - work.now).days)


def forget(node: Node) -> None:
    """As if a few minutes had passed: nothing that was shown or fetched is remembered."""
    node.trust.gatekeeper._seen.clear()
    node.trust.resolver._kept.clear()
    node.trust.gatekeeper._verifier._check_status.__self__.forget()  # type: ignore[attr-defined]


def test_a_started_node_learns_the_list_of_members(tmp_path: Path) -> None:
    authority = make_node(tmp_path / "authority", "Authority", "authority")
    with running(authority) as (node,):
        node.worker.run_due()
        with node.database.reading() as work:
            assert [peer.name for peer in node.trust.directory.peers(work)] == ["Authority"]
            assert work.rows(sa.select(held.c.type)) == [{"type": MEMBERSHIP_CREDENTIAL}]
