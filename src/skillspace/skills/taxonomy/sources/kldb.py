"""Reads KldB 2010, the German classification of occupations, from SKOS Turtle: 4 levels, in German.

Codes are the last part of the URI (``kldb:4341``). The fourth level is the finest published here and holds the
occupations; the three above it are groups. The fifth digit, which tells helpers from experts, is not part of it.
"""

from __future__ import annotations

from pathlib import Path

from skillspace.skills.taxonomy.draft import Draft
from skillspace.skills.taxonomy.model import ConceptKind
from skillspace.skills.taxonomy.sources import skos

VERSION = "2010.2020"  # KldB 2010 in its revision of 2020
FILE = "taxonomies/kldb_2010/kldb.ttl"
LICENCE = "CC0 1.0 (vocabulary); KldB 2010 © Bundesagentur für Arbeit"
STATEMENT = "Source: Bundesagentur für Arbeit, Klassifikation der Berufe 2010, revision 2020."
FINEST = 4  # digits


def read(data: Path) -> Draft:
    """Return KldB 2010 as a draft. Raises UnreadableFile for a missing or broken file."""
    draft = Draft(scheme="kldb", version=VERSION, licence=LICENCE, statement=STATEMENT)
    skos.fill(draft, skos.graph(data / FILE), skos.Reading(untagged="de", kind=ConceptKind.OCCUPATION))
    for uri, row in draft.rows.items():
        code = uri.rsplit("/", 1)[1]
        draft.codes[row] = code
        draft.alias(f"kldb:{code}", uri)
        if len(code) < FINEST:
            draft.kinds[row] = ConceptKind.OCCUPATION_GROUP
    return draft
