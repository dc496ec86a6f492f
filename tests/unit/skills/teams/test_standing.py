"""What a team covers: every claim is true of both sides, and nobody makes a team weaker by knowing more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import DEFAULT, Closeness, PersonSkill, Proximity
from skillspace.skills.teams import Chart, Member, Role, Standing, Unit, Wanted
from tests.unit.skills.matching.brute import SKILLS, closeness
from tests.unit.skills.teams.drawn import charts, skills, teams

CREDITS = dict(zip(Closeness, DEFAULT.credits, strict=True))
ROLE = Role(id="baker", heads=2, needs=(Wanted(concept=SKILLS[0]),))


def member(name: str, *uris: str) -> Member:
    return Member(id=name, skills=tuple(PersonSkill(uri=uri) for uri in uris))


@given(charts(), teams())
def test_who_is_said_to_bring_something_holds_the_skill_that_brings_it(
    near: Proximity, chart: Chart, team: list[Member]
) -> None:
    held = {one.id: {(skill.uri, skill.validation, skill.reached) for skill in one.skills} for one in team}
    for role in Standing(chart, team, near).covered().roles:
        for need in role.needs:
            for cover in need.covers:
                levels = {
                    level for uri, proof, level in held[cover.member] if (uri, proof) == (cover.by, cover.validation)
                }
                assert levels
                assert (
                    cover.path is None if cover.by == need.concept else cover.path is closeness(cover.by, need.concept)
                )
                most = CREDITS[cover.path] if cover.path else 1.0
                short = {max(need.level - level, 0) if need.level and level else 0 for level in levels}
                expected = {round(most * (1 - DEFAULT.level * steps / 7), 6) for steps in short}
                assert cover.credit in expected


@given(charts(), teams())
def test_who_is_not_named_for_a_need_holds_nothing_that_comes_close(
    near: Proximity, chart: Chart, team: list[Member]
) -> None:
    for role in Standing(chart, team, near).covered().roles:
        for need in role.needs:
            named = {cover.member for cover in need.covers}
            for one in team:
                comes = any(
                    skill.uri == need.concept or closeness(skill.uri, need.concept) is not None for skill in one.skills
                )
                assert comes == (one.id in named)


@given(charts(), teams(), skills, st.data())
def test_one_more_skill_never_lowers_what_a_team_covers(
    near: Proximity, chart: Chart, team: list[Member], more: PersonSkill, data: st.DataObject
) -> None:
    if not team:
        return
    before = Standing(chart, team, near).covered()
    at = data.draw(st.integers(0, len(team) - 1))
    team[at] = replace(team[at], skills=(*team[at].skills, more))
    after = Standing(chart, team, near).covered()
    assert after.coverage >= before.coverage
    for one, other in zip(before.roles, after.roles, strict=True):
        assert other.coverage >= one.coverage


@given(charts(), teams())
def test_coverage_and_what_lacks_add_up_to_the_whole_chart(near: Proximity, chart: Chart, team: list[Member]) -> None:
    found = Standing(chart, team, near).covered()
    assert found.coverage + sum(lack.weight for lack in found.lacks) == pytest.approx(1, abs=1e-4)
    for role in found.roles:
        assert sum(need.weight for need in role.needs) == pytest.approx(1, abs=1e-4)
        assert role.coverage == pytest.approx(sum(need.weight * need.met for need in role.needs), abs=1e-4)
        for need in role.needs:
            assert (need.rests_on is not None) == (need.depth == 1)


@given(charts(), teams(), st.randoms())
def test_the_order_in_which_people_are_told_changes_nothing(
    near: Proximity,
    chart: Chart,
    team: list[Member],
    chance: st.randoms,  # type: ignore[valid-type]
) -> None:
    before = Standing(chart, team, near).covered()
    chance.shuffle(team)  # type: ignore[attr-defined]
    assert Standing(chart, team, near).covered() == before


def test_a_role_for_two_is_half_covered_by_one_and_rests_on_them(near: Proximity) -> None:
    chart = Chart(roles=(ROLE,))
    alone = Standing(chart, [member("ada", SKILLS[0]), member("bo")], near).covered().roles[0]
    assert (alone.coverage, alone.needs[0].rests_on) == (0.5, "ada")
    both = Standing(chart, [member("ada", SKILLS[0]), member("bo", SKILLS[1])], near).covered().roles[0]
    assert (both.coverage, both.needs[0].rests_on, both.needs[0].depth) == (0.85, None, 2)


def test_a_chart_is_refused_where_names_or_units_do_not_add_up() -> None:
    with pytest.raises(BadInput, match="Two roles are called baker"):
        Chart(roles=(ROLE, ROLE))
    with pytest.raises(BadInput, match="no unit called shop"):
        Chart(roles=(replace(ROLE, unit="shop"),))
    with pytest.raises(BadInput, match="part of itself, by a → b"):
        Chart(units=(Unit(id="a", part_of="b"), Unit(id="b", part_of="a")), roles=(ROLE,))
    with pytest.raises(BadInput, match="has no role"):
        Chart(roles=())
    with pytest.raises(BadInput, match="twice"):
        replace(ROLE, needs=ROLE.needs * 2)


def test_a_unit_holds_the_roles_of_its_parts(near: Proximity) -> None:
    units = (Unit(id="firm"), Unit(id="shop", part_of="firm"), Unit(id="oven", part_of="shop"), Unit(id="lorries"))
    roles = tuple(replace(ROLE, id=name, unit=name) for name in ("shop", "oven", "lorries"))
    chart = Chart(units=units, roles=roles)
    assert [role.id for role in chart.within("firm").roles] == ["shop", "oven"]
    with pytest.raises(BadInput, match="No role of the chart is in a unit called 'moon'"):
        chart.within("moon")
    with pytest.raises(BadInput, match="Two people"):
        Standing(chart, [member("ada"), member("ada")], near)
