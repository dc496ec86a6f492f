"""Comprehensive Learner Record 2.0 (1EdTech): a publisher's record of a learner that holds badges of several issuers.

What the publisher signs is its own word. A badge of somebody else inside it stays that issuer's word, and as its own
proof is not checked here it counts as told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.credentials import VC_CONTEXT, VC_CONTEXT_2, check_period
from skillspace.records.formats.credentials import openbadges
from skillspace.records.formats.credentials.openbadges_shapes import IdentityObject, number_in, person_in
from skillspace.records.formats.credentials.openbadges_writing import badge, learner
from skillspace.records.formats.edge import Edge, Envelope, Many, MaybeWords, Valid, fit
from skillspace.records.formats.writing import as_json, present
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "clr"
TITLE = "Comprehensive Learner Record 2.0"
NEEDS_SIGNATURE = True
CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
_TYPE = "ClrCredential"
_MOST = 1_000


class Profile(Edge):
    """Who publishes."""

    id: str
    name: str | None = None


class Subject(Edge):
    """The learner and what they achieved; inner credentials are looked at one by one."""

    id: str | None = None
    identifier: Many[IdentityObject] = ()
    verifiable_credential: Many[object] = ()


class Credential(Valid):
    """The whole record."""

    id: str
    type: Many[str]
    name: MaybeWords = None
    issuer: Profile | str
    credential_subject: Subject


def recognises(document: object) -> bool:
    """Whether this is a comprehensive learner record."""
    kinds = document.get("type") if isinstance(document, Mapping) else None
    return isinstance(kinds, list) and _TYPE in kinds


def read(document: object, envelope: Envelope) -> Record:
    """Read a learner record into a record; raises UnreadableFile, CredentialExpired, CredentialNotYetValid."""
    clr = fit(Credential, document, "learner record")
    contexts = document.get("@context") if isinstance(document, Mapping) else None
    if not isinstance(contexts, list) or not contexts or contexts[0] not in (VC_CONTEXT, VC_CONTEXT_2):
        raise UnreadableFile(
            "This learner record cannot be read: @context must begin with that of verifiable credentials."
        )
    begin, end = clr.period
    check_period(begin, end, envelope.at)
    written = clr.issuer if isinstance(clr.issuer, str) else clr.issuer.id
    issuer = envelope.issuer_of(written)
    record = Record(
        id=envelope.name_of(clr.id),
        kind=RecordKind.TRANSCRIPT,
        title=clr.name.text if clr.name else "Learner record",
        issuer=issuer,
        issuer_name=(None if isinstance(clr.issuer, str) else clr.issuer.name) or written,
        issued=begin.date() if begin else None,
        valid_until=end.date() if end else None,
        proof=envelope.proof,
        subject=clr.credential_subject.id or number_in(clr.credential_subject.identifier),
        person=person_in(clr.credential_subject.identifier),
        media_type=envelope.media_type,
        format=FORMAT,
    )
    inner = clr.credential_subject.verifiable_credential
    if len(inner) > _MOST:
        raise UnreadableFile(f"This learner record holds {len(inner):,} credentials; at most {_MOST:,} are read.")
    return replace(record, assertions=tuple(a for each in inner for a in _inside(each, record, envelope)))


def write_record(record: Record) -> bytes:
    """Write a record as a learner record with one badge for each skill; raises BadInput where it proves nothing."""
    if not record.assertions:
        raise BadInput("A learner record holds achievements, and this record proves none.")
    context = [VC_CONTEXT_2, openbadges.CONTEXT]
    achieved = [
        {"@context": context, **badge(record, skill.label, [skill], f"#{place}")}
        for place, skill in enumerate(record.assertions, 1)
    ]
    outer = badge(record, record.title, ())
    subject = present(**learner(record), type=["ClrSubject"], verifiableCredential=achieved)
    kinds = ["VerifiableCredential", _TYPE]
    whole = {"@context": [VC_CONTEXT_2, CONTEXT, openbadges.CONTEXT], **outer}
    return as_json(whole | {"type": kinds, "credentialSubject": subject, "partial": False})


def _inside(document: object, record: Record, envelope: Envelope) -> Iterator[SkillAssertion]:
    """What an inner badge says; one in the form of a token is left alone, for nobody's key is asked for here."""
    if not openbadges.recognises(document):
        return
    bare = {name: value for name, value in document.items() if name != "proof"} if isinstance(document, Mapping) else {}
    found = openbadges.read(bare, replace(envelope, signed=None, delivered_by=None))
    is_own = found.issuer in {record.issuer, record.issuer_name}
    for assertion in found.assertions:
        yield assertion if is_own else replace(assertion, validation=ValidationLevel.SELF_DECLARED)
