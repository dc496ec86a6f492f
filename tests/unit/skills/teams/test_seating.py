"""Who is put where: held against trying every way there is."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given

from skillspace.skills.matching import PersonSkill, Proximity
from skillspace.skills.ranking import Policy
from skillspace.skills.taxonomy import Need
from skillspace.skills.teams import Chart, Member, Role, Standing, Wanted, seating
from tests.unit.skills.matching.brute import SKILLS
from tests.unit.skills.teams.drawn import charts, teams


def best_by_trying(standing: Standing) -> tuple[int, float]:
    """Return the most people on seats whose musts they show (0 where nothing is a must), then the best sum of fits."""
    fits, lacks = standing.fits(), standing.lacks_a_must()
    seats = [at for at, role in enumerate(standing.chart.roles) for _ in range(role.heads)]
    people = [*range(len(standing.members)), *[-1] * len(seats)]
    best = (0, 0.0)
    for put in set(permutations(people, len(seats))):
        pairs = [(who, seat) for who, seat in zip(put, seats, strict=True) if who >= 0 and fits[who, seat] > 0]
        musts = sum(not lacks[pair] for pair in pairs) if standing.policy.is_must else 0
        best = max(best, (musts, round(float(sum(fits[pair] for pair in pairs)), 6)))
    return best


@pytest.mark.parametrize("policy", [Policy(), Policy(is_must=True)])
@given(chart=charts(most_heads=1), team=teams())
def test_no_other_way_to_fill_the_seats_adds_up_to_more(
    near: Proximity, policy: Policy, chart: Chart, team: list[Member]
) -> None:
    standing = Standing(chart, team, near, policy)
    found = seating(standing)
    roles = [role.id for role in chart.roles]
    names = [one.id for one in standing.members]
    fits, lacks = standing.fits(), standing.lacks_a_must()
    pairs = [(names.index(fit.member), roles.index(fit.role)) for fit in found.seats]
    musts = sum(not lacks[pair] for pair in pairs) if policy.is_must else 0
    assert (musts, pytest.approx(float(sum(fits[pair] for pair in pairs)), abs=1e-5)) == best_by_trying(standing)


@given(charts(), teams())
def test_everybody_has_one_seat_or_none_and_every_seat_one_person_or_none(
    near: Proximity, chart: Chart, team: list[Member]
) -> None:
    found = seating(Standing(chart, team, near))
    seated = [fit.member for fit in found.seats]
    assert sorted([*seated, *found.unseated]) == sorted(one.id for one in team)
    for role in chart.roles:
        assert sum(fit.role == role.id for fit in found.seats) + found.open.get(role.id, 0) == role.heads
    assert all(fit.coverage > 0 for fit in found.seats)


def test_a_must_comes_before_a_better_fit(near: Proximity) -> None:
    needs = (Wanted(concept=SKILLS[0]), *(Wanted(concept=uri, need=Need.OPTIONAL, weight=9) for uri in SKILLS[3:6]))
    chart = Chart(roles=(Role(id="baker", needs=needs),))
    wide = Member(id="wide", skills=tuple(PersonSkill(uri=uri) for uri in SKILLS[3:6]))
    sure = Member(id="sure", skills=(PersonSkill(uri=SKILLS[0]),))
    assert [fit.member for fit in seating(Standing(chart, [wide, sure], near)).seats] == ["wide"]
    strict = seating(Standing(chart, [wide, sure], near, Policy(is_must=True)))
    assert [fit.member for fit in strict.seats] == ["sure"]
    assert np.isclose(sum(part.weight for part in strict.seats[0].parts), 1, atol=1e-4)
    assert {part.concept for part in strict.seats[0].lacking} == set(SKILLS[3:6])
