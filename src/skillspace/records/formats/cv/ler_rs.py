"""Learning and Employment Record, Resume Standard (HR Open LER-RS 4.x): a resume whose parts may hold credentials.

The credentials inside are read for what they say and not checked, so all of it is the person's own word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from skillspace.records.formats.cv.curriculum import curriculum
from skillspace.records.formats.cv.ler_rs_shapes import (
    Address,
    Body,
    Communication,
    Degree,
    Issued,
    Period,
    PersonName,
    Place,
    Resume,
)  # fmt: skip
from skillspace.records.formats.cv.ler_rs_writing import write_record
from skillspace.records.formats.edge import Envelope, asserted, fit
from skillspace.records.life import Entry, EntryKind, Language, Link, Person
from skillspace.records.model import Record, SkillAssertion

__all__ = ["FORMAT", "NEEDS_SIGNATURE", "TITLE", "read", "recognises", "write_record"]

FORMAT = "ler_rs"
TITLE = "HR Open LER-RS"
NEEDS_SIGNATURE = True
_TYPE = "LER-RSType.json"


def recognises(document: object) -> bool:
    """Whether this is a LER-RS resume, bare or inside a credential."""
    return _inner(document) is not None


def read(document: object, envelope: Envelope) -> Record:
    """Read a resume into a record; raises UnreadableFile naming what does not fit."""
    inner = _inner(document) or {}
    unpacked = {name: _unpacked(value) for name, value in inner.items()}
    resume = fit(Resume, unpacked, "LER-RS resume")
    made = fit(
        Issued,
        document if "credentialSubject" in (document if isinstance(document, Mapping) else {}) else {},
        "LER-RS resume",
    )
    person = _person(resume)
    entries = (*_work(resume), *_studies(resume), *_certificates(resume))
    record = curriculum(
        FORMAT,
        envelope,
        person,
        issued=made.issuance_date.date() if made.issuance_date else None,
        languages=tuple(
            Language(
                label=each.name or each.code or "", code=each.code, level=each.level, is_native=each.level == "native"
            )
            for each in resume.languages
            if each.name or each.code
        ),
        entries=entries,
    )
    return replace(record, assertions=tuple(_assertions(resume, record)))


def _inner(document: object) -> Mapping[str, object] | None:
    whole = document if isinstance(document, Mapping) else {}
    for each in (whole, whole.get("credentialSubject")):
        kind = each.get("type") if isinstance(each, Mapping) else None
        kinds = kind if isinstance(kind, list) else [kind]
        if isinstance(each, Mapping) and any(isinstance(word, str) and word.endswith(_TYPE) for word in kinds):
            return each
    return None


def _unpacked(value: object) -> object:
    """Parts of a list, each with what the credentials that verify it say where the part itself says less."""
    if not isinstance(value, list):
        return value
    return [_verified(each) if isinstance(each, Mapping) else each for each in value]


def _verified(part: Mapping[str, object]) -> Mapping[str, object]:
    proofs = part.get("verifications")
    for proof in proofs if isinstance(proofs, list) else []:
        subject = proof.get("credentialSubject") if isinstance(proof, Mapping) else None
        if not isinstance(subject, Mapping):
            continue
        study, achievement = subject.get("educationAndLearning"), subject.get("achievement")
        if isinstance(study, Mapping):
            return {**study, **part}
        if isinstance(achievement, Mapping):
            return {
                "name": achievement.get("name"), "issuingAuthority": _named(proof.get("issuer")),
                "firstIssued": _day(proof, "issuanceDate", "validFrom"), "id": _number(achievement),
                "effectiveTimePeriod": {"validTo": _day(proof, "expirationDate", "validUntil")},
                "descriptions": achievement.get("description"), **part,
            }  # fmt: skip
    return part


def _day(proof: Mapping[str, object], *names: str) -> str | None:
    return next((str(proof[name])[:10] for name in names if proof.get(name)), None)


def _number(achievement: Mapping[str, object]) -> object:
    """What the achievement is called where it is given: the first of its other identifiers."""
    found = achievement.get("otherIdentifier")
    first = found[0] if isinstance(found, list) and found else None
    return {"value": first.get("identifier")} if isinstance(first, Mapping) else None


def _named(issuer: object) -> object:
    return {"name": issuer} if isinstance(issuer, str) else issuer


def _person(resume: Resume) -> Person:
    name = (resume.person.name if resume.person else None) or PersonName()
    reach = resume.communication or Communication()
    home = next(iter(reach.address), Address())
    told = {(narrative.name or "").lower(): narrative for narrative in resume.narratives}
    summary = [line for narrative in resume.narratives for text in narrative.texts for line in text.lines if line]
    headline = told.pop("headline", None)
    said = [line for text in headline.texts for line in text.lines if line] if headline else []
    return Person(
        name=name.formatted_name or " ".join(part for part in (name.given, name.family) if part) or None,
        given=name.given,
        family=name.family,
        birth=resume.person.birth_date if resume.person else None,
        nationality=next((each for each in resume.person.citizenship if each), None) if resume.person else None,
        headline=said[0] if said else None,
        summary="\n".join(line for line in summary if line not in said) or None,
        emails=tuple(each.address for each in reach.email if each.address),
        phones=tuple(each.number for each in reach.phone if each.number),
        links=tuple(
            Link(url=each.url, label=each.name, username=each.handle)
            for each in (*reach.web, *reach.social)
            if each.url
        ),
        street=home.line,
        postcode=home.postal_code,
        city=home.city,
        region=next((each.value for each in home.country_sub_divisions if each.value), None),
        country=home.country_code,
    )


def _work(resume: Resume) -> Iterator[Entry]:
    for history in resume.employment_histories:
        body = history.organization or Body()
        for position in history.position_histories:
            place = position.location or Place()
            said = [line for line in (*position.descriptions, *place.descriptions) if line]
            yield Entry(
                kind=position.kind,
                title=position.title or "",
                organisation=body.trade_name or body.name or body.legal_name,
                about_organisation="\n".join(line for line in body.descriptions if line) or None,
                place=place.city,
                country=place.country_code,
                since=position.start,
                until=position.end,
                is_ongoing=position.current,
                summary="\n".join(line for line in said if not line.startswith("- ")) or None,
                highlights=tuple(line.removeprefix("- ") for line in said if line.startswith("- ")),
                url=_site(body),
                field=next((each for each in body.industry_codes if each), None),
                occupation=position.occupation_code,
            )


def _studies(resume: Resume) -> Iterator[Entry]:
    for study in resume.education_and_learnings:
        school = study.institution or Body()
        place = next(iter(school.communication.address), Address()) if school.communication else Address()
        for degree in study.education_degrees or (Degree(),):
            isced = degree.isced_education_level_code or study.isced_education_level_code
            yield Entry(
                kind=EntryKind.EDUCATION,
                title=degree.name or "",
                organisation=school.name or school.trade_name or school.legal_name,
                place=place.city,
                country=place.country_code,
                since=study.start,
                until=study.end or degree.date,
                is_ongoing=study.current,
                summary="\n".join(line for line in study.descriptions if line) or None,
                url=_site(school),
                field=next((each.name for each in degree.specializations if each.name), None),
                level=f"ISCED {isced}" if isced and isced.isdigit() else isced,
                grade=degree.grade,
                passed={"granted": True, "in progress": False}.get((degree.degree_granted_status or "").lower()),
                parts=tuple(Entry(kind=EntryKind.EDUCATION, title=each) for each in study.programs if each),
            )


def _certificates(resume: Resume) -> Iterator[Entry]:
    for each in resume.certifications:
        body, period = each.issuing_authority or Body(), each.effective_time_period or Period()
        yield Entry(
            kind=EntryKind.CERTIFICATE,
            title=each.name or "",
            organisation=body.trade_name or body.name,
            identifier=next((number.value for number in each.id if number.value), None),
            since=each.first_issued or each.issued or period.valid_from,
            until=period.valid_to,
            summary="\n".join(line for line in each.descriptions if line and line != each.name) or None,
        )


def _site(body: Body) -> str | None:
    return next((each.url for each in body.communication.web if each.url), None) if body.communication else None


def _assertions(resume: Resume, record: Record) -> Iterator[SkillAssertion]:
    for skill in resume.skills:
        if skill.name:
            yield asserted(
                record, skill.name, concept=skill.definition_reference or skill.reference,
                level=skill.proficiency_level, scheme="proficiency", group=skill.group,
                said=skill.said,
            )  # fmt: skip
    for language in record.languages:
        yield asserted(record, language.label, level=language.level)
