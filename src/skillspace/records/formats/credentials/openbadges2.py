"""Open Badges 2.0: an assertion with its badge class and issuer inside it, as JSON or baked into a picture.

What an assertion names by address only is not fetched, and neither is the key of a signed one: it counts as unsigned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import Field

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.credentials import check_period
from skillspace.records.formats.edge import Edge, Envelope, Many, Moment, Text, asserted, fit
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "openbadges2"
TITLE = "Open Badges 2.0"
NEEDS_SIGNATURE = True
_CONTEXTS = ("https://w3id.org/openbadges/v2", "https://w3id.org/openbadges/v1")
# Words of the specification's own context, for documents that hold a copy of it.
_OWN_WORDS = {"obi", "Assertion", "BadgeClass"}
_PARTS = {
    "BadgeClass": "describes a badge that people can earn",
    "Issuer": "describes who issues badges",
    "Profile": "describes who issues badges",
    "CryptographicKey": "is a key",
    "Endorsement": "is somebody's word about a badge",
    "RevocationList": "lists badges that were taken back",
    "Extension": "describes an extension",
}


class Alignment(Edge):
    """A node of a framework that the badge stands for."""

    target_name: str
    target_url: str | None = None
    target_code: Text = None


class Organisation(Edge):
    """Who issues the badge."""

    id: str | None = None
    name: str


class Criteria(Edge):
    """How it is earned."""

    narrative: Text = None


class BadgeClass(Edge):
    """What was earned."""

    id: str | None = None
    name: str
    description: Text = None
    language: Text = Field(default=None, validation_alias="@language")
    criteria: Criteria | str | None = None
    issuer: Organisation | str
    alignment: Many[Alignment] = ()
    tags: Many[str] = ()


class Recipient(Edge):
    """Who earned it, hashed or not."""

    identity: str
    hashed: bool = False


class Assertion(Edge):
    """A badge that somebody has earned."""

    id: str | None = None
    recipient: Recipient
    badge: BadgeClass | str
    issued_on: Moment
    expires: Moment = None
    revoked: bool = False
    narrative: Text = None


def recognises(document: object) -> bool:
    """Whether this is any object of Open Badges 2.0, or a part of one."""
    if not isinstance(document, Mapping):
        return False
    context, kind = document.get("@context"), document.get("type")
    contexts = context if isinstance(context, list) else [context]
    own = any(
        (isinstance(each, str) and each.rstrip("/") in _CONTEXTS)
        or (isinstance(each, Mapping) and each.keys() >= _OWN_WORDS)
        for each in contexts
    )
    return own and (isinstance(kind, str | list) or "narrative" in document or isinstance(context, Mapping))


def read(document: object, envelope: Envelope) -> Record:
    """Read an assertion into a record; raises UnreadableFile with the reason, CredentialExpired."""
    whole = document if isinstance(document, Mapping) else {}
    kinds = whole.get("type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    if "Assertion" not in listed:
        what = next((said for kind, said in _PARTS.items() if kind in listed), "is a part of a badge")
        raise UnreadableFile(f"This Open Badges 2.0 document {what}; it does not say that anybody has earned one.")
    badge = fit(Assertion, whole, "Open Badge")
    if badge.revoked:
        raise UnreadableFile("This Open Badge cannot be read: it says of itself that it was revoked.")
    if isinstance(badge.badge, str):
        raise UnreadableFile(
            "This Open Badge cannot be read: it names its badge by address only, which is not fetched."
        )
    check_period(badge.issued_on, badge.expires, envelope.at)
    issuer = badge.badge.issuer
    named = Organisation(id=issuer, name=issuer) if isinstance(issuer, str) else issuer
    record = Record(
        id=envelope.name_of(badge.id),
        kind=RecordKind.BADGE,
        title=badge.badge.name,
        issuer=envelope.issuer_of(named.id or named.name),
        issuer_name=named.name,
        issued=badge.issued_on.date() if badge.issued_on else None,
        valid_until=badge.expires.date() if badge.expires else None,
        proof=envelope.proof,
        subject=None if badge.recipient.hashed else badge.recipient.identity,
        media_type=envelope.media_type,
        format=FORMAT,
    )
    return replace(record, assertions=tuple(_assertions(badge.badge, badge.narrative, record)))


def _assertions(badge: BadgeClass, narrative: str | None, record: Record) -> Iterator[SkillAssertion]:
    criteria = badge.criteria.narrative if isinstance(badge.criteria, Criteria) else None
    named = [(each.target_name, each.target_url) for each in badge.alignment] or [(badge.name, None)]
    for label, concept in named:
        yield asserted(
            record,
            label,
            concept=concept,
            language=badge.language,
            validation=ValidationLevel.CERTIFIED,
            said=(narrative, criteria, badge.description),
        )
