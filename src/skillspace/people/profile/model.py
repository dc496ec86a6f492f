"""The words of a profile: what arrived, what it claims, and the skill that several claims together make."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from skillspace.records.model import Evidence, Record, ValidationLevel


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a document could not be read: `code` names the fault, `message` says it to the person."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One document about a person as it came, read or not.

    `record_id` is the source's own name for it: the same one from the same source replaces what came before.
    `record` is None where it could not be read; then `problem` says why.
    """

    person: str
    source: str
    source_name: str
    record_id: str
    kind: str
    media_type: str
    document: bytes = field(repr=False)
    record: Record | None = None
    problem: Problem | None = None
    grant: str | None = None
    dataset: str | None = None


@dataclass(frozen=True, kw_only=True)
class StoredRecord(Arrival):
    """A document the person has; `id` is its name in this node, `arrived` the first and `updated` the last time."""

    id: str
    arrived: datetime
    updated: datetime


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One assertion about a person, as given and as translated.

    `concept` is as the document gave it; `esco` what it means in ESCO, None where nothing published says so;
    `relation` how the two relate (a SKOS mapping relation). `record` is the id of the stored record it rests on.
    `apart_from` is the skill that the person keeps it apart from; then it has no ESCO concept.
    """

    concept: str | None
    esco: str | None
    relation: str | None
    label: str
    language: str | None
    level: str | None
    level_scheme: str | None
    validation: ValidationLevel
    issuer: str
    issuer_name: str
    issued: date | None
    valid_until: date | None
    source: str
    source_name: str
    record: str
    arrived: date
    evidence: Evidence
    apart_from: str | None = None

    @property
    def key(self) -> str:
        """What claims about the same skill share: the ESCO concept, else the concept given, else its words.

        What a person keeps apart from a skill of the very same name stands under that name with a mark of the issuer.
        """
        if self.apart_from is not None and self.apart_from == self.given:
            return f"{self.given}#apart-{hashlib.sha256(self.issuer.encode()).hexdigest()[:12]}"
        return self.esco or self.given

    @property
    def given(self) -> str:
        """How the source itself names the skill: by a concept, else by its words."""
        return self.concept or f"urn:skillspace:words:{' '.join(self.label.casefold().split())}"

    @property
    def fingerprint(self) -> str:
        """What stays the same however often this claim comes, and is read: what is said, by whom, in which record."""
        said = (self.record, self.given, self.label, self.level, self.level_scheme, self.issuer)
        days = (self.issued and self.issued.isoformat(), self.valid_until and self.valid_until.isoformat())
        return hashlib.sha256(json.dumps([*said, *days]).encode()).hexdigest()[:32]

    @property
    def since(self) -> date:
        """When it was issued, or came to us where the document does not say."""
        return self.issued or self.arrived

    def is_live(self, day: date) -> bool:
        """Whether the claim still counts on `day`."""
        return self.valid_until is None or self.valid_until >= day


class ConflictKind(StrEnum):
    """How claims about one skill disagree."""

    LEVELS_DIFFER = "levels-differ"
    CLAIM_ABOVE_ASSESSMENT = "claim-above-assessment"
    PROOF_EXPIRED = "proof-expired"


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A disagreement as data: `first` says more than `second` supports; an expired proof stands alone in `first`."""

    kind: ConflictKind
    first: Claim
    second: Claim | None = None


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A claim that another one says already: the same certificate, received once more."""

    claim: Claim
    of: Claim


@dataclass(frozen=True, kw_only=True)
class ProfileSkill:
    """One skill of a person with everything that is said about it.

    `uri` is the ESCO concept, or the concept or words as given where nothing translates it; `is_known` says whether
    a loaded taxonomy knows it. `validation` and `level` are those
    of the best claim that is still valid; with none left the skill counts as said by the person. `theme` is the
    ESCO group at the top, empty where unknown. `sources` are (DID, name) of who sent the claims.

    `assertions` are the claims that count, the one that speaks first; `copies` those that came once more; `rule` is the
    id of the rule that decided who speaks, empty where nobody else did. `same` are skills that the person says are
    the same: they stand here with their own claims and proofs, and lend them to nobody.
    """

    uri: str
    label: str
    is_known: bool
    theme: str
    theme_label: str
    validation: ValidationLevel
    level: str | None
    level_scheme: str | None
    conflicts: tuple[Conflict, ...]
    assertions: tuple[Claim, ...]
    sources: tuple[tuple[str, str], ...]
    since: date
    rule: str = ""
    copies: tuple[Copy, ...] = ()
    same: tuple[ProfileSkill, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Everything that is said about this skill, copies too."""
        return (*self.assertions, *(copy.claim for copy in self.copies))

    @property
    def faces(self) -> tuple[ProfileSkill, ...]:
        """This skill and those that the person says are the same, each by its own proof."""
        return (self, *self.same)


@dataclass(frozen=True, kw_only=True, slots=True)
class SkillRow:
    """One skill of one person from one source, for statistics; `territory` is None where it is not known."""

    person: str
    territory: str | None
    uri: str
    validation: int
    source: str
