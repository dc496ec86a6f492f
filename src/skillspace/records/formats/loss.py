"""What could not travel: computed by reading again what was written, never listed by hand.

Two losses are told apart. What a document says and no record has room for is found by looking for the document's own
words in the record; what a record says and a format has no room for, by comparing the record with itself after the
journey.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.credentials.selective import shown_claims
from skillspace.records.formats.files.archive import Archive
from skillspace.records.formats.files.opening import MAX_BYTES, decode, is_selective, is_token, open_document
from skillspace.records.formats.files.tables import Table, parse_table
from skillspace.records.formats.files.xml import Element, name_of, text_of
from skillspace.records.model import ProofStatus, Record, ValidationLevel
from skillspace.wire.jose import read_unverified

EXAMPLES = 2
_LONG = 60
_STEPS = 3
# Words around a skill are joined from what stands elsewhere too; what counts is whether they are still to be read.
_AROUND = "assertions.evidence.excerpt"
# How a record came to us is nothing that it says; and what each assertion has of its record is said once.
_ABOUT_THE_READING = {
    "media_type", "format", "proof", "standing", "assertions.evidence.record_id", "assertions.evidence.title",
    "assertions.evidence.kind", _AROUND,
}  # fmt: skip
_OF_THE_RECORD = {"issuer", "issuer_name", "issued", "valid_until"}
# Machinery of a format, in which nobody's words stand.
_MACHINERY = {
    "@context",
    "$schema",
    "type",
    "@type",
    "schemaLocation",
    "proof",
    "credentialSchema",
    "meta",
    "version",
    "iss",
    "sub",
    "iat",
    "exp",
    "nbf",
    "jti",
    "cnf",
    "vct",
    "status",
}
SUBJECTS = {
    "": "the record",
    "assertions": "a skill",
    "person": "the person",
    "languages": "a language",
    "entries.work": "a job",
    "entries.volunteering": "voluntary work",
    "entries.education": "a study",
    "entries.education.parts.education": "a course of a study",
    "entries.project": "a project",
    "entries.award": "an award",
    "entries.certificate": "a certificate",
    "entries.publication": "a publication",
    "entries.interest": "an interest",
    "entries.reference": "a reference",
    "entries.other": "something else",
}
"""What a path in a record is about, in words for people."""
_MEMBERS = {
    "id": "identifier",
    "subject": "identifier of the person",
    "issuer": "identifier of who vouches",
    "issuer_name": "name of who vouches",
    "issued": "day of issue",
    "valid_until": "until when it is valid",
    "concept": "address in its taxonomy",
    "occupation": "address of the occupation",
    "occupations": "addresses of occupations",
    "label": "name",
    "validation": "how well it is proven",
    "evidence.excerpt": "words around it",
    "level_scheme": "scale of the level",
    "grade_scheme": "scale of the grade",
    "credit_scheme": "kind of credits",
    "given": "first name apart",
    "family": "family name apart",
    "links.url": "links",
    "links.label": "names of links",
    "links.username": "usernames",
    "is_native": "whether it is the mother tongue",
    "is_ongoing": "whether it goes on",
    "since": "beginning",
    "until": "end",
    "about_organisation": "word about the organisation",
    "outcomes": "learning outcomes",
    "mode": "form of participation",
    "assessment": "type of assessment",
    "quality": "how quality is assured",
    "signature": "issuer's signature",
}


@dataclass(frozen=True, kw_only=True)
class Loss:
    """One kind of thing that did not travel: where it stands in the record, or in the document itself; how often; with
    examples of its values."""

    path: str
    count: int
    examples: tuple[str, ...]
    is_of_a_document: bool = False

    @property
    def about(self) -> str:
        """What kind of thing it belonged to, for people."""
        return SUBJECTS.get(self._place, self._place.replace(".", ", "))

    @property
    def member(self) -> str:
        """What of it did not travel, for people."""
        name = self.path.removeprefix(f"{self._place}.") if self._place else self.path
        return _MEMBERS.get(name) or name.replace("_", " ")

    @property
    def words(self) -> str:
        """Both in one; of a document, the last steps of the place where it stands."""
        if self.is_of_a_document:
            steps = self.path.split(".")
            return " › ".join(["…"] * (len(steps) > _STEPS) + steps[-_STEPS:])
        return f"{self.about}: {self.member}"

    @property
    def _place(self) -> str:
        return max((place for place in SUBJECTS if self.path.startswith(f"{place}.")), key=len, default="")

    def to_json(self) -> dict[str, object]:
        """Return this loss as JSON values."""
        return {"path": self.path, "what": self.words, "count": self.count, "examples": list(self.examples)}


def unwritten(before: Record, after: Record) -> tuple[Loss, ...]:
    """What `before` says and `after`, read from what was written of it, does not."""
    said, kept = Counter(_facts(before)), Counter(_facts(after))
    missing = list((said - kept).elements())
    held = "\n".join(_plain(value) for _, value in _leaves(after.to_json(), ""))
    missing += [(_AROUND, words) for words in _around(before) if _plain(words) not in held]
    if before.proof is ProofStatus.SIGNED_BY_ISSUER and after.proof is ProofStatus.UNSIGNED:
        missing.append(("signature", "signed"))
    return _counted(missing)


def unread(document: bytes, records: Sequence[Record]) -> tuple[Loss, ...]:
    """What a document says in words that none of the records read from it holds.

    Raises UnreadableFile where it cannot be opened at all.
    """
    held = {_plain(value) for record in records for _, value in _leaves(record.to_json(), "")}
    whole = "\n".join(sorted(held))
    said = list(_document(_told(_opened(document), held)))
    fresh = {value for value in {value for _, value in said} if not _is_held(_plain(value), held, whole)}
    leaves = [(path, value) for path, value in said if value in fresh]
    return tuple(replace(loss, is_of_a_document=True) for loss in _counted(leaves))


def _opened(document: bytes) -> object:
    """A document as values; of a token what it says, whoever signed it."""
    opened = open_document(document).document
    if is_selective(opened):
        return shown_claims(str(opened))
    if not is_token(opened):
        return opened
    claims = read_unverified(str(opened), max_bytes=MAX_BYTES)[1]
    return claims.get("vc", claims)


def _told(document: object, held: set[str]) -> object:
    """An archive by its tables; one of which the records hold nothing is not looked into, and stands by its name."""
    if not isinstance(document, Archive):
        return document
    tables = {name: _table(document, name) for name in document}
    return {
        name.removesuffix(".csv"): table
        if any(_plain(value) in held for row in table.rows for value in row if len(value) > 3)
        else name
        for name, table in tables.items()
    }


def _table(archive: Archive, name: str) -> Table:
    if name.lower().endswith(".csv"):
        with suppress(UnreadableFile):
            return parse_table(decode(archive[name]), name)
    return Table(columns=(), rows=())


def _is_held(value: str, held: set[str], whole: str) -> bool:
    # A short word may stand by chance inside a longer one; a long one may have been joined with others.
    return not value or value in held or value[:10] in held or (len(value) > 3 and value in whole)


def _around(record: Record) -> Iterator[str]:
    for each in record.assertions:
        yield from each.evidence.excerpt.split("; ") if each.evidence.excerpt else ()


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    whole = record.to_json()
    derived = record.id.startswith("urn:sha256:")
    for path, value in _leaves(whole, ""):
        place, _, name = path.rpartition(".")
        is_copied = place == "assertions" and name in _OF_THE_RECORD and str(whole[name]) == value
        if path in _ABOUT_THE_READING or is_copied or (path == "id" and derived):
            continue
        yield path, ValidationLevel(int(value)).name if path == "assertions.validation" else value


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every value with its path; an entry's place in a list is told by its kind, not by a number."""
    if isinstance(value, Mapping):
        inner = f"{path}.{value['kind']}" if path.endswith(("entries", "parts")) and "kind" in value else path
        for name, each in value.items():
            if not (inner != path and name == "kind"):
                yield from _leaves(each, f"{inner}.{name}" if inner else str(name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each, path)
    elif value is not None and value is not False and value != "":
        yield path, str(value)


def _document(document: object) -> Iterator[tuple[str, str]]:
    """Every word of a document with its path, whatever it was opened to; how deep it is nested does not matter."""
    waiting = [("", document)]
    while waiting:
        path, value = waiting.pop()
        words, parts = _inside(value)
        if words:
            yield path, words
        waiting += reversed([(".".join(step for step in (path, name) if step), part) for name, part in parts])


def _inside(value: object) -> tuple[str | None, list[tuple[str, object]]]:
    """A value's own words, and the named values in it."""
    words: str | None = None
    parts: list[tuple[str, object]] = []
    match value:
        case Element():
            words, parts = text_of(value), [(name_of(child), child) for child in value]
        case Table():
            parts = [part for row in value for part in row.items()]
        case Mapping():
            parts = [(str(name), each) for name, each in value.items() if str(name) not in _MACHINERY]
        case list() | tuple():
            parts = [("", each) for each in value]
        case str() | int() | float() if not isinstance(value, bool):
            words = str(value)
    return words, parts


def _plain(text: str) -> str:
    """The words alone: a point of a list begins with a mark in one format and without it in another."""
    return " ".join(text.split()).casefold().removeprefix("- ")


def _counted(missing: Iterable[tuple[str, str]]) -> tuple[Loss, ...]:
    by_path: dict[str, list[str]] = {}
    for path, value in missing:
        by_path.setdefault(path, []).append(value)
    return tuple(
        Loss(path=path, count=len(values), examples=tuple(_short(value) for value in dict.fromkeys(values))[:EXAMPLES])
        for path, values in by_path.items()
    )


def _short(value: str) -> str:
    flat = " ".join(value.split())
    return flat if len(flat) <= _LONG else f"{flat[: _LONG - 1]}…"
