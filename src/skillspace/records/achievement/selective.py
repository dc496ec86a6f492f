"""An achievement as SD-JWT VC: each skill, and each level of one, is a claim of its own to show or to keep back.

Even the achievement's own identifier can be kept back: it is the same in every envelope, and would tell that two of
them are one person's. (The same credential shown twice is known again in any case, by its issuer's signature.)
"""

from __future__ import annotations

from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.records.achievement.model import Achievement, Holder
from skillspace.records.credentials.pointers import Pointer
from skillspace.records.credentials.selective import SelectiveCredential, StatusPlace, issue
from skillspace.records.formats.credentials.sd_jwt import VCT, day_of, skills_of, text_of
from skillspace.records.formats.issuing import Issuer, SkillClaim

#: What a holder may keep back. Who awarded it, and in which language, is always seen.
HIDDEN: tuple[Pointer, ...] = (
    ("id",),
    ("title",),
    ("description",),
    ("criteria",),
    ("awarded",),
    ("valid_until",),
    ("credits",),
    ("eqf",),
    ("skills", None),
    ("skills", None, "level"),
    ("skills", None, "level_scheme"),
)
#: So that nobody can count what is not shown.
DECOYS = 2
_WORDS = ("id", "title", "description", "criteria")


def write(
    achievement: Achievement, *, issuer: Issuer, holder: Holder, at: datetime, status: StatusPlace | None = None
) -> str:
    """Return the signed credential with everything disclosed, for the holder to keep."""
    claims: dict[str, object] = {
        "issuer_name": issuer.name,
        "language": achievement.language,
        "id": achievement.id,
        "title": achievement.title,
        "description": achievement.description,
        "criteria": achievement.criteria,
        "awarded": achievement.awarded.isoformat(),
        "valid_until": achievement.valid_until.isoformat() if achievement.valid_until else None,
        "credits": achievement.credits,
        "eqf": achievement.eqf,
        "skills": [_written(skill) for skill in achievement.skills],
    }
    return issue(
        VCT,
        {name: value for name, value in claims.items() if value is not None},
        issuer_key=issuer.key,
        issuer_did=issuer.did,
        hidden=HIDDEN,
        holder_jwk=holder.jwk,
        at=at,
        valid_until=achievement.ends,
        status=status,
        decoys=DECOYS,
        chain=issuer.chain,
    )


def achievement_of(credential: SelectiveCredential) -> Achievement:
    """Read what a credential shows when nothing is kept back; raise BadInput when something is missing."""
    claims = credential.claims
    words = {name: text_of(claims.get(name), name) for name in _WORDS if claims.get(name) is not None}
    if "id" not in words or "title" not in words or "awarded" not in claims:
        raise BadInput("The credential keeps back what an achievement needs: id, title or awarded.")
    credits, eqf = claims.get("credits"), claims.get("eqf")
    if not isinstance(credits, int | float | None) or not isinstance(eqf, int | None):
        raise BadInput("The credits and the EQF level of an achievement must be numbers.")
    return Achievement(
        id=words["id"],
        title=words["title"],
        description=words.get("description"),
        criteria=words.get("criteria"),
        awarded=day_of(claims["awarded"]),
        valid_until=day_of(claims["valid_until"]) if "valid_until" in claims else None,
        credits=float(credits) if credits is not None else None,
        eqf=eqf,
        language=text_of(claims.get("language", "en"), "language"),
        skills=skills_of(claims),
    )


def _written(skill: SkillClaim) -> dict[str, object]:
    named = {
        "label": skill.label,
        "concept": skill.concept,
        "language": skill.language,
        "level": skill.level,
        "level_scheme": skill.level_scheme,
    }
    return {name: value for name, value in named.items() if value is not None}
