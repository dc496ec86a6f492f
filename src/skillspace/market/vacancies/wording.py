"""The words of generated vacancies in three languages: plain, and open about nobody standing behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Sentences of one language; ``{}`` takes the words of the offer."""

    titles: tuple[str, ...]
    opening: str
    needs: str
    helps: str
    hours: str
    disclosure: str
    and_: str
    employers: tuple[str, ...]
    houses: tuple[str, ...]


WORDINGS = {
    "sv": Wording(
        titles=("{title}", "{title} till {place}", "{title}, {place}", "Vi söker {title_low}"),
        opening="Vi söker {title_low} till vår arbetsplats i {place}.",
        needs="Det här behöver du: {skills}.",
        helps="Det är en fördel med: {skills}.",
        hours="Tjänsten är på {hours} av heltid.",
        disclosure="Annonsen är genererad för att prova Skillspace. Ingen arbetsgivare står bakom den.",
        and_="och",
        employers=("Exempelbolaget", "Påhittade", "Låtsas", "Fiktiva"),
        houses=("Hantverkshuset", "Vårdgården", "Verkstaden", "Handelshuset", "Teknikbyrån", "Skolgården", "Bruket"),
    ),
    "fr": Wording(
        titles=("{title}", "{title} à {place}", "{title} – {place}", "Nous recrutons : {title_low}"),
        opening="Nous cherchons : {title_low}, pour notre équipe à {place}.",
        needs="Il vous faut : {skills}.",
        helps="Ce serait un plus : {skills}.",
        hours="Le poste est à {hours} d'un temps plein.",
        disclosure="Cette annonce est générée pour essayer Skillspace. Aucun employeur ne la publie.",
        and_="et",
        employers=("Société Exemplaire", "Maison Fictive", "Établissements Modèles", "Compagnie Imaginaire"),
        houses=("des Tilleuls", "du Vieux Pont", "des Ateliers", "de la Halle", "du Grand Pré", "des Trois Quais"),
    ),
    "en": Wording(
        titles=("{title}", "{title} in {place}", "{title}, {place}", "Wanted: {title_low}"),
        opening="We are looking for: {title_low}, for our workplace in {place}.",
        needs="You need: {skills}.",
        helps="It helps to have: {skills}.",
        hours="The job is {hours} of full time.",
        disclosure="This ad was generated to try Skillspace. No employer stands behind it.",
        and_="and",
        employers=("Example Company", "Sample & Daughters", "Fictional Works", "Placeholder Group"),
        houses=("Riverside", "Old Mill", "North Yard", "Market Hall", "Lighthouse", "Green Lane"),
    ),
}


def joined(items: Sequence[str], and_: str) -> str:
    """Write a list as one reads it aloud: a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {and_} {items[-1]}"


def capitalised(text: str) -> str:
    """Return the text with its first letter large and all others as they are."""
    return text[:1].upper() + text[1:]
