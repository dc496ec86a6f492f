"""Reading any record, and writing it again: find out what it is, check who signed it, and say in one shape what it
proves.

A format is one file in the folder of its kind, and is found there: `FORMAT`, `TITLE`, `NEEDS_SIGNATURE`,
`recognises(document)` and `read(document, envelope)`; one whose documents hold several records has `read_all` besides,
one that can write has `write_record(record)`, and one that asks more of some kinds of record has `lacks(record)`. A
third party's enters by `formats=` and is held to the same tests (`formats.suite`). No URL in a document is followed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Protocol, runtime_checkable

from skillspace.kernel.errors import BadInput, SkillspaceError, UnreadableFile
from skillspace.records.credentials import KeyResolver, VerifiedCredential, verify
from skillspace.records.credentials.data_integrity import ProofBroken
from skillspace.records.credentials.embedded import has_words_of_its_own, verify_embedded
from skillspace.records.credentials.shapes import read_selective
from skillspace.records.credentials.verdict import StatusCheck
from skillspace.records.formats import credentials, cv, schools, tables, work
from skillspace.records.formats.credentials import openbadges2
from skillspace.records.formats.edge import Envelope, only
from skillspace.records.formats.files.opening import MAX_BYTES, is_selective, is_token, open_document
from skillspace.records.model import Record, Standing, ValidationLevel
from skillspace.wire.jose import read_unverified

__all__ = [
    "FORMATS", "KINDS", "MAX_BYTES", "AskingFormat", "Format", "ManyFormat", "WritingFormat", "named", "read",
    "read_all",
]  # fmt: skip


@runtime_checkable
class Format(Protocol):
    """What a format's file offers; `TITLE` is for people. `NEEDS_SIGNATURE`: without one, anybody could have written
    the document."""

    FORMAT: str
    TITLE: str
    NEEDS_SIGNATURE: bool

    def recognises(self, document: object) -> bool:
        """Whether this is the format of `document` (see `opening.Opened`)."""

    def read(self, document: object, envelope: Envelope) -> Record:
        """Read `document` into a record."""


@runtime_checkable
class ManyFormat(Format, Protocol):
    """A format whose documents may hold several records: a table of people, a transcript of several schools."""

    def read_all(self, document: object, envelope: Envelope) -> Sequence[Record]:
        """Read every record of `document`."""


@runtime_checkable
class WritingFormat(Format, Protocol):
    """A format that can be written, unsigned, from any record; what finds no room in it is left out."""

    def write_record(self, record: Record) -> bytes:
        """Write `record`; raises BadInput where the format cannot say anything of it."""


@runtime_checkable
class AskingFormat(WritingFormat, Protocol):
    """A format that writes a record as what it is only where it holds all that its standard asks of that kind; else as
    something more general."""

    def lacks(self, record: Record) -> Sequence[str]:
        """What its standard asks of this kind of record and this one does not hold, in words for people."""


def _in(kind: ModuleType) -> tuple[Format, ...]:
    """The formats among the files of a kind's folder, by name."""
    files = sorted(each.name for each in iter_modules(kind.__path__))
    found = (import_module(f"{kind.__name__}.{file}") for file in files)
    return tuple(each for each in found if isinstance(each, Format))


#: Our own by their kind, which its folder's first words name.
KINDS: Mapping[str, tuple[Format, ...]] = {
    str(kind.__doc__).partition(":")[0]: _in(kind) for kind in (cv, credentials, schools, work, tables)
}
FORMATS: tuple[Format, ...] = tuple(each for kind in KINDS.values() for each in kind)


def named(name: str, formats: Sequence[Format] = FORMATS) -> Format:
    """Return the format of that name; raises BadInput with the known ones."""
    found = next((each for each in formats if name == each.FORMAT), None)
    if found is None:
        raise BadInput(f"No format is called {name!r}; known are {', '.join(each.FORMAT for each in formats)}.")
    return found


def read(
    document: bytes,
    *,
    resolve_key: KeyResolver,
    at: datetime,
    hint: str | None = None,
    delivered_by: str | None = None,
    check_status: StatusCheck | None = None,
    formats: Sequence[Format] = FORMATS,
) -> Record:
    """Read a document of any known format into the one record it holds; see `read_all`.

    Raises UnreadableFile besides when it holds several records.
    """
    found = read_all(
        document,
        resolve_key=resolve_key,
        at=at,
        hint=hint,
        delivered_by=delivered_by,
        check_status=check_status,
        formats=formats,
    )
    return only(found, "records, of several people or schools")


def read_all(
    document: bytes,
    *,
    resolve_key: KeyResolver,
    at: datetime,
    hint: str | None = None,
    delivered_by: str | None = None,
    check_status: StatusCheck | None = None,
    formats: Sequence[Format] = FORMATS,
) -> tuple[Record, ...]:
    """Read a document of any known format into records of skill assertions.

    `hint` names a format (`Format.FORMAT`) to try alone. `delivered_by` is the DID of the member that brought the
    document over its own authenticated connection; leave it None for what a person uploads. Levels of validation are
    capped by proof: signed by the issuer, as the format says; delivered by a member but unsigned, at most assessed
    (self-declared for diplomas, badges and attestations); neither, self-declared; and self-declared what its issuer may
    have taken back, unless `check_status` was asked (it may call the issuer). Of an SD-JWT counts what is disclosed.

    Raises UnreadableFile (too large, not UTF-8, unknown format, a member missing), BadInput, InvalidSignature,
    CredentialExpired, CredentialNotYetValid, and whatever `resolve_key` and `check_status` raise.
    """
    opened, media_type = open_document(document)
    digest = hashlib.sha256(document).hexdigest()
    envelope = Envelope(at=at, digest=digest, media_type=media_type, delivered_by=delivered_by)
    if is_token(opened) and openbadges2.recognises(claims := _claims(str(opened))):
        opened = claims  # its key stands at an address, which is not asked: it counts as unsigned
    if is_selective(opened):
        shown = read_selective(str(opened), resolve_key, at)
        inside = "application/dc+sd-jwt" if media_type == "application/json" else media_type
        opened, envelope = shown.credential, replace(envelope, media_type=inside, signed=shown, delivered_by=None)
    elif is_token(opened):
        signed = verify(str(opened), resolve_key, at, max_bytes=MAX_BYTES)
        opened = _credential(signed)
        inside = "application/vc+jwt" if media_type == "application/json" else media_type
        envelope = replace(envelope, media_type=inside, signed=signed, delivered_by=None)
    elif (proven := _proven(opened, resolve_key, at)) is not None:
        envelope = replace(envelope, signed=proven, delivered_by=None)
    found = _format_of(opened, hint, formats)
    standing = _standing(envelope.signed, check_status)
    ceiling = _ceiling(found, envelope, standing)
    records = found.read_all(opened, envelope) if isinstance(found, ManyFormat) else (found.read(opened, envelope),)
    if envelope.signed:
        # Whom the issuer signed for is said once, in the credential; a copy of it deeper down is not asked.
        subject = envelope.signed.subject_id or None
        records = [replace(record, subject=subject, standing=standing) for record in records]
    return tuple(record.at_most(ceiling) for record in records)


def _proven(document: object, resolve_key: KeyResolver, at: datetime) -> VerifiedCredential | None:
    """The credential whose proof inside holds; one that cannot be checked proves nothing, a broken one is refused."""
    if not isinstance(document, Mapping) or not document.get("proof") or has_words_of_its_own(document):
        return None
    try:
        return verify_embedded(document, resolve_key, at, check_dates=False)
    except ProofBroken:
        raise
    except SkillspaceError:
        return None


def _claims(token: str) -> object:
    return read_unverified(token, max_bytes=MAX_BYTES)[1]


def _credential(signed: VerifiedCredential) -> dict[str, object]:
    """The credential with what the token may have left to its claims."""
    whole = dict(signed.credential)
    whole.setdefault("id", signed.id)
    whole.setdefault("issuer", signed.issuer)
    whole["credentialSubject"] = dict(signed.subject)
    whole.setdefault("validFrom", signed.issued.isoformat())
    if signed.expires is not None:
        whole["validUntil"] = signed.expires.isoformat()
    return whole


def _format_of(document: object, hint: str | None, formats: Sequence[Format]) -> Format:
    tried = formats if hint is None else (named(hint, formats),)
    found = next((each for each in tried if each.recognises(document)), None)
    if found is None:
        asked = f" (only {hint} was asked for)" if hint else ": CVs, badges, diplomas, transcripts, school records"
        raise UnreadableFile(f"The file is none of the record formats read here{asked}.")
    return found


def _standing(signed: VerifiedCredential | None, check_status: StatusCheck | None) -> Standing | None:
    """What is known of whether it was taken back; raises what `check_status` does when something speaks against it."""
    if signed is None or not signed.status:
        return None
    if check_status is None:
        return Standing.UNASKED
    check_status(signed)
    return Standing.STANDS


def _ceiling(found: Format, envelope: Envelope, standing: Standing | None) -> ValidationLevel:
    if envelope.signed is None:
        vouched = envelope.delivered_by is not None and not found.NEEDS_SIGNATURE
        return ValidationLevel.ASSESSED if vouched else ValidationLevel.SELF_DECLARED
    # Signing for oneself proves nothing more; and a revocation list that was not looked at may have revoked this.
    to_oneself = envelope.signed.issuer == envelope.signed.subject_id
    is_open = to_oneself or standing is Standing.UNASKED
    return ValidationLevel.SELF_DECLARED if is_open else ValidationLevel.RECOGNISED
