"""The invented content the sample pages share: people, places, skills, in three languages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from skillspace.portal.views.common import Chrome, Place, Viewer
from skillspace.portal.views.skills import SkillDot, Theme

TODAY = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 20, 13, 5, tzinfo=dt.UTC)
PEOPLE = {"en": "Robin Sample", "fr": "Camille Exemplaire", "sv": "Alva Exempelsson"}
LANGUAGES = ("en", "fr", "sv")


@dataclass(frozen=True, kw_only=True)
class Words:
    """Picks the text of one language out of three."""

    language: str

    def __call__(self, en: str, fr: str, sv: str) -> str:
        return {"en": en, "fr": fr, "sv": sv}[self.language]


def places(t: Words) -> dict[str, Place]:
    """The organisations of the sample space; every name says that it is invented."""
    return {
        "school": Place(name=t("Sample High School", "Lycée Exemple", "Exempelgymnasiet"), is_verified=True),
        "university": Place(
            name=t("Example University", "Université Exemple", "Exempeluniversitetet"), is_verified=True
        ),
        "employer": Place(name=t("Sample Works Ltd", "Atelier Exemple SA", "Exempelverken AB"), is_verified=True),
        "training": Place(
            name=t("Demo Training Centre", "Centre Démo Formation", "Demo Yrkesutbildning"), is_verified=True
        ),
        "agency": Place(name=t("Model Job Agency", "Agence Modèle Emploi", "Modellförmedlingen"), is_verified=True),
        "coach": Place(name=t("Sample Guidance", "Orientation Exemple", "Exempel Vägledning"), is_verified=True),
        "you": Place(name=PEOPLE[t.language]),
    }


# theme key, theme (en, fr, sv), then (en, fr, sv, level, place) for each skill
THEMES: tuple[tuple[str, tuple[str, str, str], tuple[tuple[str, str, str, int, str], ...]], ...] = (
    (
        "digital",
        ("Data and digital", "Données et numérique", "Data och digitalt"),
        (
            ("use spreadsheets software", "utiliser un tableur", "använda kalkylprogram", 5, "training"),
            ("analyse data", "analyser des données", "analysera data", 4, "university"),
            ("query languages", "langages de requête", "frågespråk", 4, "university"),
            ("protect personal data", "protéger des données personnelles", "skydda personuppgifter", 5, "training"),
            (
                "create data visualisations",
                "créer des visualisations de données",
                "skapa datavisualiseringar",
                3,
                "employer",
            ),
            ("Python", "Python", "Python", 3, "university"),
            ("manage databases", "gérer des bases de données", "hantera databaser", 1, "you"),
            ("digital file handling", "gérer des fichiers numériques", "hantera digitala filer", 2, "employer"),
        ),
    ),
    (
        "technical",
        ("Technical work", "Travail technique", "Tekniskt arbete"),
        (
            ("read technical drawings", "lire des plans techniques", "läsa tekniska ritningar", 6, "school"),
            ("operate CNC machines", "conduire des machines à commande numérique", "köra CNC-maskiner", 5, "training"),
            ("use measuring instruments", "utiliser des instruments de mesure", "använda mätinstrument", 5, "school"),
            ("maintain machinery", "entretenir des machines", "underhålla maskiner", 3, "employer"),
            ("weld metal parts", "souder des pièces métalliques", "svetsa metalldelar", 4, "school"),
            ("replace worn parts", "remplacer des pièces usées", "byta slitna delar", 2, "employer"),
            ("repair bicycles", "réparer des vélos", "reparera cyklar", 1, "you"),
        ),
    ),
    (
        "people",
        ("Working with people", "Travailler avec les autres", "Arbeta med människor"),
        (
            ("work in teams", "travailler en équipe", "arbeta i team", 2, "employer"),
            ("train employees", "former des collègues", "lära upp medarbetare", 3, "employer"),
            ("listen actively", "écouter activement", "lyssna aktivt", 2, "school"),
            ("customer service", "service client", "kundservice", 3, "employer"),
            ("lead a team", "animer une équipe", "leda en grupp", 1, "you"),
            ("solve conflicts", "résoudre des conflits", "lösa konflikter", 1, "you"),
        ),
    ),
    (
        "languages",
        ("Languages", "Langues", "Språk"),
        (
            ("English", "anglais", "engelska", 5, "university"),
            ("French", "français", "franska", 6, "school"),
            ("Swedish", "suédois", "svenska", 6, "school"),
            ("German", "allemand", "tyska", 1, "you"),
        ),
    ),
    (
        "business",
        ("Planning and business", "Organisation et gestion", "Planering och affärer"),
        (
            ("plan production", "planifier la production", "planera produktion", 4, "university"),
            ("order supplies", "commander des fournitures", "beställa material", 3, "employer"),
            ("quality standards", "normes de qualité", "kvalitetsstandarder", 5, "training"),
            ("write reports", "rédiger des rapports", "skriva rapporter", 3, "university"),
            ("manage budgets", "gérer un budget", "hantera budgetar", 1, "you"),
        ),
    ),
    (
        "safety",
        ("Health and safety", "Santé et sécurité", "Hälsa och säkerhet"),
        (
            ("first aid", "premiers secours", "första hjälpen", 5, "training"),
            (
                "follow safety procedures",
                "appliquer les consignes de sécurité",
                "följa säkerhetsrutiner",
                5,
                "employer",
            ),
            ("assess risks", "évaluer les risques", "bedöma risker", 4, "training"),
            ("fire safety", "prévention incendie", "brandskydd", 5, "employer"),
        ),
    ),
    (
        "environment",
        ("Nature and environment", "Nature et environnement", "Natur och miljö"),
        (
            ("sort waste", "trier les déchets", "sortera avfall", 3, "employer"),
            ("energy efficiency", "efficacité énergétique", "energieffektivitet", 4, "university"),
        ),
    ),
    (
        "art",
        ("Arts and craft", "Art et artisanat", "Konst och hantverk"),
        (
            ("play the guitar", "jouer de la guitare", "spela gitarr", 1, "you"),
            ("draw sketches", "dessiner des croquis", "rita skisser", 2, "school"),
        ),
    ),
)


def uri(label: str) -> str:
    """The address an invented concept has in the samples."""
    return "https://example.org/skill/" + label.lower().replace(" ", "-")


def skill(t: Words, label: str) -> SkillDot:
    """A sample skill by its English name."""
    return next(dot for theme in themes(t) for dot in theme.skills if dot.uri == uri(label))


def themes(t: Words) -> tuple[Theme, ...]:
    """All sample skills by theme."""
    where = places(t)
    return tuple(
        Theme(
            key=key,
            label=t(*names),
            skills=tuple(
                SkillDot(
                    uri=uri(en),
                    label=t(en, fr, sv),
                    level=level,
                    places=(where[place], where["you"]) if level == 5 else (where[place],),
                    since=TODAY - dt.timedelta(days=97 * (number + 1)),
                    has_conflict=en == "analyse data",
                )
                for number, (en, fr, sv, level, place) in enumerate(skills)
            ),
        )
        for key, names, skills in THEMES
    )


def person_chrome(t: Words, room: str, path: str, **more: object) -> Chrome:
    """The frame of a person's page."""
    viewer = Viewer(name=PEOPLE[t.language])
    space = t("Norrsken skills data space", "Espace de compétences Norrsken", "Norrsken kompetensdatarum")
    return Chrome(
        space=space,
        csrf="sample",
        path=path,
        viewer=viewer,
        room=room,
        asks_waiting=1,
        is_demo=True,
        **more,  # type: ignore[arg-type]
    )


def office_chrome(t: Words, room: str, path: str, rooms: tuple[str, ...], place: str = "employer") -> Chrome:
    """The frame of an organisation's page."""
    viewer = Viewer(name="Kim Modell", organisation=places(t)[place].name, rooms=rooms)
    space = t("Norrsken skills data space", "Espace de compétences Norrsken", "Norrsken kompetensdatarum")
    return Chrome(space=space, csrf="sample", path=path, viewer=viewer, room=room, is_demo=True)
