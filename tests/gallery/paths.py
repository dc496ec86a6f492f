"""Sample pages of opportunities and the plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from skillspace.market.territory import circle
from skillspace.portal.i18n import translator
from skillspace.portal.pages.person.nearby import circles, counted
from skillspace.portal.pages.person.ranking import dials, told
from skillspace.portal.views.common import Choice, Comment, Match, MatchedSkill, Page, SkillTag
from skillspace.portal.views.opportunities import (
    JobCard,
    JobPage,
    MoveCard,
    Opening,
    OpportunitiesPage,
    Plan,
    PlanPage,
    PlanStep,
    RegionLine,
    TrainingCard,
    TrainingPage,
    TrainingRef,
    WhatIfPage,
)
from skillspace.skills.matching import DEFAULT
from tests.gallery.content import NOW, TODAY, Words, person_chrome, places, skill, uri

#: Where the sample person lives, and how far they look.
HOME, CIRCLE = "SE-2580", "30km"


def _have(t: Words, *names: str) -> tuple[MatchedSkill, ...]:
    dots = [skill(t, name) for name in names]
    return tuple(MatchedSkill(uri=dot.uri, label=dot.label, level=dot.level) for dot in dots)


def _missing(t: Words) -> tuple[MatchedSkill, ...]:
    return (
        MatchedSkill(
            uri=uri("statistics"),
            label=t("statistics", "statistique", "statistik"),
            theirs=t("numbers that convince", "des chiffres qui convainquent", "siffror som övertygar"),
            is_essential=True,
        ),
        MatchedSkill(
            uri=uri("machine learning"), label=t("machine learning", "apprentissage automatique", "maskininlärning")
        ),
    )


def sample_match(t: Words) -> Match:
    """Five there, one close, two missing."""
    have = ("analyse data", "query languages", "write reports", "use spreadsheets software", "English")
    via = skill(t, "create data visualisations").label
    near = MatchedSkill(
        uri=uri("dashboards"),
        label=t("build dashboards", "créer des tableaux de bord", "bygga instrumentpaneler"),
        via=via,
    )
    return Match(have=_have(t, *have), close=(near,), missing=_missing(t))


def sample_training(t: Words) -> TrainingRef:
    """The course that closes the gap of the sample match."""
    return TrainingRef(
        id="t1",
        title=t("Statistics for working people", "La statistique pour les actifs", "Statistik för yrkesverksamma"),
        place=places(t)["university"],
        where=t("Luleå and online", "Luleå et en ligne", "Luleå och på nätet"),
        starts=dt.date(2027, 1, 18),
        duration=t("10 weeks, evenings", "10 semaines, le soir", "10 veckor, kvällar"),
        closes=(t("statistics", "statistique", "statistik"),),
    )


def sample_pay(t: Words) -> str:
    """What one source says an occupation pays."""
    return t(
        "31,700 to 55,000 SEK a month before tax (Statistics Sweden, without a year)",
        "31 700 à 55 000 SEK par mois, avant impôt (Office statistique de Suède, sans année)",
        "31 700 till 55 000 SEK i månaden före skatt (Statistiska centralbyrån, utan årtal)",
    )


def sample_listed(t: Words) -> str:
    """That a published table lists a move."""
    return t(
        "France’s table of occupations (ROME) lists this as a near move.",
        "Le répertoire des métiers de la France (ROME) y voit une mobilité proche.",
        "Enligt Frankrikes yrkesregister (ROME) är det ett nära byte.",
    )


def sample_plan(t: Words) -> Plan:
    """A goal with two steps done, one chosen, one close, one open."""
    missing = _missing(t)
    done = tuple(
        PlanStep(skill=SkillTag(uri=it.uri, label=it.label, level=it.level), state="have")
        for it in _have(t, "analyse data", "query languages")
    )
    return Plan(
        goal=t("data analyst", "analyste de données", "dataanalytiker"),
        goal_uri="https://example.org/occupation/data-analyst",
        steps=(
            *done,
            PlanStep(
                skill=SkillTag(uri=missing[0].uri, label=missing[0].label), state="chosen", training=sample_training(t)
            ),
            PlanStep(
                skill=SkillTag(
                    uri=uri("dashboards"),
                    label=t("build dashboards", "créer des tableaux de bord", "bygga instrumentpaneler"),
                ),
                state="close",
                via=skill(t, "create data visualisations").label,
            ),
            PlanStep(
                skill=SkillTag(uri=missing[1].uri, label=missing[1].label),
                state="open",
                options=(
                    sample_training(t),
                    replace(sample_training(t), id="t2", starts=dt.date(2027, 2, 15), is_synthetic=True),
                ),
            ),
        ),
        trainings=(sample_training(t),),
        done_by=dt.date(2027, 3, 29),
        openings=34,
    )


def _jobs(t: Words) -> tuple[JobCard, ...]:
    match = sample_match(t)
    first = JobCard(
        id="j1",
        title=t("Junior data analyst", "Analyste de données junior", "Junior dataanalytiker"),
        place=places(t)["employer"],
        where="Luleå",
        match=match,
        contract=t("permanent, full time", "CDI, temps plein", "tillsvidare, heltid"),
        published=TODAY - dt.timedelta(days=4),
        until=dt.date(2026, 12, 15),
        reasons=(
            t(
                "All three skills the ad insists on first are tested or certified.",
                "Les trois compétences jugées essentielles sont évaluées ou certifiées.",
                "Alla tre färdigheter som annonsen kräver först är prövade eller intygade.",
            ),
            t(
                "About 5 km from the middle of Luleå in a straight line, by where it says it is.",
                "À environ 5 km du centre de Luleå à vol d’oiseau, d’après le lieu qu’elle indique.",
                "Ungefär 5 km fågelvägen från mitten av Luleå, efter den plats som anges.",
            ),
        ),
        closer=sample_training(t),
        is_synthetic=True,
    )
    titles = (
        t("Production planner", "Planificateur de production", "Produktionsplanerare"),
        t("Quality technician", "Technicien qualité", "Kvalitetstekniker"),
        t("Energy adviser", "Conseiller en énergie", "Energirådgivare"),
        t("Machine operator", "Opérateur de machine", "Maskinoperatör"),
    )
    others = tuple(
        replace(
            first,
            id=f"j{number}",
            title=title,
            where=t("Boden", "Boden", "Boden"),
            away=t("about 32 km away", "à environ 32 km", "ungefär 32 km bort"),
            match=replace(match, have=match.have[: 6 - number]),
            closer=None,
            reasons=(),
            is_synthetic=number % 2 == 0,
        )
        for number, title in enumerate(titles, 2)
    )
    return (first, *others)


def _trainings(t: Words) -> tuple[TrainingCard, ...]:
    missing = _missing(t)
    first = TrainingCard(
        id="t1",
        title=sample_training(t).title,
        place=places(t)["university"],
        where="Luleå",
        mode=t("evenings, half online", "le soir, à moitié en ligne", "kvällstid, hälften på nätet"),
        starts=dt.date(2027, 1, 18),
        ends=dt.date(2027, 3, 29),
        duration=t("10 weeks", "10 semaines", "10 veckor"),
        cost=t("free", "gratuit", "gratis"),
        adds=tuple(SkillTag(uri=it.uri, label=it.label) for it in missing),
        known=(SkillTag(uri=uri("analyse data"), label=skill(t, "analyse data").label, level=4),),
        leads_to=(t("data analyst", "analyste de données", "dataanalytiker"),),
        reasons=(
            t(
                "Adds the one skill your goal insists on and you lack.",
                "Apporte la seule compétence essentielle qui manque à votre objectif.",
                "Ger den enda färdighet som ditt mål kräver och du saknar.",
            ),
        ),
    )
    return tuple(
        replace(
            first,
            id=f"t{number}",
            starts=dt.date(2027, number, 18),
            ends=dt.date(2027, number + 2, 29),
            is_chosen=number == 2,
            reasons=first.reasons if number == 1 else (),
        )
        for number in range(1, 6)
    )


def path_pages(t: Words) -> dict[str, Page]:
    """Opportunities by tab, one job, one training, the plan."""
    chrome = person_chrome(t, "opportunities", "/opportunities")
    plan_chrome = person_chrome(t, "plan", "/plan")
    jobs, trainings = _jobs(t), _trainings(t)
    territories = (
        Choice(value="SE33", label="Övre Norrland", count=412),
        Choice(value="FRE1", label="Nord", count=1280),
    )
    words = translator(t.language)
    near = (*circles(HOME, CIRCLE, words), *territories)
    said = counted(CIRCLE, HOME, words)
    nine = t("about 9 km away", "à environ 9 km", "ungefär 9 km bort")
    base = OpportunitiesPage(
        chrome=chrome, tab="jobs", considered=1692, refreshed=NOW, territories=(*circles(HOME, "", words), *territories)
    )
    pay, listed = sample_pay(t), sample_listed(t)
    moves = tuple(
        MoveCard(
            uri=f"https://example.org/occupation/{number}",
            title=title,
            match=sample_match(t),
            openings=34 * number,
            pay=pay if number == 1 else "",
            reasons=(listed,) if number == 1 else (),
            closer=sample_training(t) if number == 1 else None,
        )
        for number, title in enumerate(
            (
                t("data analyst", "analyste de données", "dataanalytiker"),
                t("production engineer", "ingénieur de production", "produktionsingenjör"),
                t("quality manager", "responsable qualité", "kvalitetschef"),
                t("energy adviser", "conseiller en énergie", "energirådgivare"),
            ),
            1,
        )
    )
    ranking, turning = told(DEFAULT, translator(t.language)), dials({"optional": "more"}, translator(t.language))
    openings = tuple(
        Opening(skill=SkillTag(uri=it.uri, label=it.label), more=more, trainings=(sample_training(t),) * (more == 212))
        for it, more in zip(_missing(t), (212, 128), strict=True)
    )
    what_if = WhatIfPage(
        chrome=chrome, now=46, considered=1692, place="Norrbottens län", openings=openings, territories=territories
    )
    goals = tuple(Choice(value=move.uri, label=move.title, count=move.openings) for move in moves)
    advice = t(
        "Good plan. Ask about the evening group.",
        "Bon plan. Demandez le groupe du soir.",
        "Bra plan. Fråga om kvällsgruppen.",
    )
    plan = PlanPage(
        chrome=plan_chrome,
        plan=sample_plan(t),
        goals=goals,
        coaches=(Choice(value="c1", label=places(t)["coach"].name),),
        shared_with=(("g1", places(t)["coach"].name),),
        comments=(Comment(by="Kim Modell", at=NOW, text=advice),),
        news=(
            t(
                "“Statistics for working people” adds nothing more: you have what it teaches.",
                "« La statistique pour les actifs » n’apporte plus rien : vous avez ce qu’elle enseigne.",
                "”Statistik för yrkesverksamma” ger inget mer: du har det som den lär ut.",
            ),
        ),
    )
    return {
        "jobs": replace(base, jobs=jobs, more_href="/opportunities?tab=jobs&page=2", ranking=ranking, dials=turning),
        "jobs-turned": replace(
            base, jobs=jobs, ranking=ranking, dials=turning, turned=(("w-optional", "less"),), territory="SE33"
        ),
        "what-if": what_if,
        "what-if-nothing": replace(what_if, openings=(), place=""),
        "what-if-near": replace(what_if, place="Luleå", km=circle(CIRCLE) or 0, counted=said, territories=near),
        "what-if-loading": WhatIfPage(chrome=chrome, is_ready=False),
        "what-if-empty": WhatIfPage(chrome=chrome, has_skills=False),
        "trainings": replace(base, tab="trainings", considered=8, trainings=trainings, region=sample_region(t)),
        "moves": replace(base, tab="moves", considered=3039, moves=moves, territories=()),
        "jobs-loading": replace(base, is_ready=False),
        "jobs-empty": replace(base, has_skills=False),
        "jobs-none": base,
        "jobs-near": replace(
            base,
            jobs=tuple(replace(job, where="Gammelstad", away=nine) for job in jobs),
            territories=near,
            territory=CIRCLE,
            counted=said,
        ),
        "jobs-no-home": replace(base, jobs=jobs, has_home=False),
        "job": JobPage(
            chrome=chrome,
            job=jobs[0],
            description=t(
                "We make parts for wind power and look for somebody who likes to find out why.",
                "Nous fabriquons des pièces pour l’éolien et cherchons une personne qui aime comprendre pourquoi.",
                "Vi gör delar till vindkraft och söker någon som gillar att ta reda på varför.",
            ),
            closers=(sample_training(t),),
            apply_href="https://example.org/apply",
            source=t("made-up ads of the demo", "annonces inventées de la démo", "demons påhittade annonser"),
        ),
        "training": TrainingPage(
            chrome=chrome,
            training=trainings[0],
            jobs=jobs[:2],
            leads_to_credential=t(
                "a signed certificate, 5 credits", "un certificat signé, 5 crédits", "ett signerat intyg, 5 hp"
            ),
        ),
        "plan": plan,
        "plan-trial": replace(plan, is_trial=True),
        "plan-empty": PlanPage(chrome=plan_chrome, goals=goals),
    }


def boost(t: Words) -> str:
    """What the list of a region does."""
    text = translator(t.language).gettext(
        "A skill that %(territory)s asks for counts up to %(share)s %% more here (%(source)s, %(date)s)."
    )
    return text % {"territory": "Norrbotten", "share": "20", "source": "Norrsken Skills Space", "date": "2026-11-01"}


def sample_region(t: Words, href: str = "/opportunities?tab=trainings&region=no") -> RegionLine:
    """What the sample person's region asks for, counting."""
    return RegionLine(says=boost(t), is_on=True, href=href)
