"""Writing any record as an Open Badge 3.0 that its issuer has yet to sign: the achievement, its skills, its results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput
from skillspace.records.credentials import VC_CONTEXT_2
from skillspace.records.formats.credentials.addresses import address_of, is_iri
from skillspace.records.formats.writing import as_json, person_of, present
from skillspace.records.model import Record, SkillAssertion

CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_EPOCH = date(1970, 1, 1)
_TAG = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")  # a language as Open Badges 3.0 writes it


def write_record(record: Record) -> bytes:
    """Write a record as one badge; raises BadInput where it proves nothing.

    An alignment needs an address (Open Badges 3.0 §B.5.2), so skills without one stay behind, but for the only one of
    a record, which the achievement itself then is.
    """
    if not record.assertions:
        raise BadInput("An Open Badge is about an achievement, and this record proves none.")
    aligned = [each for each in record.assertions if is_iri(each.concept)]
    name = record.title if aligned else record.assertions[0].label
    return as_json({"@context": [VC_CONTEXT_2, CONTEXT], **badge(record, name, aligned or record.assertions[:1])})


def badge(record: Record, name: str, skills: Sequence[SkillAssertion], part: str = "") -> dict[str, object]:
    """The badge without its context, for these skills of a record; `part` tells the badges of one record apart."""
    name = name or "Untitled"  # a name is asked for, and an empty one is none
    said = next((each.evidence.excerpt for each in skills if each.evidence.excerpt), None)
    leveled = [each for each in skills if each.level]
    own = address_of(record.id, "record") + part
    described = {each: _described(each, f"{own}-result-{place}") for place, each in enumerate(leveled)}
    language = next((each.language for each in skills if each.language and _TAG.fullmatch(each.language)), None)
    achievement = present(
        id=f"{own}-achievement", type=["Achievement"], name=name, description=said or name,
        criteria={"narrative": said or name}, inLanguage=language, alignment=_alignments(skills),
        resultDescription=list(described.values()),
    )  # fmt: skip
    results = [
        {"type": ["Result"], "resultDescription": what["id"], "value": each.level} for each, what in described.items()
    ]
    subject = present(**learner(record), type=["AchievementSubject"], achievement=achievement, result=results)
    return present(
        id=own,
        type=["VerifiableCredential", "OpenBadgeCredential"],
        name=name,
        issuer={"id": address_of(record.issuer, "issuer"), "type": ["Profile"], "name": record.issuer_name},
        validFrom=_moment(record.issued or _EPOCH),
        validUntil=_moment(record.valid_until) if record.valid_until else None,
        credentialSubject=subject,
    )


def learner(record: Record) -> dict[str, object]:
    """Who a badge or a learner's record is about: by an address, and by what else names them in plain words.

    One or the other is asked for (Open Badges 3.0 §B.1.3). Where a record names nobody, it is whoever the record is
    about, until who signs it says more.
    """
    person, is_address = person_of(record), is_iri(record.subject)
    said = [("identifier", None if is_address else record.subject), ("name", person.name)]
    said += [("emailAddress", email) for email in person.emails]
    named = [_identity(sort, words) for sort, words in said if words]
    if not named and not is_address:
        named = [_identity("ext:record", record.id)]
    return {"id": record.subject if is_address else None, "identifier": named}


def _identity(sort: str, words: str) -> dict[str, object]:
    return {"type": "IdentityObject", "hashed": False, "identityHash": words, "identityType": sort}


def _alignments(skills: Sequence[SkillAssertion]) -> list[dict[str, object]]:
    return [_alignment(each) for each in skills if is_iri(each.concept)]


def _alignment(skill: SkillAssertion) -> dict[str, object]:
    return {
        "type": ["Alignment"], "targetName": skill.label, "targetUrl": skill.concept or "",
        "targetType": "ceasn:Competency",
    }  # fmt: skip


def _described(skill: SkillAssertion, identifier: str) -> dict[str, object]:
    return present(
        id=identifier, type=["ResultDescription"], name=skill.level_scheme or "level",
        resultType="Result", alignment=_alignments([skill]),
    )  # fmt: skip


def _moment(day: date) -> str:
    return iso(datetime.combine(day, time(), UTC))
