"""The two forms of a title are one title."""

from __future__ import annotations

import pytest

from skillspace.skills.enrichment import Enricher
from skillspace.skills.taxonomy import ConceptKind, Taxonomies, add_pack

TITLES = [
    ("fr", ("infirmier", "infirmière", "infirmier/infirmière", "infirmière/infirmier")),
    ("fr", ("vendeur", "vendeuse")),
    ("fr", ("directeur commercial", "directrice commerciale")),
    ("fr", ("électricien", "électricienne")),
    ("es", ("enfermero", "enfermera", "enfermero/a")),
    ("es", ("peluquero", "peluquera")),
    ("de", ("Krankenpfleger", "Krankenpflegerin", "Krankenpfleger/in", "Krankenpfleger*in", "KrankenpflegerIn")),
    ("de", ("Verkäufer", "Verkäuferin")),
    ("de", ("Elektriker", "Elektrikerin")),
    ("it", ("infermiere", "infermiera")),
    ("it", ("cuoco", "cuoca")),
    ("pt", ("enfermeiro", "enfermeira")),
    ("pt", ("cozinheiro", "cozinheira")),
    ("pl", ("pielęgniarka", "pielęgniarz")),
    ("sv", ("sjuksköterska", "sjuksköterskor")),
]


@pytest.fixture(scope="module")
def enricher(real_data, tmp_path_factory: pytest.TempPathFactory) -> Enricher:  # type: ignore[no-untyped-def]
    home = tmp_path_factory.mktemp("esco")
    add_pack("esco", home, real_data)
    return Enricher.build(Taxonomies.open(home))


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(("language", "forms"), TITLES)
def test_gendered_forms_of_a_title_give_the_same_occupations(
    enricher: Enricher, language: str, forms: tuple[str, ...]
) -> None:
    found = {
        form: frozenset(
            one.concept
            for one in enricher.enrich(form, language, candidates=0).mentions
            if one.kind is ConceptKind.OCCUPATION
        )
        for form in forms
    }
    assert len(set(found.values())) == 1, found
    assert all(found.values())
