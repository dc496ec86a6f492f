"""Sample pages of a team held against its roles, and of the policy that puts things in order."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace

from skillspace.portal.i18n import translator
from skillspace.portal.views.common import Choice, Page
from skillspace.portal.views.teams import (
    DossierPage,
    DossierSection,
    HeatCell,
    HeatRow,
    LackLine,
    LessonLine,
    Named,
    NeedLine,
    NumberField,
    RankingPage,
    RoleCard,
    SeatLine,
    TeamPage,
)
from skillspace.skills.dossier import Running, dossier
from skillspace.skills.matching import Weights
from skillspace.skills.ranking import USUAL, InDemand, Policy, declared
from tests.gallery.content import PEOPLE, TODAY, Words, office_chrome, places

ROOMS = ("people", "team", "matching", "shared")


def team_pages(t: Words) -> dict[str, Page]:
    """Our team under both purposes, without people, without a chart; the order of matching to read and to set."""
    return {**_team(t), **_ranking(t)}


def _team(t: Words) -> dict[str, Page]:
    unnamed = t("Unnamed person", "Personne sans nom", "Namnlös person")
    people = [
        Named(name=name, href=f"/org/shared/g{number}")
        for number, name in enumerate((PEOPLE[t.language], f"{unnamed} 4f1c", f"{unnamed} a07e"))
    ]
    analyst = t("Data analyst", "Analyste de données", "Dataanalytiker")
    keeper = t("Database keeper", "Gestionnaire de bases de données", "Databasansvarig")
    trainer = t("Trainer", "Formatrice ou formateur", "Utbildare")
    queries = t("query languages", "langages de requête", "frågespråk")
    data = t("analyse data", "analyser des données", "analysera data")
    privacy = t("protect personal data", "protéger des données personnelles", "skydda personuppgifter")
    shares = ((82, 47, 12), (35, 71, 0), (55, 20, 30))
    page = TeamPage(
        chrome=office_chrome(t, "team", "/org/team", ROOMS),
        kind="recruitment",
        has_both=True,
        people=3,
        title="roles-2026.csv",
        brought=TODAY - dt.timedelta(days=12),
        percent=58,
        units=(
            Choice(value="", label=t("All of it", "Tout", "Alltihop"), is_chosen=True),
            Choice(value="it", label=t("Data office", "Service des données", "Dataenheten")),
        ),
        heads=(analyst, keeper, trainer),
        rows=tuple(
            HeatRow(
                who=who,
                cells=tuple(
                    HeatCell(percent=share, step=min(share // 20, 4), is_seat=(at == number and share > 50))
                    for at, share in enumerate(line)
                ),
            )
            for number, (who, line) in enumerate(zip(people, shares, strict=True))
        ),
        roles=(
            RoleCard(
                title=analyst,
                unit=t("Data office", "Service des données", "Dataenheten"),
                heads=2,
                percent=68,
                needs=(
                    NeedLine(label=data, percent=85, level=6, by=tuple(people), more=2),
                    NeedLine(label=queries, percent=50, by=(people[0],), is_single=True),
                    NeedLine(label=privacy, percent=0, is_essential=False),
                ),
            ),
            RoleCard(title=trainer, unit="", heads=1, percent=30, needs=(NeedLine(label=privacy, percent=30),)),
        ),
        lacks=(
            LackLine(label=privacy, percent=21.5, roles=(analyst, trainer)),
            LackLine(label=queries, percent=9.8, roles=(keeper,)),
        ),
        seats=(
            SeatLine(who=people[0], role=analyst, percent=82, lacking=(privacy,)),
            SeatLine(who=people[1], role=keeper, percent=71, lacking=(queries, data)),
        ),
        open=((analyst, 1), (trainer, 1)),
    )
    advice = replace(
        page,
        kind="training-advice",
        rows=tuple(replace(row, cells=tuple(replace(cell, is_seat=False) for cell in row.cells)) for row in page.rows),
        seats=(),
        open=(),
        has_courses=True,
        lessons=(
            LessonLine(
                title=t("Data protection at work", "Protéger les données au travail", "Dataskydd på jobbet"),
                details=f"{places(t)['employer'].name} · Luleå",
                is_own=True,
                who=people[2],
                brings=(privacy,),
                percent=79,
            ),
            LessonLine(
                title=t("Asking databases", "Interroger des bases", "Fråga databaser"),
                details=places(t)["training"].name,
                is_own=False,
                who=people[1],
                brings=(queries, data),
                percent=91,
            ),
        ),
        growth=(
            SeatLine(
                who=people[2],
                role=analyst,
                percent=55,
                lacking=(queries, privacy),
                course=t("Asking databases", "Interroger des bases", "Fråga databaser"),
            ),
        ),
    )
    nobody = replace(page, people=0, percent=0, rows=(), seats=(), open=(), units=(), has_both=False)
    problem = t(
        "Line 3, column concept: no taxonomy here has a skill called 'baking'.",
        "Ligne 3, colonne concept : aucune taxonomie ici n’a de compétence « baking ».",
        "Rad 3, kolumn concept: ingen taxonomi här har en kompetens som heter ”baking”.",
    )
    return {
        "org-team": page,
        "org-team-learning": advice,
        "org-team-nobody": nobody,
        "org-team-none": TeamPage(chrome=page.chrome, kind="recruitment", problem=problem),
    }


def _ranking(t: Words) -> dict[str, Page]:
    words = translator(t.language)
    listed = InDemand(
        name=t("Skills short in Norrbotten", "Compétences rares en Norrbotten", "Bristkompetenser i Norrbotten"),
        source=t("Region Example", "Région Exemple", "Region Exempel"),
        day=TODAY,
        skills={"urn:a": 1.0},
    )
    policy = Policy(own=0.1, bonus=0.25, in_demand=listed, is_must=True)
    read = RankingPage(
        chrome=office_chrome(t, "matching", "/org/matching", ROOMS),
        sentences=declared(USUAL, words.gettext, words.date),
    )
    numbers = (
        ("optional", t("A skill that is only wished for", "Une compétence seulement souhaitée", "En önskad kompetens")),
        ("related", t("A related skill", "Une compétence apparentée", "En besläktad kompetens")),
    )
    added = (
        ("own", t("More for a course of our own", "En plus pour nos formations", "Mer för egna kurser")),
        ("bonus", t("More for a skill in demand", "En plus si demandée", "Mer för eftersökt kompetens")),
    )
    setting = replace(
        read,
        chrome=office_chrome(t, "matching", "/org/matching", ("overview", "matching", "words", "log")),
        sentences=declared(policy, words.gettext, words.date),
        since=TODAY,
        by="Kim Modell",
        can_set=True,
        numbers=tuple(NumberField(name=name, label=label, value="40", most=100) for name, label in numbers),
        additions=tuple(NumberField(name=name, label=label, value="10", most=50) for name, label in added),
        is_must=True,
        in_demand=f"“{listed.name}” ({listed.source})",
        territories=(Choice(value="of:SE332", label="Norrbotten"),),
    )
    return {"org-matching": read, "org-matching-set": setting, "org-dossier": _documents(t)}


def _documents(t: Words) -> DossierPage:
    runs = Running(
        program="0.0",
        offers="3f9c2a",
        index={"vacancies": 12},
        weights=asdict(Weights()),
        editions=(),
        methods={"encoder": "e5-1"},
        order=declared(USUAL),
    )
    told = dossier(runs, "Sample Works Ltd (did:web:works.example.org)")
    return DossierPage(
        chrome=office_chrome(t, "matching", "/org/matching/documents", ROOMS),
        provider=told.provider,
        sections=tuple(
            DossierSection(title=one.title, article=one.article, says=one.says, facts=one.facts)
            for one in told.sections
        ),
    )
