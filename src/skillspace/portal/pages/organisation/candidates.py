"""Candidates: for each vacancy of ours, who of those that said yes fits it, why, and what people here decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skillspace.market.oversight import KIND, STAFF, STANDING, Circle, Decision, Placed, Someone, Standing, Why
from skillspace.market.vacancies import Vacancy
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.organisation.showing import Labels, match_view
from skillspace.portal.pages.organisation.wording import pseudonym
from skillspace.portal.views.common import Choice
from skillspace.portal.views.insight import DecidedLine, FitGroup, PersonFit
from skillspace.portal.words import CERTIFIED, N_
from skillspace.skills.matching import Gap
from skillspace.trust.rights import Right

#: So many more people can be chosen by name to be moved up.
OTHERS = 200
STANDINGS = {
    Standing.MATCHED: N_("Back to the order of matching"),
    Standing.UP: N_("Moved up"),
    Standing.ASIDE: N_("Set aside"),
}
REASONS = {
    Why.KNOWN: N_("We know something the profile does not show"),
    Why.MISTAKEN: N_("The match rests on a mistake"),
    Why.CONDITION: N_("A condition of the job decides"),
    Why.APPEAL: N_("The person asked us to look again"),
    Why.OTHER: N_("Another reason"),
}
MOVES = {"up": N_("Move up"), "aside": N_("Put aside"), "back": N_("Back to the order of matching")}


class Candidates:
    """The groups of one page: the circle of this moment, our words for skills, and who asked for another look."""

    def __init__(self, visit: Visit, circle: Circle, etag: str) -> None:
        self._visit = visit
        self._circle = circle
        self._etag = etag
        self._labels = Labels(
            visit.rooms.taxonomies,
            visit.language,
            house=visit.rooms.review.mappings.names(visit.work, visit.language),
        )
        self._appeals = _appeals(visit)

    def group(self, vacancy: Vacancy) -> FitGroup:
        """Return one vacancy with the people who fit it in the order that holds: moved up, as matched, set aside."""
        musts = frozenset(uri for uri, is_must in vacancy.skills if is_must)
        oversight = self._visit.rooms.oversight
        placed = oversight.placed(self._visit.work, self._circle, self._etag, vacancy)
        where = [name for name in (vacancy.place_name, vacancy.region_name) if name]
        return FitGroup(
            id=vacancy.id,
            title=vacancy.title,
            where=", ".join(dict.fromkeys(where)),
            people=tuple(self._fit(one, musts) for one in placed),
            others=self._others({one.grant_id for one in placed}),
            is_synthetic=vacancy.synthetic,
        )

    def _fit(self, one: Placed, musts: frozenset[str]) -> PersonFit:
        words, someone = self._visit.words, self._circle.people[one.grant_id]
        labels = self._labels.with_words_of(someone.labels)
        opened = STANDING.allowed(one.standing, STAFF)
        return PersonFit(
            grant_id=one.grant_id,
            name=name_of(someone, self._visit),
            match=match_view(one.found, musts, labels),
            until=someone.until.date(),
            reasons=tuple(_reasons(one.found, musts, labels, self._visit)),
            place=one.place,
            standing=one.standing.value,
            decided=tuple(decided_line(each, self._visit) for each in one.decided),
            moves=tuple((move, words.gettext(label)) for move, label in MOVES.items() if move in opened),
            appeal=self._appeals.get(one.grant_id, ""),
        )

    def _others(self, shown: set[str]) -> tuple[Choice, ...]:
        names = {id: name_of(one, self._visit) for id, one in self._circle.people.items() if id not in shown}
        listed = sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
        return tuple(Choice(value=id, label=name) for id, name in listed[:OTHERS])


def name_of(someone: Someone, visit: Visit) -> str:
    """Return what a person is called here: their name where they share it, else a name made for this organisation."""
    return someone.name or pseudonym(someone.subject, visit.words)


def reasons_to_choose(visit: Visit) -> tuple[Choice, ...]:
    """Return the reasons a decision rests on."""
    return tuple(Choice(value=why.value, label=visit.words.gettext(label)) for why, label in REASONS.items())


def decided_line(one: Decision, visit: Visit) -> DecidedLine:
    """Return a decision in words."""
    words = visit.words
    return DecidedLine(
        what=words.gettext(STANDINGS[one.state]),
        why=words.gettext(REASONS[one.why]),
        words=one.words,
        by=one.by,
        at=one.at,
    )


def _appeals(visit: Visit) -> Mapping[str, str]:
    """Return where the open requests for another look are answered, by the grant they are about."""
    queue = visit.rooms.rights.desk.queue(visit.work)
    asked = [one for one in queue if one.right is Right.REVIEW and KIND in one.scope.kinds]
    return {grant: f"/org/rights/{one.id}" for one in asked for grant in one.scope.grants}


def _reasons(found: Gap, musts: frozenset[str], labels: Labels, visit: Visit) -> Sequence[str]:
    words = visit.words
    has = [one for one in found.have if one.need_uri in musts]
    reasons = []
    if musts:
        text = words.ngettext(
            "Has %(have)s of the %(num)d skill you insist on.",
            "Has %(have)s of the %(num)d skills you insist on.",
            len(musts),
        )
        reasons.append(text % {"have": words.number(len(has)), "num": len(musts)})
    if proven := sum(one.validation >= CERTIFIED for one in found.have):
        text = words.ngettext(
            "%(num)d of the skills asked for is certified or recognised by law.",
            "%(num)d of the skills asked for are certified or recognised by law.",
            proven,
        )
        reasons.append(text % {"num": proven})
    if near := [labels.of(one.need_uri) for one in found.close if one.need_uri in musts][:3]:
        reasons.append(words.gettext("Comes close to: %(skills)s.") % {"skills": words.listing(near)})
    if lacking := [labels.of(one.need_uri) for one in found.missing if one.need_uri in musts][:3]:
        reasons.append(words.gettext("Does not show yet: %(skills)s.") % {"skills": words.listing(lacking)})
    return reasons
