"""What an organisation says when it writes a record: who it is, and which skills it vouches for."""

from __future__ import annotations

from dataclasses import dataclass

from skillspace.wire.jose import SigningKey


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """The organisation that signs: its DID, its name for people, and its key; its country by its code (ISO 3166-1), and
    the number under which the country knows it.

    With a `chain`, the certificates of that key (x5c), it is known by the HTTPS address they name, which then stands in
    the place of the DID.
    """

    did: str
    name: str
    key: SigningKey
    chain: tuple[str, ...] = ()
    country: str | None = None
    number: str | None = None


@dataclass(frozen=True, kw_only=True)
class SkillClaim:
    """One skill to write down: a concept's URI where known, its label, and a level in the words of its scheme."""

    label: str
    concept: str | None = None
    language: str = "en"
    level: str | None = None
    level_scheme: str | None = None
