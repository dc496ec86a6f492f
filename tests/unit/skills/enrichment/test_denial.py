"""What is not there, or not needed, is denied: before and after the negation, in every language."""

from __future__ import annotations

import pytest

from skillspace.skills.enrichment.denial import denied_tokens
from skillspace.skills.enrichment.text import tokens

NOT_NEEDED = [
    ("en", "Excel is not needed."),
    ("en", "No Excel needed."),
    ("fr", "Excel n'est pas requis."),
    ("fr", "Aucune connaissance de Excel n'est requise."),
    ("de", "Excel ist nicht erforderlich."),
    ("de", "Excel brauchst du nicht."),
    ("de", "Word ist von Vorteil, Excel ist nicht nötig."),
    ("es", "No se requiere Excel."),
    ("es", "Excel no es necesario."),
    ("sv", "Excel behövs inte."),
    ("sv", "Ingen kunskap i Excel krävs."),
    ("fi", "Excel ei ole tarpeen."),
    ("fi", "Ei tarvita Excel osaamista."),
    ("nl", "Excel heb je niet nodig."),
    ("nl", "Geen Excel vereist."),
    ("da", "Excel er ikke nødvendigt."),
    ("da", "Ingen erfaring med Excel kræves."),
    ("no", "Excel er ikke nødvendig."),
    ("no", "Ingen erfaring med Excel kreves."),
    ("it", "Excel non è richiesto."),
    ("it", "Non serve Excel."),
    ("pt", "Excel não é necessário."),
    ("pt", "Sem Excel."),
    ("pl", "Excel nie jest wymagany."),
    ("pl", "Bez Excel."),
]
WANTED = [
    ("en", "You need Excel."),
    ("en", "Not only Excel."),
    ("en", "Word is not needed, Excel is a must."),
    ("en", "Excel is not required but a plus."),
    ("fr", "Excel n'est pas obligatoire, mais c'est un atout."),
    ("de", "Excel ist kein Muss, aber von Vorteil."),
    ("de", "Word ist nicht nötig, aber Excel."),
    ("es", "Excel no es obligatorio, pero se valora."),
    ("sv", "Excel är inget krav men ett plus."),
    ("fi", "Excel ei ole välttämätöntä mutta eduksi."),
    ("nl", "Excel is niet verplicht, maar wel een pre."),
    ("da", "Excel er ikke et krav, men en fordel."),
    ("no", "Excel er ikke et krav, men en fordel."),
    ("it", "Excel non è obbligatorio, ma è un vantaggio."),
    ("pt", "Excel não é obrigatório, mas é uma mais-valia."),
    ("pl", "Excel nie jest konieczny, ale mile widziany."),
]


def is_denied(text: str, language: str) -> bool:
    found = list(tokens(text))
    at = next(at for at, token in enumerate(found) if token.surface == "Excel")
    return denied_tokens(found, language)[at]


@pytest.mark.parametrize(("language", "text"), NOT_NEEDED)
def test_what_is_not_needed_is_denied_on_either_side_of_the_negation(language: str, text: str) -> None:
    assert is_denied(text, language)


@pytest.mark.parametrize(("language", "text"), WANTED)
def test_what_is_nice_to_have_or_stands_in_another_clause_is_not_denied(language: str, text: str) -> None:
    assert not is_denied(text, language)
