"""The release gate: deny by default, with the reason, and every decision written down."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, ConsentMissing, NotAMember
from skillspace.trust.consent import Conditions, Grant, Release
from skillspace.trust.consent.errors import (
    AgreementEnded,
    ConsentEnded,
    ConsentExpired,
    ConsentRevoked,
    ConsentUsedUp,
    IntermediarySilent,
    OutsideConditions,
    PermitTooOld,
    PolicyForbids,
    UntrustedIntermediary,
    UseRefused,
)
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer
from skillspace.trust.policy.decisions import DecisionLog
from tests.unit.trust.consent.conftest import (
    DIPLOMAS,
    HUB,
    OTHER,
    PROFILES,
    SCHOOL,
    WORKS,
    World,
    refusals,
    release,
    revoke,
)

Yes = tuple[Grant, str, Agreement]


def test_a_live_grant_opens_what_was_consented_and_offered_and_is_written_down(world: World, gather: Yes) -> None:
    grant, token, agreement = gather
    opened = release(world, SCHOOL, token, HUB, agreement)
    assert opened.kinds == {"diploma", "transcript"}
    assert (opened.subject, opened.grant_id, opened.person) == (grant.subject, grant.id, None)
    with world[SCHOOL].database.reading() as work:
        (line,) = world[SCHOOL].room.gate.decisions(work)
    assert (line.outcome, line.grant, line.kinds) == ("released", grant.id, ("diploma", "transcript"))
    assert world.outcomes() == ["asked", "granted", "used"]


def test_the_intermediary_itself_releases_to_an_employer_and_knows_the_person(world: World, share: Yes) -> None:
    grant, token, agreement = share
    opened = release(world, HUB, token, WORKS, agreement)
    assert (opened.person, opened.recipient, opened.purpose) == ("person-ada", WORKS, "recruit")
    assert world.outcomes() == ["asked", "granted", "used"]
    assert grant.subject == opened.subject


def test_a_revoked_grant_stops_the_next_release_at_the_intermediary_at_once(world: World, share: Yes) -> None:
    grant, token, agreement = share
    release(world, HUB, token, WORKS, agreement)
    made_before = world.token(grant)
    revoke(world, grant)
    with pytest.raises(ConsentRevoked, match="was stopped by the person on 21 Nov 2026"):
        release(world, HUB, made_before, WORKS, agreement)
    assert world.outcomes() == ["asked", "granted", "used", "stopped", "refused"]
    assert refusals(world, HUB) == ["ConsentRevoked"]


def test_a_revoked_grant_stops_the_next_release_elsewhere_at_once(world: World, gather: Yes) -> None:
    grant, token, agreement = gather
    release(world, SCHOOL, token, HUB, agreement)
    made_before = world.token(grant)
    revoke(world, grant)  # nobody has been told yet
    with pytest.raises(ConsentRevoked, match="21 Nov 2026"):
        release(world, SCHOOL, made_before, HUB, agreement)


def test_a_provider_that_was_told_refuses_without_asking(world: World, gather: Yes) -> None:
    grant, token, agreement = gather
    revoke(world, grant)
    world.settle()
    world.calls.clear()
    with pytest.raises(ConsentRevoked):
        release(world, SCHOOL, token, HUB, agreement)
    assert world.calls == []


def test_after_a_revocation_there_are_no_more_tokens_and_the_person_sees_who_asked(world: World, share: Yes) -> None:
    grant, _, _ = share
    revoke(world, grant)
    assert world.token(grant) == ""
    assert world.outcomes() == ["asked", "granted", "stopped", "refused"]


@pytest.mark.parametrize("place", ["here", "elsewhere"])
def test_a_token_opens_once(world: World, share: Yes, gather: Yes, place: str) -> None:
    grant, token, agreement = share if place == "here" else gather
    node, peer = (HUB, WORKS) if place == "here" else (SCHOOL, HUB)
    release(world, node, token, peer, agreement)
    with pytest.raises(UseRefused, match="used already"):
        release(world, node, token, peer, agreement)
    assert refusals(world, node) == ["UseRefused"]
    release(world, node, world.token(grant), peer, agreement)
    assert world.outcomes().count("used") == 2


def test_a_token_that_was_looked_at_twice_is_redeemed_once(world: World, share: Yes) -> None:
    _, token, agreement = share
    gate = world[HUB].room.gate
    first, second = (gate.ask(token, WORKS, PROFILES, agreement, name) for name in ("transfer-1", "transfer-2"))
    with world[HUB].database.writing() as work:
        gate.release(work, first)
    with pytest.raises(UseRefused), world[HUB].database.writing() as work:
        gate.release(work, second)


def test_a_token_lives_a_minute(world: World, gather: Yes) -> None:
    _, token, agreement = gather
    world.clock.move(seconds=66)
    with pytest.raises(UseRefused, match="expired"):
        release(world, SCHOOL, token, HUB, agreement)


def test_the_credential_of_a_grant_is_no_token(world: World, share: Yes) -> None:
    grant, _, agreement = share
    with pytest.raises(BadInput, match="no token for one use"):
        release(world, HUB, world.credential(grant), WORKS, agreement)


def test_a_token_for_less_opens_less(world: World) -> None:
    grant = world.granted()
    agreement = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"])
    opened = release(world, HUB, world.token(grant, "plan"), WORKS, agreement)
    assert opened.kinds == {"plan"}


def test_a_grant_for_two_uses_opens_twice(world: World) -> None:
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("plan",))
        grant = world[HUB].consents.grant(work, asked.id, "person-ada", max_uses=2)
    agreement = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"])
    third = [world.token(grant) for _ in range(3)][2]
    for _ in range(2):
        release(world, HUB, world.token(grant), WORKS, agreement)
    assert world.token(grant) == ""
    with pytest.raises(ConsentUsedUp, match="for 2 uses"):
        release(world, HUB, third, WORKS, agreement)


def test_a_grant_for_some_hours_and_countries_opens_then_and_there_only(world: World) -> None:
    school_hours = Conditions(
        days=frozenset({1, 2, 3, 4, 5, 6}),
        start=time(8),
        end=time(16),
        zone="Europe/Stockholm",
        countries=frozenset({"SE"}),
    )
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("plan",))
        grant = world[HUB].consents.grant(work, asked.id, "person-ada", conditions=school_hours)
    agreement = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"])
    assert world.token(grant) == ""  # nobody said where the employer is
    world.countries[WORKS] = "SE"
    token = world.token(grant)
    world.countries[WORKS] = "FR"
    with pytest.raises(OutsideConditions, match="holds in SE only, and the recipient is in FR"):
        release(world, HUB, token, WORKS, agreement)
    world.countries[WORKS] = "SE"
    release(world, HUB, token, WORKS, agreement)
    world.clock.move(hours=4)  # noon in UTC is one o'clock in Stockholm
    assert world.token(grant) == ""
    assert world.outcomes() == ["asked", "granted", "refused", "refused", "used", "refused"]


def test_single_things_of_a_kind_are_all_that_opens(world: World) -> None:
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("skills-profile", "plan"), items={"skills-profile": ("urn:skill:1",)})
        grant = world[HUB].consents.grant(work, asked.id, "person-ada")
    agreement = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"])
    opened = release(world, HUB, world.token(grant), WORKS, agreement)
    assert opened.covers("skills-profile", "urn:skill:1")
    assert not opened.covers("skills-profile", "urn:skill:2")
    assert opened.covers("plan", "anything")
    assert not opened.covers("diploma", "urn:skill:1")


def test_a_permit_older_than_five_seconds_opens_nothing(world: World, gather: Yes) -> None:
    _, token, agreement = gather
    gate = world[SCHOOL].room.gate
    permit = gate.ask(token, HUB, DIPLOMAS, agreement, "transfer-1")
    world.clock.move(seconds=6)
    with world[SCHOOL].database.writing() as work, pytest.raises(PermitTooOld):
        gate.release(work, permit)
    with pytest.raises(UseRefused):
        release(world, SCHOOL, token, HUB, agreement)  # writes what was owed
    assert refusals(world, SCHOOL) == ["PermitTooOld", "UseRefused"]


def test_what_changed_between_asking_and_releasing_counts(world: World, share: Yes) -> None:
    grant, token, agreement = share
    gate = world[HUB].room.gate
    permit = gate.ask(token, WORKS, PROFILES, agreement, "transfer-1")
    revoke(world, grant)
    with pytest.raises(ConsentRevoked), world[HUB].database.writing() as work:
        gate.release(work, permit)
    with pytest.raises(ConsentRevoked):
        gate.ask(token, WORKS, PROFILES, agreement, "transfer-1")
    assert refusals(world, HUB) == ["ConsentRevoked", "ConsentRevoked"]
    assert world.outcomes().count("refused") == 2


def test_an_agreement_that_ends_between_asking_and_releasing_stops_it(world: World, share: Yes) -> None:
    _, token, agreement = share
    gate = world[HUB].room.gate
    permit = gate.ask(token, WORKS, PROFILES, agreement, "transfer-1")
    world[HUB].agreements[agreement.id] = replace(agreement, in_force=False)
    with pytest.raises(AgreementEnded), world[HUB].database.writing() as work:
        gate.release(work, permit)


def test_an_expired_grant_opens_nothing_whatever_its_state(world: World, share: Yes, gather: Yes) -> None:
    world.clock.move(days=365, seconds=-1)
    made_before = {HUB: world.token(share[0]), SCHOOL: world.token(gather[0])}
    world.clock.move(seconds=1)  # the clock's task has not run
    for node, agreement, peer in ((HUB, share[2], WORKS), (SCHOOL, gather[2], HUB)):
        with pytest.raises(ConsentExpired):
            release(world, node, made_before[node], peer, agreement)
        assert refusals(world, node) == ["ConsentExpired"]


def test_an_unreachable_intermediary_means_no_and_the_person_hears_of_it_later(world: World, gather: Yes) -> None:
    _, token, agreement = gather
    world[HUB].is_down = True
    with pytest.raises(IntermediarySilent, match="does not answer"):
        release(world, SCHOOL, token, HUB, agreement)
    assert refusals(world, SCHOOL) == ["IntermediarySilent"]
    world[HUB].is_down = False
    world.settle()
    assert world.outcomes()[-1] == "refused"


def test_no_grant_no_data(world: World, gather: Yes) -> None:
    _, _, agreement = gather
    for nothing in (None, ""):
        with pytest.raises(ConsentMissing, match="without a consent"):
            release(world, SCHOOL, nothing, HUB, agreement)
    assert refusals(world, SCHOOL) == ["ConsentMissing", "ConsentMissing"]


def test_who_left_the_data_space_gets_nothing(world: World, gather: Yes, share: Yes) -> None:
    world.members.pop(WORKS)
    with pytest.raises(NotAMember):
        release(world, HUB, share[1], WORKS, share[2])
    world.members[HUB] = Peer(did=HUB, name="hub", roles=frozenset({"participant"}))
    with pytest.raises(UntrustedIntermediary):
        release(world, SCHOOL, gather[1], HUB, gather[2])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"in_force": False}, "not in force"),
        ({"consumer": OTHER}, "not between these two"),
        ({"provider": OTHER}, "not between these two"),
        ({"dataset": "urn:example:else"}, "not between these two"),
    ],
)
def test_an_agreement_that_does_not_bind_these_two_is_refused(
    world: World, gather: Yes, change: dict[str, Any], reason: str
) -> None:
    _, token, agreement = gather
    world[SCHOOL].agreements[agreement.id] = replace(agreement, **change)
    with pytest.raises(AgreementEnded, match=reason):
        release(world, SCHOOL, token, HUB, agreement)


def test_an_agreement_only_the_caller_knows_is_refused(world: World, gather: Yes) -> None:
    _, token, agreement = gather
    with pytest.raises(AgreementEnded):
        release(world, SCHOOL, token, HUB, replace(agreement, id="agreement-of-mine"))


def test_a_grant_under_one_agreement_is_not_used_under_another(world: World) -> None:
    agreement = world.agree(SCHOOL, HUB, DIPLOMAS, purposes=["gather"])
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("diploma",), recipient=HUB, agreement="agreement-old")
        grant = world[HUB].consents.grant(work, asked.id, "person-ada")
    with pytest.raises(AgreementEnded, match="agreement-old"):
        release(world, SCHOOL, world.token(grant), HUB, agreement)


def test_a_policy_that_does_not_allow_the_purpose_or_the_role_is_a_no_with_its_reason(world: World) -> None:
    grant = world.granted()
    token = world.token(grant)
    other_purpose = world.agree(HUB, WORKS, PROFILES, purposes=["train"])
    with pytest.raises(PolicyForbids, match="purpose must be one of train; it is recruit"):
        release(world, HUB, token, WORKS, other_purpose)
    other_role = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"], roles=["agency"])
    with pytest.raises(PolicyForbids, match="role must be one of agency; it is employer"):
        release(world, HUB, token, WORKS, other_role)


def test_an_agreement_for_one_use_is_used_up_by_one(world: World) -> None:
    token = world.token(world.granted())
    agreement = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"])
    once = {"leftOperand": "count", "operator": "lteq", "rightOperand": "1"}
    agreement.policy["permission"][0]["constraint"].append(once)
    release(world, HUB, token, WORKS, agreement)
    with pytest.raises(PolicyForbids):
        release(world, HUB, token, WORKS, agreement)
    with world[HUB].database.reading() as work:
        recorded = DecisionLog().listed(work, agreement=agreement.id)
    assert [one.allowed for one in recorded] == [True]


def test_an_erased_person_is_gone_for_the_gate_too(world: World, gather: Yes) -> None:
    _, token, agreement = gather
    with world[HUB].database.writing() as work:
        world[HUB].consents.erase(work, "person-ada")
    with pytest.raises(ConsentEnded):
        release(world, SCHOOL, token, HUB, agreement)


def test_what_is_read_and_the_audit_row_are_one_transaction(world: World, gather: Yes) -> None:
    _, token, agreement = gather
    with pytest.raises(RuntimeError), world[SCHOOL].room.gate.opened(token, HUB, DIPLOMAS, agreement, "t"):
        raise RuntimeError("the disk broke while reading")
    with world[SCHOOL].database.reading() as work:
        assert world[SCHOOL].room.gate.decisions(work) == []


def test_only_the_gate_makes_a_release(world: World, gather: Yes) -> None:
    _, token, agreement = gather
    opened = release(world, SCHOOL, token, HUB, agreement)
    facts = {name: getattr(opened, name) for name in opened.__dataclass_fields__ if hasattr(opened, name)}
    with pytest.raises(TypeError, match="Only the release gate"):
        Release(**facts, seal=object())
    with pytest.raises((TypeError, ValueError)):
        replace(opened, kinds=frozenset({"health"}))
    assert copy.copy(opened) == opened


names = st.sampled_from(["diploma", "transcript", "badge", "health", "plan", "story"])
some = st.frozensets(names, min_size=1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=some, allowed=some, offered=st.frozensets(names))
def test_a_release_never_holds_kinds_outside_the_grant_and_the_offering(
    world: World, asked: frozenset[str], allowed: frozenset[str], offered: frozenset[str]
) -> None:
    agreement = world.agree(SCHOOL, HUB, DIPLOMAS, purposes=["gather"])
    world[SCHOOL].offered[DIPLOMAS] = offered
    with world[HUB].database.writing() as work:
        pending = world.ask(work, kinds=tuple(asked), recipient=HUB)
        try:
            grant = world[HUB].consents.grant(work, pending.id, "person-ada", kinds=allowed)
        except BadInput:
            assert not allowed <= asked
            return
    token = world.token(grant)
    try:
        opened = release(world, SCHOOL, token, HUB, agreement)
    except ConsentMissing:
        assert not allowed & offered
        return
    assert opened.kinds == allowed & offered
