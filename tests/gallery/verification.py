"""Sample pages of checking a document: before, and with what came out, keyed by a name for the screenshot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from skillspace.portal.views.common import Page
from skillspace.portal.views.verification import CheckLine, ResultView, TrustLine, TrustView, VerifyPage
from tests.gallery.content import NOW, TODAY, Words, person_chrome


def verification_pages(t: Words) -> dict[str, Page]:
    """The empty form, a good credential, a presentation, a bad one, one without a signature, one that is unreadable."""
    page = VerifyPage(chrome=replace(person_chrome(t, "", "/verify"), viewer=None, room=""))
    good = _good(t)
    shown = replace(
        _bare(
            t, t("Credentials that somebody shows", "Des attestations que quelqu’un montre", "Intyg som någon visar")
        ),
        checks=_checks(t)[:2],
        verdict=t(
            "Everything that is shown holds. Whose word each is stands below.",
            "Tout ce qui est montré tient. De qui vient chaque chose est écrit plus bas.",
            "Allt som visas håller. Vems ord det är står nedan.",
        ),
        kind="done",
        shown=(
            good,
            replace(good, title=t("First aid", "Premiers secours", "Första hjälpen"), skills=(), more_skills=0),
        ),
    )
    return {
        "verify": page,
        "verify-good": replace(page, result=replace(good, checks=(*good.checks, *_signed_for_showing(t)))),
        "verify-presentation": replace(page, result=shown),
        "verify-bad": replace(page, result=_bad(t)),
        "verify-unsigned": replace(page, result=_unsigned(t)),
        "verify-wrong": replace(
            page,
            text="hello",
            problem=t(
                "This cannot be read: it is no kind of document that is known here, or it is damaged.",
                "Ceci ne peut pas être lu : ce genre de document n’est pas connu ici, ou il est abîmé.",
                "Det här går inte att läsa: den sortens dokument är inte känd här, eller så är det skadat.",
            ),
        ),
    }


def trust_sample(t: Words) -> TrustView:
    """How far an invented school is trusted: known, accredited, with one source that is dark."""
    yes, no = t("yes", "oui", "ja"), t("no", "non", "nej")
    return TrustView(
        identity=(t("Who it is has been proven.", "Son identité est prouvée.", "Vem det är har bevisats."), "good"),
        accreditation=(
            t(
                "It is accredited for this.",
                "Il y a une accréditation pour cela.",
                "Det finns en ackreditering för detta.",
            ),
            "good",
        ),
        until=NOW + timedelta(days=400),
        checked=NOW - timedelta(hours=3),
        lines=(
            TrustLine(
                source=t("Its own address", "Sa propre adresse", "Dess egen adress"),
                word=t("not reached", "injoignable", "inte nådd"),
                kind="waiting",
                text=t(
                    "school.example did not answer.",
                    "school.example n’a pas répondu.",
                    "school.example svarade inte.",
                ),
                checked=NOW - timedelta(days=2),
                last=yes,
            ),
            TrustLine(
                source=t("The data space", "L’espace de données", "Dataområdet"),
                word=yes,
                kind="good",
                text=t(
                    "Sample Space has it among its members, as Sample High School.",
                    "Espace Exemple compte parmi ses membres Lycée Exemple.",
                    "Exempelområdet har den bland sina medlemmar, som Exempelgymnasiet.",
                ),
                checked=NOW - timedelta(hours=3),
            ),
            TrustLine(
                source=t(
                    "This organisation’s own list",
                    "La liste de cette organisation",
                    "Den här organisationens egen lista",
                ),
                word=no,
                kind="care",
                text=t("It does not stand there.", "Il n’y figure pas.", "Den står inte där."),
            ),
            TrustLine(
                source=t("Accreditation lists", "Listes d’accréditation", "Ackrediteringslistor"),
                word=yes,
                kind="good",
                text=t(
                    "Sample Quality Agency says that it is accredited for this: EQF 4; ISCED-F 0715.",
                    "Agence Qualité Exemple dit qu’il y a une accréditation pour cela : EQF 4; ISCED-F 0715.",
                    "Exempelinspektionen säger att det finns en ackreditering för detta: EQF 4; ISCED-F 0715.",
                ),
                until=NOW + timedelta(days=400),
                checked=NOW - timedelta(days=1),
            ),
        ),
    )


def _signed_for_showing(t: Words) -> tuple[CheckLine, ...]:
    return (
        CheckLine(
            label=t(
                "Its holder signed for showing exactly this",
                "Son détenteur a signé pour montrer exactement cela",
                "Dess innehavare har skrivit under för att visa just detta",
            ),
            kind="good",
            text=t(
                "Signed 20 Nov 2026, 14:05, it says, for x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk.",
                "Signé 20 nov. 2026 à 14:05, selon lui, pour x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk.",
                "Underskrivet 20 nov. 2026 14:05, enligt vad det säger, för "
                "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk.",
            ),
        ),
        CheckLine(
            label=t(
                "Whether it was shown to you cannot be seen here",
                "On ne peut pas voir ici si cela vous était montré",
                "Om det visades för dig kan inte ses här",
            ),
            kind="waiting",
            text=t(
                "A copy of what was shown to somebody else looks the same. Only who asked can tell, by the request.",
                "Une copie de ce qui a été montré à quelqu’un d’autre a le même aspect. Seul qui a demandé peut le "
                "dire, par sa propre demande.",
                "En kopia av det som visades för någon annan ser likadan ut. Bara den som frågade kan veta, genom sin "
                "egen begäran.",
            ),
        ),
    )


def _bare(t: Words, what: str) -> ResultView:
    return ResultView(what=what, verdict="", kind="care")


def _good(t: Words) -> ResultView:
    return ResultView(
        what=t("A credential", "Une attestation", "Ett intyg"),
        verdict=t(
            "It holds, and it is proven who vouches for it.",
            "Il tient, et l’identité de qui en répond est prouvée.",
            "Det håller, och det är bevisat vem som står för det.",
        ),
        kind="done",
        title=t("Welding, part two", "Soudage, deuxième partie", "Svetsning, del två"),
        format="European Learning Model v3 (Europass digital credential)",
        who=t("Sample High School", "Lycée Exemple", "Exempelgymnasiet"),
        address="did:web:school.example",
        about=t("Robin Sample", "Camille Exemplaire", "Alva Exempelsson"),
        issued=TODAY - timedelta(days=500),
        until=TODAY + timedelta(days=900),
        skills=(t("MIG welding", "soudage MIG", "MIG-svetsning"), t("TIG welding", "soudage TIG", "TIG-svetsning")),
        more_skills=3,
        checks=_checks(t),
        trust=trust_sample(t),
    )


def _bad(t: Words) -> ResultView:
    failed = CheckLine(
        label=t(
            "The signature could not be confirmed",
            "La signature n’a pas pu être confirmée",
            "Signaturen kunde inte bekräftas",
        ),
        kind="care",
        text=t(
            "The signature does not fit: it was changed, or somebody else signed it.",
            "La signature ne correspond pas : il a été modifié, ou quelqu’un d’autre l’a signé.",
            "Signaturen stämmer inte: det har ändrats, eller så har någon annan signerat det.",
        ),
    )
    return replace(
        _bare(t, t("A credential", "Une attestation", "Ett intyg")),
        kind="problem",
        verdict=t(
            "Do not rely on it: see below what does not hold.",
            "Ne vous y fiez pas : voyez plus bas ce qui ne tient pas.",
            "Lita inte på det: se nedan vad som inte håller.",
        ),
        checks=(_checks(t)[0], failed),
    )


def _unsigned(t: Words) -> ResultView:
    return replace(
        _bare(t, t("A document without a signature", "Un document sans signature", "Ett dokument utan signatur")),
        verdict=t(
            "Nobody signed it, so anybody could have written it.",
            "Personne ne l’a signé : n’importe qui aurait pu l’écrire.",
            "Ingen har signerat det, så vem som helst kan ha skrivit det.",
        ),
        format="JSON Resume",
        who=t("Robin Sample", "Camille Exemplaire", "Alva Exempelsson"),
        about=t("Robin Sample", "Camille Exemplaire", "Alva Exempelsson"),
        skills=(t("MIG welding", "soudage MIG", "MIG-svetsning"),),
    )


def _checks(t: Words) -> tuple[CheckLine, ...]:
    held = (
        ("It is whole and can be read", "Il est entier et lisible", "Det är helt och går att läsa"),
        ("The signature is right", "La signature est bonne", "Signaturen stämmer"),
        ("It counts on this day", "Il vaut aujourd’hui", "Det gäller i dag"),
        ("It was not taken back", "Il n’a pas été révoqué", "Det har inte återkallats"),
    )
    return tuple(CheckLine(label=t(*each), kind="good") for each in held)
