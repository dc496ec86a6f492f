"""Which trainings, in which sessions, bring somebody nearest to a target within their bounds: the plan, and choices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from skillspace.kernel.errors import Conflict
from skillspace.skills.matching import Gap
from skillspace.skills.planning.candidates import Candidates
from skillspace.skills.planning.catalogue import Catalogue
from skillspace.skills.planning.frame import Frame
from skillspace.skills.planning.model import Ability, Bounds, Choice, Kind, Planning, Proof
from skillspace.skills.planning.programme import SLIGHT, Programme, Solution
from skillspace.skills.planning.target import LITTLE, Target
from skillspace.skills.planning.telling import tell

ENOUGH = 0.8
"""A plan that is cheapest, fastest, nearest or shortest adds at least this share of what the best one adds: else the
cheapest plan of all would be to learn nothing."""

SECONDS = 1.0
"""No search for one plan takes longer: then the best plan found counts, and says that nothing proves it the best."""


def plan(
    found: Gap,
    catalogue: Catalogue,
    bounds: Bounds,
    *,
    held: Sequence[Ability] = (),
    levels: Mapping[str, int] | None = None,
    kinds: Collection[Kind] = tuple(Kind),
    seconds: float = SECONDS,
) -> Planning:
    """Return the plan that covers most of a gap within the bounds, and others to choose from, each best in its way.

    ``held`` is what meets what trainings demand; ``levels`` the level at which the target needs a concept. Equal
    questions get equal answers, unless ``seconds`` run out. An empty gap, or bounds that nothing fits, give a plan
    without steps that says what stays open.
    """
    frame = Frame.of(catalogue, bounds)
    planner = Planner(target=Target.of(found, frame, levels or {}), frame=frame, held=held, seconds=seconds)
    return planner.planned(kinds, ())


@dataclass(frozen=True, kw_only=True)
class Planner:
    """One question, read; asked with or without steps that are to stay."""

    target: Target
    frame: Frame
    held: Sequence[Ability]
    seconds: float

    def planned(self, kinds: Collection[Kind], keep: Sequence[int]) -> Planning:
        """Return plans that take the sessions to keep. Raises Conflict where these do not fit beside each other."""
        candidates = Candidates.of(self.target, self.frame, self.held, keep)
        programme = Programme(self.target, self.frame, candidates, keep)
        best = programme.solve(Kind.MOST_COVERED, seconds=self.seconds)
        if best is None and keep:
            raise Conflict("The steps to keep no longer fit beside each other; let some of them go.")
        usual = programme.gain(candidates.greedy)
        bound = programme.gain(best.sessions) + best.gap if best else candidates.reachable - self.target.before
        if best is None or programme.gain(best.sessions) < usual - SLIGHT:
            best = Solution(sessions=candidates.greedy, is_proven=False, gap=max(bound - usual, 0.0))
        solutions = {Kind.MOST_COVERED: best}
        least = ENOUGH * programme.gain(best.sessions)
        if least > LITTLE:
            for kind in [kind for kind in Kind if kind in kinds and kind not in (Kind.MOST_COVERED, Kind.FEWEST)]:
                other = programme.solve(kind, least_gain=least, seconds=self.seconds)
                solutions |= {kind: other} if other else {}
            if Kind.FEWEST in kinds:
                solutions[Kind.FEWEST] = self._fewest(programme, list(solutions.values()), least)
        return Planning(
            before=round(self.target.before, 6),
            reachable=round(candidates.reachable, 6),
            choices=tuple(self._choices(solutions, programme, candidates)),
        )

    def _fewest(self, programme: Programme, known: Sequence[Solution], least: float) -> Solution:
        """Halve the number of steps a plan may have until fewer are too few: what is left is solved as the best is.

        Solvers prove “no plan of four steps adds so much” far sooner than they prove a smallest number at once.
        """
        fewest = min(known, key=lambda one: len(one.sessions))
        too_few, is_proven = 0, True
        while len(fewest.sessions) - too_few > 1:
            middle = (too_few + len(fewest.sessions)) // 2
            tried = programme.solve(Kind.MOST_COVERED, most_steps=middle, seconds=self.seconds)
            if tried and programme.gain(tried.sessions) >= least - LITTLE:
                fewest = tried
            else:
                is_proven &= bool(tried and tried.is_proven)
                too_few = middle
        return replace(fewest, is_proven=is_proven and fewest.is_proven)

    def _choices(
        self, solutions: Mapping[Kind, Solution], programme: Programme, candidates: Candidates
    ) -> list[Choice]:
        """Tell the plans apart: one that another is as good as in everything gives that one its place."""
        scores = {one.sessions: programme.scores(one.sessions) for one in solutions.values()}
        front = [one for one in scores if not any(_is_better(scores[other], scores[one]) for other in scores)]
        kinds: dict[tuple[int, ...], list[Kind]] = {}
        proofs: dict[tuple[int, ...], Solution] = {}
        for kind, solution in solutions.items():
            better = [one for one in front if _is_better(scores[one], scores[solution.sessions])]
            place = min(better, key=lambda one: scores[one][kind], default=solution.sessions)
            kinds.setdefault(place, []).append(kind)
            proofs.setdefault(place, solution)
        return [
            Choice(
                kinds=tuple(kinds[sessions]),
                plan=tell(sessions, self.target, self.frame, candidates.demanded),
                proof=Proof(
                    is_best=proofs[sessions].is_proven,
                    gap=round(proofs[sessions].gap, 6),
                    considered=candidates.considered,
                    fit=candidates.fit,
                ),
            )
            for sessions in kinds
        ]


def _is_better(one: Mapping[Kind, float], other: Mapping[Kind, float]) -> bool:
    """Tell whether one plan is as good as another in everything and better in something; less is better."""
    return all(one[kind] <= other[kind] for kind in Kind) and any(one[kind] < other[kind] for kind in Kind)
