"""Sample pages of ways to an occupation, and of what somebody likes."""

from __future__ import annotations

from dataclasses import replace

from skillspace.portal.i18n import translator
from skillspace.portal.pages.person.moving import LIKINGS
from skillspace.portal.views.careers import FitCard, InterestsPage, Liking, PathsPage, Said, Way, WayStop
from skillspace.portal.views.common import Choice, Page
from skillspace.portal.views.planning import BoundsForm, PlanChoice, PlanChoicesPage
from skillspace.skills.careers import STATEMENTS
from tests.gallery.content import Words, person_chrome
from tests.gallery.paths import CIRCLE, sample_listed, sample_match, sample_pay, sample_region, sample_training


def _stop(t: Words, title: str, effort: float, **more: object) -> WayStop:
    match = sample_match(t)
    size = (
        t("a short step", "un petit pas", "ett kort steg")
        if effort < 1
        else t("a long step", "un grand pas", "ett långt steg")
    )
    return WayStop(
        uri=f"https://example.org/occupation/{title}",
        title=title,
        effort=effort,
        size=size,
        match=match,
        openings=12,
        **more,
    )  # type: ignore[arg-type]


def _ways(t: Words) -> tuple[Way, ...]:
    end = t("data analyst", "analyste de données", "dataanalytiker")
    planner = t("production planner", "planificateur de production", "produktionsplanerare")
    quality = t("quality technician", "technicien qualité", "kvalitetstekniker")
    first = _stop(t, planner, 0.6, reasons=(sample_listed(t),), closer=sample_training(t))
    last = _stop(t, end, 0.9, pay=sample_pay(t))
    return (
        Way(stops=(first, last)),
        Way(stops=(_stop(t, quality, 0.8), _stop(t, planner, 0.5), last)),
        Way(stops=(replace(last, effort=3.4, size=t("a long step", "un grand pas", "ett långt steg")),)),
    )


def _likings(t: Words) -> tuple[Liking, ...]:
    words = translator(t.language)
    shares = {
        "R": (0.33, 0.24, 0.43),
        "I": (0.24, 0.16, 0.33),
        "A": (0.16, 0.09, 0.23),
        "S": (0.1, 0.05, 0.16),
        "E": (0.09, 0.04, 0.14),
        "C": (0.08, 0.03, 0.13),
    }
    return tuple(
        Liking(
            letter=letter,
            name=words.gettext(LIKINGS[letter][0]),
            about=words.gettext(LIKINGS[letter][1]),
            share=share,
            low=low,
            high=high,
            is_clear=letter == "R",
            because=(words.gettext(STATEMENTS[0].text),) if letter == "R" else (),
        )
        for letter, (share, low, high) in shares.items()
    )


def _plans(t: Words) -> PlanChoicesPage:
    training = sample_training(t)
    short = replace(
        training,
        id="t2",
        title=t("Statistics, the basics", "Statistique, les bases", "Statistik, grunderna"),
        duration="40 h",
        closes=training.closes,
    )
    most = PlanChoice(
        kinds=(t("Covers most", "Couvre le plus", "Täcker mest"),),
        have=8,
        adds=4,
        open=2,
        trainings=(training, short),
        cost="1 250 EUR",
        hours=t("240 hours", "240 heures", "240 timmar"),
        ends=t("11 June 2027", "11 juin 2027", "11 juni 2027"),
        left=(
            (
                t("machine learning", "apprentissage automatique", "maskininlärning"),
                t(
                    "No training in this space adds it yet.",
                    "Aucune formation de cet espace ne l’apporte encore.",
                    "Ingen utbildning i datarummet ger det än.",
                ),
            ),
        ),
        asked=translator(t.language).gettext("Asked for in %(territory)s: %(skills)s.")
        % {"territory": "Norrbotten", "skills": t("statistics", "statistique", "statistik")},
        is_sure=False,
    )
    cheap = replace(
        most,
        kinds=(t("Costs least", "Coûte le moins", "Kostar minst"), t("Nearest", "Le plus près", "Närmast")),
        adds=3,
        open=3,
        trainings=(short,),
        cost="240 EUR",
        hours=t("40 hours", "40 heures", "40 timmar"),
        ends=t("29 March 2027 or later", "29 mars 2027 ou plus tard", "29 mars 2027 eller senare"),
        unsaid=(t("1 does not say its days", "1 ne dit pas ses jours", "1 säger inte sina dagar"),),
        is_sure=True,
        is_chosen=True,
    )
    anywhere = Choice(value="", label=t("Anywhere", "Partout", "Var som helst"))
    steps = (Choice(value="0", label="Luleå"), Choice(value="1", label="Norrbottens län"))
    return PlanChoicesPage(
        chrome=person_chrome(t, "plan", "/plan/choices"),
        form=BoundsForm(
            budget="1500",
            hours="12",
            latest="2027-06-30",
            places=(anywhere, Choice(value=CIRCLE, label="30 km", is_chosen=True), *steps),
            languages=(Choice(value="", label=t("Any language", "Toute langue", "Vilket språk som helst")),),
        ),
        goal=t("data analyst", "analyste de données", "dataanalytiker"),
        choices=(most, cheap),
        changes=(
            t(
                "“Statistics, the basics” stays: it still helps.",
                "« Statistique, les bases » reste : elle aide encore.",
                "”Statistik, grunderna” står kvar: den hjälper fortfarande.",
            ),
        ),
        region=sample_region(t, "/plan/choices?region=no"),
        has_chosen=True,
    )


def journey_pages(t: Words) -> dict[str, Page]:
    """Ways to a goal, with a goal to find, and without a start; interests asked, answered, and unclear."""
    chrome = person_chrome(t, "opportunities", "/opportunities/paths")
    ways, words = _ways(t), translator(t.language)
    titles = (
        t("data analyst", "analyste de données", "dataanalytiker"),
        t("database designer", "concepteur de bases de données", "databasdesigner"),
    )
    paths = PathsPage(
        chrome=chrome,
        start=t("machine operator", "opérateur de machine", "maskinoperatör"),
        goal=ways[0].title,
        goal_uri=ways[0].stops[-1].uri,
        ways=ways,
        wanted=(
            "https://example.org/occupation/energy",
            t("energy adviser", "conseiller en énergie", "energirådgivare"),
        ),
        territories=(Choice(value="SE33", label="Övre Norrland", count=412),),
    )
    asked = InterestsPage(
        chrome=person_chrome(t, "opportunities", "/opportunities/interests"),
        max_length=1500,
        statements=tuple(Said(id=one.id, text=words.gettext(one.text)) for one in STATEMENTS),
    )
    likings = _likings(t)
    why = t(
        "It is work for people who like: Making and mending. France’s table of occupations (ROME) says so.",
        "C’est un métier pour qui aime : Fabriquer et réparer. Le répertoire des métiers de la France (ROME) le dit.",
        "Det är arbete för den som gillar: Tillverka och laga. Frankrikes yrkesregister (ROME) säger det.",
    )
    names = (
        t("bicycle mechanic", "mécanicien cycles", "cykelmekaniker"),
        t("boat builder", "constructeur de bateaux", "båtbyggare"),
        t("joiner", "menuisier", "snickare"),
        t("wind turbine technician", "technicien en éoliennes", "vindkrafttekniker"),
    )
    answered = replace(
        asked,
        told=(
            t("I mended my brother’s bicycle.", "J’ai réparé le vélo de mon frère.", "Jag lagade min brors cykel."),
            "",
        ),
        statements=tuple(replace(it, answer="yes" if it.id[0] == "r" else "no") for it in asked.statements),
        likings=likings,
        fits=tuple(
            FitCard(
                uri=f"https://example.org/occupation/{number}",
                title=name,
                match=sample_match(t),
                openings=9 * number,
                reasons=(why,),
            )
            for number, name in enumerate(names, 1)
        ),
        ways=ways[:1],
    )
    plans = _plans(t)
    nothing = replace(plans.choices[0], trainings=(), adds=0, open=6, cost="", hours="", ends="", is_sure=True)
    return {
        "plan-choices": plans,
        "plan-choices-nothing": replace(plans, choices=(nothing,), changes=(), has_chosen=False),
        "plan-choices-wrong": replace(
            plans,
            choices=(),
            changes=(),
            problem=t(
                "The last day comes before the first day.",
                "Le dernier jour précède le premier.",
                "Den sista dagen ligger före den första.",
            ),
        ),
        "plan-choices-loading": replace(plans, is_ready=False),
        "paths": paths,
        "paths-search": replace(
            paths,
            goal="",
            goal_uri="",
            ways=(),
            search="data",
            is_assumed=True,
            goals=tuple(Choice(value=title, label=title, count=34) for title in titles),
        ),
        "paths-nothing": PathsPage(chrome=chrome, has_skills=False),
        "paths-there": replace(paths, is_there=True, ways=()),
        "paths-loading": PathsPage(chrome=chrome, is_ready=False),
        "interests": asked,
        "interests-answered": answered,
        "interests-unclear": replace(
            answered, likings=tuple(replace(it, is_clear=False) for it in likings), fits=(), ways=()
        ),
        "interests-wrong": replace(
            asked,
            problem=t(
                "Answer at least one question, so that there is something to go by.",
                "Répondez à une question au moins, pour qu’il y ait de quoi partir.",
                "Svara på minst en fråga, så att det finns något att utgå från.",
            ),
        ),
    }
