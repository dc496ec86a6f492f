"""An employer's attestation: who worked as what, from when to when, with which skills.

A verifiable credential in schema.org terms (Person, EmployeeRole, Occupation, DefinedTerm), with HR Open's
`proficiencyLevel` where the employer states one. What an employer attests under its signature counts as assessed:
somebody saw the work done; no examination was passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.kernel.ids import new_urn
from skillspace.records.credentials import VC_CONTEXT, check_period, seal
from skillspace.records.formats.edge import Day, Edge, Envelope, Many, MaybeWords, Valid, Words, evidence, fit
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "employment"
TITLE = "Employer's attestation"
NEEDS_SIGNATURE = True
TYPE = "EmploymentCredential"
CONTEXT = "https://schema.org"


@dataclass(frozen=True, kw_only=True)
class Employment:
    """What an employer writes down. `until` of None: still employed. `occupation` is a concept's URI."""

    role: str
    since: date
    until: date | None = None
    occupation: str | None = None
    occupation_label: str | None = None
    skills: tuple[SkillClaim, ...] = ()
    language: str = "en"


class Term(Edge):
    """A skill."""

    type: Literal["DefinedTerm"]
    id: str | None = None
    name: Words
    proficiency_level: str | None = None
    in_defined_term_set: str | None = None


class Occupation(Edge):
    """What the role is an instance of."""

    type: Literal["Occupation"]
    id: str | None = None
    name: MaybeWords = None
    skills: Many[Term] = ()


class Organization(Edge):
    """The employer."""

    type: Literal["Organization"]
    id: str | None = None
    name: str


class Role(Edge):
    """The employment itself."""

    type: Literal["EmployeeRole"]
    role_name: Words
    start_date: Day
    end_date: Day = None
    works_for: Organization
    has_occupation: Occupation | None = None


class Person(Edge):
    """Who was employed."""

    id: str | None = None
    works_for: Role


class Credential(Valid):
    """The attestation."""

    id: str | None = None
    type: Many[str]
    credential_subject: Person


def recognises(document: object) -> bool:
    """Whether this is an employment credential."""
    kinds = document.get("type") if isinstance(document, Mapping) else None
    return isinstance(kinds, list) and TYPE in kinds


def read(document: object, envelope: Envelope) -> Record:
    """Read an attestation into a record; raises UnreadableFile, CredentialExpired or CredentialNotYetValid."""
    attestation = fit(Credential, document, "attestation of employment")
    begin, end = attestation.period
    check_period(begin, end, envelope.at)
    role = attestation.credential_subject.works_for
    if role.start_date is None:
        raise UnreadableFile("This attestation of employment cannot be read: worksFor.startDate is missing.")
    if role.end_date and role.end_date < role.start_date:
        raise UnreadableFile(
            f"This attestation of employment ends ({role.end_date}) before it begins ({role.start_date})."
        )
    record = Record(
        id=envelope.name_of(attestation.id),
        kind=RecordKind.EMPLOYMENT,
        title=role.role_name.text,
        issuer=envelope.issuer_of(role.works_for.id or role.works_for.name),
        issuer_name=role.works_for.name,
        issued=begin.date() if begin else None,
        valid_until=end.date() if end else None,
        proof=envelope.proof,
        subject=attestation.credential_subject.id,
        media_type=envelope.media_type,
        format=FORMAT,
    )
    said = f"{role.role_name.text}, {role.start_date} to {role.end_date or 'now'}"
    terms = role.has_occupation.skills if role.has_occupation else ()
    held = (role.has_occupation.id,) if role.has_occupation and role.has_occupation.id else ()
    return replace(record, assertions=tuple(_assertion(term, record, said) for term in terms), occupations=held)


def write(
    employment: Employment,
    *,
    issuer: Issuer,
    subject_did: str,
    issued: datetime,
    valid_until: datetime | None = None,
    id: str | None = None,
) -> bytes:
    """Return a signed attestation (VC-JWT); raises BadInput when the employment ends before it begins."""
    if employment.until is not None and employment.until < employment.since:
        raise BadInput(f"The employment as {employment.role!r} ends before it begins.")
    label = employment.occupation_label or employment.role
    occupation: dict[str, object] = {
        "type": "Occupation",
        "name": {employment.language: label},
        "skills": [_term(skill) for skill in employment.skills],
    }
    if employment.occupation is not None:
        occupation["id"] = employment.occupation
    role: dict[str, object] = {
        "type": "EmployeeRole",
        "roleName": {employment.language: employment.role},
        "startDate": employment.since.isoformat(),
        "worksFor": {"id": issuer.did, "type": "Organization", "name": issuer.name},
        "hasOccupation": occupation,
    }
    if employment.until is not None:
        role["endDate"] = employment.until.isoformat()
    credential = {
        "@context": [VC_CONTEXT, CONTEXT],
        "id": id or new_urn(),
        "type": ["VerifiableCredential", TYPE],
        "issuer": {"id": issuer.did, "name": issuer.name},
        "issuanceDate": iso(issued),
        "credentialSubject": {"id": subject_did, "type": "Person", "worksFor": role},
    }
    return seal(credential, issuer_key=issuer.key, issued=issued, valid_until=valid_until).encode()


def _assertion(term: Term, record: Record, said: str) -> SkillAssertion:
    return SkillAssertion(
        concept=term.id,
        label=term.name.text,
        language=term.name.language,
        level=term.proficiency_level,
        level_scheme=term.in_defined_term_set if term.proficiency_level else None,
        validation=ValidationLevel.ASSESSED,
        issuer=record.issuer,
        issuer_name=record.issuer_name,
        issued=record.issued,
        valid_until=record.valid_until,
        evidence=evidence(record.id, record.title, record.kind, said),
    )


def _term(skill: SkillClaim) -> dict[str, object]:
    term: dict[str, object] = {"type": "DefinedTerm", "name": {skill.language: skill.label}}
    if skill.concept is not None:
        term["id"] = skill.concept
    if skill.level is not None:
        term["proficiencyLevel"] = skill.level
        term["inDefinedTermSet"] = skill.level_scheme or "as stated by the employer"
    return term
