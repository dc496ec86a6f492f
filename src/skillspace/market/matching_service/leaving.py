"""What leaves of a person with a question: skills every node knows, rounded, and a region if they said so."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable

from skillspace.market.matching_service.messages import MatchingQuestion, SkillAsked
from skillspace.market.territory import place
from skillspace.skills.matching import PersonSkill

#: No more of them leave: the best proven and latest say most about what fits, and a long list singles somebody out.
MOST_SENT = 50
#: How long ago a skill was shown is told as the nearest of these that is not longer ago, in years.
YEARS = (0, 1, 2, 5, 10)

#: Tells whether an address is a skill of a published taxonomy: addresses of an organisation's own could name it.
IsPublished = Callable[[str], bool]


def question_about(
    skills: Iterable[PersonSkill],
    *,
    allowed: Collection[str] | None,
    is_published: IsPublished,
    territory: str | None,
    most: int = MOST_SENT,
) -> MatchingQuestion | None:
    """Return the question to ask about somebody, None where there is nothing to ask with.

    `allowed` are the addresses of the only skills that may leave (None: all), `territory` the municipality whose region
    may, if any. The question's name is random, so that nobody can tell by it that two questions are about one person;
    the order of skills says nothing.
    """
    may = [one for one in skills if (allowed is None or one.uri in allowed) and is_published(one.uri)]
    best = sorted(may, key=lambda one: (-one.validation, _years(one.years_since) or 0, one.uri))[:most]
    if not best:
        return None
    return MatchingQuestion(
        id=secrets.token_urlsafe(18),
        skills=[
            SkillAsked(
                concept=one.uri, validation=int(one.validation), level=one.reached, years=_years(one.years_since)
            )
            for one in sorted(best, key=lambda one: one.uri)
        ],
        region=_region(territory),
    )


def _years(since: float | None) -> int | None:
    return None if since is None else max(year for year in YEARS if year <= max(since, 0))


def _region(territory: str | None) -> str | None:
    home = place(territory) if territory else None
    return home.region_code if home else None
