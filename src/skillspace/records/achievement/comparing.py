"""Comparing: are two signed envelopes the same achievement, fact by fact, and what could one of them not carry?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from skillspace.records.achievement.envelopes import Envelope, Read, read, write
from skillspace.records.achievement.model import Achievement, Holder, skill_name
from skillspace.records.credentials import KeyResolver
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import Record
from skillspace.wire.jose import SigningKey

_FACTS = ("title", "description", "criteria", "awarded", "valid_until", "credits", "eqf", "language")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two envelopes fact by fact, each fact by its name (“title”, “skill http://… level”).

    `differing` holds what both tell and tell otherwise; `only_first` and `only_second` what the other does not carry.
    """

    shared: tuple[str, ...]
    differing: Mapping[str, tuple[object, object]]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]

    @property
    def are_the_same(self) -> bool:
        """Whether both are one achievement by one signer, and contradict each other nowhere."""
        return not self.differing and {"achievement", "signer"} <= set(self.shared)


def compare(first: str, second: str, resolve_key: KeyResolver, at: datetime) -> Comparison:
    """Read two signed envelopes and compare what they say; raises what reading them raises.

    Both signatures are checked, so that two which `are_the_same` are that by their signer's own word.
    """
    return compare_facts(facts_of(read(first, resolve_key, at)), facts_of(read(second, resolve_key, at)))


def lost(achievement: Achievement, envelope: Envelope) -> tuple[str, ...]:
    """Return the names of the facts of an achievement that one envelope cannot carry.

    Computed, not listed: the achievement is written, read back, and compared with itself.
    """
    key = SigningKey.generate("did:web:nobody.example#key")
    issuer = Issuer(did="did:web:nobody.example", name="Nobody", key=key)
    holder = Holder(did="did:key:zNobody", jwk=SigningKey.generate("holder").public_jwk())
    at = achievement.begins
    text = write(achievement, envelope, issuer=issuer, holder=holder, at=at)
    back = read(text, lambda _issuer, _kid: key.public_jwk(), at).achievement
    found = compare_facts(_facts(achievement), _facts(back))
    return tuple(sorted((*found.only_first, *found.differing)))


def facts_of(found: Read) -> dict[str, object]:
    """Return everything an envelope tells, by name."""
    return _facts(found.achievement) | {"signer": found.record.issuer, "named": found.record.issuer_name}


def same_assertions(first: Record, second: Record) -> bool:
    """Tell whether two records say the same of the same skills, whatever their evidence is called."""
    return _said(first) == _said(second)


def compare_facts(first: Mapping[str, object], second: Mapping[str, object]) -> Comparison:
    """Compare facts by name."""
    both = [name for name in first if name in second]
    return Comparison(
        shared=tuple(name for name in both if first[name] == second[name]),
        differing={name: (first[name], second[name]) for name in both if first[name] != second[name]},
        only_first=tuple(name for name in first if name not in second),
        only_second=tuple(name for name in second if name not in first),
    )


def _facts(achievement: Achievement) -> dict[str, object]:
    told: dict[str, object] = {"achievement": achievement.id}
    told |= {name: value for name in _FACTS if (value := getattr(achievement, name)) is not None}
    for skill in achievement.skills:
        told |= _skill_facts(skill)
    return told


def _skill_facts(skill: SkillClaim) -> dict[str, object]:
    name = f"skill {skill_name(skill)}"
    told = {"label": skill.label, "language": skill.language, "level": skill.level, "scheme": skill.level_scheme}
    return {f"{name} {what}": value for what, value in told.items() if value is not None}


def _said(record: Record) -> set[tuple[object, ...]]:
    return {
        (
            each.concept,
            each.label,
            each.language,
            each.level,
            each.level_scheme,
            each.validation,
            each.issuer,
            each.issuer_name,
            each.issued,
            each.valid_until,
        )
        for each in record.assertions
    }
