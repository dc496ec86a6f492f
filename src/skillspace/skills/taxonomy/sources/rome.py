"""Reads ROME 4.60, the French directory of occupations and skills, from the open-data tables of France Travail.

Métiers are occupations, and their appellations are other names of them; competences are skills (the sixteen
"savoir-être professionnels" are transversal), savoirs are knowledge. ROME publishes no URIs, so they are
``urn:rome:<table>:<code>``; ``urn:rome:appellation:<ogr>`` finds the métier the appellation belongs to.
A skill marked "Principale" (cœur de métier) is essential, every other one optional.
"""

from __future__ import annotations

from pathlib import Path

from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.folding import fold
from skillspace.skills.taxonomy.model import ConceptKind, Need
from skillspace.skills.taxonomy.sources.tables import records

VERSION = "4.60"
FOLDER = "taxonomies/rome_v4.60"
LICENCE = "Licence Ouverte 2.0 (Etalab)"
STATEMENT = "Source: France Travail, ROME 4.60."


def table(data: Path, name: str) -> Path:
    """Return where one ROME table lies."""
    return data / FOLDER / f"unix_{name}_v460_utf8.csv"


def metier(code: str) -> str:
    """Return the URI of a métier, such as ``urn:rome:metier:K1706``."""
    return f"urn:rome:metier:{code}"


def competence(ogr: str) -> str:
    """Return the URI of a competence."""
    return f"urn:rome:competence:{ogr}"


def appellation(ogr: str) -> str:
    """Return the URI of an appellation."""
    return f"urn:rome:appellation:{ogr}"


def read(data: Path) -> Draft:
    """Return ROME 4.60 as a draft. Raises UnreadableFile for a missing or broken table."""
    draft = Draft(scheme="rome", version=VERSION, licence=LICENCE, statement=STATEMENT)
    _read_domains(draft, data)
    _read_occupations(draft, data)
    skills = _read_competences(draft, data) | _read_knowledge(draft, data)
    for _, (code, ogr, core) in records(table(data, "coherence_item"), "code_rome", "code_ogr", "coeur_metier"):
        if ogr in skills:  # the same table lists working conditions, which are no skills
            draft.need(metier(code), skills[ogr], Need.ESSENTIAL if core == "Principale" else Need.OPTIONAL)
    columns = ("code_rome", "code_rome_cible", "numero_ordre")
    for _, (code, target, order) in records(table(data, "rubrique_mobilite"), *columns):
        draft.link(LinkKind.MOBILITY, metier(code), metier(target), int(order) if order.isdecimal() else 99)
    _read_interests(draft, data)
    return draft


def _read_interests(draft: Draft, data: Path) -> None:
    """Read which of Holland's six interests a métier or competence is for: a major one and often a minor one."""
    for name, code, uri_of in (("code_rome", "code_rome", metier), ("macro_competence", "code_ogr", competence)):
        columns = (code, "riasec_majeur", "riasec_mineur")
        for _, (key, major, minor) in records(table(data, f"referentiel_{name}_riasec"), *columns):
            if letters := [letter for letter in (major, minor) if letter]:
                draft.fact(uri_of(key), "riasec", letters)


def _read_domains(draft: Draft, data: Path) -> None:
    for name in ("grand_domaine", "domaine_professionnel"):
        for _, (code, label) in records(table(data, name), f"code_{name}", f"libelle_{name}"):
            uri = f"urn:rome:domaine:{code}"
            draft.concept(uri, ConceptKind.OCCUPATION_GROUP, code=code)
            draft.label(uri, "fr", label, preferred=True)
            if len(code) > 1:
                draft.link(LinkKind.BROADER, uri, f"urn:rome:domaine:{code[0]}")


def _read_occupations(draft: Draft, data: Path) -> None:
    definitions: dict[str, list[str]] = {}
    columns = ("code_rome", "libelle_type_texte", "libelle_texte")
    for _, (code, kind, text) in records(table(data, "texte"), *columns):
        if kind == "definition":
            definitions.setdefault(code, []).append(text.replace("''", "'"))
    for _, (code, label) in records(table(data, "referentiel_code_rome"), "code_rome", "libelle_rome"):
        description = " ".join(definitions.get(code, []))
        draft.concept(metier(code), ConceptKind.OCCUPATION, code=code, description=description)
        draft.label(metier(code), "fr", label, preferred=True)
        draft.link(LinkKind.BROADER, metier(code), f"urn:rome:domaine:{code[:3]}")
    names_of = ("code_ogr", "code_rome", "libelle_appellation_long", "libelle_appellation_court")
    for _, (ogr, code, *names) in records(table(data, "referentiel_appellation"), *names_of):
        for name in names:
            draft.label(metier(code), "fr", name)
        if metier(code) in draft.rows:
            draft.alias(appellation(ogr), metier(code))


def _read_competences(draft: Draft, data: Path) -> dict[str, str]:
    uris: dict[str, str] = {}
    parents: dict[str, str] = {}
    columns = ("code_ogr", "libelle_competence", "definition", "code_ogr_macro_comp", "cat_comp")
    for _, (ogr, label, definition, parent, category) in records(table(data, "referentiel_competence"), *columns):
        uri = uris[ogr] = competence(ogr)
        is_transversal = category.startswith("Savoir-être")
        kind = ConceptKind.TRANSVERSAL if is_transversal else ConceptKind.SKILL
        draft.concept(uri, kind, code=ogr, description=definition)
        draft.label(uri, "fr", label, preferred=True)
        if parent:
            parents[uri] = competence(parent)
    for uri, parent in parents.items():
        draft.link(LinkKind.BROADER, uri, parent)
    return uris


def _read_knowledge(draft: Draft, data: Path) -> dict[str, str]:
    uris: dict[str, str] = {}
    columns = ("code_ogr_savoir", "libelle_savoir", "categorie_savoir")
    for _, (ogr, label, category) in records(table(data, "referentiel_savoir"), *columns):
        group = f"urn:rome:categorie-savoir:{fold(category).replace(' ', '-')}"
        if group not in draft.rows:
            draft.concept(group, ConceptKind.SKILL_GROUP)
            draft.label(group, "fr", category, preferred=True)
        uri = uris[ogr] = f"urn:rome:savoir:{ogr}"
        draft.concept(uri, ConceptKind.KNOWLEDGE, code=ogr)
        draft.label(uri, "fr", label, preferred=True)
        draft.link(LinkKind.BROADER, uri, group)
    return uris
