"""Figures of credentials with selective disclosure: issuing one with twenty skills, showing three of them, checking."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import UTC, date, datetime

from bench.figures import Figure, Tell, figure, timed, untold
from skillspace.records.achievement import Achievement, Envelope, Holder, write
from skillspace.records.credentials.selective import KeyBinding, bind, show, verify, verify_shown
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.wire.jose import SigningKey

SKILLS, ROUNDS, LIMIT_MS = 20, 1000, 1.0
DID = "did:web:school.example"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASKED = KeyBinding(audience="decentralized_identifier:did:web:employer.example", nonce="n-0S6_WzA2Mj")


def run(tell: Tell = untold) -> list[Figure]:
    """Measure on an invented achievement, on one core: the median of many, of the slowest step as `sd_jwt_ms`."""
    tell("issuing, showing and checking")
    figures = [*_figures()]
    slowest = max(figures, key=lambda one: one["value"])
    return [figure("sd_jwt_ms", slowest["value"], "ms", limit=LIMIT_MS, more={"is": slowest["name"]}), *figures]


def _figures() -> Iterator[Figure]:
    key, holder = SigningKey.generate(f"{DID}#key-1"), SigningKey.generate("holder")
    issuer = Issuer(did=DID, name="School of Example", key=key)
    owner = Holder(did="did:key:zExample", jwk=holder.public_jwk())
    skills = tuple(
        SkillClaim(label=f"skill {at}", concept=f"http://data.europa.eu/esco/skill/{at}") for at in range(SKILLS)
    )
    achievement = Achievement(id="urn:uuid:1", title="Twenty skills", awarded=date(2026, 6, 1), skills=skills)
    public = key.public_jwk()

    def issued(_round: object) -> str:
        return write(achievement, Envelope.SD_JWT, issuer=issuer, holder=owner, at=AT)

    text = issued(None)
    kept = verify(text, lambda _issuer, _kid: public, AT)
    chosen = [("skills", 2), ("skills", 3), ("skills", 11)]

    def shown(_round: object) -> str:
        return str(bind(show(kept.token, kept.revealed, chosen), ASKED, holder, at=AT))

    presentation = shown(None)
    steps = {
        "issue": issued,
        "verify": lambda _round: verify(text, lambda _issuer, _kid: public, AT),
        "show": shown,
        "verify_shown": lambda _round: verify_shown(presentation, lambda _issuer, _kid: public, AT, ASKED),
    }
    for name, step in steps.items():
        times = sorted(timed(step, range(ROUNDS)))
        more = {"p95_ms": times[int(0.95 * ROUNDS)], "disclosures": float(len(kept.token.disclosures))}
        yield figure(f"selective_{name}_ms", statistics.median(times), "ms", limit=LIMIT_MS, more=more)
