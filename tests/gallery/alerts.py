"""Sample pages of alerts: off, on with news of two days and something learnt, on without news, and for a child."""

# ruff: noqa: E501  sample sentences in three languages stand side by side

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from skillspace.people.alerts import MOST_EFFECT, Kind, Often, Outcome, Property, Said
from skillspace.people.alerts.choosing import MOST
from skillspace.portal.i18n import translator
from skillspace.portal.pages.person.alert_cards import CAME, REFUSALS, REFUSALS_OF_TRAININGS, SAID
from skillspace.portal.pages.person.alerts import KINDS, LEAST, OFTEN
from skillspace.portal.pages.person.nearby import circles, counted
from skillspace.portal.views.alerts import AlertBatch, AlertCard, AlertsPage, LessonLine
from skillspace.portal.views.common import Choice, Page
from tests.gallery.content import NOW, Words, person_chrome, places
from tests.gallery.paths import boost

DAY = dt.timedelta(days=1)


def alert_pages(t: Words) -> dict[str, Page]:
    """Everything the page of alerts can look like."""
    words = translator(t.language)

    def choices(texts: dict[object, str], *chosen: object) -> tuple[Choice, ...]:
        return tuple(
            Choice(value=str(value), label=words.gettext(text), is_chosen=value in chosen)
            for value, text in texts.items()
        )

    off = AlertsPage(
        chrome=person_chrome(t, "opportunities", "/alerts"),
        most=MOST,
        most_effect=round(MOST_EFFECT * 100),
        kinds=choices(dict(KINDS), *Kind),
        often=choices(dict(OFTEN), Often.DAILY),
        territories=(Choice(value="SE", label="Sverige", count=18204), Choice(value="SE332", label="– Norrbottens län", count=412)),
        least=choices(dict(LEAST), 50),
        start="20:00",
        end="08:00",
        zones=tuple(Choice(value=zone, label=zone) for zone in ("Europe/Paris", "Europe/Stockholm")),
    )  # fmt: skip
    cards = _cards(t)
    answered = replace(
        cards[0],
        id="n4",
        said=f"{words.gettext(SAID[Said.YES])} {words.gettext(CAME[Outcome.APPLIED])}.",
        answers=choices({Outcome.HIRED: CAME[Outcome.HIRED]}),
        refusals=(),
        href="",
    )
    refused = replace(cards[1], id="n5", is_refused=True, said=words.gettext(SAID[Said.TOO_FAR]), reasons=())
    on = replace(
        off,
        next=NOW + DAY,
        territories=(*circles("SE-2580", "30km", words), *off.territories),
        counted=counted("30km", "SE-2580", words),
        region=boost(t),
        batches=(
            AlertBatch(at=NOW, cards=cards, refused=(refused,)),
            AlertBatch(at=NOW - DAY, cards=(answered,)),
            AlertBatch(
                at=NOW - 3 * DAY,
                cards=(),
                refused=(
                    replace(refused, id="n6", title=t("Welding, the basics", "Souder, les bases", "Svetsa, grunderna")),
                ),
            ),
        ),
        address="alva@example.org",
        by_letter=True,
    )
    learnt = replace(on, learning_since=NOW - 30 * DAY, lessons=_lessons(t))
    hint = words.gettext("Until you are old enough to decide alone, nothing is learnt from you.")
    problem = words.gettext("Choose jobs, trainings or both, and quiet hours on a quarter of an hour.")
    return {
        "alerts": learnt,
        "alerts-off": off,
        "alerts-no-learning": on,
        "alerts-nothing": replace(on, batches=(), learning_since=NOW),
        "alerts-child": replace(on, hint=hint),
        "alerts-problem": replace(on, problem=problem),
    }


def _cards(t: Words) -> tuple[AlertCard, ...]:
    words, where = translator(t.language), places(t)

    def offered(texts: dict[Said, str]) -> tuple[Choice, ...]:
        return tuple(Choice(value=value, label=words.gettext(text)) for value, text in texts.items())

    skills = t(
        "analyse data, query languages and write reports",
        "analyser des données, langages de requête et rédiger des rapports",
        "analysera data, frågespråk och skriva rapporter",
    )
    have = words.ngettext("You have %(have)d of the %(num)d skill it asks for, such as %(skills)s.", "You have %(have)d of the %(num)d skills it asks for, such as %(skills)s.", 8)  # fmt: skip
    lack = words.gettext("You lack %(skills)s.") % {"skills": t("statistics", "statistique", "statistik")}
    adds = words.gettext("It adds what you lack for your goal, or for jobs that fit you: %(skills)s.")
    job = AlertCard(
        id="n1",
        sort="job",
        title=t("Junior data analyst", "Analyste de données junior", "Junior dataanalytiker"),
        place=where["employer"],
        where="Luleå",
        until=dt.date(2026, 12, 15),
        href="/opportunities/jobs/j1",
        reasons=(have % {"have": 5, "num": 8, "skills": skills}, lack),
        answers=(Choice(value="yes", label=words.gettext("Interesting")),),
        refusals=offered(REFUSALS),
        is_synthetic=True,
    )
    training = replace(
        job,
        id="n2",
        sort="training",
        title=t("Statistics for working people", "La statistique pour les actifs", "Statistik för yrkesverksamma"),
        place=where["university"],
        until=None,
        href="/opportunities/trainings/t1",
        reasons=(adds % {"skills": t("statistics", "statistique", "statistik")},),
        refusals=offered({said: text for said, text in REFUSALS_OF_TRAININGS.items() if said is not Said.NOT_OCCUPATION}),
        is_synthetic=False,
    )  # fmt: skip
    third = replace(job, id="n3", title=t("Quality technician", "Technicien qualité", "Kvalitetstekniker"))
    return job, training, third


def _lessons(t: Words) -> tuple[LessonLine, ...]:
    words, employer = translator(t.language), places(t)["employer"].name
    group = t("Systems analysts", "Analystes de systèmes", "Systemanalytiker")

    def effect(text: str, percent: int) -> str:
        return words.gettext(text) % {"percent": percent}

    return (
        LessonLine(
            about=Property.DISTANCE,
            value="abroad",
            label=words.gettext("Offers in other countries"),
            effect=effect("counts %(percent)s %% less", 30),
            answers=1,
        ),
        LessonLine(
            about=Property.OCCUPATION,
            value="urn:group",
            label=words.gettext("Occupations like “%(group)s”") % {"group": group},
            effect=effect("counts %(percent)s %% more", 20),
            answers=2,
        ),
        LessonLine(
            about=Property.EMPLOYER,
            value="employer",
            label=words.gettext("Offers of %(employer)s") % {"employer": employer},
            effect=words.gettext("counts as before: your answers weigh each other up"),
            answers=3,
        ),
    )
