"""Writing a LER-RS resume: bare, for whoever issues it puts it into a credential."""

from __future__ import annotations

from collections.abc import Mapping

from skillspace.records.formats.writing import as_json, of_kind, person_of, present, skills_of
from skillspace.records.life import Entry, EntryKind, Person
from skillspace.records.model import Record

_TYPE = "http://schema.hropenstandards.org/4.5/recruiting/json/LER-RSType.json"
_JOBS = {EntryKind.WORK: None, EntryKind.VOLUNTEERING: "Volunteer"}
_GRANTED = {True: "Granted", False: "In Progress"}


def write_record(record: Record) -> bytes:
    """Write a record as a LER-RS resume."""
    person = person_of(record)
    headline = [_narrative("Headline", person.headline)] if person.headline else []
    summary = [_narrative("Summary", person.summary)] if person.summary else []
    languages = [
        present(code=each.code, name=each.label, level="native" if each.is_native else each.overall)
        for each in record.languages
    ]
    skills = [
        present(name=each.label, definitionReference=each.concept, proficiencyLevel=each.level, group=each.group,
                comments=[each.evidence.excerpt] if each.evidence.excerpt else [])
        for each in skills_of(record)
    ]  # fmt: skip
    return as_json(
        {
            "type": _TYPE,
            **present(
                documentId={"value": record.id},
                person=_person(person),
                communication=_communication(person),
                narratives=headline + summary,
                employmentHistories=[_employment(each) for each in of_kind(record, *_JOBS)],
                educationAndLearnings=[_study(each) for each in of_kind(record, EntryKind.EDUCATION)],
                certifications=[_certificate(each) for each in of_kind(record, EntryKind.CERTIFICATE)],
                skills=skills,
                languages=languages,
            ),
        }
    )


def _person(person: Person) -> Mapping[str, object]:
    name = present(formattedName=person.name, given=person.given, family=person.family)
    return present(name=name, birthDate=person.birth, citizenship=[person.nationality] if person.nationality else [])


def _communication(person: Person) -> Mapping[str, object]:
    divisions = [{"type": "state", "value": person.region}] if person.region else []
    home = present(line=person.street, city=person.city, postalCode=person.postcode, countryCode=person.country,
                   countrySubDivisions=divisions)  # fmt: skip
    return present(
        address=[home] if home else [],
        phone=[{"formattedNumber": each} for each in person.phones],
        email=[{"address": each} for each in person.emails],
        web=[present(name=each.label, url=each.url) for each in person.links if not each.username],
        social=[present(name=each.label, handle=each.username, url=each.url) for each in person.links if each.username],
    )


def _narrative(name: str, words: str) -> Mapping[str, object]:
    lines = [line for line in words.splitlines() if line.strip()]
    return {"name": name, "texts": [{"name": name.lower(), "lines": lines}]}


def _reach(url: str | None, place: Mapping[str, object] | None = None) -> Mapping[str, object]:
    return present(web=[{"url": url}] if url else [], address=[place] if place else [])


def _employment(entry: Entry) -> Mapping[str, object]:
    said = [*(entry.summary or "").splitlines(), *(f"- {point}" for point in entry.highlights)]
    position = present(
        title=entry.title, start=entry.since, end=entry.until,
        location=present(city=entry.place, countryCode=entry.country),
        descriptions=[line for line in said if line.strip()], occupationCode=entry.occupation,
        resourceRelationshipCode=_JOBS[entry.kind],
    )  # fmt: skip
    body = present(
        name=entry.organisation, communication=_reach(entry.url),
        descriptions=(entry.about_organisation or "").splitlines(),
        industryCodes=[entry.field] if entry.field else [],
    )  # fmt: skip
    return present(organization=body, positionHistories=[{**position, "current": entry.is_ongoing}])


def _study(entry: Entry) -> Mapping[str, object]:
    level = entry.level.removeprefix("ISCED ") if entry.level else None
    degree = present(
        name=entry.title, iscedEducationLevelCode=level,
        score={"scoresText": [{"value": entry.grade}]} if entry.grade else {},
        degreeGrantedStatus=_GRANTED.get(entry.passed) if entry.passed is not None else None,
        specializations=[{"name": entry.field, "type": "major"}] if entry.field else [],
    )  # fmt: skip
    said = [line for line in (entry.summary or "").splitlines() if line.strip()]
    reach = _reach(entry.url, present(city=entry.place, countryCode=entry.country))
    study = present(
        start=entry.since, end=entry.until, institution=present(name=entry.organisation, communication=reach),
        educationDegrees=[degree] if degree else [], descriptions=said,
        programs=[part.title for part in entry.parts if part.title],
    )  # fmt: skip
    return {**study, "current": entry.is_ongoing}


def _certificate(entry: Entry) -> Mapping[str, object]:
    period = present(validFrom=entry.since, validTo=entry.until)
    return present(
        id={"value": entry.identifier} if entry.identifier else {}, name=entry.title, firstIssued=entry.since,
        effectiveTimePeriod=period, issuingAuthority=present(name=entry.organisation),
        descriptions=[line for line in (entry.summary or "").splitlines() if line.strip()],
    )  # fmt: skip
