"""What is inferred about a person is theirs to see and to deny, and leaves only under a yes for exactly this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from skillspace.exchange import Offering, PullRequest
from skillspace.exchange.negotiation import store
from skillspace.exchange.negotiation.machine import NegotiationState
from skillspace.exchange.negotiation.model import Negotiation
from skillspace.kernel.errors import BadInput, ConsentMissing, NotFound
from skillspace.people.learning import KIND, Learned, LearningSource, Standing
from skillspace.people.profile import Arrival, Problem
from skillspace.people.sharing import LEARNING_DATASET, LEARNING_PURPOSE, SharedProfile
from skillspace.people.sharing.document import read_profile
from skillspace.records.analytics import Family
from skillspace.storage.database import Work
from skillspace.trust.consent import Grant
from skillspace.trust.consent.errors import ConsentRevoked
from skillspace.trust.contract import Agreement
from skillspace.trust.policy import offer_rules
from skillspace.trust.rights import DataSubject, PartState, Right, Scope
from skillspace.trust.rights.store import parts
from tests.small_space import HeldClock
from tests.unit.people.houses import AGENCY, UNIVERSITY, House, house
from tests.unit.records.analytics.learners import days, said

FAILED = "sign-failures"


@dataclass
class Class:
    """A house whose Alva has statements of the university's tools in her space."""

    home: House
    agreement: Agreement

    def learned(self) -> Learned:
        with self.home.node.database.reading() as work:
            return self.home.spaces.learning.of(work, self.home.alva.id)

    def share(self, *kinds: str) -> Grant:
        with self.home.node.database.writing() as work:
            return self.home.spaces.sharing.share(
                work,
                person=self.home.alva.id,
                recipient=AGENCY,
                purpose=LEARNING_PURPOSE,
                kinds=kinds,
                until=work.now + timedelta(days=30),
                agreement=self.agreement,
                why="",
                dataset=LEARNING_DATASET,
            )

    def token(self, grant: Grant) -> str:
        """A token for one use, as the recipient gets it."""
        desk = self.home.node.consent.desk
        assert desk is not None
        with self.home.node.database.writing() as work:
            return desk.token(work, recipient=AGENCY.did, grant=grant.id, kinds=())[0]

    def pull(self, grant: Grant, token: str | None = None) -> SharedProfile:
        node, shown = self.home.node, token or self.token(grant)
        source = LearningSource(
            gate=node.consent.gate, learning=self.home.spaces.learning, accounts=node.rooms.accounts
        )
        asked = PullRequest(
            dataset=LEARNING_DATASET, agreement=self.agreement, consumer=AGENCY.did, grant=shown, transfer="urn:uuid:t2"
        )
        return read_profile(b"".join(source.open(asked).chunks))

    def deny(self, key: str, words: str = "That was my sister.") -> str:
        with self.home.node.database.writing() as work:
            return self.home.spaces.learning.deny(work, self.home.alva.id, key, "Not passed", words).id

    def keys(self) -> dict[str, str]:
        return {one.inference.rule: one.inference.key for one in self.learned().seen}


@pytest.fixture
def room(tmp_path: Path, starter_taxonomies: Path, clock: HeldClock) -> Iterator[Class]:
    with house(tmp_path, starter_taxonomies, clock) as home:
        with home.node.database.writing() as work:
            home.node.exchange.catalog.publish(work, offering(work))
            agreement = _signed(work, home)
            home.spaces.profile.keep(work, told(home))
        yield Class(home=home, agreement=agreement)


def offering(work: Work) -> Offering:
    return Offering(
        id=LEARNING_DATASET,
        title={"en": "How people learn"},
        description={"en": "What people let a teacher see."},
        kinds=("learning", "name"),
        personal=True,
        purposes=(LEARNING_PURPOSE,),
        media_type="application/json",
        policy=offer_rules(purposes=[LEARNING_PURPOSE]),
        updated=work.now,
    )


def _signed(work: Work, home: House) -> Agreement:
    """Put a contract for exactly this between the house and the agency in force."""
    policy = offer_rules(purposes=[LEARNING_PURPOSE])
    made = replace(home.agreement, id="urn:uuid:a2", dataset=LEARNING_DATASET, policy=policy)
    talk = Negotiation(
        pid="urn:uuid:n2", role="provider", peer=AGENCY.did, peer_pid=None, callback=None, opened_by=AGENCY.did,
        dataset=LEARNING_DATASET, offer={}, offers_made=0, state=NegotiationState.FINALIZED, reason=None,
        agreement=made.id, made=work.now, changed=work.now,
    )  # fmt: skip
    store.add_agreement(work, store.add(work, talk), made)
    store.put_in_force(work, talk, True)
    return made


def told(home: House, *, grant: str | None = None) -> Arrival:
    """Three failures in a row, and right answers about a skill."""
    statements = [
        *days(3, 2, 1, right=False, activity="quiz"),
        *days(9, 8, 7, 6, right=True, skill=True, lasted="PT20M"),
    ]
    for place, one in enumerate(statements):
        one["id"] = said(place)["id"]
    return Arrival(
        person=home.alva.id,
        source=UNIVERSITY.did,
        source_name=UNIVERSITY.name,
        record_id="learning-records",
        kind="assessment",
        media_type="application/json",
        document=orjson.dumps({"statements": statements}),
        grant=grant,
    )


def test_everything_that_is_inferred_is_shown_to_the_person_with_what_it_rests_on(room: Class) -> None:
    learned = room.learned()
    assert {one.inference.family for one in learned.seen} == set(Family)
    assert all(one.standing is Standing.UNDENIED and one.inference.statements for one in learned.seen)
    assert learned.analysis.deeds == 7


def test_what_is_no_document_of_statements_says_nothing(room: Class) -> None:
    with room.home.node.database.writing() as work:
        for name, document in (("a", b"%PDF"), ("b", b"[]"), ("c", b'{"statements": 3}'), ("d", b'"x"')):
            room.home.spaces.profile.keep(work, replace(told(room.home), record_id=name, document=document))
        odd = replace(told(room.home), record_id="e", problem=Problem(code="UnreadableFile", message="several people"))
        room.home.spaces.profile.keep(work, odd)
        room.home.spaces.profile.keep(work, replace(told(room.home), record_id="f", kind="diploma"))
    assert room.learned().analysis.deeds == 7


def test_it_leaves_only_under_a_yes_for_this_and_is_gone_with_the_yes(room: Class) -> None:
    grant = room.share("learning")
    seen = room.pull(grant)
    assert seen.learning is not None
    assert {one.rule for one in seen.learning} == {"progress", "time", "mastery", FAILED}
    assert seen.name is None
    assert room.home.alva.name not in seen.model_dump_json()
    assert said(0)["id"] not in seen.model_dump_json()  # how many statements, and not which
    token = room.token(grant)
    with room.home.node.database.writing() as work:
        room.home.spaces.consents.revoke(work, grant.id, room.home.alva.id)
    with pytest.raises(ConsentRevoked):
        room.pull(grant, token)


def test_a_name_goes_along_only_where_it_was_allowed(room: Class) -> None:
    assert room.pull(room.share("learning", "name")).name == room.home.alva.name


def test_without_a_yes_nothing_leaves_and_nothing_else_of_the_space_can_be_shared_this_way(room: Class) -> None:
    source = LearningSource(
        gate=room.home.node.consent.gate,
        learning=room.home.spaces.learning,
        accounts=room.home.node.rooms.accounts,
    )
    asked = PullRequest(
        dataset=LEARNING_DATASET, agreement=room.agreement, consumer=AGENCY.did, grant=None, transfer="urn:uuid:t2"
    )
    with pytest.raises(ConsentMissing):
        source.open(asked)
    with pytest.raises(BadInput, match="skills"):
        room.share("learning", "skills")
    with room.home.node.database.writing() as work, pytest.raises(BadInput, match="learning"):
        room.home.share(work, "learning")


def test_a_denied_inference_is_seen_by_nobody_else_until_a_person_has_answered(room: Class) -> None:
    grant, key = room.share("learning"), room.keys()[FAILED]
    case = room.deny(key)
    standing = {one.inference.key: one.standing for one in room.learned().seen}
    assert standing.pop(key) is Standing.DENIED
    assert set(standing.values()) == {Standing.UNDENIED}
    assert FAILED not in {one.rule for one in room.pull(grant).learning or ()}
    _answer(room, case, PartState.REFUSED)
    (shown,) = [one for one in room.pull(grant).learning or () if one.rule == FAILED]
    assert shown.was_denied
    assert {one.standing for one in room.learned().seen if one.inference.key == key} == {Standing.STANDS}


def test_what_somebody_agreed_with_counts_no_more_and_what_comes_later_does(room: Class, clock: HeldClock) -> None:
    key = room.keys()[FAILED]
    _answer(room, room.deny(key), PartState.ANSWERED)
    learned = room.learned()
    assert FAILED not in {one.inference.rule for one in learned.seen}
    assert set(learned.contests.agreed) == {key}
    assert "mastery" in {one.inference.rule for one in learned.seen}
    clock.move(days=3)
    later = [said(50 + place, "failed", ago=timedelta(days=-3, hours=3 - place), activity="quiz") for place in range(3)]
    with room.home.node.database.writing() as work:
        more = replace(told(room.home), record_id="later", document=orjson.dumps(later))
        room.home.spaces.profile.keep(work, more)
    (new,) = [one for one in room.learned().seen if one.inference.rule == FAILED]
    assert new.inference.key == key
    assert new.inference.numbers == {"failures": 3}
    assert new.standing is Standing.UNDENIED


def test_only_what_is_said_can_be_denied_and_only_in_words(room: Class) -> None:
    for words in ("", "  ", "x" * 2001):
        with pytest.raises(BadInput, match="what is wrong"):
            room.deny(room.keys()[FAILED], words)
    with pytest.raises(NotFound):
        room.deny("mastery:nothing")


def test_who_sent_the_statements_under_a_yes_is_asked_and_for_the_others_this_node(room: Class) -> None:
    node = room.home.node
    with node.database.reading() as work:
        own = node.rights.rights.case(work, room.deny(room.keys()[FAILED]), room.home.alva.id)  # type: ignore[union-attr]
    assert [part.organisation for part in own.parts] == [node.trust.did]
    assert own.right is Right.REVIEW
    assert own.words == "Not passed: That was my sister."
    assert own.scope == Scope(kinds=(KIND,), datasets=(room.keys()[FAILED],))


def test_access_gives_everything_that_is_inferred_and_how(room: Class) -> None:
    node = room.home.node
    who = DataSubject(intermediary=node.trust.did, subject=room.home.alva.id, scope=Scope(kinds=(KIND,)), is_own=True)
    with node.database.writing() as work:
        (held,) = node.rights.answerers.collect(work, who, Right.ACCESS)
        assert isinstance(held.content, list)
        assert len(held.content) == len(room.learned().seen)
        assert "No machine decides" in held.logic
        assert node.rights.answerers.erase(work, replace(who, scope=Scope(kinds=(KIND,)))) == {}
        somebody = replace(who, is_own=False, subject="urn:else")
        assert [*node.rights.answerers.collect(work, somebody, Right.ACCESS)] == []


def test_ten_thousand_statements_are_read_and_inferred_from(room: Class) -> None:
    many = [
        said(place, ago=timedelta(minutes=11 * place), right=place % 3 > 0, skill=True, activity=str(place % 400))
        for place in range(10_000)
    ]
    with room.home.node.database.writing() as work:
        more = replace(told(room.home), record_id="many", document=orjson.dumps({"statements": many}))
        room.home.spaces.profile.keep(work, more)
    assert room.learned().analysis.deeds == 10_000


def _answer(room: Class, case: str, state: PartState) -> None:
    """Let people say what they say; how a word travels, the tests of rights show."""
    with room.home.node.database.writing() as work:
        work.update(parts, parts.c.case == case, state=state, done=work.now)
