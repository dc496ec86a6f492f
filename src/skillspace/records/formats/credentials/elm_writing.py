"""Writing any record as a European digital credential (ELM v3) that its issuer has yet to seal: a tree of achievements.

What was failed or is not finished is no achievement and is not written. What is written keeps to the shapes beside this
file (shapes/elm.ttl), and to those of the profile that it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput
from skillspace.records.formats.credentials import elm_terms as terms
from skillspace.records.formats.credentials.addresses import address_of, is_iri
from skillspace.records.formats.credentials.elm_frame import credential, issuer, location, mention, other
from skillspace.records.formats.credentials.elm_person import written
from skillspace.records.formats.credentials.elm_profiles import kinds_of, lacking
from skillspace.records.formats.writing import as_json, of_kind, person_of, present
from skillspace.records.life import Entry, EntryKind
from skillspace.records.model import Record, SkillAssertion

_EPOCH = date(1970, 1, 1)
_DAY = len("2000-01-31")
Object = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class _Around:
    """What claims share: who issues, when, and the skills by their labels; `called` is a concept's one name."""

    issuer: Object
    issued: str | None
    skills: Mapping[str, SkillAssertion]
    called: Mapping[tuple[str | None, str], str]


def write_record(record: Record) -> bytes:
    """Write a record as a credential; raises BadInput where it holds nothing that was achieved."""
    studies = _studies(record)
    if not studies:
        raise BadInput("A European digital credential holds achievements, and this record proves none.")
    skills = {each.label: each for each in record.assertions}
    called: dict[tuple[str | None, str], str] = {}
    for each in record.assertions:
        called.setdefault((each.concept, terms.tag_of(each.language)), each.label)
    around = _Around(
        issuer=mention(record.issuer, record.issuer_name),
        issued=record.issued.isoformat() if record.issued else None,
        skills=skills,
        called=called,
    )
    person = person_of(record)
    lines = [*([person.name] if person.name else []), record.issuer_name, *([around.issued] if around.issued else [])]
    own = [study.country for study in studies if study.organisation in (None, record.issuer_name) and study.country]
    return as_json(
        credential(
            address_of(record.id, "record"),
            kinds_of(record, studies),
            issuer=issuer(record.issuer, record.issuer_name, where=next(iter(own), None)),
            title=record.title,
            lines=lines,
            subject=written(person, record.subject, [_claim(study, around) for study in studies]),
            moment=_moment(record.issued or _EPOCH),
            until=_moment(record.valid_until) if record.valid_until else None,
        )
    )


def lacks(record: Record) -> tuple[str, ...]:
    """What the profile of this sort of record asks for and the record does not hold, in words."""
    return lacking(record, _studies(record))


def _studies(record: Record) -> Sequence[Entry]:
    """The studies that were passed, and a study for every skill that belongs to none."""
    studies = [entry for entry in of_kind(record, EntryKind.EDUCATION) if entry.passed is not False]
    told = {words for study in studies for words in _words(study)}
    return [*studies, *(_study(each) for each in record.assertions if each.label not in told)]


def _claim(study: Entry, around: _Around) -> Object:
    title = terms.worded(study.title or "Untitled")
    parts = [part for part in study.parts if part.passed is not False]
    awarded = present(
        type="AwardingProcess",
        awardingBody=other(study.organisation, study.country) if study.organisation is not None else around.issuer,
        awardingDate=_start(study.until) or _start(around.issued),
        location=location(study.country) if study.country else None,
    )
    temporal = present(startDate=_start(study.since), endDate=_start(study.until))
    return present(
        type="LearningAchievement", title=title,
        description=terms.worded(study.summary) if study.summary else None,
        awardedBy=awarded, specifiedBy=_specification(study, title, around),
        provenBy=_assessment(study, title, awarded) if study.grade else None,
        creditReceived=terms.credit(study.credits, study.credit_scheme),
        temporal={"type": "PeriodOfTime", **temporal} if temporal else None,
        hasPart=[_claim(part, around) for part in parts],
    )  # fmt: skip


def _specification(study: Entry, title: Object, around: _Around) -> Object:
    outcomes = list(study.outcomes)
    skill = around.skills.get(study.title)
    if not outcomes and not any(part.passed is not False for part in study.parts) and skill and skill.concept:
        outcomes = [study.title]
    tested = None
    if study.assessment and not study.grade:  # an assessment that somebody took needs its grade; one that is asked, not
        tested = {"type": "LearningAssessmentSpecification", "title": title, "dcType": _named(study.assessment)}
    return present(
        type="LearningAchievementSpecification", title=title,
        learningOutcome=[_outcome(each, around) for each in outcomes],
        eqfLevel=terms.eqf(study.level), creditPoint=terms.credit(study.credits, study.credit_scheme),
        identifier={"type": "Identifier", "notation": study.identifier} if study.identifier else None,
        educationSubject=_named(study.field) if study.field else None,
        homepage={"type": "WebResource", "contentURL": study.url} if is_iri(study.url) else None,
        volumeOfLearning=terms.duration(study.workload), mode=terms.mode(study.mode) if study.mode else None,
        additionalNote=terms.note(study.quality, terms.QUALITY) if study.quality else None, provenBy=tested,
    )  # fmt: skip


def _assessment(study: Entry, title: Object, awarded: Object) -> Object:
    scheme = {"type": "GradingScheme", "title": terms.worded(study.grade_scheme)} if study.grade_scheme else None
    specified = present(
        type="LearningAssessmentSpecification", title=title, gradingScheme=scheme,
        dcType=_named(study.assessment) if study.assessment else None,
    )  # fmt: skip
    note = {"type": "Note", "noteLiteral": terms.worded(study.grade or "")}
    return {"type": "LearningAssessment", "title": title, "grade": note, "awardedBy": awarded, "specifiedBy": specified}


def _outcome(words: str, around: _Around) -> Object:
    skill = around.skills.get(words)
    if skill is None:
        return terms.outcome(words, None, None, words)
    label = around.called[skill.concept, terms.tag_of(skill.language)]
    return terms.outcome(words, skill.language, skill.concept, label)


def _named(words: str) -> Object:
    return terms.term(None, None, words)


def _study(skill: SkillAssertion) -> Entry:
    """A skill that belongs to no study, as an achievement of its own."""
    is_eqf = bool(skill.level and skill.level.startswith("EQF "))
    return Entry(
        kind=EntryKind.EDUCATION,
        title=skill.label,
        outcomes=(skill.label,),
        level=skill.level if is_eqf else None,
        grade=None if is_eqf else skill.level,
        grade_scheme=None if is_eqf else skill.level_scheme,
    )


def _words(study: Entry) -> Iterator[str]:
    """What a study will be read to say: its outcomes, else its own name, and those of its parts."""
    yield from study.outcomes or (() if study.parts else (study.title,))
    for part in study.parts:
        if part.passed is not False:
            yield from _words(part)


def _start(day: str | None) -> str | None:
    """A whole day as a moment; a month or a year alone is none."""
    return f"{day}T00:00:00Z" if day and len(day) == _DAY else None


def _moment(day: date) -> str:
    return iso(datetime.combine(day, time(), UTC))
