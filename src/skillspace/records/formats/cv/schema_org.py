"""schema.org in JSON-LD: a Person with what they know and where they studied and worked, or an
EducationalOccupationalCredential with what it stands for; as web pages and job boards carry them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import Field

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.formats.cv.curriculum import curriculum
from skillspace.records.formats.cv.schema_org_writing import write_record
from skillspace.records.formats.edge import Day, Edge, Envelope, Many, MaybeWords, PartialDay, Text, asserted, fit
from skillspace.records.life import Entry, EntryKind, Language, Link, Person
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

__all__ = ["FORMAT", "NEEDS_SIGNATURE", "TITLE", "read", "recognises", "write_record"]

FORMAT = "schema_org"
TITLE = "schema.org Person or EducationalOccupationalCredential (JSON-LD)"
NEEDS_SIGNATURE = True
_CONTEXTS = {"https://schema.org", "http://schema.org"}
_CREDENTIAL = "EducationalOccupationalCredential"
_MOST = 5_000


class Thing(Edge):
    """Anything with a name: a skill, a language, a school, a role around an employer. All members are optional."""

    type: Text = Field(default=None, validation_alias="@type")
    id: Text = Field(default=None, validation_alias="@id")
    name: MaybeWords = None
    url: Text = None
    description: Text = None
    alternate_name: Text = None
    in_language: Text = None
    identifier: Text = None
    term_code: Text = None
    proficiency_level: Text = None
    in_defined_term_set: Many[object] = ()
    start_date: PartialDay = None
    end_date: PartialDay = None
    role_name: MaybeWords = None
    credential_category: Text = None
    educational_level: Text = None
    occupational_category: Text = None
    location: Text = None
    date_created: PartialDay = None
    award: Many[Text] = ()


class Address(Edge):
    """A postal address."""

    street_address: Text = None
    postal_code: Text = None
    address_locality: Text = None
    address_region: Text = None
    address_country: Text = None


class PersonShape(Edge):
    """A person; every list holds texts or things."""

    id: Text = Field(default=None, validation_alias="@id")
    name: MaybeWords = None
    given_name: Text = None
    family_name: Text = None
    birth_date: PartialDay = None
    nationality: Many[object] = ()
    job_title: Text = None
    description: Text = None
    email: Many[Text] = ()
    telephone: Many[Text] = ()
    url: Many[Text] = ()
    same_as: Many[Text] = ()
    address: Address | str | None = None
    knows_about: Many[object] = ()
    skills: Many[object] = ()
    knows_language: Many[object] = ()
    works_for: Many[object] = ()
    alumni_of: Many[object] = ()
    has_occupation: Many[object] = ()
    has_credential: Many[object] = ()
    award: Many[Text] = ()


class CredentialShape(Edge):
    """A credential."""

    id: Text = Field(default=None, validation_alias="@id")
    name: MaybeWords = None
    description: Text = None
    credential_category: Text = None
    educational_level: Text = None
    competency_required: Many[object] = ()
    recognized_by: Many[object] = ()
    source_organization: Many[object] = Field(default=(), validation_alias="sourceOrganization")
    date_created: Day = None
    valid_until: Day = Field(default=None, validation_alias="expires")
    about: PersonShape | None = None


def recognises(document: object) -> bool:
    """Whether this is a person or a credential in schema.org's words."""
    if not isinstance(document, Mapping):
        return False
    context = document.get("@context")
    is_ours = isinstance(context, str) and context.rstrip("/") in _CONTEXTS
    return is_ours and document.get("@type") in ("Person", _CREDENTIAL)


def read(document: object, envelope: Envelope) -> Record:
    """Read a person or a credential into a record; raises UnreadableFile naming what does not fit."""
    kind = document.get("@type") if isinstance(document, Mapping) else None
    if kind == _CREDENTIAL:
        return _credential(fit(CredentialShape, document, "schema.org credential"), envelope)
    return _profile(fit(PersonShape, document, "schema.org person"), envelope)


def _credential(shape: CredentialShape, envelope: Envelope) -> Record:
    bodies = list(_things((*shape.recognized_by, *shape.source_organization)))
    name = next((body.name.text for body in bodies if body.name), None)
    written = next((body.id or body.url for body in bodies if body.id or body.url), None) or name
    issuer = envelope.issuer_of(written or "unstated")
    record = Record(
        id=envelope.name_of(shape.id),
        kind=RecordKind.DIPLOMA,
        title=shape.name.text if shape.name else shape.credential_category or "Credential",
        issuer=issuer,
        issuer_name=name or issuer,
        issued=shape.date_created,
        valid_until=shape.valid_until,
        proof=envelope.proof,
        subject=shape.about.id if shape.about else None,
        media_type=envelope.media_type,
        format=FORMAT,
        person=_person(shape.about) if shape.about else None,
    )
    level = ValidationLevel.CERTIFIED
    return replace(record, assertions=tuple(_skills(shape.competency_required, record, level, shape.description)))


def _profile(shape: PersonShape, envelope: Envelope) -> Record:
    person = _person(shape)
    entries = tuple(_entries(shape))
    languages = tuple(
        Language(
            label=tongue.name.text if tongue.name else tongue.alternate_name or "",
            code=tongue.alternate_name or tongue.in_language,
            level=tongue.proficiency_level,
        )
        for tongue in _things(shape.knows_language)
        if tongue.name or tongue.alternate_name
    )
    record = curriculum(
        FORMAT,
        envelope,
        person,
        subject=shape.id,
        languages=languages,
        entries=entries,
    )
    told = _skills((*shape.knows_about, *shape.skills), record, ValidationLevel.SELF_DECLARED, None)
    spoken = (asserted(record, each.label, level=each.level) for each in languages)
    return replace(record, assertions=(*told, *spoken))


def _person(shape: PersonShape) -> Person:
    home = Address(address_country=shape.address) if isinstance(shape.address, str) else shape.address or Address()
    parts = " ".join(part for part in (shape.given_name, shape.family_name) if part)
    nations = (each.name.text if each.name else each.identifier for each in _things(shape.nationality))
    return Person(
        name=shape.name.text if shape.name else parts or None,
        given=shape.given_name,
        family=shape.family_name,
        birth=shape.birth_date,
        nationality=next((each for each in nations if each), None),
        headline=shape.job_title,
        summary=shape.description,
        emails=tuple(each for each in shape.email if each),
        phones=tuple(each for each in shape.telephone if each),
        links=tuple(Link(url=each) for each in (*shape.url, *shape.same_as) if each),
        street=home.street_address,
        postcode=home.postal_code,
        city=home.address_locality,
        region=home.address_region,
        country=home.address_country,
    )


def _entries(shape: PersonShape) -> Iterator[Entry]:
    for value in shape.works_for:
        role, body = _role(value, "worksFor")
        yield Entry(
            kind=EntryKind.WORK,
            title=role.role_name.text if role.role_name else "",
            organisation=body.name.text if body.name else None,
            place=role.location,
            since=role.start_date,
            until=role.end_date,
            summary=role.description,
            url=body.url,
            occupation=role.occupational_category,
        )
    for value in shape.alumni_of:
        role, body = _role(value, "alumniOf")
        yield Entry(
            kind=EntryKind.EDUCATION,
            title=role.role_name.text if role.role_name else "",
            organisation=body.name.text if body.name else None,
            since=role.start_date,
            until=role.end_date,
            summary=role.description,
            url=body.url,
        )
    for credential in _things(shape.has_credential):
        yield Entry(
            kind=EntryKind.CERTIFICATE,
            title=credential.name.text if credential.name else credential.credential_category or "",
            since=credential.date_created,
            summary=credential.description,
            level=credential.educational_level,
            url=credential.url,
        )
    for award in shape.award:
        if award:
            yield Entry(kind=EntryKind.AWARD, title=award)


def _role(value: object, member: str) -> tuple[Thing, Thing]:
    """A role around an organisation repeats the property that led to it (schema.org/Role); a bare one has no role."""
    inner = value.get(member) if isinstance(value, Mapping) else None
    whole = next(_things((value,)), Thing())
    return (whole, next(_things((inner,)), Thing())) if inner is not None else (Thing(), whole)


def _skills(
    values: tuple[object, ...], record: Record, validation: ValidationLevel, said: str | None
) -> Iterator[SkillAssertion]:
    for skill in _things(values):
        sets = [each.name.text for each in _things(skill.in_defined_term_set) if each.name]
        if skill.name:
            yield asserted(
                record, skill.name.text, concept=skill.id or skill.url or skill.term_code,
                language=skill.name.language or skill.in_language, level=skill.proficiency_level,
                scheme=next(iter(sets), "proficiency"), validation=validation, said=(skill.description or said,),
            )  # fmt: skip


def _things(values: tuple[object, ...]) -> Iterator[Thing]:
    """Texts and things alike as things."""
    if len(values) > _MOST:
        raise UnreadableFile(f"This schema.org document lists {len(values):,} things; at most {_MOST:,} are read.")
    for value in values:
        if isinstance(value, str) and value.strip():
            yield fit(Thing, {"name": value}, "schema.org document")
        elif isinstance(value, Mapping):
            yield fit(Thing, value, "schema.org document")
        elif value is not None and value != "":
            raise BadInput("This schema.org document cannot be read: a text or a thing was expected in a list.")
