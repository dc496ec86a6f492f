"""Mapping sets in SSSOM/TSV (Simple Standard for Sharing Ontological Mappings 1.0): read strictly, written canonically.

A set is a block of metadata, each line behind ``#``, and a table with a line a mapping. Identifiers are CURIEs in the
file and full URIs here. Reading follows "The SSSOM/TSV serialisation format": an undeclared prefix is refused, unknown
columns are discarded, and what the set says once for all mappings is given to each (propagation).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy import Correspondence, MatchKind
from skillspace.skills.translation.sssom_metadata import Metadata, read_metadata, write_metadata

SKOS = "http://www.w3.org/2004/02/skos/core#"
SSSOM = "https://w3id.org/sssom/"
SEMAPV = "https://w3id.org/semapv/vocab/"
NO_TERM = f"{SSSOM}NoTermFound"
BUILT_IN = {
    "linkml": "https://w3id.org/linkml/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "semapv": SEMAPV,
    "skos": SKOS,
    "sssom": SSSOM,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
SLOTS = (
    "subject_label",
    "predicate_modifier",
    "object_label",
    "author_label",
    "creator_label",
    "reviewer_label",
    "license",
    "subject_source_version",
    "object_source_version",
    "mapping_provider",
    "mapping_tool",
    "mapping_tool_version",
    "mapping_date",
    "comment",
)
COLUMNS = (*REQUIRED, "confidence", *SLOTS)
PROPAGATED = ("mapping_provider", "mapping_tool", "mapping_date", "subject_source_version", "object_source_version")
PREDICATES = {f"{SKOS}{kind.value}Match": kind for kind in MatchKind}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One mapping of a set; identifiers are full URIs, ``slots`` the other standard slots that have a value."""

    subject: str
    predicate: str
    object: str
    justification: str
    confidence: float | None = None
    slots: Mapping[str, str] = field(default_factory=dict)

    @property
    def relation(self) -> MatchKind | None:
        """The SKOS relation it states, or None: another predicate, a denial, or a word that there is no match."""
        if self.slots.get("predicate_modifier") or NO_TERM in {self.subject, self.object}:
            return None
        return PREDICATES.get(self.predicate)


@dataclass(frozen=True, kw_only=True)
class MappingSet:
    """A set with its metadata; ``prefixes`` is the CURIE map without the built-in prefixes."""

    prefixes: Mapping[str, str]
    metadata: Metadata
    rows: tuple[Row, ...]

    def statements(self) -> Iterator[tuple[Correspondence, float | None]]:
        """Give what the set states as correspondences, each with the set's own confidence; see ``Row.relation``."""
        for row in self.rows:
            if row.relation is not None:
                yield (
                    Correspondence(
                        source=row.subject,
                        target=row.object,
                        relation=row.relation,
                        author=self._author(row),
                        version=self._version(row),
                    ),
                    row.confidence,
                )

    def _author(self, row: Row) -> str:
        named = (row.slots.get(slot) for slot in ("author_label", "creator_label", "mapping_provider"))
        return next(filter(None, named), None) or str(self.metadata.get("mapping_set_id", "unnamed mapping set"))

    def _version(self, row: Row) -> str:
        sides = (row.slots.get(f"{side}_source_version", "?") for side in ("subject", "object"))
        return " – ".join(sides)


def read_mapping_set(path: Path) -> MappingSet:
    """Return the set in a file. Raises UnreadableFile, naming file and line, when it is missing or out of form."""
    try:
        text = path.read_bytes().decode()
    except OSError as fault:
        raise UnreadableFile(f"{path} cannot be read ({fault.strerror}).") from fault
    except UnicodeDecodeError as fault:
        raise UnreadableFile(f"{path} is not UTF-8 (byte {fault.start + 1}); save it as UTF-8.") from fault
    return parse_mapping_set(text, str(path))


def parse_mapping_set(text: str, name: str = "the mapping set") -> MappingSet:
    """Return the set in a text; ``name`` is what errors call it. Raises UnreadableFile."""
    if text.startswith("\ufeff"):
        raise UnreadableFile(f"{name}, line 1: a byte order mark, which SSSOM/TSV forbids; save it without one.")
    lines = io.StringIO(text, newline="").readlines()
    height = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    prefixes, metadata = read_metadata(lines[:height], name)
    for prefix, iri in BUILT_IN.items():
        if prefixes.get(prefix, iri) != iri:
            raise UnreadableFile(f"{name}: the prefix {prefix!r} is built in and must be {iri}.")
    own = {prefix: iri for prefix, iri in prefixes.items() if prefix not in BUILT_IN}
    table = _Table(name, {**BUILT_IN, **own}, height)
    return MappingSet(prefixes=own, metadata=metadata, rows=tuple(table.rows(lines[height:], metadata)))


class _Table:
    """Reads the mappings block; knows where it is, so that faults name the line."""

    def __init__(self, name: str, prefixes: Mapping[str, str], above: int) -> None:
        self._name, self._prefixes, self._above = name, prefixes, above

    def rows(self, lines: list[str], metadata: Metadata) -> Iterator[Row]:
        reader = csv.reader(lines, delimiter="\t", strict=True)
        try:
            header = next(reader, [])
            self._check(header)
            found = [(reader.line_num, dict(zip(header, self._whole(cells, header, reader.line_num), strict=True)))
                     for cells in reader if cells]  # fmt: skip
        except csv.Error as fault:
            raise self._fault(reader.line_num, str(fault)) from fault
        shared = {
            slot: value
            for slot in PROPAGATED
            if isinstance(value := metadata.get(slot), str) and not any(cells.get(slot) for _, cells in found)
        }
        for line, cells in found:
            yield self._row({**cells, **shared}, line)

    def _check(self, header: list[str]) -> None:
        missing = [column for column in REQUIRED if column not in header]
        if missing:
            raise self._fault(1, f"the column {missing[0]!r} is missing")
        twice = next((column for column in header if header.count(column) > 1), None)
        if twice is not None:
            raise self._fault(1, f"the column {twice!r} is there twice")

    def _whole(self, cells: list[str], header: list[str], line: int) -> list[str]:
        if len(cells) != len(header):
            raise self._fault(line, f"{len(cells)} cells where the header has {len(header)}")
        return cells

    def _row(self, cells: Mapping[str, str], line: int) -> Row:
        subject, predicate, target, justification = (self._uri(cells[column], column, line) for column in REQUIRED)
        return Row(
            subject=subject,
            predicate=predicate,
            object=target,
            justification=justification,
            confidence=self._share(cells.get("confidence", ""), line),
            slots={slot: cells[slot] for slot in SLOTS if cells.get(slot)},
        )

    def _uri(self, curie: str, column: str, line: int) -> str:
        prefix, colon, rest = curie.partition(":")
        if not colon or rest.startswith("//"):
            raise self._fault(line, f"{column} is {curie!r}; write it as prefix:name")
        if prefix not in self._prefixes:
            raise self._fault(line, f"the prefix {prefix!r} of {curie!r} is not in the curie_map")
        return self._prefixes[prefix] + rest

    def _share(self, text: str, line: int) -> float | None:
        if not text:
            return None
        try:
            share = float(text)
        except ValueError:
            share = -1.0
        if not 0.0 <= share <= 1.0:
            raise self._fault(line, f"the confidence {text!r} is no number from 0 to 1")
        return share

    def _fault(self, line: int, what: str) -> UnreadableFile:
        return UnreadableFile(f"{self._name}, line {self._above + line}: {what}.")


def write_mapping_set(mappings: MappingSet) -> str:
    """Return a set as SSSOM/TSV, its metadata in front; columns no mapping has a value for are left out."""
    used = [column for column in COLUMNS if column in REQUIRED or any(_cells(row).get(column) for row in mappings.rows)]
    return head(mappings.prefixes, mappings.metadata, used) + body(mappings.rows, mappings.prefixes, used)


def head(prefixes: Mapping[str, str], metadata: Metadata, columns: Iterable[str]) -> str:
    """Return the metadata block and the header line."""
    return write_metadata(prefixes, metadata) + "\t".join(columns) + "\n"


def body(rows: Iterable[Row], prefixes: Mapping[str, str], columns: Iterable[str]) -> str:
    """Return the lines of the mappings. Raises UnreadableFile for an identifier no prefix fits."""
    known = sorted({**BUILT_IN, **prefixes}.items(), key=lambda pair: -len(pair[1]))
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    for row in rows:
        cells = _cells(row)
        for column in REQUIRED:
            cells[column] = _curie(cells[column], known)
        writer.writerow([cells.get(column, "") for column in columns])
    return file.getvalue()


def _cells(row: Row) -> dict[str, str]:
    share = "" if row.confidence is None else repr(row.confidence)
    ends = (row.subject, row.predicate, row.object, row.justification)
    return {**dict(zip(REQUIRED, ends, strict=True)), "confidence": share, **row.slots}


def _curie(uri: str, prefixes: Iterable[tuple[str, str]]) -> str:
    for prefix, iri in prefixes:
        if uri.startswith(iri) and not uri[len(iri) :].startswith("//"):
            return f"{prefix}:{uri[len(iri) :]}"
    raise UnreadableFile(f"No prefix of the curie_map fits {uri}; add one.")
