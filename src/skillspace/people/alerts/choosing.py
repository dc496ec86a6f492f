"""Choosing what somebody is told of: the best, never the same twice, and not all of one employer.

One after the other the offer with the highest worth is taken. Worth is its fit beside the best fit of its kind, times
what the person's answers say of such offers, times .7 if one of its employer was taken already; a third one of an
employer is not taken at all. Equals come in the order of their identifiers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from hashlib import sha256

from skillspace.people.alerts.model import Kind, News
from skillspace.skills.taxonomy.folding import fold

MOST, MOST_OF_ONE = 10, 2
FAINTER = 0.7


def likeness(news: News) -> str:
    """Return what stays the same when an ad is published again under another identifier: title, employer, place."""
    title, employer = fold(news.title), fold(news.employer)
    parts = (news.kind, title, employer, news.place or "") if title else (news.offer,)
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def employer_of(news: News) -> str:
    """Return who offers it; an offer that names nobody stands for itself."""
    return fold(news.employer) or news.offer


def choose(
    news: Iterable[News],
    told: Collection[str],
    weight: Callable[[News], float] = lambda _news: 1.0,
    most: int = MOST,
) -> list[News]:
    """Return at most `most` offers, the worthiest first; `told` holds identifiers and likenesses of what was told."""
    alike = {likeness(one): one for one in sorted(news, key=lambda one: (one.fit, one.offer))}
    fresh = [one for like, one in alike.items() if like not in told and one.offer not in told]
    best = {kind: max((one.fit for one in fresh if one.kind is kind), default=1.0) for kind in Kind}
    left = [(one.fit / best[one.kind] * weight(one), employer_of(one), one) for one in fresh]
    taken: Counter[str] = Counter()
    chosen: list[News] = []
    while left and len(chosen) < most:
        _, employer, one = min(left, key=lambda each: (-each[0] * FAINTER ** taken[each[1]], each[2].offer))
        chosen.append(one)
        taken[employer] += 1
        left = [each for each in left if each[2] is not one and taken[each[1]] < MOST_OF_ONE]
    return chosen
