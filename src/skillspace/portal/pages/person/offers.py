"""Jobs and trainings as cards: the market's items beside one person's skills, in their language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from skillspace.market.courses import Course
from skillspace.market.index import Item
from skillspace.market.vacancies import Vacancy
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.nearby import away, place_said
from skillspace.portal.pages.person.reasons import match_of, reasons_for
from skillspace.portal.views.common import Match, Place, SkillTag
from skillspace.portal.views.opportunities import JobCard, TrainingCard, TrainingRef
from skillspace.portal.words import N_
from skillspace.skills.matching import Gap, PersonSkill, Proximity, TrainingFit, Where, gap, trainings_for
from skillspace.skills.taxonomy import Need

HOURS = {"full-time": N_("full time"), "part-time": N_("part time")}
NAMED_SKILLS = 4


class Offers:
    """What one page needs to show offers: the person's skills, and names in their language."""

    def __init__(self, visit: Visit) -> None:
        person, self.spaces = visit.person()
        self.work = visit.work
        self.person = person
        self.home = person.territory
        self.names = Names(visit)
        self.taxonomies = visit.rooms.taxonomies
        self.words = visit.words
        self.skills: list[PersonSkill] = self.spaces.profile.person_skills(visit.work, person.id)
        self.held = {skill.uri: skill.validation for skill in self.skills}
        #: The occupation the latest record names, which official moves start from.
        self.occupation = next(iter(self.spaces.profile.occupations(visit.work, person.id)), None)

    @property
    def proximity(self) -> Proximity | None:
        """Which skills come close to which; None before the first index was built."""
        index = self.spaces.indexes.jobs or self.spaces.indexes.trainings
        return index.proximity if index else None

    def gap_to(self, needs: Iterable[tuple[str, bool]], skills: Sequence[PersonSkill] | None = None) -> Gap:
        """Return where the person stands towards needs of (URI, is essential), with their skills or with others."""
        stated = [(uri, 1.0, Need.ESSENTIAL if must else Need.OPTIONAL) for uri, must in needs]
        if self.proximity is None:
            return Gap(coverage=0.0, have=(), close=(), missing=())
        return gap(self.skills if skills is None else skills, stated, self.proximity)

    def closers(self, found: Gap, k: int, places: Where | None = None) -> list[TrainingFit]:
        """Return the trainings that add most to a gap, best first."""
        trainings = self.spaces.indexes.trainings
        if trainings is None or not (found.missing or found.close):
            return []
        return trainings_for(found, trainings, k=k, places=places)

    def items(self, identifiers: Iterable[str]) -> dict[str, Item]:
        """Return items by identifier, all in one query; those withdrawn meanwhile are left out."""
        wanted = list(dict.fromkeys(identifiers))
        return {item.id: item for item in self.spaces.market.items(self.work, wanted)} if wanted else {}

    def job(self, item: Item, found: Gap, closer: TrainingRef | None = None, *, in_full: bool = True) -> JobCard:
        """Return a vacancy beside the person's skills."""
        offer = vacancy(item)
        essential = {uri for uri, must in offer.skills if must}
        hours = offer.hours or ""
        terms = [self.words.gettext(HOURS[hours]) if hours in HOURS else hours, offer.salary or ""]
        return JobCard(
            id=item.id,
            title=offer.title,
            place=Place(name=offer.employer),
            where=where(offer),
            match=match_of(found, essential, self.names, offer.words),
            contract=", ".join(term for term in terms if term),
            published=offer.published,
            until=offer.closes,
            away=away(offer, self.home, self.words),
            reasons=(*reasons_for(found, essential, self.names), *self.place(offer)) if in_full else (),
            closer=closer,
            is_synthetic=offer.synthetic,
        )

    def ref(self, item: Item, closes: Sequence[str] = ()) -> TrainingRef:
        """Return a training as another page names it; `closes` are URIs."""
        offer = course(item)
        return TrainingRef(
            id=item.id,
            title=offer.title,
            place=Place(name=offer.provider),
            where=where(offer),
            starts=offer.starts,
            duration=self.duration(offer),
            closes=tuple(self.names.skill(uri) for uri in closes[:NAMED_SKILLS]),
            is_synthetic=offer.synthetic,
        )

    def training(
        self,
        item: Item,
        *,
        reasons: tuple[str, ...] = (),
        leads_to: tuple[str, ...] = (),
        chosen: Collection[str] = (),
    ) -> TrainingCard:
        """Return a training beside the person's skills."""
        offer = course(item)
        theirs = self.names.theirs(offer.words)
        tags = [
            SkillTag(uri=uri, label=self.names.skill(uri), level=self.held.get(uri), theirs=theirs.get(uri, ""))
            for uri in offer.skills
        ]
        return TrainingCard(
            id=item.id,
            title=offer.title,
            place=Place(name=offer.provider),
            where=where(offer),
            starts=offer.starts,
            ends=offer.ends,
            duration=self.duration(offer),
            cost=self.cost(offer),
            adds=tuple(tag for tag in tags if tag.level is None),
            known=tuple(tag for tag in tags if tag.level is not None),
            leads_to=leads_to,
            away=away(offer, self.home, self.words),
            reasons=(*reasons, *self.place(offer)),
            is_chosen=item.id in chosen,
            is_synthetic=offer.synthetic,
        )

    def place(self, offer: Vacancy | Course) -> tuple[str, ...]:
        """Return the sentence on how far away an offer is, where anything can be said of it."""
        said = place_said(offer, self.home, self.words)
        return (said,) if said else ()

    def duration(self, offer: Course) -> str:
        """Return how much work a course is, as its provider says."""
        said = []
        if offer.hours:
            hours = self.words.ngettext("%(count)s hour", "%(count)s hours", round(offer.hours))
            said.append(hours % {"count": self.words.number(offer.hours)})
        if offer.ects:
            said.append(self.words.gettext("%(count)s credits (ECTS)") % {"count": self.words.number(offer.ects)})
        return ", ".join(said)

    def cost(self, offer: Course) -> str:
        """Return what a course costs, as its provider says."""
        if offer.price is None:
            return ""
        return f"{self.words.number(offer.price)} {offer.currency}" if offer.price else self.words.gettext("free")

    def match(self, found: Gap, needs: Mapping[str, bool]) -> Match:
        """Return a gap as the page draws it; `needs` maps a URI to whether the target insists on it."""
        return match_of(found, {uri for uri, must in needs.items() if must}, self.names)


def vacancy(item: Item) -> Vacancy:
    """Return the item's vacancy; an item of another kind is a fault of the caller."""
    if not isinstance(item.offer, Vacancy):
        raise TypeError(f"{item.id} is no job.")
    return item.offer


def course(item: Item) -> Course:
    """Return the item's course; an item of another kind is a fault of the caller."""
    if not isinstance(item.offer, Course):
        raise TypeError(f"{item.id} is no training.")
    return item.offer


def where(offer: Vacancy | Course) -> str:
    """Return where an offer is: town and region, as far as its source says."""
    parts = dict.fromkeys(part for part in (offer.place_name, offer.region_name) if part)
    return ", ".join(parts) or (offer.country or "")
