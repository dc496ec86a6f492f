"""xAPI statements (1.0.3, and 2.0 = IEEE 9274.1.1): what somebody did in a course becomes what they can be said to do.

A passed assessment aligned to a skill is assessed; traces of learning aligned to one let it be inferred; a failed one
says nothing. Statements about several people are refused: a record is about one person.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.edge import Envelope, evidence, fit, phrase
from skillspace.records.formats.issuing import SkillClaim
from skillspace.records.formats.schools.xapi_shapes import Statement, Statements
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "xapi"
TITLE = "xAPI statements"
NEEDS_SIGNATURE = False
ALIGNMENT = "https://w3id.org/xapi/dod-isd/contextExtensions/alignment"
MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"
PASS_MARK = 0.5
"""The share of the points that counts as passed where neither the statement nor its course says; our own rule."""
_SKILLS = (
    "http://data.europa.eu/esco/skill/",
    "http://data.jobtechdev.se/taxonomy/concept/",
    "urn:rome:competence:",
    "urn:rome:savoir:",
)
_VERBS = "http://adlnet.gov/expapi/verbs/"
_ASSESSED = {_VERBS + verb for verb in ("passed", "completed", "scored", "mastered")}
_TRACES = {
    *(_VERBS + verb for verb in ("experienced", "attended", "interacted", "progressed", "completed", "answered")),
    "https://w3id.org/xapi/video/verbs/played",
    "http://id.tincanapi.com/verb/viewed",
    "https://w3id.org/xapi/dod-isd/verbs/practiced",
}
_FAILED, _VOIDED, _PASSED = _VERBS + "failed", _VERBS + "voided", _VERBS + "passed"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One assessment or trace to write down. `scaled` is -1 to 1; `passed` of None: a trace of learning."""

    activity: str
    activity_name: str
    at: datetime
    skills: tuple[SkillClaim, ...]
    scaled: float | None = None
    passed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class _Sign:
    """One statement's word on one skill."""

    concept: str
    label: str
    language: str | None
    level: ValidationLevel
    statement: Statement


def recognises(document: object) -> bool:
    """Whether this is a statement, an array of them, or a statement result (xAPI 1.0.3 part 2 §2.5)."""
    first = document[0] if isinstance(document, list) and document else document
    if isinstance(first, Mapping) and isinstance(first.get("statements"), list):
        return True
    first = _bare(first)
    if not isinstance(first, Mapping) or "@context" in first:
        return False  # Caliper has actors and objects as well, in a context of its own
    return len({"actor", "verb", "object"} & first.keys()) >= 2


def read(document: object, envelope: Envelope) -> Record:
    """Read statements about one person into a record; raises UnreadableFile naming the statement at fault."""
    return _read(_statements(document), envelope)


def read_all(document: object, envelope: Envelope) -> Sequence[Record]:
    """Read statements about several people into a record each; raises UnreadableFile as `read` does."""
    statements = _statements(document)
    people: dict[str, list[Statement]] = {}
    for each in _standing(statements):
        people.setdefault(each.actor.identity, []).append(each)
    if len(people) <= 1:
        return [_read(statements, envelope)]
    # Each person's record gets a name of its own, made of the document's.
    named = (replace(envelope, digest=f"{envelope.digest}#{place}") for place in range(1, len(people) + 1))
    return [_read(told, own) for told, own in zip(people.values(), named, strict=True)]


def _standing(statements: Sequence[Statement]) -> list[Statement]:
    """The statements that were not taken back."""
    voided = {each.object.id for each in statements if each.verb.id == _VOIDED}
    return [each for each in statements if each.verb.id != _VOIDED and (f"urn:uuid:{each.id}" not in voided)]


def _statements(document: object) -> Sequence[Statement]:
    inner = document.get("statements") if isinstance(document, Mapping) and "statements" in document else document
    listed = [_bare(each) for each in (inner if isinstance(inner, list) else [inner])]
    return fit(Statements, {"statements": listed}, "xAPI document").statements


def _read(statements: Sequence[Statement], envelope: Envelope) -> Record:
    if not statements:
        raise UnreadableFile("This xAPI document holds no statement.")
    told = _standing(statements)
    people = {each.actor.identity for each in told}
    if len(people) > 1:
        raise UnreadableFile(f"These xAPI statements are about {len(people)} people; a record is about one.")
    record = _record(told or statements, envelope)
    signs = [sign for each in told for sign in _signs(each)]
    return replace(record, assertions=tuple(_strongest(signs, record)))


def write(results: Sequence[Result], *, subject_did: str, provider_did: str, provider: str) -> bytes:
    """Return xAPI 1.0.3 statements as a JSON array; the person is the provider's account named by their DID."""
    account = {"objectType": "Agent", "account": {"homePage": provider_did, "name": subject_did}}
    authority = {"objectType": "Agent", "name": provider, "account": {"homePage": provider_did, "name": provider}}
    return json.dumps([_statement(each, account, authority) for each in results], ensure_ascii=False).encode()


def _bare(each: object) -> object:
    """A statement as such, or as some stores export it: beside their own bookkeeping."""
    inside = each.get("statement") if isinstance(each, Mapping) else None
    return inside if isinstance(inside, Mapping) else each


def _record(statements: Sequence[Statement], envelope: Envelope) -> Record:
    first = statements[0]
    moments = [each.timestamp for each in statements if each.timestamp]
    course = next((a for each in statements for a in each.context.activities.grouping if a.name), None)
    titled = course or first.object
    authority = next((each.authority for each in statements if each.authority), None)
    name = (authority.name or authority.home) if authority else None
    claimed = (authority.home or authority.identity) if authority else None
    issuer = envelope.speaker_of(claimed or first.actor.home or first.actor.identity or "unstated")
    return Record(
        id=envelope.name_of(None),
        kind=RecordKind.ASSESSMENT,
        title=titled.name.text if titled.name else titled.id or first.verb.id,
        issuer=issuer,
        issuer_name=name or issuer,
        issued=max(moments).date() if moments else None,
        proof=envelope.proof,
        subject=first.actor.identity or None,
        media_type=envelope.media_type,
        format=FORMAT,
    )


def _signs(statement: Statement) -> Iterator[_Sign]:
    level = _level(statement)
    if level is None:
        return
    activities = statement.context.activities
    for activity in (statement.object, *activities.every):
        if activity.id and activity.id.startswith(_SKILLS):
            yield _sign(activity.id, activity.name or statement.object.name, level, statement)
    definition = statement.object.definition
    for extensions in (definition.extensions if definition else {}, statement.context.extensions):
        for concept, words in _aligned(list(extensions.values())):
            yield _sign(concept, phrase(words) or statement.object.name, level, statement)


def _sign(concept: str, words: tuple[str, str | None] | None, level: ValidationLevel, statement: Statement) -> _Sign:
    label, language = words or (concept, None)
    return _Sign(concept=concept, label=label, language=language, level=level, statement=statement)


def _level(statement: Statement) -> ValidationLevel | None:
    """What a statement can prove: assessed when passed, inferred when it is a trace, nothing when failed."""
    verb, result = statement.verb.id, statement.result
    if verb == _FAILED or result.success is False or result.completion is False:
        return None
    if verb == _PASSED or (verb in _ASSESSED and result.success):
        return ValidationLevel.ASSESSED
    scaled = result.score.share if result.score else None
    if verb in _ASSESSED and scaled is not None:
        mark = statement.context.extensions.get(MASTERY)
        needed = float(mark) if isinstance(mark, int | float) else PASS_MARK
        return ValidationLevel.ASSESSED if scaled >= needed else None
    return ValidationLevel.INFERRED if verb in _TRACES else None


def _aligned(values: Sequence[object]) -> Iterator[tuple[str, object]]:
    """Find skills in extension values: a URI, or an object with one beside its name, alone or in lists."""
    waiting = list(reversed(values))
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, str) and value.startswith(_SKILLS):
            yield value, None
        elif isinstance(value, Mapping):
            uri = next((u for key in ("id", "targetUrl", "uri") if isinstance(u := value.get(key), str)), "")
            if uri.startswith(_SKILLS):
                yield uri, next((value[key] for key in ("name", "targetName", "label") if key in value), None)


def _strongest(signs: Sequence[_Sign], record: Record) -> Iterator[SkillAssertion]:
    """One assertion a skill: the strongest sign, the latest of equals; the excerpt says how many there were."""
    by_concept: dict[str, list[_Sign]] = {}
    for sign in signs:
        by_concept.setdefault(sign.concept, []).append(sign)
    for concept, about in by_concept.items():
        best = max(
            about,
            key=lambda sign: (sign.level, sign.statement.timestamp.timestamp() if sign.statement.timestamp else 0.0),
        )
        statement = best.statement
        score = statement.result.score
        share = score.share if score and best.level == ValidationLevel.ASSESSED else None
        done = f"{statement.verb.id.rsplit('/', 1)[-1]} “{statement.object.title}”"
        yield SkillAssertion(
            concept=concept,
            label=best.label,
            language=best.language,
            level=f"{share:g}" if share is not None else None,
            level_scheme="xAPI result.score.scaled" if share is not None else None,
            validation=best.level,
            issuer=record.issuer,
            issuer_name=record.issuer_name,
            issued=statement.timestamp.date() if statement.timestamp else None,
            evidence=evidence(
                record.id, record.title, record.kind, done, f"{len(about)} statements" if len(about) > 1 else None
            ),
        )


def _statement(result: Result, actor: Mapping[str, object], authority: Mapping[str, object]) -> dict[str, object]:
    verb = "experienced" if result.passed is None else "passed" if result.passed else "failed"
    aligned = [
        {"id": skill.concept, "objectType": "Activity", "definition": {"name": {skill.language: skill.label}}}
        for skill in result.skills
        if skill.concept is not None
    ]
    statement: dict[str, object] = {
        "id": str(uuid4()),
        "version": "1.0.0",
        "actor": actor,
        "verb": {"id": _VERBS + verb, "display": {"en": verb}},
        "object": {
            "id": result.activity,
            "objectType": "Activity",
            "definition": {"name": {"en": result.activity_name}},
        },
        "context": {"contextActivities": {"other": aligned}},
        "timestamp": iso(result.at),
        "authority": authority,
    }
    if result.passed is not None:
        score: dict[str, object] = {} if result.scaled is None else {"score": {"scaled": result.scaled}}
        statement["result"] = {"success": result.passed, "completion": True, **score}
    return statement
