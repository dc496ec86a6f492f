"""SD-JWT VC of an achievement: what of it is disclosed, and nothing else, as assertions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.formats.edge import Envelope, evidence
from skillspace.records.formats.issuing import SkillClaim
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "sd_jwt"
TITLE = "SD-JWT VC (achievement)"
NEEDS_SIGNATURE = True
#: The type of these credentials.
VCT = "urn:skillspace:achievement:1"


def recognises(document: object) -> bool:
    """Whether these are the claims of an SD-JWT VC, which all have a type (vct)."""
    return isinstance(document, Mapping) and isinstance(document.get("vct"), str)


def read(document: object, envelope: Envelope) -> Record:
    """Read the claims that are disclosed; raise UnreadableFile for those of another type, BadInput for broken ones.

    Where the title is kept back the record is called by who gave it; where no skill is shown the title is the one.
    """
    claims = document if isinstance(document, Mapping) else {}
    if claims.get("vct") != VCT:
        raise UnreadableFile(
            f"This is an SD-JWT VC of the type {str(claims.get('vct'))[:100]}, which is not read here."
        )
    issuer = envelope.issuer_of(_maybe(claims, "iss"))
    issuer_name = _maybe(claims, "issuer_name") or issuer
    title = _maybe(claims, "title")
    record = Record(
        id=envelope.name_of(None),
        kind=RecordKind.BADGE,
        title=title or issuer_name,
        issuer=issuer,
        issuer_name=issuer_name,
        issued=day_of(claims["awarded"]) if "awarded" in claims else None,
        valid_until=day_of(claims["valid_until"]) if "valid_until" in claims else None,
        proof=envelope.proof,
        media_type=envelope.media_type,
        format=FORMAT,
    )
    shown = skills_of(claims)
    if not shown and title:
        shown = (SkillClaim(label=title, language=_maybe(claims, "language") or "en"),)
    said = (_maybe(claims, "criteria"), _maybe(claims, "description"))
    return replace(record, assertions=tuple(_assertion(skill, record, said) for skill in shown))


def skills_of(claims: Mapping[str, object]) -> tuple[SkillClaim, ...]:
    """Return the skills that are disclosed; raise BadInput when they are not written as here."""
    shown = claims.get("skills", [])
    if not isinstance(shown, list):
        raise BadInput("The skills of an achievement must be a list.")
    return tuple(_read(each, _maybe(claims, "language") or "en") for each in shown)


def day_of(value: object) -> date:
    """Read a day (ISO 8601); raise BadInput."""
    try:
        return date.fromisoformat(text_of(value, "day"))
    except ValueError:
        raise BadInput(f"{str(value)[:40]!r} is not a day.") from None


def text_of(value: object, name: str) -> str:
    """Return a text that is one and not empty; raise BadInput by its name."""
    if not isinstance(value, str) or not value:
        raise BadInput(f"The {name} of an achievement must be a text.")
    return value


def _assertion(skill: SkillClaim, record: Record, said: tuple[str | None, ...]) -> SkillAssertion:
    return SkillAssertion(
        concept=skill.concept,
        label=skill.label,
        language=skill.language,
        level=skill.level,
        level_scheme=skill.level_scheme,
        validation=ValidationLevel.CERTIFIED,
        issuer=record.issuer,
        issuer_name=record.issuer_name,
        issued=record.issued,
        valid_until=record.valid_until,
        evidence=evidence(record.id, record.title, record.kind, *said),
    )


def _read(value: object, language: str) -> SkillClaim:
    if not isinstance(value, Mapping):
        raise BadInput("A skill of an achievement must be an object.")
    optional = {name: value.get(name) for name in ("concept", "level", "level_scheme")}
    return SkillClaim(
        label=text_of(value.get("label"), "label"),
        language=text_of(value.get("language", language), "language"),
        **{name: text_of(found, name) for name, found in optional.items() if found is not None},
    )


def _maybe(claims: Mapping[str, object], name: str) -> str | None:
    return text_of(claims[name], name) if claims.get(name) is not None else None
