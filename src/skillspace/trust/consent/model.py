"""What consent is made of: the grant, a line of its log, and the two kinds of receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import ConsentMissing, Refused
from skillspace.trust.consent.acting import Acting
from skillspace.trust.consent.conditions import Conditions
from skillspace.trust.consent.errors import ConsentEnded, ConsentExpired, ConsentRevoked, ConsentUsedUp
from skillspace.trust.consent.machine import GrantState, HolderState

ERASED = "erased-"

#: Of a kind of data, the single things meant (a skill's address, a record's identifier); a kind not named is whole.
Items = Mapping[str, tuple[str, ...]]


class Direction(StrEnum):
    """Gather: data comes into the person's space. Share: data leaves it."""

    GATHER = "gather"
    SHARE = "share"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One ask and what became of it.

    `person` is known to the intermediary alone; `subject` is the person's name towards the other organisation.
    `kinds` are what was asked until the person decides, and what was allowed afterwards; `items` narrows kinds to
    single things. `reason` is why the recipient asks, in its words; `note` why it ended. `decided` is when the person
    answered, `ended` when a yes stopped. `max_uses` is how often it may be used (None: as often as it lives), `used`
    how often it was. `acting` is who answered, None for the person. `replaces` is the yes that an ask would take the
    place of, because its notice changed.
    """

    id: str
    person: str
    subject: str
    provider: str
    provider_name: str
    recipient: str
    recipient_name: str
    dataset: str
    purpose: str
    kinds: tuple[str, ...]
    starts: datetime | None
    until: datetime
    notice_hash: str
    agreement: str | None
    state: GrantState
    asked: datetime
    decided: datetime | None
    ended: datetime | None
    reason: str
    note: str
    items: Items = field(default_factory=dict)
    max_uses: int | None = None
    used: int = 0
    conditions: Conditions | None = None
    acting: Acting | None = None
    replaces: str | None = None

    def direction(self, intermediary: str) -> Direction:
        """Which way the data goes, seen from the intermediary."""
        return Direction.GATHER if self.recipient == intermediary else Direction.SHARE

    @property
    def is_erased(self) -> bool:
        """Whether the person has left and only the bare frame remains."""
        return self.person.startswith(ERASED)

    def why_not(self, at: datetime) -> Refused | None:
        """Return why this grant opens nothing at `at`, or None while it lives."""
        if self.state is GrantState.GRANTED and self.starts is not None and self.starts <= at < self.until:
            if self.max_uses is not None and self.used >= self.max_uses:
                return ConsentUsedUp(f"{self._named} was for {self.max_uses} uses, and they are over.")
            return None
        day = _day(self.ended or self.until)
        expired = ConsentExpired(f"{self._named} ran out on {day}; ask the person again.")
        faults = {
            GrantState.GRANTED: expired,
            GrantState.EXPIRED: expired,
            GrantState.REVOKED: ConsentRevoked(f"{self._named} was stopped by the person on {day}."),
            GrantState.TERMINATED: ConsentEnded(f"{self._named} was ended by the intermediary on {day}."),
            GrantState.REFUSED: ConsentMissing(f"{self._named} was refused by the person."),
        }
        return faults.get(self.state) or ConsentMissing(f"{self._named} is not given yet.")

    @property
    def _named(self) -> str:
        return f"The consent for {self.purpose} by {self.recipient_name}"


@dataclass(frozen=True, kw_only=True)
class Use:
    """One line of a person's log: who did, wanted or was refused what, and why.

    `outcome` is one of asked, granted, declined, used, refused, stopped, expired, ended, deleted, kept, reminded.
    `code` names the fault of a refusal, for translation, and `reason` says it in English.
    """

    id: str
    at: datetime
    person: str
    grant: str
    recipient: str
    recipient_name: str
    provider: str
    provider_name: str
    dataset: str
    kinds: tuple[str, ...]
    purpose: str
    outcome: str
    code: str
    reason: str
    acting: Acting | None = None


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a person keeps of their yes: a signed JSON-LD document in one language."""

    id: str
    grant: str
    language: str
    document: Mapping[str, object]
    made: datetime


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Copies of one kind that a law makes an organisation keep until a day, blocked and used for nothing else."""

    kind: str
    count: int
    until: datetime
    law: Mapping[str, str]

    def to_json(self) -> dict[str, object]:
        """As it is signed and stored."""
        return {"kind": self.kind, "count": self.count, "until": iso(self.until), "law": dict(self.law)}


@dataclass(frozen=True, kw_only=True)
class DeletionReceipt:
    """What an organisation signed after a consent ended: how many things it deleted, by kind, and what it must keep.

    `token` is the proof.
    """

    grant: str
    organisation: str
    at: datetime
    deleted: Mapping[str, int]
    token: str
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Holder:
    """An organisation that had to let go of a grant's data: since when it knows, and how often it was reminded."""

    grant: str
    organisation: str
    state: HolderState
    told: datetime
    reminders: int
    next: datetime


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an intermediary says of a grant at the moment of use."""

    live: bool
    code: str = ""
    reason: str = ""
    person: str | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a provider did or refused without asking first.

    `by` is who wanted the data; `line` names the report, so that one which comes twice is one line.
    """

    outcome: str
    by: str
    kinds: tuple[str, ...]
    at: datetime
    code: str = ""
    reason: str = ""
    line: str


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"
