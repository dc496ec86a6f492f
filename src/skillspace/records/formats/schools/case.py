"""Competency frameworks in CASE 1.0 (1EdTech): recognised, so that whoever uploads one learns what it is.

A framework lists what can be learnt; it says nothing of a person, and so there is no record in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.edge import Envelope
from skillspace.records.formats.files.tables import Table
from skillspace.records.model import Record

FORMAT = "case"
TITLE = "CASE competency framework"
NEEDS_SIGNATURE = True
_COLUMNS = {"identifier", "fullStatement"}


def recognises(document: object) -> bool:
    """Whether this is a framework, as a package or as a table of its items."""
    if isinstance(document, Table):
        return set(document.columns) >= _COLUMNS
    return isinstance(document, Mapping) and {"CFDocument", "CFItems"} <= document.keys()


def read(document: object, envelope: Envelope) -> Record:  # noqa: ARG001 - the envelope of what is refused is not looked at
    """Refuse it, saying what it is."""
    items = document.get("CFItems") if isinstance(document, Mapping) else None
    rows = document.rows if isinstance(document, Table) else items
    count = len(rows) if isinstance(rows, list | tuple) else 0
    raise UnreadableFile(
        f"This is a competency framework (CASE) of {count:,} items: it lists what can be learnt and says nothing of a "
        "person, so there is no record in it. A taxonomy is made of it with “skillspace taxonomy add”."
    )
