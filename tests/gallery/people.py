"""Sample pages of skills, records and stories, keyed by a name for the screenshot."""

# ruff: noqa: E501  sample sentences in three languages stand side by side

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from skillspace.people.profile.rules import Rule, shipped_rules
from skillspace.portal.views.common import Choice, Chrome, Page, SkillTag
from skillspace.portal.views.skills import (
    AssertionView,
    Check,
    Proof,
    RecordLine,
    RecordPage,
    RecordsPage,
    SaidLine,
    SaidPage,
    SameSkill,
    Segment,
    SkillPage,
    SkillsPage,
    StoryPage,
    StoryReviewPage,
    Suggestion,
    TrailStep,
    WhyLine,
)
from tests.gallery.content import NOW, TODAY, Words, person_chrome, places, skill, themes, uri
from tests.gallery.verification import trust_sample


def skill_pages(t: Words) -> dict[str, Page]:
    """Skills, one skill, records, stories."""
    where = places(t)
    all_themes = themes(t)
    count = sum(len(theme.skills) for theme in all_themes)
    certified = sum(dot.level >= 5 for theme in all_themes for dot in theme.skills)
    chrome = person_chrome(t, "skills", "/skills")
    page = SkillsPage(
        chrome=chrome,
        skills=count,
        places=5,
        certified=certified,
        updated=TODAY,
        themes=all_themes,
        sources=tuple(Choice(value=key, label=it.name, count=5) for key, it in where.items()),
        levels=(Choice(value="5", label=t("certified", "certifié", "intygat"), count=certified),),
        theme_choices=tuple(Choice(value=it.key, label=it.label, count=len(it.skills)) for it in all_themes),
    )
    zoomed = replace(
        page,
        themes=all_themes[:1],
        zoom="digital",
        theme_choices=tuple(replace(it, is_chosen=it.value == "digital") for it in page.theme_choices),
    )
    return {
        "skills": page,
        "skills-list": replace(page, view="list"),
        "skills-zoom": zoomed,
        "skills-none": replace(page, themes=()),
        "skills-empty": SkillsPage(chrome=chrome, skills=0, places=0, certified=0),
        "skill": _skill(t, chrome),
        "skills-said": SaidPage(chrome=chrome, said=_said(t)),
        "skills-said-none": SaidPage(chrome=chrome),
        "records": _records(t, chrome),
        "records-empty": RecordsPage(chrome=chrome),
        "record": _record(t, chrome),
        "story-new": StoryPage(
            chrome=chrome,
            problem=t(
                "Write at least two sentences, so that there is something to find.",
                "Écrivez au moins deux phrases, pour qu’il y ait quelque chose à trouver.",
                "Skriv minst två meningar, så att det finns något att hitta.",
            ),
        ),
        "story": _story(t, chrome),
        "story-nothing": StoryReviewPage(
            chrome=chrome,
            id="s2",
            told=TODAY,
            segments=(Segment(text=t("It was nice.", "C’était bien.", "Det var fint.")),),
        ),
    }


def _skill(t: Words, chrome: Chrome) -> SkillPage:
    where = places(t)
    dot = skill(t, "analyse data")
    return SkillPage(
        chrome=chrome,
        uri=dot.uri,
        label=dot.label,
        level=4,
        description=t(
            "Collect data and work out what they mean, to test ideas and support decisions.",
            "Recueillir des données et en dégager le sens, pour vérifier des idées et appuyer des décisions.",
            "Samla in data och ta reda på vad de betyder, för att pröva idéer och stödja beslut.",
        ),
        framework="ESCO 1.2.1",
        theme=t("Data and digital", "Données et numérique", "Data och digitalt"),
        theme_key="digital",
        also_called=(t("data analysis", "analyse de données", "dataanalys"),),
        conflicts=(
            t(
                "Example University tested it in May 2026; Sample Works Ltd saw it used at a lower level in June 2026.",
                "Université Exemple l’a évaluée en mai 2026 ; Atelier Exemple SA l’a vue à un niveau plus bas en juin 2026.",
                "Exempeluniversitetet prövade den i maj 2026; Exempelverken AB såg den på en lägre nivå i juni 2026.",
            ),
        ),
        assertions=(
            AssertionView(
                trust=trust_sample(t),
                place=where["university"],
                level=4,
                on=dt.date(2026, 5, 28),
                says=t("Passed the course exam.", "A réussi l’examen du cours.", "Godkänd på kursens tentamen."),
                their_level="B / A–F",
                record_id="r1",
                record_title=t("Transcript, spring 2026", "Relevé de notes, printemps 2026", "Studieintyg, våren 2026"),
                claim="c1",
                speaks=True,
                can_part=True,
                also=(("r9", t("Badge: data analysis", "Badge : analyse de données", "Märke: dataanalys")),),
                trail=(
                    TrailStep(
                        at=NOW - dt.timedelta(days=170),
                        who=where["university"].name,
                        what=t("signed the transcript", "a signé le relevé", "signerade intyget"),
                    ),
                    TrailStep(
                        at=NOW - dt.timedelta(days=160),
                        who="Skillspace",
                        what=t(
                            "checked the signature and read 6 skills",
                            "a vérifié la signature et lu 6 compétences",
                            "kontrollerade signaturen och läste 6 färdigheter",
                        ),
                    ),
                ),
            ),
            AssertionView(
                place=where["employer"],
                level=3,
                on=dt.date(2026, 6, 12),
                until=dt.date(2026, 10, 1),
                is_expired=True,
                record_id="r2",
                record_title=t("Learning records, June", "Traces d’apprentissage, juin", "Lärloggar, juni"),
                claim="c2",
                can_part=True,
            ),
            AssertionView(
                place=where["you"], level=1, on=dt.date(2025, 9, 2), claim="c3", can_speak=True, can_part=True
            ),
        ),
        same=(_same(t),),
        why=_why(t),
        rules="skillspace 1",
        said=_said(t)[1:],
        others=tuple(Choice(value=it.uri, label=it.label) for it in themes(t)[1].skills),
        proofs=(
            Proof(
                level=5,
                what=t(
                    "Finish “Data analysis in practice” and get its certificate.",
                    "Terminez « L’analyse de données en pratique » et obtenez son certificat.",
                    "Gå klart ”Dataanalys i praktiken” och få intyget.",
                ),
                href="/opportunities/trainings/t1",
                link=t("See the training", "Voir la formation", "Se utbildningen"),
            ),
        ),
        wanted_by=212,
        related=tuple(
            SkillTag(uri=it.uri, label=it.label, level=it.level)
            for it in (skill(t, "use spreadsheets software"), skill(t, "query languages"))
        ),
    )


def _why(t: Words) -> tuple[WhyLine, ...]:
    where = places(t)
    tested = t("tested", "évalué", "prövat")
    weighed = (
        f"{where['university'].name}, {tested}, B / A–F, " + t("28 May 2026", "28 mai 2026", "28 maj 2026"),
        t(
            "You, said by you, 2 September 2025",
            "Vous, dit par vous, 2 septembre 2025",
            "Du, sagt av dig, 2 september 2025",
        ),
    )
    return tuple(
        WhyLine(value=value, says=shipped_rule(name).sentence(t.language), rule=f"{name}, 1", weighed=weighed)
        for value, name in (
            (t("Shown as “tested, B”", "Affichée comme « évaluée, B »", "Visas som ”prövad, B”"), "better-proof"),
            (
                t("Counted for this skill", "Compté pour cette compétence", "Räknas till den här kompetensen"),
                "same-concept",
            ),
            (t("Counted once", "Compté une fois", "Räknas en gång"), "one-credential"),
            (t("Sources disagree", "Les sources ne sont pas d’accord", "Källorna är oense"), "levels-differ"),
        )
    )


def shipped_rule(name: str) -> Rule:
    """One of the rules that come with the program."""
    rules = shipped_rules()
    every = (*rules.same.values(), *rules.order, *rules.conflicts.values(), rules.once)
    return next(rule for rule in every if rule is not None and rule.id == name)


def _said(t: Words) -> tuple[SaidLine, ...]:
    where = places(t)
    return (
        SaidLine(
            number=1,
            text=t(
                f"For “query languages” the claim from {where['employer'].name} counts.",
                f"Pour « langages de requête », c’est l’affirmation de {where['employer'].name} qui compte.",
                f"För ”frågespråk” gäller påståendet från {where['employer'].name}.",
            ),
            on=dt.date(2026, 10, 3),
            is_idle=True,
        ),
        SaidLine(
            number=2,
            text=t(
                "“analyse data” and “numbers for the club” are the same.",
                "« analyser des données » et « les chiffres du club » sont la même chose.",
                "”analysera data” och ”siffror för föreningen” är samma sak.",
            ),
            on=dt.date(2026, 11, 2),
        ),
    )


def _same(t: Words) -> SameSkill:
    return SameSkill(
        uri=uri("numbers for the club"),
        label=t("numbers for the club", "les chiffres du club", "siffror för föreningen"),
        level=1,
        assertions=(AssertionView(place=places(t)["you"], level=1, on=dt.date(2026, 3, 14), claim="c4"),),
    )


def _records(t: Words, chrome: Chrome) -> RecordsPage:
    where = places(t)
    kinds = (
        t("Transcript", "Relevé de notes", "Studieintyg"),
        t("Badge", "Badge", "Märke"),
        t("Story", "Récit", "Berättelse"),
    )
    return RecordsPage(
        chrome=chrome,
        records=(
            RecordLine(
                id="r1",
                title=t("Transcript, spring 2026", "Relevé de notes, printemps 2026", "Studieintyg, våren 2026"),
                kind=kinds[0],
                place=where["university"],
                received=dt.date(2026, 6, 13),
                skills=6,
                is_verified=True,
            ),
            RecordLine(
                id="r3",
                title=t("Safety at work", "Sécurité au travail", "Säkerhet på jobbet"),
                kind=kinds[1],
                place=where["training"],
                received=dt.date(2026, 3, 2),
                skills=3,
                is_verified=True,
            ),
            RecordLine(
                id="r4",
                title=t(
                    "Two summers in a bicycle shop",
                    "Deux étés dans un atelier de vélos",
                    "Två somrar i en cykelverkstad",
                ),
                kind=kinds[2],
                place=where["you"],
                received=TODAY,
                skills=4,
            ),
        ),
    )


def _record(t: Words, chrome: Chrome) -> RecordPage:
    return RecordPage(
        chrome=chrome,
        id="r1",
        title=t("Transcript, spring 2026", "Relevé de notes, printemps 2026", "Studieintyg, våren 2026"),
        kind=t("Transcript", "Relevé de notes", "Studieintyg"),
        place=places(t)["university"],
        received=NOW,
        issued=dt.date(2026, 6, 10),
        format="Europass ELM 3",
        trust=trust_sample(t),
        checks=(
            Check(label=t("Signature is right", "La signature est bonne", "Signaturen stämmer"), is_passed=True),
            Check(
                label=t("Signer is a member", "Le signataire est membre", "Undertecknaren är medlem"),
                is_passed=True,
                text=t("since March 2026", "depuis mars 2026", "sedan mars 2026"),
            ),
            Check(
                label=t("Not withdrawn", "Non retiré", "Inte återkallat"),
                is_passed=False,
                text=t("could not be asked today", "n’a pas pu être demandé aujourd’hui", "gick inte att fråga i dag"),
            ),
        ),
        fields=(
            (
                t("Course", "Cours", "Kurs"),
                t("Data analysis, 7.5 credits", "Analyse de données, 7,5 crédits", "Dataanalys, 7,5 hp"),
            ),
            (t("Mark", "Note", "Betyg"), "B"),
            (t("Level", "Niveau", "Nivå"), "EQF 6"),
        ),
        skills=tuple(
            SkillTag(uri=it.uri, label=it.label, level=it.level)
            for it in (skill(t, "analyse data"), skill(t, "query languages"), skill(t, "write reports"))
        ),
        original='{\n  "type": ["VerifiableCredential", "EuropeanDigitalCredential"],\n  "issued": "2026-06-10"\n}',
        download="/records/r1?download=1",
    )


def _story(t: Words, chrome: Chrome) -> StoryReviewPage:
    texts = (
        (
            t(
                "For two summers I worked in a bicycle shop. I ",
                "Deux étés, j’ai travaillé dans un atelier de vélos. J’ai ",
                "Två somrar jobbade jag i en cykelverkstad. Jag ",
            ),
            (),
        ),
        (t("repaired brakes and gears", "réparé des freins et des vitesses", "lagade bromsar och växlar"), (1,)),
        (t(", wrote down ", ", noté ", ", skrev ner "), ()),
        (t("what each customer wanted", "ce que voulait chaque client", "vad varje kund ville ha"), (2,)),
        (t(", and ", " et ", " och "), ()),
        (
            t(
                "ordered spare parts in a spreadsheet",
                "commandé les pièces dans un tableur",
                "beställde reservdelar i ett kalkylark",
            ),
            (3, 4),
        ),
        (".", ()),
    )
    found = ("repair bicycles", "customer service", "order supplies", "use spreadsheets software")
    words = (texts[1][0], texts[3][0], texts[5][0], texts[5][0])
    return StoryReviewPage(
        chrome=chrome,
        id="s1",
        told=TODAY,
        segments=tuple(Segment(text=text, skills=numbers) for text, numbers in texts),
        suggestions=tuple(
            Suggestion(
                number=number,
                uri=uri(name),
                label=skill(t, name).label,
                words=(word,),
                answer=True if number == 1 else None,
                is_known=number == 4,
            )
            for number, (name, word) in enumerate(zip(found, words, strict=True), 1)
        ),
    )
