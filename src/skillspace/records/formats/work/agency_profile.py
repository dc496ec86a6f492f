"""A jobseeker's profile as an employment agency keeps it: experience, skills coded in any taxonomy, languages.

Agencies have no common standard; this small JSON shape carries what JobTech, ROME and ESCO profiles hold. What a person
told the agency stays self-declared, however often the agency repeats it; only what a caseworker tested is assessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from skillspace.kernel.errors import UnreadableFile
from skillspace.kernel.ids import new_urn
from skillspace.records.formats.edge import Day, Edge, Envelope, Many, evidence, fit
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "agency_profile"
TITLE = "Employment agency's profile"
NEEDS_SIGNATURE = False
TYPE = "AgencyProfile"
# How each taxonomy's codes become concept URIs; the same spelling as the taxonomy packs use.
_SCHEMES = {
    "esco": "http://data.europa.eu/esco/skill/",
    "jobtech": "http://data.jobtechdev.se/taxonomy/concept/",
    "rome-competence": "urn:rome:competence:",
    "rome-savoir": "urn:rome:savoir:",
}


@dataclass(frozen=True, kw_only=True)
class ProfileSkill:
    """A skill as an agency notes it. `tested` is the day a caseworker tested it, None when it was only told."""

    label: str
    scheme: str | None = None
    code: str | None = None
    language: str | None = None
    level: str | None = None
    tested: date | None = None
    test: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProfileExperience:
    """A job the person told of; `code` is an occupation's code in `scheme`."""

    label: str
    scheme: str | None = None
    code: str | None = None
    employer: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class ProfileLanguage:
    """A language and its level, A1 to C2."""

    label: str
    uri: str | None = None
    cefr: str | None = None


class Agency(Edge):
    """Who keeps the profile."""

    id: str | None = None
    name: str


class Holder(Edge):
    """Whose profile it is."""

    id: str


class Occupation(Edge):
    """A coded occupation."""

    scheme: str | None = None
    code: str | None = None
    label: str


class Experience(Edge):
    """A job held."""

    occupation: Occupation
    employer: str | None = None
    since: Day = None
    until: Day = None


class Verification(Edge):
    """How the agency checked."""

    method: Literal["test", "interview", "documents"]
    day: Day = None
    name: str | None = None


class Skill(Edge):
    """A skill of the profile."""

    label: str
    scheme: str | None = None
    code: str | None = None
    uri: str | None = None
    language: str | None = None
    level: str | None = None
    level_scheme: str | None = None
    verified: Verification | None = None


class Language(Edge):
    """A language with its level (Common European Framework of Reference)."""

    label: str
    uri: str | None = None
    cefr: Literal["A1", "A2", "B1", "B2", "C1", "C2"] | None = None
    verified: Verification | None = None


class Profile(Edge):
    """The whole profile."""

    type: Literal["AgencyProfile"]
    id: str | None = None
    agency: Agency
    person: Holder
    updated: Day
    label_language: str | None = None
    experience: Many[Experience] = ()
    skills: Many[Skill] = ()
    languages: Many[Language] = ()


def recognises(document: object) -> bool:
    """Whether this is an agency's profile."""
    return isinstance(_inner(document), Mapping)


def read(document: object, envelope: Envelope) -> Record:
    """Read a profile into a record; raises UnreadableFile naming what is missing or unknown."""
    profile = fit(Profile, _inner(document), "agency profile")
    record = Record(
        id=envelope.name_of(profile.id),
        kind=RecordKind.PROFILE,
        title=f"Profile at {profile.agency.name}",
        issuer=envelope.speaker_of(profile.agency.id or profile.agency.name),
        issuer_name=profile.agency.name,
        issued=profile.updated,
        proof=envelope.proof,
        subject=profile.person.id,
        media_type=envelope.media_type,
        format=FORMAT,
    )
    return replace(record, assertions=tuple(_assertions(profile, record)), occupations=tuple(_held_jobs(profile)))


def write(
    skills: Sequence[ProfileSkill],
    *,
    agency_did: str,
    agency_name: str,
    subject_did: str,
    updated: date,
    experience: Sequence[ProfileExperience] = (),
    languages: Sequence[ProfileLanguage] = (),
    id: str | None = None,
) -> bytes:
    """Return a profile as JSON."""
    profile = {
        "type": TYPE,
        "id": id or new_urn(),
        "agency": {"id": agency_did, "name": agency_name},
        "person": {"id": subject_did},
        "updated": updated.isoformat(),
        "experience": [_held(each) for each in experience],
        "skills": [_noted(skill) for skill in skills],
        "languages": [_present(label=each.label, uri=each.uri, cefr=each.cefr) for each in languages],
    }
    return json.dumps(profile, ensure_ascii=False, indent=1).encode()


def _held_jobs(profile: Profile) -> list[str]:
    latest = sorted(profile.experience, key=lambda job: job.until or job.since or date.max, reverse=True)
    coded = (_uri(job.occupation.scheme, job.occupation.code) for job in latest)
    return [uri for uri in coded if uri]


def _assertions(profile: Profile, record: Record) -> Iterator[SkillAssertion]:
    worked = [e.occupation.label for e in profile.experience]
    context = f"with experience as {', '.join(worked)}" if worked else None
    for skill in profile.skills:
        yield _assertion(
            record,
            concept=skill.uri or _uri(skill.scheme, skill.code),
            label=(skill.label, skill.language or profile.label_language),
            level=(skill.level, skill.level_scheme if skill.level else None),
            verified=skill.verified,
            context=context,
        )
    for spoken in profile.languages:
        yield _assertion(
            record,
            concept=spoken.uri,
            label=(spoken.label, profile.label_language),
            level=(spoken.cefr, "CEFR" if spoken.cefr else None),
            verified=spoken.verified,
            context=None,
        )


def _assertion(
    record: Record,
    *,
    concept: str | None,
    label: tuple[str, str | None],
    level: tuple[str | None, str | None],
    verified: Verification | None,
    context: str | None,
) -> SkillAssertion:
    tested = verified is not None and verified.method == "test"
    how = f"tested by a caseworker: {verified.name or 'test'}" if verified and tested else "told by the person"
    return SkillAssertion(
        concept=concept,
        label=label[0],
        language=label[1],
        level=level[0],
        level_scheme=level[1],
        validation=ValidationLevel.ASSESSED if tested else ValidationLevel.SELF_DECLARED,
        issuer=record.issuer,
        issuer_name=record.issuer_name,
        issued=(verified.day if verified and tested else None) or record.issued,
        evidence=evidence(record.id, record.title, record.kind, how, context),
    )


def _uri(scheme: str | None, code: str | None) -> str | None:
    if code is None:
        return None
    if code.startswith(("http://", "https://", "urn:")):
        return code
    if scheme not in _SCHEMES:
        known = ", ".join(_SCHEMES)
        raise UnreadableFile(
            f"This agency profile cannot be read: scheme {scheme!r} of code {code!r} is none of {known}."
        )
    return _SCHEMES[scheme] + code


def _present(**members: object) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}


def _held(job: ProfileExperience) -> dict[str, object]:
    since, until = (day.isoformat() if day else None for day in (job.since, job.until))
    occupation = _present(label=job.label, scheme=job.scheme, code=job.code)
    return _present(occupation=occupation, employer=job.employer, since=since, until=until)


def _noted(skill: ProfileSkill) -> dict[str, object]:
    noted = _present(
        label=skill.label, scheme=skill.scheme, code=skill.code, language=skill.language, level=skill.level
    )
    if skill.tested is not None:
        noted["verified"] = {"method": "test", "day": skill.tested.isoformat(), "name": skill.test or "test"}
    return noted


def _inner(document: object) -> object:
    """The profile itself, bare or as the subject of a signed credential."""
    whole = document if isinstance(document, Mapping) else {}
    subject = whole.get("credentialSubject")
    inside = subject.get("profile") if isinstance(subject, Mapping) else None
    return next((each for each in (whole, inside) if isinstance(each, Mapping) and each.get("type") == TYPE), None)
