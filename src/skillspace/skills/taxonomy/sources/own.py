"""An organisation's own taxonomy from one file, whatever it was written in: a table, SKOS or a CASE package.

mine.csv  mine.tsv            a table, see ``own_table.py``
mine.ttl  .rdf  .nt  .jsonld  SKOS, see ``skos.py``
mine.json                     a CASE 1.0 or 1.1 package (it has CFItems), else SKOS in JSON-LD
a folder                      the layout of ``folder.py``
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy.draft import Draft
from skillspace.skills.taxonomy.folding import fold
from skillspace.skills.taxonomy.sources import case, folder, own_table
from skillspace.skills.taxonomy.sources.owning import Own
from skillspace.skills.taxonomy.sources.tables import document

RDF = (".ttl", ".nt", ".rdf", ".xml", ".owl", ".jsonld", ".json")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


def read(path: Path, own: Own) -> Draft:
    """Return what a file or folder describes. Raises BadInput for a name or language that cannot be one.

    Raises UnreadableFile, naming the file and the line or place in it, for whatever it cannot take.
    """
    if path.is_dir():
        return folder.read(path)
    draft = Draft(
        scheme=own.name or fold(path.stem).replace(" ", "-"),
        version=own.version,
        licence=own.licence or "the owner's",
        statement=own.statement or f"A taxonomy of its owner’s, read from {path.name}.",
    )
    for name, value in (("name", draft.scheme), ("version", draft.version)):
        pattern = folder.PATTERNS["scheme" if name == "name" else name]
        if not re.fullmatch(pattern, value):  # they become the name of a folder
            raise BadInput(f"{value!r} cannot be the {name} of a taxonomy; use letters, digits, dots and hyphens.")
    for language in own.languages:
        if not LANGUAGE.fullmatch(language):
            raise BadInput(f"{language!r} is no language tag; use one such as sv or en.")
    if path.suffix.lower() in own_table.DELIMITERS:
        own_table.fill(draft, path, own)
    elif path.suffix.lower() == ".json" and case.is_package(found := document(path)):
        case.fill(draft, path, found, own)
    elif path.suffix.lower() in RDF:
        skos = import_module("skillspace.skills.taxonomy.sources.skos")  # brings an RDF parser along
        languages, first = frozenset(own.languages), own.language
        skos.fill(draft, skos.graph(path), skos.Reading(languages=languages, untagged=first, kind=own.kind))
    else:
        known = ", ".join([*own_table.DELIMITERS, *RDF])
        raise BadInput(f"{path} is no taxonomy this program reads; it takes a folder or {known}.")
    if not draft.rows:
        raise BadInput(f"{path} holds no concepts of its own; nothing was added.")
    return draft
