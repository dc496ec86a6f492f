"""Reads what is published of RNCP, the French register of certifications: fiches, their blocs and competencies.

A fiche (one certification) and its blocs de compétences are groups, a competency is a skill; the broader concept of a
competency is its bloc, that of a bloc its fiche. URIs are ``urn:rncp:<number>``, for instance ``urn:rncp:RNCP24529``,
``urn:rncp:RNCP24529BC01``, and ``urn:rncp:competence:<id>``. A fiche the register calls inactive, or whose term ended
before the table's date, is retired; what replaces it is kept where the register's own table says so (here a sample of
five chains). Fiches are linked to ROME métiers as related matches.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.model import ConceptKind, Correspondence, MatchKind
from skillspace.skills.taxonomy.sources import rome
from skillspace.skills.taxonomy.sources.tables import document, records

VERSION = "2024.2"
BLOCS = "taxonomies/rncp_ariane_blocks/RNCPblocks.json"
KIT = "taxonomies/rncp_kit_bcn/Kit apprentissage et RNCP v3.0.csv"
SAMPLE = "taxonomies/rncp_kit_bcn/export-fiches-csv-2024-02-22.zip"
LICENCE = "Licence Ouverte 2.0 (Etalab)"
STATEMENT = "Source: France compétences, Répertoire national des certifications professionnelles."
LARGEST = 64 << 20  # bytes a packed table may unfold to
FICHE = ConceptKind.SKILL_GROUP


def uri_of(number: str) -> str:
    """Return the URI of a fiche or bloc, such as ``urn:rncp:RNCP24529BC01``."""
    return f"urn:rncp:{number}"


def read(data: Path) -> Draft:
    """Return the fiches, blocs and competencies as a draft. Raises UnreadableFile for a missing or broken table."""
    draft = Draft(scheme="rncp", version=VERSION, licence=LICENCE, statement=STATEMENT)
    _read_kit(draft, data / KIT)
    tables = _Sample(data / SAMPLE)
    for number, title, state in tables.rows("Standard", "Numero_Fiche", "Intitule", "Actif"):
        _fiche(draft, number, title)
        if state == "INACTIVE":
            draft.retire(uri_of(number))
    for number, code, label in tables.rows(
        "Blocs", "Numero_Fiche", "Bloc_Competences_Code", "Bloc_Competences_Libelle"
    ):
        _bloc(draft, number, code, label)
    _read_blocs(draft, data / BLOCS)
    for number, newer in tables.rows("Ancienne", "Numero_Fiche", "Nouvelle_Certification"):
        if newer and uri_of(number) in draft.rows:
            draft.retire(uri_of(number), uri_of(newer))
    for number, code in tables.rows("Rome", "Numero_Fiche", "Codes_Rome_Code"):
        draft.correspondences.append(
            Correspondence(
                source=uri_of(number),
                target=rome.metier(code),
                relation=MatchKind.RELATED,
                author="France compétences",
                version=f"RNCP {VERSION} – ROME 3",
            )
        )
    return draft


def _fiche(draft: Draft, number: str, title: str) -> None:
    if uri_of(number) not in draft.rows:
        draft.concept(uri_of(number), FICHE, code=number)
    draft.label(uri_of(number), "fr", title, preferred=True)


def _bloc(draft: Draft, number: str, code: str, label: str) -> None:
    if uri_of(number) not in draft.rows:
        draft.concept(uri_of(number), FICHE, code=number)  # the blocs name fiches that no table here describes
        draft.label(uri_of(number), "fr", number, preferred=True)
    if uri_of(code) not in draft.rows:
        draft.concept(uri_of(code), FICHE, code=code)
        draft.link(LinkKind.BROADER, uri_of(code), uri_of(number))
    draft.label(uri_of(code), "fr", label, preferred=True)


def _read_kit(draft: Draft, path: Path) -> None:
    columns = ("FicheRNCP", "Intitulé diplôme (DEPP)", "Fiche ACTIVE/INACTIVE")
    states: dict[str, set[str]] = {}
    for _, (number, title, state) in records(path, *columns, delimiter=";"):
        if number.startswith(("RNCP", "RS")):  # some diplomas have no fiche
            _fiche(draft, number, title)
            states.setdefault(number, set()).add(state)
    for number, found in states.items():
        if found == {"INACTIVE"}:
            draft.retire(uri_of(number))


def _read_blocs(draft: Draft, path: Path) -> None:
    try:
        for bloc in document(path):
            number = bloc["id"].partition("BC")[0]
            _bloc(draft, number, bloc["id"], bloc["prefLabel"][0])
            for competency in bloc.get("competency", []):  # some blocs list none
                _competency(draft, bloc["id"], competency)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise UnreadableFile(f"{path} has not the shape of the table of blocs ({error!r}).") from error


def _competency(draft: Draft, bloc: str, competency: dict[str, Any]) -> None:
    uri = f"urn:rncp:competence:{competency['id']}"
    if uri not in draft.rows:  # the same sentence stands in several blocs
        draft.concept(uri, ConceptKind.SKILL)
    draft.label(uri, "fr", competency["prefLabel"][0], preferred=True)
    draft.link(LinkKind.BROADER, uri, uri_of(bloc))


class _Sample:
    """The tables of an export of the register, a zip of CSV files."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self, table: str, *columns: str) -> Iterator[list[str]]:
        """Give the cells of ``columns`` of every row of the table whose name holds ``table``."""
        try:
            with zipfile.ZipFile(self._path) as archive:
                entry = next(one for one in archive.infolist() if table in one.filename)
                if entry.file_size > LARGEST:
                    raise UnreadableFile(
                        f"{self._path} unfolds to {entry.file_size} bytes; at most {LARGEST} are read."
                    )
                text = archive.read(entry).decode("utf-8-sig")
        except FileNotFoundError as error:
            raise UnreadableFile(f"{self._path} is missing; it is part of this taxonomy, put it back.") from error
        except StopIteration as error:
            raise UnreadableFile(f"{self._path} has no table {table!r}.") from error
        except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
            raise UnreadableFile(f"{self._path} is not a zip of tables in UTF-8 ({error}).") from error
        reader = csv.DictReader(io.StringIO(text), delimiter=";")
        if missing := [column for column in columns if column not in (reader.fieldnames or [])]:
            raise UnreadableFile(f"{self._path}, {entry.filename}: the column {missing[0]!r} is missing.")
        for row in reader:
            yield [(row[column] or "").strip() for column in columns]
