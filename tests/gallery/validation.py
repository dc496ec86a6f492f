"""Sample pages of validation: a person's cases and one of them, and the desk of who judges."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from skillspace.portal.views.common import Choice, Page, Place
from skillspace.portal.views.validation import (
    CaseLine,
    EvidenceView,
    HopView,
    MoveForm,
    StepView,
    ValidationDeskPage,
    ValidationPage,
    ValidationRequestPage,
    ValidationsPage,
)
from tests.gallery.content import NOW, TODAY, Words, office_chrome, person_chrome

SCHOOL = Place(name="Invented School of Crafts", is_verified=True)
SPACE = Place(name="Invented Space", is_verified=True)


def validation_pages(t: Words) -> dict[str, Page]:
    """The cases, one open and one recognised, the inbox and one request of it."""
    mine = person_chrome(t, "you", "/you/validation")
    office = office_chrome(t, "validation", "/org/validation", ("validation",))
    label = t("MIG welding", "soudage MIG", "MIG-svetsning")
    asked = CaseLine(id="v1", label=label, place=SCHOOL, state="evidence-wanted", made=TODAY, due=TODAY)
    late = CaseLine(id="v2", label=label, place=SPACE, state="asked", made=TODAY, due=TODAY, is_late=True)
    over = CaseLine(id="v3", label=label, place=SCHOOL, state="recognised", made=TODAY)
    said = t("Three years in a yard.", "Trois ans dans un chantier.", "Tre år på ett varv.")
    you = t("You", "Vous", "Du")
    steps = (
        StepView(who=you, what=t("asked for it", "l’a demandé", "bad om det"), at=NOW, words=said),
        StepView(who=SCHOOL.name, what=t("assessed it", "l’a évalué", "bedömde det"), at=NOW, level="B2"),
    )
    skills = (Choice(value="urn:1", label=label, is_chosen=True),)
    records = (
        Choice(
            value="r1",
            label=t("Proof of a job, Invented Yard", "Preuve d’emploi, Invented Yard", "Intyg, Invented Yard"),
        ),
        Choice(value="r2", label="Badge, Red Lantern", is_chosen=True),
    )
    hops = tuple(
        HopView(kind=t(*kind), title=t(*title), place=place, level=level, on=TODAY + timedelta(days=day))
        for day, (kind, title, place, level) in enumerate(
            (
                (("Trace", "Indice", "Spår"), ("Badge", "Badge", "Märke"), SPACE, 3),
                (
                    ("Assessment", "Évaluation", "Bedömning"),
                    ("A day in the workshop", "Un jour à l’atelier", "En dag i verkstaden"),
                    SCHOOL,
                    4,
                ),
                (("Credential", "Attestation", "Intyg"), ("Welding", "Soudage", "Svetsning"), SCHOOL, 5),
                (("Recognition", "Reconnaissance", "Erkännande"), ("Recognised", "Reconnu", "Erkänt"), SCHOOL, 6),
            )
        )
    )
    reason = t("It is about somebody else.", "Cela concerne quelqu’un d’autre.", "Det handlar om någon annan.")
    broken = HopView(
        kind=hops[0].kind, title="urn:sha256:0f", place=Place(name="?"), level=1, holds=False, reason=reason
    )
    gone = HopView(
        kind=hops[3].kind,
        title=hops[3].title,
        place=SCHOOL,
        level=6,
        on=TODAY,
        holds=False,
        reason=t(
            "Who made it has taken it back.", "Son auteur l’a retiré.", "Den som gjorde det har tagit tillbaka det."
        ),
    )
    unasked = HopView(
        kind=hops[2].kind,
        title=hops[2].title,
        place=SCHOOL,
        level=5,
        on=TODAY,
        reason=t(
            "Whether it was taken back since could not be looked up.",
            "On n’a pas pu vérifier si cela a été retiré depuis.",
            "Det gick inte att se om det har tagits tillbaka sedan dess.",
        ),
    )
    back = MoveForm(
        name="take back",
        label=t("Take the recognition back", "Retirer la reconnaissance", "Ta tillbaka erkännandet"),
        ask=t(
            "Why? The person reads it. It cannot be undone.",
            "Pourquoi ? La personne le lit. C’est définitif.",
            "Varför? Personen läser det. Det går inte att ångra.",
        ),
        needs_words=True,
        is_stop=True,
    )
    unassess = MoveForm(
        name="take assessment back",
        label=t("Take the assessment back", "Retirer l’évaluation", "Ta tillbaka bedömningen"),
        ask=t(
            "Why? The person reads it. What rests on it falls with it, and that cannot be undone.",
            "Pourquoi ? La personne le lit. Ce qui repose dessus tombe avec, et cela ne peut être annulé.",
            "Varför? Personen läser det. Det som vilar på den faller med den, och det går inte att ångra.",
        ),
        needs_words=True,
        is_stop=True,
    )
    moves = (
        MoveForm(
            name="want evidence",
            label=t("Ask for more", "En demander plus", "Be om mer"),
            ask=t("What do you want to see?", "Que voulez-vous voir ?", "Vad vill ni se?"),
            needs_words=True,
        ),
        MoveForm(
            name="assess",
            label=t("Write down the assessment", "Noter l’évaluation", "Skriv ner bedömningen"),
            ask=t("How was it assessed?", "Comment l’a-t-on évalué ?", "Hur bedömdes det?"),
            needs_words=True,
            has_level=True,
        ),
    )
    evidence = (
        EvidenceView(
            title=t("In their own words", "Leurs propres mots", "Egna ord"),
            kind="story",
            source=SPACE.name,
            level=1,
            text=said,
        ),
        EvidenceView(title="Badge", kind="badge", source="Red Lantern", level=3, href="/org/validation/v2/evidence/1"),
        EvidenceView(title=t("Film", "Film", "Film"), kind="badge", source="Red Lantern", level=1),
    )
    return {
        "validations": ValidationsPage(
            chrome=mine,
            cases=(asked, over),
            organisations=(Choice(value="did:web:school", label=SCHOOL.name),),
            skills=skills,
            records=records,
        ),
        "validations-wrong": ValidationsPage(
            chrome=mine,
            organisations=(Choice(value="did:web:school", label=SCHOOL.name),),
            skills=skills,
            problem=t(
                "Say it in your own words first.", "Dites-le d’abord avec vos mots.", "Säg det först med egna ord."
            ),
        ),
        "validations-nobody": ValidationsPage(chrome=mine),
        "validation": ValidationPage(
            chrome=mine,
            case=asked,
            steps=steps,
            grant_id="g1",
            unsent=t("They do not answer.", "Ils ne répondent pas.", "De svarar inte."),
            can_withdraw=True,
            can_send=True,
            records=records,
        ),
        "validation-recognised": ValidationPage(chrome=mine, case=over, steps=steps, hops=(*hops, broken)),
        "validation-taken-back": ValidationPage(
            chrome=mine, case=replace(over, state="taken-back"), steps=steps, hops=(*hops[:2], unasked, gone)
        ),
        "org-validations": ValidationDeskPage(chrome=office, cases=(late, over)),
        "org-validations-closed": ValidationDeskPage(chrome=office, is_open=False),
        "org-validation": ValidationRequestPage(chrome=office, case=late, evidence=evidence, steps=steps, moves=moves),
        "org-validation-over": ValidationRequestPage(
            chrome=office,
            case=over,
            steps=steps[1:],
            moves=(back, unassess),
            untold=t("They do not answer.", "Ils ne répondent pas.", "De svarar inte."),
        ),
    }
