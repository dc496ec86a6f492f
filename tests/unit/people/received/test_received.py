"""Shares received, between real nodes: read live or kept as a copy, and gone when the person stops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import ConsentMissing, NotFound, Refused
from skillspace.node.composition import Node, compose
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.received import RECEIVED, ReceivedProfile, ReceivedState
from skillspace.people.received.machine import NODE
from skillspace.people.received.store import received
from skillspace.people.sharing import PROFILE_DATASET
from skillspace.trust.consent import Grant
from skillspace.trust.consent.errors import ConsentRevoked
from skillspace.trust.identity import Peer, PeerRefused
from tests.nodes import acquaint, admit, make_node, running, until
from tests.unit.people.houses import diploma, profile_offering


@dataclass
class Between:
    """An intermediary with Alva, and an organisation that is an employer and an agency."""

    hub: Node
    office: Node
    alva: Account

    def share(self, purpose: str, *kinds: str) -> Grant:
        spaces = self.hub.rooms.spaces
        assert spaces is not None
        peer = Peer(did=self.office.trust.did, name=self.office.settings.name, roles=frozenset())
        with self.hub.database.writing() as work:
            agreement = self.hub.exchange.negotiations.agreement_between(
                work, self.hub.trust.did, self.office.trust.did, PROFILE_DATASET
            )
            return spaces.sharing.share(
                work,
                person=self.alva.id,
                recipient=peer,
                purpose=purpose,
                kinds=kinds,
                until=work.now + timedelta(days=30),
                agreement=agreement,
                why="",
            )

    def stop(self, grant: Grant) -> None:
        spaces = self.hub.rooms.spaces
        assert spaces is not None
        with self.hub.database.writing() as work:
            spaces.consents.revoke(work, grant.id, self.alva.id)

    def shared(self, grant: Grant) -> ReceivedProfile:
        with self.office.database.reading() as work:
            return self.office.rooms.received.share(work, grant.id)

    def in_state(self, grant: Grant, state: ReceivedState) -> ReceivedProfile:
        def reached() -> bool:
            try:
                return self.shared(grant).state is state
            except NotFound:
                return False

        until(reached, f"the share is {state}")
        return self.shared(grant)


@pytest.fixture(scope="module")
def between(tmp_path_factory: pytest.TempPathFactory, starter_taxonomies: Path) -> Iterator[Between]:
    folder = tmp_path_factory.mktemp("received")
    packs = str(starter_taxonomies)
    hub = make_node(folder / "hub", "Invented Space", "authority", "intermediary", taxonomies=packs)
    office = make_node(folder / "office", "Invented Office", "employer", "agency", authority=hub.did, taxonomies=packs)
    published = compose(hub)
    with published.database.writing() as work:
        published.exchange.catalog.publish(work, profile_offering(work))
    published.stop()
    with running(hub, office) as (home, other):
        admit(home, other)
        spaces = home.rooms.spaces
        assert spaces is not None
        with home.database.writing() as work:
            alva = home.rooms.accounts.make(work, name="Alva Exempelsson", kind=AccountKind.PERSON)
            spaces.profile.keep(work, diploma(alva, home))
        acquaint(home, other)
        made = Between(hub=home, office=other, alva=alva)
        until(lambda: _contract(made), "the office signs the contract for profiles")
        yield made


def _contract(between: Between) -> object:
    with between.hub.database.reading() as work:
        return between.hub.exchange.negotiations.agreement_between(
            work, between.hub.trust.did, between.office.trust.did, PROFILE_DATASET
        )


def test_a_copy_is_kept_where_the_purpose_needs_one_and_goes_with_the_yes(between: Between) -> None:
    grant = between.share("recruitment", "skills", "name")
    share = between.in_state(grant, ReceivedState.OPEN)
    assert share.profile is not None
    assert (share.name, len(share.profile.skills), share.profile.plan) == ("Alva Exempelsson", 3, None)
    between.stop(grant)
    gone = between.in_state(grant, ReceivedState.ENDED)
    assert (gone.profile, gone.name, gone.subject) == (None, None, "")
    assert gone.reason is not None
    assert "revoked" in gone.reason
    with pytest.raises((ConsentMissing, PeerRefused), match=r"revoked|stopped"):
        between.office.rooms.received.look(grant.id)


def test_the_deletion_receipt_counts_the_copies(between: Between) -> None:
    grant = between.share("recruitment", "skills")
    between.in_state(grant, ReceivedState.OPEN)
    between.stop(grant)
    spaces = between.hub.rooms.spaces
    assert spaces is not None

    def receipts() -> list[dict[str, int]]:
        with between.hub.database.reading() as work:
            found = spaces.consents.receipts_of(work, spaces.consents.find(work, grant.id))
        return [dict(one.deleted) for one in found if one.organisation == between.office.trust.did]

    until(receipts, "the receipt arrives")
    assert receipts()[0]["profiles"] == 1


def test_a_profile_for_guidance_is_never_copied_and_every_look_is_in_the_log(between: Between) -> None:
    grant = between.share("guidance", "skills")
    between.in_state(grant, ReceivedState.OPEN)
    for _ in range(2):
        share, document = between.office.rooms.received.look(grant.id)
        assert (share.profile, share.name, len(document.skills)) == (None, None, 3)
    spaces = between.hub.rooms.spaces
    assert spaces is not None
    with between.hub.database.reading() as work:
        uses = spaces.consents.uses_of(work, spaces.consents.find(work, grant.id))
    assert [use.outcome for use in uses].count("used") == 2
    between.stop(grant)


def test_a_look_after_the_end_is_refused_by_the_persons_own_node(between: Between) -> None:
    grant = between.share("guidance", "skills")
    between.in_state(grant, ReceivedState.OPEN)
    spaces = between.hub.rooms.spaces
    assert spaces is not None
    with between.office.database.writing():  # the end cannot be heard here while this is open
        between.stop(grant)
        with pytest.raises(ConsentRevoked, match="stopped by the person"):
            between.office.rooms.received.look(grant.id)
    between.in_state(grant, ReceivedState.ENDED)


def test_a_comment_goes_to_the_person(between: Between) -> None:
    grant = between.share("guidance", "plan")
    between.in_state(grant, ReceivedState.OPEN)
    between.office.rooms.received.comment(grant.id, by="Kim Coach", text="Keep going.")
    spaces = between.hub.rooms.spaces
    assert spaces is not None
    with between.hub.database.reading() as work:
        (said,) = spaces.sharing.comments_on(work, grant=grant.id)
    assert (said.by, said.text, said.organisation) == ("Kim Coach", "Keep going.", "Invented Office")
    between.stop(grant)


def test_what_nobody_shared_is_not_there(between: Between) -> None:
    for act in (
        between.office.rooms.received.look,
        lambda one: between.office.rooms.received.comment(one, by="x", text="y"),
    ):
        with pytest.raises(NotFound):
            act("grant-of-nobody")


def test_a_share_still_on_its_way_says_so(between: Between) -> None:
    with between.office.database.writing() as work:
        row = {"intermediary": between.hub.trust.did, "subject": "urn:x:1", "dataset": PROFILE_DATASET}
        row |= {"grant_id": "waits", "purpose": "guidance", "kinds": ["skills"], "since": work.now}
        work.insert(received, row | {"until": work.now + timedelta(days=1), "state": ReceivedState.WAITING})
    with pytest.raises(Refused, match="on its way"):
        between.office.rooms.received.look("waits")
    with between.office.database.writing() as work:
        work.delete(received, received.c.grant_id == "waits")


def test_lists_are_cut_sorted_and_searched_without_reading_profiles(between: Between) -> None:
    with between.office.database.writing() as work:
        for number in range(30):
            state = ReceivedState.OPEN if number % 3 else ReceivedState.FAILED
            row = {"grant_id": f"line-{number:02d}", "intermediary": "did:web:x", "subject": "urn:x", "dataset": "d"}
            row |= {"purpose": "listing", "kinds": ["name"], "name": f"Person {number:02d} 100%_", "profile": {"x": 1}}
            until_then = work.now + timedelta(days=number)
            work.insert(received, row | {"since": work.now, "until": until_then, "state": state})
        room = between.office.rooms.received
        total, page = room.lines(work, ["listing"], sort="name", is_down=False, offset=10, limit=5)
        assert (total, [line.grant_id for line in page]) == (30, [f"line-{number}" for number in range(10, 15)])
        assert room.lines(work, ["listing"], words="person 07")[0] == 1
        assert room.lines(work, ["listing"], words="0%_")[0] == 30
        assert room.lines(work, ["listing"], words="%3")[0] == 0
        assert room.lines(work, ["other"])[0] == 0
        assert len(room.living(work, "listing")) == 20
        assert room.ending_before(work, work.now + timedelta(days=5)) == len({1, 2, 4})
        work.connection.execute(sa.delete(received).where(received.c.purpose == "listing"))


def test_an_ended_share_stays_ended() -> None:
    assert RECEIVED.final == {ReceivedState.ENDED}
    assert {RECEIVED.step(state, "end", NODE) for state in RECEIVED.states - RECEIVED.final} == {ReceivedState.ENDED}
