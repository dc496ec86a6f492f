"""Making and changing a person's plan: one at a time, whole, and gone when they leave."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput
from skillspace.people.plan.model import ChosenTraining, Goal, Plan
from skillspace.storage.database import Moment, Work, metadata

MAX_TRAININGS = 20

plans = sa.Table(
    "plan",
    metadata,
    sa.Column("person", sa.String, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("changed", Moment, nullable=False),
)


class Plans:
    """The plans of the people whose spaces this node keeps."""

    def of(self, work: Work, person: str) -> Plan | None:
        """Return a person's plan, None before they set a goal."""
        row = work.one(sa.select(plans.c.content).where(plans.c.person == person))
        return Plan.from_json(row["content"]) if row else None

    def planning(self, work: Work, after: str, limit: int, *, leave_out: Collection[str]) -> list[str]:
        """Return who has a plan, in order of their identifiers: those after one, `limit` at most.

        `leave_out` are the people whose data may not be used now: whoever looks at everybody's has to ask who they are.
        """
        usable = (plans.c.person > after) & plans.c.person.not_in(sorted(leave_out))
        query = sa.select(plans.c.person).where(usable).order_by(plans.c.person).limit(limit)
        return [str(row["person"]) for row in work.rows(query)]

    def aim(self, work: Work, person: str, goal: Goal) -> Plan:
        """Set the goal; trainings chosen before stay, for what they teach is not lost with the goal."""
        before = self.of(work, person)
        return self._keep(work, person, Plan(goal=goal, trainings=before.trainings if before else ()))

    def choose(self, work: Work, person: str, training: ChosenTraining) -> Plan:
        """Add a training, once. Raises BadInput without a goal or past twenty trainings."""
        plan = self._of(work, person)
        others = tuple(each for each in plan.trainings if each.id != training.id)
        if len(others) >= MAX_TRAININGS:
            raise BadInput(f"A plan holds {MAX_TRAININGS} trainings at most; take one out first.")
        return self._keep(work, person, replace(plan, trainings=(*others, training)))

    def take(self, work: Work, person: str, trainings: Sequence[ChosenTraining]) -> Plan:
        """Put these trainings in the place of those chosen before. Raises BadInput as `choose` does."""
        plan = self._of(work, person)
        if len(trainings) > MAX_TRAININGS:
            raise BadInput(f"A plan holds {MAX_TRAININGS} trainings at most; take one out first.")
        return self._keep(work, person, replace(plan, trainings=tuple(trainings)))

    def drop(self, work: Work, person: str, training: str) -> Plan:
        """Take a training out; one that is not in the plan is no fault."""
        plan = self._of(work, person)
        kept = tuple(each for each in plan.trainings if each.id != training)
        return self._keep(work, person, replace(plan, trainings=kept))

    def erase(self, work: Work, person: str) -> int:
        """Delete the plan and return how many there were."""
        return work.delete(plans, plans.c.person == person)

    def _of(self, work: Work, person: str) -> Plan:
        plan = self.of(work, person)
        if plan is None:
            raise BadInput("There is no plan yet: choose a goal first.")
        return plan

    def _keep(self, work: Work, person: str, plan: Plan) -> Plan:
        row = {"person": person, "content": plan.to_json(), "changed": work.now}
        work.upsert(plans, row, on=("person",))
        return plan
