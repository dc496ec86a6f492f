"""Who is best put where: an assignment of people to the seats of a chart that no other one outdoes."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from skillspace.skills.teams.model import Fit, Seating
from skillspace.skills.teams.standing import Standing

LITTLE = 1e-9


def seating(standing: Standing) -> Seating:
    """Fill seats so that what the people bring to their roles adds up to the most there can be.

    Where the policy makes needs a must, first as many seats as can be go to those who show them all. Somebody who
    brings nothing to a role is put on none of its seats.
    """
    roles, members = standing.chart.roles, standing.members
    seats = np.repeat(np.arange(len(roles)), [role.heads for role in roles])
    fits = standing.fits()
    worth = fits + np.where(standing.lacks_a_must(), 0.0, float(len(seats) + 1) * standing.policy.is_must)
    worth = np.where(fits > LITTLE, worth, 0.0)
    rows, places = linear_sum_assignment(worth[:, seats], maximize=True)
    put = [(int(row), int(seats[at])) for row, at in zip(rows, places, strict=True) if fits[row, seats[at]] > LITTLE]
    filled: list[Fit] = [standing.fit(row, roles[role]) for row, role in put]
    place = {role.id: at for at, role in enumerate(roles)}
    filled.sort(key=lambda fit: (place[fit.role], -fit.coverage, fit.member))
    taken = [role for _, role in put]
    seated = {row for row, _ in put}
    return Seating(
        seats=tuple(filled),
        open={role.id: left for at, role in enumerate(roles) if (left := role.heads - taken.count(at))},
        unseated=tuple(one.id for row, one in enumerate(members) if row not in seated),
    )
