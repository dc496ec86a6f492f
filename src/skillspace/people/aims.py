"""Aims: where a person's plan leads and what of it they have, as their agent looks for what helps them there."""

from __future__ import annotations

from skillspace.people.plan import Goal, Plans
from skillspace.people.profile import Profile
from skillspace.skills.taxonomy import Need, Taxonomies
from skillspace.storage.database import Work
from skillspace.trust.agent import Aim


class Aims:
    """Answers the agent's question for a person's goal; `agent.ports.AimOf`."""

    def __init__(self, *, plans: Plans, profile: Profile, taxonomies: Taxonomies) -> None:
        self._plans = plans
        self._profile = profile
        self._taxonomies = taxonomies

    def of(self, work: Work, person: str) -> Aim | None:
        """Return what a person aims at, None while they have no plan.

        Essential is what the plan insists on (all it names, where it insists on nothing); useful is what else the
        taxonomy says of the occupation. Held are skills with a claim that is still valid,
        said only those that no record or other person confirms.
        """
        plan = self._plans.of(work, person)
        if plan is None:
            return None
        named = [need.uri for need in plan.goal.needs]
        essential = frozenset(need.uri for need in plan.goal.needs if need.is_essential) or frozenset(named)
        essential = essential or self._skills_of(plan.goal, Need.ESSENTIAL)
        useful = frozenset(named) | self._skills_of(plan.goal, Need.OPTIONAL)
        return Aim(
            title=plan.goal.title,
            essential=essential,
            useful=useful - essential,
            held=frozenset(self._profile.held(work, person)),
            said_only=frozenset(self._profile.said_only(work, person)),
        )

    def _skills_of(self, goal: Goal, need: Need) -> frozenset[str]:
        if goal.occupation is None or not self._taxonomies.has(goal.occupation):
            return frozenset()
        return frozenset(link.uri for link in self._taxonomies.skills_of(goal.occupation) if link.need is need)
