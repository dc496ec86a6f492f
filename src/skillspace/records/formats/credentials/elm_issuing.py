"""Writing what a university awards as a European digital credential that it signs itself.

Nothing is signed that says it is of a profile and does not hold what the profile asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput
from skillspace.kernel.ids import new_urn
from skillspace.records.credentials import seal
from skillspace.records.formats.credentials import elm_frame as frame
from skillspace.records.formats.credentials import elm_terms as terms
from skillspace.records.formats.credentials.elm_person import written
from skillspace.records.formats.credentials.elm_profiles import TYPES, kinds_of, lacking
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.formats.writing import present
from skillspace.records.life import Entry, EntryKind, Person
from skillspace.records.model import ProofStatus, Record, RecordKind


@dataclass(frozen=True, kw_only=True)
class Achievement:
    """What a university writes down: a qualification or a course, its outcomes, its parts.

    `eqf` is 1 to 8, `credits` ECTS points; `whole` marks a complete qualification of the national system. `country` is
    where it was awarded (ISO 3166-1; the issuer's own where it is not said), `workload` a duration (ISO 8601), `mode`
    how one takes part, `assessment` of which type it is, `quality` how the quality is assured.
    """

    title: str
    skills: tuple[SkillClaim, ...] = ()
    eqf: int | None = None
    credits: float | None = None
    grade: str | None = None
    grading_scheme: str | None = None
    whole: bool = False
    parts: tuple[Achievement, ...] = ()
    id: str | None = None
    description: str | None = None
    country: str | None = None
    workload: str | None = None
    mode: str | None = None
    assessment: str | None = None
    quality: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Awarded:
    """What all achievements of one credential have in common."""

    body: Mapping[str, object]
    issued: datetime
    country: str | None
    language: str


def write(
    achievements: Sequence[Achievement],
    *,
    kind: RecordKind,
    title: str,
    issuer: Issuer,
    subject_did: str,
    issued: datetime,
    valid_until: datetime | None = None,
    language: str = "en",
    id: str | None = None,
    holder: Person | None = None,
) -> bytes:
    """Return a signed European digital credential (VC-JWT) of a profile: DIPLOMA, TRANSCRIPT, MICRO_CREDENTIAL or
    DIPLOMA_SUPPLEMENT; a DIPLOMA of no level is a general credential.

    Raises BadInput for another kind, and where the profile asks for what is not there, naming it.
    """
    if kind not in TYPES:
        raise BadInput(f"A European digital credential is one of {', '.join(TYPES)}; {kind} is none.")
    every = [_entry(each, issuer.country) for each in achievements]
    draft = Record(
        id=id or new_urn(), kind=kind, title=title, issuer=issuer.did, issuer_name=issuer.name, issued=issued.date(),
        proof=ProofStatus.UNSIGNED, media_type="", format="", person=holder,
    )  # fmt: skip
    missing = lacking(draft, every)
    if missing and kind is not RecordKind.DIPLOMA:
        raise BadInput(f"This cannot be signed as a {kind.replace('_', ' ')}: it lacks {'; '.join(missing)}.")
    body = frame.mention(issuer.did, issuer.name, language)
    awarded = _Awarded(body=body, issued=issued, country=issuer.country, language=language)
    document = frame.credential(
        draft.id,
        kinds_of(draft, every),
        issuer=frame.issuer(issuer.did, issuer.name, where=issuer.country, legal=issuer.number, tag=language),
        title=title,
        lines=[*([holder.name] if holder and holder.name else []), issuer.name, issued.date().isoformat()],
        subject=written(holder or Person(), subject_did, [_written(each, awarded) for each in achievements]),
        moment=iso(issued),
        until=iso(valid_until) if valid_until else None,
        tag=language,
    )
    return seal(document, issuer_key=issuer.key, issued=issued, valid_until=valid_until).encode()


def _entry(each: Achievement, country: str | None) -> Entry:
    """An achievement as the study that a reader finds in it."""
    return Entry(
        kind=EntryKind.EDUCATION, title=each.title, country=each.country or country, level=_level(each),
        grade=each.grade, credits=_points(each), workload=each.workload, mode=each.mode, assessment=each.assessment,
        quality=each.quality, outcomes=tuple(skill.label for skill in each.skills),
        parts=tuple(_entry(part, country) for part in each.parts),
    )  # fmt: skip


def _level(each: Achievement) -> str | None:
    return f"EQF {each.eqf}" if each.eqf is not None else None


def _points(each: Achievement) -> str | None:
    return f"{each.credits:g}" if each.credits is not None else None


def _written(each: Achievement, given: _Awarded) -> dict[str, object]:
    title, points = {given.language: each.title}, _points(each)
    country = each.country or given.country
    awarded = present(
        type="AwardingProcess", awardingBody=given.body, awardingDate=iso(given.issued),
        location=frame.location(country) if country else None,
    )  # fmt: skip
    tested = {"type": "LearningAssessmentSpecification", "title": title, "dcType": _type(each)}
    specification = present(
        type="Qualification" if each.whole else "LearningAchievementSpecification", title=title,
        learningOutcome=[terms.outcome(skill.label, skill.language, skill.concept, skill.label)
                         for skill in each.skills],
        eqfLevel=terms.eqf(_level(each)), creditPoint=terms.credit(points, None),
        volumeOfLearning=terms.duration(each.workload), mode=terms.mode(each.mode) if each.mode else None,
        additionalNote=terms.note(each.quality, terms.QUALITY) if each.quality else None,
        provenBy=tested if each.assessment and each.grade is None else None,
    ) | ({"isPartialQualification": False} if each.whole else {})  # fmt: skip
    return present(
        id=each.id, type="LearningAchievement", title=title,
        description={given.language: each.description} if each.description is not None else None,
        awardedBy=awarded, specifiedBy=specification, creditReceived=terms.credit(points, None),
        provenBy=_assessment(each, awarded, given.language) if each.grade is not None else None,
        hasPart=[_written(part, given) for part in each.parts],
    )  # fmt: skip


def _assessment(each: Achievement, awarded: Mapping[str, object], language: str) -> dict[str, object]:
    title = {language: each.title}
    scheme = {"type": "GradingScheme", "title": {language: each.grading_scheme or "grade"}}
    return {
        "type": "LearningAssessment",
        "title": title,
        "grade": {"type": "Note", "noteLiteral": {language: each.grade}},
        "awardedBy": awarded,
        "specifiedBy": present(
            type="LearningAssessmentSpecification", title=title, gradingScheme=scheme, dcType=_type(each)
        ),
    }


def _type(each: Achievement) -> Mapping[str, object] | None:
    return terms.term(None, None, each.assessment) if each.assessment else None
