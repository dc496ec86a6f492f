"""Writing a record in schema.org's words: a profile as a Person, anything else as a credential about one."""

from __future__ import annotations

from collections.abc import Mapping

from skillspace.records.formats.writing import as_json, of_kind, person_of, present, skills_of
from skillspace.records.life import Entry, EntryKind
from skillspace.records.model import Record, RecordKind, SkillAssertion

_CONTEXT = "https://schema.org"


def write_record(record: Record) -> bytes:
    """Write a record as JSON-LD."""
    if record.kind is RecordKind.PROFILE:
        return as_json({"@context": _CONTEXT, **_person(record)})
    own = None if record.id.startswith("urn:sha256:") else record.id
    body = present(name=record.issuer_name) | {"@type": "Organization", "@id": record.issuer}
    about = present(about=_person(record) if record.person or record.subject else None)
    return as_json(
        {"@context": _CONTEXT, "@type": "EducationalOccupationalCredential"}
        | ({"@id": own} if own else {})
        | present(
            name=record.title,
            dateCreated=record.issued.isoformat() if record.issued else None,
            expires=record.valid_until.isoformat() if record.valid_until else None,
            recognizedBy=body,
            competencyRequired=[_skill(each) for each in record.assertions],
        )
        | about
    )


def _person(record: Record) -> dict[str, object]:
    person = person_of(record)
    place = present(
        streetAddress=person.street, postalCode=person.postcode, addressLocality=person.city,
        addressRegion=person.region, addressCountry=person.country,
    )  # fmt: skip
    nation = {"@type": "Country", "name": person.nationality} if person.nationality else None
    languages = [
        {"@type": "Language", **present(name=each.label, alternateName=each.code,
         proficiencyLevel="native" if each.is_native else each.overall)}
        for each in record.languages
    ]  # fmt: skip
    identified = {"@id": record.subject} if record.subject else {}
    is_profile = record.kind is RecordKind.PROFILE
    told = present(
        name=person.name, givenName=person.given, familyName=person.family, birthDate=person.birth, nationality=nation,
        jobTitle=person.headline, description=person.summary, email=list(person.emails), telephone=list(person.phones),
        sameAs=[link.url for link in person.links if link.url],
        address={"@type": "PostalAddress", **place} if place else None,
    )  # fmt: skip
    more = present(
        knowsAbout=[_skill(each) for each in skills_of(record)],
        knowsLanguage=languages,
        worksFor=[_role(each, "EmployeeRole", "worksFor") for each in of_kind(record, EntryKind.WORK)],
        alumniOf=[_role(each, "OrganizationRole", "alumniOf") for each in of_kind(record, EntryKind.EDUCATION)],
        hasCredential=[_certificate(each) for each in of_kind(record, EntryKind.CERTIFICATE)],
        award=[each.title for each in of_kind(record, EntryKind.AWARD) if each.title],
    )
    return {"@type": "Person", **identified, **told, **(more if is_profile else {})}


def _role(entry: Entry, kind: str, member: str) -> Mapping[str, object]:
    body = {"@type": "Organization", **present(name=entry.organisation, url=entry.url)}
    said = "\n".join(line for line in (entry.summary, *entry.highlights) if line)
    return {"@type": kind} | present(
        roleName=entry.title, startDate=entry.since, endDate=entry.until, description=said, location=entry.place,
        occupationalCategory=entry.occupation,
    ) | {member: body}  # fmt: skip


def _certificate(entry: Entry) -> Mapping[str, object]:
    return {"@type": "EducationalOccupationalCredential"} | present(
        name=entry.title,
        dateCreated=entry.since,
        description=entry.summary,
        educationalLevel=entry.level,
        url=entry.url,
    )


def _skill(skill: SkillAssertion) -> Mapping[str, object]:
    named = {skill.language: skill.label} if skill.language else skill.label
    scale = {"@type": "DefinedTermSet", "name": skill.level_scheme} if skill.level_scheme else None
    return {"@type": "DefinedTerm"} | ({"@id": skill.concept} if skill.concept else {}) | present(
        name=named, proficiencyLevel=skill.level, inDefinedTermSet=scale, description=skill.evidence.excerpt
    )  # fmt: skip
