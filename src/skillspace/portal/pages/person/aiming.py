"""What trainings are measured by for one person: their goal, or what the best jobs ask for, and what their region asks.

The page of opportunities and the page that says why and why not put trainings in order by the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.offers import Offers
from skillspace.portal.pages.person.regional import Region, region_of
from skillspace.skills.matching import Gap, Match, Where, lacking

#: How many of the best jobs speak for what a person could learn.
JOBS_AHEAD = 30


@dataclass(frozen=True, kw_only=True)
class Aim:
    """The gap that trainings close, the goal's title where it is the goal's, and the jobs that fit best."""

    found: Gap
    goal: str
    ahead: Sequence[Match]
    region: Region | None = None


def aim_of(visit: Visit, offers: Offers, places: Where | None = None) -> Aim:
    """Return what trainings (in these places) are measured by; a goal to which none adds anything counts as none."""
    jobs = offers.spaces.indexes.jobs
    ahead = jobs.match(offers.skills, k=JOBS_AHEAD) if jobs else []
    plan = offers.spaces.plans.of(offers.work, offers.person.id)
    found = offers.gap_to([(need.uri, need.is_essential) for need in plan.goal.needs]) if plan else None
    goal = plan.goal.title if plan and found and offers.closers(found, 1, places) else ""
    target = found if goal and found else lacking(ahead)
    region = region_of(visit, offers, target)
    return Aim(found=region.weighed(target) if region else target, goal=goal, ahead=ahead, region=region)
