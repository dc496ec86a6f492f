"""Notices in versions: linked by hashes, readable for ever, and asked about again where a change matters."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.storage.database import Work
from skillspace.trust.consent import Conditions, GrantState
from skillspace.trust.consent.errors import NoticeChanged
from skillspace.trust.consent.notices.notice import MATERIAL, changes, languages
from skillspace.trust.consent.store import notices
from tests.unit.trust.consent.conftest import HUB, PROFILES, WORKS, World, release
from tests.unit.trust.consent.records import RECORD, again, changed, grants_of, told


def test_a_notice_has_every_field_the_law_asks_for_in_each_language(world: World) -> None:
    told(world, RECORD)
    agreement = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"])
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("plan",), agreement=agreement.id)
        notice = world[HUB].consents.notice(work, asked)
    for language in languages():
        texts = notice.sentences(language, asked)
        whole = " ".join(texts.values())
        assert "{" not in whole
        # GDPR Art. 13(1)(a) to (f), (2)(a) to (f)
        assert {"controller", "contact", "dpo", "purpose", "legal_basis", "recipient", "recipients"} <= texts.keys()
        assert {"places", "transfers", "retention", "duty", "rights", "withdrawal", "complaint"} <= texts.keys()
        assert {"needed", "decides", "besides_0", "rules", "kinds", "source", "period", "refusal"} <= texts.keys()
        assert "data@works.example" in texts["contact"]
        assert "dpo@works.example" in texts["dpo"]
        assert "CNIL" in texts["complaint"]
        assert "90" in texts["retention"]
        assert "730" in texts["duty"]
    assert "its payroll office" in notice.sentences("en", asked)["recipients"]
    assert "son service de paie" in notice.sentences("fr", asked)["recipients"]
    assert "Schweiz" in notice.sentences("sv", asked)["transfers"]
    assert "Bookkeeping Act" in notice.sentences("en", asked)["besides_0"]
    assert notice.record_version == 1


def test_everybody_asked_the_same_reads_the_same_notice(world: World) -> None:
    with world[HUB].database.writing() as work:
        first = world.ask(work, kinds=("plan",))
        second = world.ask(work, kinds=("plan",), person="person-bo", until=world.clock() + timedelta(days=9))
        other = world.ask(work, kinds=("plan", "skills-profile"), person="person-cy")
    assert first.notice_hash == second.notice_hash != other.notice_hash
    with world[HUB].database.reading() as work:
        texts = world[HUB].consents.notice(work, second).sentences("en", second)
    assert "2026-11-30" in texts["period"]


def test_a_change_makes_a_version_that_names_the_one_before_and_leaves_it_readable(world: World) -> None:
    grant = world.granted(kinds=("plan",))
    told(world, RECORD)
    with world[HUB].database.writing() as work:
        book = world[HUB].consents.notices
        old = book.find(work, grant.notice_hash)
        new = book.of_ask(work, grant)
        assert (new.number, new.previous, new.series) == (2, old.hash, old.series)
        assert book.of_ask(work, grant) == new
        assert [one.hash for one in book.versions(work, old.series)] == [new.hash, old.hash]
        assert book.find(work, old.hash) == old


@pytest.mark.parametrize("what", ["content", "number", "gone"])
def test_a_changed_notice_is_found_out(world: World, what: str) -> None:
    grant = world.granted(kinds=("plan",))
    told(world, RECORD)
    with world[HUB].database.writing() as work:
        book = world[HUB].consents.notices
        book.of_ask(work, grant)
        told(world, changed(keeps_days=10), 2)
        newest = book.of_ask(work, grant)
        second = (notices.c.series == newest.series) & (notices.c.number == 2)
        if what == "gone":
            work.delete(notices, second)
        else:
            row = work.one(sa.select(notices.c.content).where(second))
            assert row is not None
            change = {"number": 7} if what == "number" else {"purpose": "something else"}
            work.update(notices, second, content=row["content"] | change)
        with pytest.raises(BadInput):
            book.versions(work, newest.series)
        if what != "gone":
            with pytest.raises(BadInput, match="missing or was changed"):
                book.find(work, str(newest.previous))


@pytest.mark.parametrize(
    ("members", "matters"),
    [
        ({"keeps_days": 365}, ("keeps_days",)),
        ({"recipients": ()}, ("recipients",)),
        ({"transfers": ()}, ("transfers",)),
        ({"decides": {}}, ("decides",)),
        ({"keeps_why": {"en": "because."}}, ()),
        ({"needed": {}}, ()),
    ],
)
def test_what_matters_is_asked_again_and_what_does_not_is_not(
    world: World, members: dict[str, object], matters: tuple[str, ...]
) -> None:
    told(world, RECORD)
    grant = world.granted(kinds=("plan",))
    told(world, changed(**members), 2)
    again(world)
    again(world)
    asked = grants_of(world, GrantState.PENDING)
    assert [one.replaces for one in asked] == ([grant.id] if matters else [])
    with world[HUB].database.reading() as work:
        book = world[HUB].consents.notices
        old = book.find(work, grant.notice_hash)
        newest, *_ = book.versions(work, old.series)
        found = changes(old, newest)
    assert found == matters


def test_the_old_yes_makes_way_for_the_new_one(world: World) -> None:
    told(world, RECORD)
    old = world.granted(kinds=("plan",))
    told(world, changed(keeps_days=365), 2)
    again(world)
    (asked,) = grants_of(world, GrantState.PENDING)
    assert world.token(old), "the old yes stands until there is an answer"
    with world[HUB].database.writing() as work:
        world[HUB].consents.grant(work, asked.id, "person-ada")
    assert [one.id for one in grants_of(world, GrantState.GRANTED)] == [asked.id]
    assert [one.id for one in grants_of(world, GrantState.TERMINATED)] == [old.id]


@pytest.mark.parametrize("answer", ["no", "none"])
def test_without_a_new_yes_the_old_one_ends(world: World, answer: str) -> None:
    told(world, RECORD)
    old = world.granted(kinds=("plan",))
    told(world, changed(keeps_days=365), 2)
    again(world)
    (asked,) = grants_of(world, GrantState.PENDING)
    with world[HUB].database.writing() as work:
        if answer == "no":
            world[HUB].consents.refuse(work, asked.id, "person-ada")
        else:
            world.clock.move(days=29)
            world[HUB].consents.expire_due(work)
    if answer == "none":
        assert world.token(old)
        world.clock.move(days=2)
        with world[HUB].database.writing() as work:
            world[HUB].consents.expire_due(work)
    assert grants_of(world, GrantState.GRANTED) == []
    assert world.token(old) == ""


def test_nobody_agrees_to_a_notice_that_has_changed_since(world: World) -> None:
    told(world, RECORD)
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("plan",))
    told(world, changed(keeps_days=365), 2)
    with world[HUB].database.writing() as work, pytest.raises(NoticeChanged):
        world[HUB].consents.grant(work, asked.id, "person-ada")
    again(world)
    (newer,) = grants_of(world, GrantState.PENDING)
    assert newer.notice_hash != asked.notice_hash
    with world[HUB].database.writing() as work:
        world[HUB].consents.grant(work, newer.id, "person-ada")
    assert [one.id for one in grants_of(world, GrantState.TERMINATED)] == [asked.id]


def test_a_yes_to_be_renewed_gains_no_time_when_the_notice_changes_again(world: World) -> None:
    told(world, RECORD)
    old = world.granted(kinds=("plan",))
    told(world, changed(keeps_days=365), 2)
    again(world)
    (renewal,) = grants_of(world, GrantState.PENDING)
    world.clock.move(days=2)
    told(world, changed(keeps_days=999), 3)
    again(world)
    (second,) = grants_of(world, GrantState.PENDING)
    assert (second.replaces, second.asked) == (old.id, renewal.asked)
    assert second.notice_hash != renewal.notice_hash


def test_a_wider_ask_stands_beside_a_renewal(world: World) -> None:
    told(world, RECORD)
    old = world.granted(kinds=("plan",))
    told(world, changed(keeps_days=365), 2)
    again(world)
    with world[HUB].database.writing() as work:
        longer = world.ask(work, kinds=("plan",), until=old.until + timedelta(days=9))
        assert longer.replaces is None
        world[HUB].consents.grant(work, longer.id, "person-ada")
    assert [one.replaces for one in grants_of(world, GrantState.PENDING)] == [old.id]


@pytest.mark.parametrize("order", [1, -1])
def test_an_open_ask_under_an_old_notice_gives_way_to_a_renewal_of_the_same(world: World, order: int) -> None:
    told(world, RECORD)
    consents = world[HUB].consents
    with world[HUB].database.writing() as work:
        old = world.ask(work, kinds=("plan",))
        consents.grant(work, old.id, "person-ada")
        stale = world.ask(work, kinds=("plan",))
    told(world, changed(keeps_days=365), 2)
    with world[HUB].database.writing() as work:
        for grant in (old, stale)[::order]:
            consents.renew(work, consents.find(work, grant.id))
    again(world)
    waiting = grants_of(world, GrantState.PENDING)
    assert [one.notice_hash for one in waiting].count(stale.notice_hash) == 0
    with world[HUB].database.writing() as work:
        followed = consents.newer_ask(work, consents.find(work, stale.id))
        assert followed is not None
        assert followed.id in [one.id for one in waiting]
        consents.grant(work, followed.id, "person-ada")


def test_an_open_ask_is_not_followed_by_itself(world: World) -> None:
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("plan",))
        assert world[HUB].consents.newer_ask(work, asked) is None


def test_two_living_yeses_are_renewed_each_by_its_own_ask(world: World) -> None:
    told(world, RECORD)
    first = world.granted(kinds=("plan",))
    second = world.granted(kinds=("plan",))
    told(world, changed(keeps_days=365), 2)
    again(world)
    again(world)
    assert sorted(str(one.replaces) for one in grants_of(world, GrantState.PENDING)) == sorted([first.id, second.id])


def test_a_yes_renewed_keeps_the_hours_and_places_the_person_set(world: World) -> None:
    told(world, RECORD)
    at_work = Conditions(days=frozenset({1, 2}), countries=frozenset({"SE"}))
    with world[HUB].database.writing() as work:
        first = world.ask(work, kinds=("plan",))
        world[HUB].consents.grant(work, first.id, "person-ada", conditions=at_work)
    told(world, changed(keeps_days=365), 2)
    again(world)
    (asked,) = grants_of(world, GrantState.PENDING)
    assert asked.conditions == at_work, "who is asked reads it"
    with world[HUB].database.writing() as work:
        assert world[HUB].consents.grant(work, asked.id, "person-ada").conditions == at_work


def test_a_yes_is_renewed_for_the_uses_that_are_left_and_not_when_none_are(world: World) -> None:
    told(world, RECORD)
    agreement = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"])
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("plan",), max_uses=2)
        grant = world[HUB].consents.grant(work, asked.id, "person-ada")
    release(world, HUB, world.token(grant), WORKS, agreement)
    told(world, changed(keeps_days=365), 2)
    again(world)
    (renewal,) = grants_of(world, GrantState.PENDING)
    assert renewal.max_uses == 1
    release(world, HUB, world.token(grant), WORKS, agreement)
    with world[HUB].database.writing() as work:
        world[HUB].consents.terminate(work, renewal.id, "Nobody needs it.")
    again(world)
    assert grants_of(world, GrantState.PENDING) == []


def test_who_allowed_less_is_not_asked_again_because_of_what_they_left_out(world: World) -> None:
    told(world, RECORD)
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("plan", "skills-profile"))
        world[HUB].consents.grant(work, asked.id, "person-ada", kinds=("skills-profile",))
    told(world, changed(keeps_why={"en": "because."}), 2)
    again(world)
    assert grants_of(world, GrantState.PENDING) == []


def test_the_same_kinds_named_in_another_order_are_the_same_notice(world: World) -> None:
    told(world, RECORD)
    with world[HUB].database.writing() as work:
        book = world[HUB].consents.notices
        first = world.ask(work, kinds=("plan", "skills-profile"))
        second = world.ask(work, kinds=("skills-profile", "plan"), person="person-bo")
        for _ in range(3):
            assert not book.is_outdated(work, first)
            assert not book.is_outdated(work, second)
        newest = book.of_ask(work, first)
        assert len(book.versions(work, newest.series)) == 1


def test_what_ran_out_a_moment_ago_keeps_nobody_else_from_being_asked(world: World) -> None:
    told(world, RECORD)
    with world[HUB].database.writing() as work:
        for days in (1, 9):
            asked = world.ask(work, kinds=("plan",), until=world.clock() + timedelta(days=days))
            world[HUB].consents.grant(work, asked.id, "person-ada")
    told(world, changed(keeps_days=365), 2)
    world.clock.move(days=1)
    again(world)
    assert len(grants_of(world, GrantState.PENDING)) == 1


def test_whose_notice_is_gone_is_asked_again_and_so_are_all_the_others(world: World) -> None:
    told(world, RECORD)
    gone = world.granted(kinds=("plan",))
    other = world.granted(kinds=("skills-profile",))
    with world[HUB].database.writing() as work:
        work.delete(notices, notices.c.hash == gone.notice_hash)
    told(world, changed(keeps_days=365), 2)
    again(world)
    assert {one.replaces for one in grants_of(world, GrantState.PENDING)} == {gone.id, other.id}


def test_an_open_ask_whose_notice_is_gone_is_asked_anew(world: World) -> None:
    told(world, RECORD)
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("plan",))
        work.delete(notices, notices.c.hash == asked.notice_hash)
    told(world, changed(keeps_days=365), 2)
    again(world)
    (newer,) = grants_of(world, GrantState.PENDING)
    assert newer.notice_hash != asked.notice_hash
    with world[HUB].database.writing() as work:
        world[HUB].consents.grant(work, newer.id, "person-ada")


def test_many_are_asked_again_some_at_a_time(world: World) -> None:
    told(world, RECORD)

    def granted(work: Work, person: str) -> None:
        asked = world.ask(work, kinds=("plan",), person=person)
        world[HUB].consents.grant(work, asked.id, person)

    with world[HUB].database.writing() as work:
        for number in range(7):
            granted(work, f"person-{number}")
    told(world, changed(keeps_days=365), 2)
    after, rounds = "", 0
    while True:
        with world[HUB].database.writing() as work:
            after = world[HUB].consents.ask_again(work, WORKS, after=after, limit=3)
        rounds += 1
        if not after:
            break
    assert rounds == 5, "the seven yeses, and the seven asks made on the way, three at a time"
    with world[HUB].database.reading() as work:
        for number in range(7):
            assert len(world[HUB].consents.asks_waiting(work, f"person-{number}")) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_however_a_record_changes_its_notices_are_one_unbroken_chain(world: World, days: list[int]) -> None:
    with world[HUB].database.writing() as work:
        book = world[HUB].consents.notices
        asked = world.ask(work, kinds=("plan",))
        for version, keeps in enumerate(days):
            told(world, changed(keeps_days=keeps), version)
            newest = book.of_ask(work, asked)
            versions = book.versions(work, newest.series)
            assert versions[0] == newest
            assert [one.number for one in versions] == list(range(len(versions), 0, -1))
    assert set(MATERIAL) >= set(changes(versions[-1], newest))


def test_a_notice_that_was_read_before_is_found_out_when_it_is_changed_or_gone(world: World) -> None:
    grant = world.granted(kinds=("plan",))
    this = notices.c.hash == grant.notice_hash
    with world[HUB].database.writing() as work:
        book = world[HUB].consents.notices
        before = book.find(work, grant.notice_hash)
        row = work.one(sa.select(notices.c.content).where(this))
        assert row is not None
        work.update(notices, this, content=row["content"] | {"purpose": "something else"})
        for _ in range(2):
            with pytest.raises(BadInput):
                book.find(work, grant.notice_hash)
        work.update(notices, this, content=row["content"])
        assert book.find(work, grant.notice_hash) == before
        work.delete(notices, this)
        with pytest.raises(BadInput):
            book.find(work, grant.notice_hash)
