"""A policy once read: its rules as a tree in which everything is either understood or named as not understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from skillspace.trust.policy.operands import Operand
from skillspace.trust.policy.reasons import Reason

#: A value of a constraint: read by its operand's kind; a word, or "policyUsage" where a moment is meant.
Value = datetime | timedelta | Decimal | str


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """An atomic constraint (ODRL 2.2 §2.5.1). `operator` is what it means for this operand, `written` its values."""

    pointer: str
    operand: Operand
    operator: str
    values: tuple[Value, ...]
    written: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A logical constraint (§2.5.2): `word` is and, andSequence, or, xone."""

    pointer: str
    word: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """Something not understood, with its name: whether it holds is never known."""

    pointer: str
    reason: Reason


Condition = Limit | Group | Unread


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """An action of a rule with its refinements (§2.4); `action` is the ODRL word."""

    action: str
    refinements: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A party or an asset a rule names (§2.2, §2.3): `role` is target, assigner, assignee; a collection is refined."""

    pointer: str
    role: str
    id: str
    refinements: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A permission, prohibition, obligation, duty, consequence or remedy (§2.6), as `kind` says.

    `duties` are a permission's duties, a duty's consequences or a prohibition's remedies; `informed` is whom a duty to
    inform means.
    """

    kind: str
    pointer: str
    acts: tuple[Act, ...]
    parts: tuple[Part, ...] = ()
    conditions: tuple[Condition, ...] = ()
    duties: tuple[Rule, ...] = ()
    informed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A whole policy. `faults` are what makes all of it void: whoever does not know what it says allows nothing."""

    permissions: tuple[Rule, ...] = ()
    prohibitions: tuple[Rule, ...] = ()
    obligations: tuple[Rule, ...] = ()
    conflict: str = "invalid"
    target: str | None = None
    assigner: str | None = None
    assignee: str | None = None
    profiles: tuple[str, ...] = ()
    faults: tuple[Unread, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether something holds; None when it is not known: a permission falls then, a prohibition stands."""

    holds: bool | None
    reason: Reason
    pointer: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What one rule comes to. `verdicts` are its parts, one by one; a duty of a permission is among them."""

    kind: str
    pointer: str
    holds: bool | None
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A yes or a no with its reasons. `owed` is what a yes still asks for; `rulings` tell every rule's outcome."""

    allowed: bool
    reasons: tuple[Reason, ...]
    owed: tuple[Reason, ...] = ()
    rulings: tuple[Ruling, ...] = ()

    @property
    def why(self) -> str:
        """The reasons as one English text."""
        return " ".join(reason.text for reason in self.reasons)

    def as_json(self) -> dict[str, Any]:
        """The decision as plain JSON values."""
        return {
            "allowed": self.allowed,
            "reasons": [reason.as_json() for reason in self.reasons],
            "owed": [reason.as_json() for reason in self.owed],
        }
