"""Gathering end to end: two real nodes, a real diploma and a real badge, and everything that can go wrong between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from skillspace.exchange import PullRequest
from skillspace.kernel.errors import ConsentMissing, MoveNotAllowed, NotFound
from skillspace.people.gathering import service
from skillspace.people.holdings import HeldDocument, bundle, source
from skillspace.records.formats.credentials import elm, openbadges
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import RecordKind, ValidationLevel
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage import tasks as stored_tasks
from skillspace.wire.jose import SigningKey
from tests.unit.people.conftest import BOOKKEEPING, LEAD_A_TEAM, SWEDISH
from tests.unit.people.neighbours import Intermediary, Space, University, settle

ISSUED = datetime(2025, 6, 1, tzinfo=UTC)


def diploma(issuer: Issuer, *concepts: tuple[str, str]) -> bytes:
    skills = tuple(SkillClaim(label=label, concept=uri) for uri, label in concepts)
    whole = elm.Achievement(title="Bachelor of Invention", skills=skills, eqf=6, whole=True)
    facts = {"kind": RecordKind.DIPLOMA, "title": "Diploma", "issuer": issuer, "subject_did": "urn:local:s1"}
    return elm.write([whole], issued=ISSUED, **facts)  # type: ignore[arg-type]


def badge(issuer: Issuer, uri: str, label: str, until: datetime | None = None) -> bytes:
    made = openbadges.Badge(
        name="Team badge", description="Led.", criteria="Led.", skills=(SkillClaim(label=label, concept=uri),)
    )
    return openbadges.write(made, issuer=issuer, subject_did="urn:local:s1", issued=ISSUED, valid_until=until)


@pytest.fixture
def university(tmp_path: Path, space: Space) -> Iterator[University]:
    node = University(tmp_path, space)
    node.up()
    node.hold("d1", "diploma", diploma(node.issuer, (BOOKKEEPING, "bookkeeping"), (SWEDISH, "Swedish")))
    node.hold("b1", "badge", badge(node.issuer, LEAD_A_TEAM, "lead a team"))
    yield node
    node.close()


@pytest.fixture
def home(tmp_path: Path, space: Space, taxonomies: Taxonomies, university: University) -> Iterator[Intermediary]:
    node = Intermediary(tmp_path, space, taxonomies)
    node.up()
    node.crawl(university)
    settle(node)
    node.links.connect(node.alva, university.did, university.name, university.code)
    yield node
    node.close()


@pytest.fixture
def space() -> Space:
    return Space()


def test_a_yes_brings_a_diploma_and_a_badge_together(home: Intermediary, university: University) -> None:
    grant = home.say_yes(university, "diploma", "badge")
    settle(home, university)
    assert home.state(grant) == "arrived"
    assert home.records() == {"d1": None, "b1": None}
    with home.work() as work:
        skills = {skill.uri: skill for skill in home.profile.skills(work, home.alva.id, "en")}
        status = home.gathering.state_of(work, grant.id)
        (transfer,) = home.exchange.transfers.transfers(work)
    assert set(skills) == {BOOKKEEPING, SWEDISH, LEAD_A_TEAM}
    assert skills[BOOKKEEPING].validation >= ValidationLevel.CERTIFIED
    assert skills[BOOKKEEPING].sources == ((university.did, university.name),)
    assert status is not None
    assert (status.records, status.problems, status.reason) == (2, 0, None)
    assert transfer.state == "COMPLETED"


def test_only_the_kinds_of_the_yes_leave_the_university(home: Intermediary, university: University) -> None:
    home.say_yes(university, "badge")
    settle(home, university)
    assert home.records() == {"b1": None}
    with university.work() as work:
        (decision,) = university.consent.gate.decisions(work)
    assert (decision.outcome, decision.kinds) == ("released", ("badge",))


def test_the_person_sees_the_use_in_their_log(home: Intermediary, university: University) -> None:
    home.say_yes(university, "badge")
    settle(home, university)
    with home.work() as work:
        outcomes = [use.outcome for use in home.consents.log(work, home.alva.id)]
    assert outcomes.count("used") == 1


def test_a_yes_before_the_catalogue_was_read_waits_for_it(
    tmp_path: Path, space: Space, taxonomies: Taxonomies, university: University
) -> None:
    home = Intermediary(tmp_path, space, taxonomies)
    home.up()
    home.links.connect(home.alva, university.did, university.name, university.code)
    grant = home.say_yes(university, "badge")
    settle(home, university)
    assert home.state(grant) == "waiting-agreement"
    home.crawl(university)
    settle(home, university)
    assert home.state(grant) == "arrived"
    home.close()


def test_broken_documents_become_lines_with_reasons_and_the_others_load(
    home: Intermediary, university: University
) -> None:
    forger = Issuer(did=university.did, name="Forger", key=SigningKey.generate(f"{university.did}#key-1"))
    university.hold("forged", "diploma", diploma(forger, (BOOKKEEPING, "bookkeeping")))
    university.hold("latin", "diploma", '{"namn": "Åsa"}'.encode("latin-1"))
    university.hold("late", "badge", badge(university.issuer, SWEDISH, "Swedish", datetime(2026, 1, 1, tzinfo=UTC)))
    university.hold("text", "badge", b"hello")
    grant = home.say_yes(university, "diploma", "badge")
    settle(home, university)
    assert home.state(grant) == "arrived"
    assert home.records() == {
        "d1": None,
        "b1": None,
        "forged": "InvalidSignature",
        "latin": "UnreadableFile",
        "late": "CredentialExpired",
        "text": "UnreadableFile",
    }
    with home.work() as work:
        status = home.gathering.state_of(work, grant.id)
        kept = {record.record_id: record for record in home.profile.records(work, home.alva.id)}
    assert status is not None
    assert (status.records, status.problems) == (2, 4)
    assert kept["latin"].document == '{"namn": "Åsa"}'.encode("latin-1")
    assert kept["latin"].problem is not None
    assert "UTF-8" in kept["latin"].problem.message


def test_a_node_that_is_down_is_asked_again_until_it_is_back(home: Intermediary, university: University) -> None:
    university.refuse_pulls = True
    grant = home.say_yes(university, "badge")
    settle(home, university)
    assert home.state(grant) == "fetching"
    for _ in range(12):
        home.later(20)
        settle(home, university)
    with home.work() as work:
        status = home.gathering.state_of(work, grant.id)
    assert status is not None
    assert status.tries > 8
    university.refuse_pulls = False
    home.later(20)
    settle(home, university)
    assert home.state(grant) == "arrived"


def test_a_node_that_stays_silent_is_given_up_and_may_be_tried_again(
    home: Intermediary, university: University, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_tasks, "PATIENCE", timedelta(0))
    university.refuse_pulls = True
    grant = home.say_yes(university, "badge")
    for _ in range(stored_tasks.ATTEMPTS_ON_FAULT + 1):
        settle(home, university)
        home.later(20)
    assert home.state(grant) == "failed"
    university.refuse_pulls = False
    with home.work() as work:
        home.gathering.again(work, grant.id, home.alva.id)
    settle(home, university)
    assert home.state(grant) == "arrived"


def test_killed_between_fetch_and_store_nothing_is_lost_or_doubled(
    home: Intermediary, university: University, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = home.say_yes(university, "diploma", "badge")
    keep, lives = home.profile.keep, [2]

    def killed(work, arrival):  # type: ignore[no-untyped-def]
        lives[0] -= 1
        if lives[0] == 0:
            raise KeyboardInterrupt
        return keep(work, arrival)

    monkeypatch.setattr(home.profile, "keep", killed)
    with pytest.raises(KeyboardInterrupt):
        settle(home, university)
    assert home.records() == {}
    monkeypatch.undo()
    home.worker.start()  # takes up what the crash left
    home.worker.stop()
    home.later(20)
    settle(home, university)
    assert home.state(grant) == "arrived"
    assert home.records() == {"d1": None, "b1": None}


def test_every_event_and_task_twice_doubles_nothing(home: Intermediary, university: University) -> None:
    grant = home.say_yes(university, "diploma", "badge")
    settle(home, university)
    with home.work() as work:
        status = home.gathering.state_of(work, grant.id)
        assert status is not None
        told = {"grant_id": grant.id, "reference": grant.id, "consumer_pid": status.transfer}
        told |= {"provider": university.did, "dataset": "diplomas", "offerings": []}
        for listener in (
            home.gathering._granted,
            home.gathering._contract_made,
            home.gathering._crawled,
            home.gathering._started,
        ):
            listener(work, {"content": told})
        work.enqueue(service.FETCH, {"grant": grant.id, "transfer": status.transfer})
    settle(home, university)
    assert home.state(grant) == "arrived"
    assert home.records() == {"d1": None, "b1": None}
    with home.work() as work:
        assert len(home.exchange.transfers.transfers(work)) == 1


def test_a_yes_taken_back_takes_its_records_along(home: Intermediary, university: University) -> None:
    grant = home.say_yes(university, "diploma", "badge")
    settle(home, university)
    with home.work() as work:
        home.consents.revoke(work, grant.id, home.alva.id)
    settle(home, university)
    assert home.state(grant) == "ended"
    assert home.records() == {}
    with home.work() as work:
        own = [one for one in home.consents.receipts_of(work, grant) if one.organisation == home.did]
    assert own[0].deleted == {"records": 2}
    with home.work() as work, pytest.raises(MoveNotAllowed):
        home.gathering.again(work, grant.id, home.alva.id)


def test_a_yes_taken_back_during_the_fetch_stores_nothing(
    home: Intermediary, university: University, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = home.say_yes(university, "badge")
    arrival = home.gathering._reading.arrival

    def revoked_meanwhile(*given):  # type: ignore[no-untyped-def]
        with home.work() as work:
            home.consents.revoke(work, grant.id, home.alva.id)
        return arrival(*given)

    monkeypatch.setattr(home.gathering._reading, "arrival", revoked_meanwhile)
    settle(home, university)
    assert home.state(grant) == "ended"
    assert home.records() == {}


def test_a_yes_that_ran_out_leaves_the_records_with_their_person(home: Intermediary, university: University) -> None:
    grant = home.say_yes(university, "badge", hours=1)
    settle(home, university)
    home.later(3600)
    with home.work() as work:
        home.consents.expire_due(work)
    settle(home, university)
    assert home.state(grant) == "ended"
    assert home.records() == {"b1": None}


def test_a_university_that_knows_nobody_by_this_name_says_so(home: Intermediary, university: University) -> None:
    university.refuse_pulls = True
    grant = home.say_yes(university, "badge")
    settle(home, university)
    with university.work() as work:
        university.holdings.remove_person(work, "s1")
    university.refuse_pulls = False
    home.later(20)
    settle(home, university)
    with home.work() as work:
        status = home.gathering.state_of(work, grant.id)
    assert status is not None
    assert status.state == "failed"
    assert "connected" in (status.reason or "")
    assert home.records() == {}


def test_who_leaves_during_the_fetch_leaves_nothing_behind(
    home: Intermediary, university: University, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.say_yes(university, "badge")
    arrival = home.gathering._reading.arrival

    def left_meanwhile(*given):  # type: ignore[no-untyped-def]
        with home.work() as work:
            home.consents.erase(work, home.alva.id)
            assert home.gathering.erase(work, home.alva.id) == 1
            home.links.erase(work, home.alva.id)
            home.accounts.erase(work, home.alva.id)
        return arrival(*given)

    monkeypatch.setattr(home.gathering._reading, "arrival", left_meanwhile)
    settle(home, university)
    with home.work() as work:
        assert home.profile.records(work, home.alva.id) == []
        assert home.gathering.of_person(work, home.alva.id) == []
        states = {transfer.state.value for transfer in home.exchange.transfers.transfers(work)}
    assert states == {"TERMINATED"}
    with university.work() as work:
        assert list(university.holdings.connected(work)) == []


def test_gathering_again_brings_what_is_new_and_drops_what_is_gone(home: Intermediary, university: University) -> None:
    grant = home.say_yes(university, "diploma", "badge")
    settle(home, university)
    university.hold("b2", "badge", badge(university.issuer, SWEDISH, "Swedish"))
    with university.work() as work:
        university.holdings.remove_document(work, "diplomas", "b1")
    with home.work() as work:
        with pytest.raises(NotFound):
            home.gathering.again(work, grant.id, "somebody-else")
        home.gathering.again(work, grant.id, home.alva.id)
    settle(home, university)
    assert home.state(grant) == "arrived"
    assert home.records() == {"d1": None, "b2": None}


def test_a_contract_that_is_not_made_is_said(home: Intermediary, university: University) -> None:
    with university.work() as work:
        university.exchange.catalog.withdraw(work, "diplomas")
    grant = home.say_yes(university, "badge")
    settle(home, university)
    with home.work() as work:
        status = home.gathering.state_of(work, grant.id)
    assert status is not None
    assert status.state == "failed"
    assert status.reason


def test_without_a_grant_the_source_opens_nothing(home: Intermediary, university: University) -> None:
    grant = home.say_yes(university, "badge")
    university.refuse_pulls = True
    settle(home, university)
    university.refuse_pulls = False
    with university.work() as work:
        (transfer,) = university.exchange.transfers.transfers(work)
        agreement = university.exchange.negotiations.agreement(work, transfer.agreement)
    assert agreement is not None
    request = PullRequest(dataset="diplomas", agreement=agreement, consumer=home.did, grant=None, transfer=transfer.pid)
    with pytest.raises(ConsentMissing):
        university.source.open(request)
    assert home.state(grant) == "fetching"


def test_a_node_whose_bundles_never_end_is_given_up(
    home: Intermediary, university: University, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(subject: str, documents: list[HeldDocument], after: str = "") -> bytes:
        told = orjson.loads(bundle.write_bundle(subject, documents, "")) | {"more": after + "x"}
        return orjson.dumps(told)

    monkeypatch.setattr(source, "write_bundle", endless)
    grant = home.say_yes(university, "badge")
    settle(home, university)
    assert home.state(grant) == "failed"
    with home.work() as work:
        found = home.gathering.state_of(work, grant.id)
    assert found is not None
    assert "twice" in (found.reason or "")
    monkeypatch.undo()
    with home.work() as work:
        home.gathering.again(work, grant.id, home.alva.id)
    settle(home, university)
    assert home.state(grant) == "arrived"
    assert home.records() == {"b1": None}


def test_a_yes_taken_back_between_two_bundles_keeps_nothing_of_either(
    home: Intermediary, university: University, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "FULL_BYTES", 1)
    grant = home.say_yes(university, "diploma", "badge")
    arrival, come = home.gathering._reading.arrival, []

    def revoked_meanwhile(*given):  # type: ignore[no-untyped-def]
        come.append(given[1].name)
        if len(come) == 2:
            assert len(home.records()) == 1
            with home.work() as work:
                home.consents.revoke(work, grant.id, home.alva.id)
        return arrival(*given)

    monkeypatch.setattr(home.gathering._reading, "arrival", revoked_meanwhile)
    settle(home, university)
    assert come == ["b1", "d1"]
    assert home.state(grant) == "ended"
    assert home.records() == {}
