"""What somebody was told, as cards: why it fits, what they said to it, and what their answers taught."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from skillspace.market.index import Item
from skillspace.market.territory import territory_names
from skillspace.market.vacancies import Vacancy
from skillspace.people.alerts import Alert, Distance, Kind, Lesson, Outcome, Property, Said
from skillspace.people.alerts.lessons import properties_of
from skillspace.people.alerts.model import OUTCOMES
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.nearby import place_said
from skillspace.portal.pages.person.offers import where
from skillspace.portal.pages.person.regional import asked_said
from skillspace.portal.rooms import Spaces
from skillspace.portal.views.alerts import AlertBatch, AlertCard, LessonLine
from skillspace.portal.views.common import Choice, Place
from skillspace.portal.words import N_

SAID = {
    Said.YES: N_("You said: interesting."),
    Said.NOT_EMPLOYER: N_("You said: not this employer."),
    Said.NOT_OCCUPATION: N_("You said: not this occupation."),
    Said.TOO_FAR: N_("You said: too far away."),
    Said.NOT_NOW: N_("You said: not now."),
}
REFUSALS = {
    Said.NOT_EMPLOYER: N_("Not this employer"),
    Said.NOT_OCCUPATION: N_("Not this occupation"),
    Said.TOO_FAR: N_("Too far away"),
    Said.NOT_NOW: N_("Not now"),
}
#: Who gives a training is no employer.
SAID_OF_TRAININGS = {**SAID, Said.NOT_EMPLOYER: N_("You said: not this organiser.")}
REFUSALS_OF_TRAININGS = {**REFUSALS, Said.NOT_EMPLOYER: N_("Not this organiser")}
#: What a no names, where the offer says it at all.
NAMED = {
    Said.NOT_EMPLOYER: Property.EMPLOYER,
    Said.NOT_OCCUPATION: Property.OCCUPATION,
    Said.TOO_FAR: Property.DISTANCE,
}
CAME = {
    Outcome.APPLIED: N_("I applied"),
    Outcome.HIRED: N_("I was hired"),
    Outcome.FINISHED: N_("I finished it"),
}
DISTANCES = {
    Distance.HERE: N_("Offers where you live"),
    Distance.REGION: N_("Offers in your region"),
    Distance.COUNTRY: N_("Offers elsewhere in your country"),
    Distance.ABROAD: N_("Offers in other countries"),
}
NAMED_SKILLS = 4


def batches_of(visit: Visit, spaces: Spaces, told: Sequence[Alert]) -> tuple[AlertBatch, ...]:
    """Return what was told, one batch a moment, the latest first."""
    names = Names(visit)
    items = {item.id: item for item in spaces.market.items(visit.work, [one.news.offer for one in told])}
    batches = []
    for at, some in groupby(told, key=lambda one: one.at):
        cards = [_card(visit, names, one, items.get(one.news.offer)) for one in some]
        refused = tuple(card for card in cards if card.is_refused)
        batches.append(AlertBatch(at=at, cards=tuple(card for card in cards if not card.is_refused), refused=refused))
    return tuple(batches)


def _card(visit: Visit, names: Names, one: Alert, item: Item | None) -> AlertCard:
    news, words = one.news, visit.words
    is_refused = one.said not in (None, Said.YES)
    answers: list[tuple[str, str]] = [] if one.said else [(Said.YES, N_("Interesting"))]
    if one.said is Said.YES:
        answers = [(outcome, CAME[outcome]) for outcome in OUTCOMES[news.kind] if outcome is not one.outcome]
    known = properties_of(news)
    is_job = news.kind is Kind.JOB
    offered = REFUSALS if is_job else REFUSALS_OF_TRAININGS
    refusals = {said: text for said, text in offered.items() if said not in NAMED or NAMED[said] in known}
    place = place_said(item.offer, visit.account.territory, words) if item else ""
    said = words.gettext((SAID if is_job else SAID_OF_TRAININGS)[one.said]) if one.said else ""
    came = words.gettext(CAME[one.outcome]) + "." if one.outcome else ""
    return AlertCard(
        id=one.id,
        sort=news.kind,
        title=news.title,
        place=Place(name=news.employer),
        where=where(item.offer) if item else territory_names().get(news.place or "", ""),
        until=item.offer.closes if item and isinstance(item.offer, Vacancy) else None,
        href=f"/opportunities/{news.kind}s/{news.offer}" if item else "",
        reasons=() if is_refused else (*_reasons(names, one), *([place] if place else [])),
        said=" ".join(text for text in (said, came) if text),
        is_refused=is_refused,
        answers=tuple(Choice(value=value, label=words.gettext(text)) for value, text in answers),
        refusals=()
        if one.said
        else tuple(Choice(value=value, label=words.gettext(text)) for value, text in refusals.items()),
        is_synthetic=news.is_synthetic,
    )


def _reasons(names: Names, one: Alert) -> Iterable[str]:
    """Give why somebody was told of an offer, in whole sentences."""
    news, words = one.news, names.words

    def listed(uris: Sequence[str]) -> str:
        return words.listing([names.skill(uri) for uri in uris[:NAMED_SKILLS]])

    if news.kind is Kind.TRAINING:
        yield words.gettext("It adds what you lack for your goal, or for jobs that fit you: %(skills)s.") % {
            "skills": listed(news.have)
        }
        if news.asked:
            yield asked_said(news.region, news.asked, names)
        return
    asked = len(news.have) + len(news.close) + len(news.missing)
    if news.have:
        said = words.ngettext(
            "You have %(have)d of the %(num)d skill it asks for, such as %(skills)s.",
            "You have %(have)d of the %(num)d skills it asks for, such as %(skills)s.",
            asked,
        )
        yield said % {"have": len(news.have), "num": asked, "skills": listed(news.have)}
    if news.close:
        yield words.gettext("You are close to %(skills)s.") % {"skills": listed(news.close)}
    if news.missing:
        yield words.gettext("You lack %(skills)s.") % {"skills": listed(news.missing)}


def lesson_line(visit: Visit, lesson: Lesson, told: Sequence[Alert]) -> LessonLine:
    words = visit.words
    percent = words.number(round(abs(lesson.effect) * 100))
    more = words.gettext("counts %(percent)s %% more") % {"percent": percent}
    less = words.gettext("counts %(percent)s %% less") % {"percent": percent}
    same = words.gettext("counts as before: your answers weigh each other up")
    return LessonLine(
        value=lesson.value,
        about=lesson.about,
        label=_about(visit, lesson, told),
        effect=more if lesson.points > 0 else less if lesson.points else same,
        answers=lesson.answers,
    )


def _about(visit: Visit, lesson: Lesson, told: Sequence[Alert]) -> str:
    """Return what offers a lesson is about, in words."""
    if lesson.about is Property.DISTANCE:
        return visit.words.gettext(DISTANCES[Distance(lesson.value)])
    if lesson.about is Property.OCCUPATION:
        group = Names(visit).skill(lesson.value)
        return visit.words.gettext("Occupations like “%(group)s”") % {"group": group}
    known = (one.news.employer for one in told if properties_of(one.news).get(Property.EMPLOYER) == lesson.value)
    return visit.words.gettext("Offers of %(employer)s") % {"employer": next(known, lesson.value)}
