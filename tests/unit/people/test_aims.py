"""A person's aim as their agent sees it, and who may let a wish of theirs count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.aims import Aims
from skillspace.people.plan import Goal, GoalNeed
from skillspace.skills.taxonomy import ConceptKind, Need
from skillspace.trust.agent import Effect, Wish
from skillspace.trust.consent import Acting, GrantState, subject_for
from skillspace.trust.mandate import ALL, Act, Capacity, MandateState, NotMandated, OutOfScope, Scope
from tests.small_space import HeldClock
from tests.unit.people.houses import AGENCY, EMPLOYER, House, house, profile_offering


@pytest.fixture
def home(tmp_path: Path, starter_taxonomies: Path, clock: HeldClock) -> Iterator[House]:
    with house(tmp_path, starter_taxonomies, clock) as made:
        with made.node.database.writing() as work:
            made.node.exchange.catalog.publish(work, profile_offering(work))
        yield made


def aims(home: House) -> Aims:
    return Aims(plans=home.spaces.plans, profile=home.spaces.profile, taxonomies=home.node.rooms.taxonomies)


def coach_of(home: House, *acts: Act, purposes: tuple[str, ...] = (ALL,), recipients: tuple[str, ...] = (ALL,)) -> str:
    """Let somebody act for Alva; return their account."""
    room = home.spaces.mandates
    with home.node.database.writing() as work:
        kim = home.node.rooms.accounts.make(work, name="Kim Coach", kind=AccountKind.PERSON)
        scope = Scope.of(acts=acts, purposes=purposes, kinds=["skills", "plan"], recipients=recipients)
        made = room.appointing.name_agent(
            work,
            principal=home.alva.id,
            agent=kim.id,
            capacity=Capacity.COACH,
            scope=scope,
            ends=work.now + timedelta(days=30),
        )
        accepted = room.appointing.accept(work, made.id, kim.id)
        assert accepted.state is MandateState.ACTIVE
    return kim.id


def wish(home: House, by: str | None, made: Wish, person: Account | None = None) -> str:
    """Let a wish count for Alva, by somebody or by herself; return its identifier."""
    preferences = home.spaces.agent.preferences
    acting = Acting(actor=by, name="?", capacity="coach", mandate="?") if by else None
    with home.node.database.writing() as work:
        proposed = preferences.propose(work, (person or home.alva).id, made)
        return preferences.activate(work, proposed.id, proposed.person, acting=acting).id


def always(*kinds: str, to: str = AGENCY.did, purposes: tuple[str, ...] = ("guidance",)) -> Wish:
    return Wish(
        effect=Effect.ALWAYS,
        kinds=frozenset(kinds or ("skills",)),
        organisations=frozenset({to}),
        purposes=frozenset(purposes),
    )


def test_an_aim_is_the_plan_beside_what_the_person_has(home: House) -> None:
    taxonomies, plans = home.node.rooms.taxonomies, home.spaces.plans
    occupation = min(taxonomies.concepts(kinds={ConceptKind.OCCUPATION}))
    links = {link.uri: link.need for link in taxonomies.skills_of(occupation)}
    musts = [uri for uri, need in links.items() if need is Need.ESSENTIAL]
    needs = tuple(GoalNeed(uri=uri, is_essential=True) for uri in musts)
    with home.node.database.writing() as work:
        assert plans.planning(work, "", 10, leave_out=()) == []
        assert aims(home).of(work, home.alva.id) is None
        plans.aim(work, home.alva.id, Goal(title="a job", occupation=occupation, offer=None, needs=needs))
        assert plans.planning(work, "", 10, leave_out=()) == [home.alva.id]
        assert plans.planning(work, home.alva.id, 10, leave_out=()) == []
        aim = aims(home).of(work, home.alva.id)
    assert aim is not None
    assert aim.essential == frozenset(musts)
    assert aim.useful == frozenset(links) - aim.essential
    assert len(aim.held) == 3


def test_a_plan_that_insists_on_nothing_needs_all_it_names(home: House) -> None:
    needs = tuple(GoalNeed(uri=f"urn:skill:{number}", is_essential=False) for number in range(3))
    with home.node.database.writing() as work:
        home.spaces.plans.aim(work, home.alva.id, Goal(title="an ad", occupation=None, offer="job-1", needs=needs))
        aim = aims(home).of(work, home.alva.id)
    assert aim is not None
    assert aim.essential == aim.gaps == {need.uri for need in needs}
    assert aim.useful == frozenset()


def test_what_is_no_longer_valid_is_not_held(home: House, clock: HeldClock) -> None:
    with home.node.database.writing() as work:
        held = home.spaces.profile.held(work, home.alva.id)
        work.connection.exec_driver_sql("UPDATE assertion SET valid_until = '2026-01-01'")
        assert len(held) == 3
        assert home.spaces.profile.held(work, home.alva.id) == set()


def test_nobody_without_a_mandate_lets_a_wish_of_another_count(home: House) -> None:
    with home.node.database.writing() as work:
        stranger = home.node.rooms.accounts.make(work, name="Sam Stranger", kind=AccountKind.PERSON).id
    with pytest.raises(NotMandated):
        wish(home, stranger, always())
    with pytest.raises(OutOfScope):
        wish(home, coach_of(home, Act.VIEW, Act.REFUSE), always())


@pytest.mark.parametrize(
    "beyond",
    [
        always("skills", "diploma"),
        always("category:proofs"),
        always(to=EMPLOYER.did),
        always(to="role:employer"),
        always(purposes=("guidance", "recruitment")),
        always(purposes=()),
        Wish(effect=Effect.NEVER, kinds=frozenset({"diploma"})),
        Wish(effect=Effect.ASK),
    ],
    ids=lambda one: one.effect.value,
)
def test_a_wish_beyond_the_mandate_in_any_part_does_not_count(home: House, beyond: Wish) -> None:
    coach = coach_of(home, Act.VIEW, Act.GRANT, Act.REFUSE, purposes=("guidance",), recipients=(AGENCY.did,))
    assert wish(home, coach, always("skills", "plan"))
    with pytest.raises(OutOfScope):
        wish(home, coach, beyond)


def test_a_wish_of_too_many_parts_is_refused_before_it_is_checked(home: House) -> None:
    coach = coach_of(home, Act.GRANT)
    many = Wish(
        effect=Effect.ALWAYS,
        kinds=frozenset({"skills"}),
        organisations=frozenset(f"did:web:{number}.example" for number in range(20)),
        purposes=frozenset(f"purpose-{number}" for number in range(20)),
    )
    with pytest.raises(BadInput, match="at most 100"):
        wish(home, coach, many)


def test_a_yes_under_a_coachs_wish_holds_only_as_long_as_their_mandate(home: House) -> None:
    coach = coach_of(home, Act.VIEW, Act.GRANT)
    kept = wish(home, coach, always())
    room, consents = home.spaces.agent, home.spaces.consents

    def ask() -> tuple[GrantState, list[str]]:
        with home.node.database.writing() as work:
            asked = consents.ask(
                work,
                person=home.alva.id,
                subject=subject_for(home.alva.secret, AGENCY.did),
                provider=home.node.trust.did,
                provider_name="Invented Space",
                recipient=AGENCY.did,
                recipient_name=AGENCY.name,
                dataset="skills-profile",
                purpose="guidance",
                kinds=("skills",),
                until=work.now + timedelta(days=9),
                agreement=home.agreement.id,
                why="",
            )
            decided = room.agent.on_ask(work, asked)
            assert decided is not None
            return consents.find(work, asked.id).state, [reason.code for reason in decided.reasons]

    assert ask()[0] is GrantState.GRANTED
    with home.node.database.writing() as work:
        mandate = room.preferences.of(work, kept, home.alva.id).acting
        assert mandate is not None
        assert mandate.name == "Kim Coach"
        home.spaces.mandates.appointing.end(work, mandate.mandate, home.alva.id)
    assert ask() == (GrantState.PENDING, ["held_back"])
