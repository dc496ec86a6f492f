"""How well an offer fits what a person aims at: a score of a few terms, each shown with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from skillspace.trust.agent.model import Reason
from skillspace.trust.agent.ports import Aim, OnOffer, Sort

#: What each term is worth at most; nothing on offer gives all of them, and nothing can reach more than 100.
WEIGHTS = {
    "teaches_gap": 35,
    "teaches_useful": 10,
    "seeks_held": 25,
    "tests_untested": 15,
    "about_gap": 20,
    "advises_gap": 20,
    "asks_little": 10,
    "has_record": 5,
}
#: What makes an offer less of a burden, and alone is no reason to suggest it.
BESIDES = frozenset({"asks_little", "has_record"})
#: So many kinds of data are a lot to ask for.
MANY_KINDS = 5
#: Below this nothing is suggested: a suggestion that fits badly is noise.
LEAST = 20


@dataclass(frozen=True, kw_only=True)
class Term:
    """One part of a score: points out of `most`, with the reason in words by code."""

    points: int
    most: int
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Fit:
    """An offer with its score."""

    offer: OnOffer
    terms: tuple[Term, ...]

    @property
    def score(self) -> int:
        """The sum of the terms, 0 to 100."""
        return sum(term.points for term in self.terms)

    @property
    def is_worth_it(self) -> bool:
        """Whether it fits well enough to be suggested, for what it does for the goal."""
        return self.score >= LEAST and any(term.points for term in self.terms if term.reason.code not in BESIDES)


def fit(offer: OnOffer, aim: Aim) -> Fit:
    """Score one offer: how much of what is missing it teaches, is about or gives advice on, how much of what is held
    it seeks, how much of what nobody has tested it can test, how little it asks.

    Counts, never names, of skills go into the reasons; the terms are whole points, so that they add up for a reader.
    """
    gaps, useful = aim.gaps, aim.useful - aim.held
    counts = {
        "teaches_gap": (len(offer.teaches & gaps), len(gaps)),
        "teaches_useful": (len(offer.teaches & useful), len(useful)),
        "seeks_held": (len(offer.seeks & aim.held), len(offer.seeks)),
        "tests_untested": (len(aim.untested) if offer.sort is Sort.TEST else 0, len(aim.wanted & aim.held)),
        "about_gap": (len(offer.about & gaps), len(gaps)),
        "advises_gap": (len(gaps) if offer.sort is Sort.ADVICE else 0, len(aim.essential)),
        "asks_little": (max(MANY_KINDS - len(set(offer.kinds)), 0), MANY_KINDS - 1),
        "has_record": (int(offer.has_record), 1),
    }
    return Fit(offer=offer, terms=tuple(_term(code, *counted) for code, counted in counts.items()))


def ranked(offers: Iterable[OnOffer], aim: Aim) -> list[Fit]:
    """Return the offers that fit, the best first; the same offers always in the same order."""
    worth = [one for one in (fit(offer, aim) for offer in offers) if one.is_worth_it]
    return sorted(worth, key=lambda one: (-one.score, one.offer.organisation, one.offer.offering))


def _term(code: str, count: int, of: int) -> Term:
    most = WEIGHTS[code]
    points = most * min(count, of) // of if of else 0
    return Term(points=points, most=most, reason=Reason(code=code, facts={"count": str(count), "of": str(of)}))
