"""The envelopes of an achievement: writing each, and reading each back into the same shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from skillspace.kernel.errors import BadInput
from skillspace.kernel.ids import new_urn
from skillspace.records.achievement import selective
from skillspace.records.achievement.model import Achievement, Holder
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials import verify as verify_plain
from skillspace.records.credentials.selective import StatusPlace
from skillspace.records.credentials.selective import verify as verify_selective
from skillspace.records.formats import read as read_record
from skillspace.records.formats.credentials import elm, openbadges
from skillspace.records.formats.credentials.sd_jwt import day_of
from skillspace.records.formats.edge import phrase
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import Record, RecordKind, SkillAssertion


class Envelope(StrEnum):
    """In what an achievement travels."""

    OPEN_BADGE = "openbadge"
    ELM = "elm"
    SD_JWT = "sd-jwt"


@dataclass(frozen=True, kw_only=True)
class Read:
    """An achievement as an envelope tells it, and the record it becomes among all others."""

    envelope: Envelope
    achievement: Achievement
    record: Record


def write(
    achievement: Achievement,
    envelope: Envelope,
    *,
    issuer: Issuer,
    holder: Holder,
    at: datetime,
    status: StatusPlace | Mapping[str, object] | None = None,
) -> str:
    """Return the achievement signed in one envelope, for its holder to keep.

    `status` is a place in a Token Status List for SD-JWT VC, a credentialStatus for an Open Badge; ELM takes none yet.
    Raises BadInput for a status of the wrong kind.
    """
    if envelope is Envelope.SD_JWT:
        if isinstance(status, Mapping):
            raise BadInput("An SD-JWT VC tells its status as a place in a Token Status List.")
        return selective.write(achievement, issuer=issuer, holder=holder, at=at, status=status)
    if isinstance(status, StatusPlace) or (status is not None and envelope is Envelope.ELM):
        raise BadInput(f"This kind of status cannot be written into {envelope}.")
    if envelope is Envelope.OPEN_BADGE:
        return openbadges.write(
            _badge(achievement),
            issuer=issuer,
            subject_did=holder.did,
            issued=achievement.begins,
            valid_until=achievement.ends,
            status=status,
        ).decode()
    return elm.write(
        [_claim(achievement)],
        kind=RecordKind.DIPLOMA,
        title=achievement.title,
        issuer=issuer,
        subject_did=holder.did,
        issued=achievement.begins,
        valid_until=achievement.ends,
        language=achievement.language,
        id=new_urn(),
    ).decode()


def read(text: str, resolve_key: KeyResolver, at: datetime) -> Read:
    """Read an achievement out of any of the three envelopes, its signature checked.

    Raises BadInput when it is none of them, and what reading credentials raises.
    """
    if "~" in text:
        return _read_selective(text, resolve_key, at)
    document = verify_plain(text, resolve_key, at).credential
    record = read_record(text.encode(), resolve_key=resolve_key, at=at)
    if openbadges.recognises(document):
        found = _of_badge(document)
    elif elm.recognises(document):
        found = _of_claim(document)
    else:
        raise BadInput("This is no achievement: neither an Open Badge, nor a European credential, nor an SD-JWT VC.")
    given = replace(found, awarded=record.issued or found.awarded, valid_until=record.valid_until)
    return Read(
        envelope=Envelope.OPEN_BADGE if openbadges.recognises(document) else Envelope.ELM,
        achievement=replace(given, skills=_skills(record)),
        record=record,
    )


def _read_selective(text: str, resolve_key: KeyResolver, at: datetime) -> Read:
    credential = verify_selective(text, resolve_key, at)
    record = read_record(text.encode(), resolve_key=resolve_key, at=at)
    return Read(envelope=Envelope.SD_JWT, achievement=selective.achievement_of(credential), record=record)


def _skills(record: Record) -> tuple[SkillClaim, ...]:
    """The skills a record tells of; one that only repeats the title was not among them."""
    named = [each for each in record.assertions if each.concept is not None or each.label != record.title]
    return tuple(_claimed(each) for each in named)


def _claimed(assertion: SkillAssertion) -> SkillClaim:
    return SkillClaim(
        label=assertion.label,
        concept=assertion.concept,
        language=assertion.language or "en",
        level=assertion.level,
        level_scheme=assertion.level_scheme,
    )


def _badge(achievement: Achievement) -> openbadges.Badge:
    """An alignment needs a target, so a skill without a concept cannot travel in a badge."""
    return openbadges.Badge(
        name=achievement.title,
        description=achievement.description or achievement.title,
        criteria=achievement.criteria or achievement.title,
        skills=tuple(skill for skill in achievement.skills if skill.concept is not None),
        achievement_id=achievement.id,
        language=achievement.language,
        credits=achievement.credits,
    )


def _claim(achievement: Achievement) -> elm.Achievement:
    """Each skill is a part with an outcome of its own, so that each can have its own level.

    Without skills the achievement stands for what its title says, and for no level of the whole.
    """
    told = achievement.skills or (SkillClaim(label=achievement.title, language=achievement.language),)
    return elm.Achievement(
        id=achievement.id,
        title=achievement.title,
        description=achievement.description,
        eqf=achievement.eqf,
        credits=achievement.credits,
        parts=tuple(
            elm.Achievement(title=skill.label, skills=(skill,), grade=skill.level, grading_scheme=skill.level_scheme)
            for skill in told
        ),
    )


def _of_badge(document: Mapping[str, object]) -> Achievement:
    subject = _object(document.get("credentialSubject"))
    told = _object(subject.get("achievement"))
    title, criteria = str(told.get("name") or ""), _object(told.get("criteria")).get("narrative")
    earned = subject.get("creditsEarned")
    return Achievement(
        id=str(told.get("id") or ""),
        title=title,
        description=_said(told.get("description"), title),
        criteria=_said(criteria, title),
        credits=float(earned) if isinstance(earned, int | float) else None,
        language=str(told.get("inLanguage") or "en"),
        awarded=day_of(str(document.get("validFrom"))[:10]),
    )


def _of_claim(document: Mapping[str, object]) -> Achievement:
    claim = _object(_object(document.get("credentialSubject")).get("hasClaim"))
    specified = _object(claim.get("specifiedBy"))
    title, description = phrase(claim.get("title")), phrase(claim.get("description"))
    eqf = str(_object(specified.get("eqfLevel")).get("id") or "").rpartition("/")[2]
    points = _object(specified.get("creditPoint")).get("point")
    return Achievement(
        id=str(claim.get("id") or ""),
        title=title.text if title else "",
        description=description.text if description else None,
        credits=float(str(points)) if points is not None else None,
        eqf=int(eqf) if eqf.isdigit() else None,
        language=(title.language if title else None) or "en",
        awarded=day_of(str(document.get("validFrom"))[:10]),
    )


def _said(value: object, title: str) -> str | None:
    """What a badge must say even where there is nothing to say is its title once more."""
    return value if isinstance(value, str) and value != title else None


def _object(value: object) -> Mapping[str, object]:
    """An object, or the first of several."""
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, Mapping) else {}
