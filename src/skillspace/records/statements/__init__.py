"""Statements of learning (xAPI 1.0.3, and 2.0 = IEEE 9274.1.1): read strictly, compared, found and handed out."""

from skillspace.records.statements.activities import merged
from skillspace.records.statements.actors import check_actor, identity
from skillspace.records.statements.formats import canonical, ids_only, wanted_languages
from skillspace.records.statements.looking import By, activities, agents, mark, marks, target_of, voids
from skillspace.records.statements.multipart import Attachment, boundary_of, matched, read_parts, write_parts
from skillspace.records.statements.reading import (
    MAX_STATEMENTS,
    VOIDED,
    Version,
    read_json,
    read_statement,
    read_statements,
)
from skillspace.records.statements.sameness import are_same
from skillspace.records.statements.signatures import check_signatures
from skillspace.records.statements.values import NotAStatement, iri, moment, uuid, written

__all__ = [
    "MAX_STATEMENTS",
    "VOIDED",
    "Attachment",
    "By",
    "NotAStatement",
    "Version",
    "activities",
    "agents",
    "are_same",
    "boundary_of",
    "canonical",
    "check_actor",
    "check_signatures",
    "identity",
    "ids_only",
    "iri",
    "mark",
    "marks",
    "matched",
    "merged",
    "moment",
    "read_json",
    "read_parts",
    "read_statement",
    "read_statements",
    "target_of",
    "uuid",
    "voids",
    "wanted_languages",
    "write_parts",
    "written",
]
