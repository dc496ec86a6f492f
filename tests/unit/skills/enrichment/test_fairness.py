"""The two forms of a title are one title, and who a person is changes nothing about what they can."""

from __future__ import annotations

import pytest

from bench.judged.pairs import GENDERED, read_title, same_answers, sampled, title_pairs
from skillspace.skills.enrichment import Enricher, readable_languages
from skillspace.skills.linking import Linker
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


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(readable_languages().intersection(GENDERED)))
def test_titles_esco_names_in_two_forms_are_read_alike(enricher: Enricher, language: str) -> None:
    pairs = sampled(title_pairs(enricher.taxonomies, language), 60)
    ((_, differ, asked),) = same_answers(pairs, language, enricher, None, 0)
    assert asked == 60
    assert len(differ) <= 1, differ  # what is left are misspelt names


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_both_forms_of_a_title_get_the_same_answers_from_all_that_answers(starter: Taxonomies, language: str) -> None:
    pairs = title_pairs(starter, language)
    answers = list(same_answers(pairs, language, Enricher.build(starter, [language]), Linker(starter), 100))
    assert [name for name, _, _ in answers] == ["enrich", "link"]
    for name, differ, asked in answers:
        assert asked >= 40
        assert len(differ) <= 0.06 * asked, (name, differ)


CVS = {
    "en": (
        "{name} is a nurse. {she} speaks German and knows Python, and {her} hobby is photography.",
        [("Anna Novak", "She", "her"), ("Peter Novak", "He", "his"), ("Fatima Haddad", "She", "her")],
    ),
    "fr": (
        "{name} tient la comptabilité. {she} parle allemand et connaît Python dans {her} métier.",
        [("Camille Martin", "Elle", "son"), ("Mamadou Diallo", "Il", "son"), ("Nguyen Van An", "Il", "son")],
    ),
    "sv": (
        "{name} kan redovisning. {she} talar tyska och kan Python i {her} arbete.",
        [("Sara Berg", "Hon", "sitt"), ("Erik Berg", "Han", "sitt"), ("Yusuf Demir", "Hen", "sitt")],
    ),
    "de": (
        "{name} kann Buchführung. {she} spricht Englisch und nutzt Python in {her} Arbeit.",
        [("Lena Wolf", "Sie", "ihrer"), ("Jan Wolf", "Er", "seiner"), ("Ayşe Yılmaz", "Sie", "ihrer")],
    ),
}


@pytest.mark.parametrize("language", sorted(CVS))
def test_names_and_pronouns_of_people_change_nothing(starter: Taxonomies, language: str) -> None:
    enricher = Enricher.build(starter, [language])
    frame, people = CVS[language]
    answers = []
    for name, she, her in people:
        found = enricher.enrich(frame.format(name=name, she=she, her=her), language)
        said = {(one.words, one.concept, one.score, one.confidence) for one in found.mentions}
        answers.append((said, {(one.words, one.value, one.level) for one in found.facts}))
    assert answers[0][0]
    assert answers[0][1]
    assert answers[1:] == answers[:1] * (len(answers) - 1)


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("fr", ("infirmier·ère", "infirmier•ère", "infirmier(ère)", "infirmier/ère")),
        ("de", ("Bibliothekar*in", "Bibliothekar:in", "Bibliothekar_in", "Bibliothekar/-in", "Bibliothekar(in)")),
    ],
)
def test_inclusive_spellings_are_the_title(starter: Taxonomies, language: str, forms: tuple[str, ...]) -> None:
    enricher = Enricher.build(starter, [language])
    read = {form: {one for one, _ in read_title(enricher, form, language)} for form in forms}
    assert all(read.values()), read
    assert len(set(map(frozenset, read.values()))) == 1, read
