"""European digital credentials of the model's second version: the XML that Europass sealed until 2023, diploma
supplements among it. Parts stand apart and are named by reference; the seal (XAdES) is not checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.credentials import check_period
from skillspace.records.formats.credentials.elm_shapes import Concept
from skillspace.records.formats.edge import Edge, Envelope, Moment, Phrase, asserted, fit, partial_day, phrase
from skillspace.records.formats.files.xml import Element, every, first, name_of, text_at, text_of
from skillspace.records.life import Entry, EntryKind, Person
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "elm2"
TITLE = "Europass digital credential until 2023 (ELM v2, XML)"
NEEDS_SIGNATURE = True
_DEPTH = 12
Parts = Mapping[str, Element]


class Times(Edge):
    """From when to when it is valid."""

    valid_from: Moment = None
    valid_until: Moment = None


def recognises(document: object) -> bool:
    """Whether this is such a credential, in its presentation or bare."""
    return _credential(document) is not None


def read(document: object, envelope: Envelope) -> Record:
    """Read a credential into a record; raises UnreadableFile, CredentialExpired or CredentialNotYetValid."""
    credential = _credential(document)
    subject = first(credential, "credentialSubject")
    if credential is None or subject is None:
        raise UnreadableFile("This European digital credential cannot be read: credentialSubject is missing.")
    parts = {str(each.get("id")): each for each in credential.iter() if each.get("id")}
    dates = {name: text_at(credential, tag) for name, tag in (("validFrom", "validFrom"), ("validUntil", "validUntil"))}
    times = fit(Times, dates, "European digital credential")
    check_period(times.valid_from, times.valid_until, envelope.at)
    title, body = _words(credential, "title"), _named(first(credential, "issuer"), parts)
    name = _words(body, "prefLabel") or _words(body, "altLabel")
    issuer = envelope.issuer_of(text_at(body, "registration") or (name.text if name else None))
    try:
        issued = partial_day(text_at(credential, "issued"))
        claims = list(every(subject, "achievements/learningAchievement"))
        entries = tuple(_entry(each, parts, 0) for each in claims)
    except ValueError as fault:
        raise UnreadableFile(f"This European digital credential cannot be read: {fault}.") from None
    record = Record(
        id=envelope.name_of(credential.get("id")),
        kind=RecordKind.DIPLOMA,
        title=title.text if title else next((entry.title for entry in entries), "Credential"),
        issuer=issuer,
        issuer_name=name.text if name else issuer,
        issued=date.fromisoformat(issued) if issued and len(issued) == 10 else None,
        valid_until=times.valid_until.date() if times.valid_until else None,
        proof=envelope.proof,
        subject=None,
        media_type=envelope.media_type,
        format=FORMAT,
        person=_person(subject),
        entries=entries,
    )
    return replace(record, assertions=tuple(a for each in claims for a in _assertions(each, parts, record, ())))


def _credential(document: object) -> Element | None:
    root = document if isinstance(document, Element) else None
    if root is None or name_of(root) not in {"verifiablePresentation", "europassCredential"}:
        return None
    return root if name_of(root) == "europassCredential" else first(root, "europassCredential")


def _person(subject: Element) -> Person | None:
    given, family, whole = (_words(subject, name) for name in ("givenNames", "familyName", "fullName"))
    name = whole.text if whole else " ".join(part.text for part in (given, family) if part)
    if not name:
        return None
    return Person(
        name=name,
        given=given.text if given else None,
        family=family.text if family else None,
        birth=text_at(subject, "dateOfBirth"),
    )


def _entry(claim: Element, parts: Parts, depth: int) -> Entry:
    if depth > _DEPTH:
        raise ValueError("hasPart is nested too deeply")
    specification = _named(first(claim, "specifiedBy"), parts)
    title = _words(claim, "title") or _words(specification, "title")
    body = _named(first(_named(first(claim, "wasAwardedBy"), parts), "awardingBody"), parts)
    school, activity = _words(body, "prefLabel"), first(claim, "wasInfluencedBy")
    points, (grade, scheme), eqf = (
        text_at(specification, "hasECTSCreditPoints"),
        _marks(claim, parts),
        _eqf(specification),
    )
    inner = every(claim, "hasPart/learningAchievement")
    return Entry(
        kind=EntryKind.EDUCATION,
        title=title.text if title else "",
        organisation=school.text if school else None,
        since=partial_day(text_at(activity, "startedAtTime")),
        until=partial_day(text_at(activity, "endedAtTime")),
        level=eqf,
        grade=grade,
        grade_scheme=scheme if grade else None,
        credits=points,
        credit_scheme="ECTS" if points else None,
        outcomes=tuple(words.text for words, _ in _outcomes(specification, parts)),
        parts=tuple(_entry(each, parts, depth + 1) for each in inner),
    )


def _assertions(claim: Element, parts: Parts, record: Record, said: tuple[str, ...]) -> Iterator[SkillAssertion]:
    specification = _named(first(claim, "specifiedBy"), parts)
    title, (grade, scheme), eqf = _words(claim, "title"), _marks(claim, parts), _eqf(specification)
    level, scale = (eqf, "EQF") if eqf else (grade, scheme or "grade")
    told = (*said, *([title.text] if title else ()), *([f"grade {grade}"] if grade else ()))
    inner = list(every(claim, "hasPart/learningAchievement"))
    found = list(_outcomes(specification, parts)) or ([(title, None)] if title and not inner else [])
    for words, concept in found:
        yield asserted(
            record, words.text, concept=concept, language=words.language, level=level, scheme=scale,
            validation=ValidationLevel.CERTIFIED, said=told,
        )  # fmt: skip
    for part in inner:
        yield from _assertions(part, parts, record, told[:1])


def _outcomes(specification: Element | None, parts: Parts) -> Iterator[tuple[Phrase, str | None]]:
    """The skills that outcomes relate to, else the outcomes' own names."""
    for reference in every(specification, "learningOutcomes/learningOutcome"):
        outcome = _named(reference, parts)
        related = [(_words(each, "targetName"), each.get("uri")) for each in every(outcome, "relatedEscoSkill")]
        named = [(words, uri) for words, uri in related if words]
        own = _words(outcome, "prefLabel")
        yield from named or ([(own, None)] if own else [])


def _marks(claim: Element, parts: Parts) -> tuple[str | None, str | None]:
    """(grade, its scheme) of the assessment that proves it."""
    assessment = _named(first(claim, "wasDerivedFrom"), parts)
    scheme = _named(first(_named(first(assessment, "specifiedBy"), parts), "gradingScheme"), parts)
    words = _words(scheme, "title")
    return text_at(assessment, "grade"), words.text if words else None


def _eqf(specification: Element | None) -> str | None:
    level = first(specification, "eqfLevel")
    found = Concept(id=level.get("uri")).eqf if level is not None else None
    return f"EQF {found}" if found else None


def _named(reference: Element | None, parts: Parts) -> Element | None:
    """The part that a reference names, or the part itself where it stands in place."""
    target = reference.get("idref") if reference is not None else None
    return parts.get(target) if target else reference


def _words(element: Element | None, path: str) -> Phrase | None:
    told = {
        str(each.get("lang") or "und"): words for each in every(element, f"{path}/text") if (words := text_of(each))
    }
    found = phrase(told)
    return Phrase(found.text, None if found.language == "und" else found.language) if found else None
