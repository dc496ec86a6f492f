"""Sample pages of reviews: an organisation's own words and their mappings."""

# ruff: noqa: E501  sample sentences in three languages stand side by side

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from skillspace.portal.views.common import Choice, Listing, Page
from skillspace.portal.views.review import (
    DecidedLine,
    DecidedPage,
    LinkCard,
    LinksPage,
    MappingCard,
    MappingPage,
    ProgramLine,
    ProgramsPage,
    Progress,
    SaidLine,
    TargetChoice,
    WordsLine,
    WordsPage,
)
from tests.gallery.content import TODAY, Words, office_chrome

ROOMS = ("overview", "words", "review", "log")
DAY = dt.timedelta(days=1)
LINE = WordsLine(
    scheme="bakery-skills",
    version="2026",
    target="esco",
    languages=("en", "fr", "sv"),
    added=TODAY - 3 * DAY,
    progress=Progress(total=124, done=31, waiting=88),
)


def review_pages(t: Words) -> dict[str, Page]:
    """Our words, the review of a mapping, what was said, and links to check."""
    return {**_words(t), **_programs(t), **_mapping(t), **_decided(t), **_links(t)}


def _words(t: Words) -> dict[str, Page]:
    kinds = (
        t("Skills", "Compétences", "Kompetenser"),
        t("Jobs", "Métiers", "Yrken"),
    )
    full = WordsPage(
        chrome=office_chrome(t, "words", "/org/words", ROOMS),
        taxonomies=(
            LINE,
            replace(LINE, scheme="jobs-of-ours", progress=Progress(total=58, done=0, waiting=0), is_working=True),
        ),
        targets=(Choice(value="esco", label="ESCO", is_chosen=True), Choice(value="rome", label="ROME")),
        kinds=tuple(Choice(value=str(number), label=label) for number, label in enumerate(kinds)),
        most_mb=5,
        most_concepts=20_000,
    )
    done = replace(LINE, progress=Progress(total=124, done=124, waiting=0))
    return {
        "org-words": full,
        "org-words-done": replace(full, taxonomies=(done,)),
        "org-words-empty": replace(full, taxonomies=()),
        "org-words-problem": replace(
            full, taxonomies=(), name="esco", tags="sv, en", problem=t("The name 'esco' is taken.", "Le nom « esco » est pris.", "Namnet ”esco” är upptaget.")
        ),
    }  # fmt: skip


def _programs(t: Words) -> dict[str, Page]:
    name = t("payroll", "paie", "lönesystem")
    page = ProgramsPage(
        chrome=office_chrome(t, "words", "/org/programs", ROOMS),
        programs=(
            ProgramLine(name=name, made=TODAY),
            ProgramLine(name=t("careers site", "site carrières", "karriärsidan"), made=TODAY - 40 * DAY),
        ),
        address="https://bakery.example/intelligence/link",
        longest=60,
    )
    problem = t(
        "There is a program of this name.", "Il y a un programme de ce nom.", "Det finns ett program med det namnet."
    )
    return {
        "org-programs": page,
        "org-programs-made": replace(page, name=name, token="invented-" + "Zq3x" * 8),
        "org-programs-empty": replace(page, programs=()),
        "org-programs-problem": replace(page, name=name, problem=problem),
    }


def _choices(t: Words) -> tuple[TargetChoice, ...]:
    return (
        TargetChoice(
            uri="http://data.europa.eu/esco/skill/a",
            label=t("bake goods", "cuire des produits de boulangerie", "baka bröd"),
            description=t(
                "Carry out all tasks to get goods baked: preparing ovens, loading products, and keeping an eye on the heat.",
                "Effectuer toutes les tâches de cuisson : préparer les fours, enfourner les produits et surveiller la chaleur.",
                "Utföra alla uppgifter vid gräddning: förbereda ugnar, sätta in produkter och hålla ett öga på värmen.",
            ),
            chance=t("very likely", "très probable", "mycket troligt"),
            why="sv: “baka” – “baka bröd”",
            relation="close",
            is_chosen=True,
        ),
        TargetChoice(
            uri="http://data.europa.eu/esco/skill/b",
            label=t("prepare bakery products", "préparer des produits de boulangerie", "förbereda bageriprodukter"),
            description=t("Make bread and pasta by preparing dough.", "Faire du pain et des pâtes en préparant la pâte.", "Göra bröd och pasta genom att förbereda deg."),
            chance=t("perhaps", "peut-être", "kanske"),
            relation="related",
        ),
    )  # fmt: skip


def _mapping(t: Words) -> dict[str, Page]:
    card = MappingCard(
        source="urn:bakery-skills:B1",
        label=t("baking", "la cuisson du pain", "bakning"),
        names=(t("bread baking", "cuire du pain", "baka bröd"),),
        description=t("Making bread, from the dough to the oven.", "Faire du pain, de la pâte au four.", "Att göra bröd, från deg till ugn."),
        above=t("Bakery", "Boulangerie", "Bageri"),
        choices=_choices(t),
    )  # fmt: skip
    relations = (
        Choice(value="exact", label=t("It is the same", "C’est la même chose", "Det är samma")),
        Choice(
            value="close",
            label=t("It is nearly the same", "C’est presque la même chose", "Det är nästan samma"),
            is_chosen=True,
        ),
    )
    page = MappingPage(
        chrome=office_chrome(t, "words", "/org/words/bakery-skills", ROOMS), line=LINE, card=card, relations=relations
    )
    found = replace(card.choices[1], uri="http://data.europa.eu/esco/skill/c", chance="", is_found=True)
    said = SaidLine(is_yes=True, label=card.choices[0].label, relation=relations[0].label, at=TODAY, is_mine=False)
    again = replace(
        card, choices=(*card.choices, found), said=(said, replace(said, is_yes=False, at=TODAY - DAY, is_mine=True))
    )
    finished = replace(LINE, progress=Progress(total=124, done=124, waiting=0))
    return {
        "org-words-review": page,
        "org-words-review-found": replace(page, card=again, is_single=True, query=t("bread", "pain", "bröd")),
        "org-words-review-nothing": replace(page, card=replace(card, choices=(), above="", names=(), description="")),
        "org-words-review-done": replace(page, card=None, line=finished),
        "org-words-review-working": replace(page, card=None, line=replace(LINE, is_working=True, progress=Progress(total=124, done=0, waiting=0))),
        "org-words-review-problem": replace(page, problem=t("Choose one of them first.", "Choisissez-en d’abord une.", "Välj ett av dem först.")),
    }  # fmt: skip


def _decided(t: Words) -> dict[str, Page]:
    line = DecidedLine(
        source="urn:bakery-skills:B1",
        label=t("baking", "la cuisson du pain", "bakning"),
        relation=t("It is nearly the same", "C’est presque la même chose", "Det är nästan samma"),
        target=t("bake goods", "cuire des produits de boulangerie", "baka bröd"),
        holds=True,
        yes=2,
        no=0,
        last=TODAY,
    )
    page = DecidedPage(
        chrome=office_chrome(t, "words", "/org/words/bakery-skills/decided", ROOMS),
        line=LINE,
        listing=Listing(path="/org/words/bakery-skills/decided", total=2, sort="last", is_down=True),
        decided=(
            line,
            replace(
                line,
                source="urn:bakery-skills:B2",
                label=t("pastry", "la pâtisserie", "konditori"),
                holds=False,
                yes=1,
                no=1,
            ),
        ),
    )
    return {
        "org-words-decided": page,
        "org-words-decided-empty": replace(page, decided=(), listing=replace(page.listing, total=0)),
    }


def _links(t: Words) -> dict[str, Page]:
    card = LinkCard(
        id="q-1",
        text=t("baking", "cuisson", "bakning"),
        before=t("You like ", "Vous aimez la ", "Du gillar "),
        after=t(" and work well in a team.", " et travaillez bien en équipe.", " och arbetar bra i grupp."),
        language=t("en", "fr", "sv"),
        is_title=False,
        times=17,
        choices=tuple(replace(one, why="", is_chosen=False) for one in _choices(t)),
    )
    page = LinksPage(
        chrome=office_chrome(t, "review", "/org/review", ROOMS),
        progress=Progress(total=140, done=12, waiting=128),
        card=card,
        is_heeded=True,
    )
    title = t("Baker, nights", "Boulanger de nuit", "Bagare, natt")
    jobs = (
        TargetChoice(
            uri="http://data.europa.eu/esco/occupation/a",
            label=t("baker", "boulanger/boulangère", "bagare"),
            description=t("Bakers make a wide range of breads.", "Les boulangers font toutes sortes de pains.", "Bagare gör många sorters bröd."),
            chance=t("likely", "probable", "troligt"),
        ),
        TargetChoice(
            uri="http://data.europa.eu/esco/occupation/b",
            label=t("pastry maker", "pâtissier/pâtissière", "konditor"),
            description=t("Pastry makers bake cakes and cookies.", "Les pâtissiers font des gâteaux et des biscuits.", "Konditorer bakar tårtor och kakor."),
            chance=t("perhaps", "peut-être", "kanske"),
        ),
    )  # fmt: skip
    said = SaidLine(is_yes=False, label=jobs[1].label, relation="", at=TODAY, is_mine=False)
    again = replace(card, text=title, before="", after="", is_title=True, times=1, choices=jobs, said=(said,))
    nothing = replace(page, card=None, progress=Progress(total=0, done=0, waiting=0), is_heeded=False)
    return {
        "org-review": page,
        "org-review-title": replace(page, card=again, query=t("baker", "boulanger", "bagare")),
        "org-review-problem": replace(page, problem=t("Choose one of them first.", "Choisissez-en d’abord une.", "Välj ett av dem först.")),
        "org-review-empty": nothing,
        "org-review-working": replace(nothing, is_working=True),
        "org-review-done": replace(page, card=None, progress=Progress(total=140, done=140, waiting=0)),
    }  # fmt: skip
