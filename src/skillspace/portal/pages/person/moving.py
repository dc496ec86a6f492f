"""Moves between occupations in a person's words: why one is within reach, what it pays, how far it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from skillspace.portal.i18n import Translator
from skillspace.portal.pages.person.offers import Offers
from skillspace.portal.pages.person.reasons import match_of
from skillspace.portal.views.careers import Way, WayStop
from skillspace.portal.views.opportunities import TrainingRef
from skillspace.portal.words import N_
from skillspace.skills.careers import (
    CareerMap,
    CareerPath,
    Ground,
    InterestsOf,
    Move,
    Nearness,
    Official,
    Pay,
    Signal,
    Step,
)
from skillspace.skills.matching import Gap
from skillspace.skills.taxonomy import Need, Taxonomies

#: The six interests (RIASEC) in plain words, and what each is about.
LIKINGS = {
    "R": (N_("Making and mending"), N_("work with hands, tools, machines, plants or animals")),
    "I": (N_("Finding out"), N_("asking, measuring, trying out, understanding why")),
    "A": (N_("Creating"), N_("drawing, writing, music, new shapes and ideas")),
    "S": (N_("Helping and teaching"), N_("caring for people, explaining, listening")),
    "E": (N_("Leading and convincing"), N_("starting things, selling, deciding, leading a group")),
    "C": (N_("Keeping in order"), N_("lists, figures, rules, things in their place")),
}
#: Who publishes a table of moves.
TABLES = {
    "rome-mobility": N_("France’s table of occupations (ROME)"),
    "jobtech-substitutability": N_("Sweden’s table of occupations (JobTech)"),
    "onet-related": N_("The table of occupations of the United States (O*NET)"),
}
LISTED = {
    Nearness.NEAR: N_("%(table)s lists this as a near move."),
    Nearness.FARTHER: N_("%(table)s lists this as a move that takes some learning."),
}
GROUNDS = {
    Ground.STATED: N_("It is work for people who like: %(likings)s. France’s table of occupations (ROME) says so."),
    Ground.CARRIED: N_("It is work for people who like: %(likings)s. ROME says so of an occupation close to it."),
    Ground.INFERRED: N_("It is probably work for people who like: %(likings)s. Occupations that need the same are."),
}
PAID = {
    "month": N_("%(low)s to %(high)s %(currency)s a month before tax"),
    "year": N_("%(low)s to %(high)s %(currency)s a year before tax"),
}
#: Whose figures a taxonomy carries.
PAYERS = {
    "jobtech": N_("Statistics Sweden, without a year"),
    "uk-ncs": N_("National Careers Service, United Kingdom"),
}
#: The effort up to which a move is of a size: chances of one in two and one in six to be in a published table.
SIZES = ((0.7, N_("a short step")), (1.8, N_("a middling step")), (float("inf"), N_("a long step")))
#: What must be how alike before it is worth a sentence.
ALIKE = 0.6


def size_of(effort: float, words: Translator) -> str:
    """Return the word for how far a move is."""
    return words.gettext(next(text for most, text in SIZES if effort <= most))


def pay_of(known: Mapping[str, Pay], present: Mapping[str, Pay], words: Translator) -> str:
    """Return what an occupation pays and who says so, in figures that compare with the present ones where there are
    some; empty where nobody says."""
    scheme = next((one for one in [*sorted(present), *sorted(known)] if one in known), "")
    return pay_said(known[scheme], scheme, words) if scheme else ""


def pay_said(pay: Pay, scheme: str, words: Translator) -> str:
    """Return one source's figures."""
    if pay.per not in PAID:
        return ""
    figures = {"low": words.number(pay.low), "high": words.number(pay.high), "currency": pay.currency}
    source = words.gettext(PAYERS[scheme]) if scheme in PAYERS else scheme
    year = f", {pay.year}" if pay.year else ""
    return f"{words.gettext(PAID[pay.per]) % figures} ({source}{year})"


def listed(official: Sequence[Official], words: Translator) -> tuple[str, ...]:
    """Return which published tables list a move."""
    return tuple(
        words.gettext(LISTED[one.kind])
        % {"table": words.gettext(TABLES[one.table]) if one.table in TABLES else one.table}
        for one in official
    )


def liked(interests: InterestsOf | None, letters: Collection[str], words: Translator) -> tuple[str, ...]:
    """Return which of these interests an occupation is for, and how that is known."""
    if interests is None:
        return ()
    shared = [letter for letter in interests.code if letter in letters]
    if not shared:
        return ()
    names = words.listing([words.gettext(LIKINGS[letter][0]) for letter in shared])
    return (words.gettext(GROUNDS[interests.ground]) % {"likings": names},)


def speaks_for(move: Move, words: Translator) -> tuple[str, ...]:
    """Return what speaks for a move beside the skills, in sentences, the weightiest first."""
    said: list[str] = []
    for reason in move.reasons:
        if reason.signal is Signal.OFFICIAL:
            said += listed(move.official, words)
        elif reason.signal is Signal.MEANING and (reason.value or 0) >= ALIKE:
            said.append(words.gettext("What one does there is described much like what you do now."))
        elif reason.signal is Signal.FIELD and (reason.value or 0) >= ALIKE:
            said.append(words.gettext("It is in the same field as your present occupation."))
        elif reason.signal is Signal.PAY and move.pay_change is not None and abs(move.pay_change) >= 0.01:
            text = N_("It pays about %(share)s %% more than yours.")
            less = N_("It pays about %(share)s %% less than yours.")
            share = words.number(round(100 * abs(move.pay_change)))
            said.append(words.gettext(text if move.pay_change > 0 else less) % {"share": share})
    return tuple(said)


class Ways:
    """Paths as a page draws them."""

    def __init__(self, known: CareerMap, offers: Offers, openings: Mapping[str, int]) -> None:
        self._known, self._offers, self._openings = known, offers, openings

    def drawn(self, paths: Sequence[CareerPath]) -> tuple[Way, ...]:
        """Return paths with what each stop needs, pays and is asked for, and what would teach most of what it lacks."""
        gaps = [[_gap(step) for step in path.steps] for path in paths]
        fits = [[self._offers.closers(one, 1) for one in row] for row in gaps]
        items = self._offers.items(fit.training_id for row in fits for best in row for fit in best)
        ways = []
        for path, row, bests in zip(paths, gaps, fits, strict=True):
            kept = [[fit for fit in best if fit.training_id in items] for best in bests]
            refs = [self._offers.ref(items[best[0].training_id], best[0].closes) if best else None for best in kept]
            stops = zip(path.steps, row, refs, strict=True)
            ways.append(Way(stops=tuple(self._stop(step, found, closer) for step, found, closer in stops)))
        return tuple(ways)

    def _stop(self, step: Step, found: Gap, closer: TrainingRef | None) -> WayStop:
        offers = self._offers
        return WayStop(
            uri=step.occupation,
            title=offers.names.skill(step.occupation),
            effort=step.effort,
            size=size_of(step.effort, offers.words),
            match=match_of(found, essential_of(step.occupation, offers.taxonomies), offers.names),
            openings=self._openings.get(step.occupation, 0),
            pay=self.pay(step.occupation),
            reasons=listed(step.official, offers.words),
            closer=closer,
        )

    def pay(self, occupation: str) -> str:
        """Return what an occupation of the map pays."""
        numbers = self._known.occupations
        here = numbers.row_of.get(self._offers.occupation or "")
        present: Mapping[str, Pay] = numbers.pay[here] if here is not None else {}
        return pay_of(numbers.pay[numbers.row(occupation)], present, self._offers.words)


def _gap(step: Step) -> Gap:
    return Gap(coverage=step.coverage, have=step.have, close=step.close, missing=step.learn)


def essential_of(occupation: str, taxonomies: Taxonomies) -> set[str]:
    """Return what an occupation insists on."""
    return {link.uri for link in taxonomies.skills_of(occupation) if link.need is Need.ESSENTIAL}
