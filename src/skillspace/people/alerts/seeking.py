"""What a person is matched by when alerts look for them: their skills, what their goal asks for, where they live."""

from __future__ import annotations

from skillspace.people.accounts import Accounts
from skillspace.people.alerts.model import Seeker
from skillspace.people.plan import Plans
from skillspace.people.profile import Profile
from skillspace.storage.database import Work


class Seekers:
    """Answers `ports.SeekerOf` from a person's own space."""

    def __init__(self, *, accounts: Accounts, profile: Profile, plans: Plans) -> None:
        self._accounts = accounts
        self._profile = profile
        self._plans = plans

    def of(self, work: Work, person: str) -> Seeker:
        """Return what a person is matched by."""
        plan = self._plans.of(work, person)
        return Seeker(
            skills=tuple(self._profile.person_skills(work, person)),
            needs=tuple((need.uri, need.is_essential) for need in plan.goal.needs) if plan else (),
            home=self._accounts.get(work, person).territory,
        )
