"""The shapes of Open Badges 3.0 (§B.1), each with the type it must carry, so that a mislabelled part is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from pydantic import field_validator

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.edge import Edge, Many, MaybeWords, Moment, Valid
from skillspace.records.life import Person

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_METHOD = re.compile(r"(https://[^#\s]+|did:(?:key|web):[^#\s]+)(?:#(\S+))?")
_ED25519 = b"\xed\x01"  # multicodec prefix of a 32-byte Ed25519 public key (W3C Controlled Identifiers §2.2.2)


class Typed(Edge):
    """A part that must say what it is; extensions may add types of their own beside it."""

    TYPE: ClassVar[str]
    type: Many[str]

    @field_validator("type")
    @classmethod
    def _is_what_it_should_be(cls, found: tuple[str, ...]) -> tuple[str, ...]:
        if cls.TYPE not in found:
            raise ValueError(f"{', '.join(found) or 'nothing'} was found where {cls.TYPE} is required")
        return found


class IdentifierEntry(Typed):
    """Another name of a profile."""

    TYPE = "IdentifierEntry"


class IdentityObject(Typed):
    """Who the subject is, hashed or not."""

    TYPE = "IdentityObject"
    hashed: bool = False
    identity_hash: str | None = None
    identity_type: str | None = None

    def says(self, sort: str) -> str | None:
        """What it says in plain words of this sort (``name``, ``emailAddress``, ``identifier``)."""
        return self.identity_hash if self.identity_type == sort and not self.hashed else None


def person_in(identities: Sequence[IdentityObject]) -> Person | None:
    """Who is named in plain words."""
    name = next((found for each in identities if (found := each.says("name"))), None)
    emails = tuple(found for each in identities if (found := each.says("emailAddress")))
    return Person(name=name, emails=emails) if name or emails else None


def number_in(identities: Sequence[IdentityObject]) -> str | None:
    """An identifier that is no address."""
    return next((found for each in identities if (found := each.says("identifier"))), None)


class Profile(Typed):
    """An organisation or person."""

    TYPE = "Profile"
    id: str
    name: str | None = None
    other_identifier: Many[IdentifierEntry] = ()
    parent_org: Profile | None = None


class Alignment(Typed):
    """A link to a node of a framework: the skill."""

    TYPE = "Alignment"
    target_name: str
    target_url: str
    target_type: str | None = None
    target_framework: str | None = None


class RubricLevel(Typed):
    """A level of a rubric."""

    TYPE = "RubricCriterionLevel"
    id: str
    name: str
    level: str | None = None


class ResultDescription(Typed):
    """What a result can be."""

    TYPE = "ResultDescription"
    id: str
    name: str
    result_type: str
    alignment: Many[Alignment] = ()
    rubric_criterion_level: Many[RubricLevel] = ()


class Result(Typed):
    """What the person reached."""

    TYPE = "Result"
    result_description: str | None = None
    achieved_level: str | None = None
    status: str | None = None
    value: str | None = None
    alignment: Many[Alignment] = ()


class Criteria(Edge):
    """How the achievement is earned."""

    id: str | None = None
    narrative: str | None = None


class Achievement(Typed):
    """What can be achieved."""

    TYPE = "Achievement"
    id: str
    name: str
    description: str
    criteria: Criteria
    in_language: str | None = None
    alignment: Many[Alignment] = ()
    result_description: Many[ResultDescription] = ()
    creator: Profile | None = None


class Subject(Typed):
    """Who achieved it, and with what result."""

    TYPE = "AchievementSubject"
    id: str | None = None
    identifier: Many[IdentityObject] = ()
    source: Profile | None = None
    achievement: Achievement
    result: Many[Result] = ()


class Evidence(Typed):
    """Work that shows it."""

    TYPE = "Evidence"
    name: str | None = None


class Proof(Edge):
    """A Data Integrity proof; only its form is checked."""

    type: str
    verification_method: str | None = None

    def check_form(self) -> None:
        """Refuse a verification method that cannot name a key: wrong scheme, or a multibase key that is none."""
        if self.verification_method is None:
            return
        match = _METHOD.fullmatch(self.verification_method)
        if match is None:
            raise UnreadableFile(
                "This Open Badge cannot be read: proof.verificationMethod must be an https, did:key or did:web URL, "
                f"not {self.verification_method[:60]!r}."
            )
        named = match[2] or match[1].removeprefix("did:key:")
        if named.startswith("z6Mk") and not _is_ed25519(named[1:]):
            raise UnreadableFile("This Open Badge cannot be read: proof.verificationMethod names a key that is none.")


class Credential(Valid):
    """The badge."""

    id: str
    type: Many[str]
    name: MaybeWords = None
    issuer: Profile | str
    awarded_date: Moment = None
    in_language: str | None = None
    credential_subject: Subject
    evidence: Many[Evidence] = ()
    proof: Many[Proof] = ()


def _is_ed25519(text: str) -> bool:
    number = 0
    for character in text:
        if (digit := _BASE58.find(character)) < 0:
            return False
        number = number * 58 + digit
    decoded = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return decoded[:2] == _ED25519 and len(decoded) == 34
