"""The words of mandates: acts, scopes, evidence, a person's standing, a mandate, and who really acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput
from skillspace.trust.mandate.machine import ConcernState, MandateState
from skillspace.wire.canonical import digest

#: Written into a scope, it opens a dimension wholly; an empty dimension opens nothing.
ALL = "*"
ROLE = "role:"
#: How the name of an agent begins who has left.
ERASED = "erased-"
MAX_ENTRIES, MAX_TEXT = 100, 300


class Act(StrEnum):
    """What somebody does with a person's space. The last three nobody can do for another."""

    VIEW = "view"
    ASK = "ask"
    GRANT = "grant"
    REFUSE = "refuse"
    REVOKE = "revoke"
    RIGHTS = "rights"
    SHARE = "share"
    PLAN = "plan"
    ASSENT = "assent"
    ERASE_ACCOUNT = "erase_account"
    NAME_AGENT = "name_agent"


OWN_ACTS = frozenset({Act.ASSENT, Act.ERASE_ACCOUNT, Act.NAME_AGENT})
#: Acts that let data go to others.
GIVING = frozenset({Act.GRANT, Act.SHARE})
#: Acts in which a person says yes or no.
DECIDING = GIVING | {Act.REFUSE, Act.REVOKE}
#: What an agent's act must name, so that nothing goes past the scope unsaid.
NAMES: Mapping[Act, tuple[str, ...]] = {
    Act.VIEW: ("kinds",),
    Act.ASK: ("purpose", "kinds"),
    Act.GRANT: ("purpose", "kinds", "recipient"),
    Act.SHARE: ("purpose", "kinds", "recipient"),
}


class Capacity(StrEnum):
    """As what somebody acts for another."""

    GUARDIAN = "guardian"
    COACH = "coach"
    CASEWORKER = "caseworker"
    OTHER = "other"


class Stage(StrEnum):
    """Who decides for a person: nobody knows, a guardian with them, or they alone."""

    UNKNOWN = "unknown_age"
    CHILD = "child"
    SELF = "self"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What others may know of a person's age. `is_asked_too`: their assent is needed beside a guardian's yes."""

    stage: Stage
    is_asked_too: bool = False
    is_of_age: bool = False


class Proof(StrEnum):
    """What a piece of evidence is."""

    DOCUMENT = "document"
    CREDENTIAL = "credential"
    SCHOOL_REGISTER = "school_register"
    CIVIL_REGISTER = "civil_register"
    DECLARATION = "declaration"
    WITNESS = "witness"


#: What can show that somebody is a child's guardian; a word alone, own or other's, cannot.
STRONG = frozenset({Proof.DOCUMENT, Proof.CREDENTIAL, Proof.SCHOOL_REGISTER, Proof.CIVIL_REGISTER})


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One reason to believe in a mandate. `reference` finds it again and names nobody; unchecked, it has no checker.

    `dated` is the day that stands on it, None where it has none.
    """

    type: Proof
    issuer: str
    reference: str
    checked_by: str = ""
    checked_at: datetime | None = None
    dated: date | None = None

    def to_json(self) -> dict[str, str]:
        """As plain texts."""
        at = iso(self.checked_at) if self.checked_at else ""
        texts = {"type": self.type.value, "issuer": self.issuer, "reference": self.reference}
        dated = self.dated.isoformat() if self.dated else ""
        return texts | {"checked_by": self.checked_by, "checked_at": at, "dated": dated}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a mandate covers: acts, purposes, kinds of data, recipients (a DID, or ``role:…`` of a member).

    Each is a set of names, or holds `ALL`; empty covers nothing.
    """

    acts: frozenset[str]
    purposes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    recipients: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        *,
        acts: Iterable[str],
        purposes: Iterable[str] = (),
        kinds: Iterable[str] = (),
        recipients: Iterable[str] = (),
    ) -> Scope:
        """Make a scope; raise BadInput for an act that does not exist or that nobody can do for another."""
        made = cls(
            acts=checked_names("acts", acts),
            purposes=checked_names("purposes", purposes),
            kinds=checked_names("kinds", kinds),
            recipients=checked_names("recipients", recipients),
        )
        if strange := sorted(made.acts - {ALL} - ({act.value for act in Act} - {act.value for act in OWN_ACTS})):
            raise BadInput(f"A mandate cannot cover {', '.join(strange)[:200]}.")
        if not made.acts:
            raise BadInput("A mandate covers at least one act.")
        return made

    def to_json(self) -> dict[str, list[str]]:
        """As sorted lists."""
        return {name: sorted(values) for name, values in vars(self).items()}


class Outgrows(StrEnum):
    """At which age a mandate falls away: that of consent, that of majority, or none."""

    CONSENT = "consent"
    MAJORITY = "majority"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """Who may act for whom. `agent` is an account here, or an identifier from elsewhere (it holds a colon).

    `awaits` are the parties whose yes is missing while it is proposed. `jointly`: to give data away, a second guardian
    has to agree. `changed_by` is the account that moved it last; empty when it was the clock. `reason` is what whoever
    moved it last gave as the reason, for both parties to read.
    """

    id: str
    principal: str
    agent: str
    capacity: Capacity
    scope: Scope
    evidence: tuple[Evidence, ...]
    starts: datetime
    ends: datetime
    state: MandateState
    jointly: bool
    outgrows: Outgrows
    awaits: tuple[str, ...]
    proposed: datetime
    changed: datetime
    changed_by: str
    suspended_by: str = ""
    document: str = ""
    status_index: int | None = None
    reason: str = ""

    def is_in_force(self, at: datetime) -> bool:
        """Whether somebody may act under it at a moment, as far as it alone says."""
        return self.state is MandateState.ACTIVE and self.starts <= at < self.ends

    def entry(self) -> dict[str, object]:
        """What the journal holds of it, after every move."""
        return {
            "principal": self.principal,
            "agent": self.agent,
            "capacity": self.capacity.value,
            "scope": self.scope.to_json(),
            "evidence": [each.to_json() for each in self.evidence],
            "starts": iso(self.starts),
            "ends": iso(self.ends),
            "state": self.state.value,
            "jointly": self.jointly,
            "outgrows": self.outgrows.value,
            "changed_by": self.changed_by,
            # People's free words stay out of the journal; a later change of them is found all the same.
            "reason": _hash(self.reason),
        }


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Who really acts for whom, in which act about what: the log writes this. `capacity` is None for oneself."""

    principal: str
    actor: str
    act: Act
    about: str
    capacity: Capacity | None
    mandate_id: str | None

    @property
    def is_self(self) -> bool:
        """Whether the person acts for themselves."""
        return self.principal == self.actor


@dataclass(frozen=True, kw_only=True)
class Question:
    """One act somebody wants to do for a person, and what it is about; `roles` are those of the recipient.

    `terms` is how long, how often and when it would hold, as a text that two who agree to the same have in common.
    """

    principal: str
    actor: str
    act: Act
    purpose: str
    kinds: frozenset[str]
    recipient: str
    roles: frozenset[str]
    about: str
    terms: str = ""


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a person said themselves about one thing: an assent or a no, and when."""

    id: str
    person: str
    about: str
    is_yes: bool
    purpose: str
    kinds: frozenset[str]
    recipient: str
    at: datetime

    def entry(self) -> dict[str, object]:
        """What the journal holds of it."""
        names = ("person", "about", "is_yes", "purpose", "recipient")
        return {"at": iso(self.at), "kinds": sorted(self.kinds)} | {name: getattr(self, name) for name in names}


@dataclass(frozen=True, kw_only=True)
class Done:
    """One act that was done for a person: a line of who really acted."""

    id: str
    at: datetime
    principal: str
    actor: str
    capacity: str
    mandate: str
    act: str
    about: str

    def entry(self) -> dict[str, object]:
        """What the journal holds of it."""
        names = ("principal", "actor", "capacity", "mandate", "act", "about")
        return {"at": iso(self.at)} | {name: getattr(self, name) for name in names}


@dataclass(frozen=True, kw_only=True)
class Concern:
    """A child's worry about a guardian of theirs, in their words, for officers alone; `answer` is for the child."""

    id: str
    person: str
    mandate: str
    words: str
    said: datetime
    state: ConcernState
    answer: str = ""
    answered: datetime | None = None
    answered_by: str = ""

    def entry(self) -> dict[str, object]:
        """What the journal holds of it: that it was said and answered, by whom, never what."""
        texts = {"words": _hash(self.words), "answer": _hash(self.answer)}
        names = ("person", "mandate", "answered_by")
        return {"state": self.state.value} | texts | {name: getattr(self, name) for name in names}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a data space decides for itself.

    `country` is assumed where none is told. `demands_proof`: a person's own word makes nobody an adult. Children are
    asked too from `assent_from` full years on. After a hand-over, grants stay for `confirm_within`, or not at all with
    `stops_at_once`. An agreement of joint guardians is good for `joint_within`.
    """

    country: str = "SE"
    demands_proof: bool = False
    assent_from: int = 7
    confirm_within: timedelta = timedelta(days=90)
    stops_at_once: bool = False
    joint_within: timedelta = timedelta(days=30)


def checked_names(what: str, names: Iterable[str]) -> frozenset[str]:
    """Return names as a set; raise BadInput when they are too many, too long, empty or not printable."""
    if isinstance(names, str):
        raise BadInput(f"The {what} of a mandate are a list of names.")
    found = frozenset(checked_text(f"name among the {what}", name) for name in names)
    if len(found) > MAX_ENTRIES:
        raise BadInput(f"A mandate names at most {MAX_ENTRIES} {what}; write {ALL!r} to cover all.")
    return found


def checked_text(what: str, text: object) -> str:
    """Return a short printable text; raise BadInput."""
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT or not text.isprintable():
        raise BadInput(f"A {what} has 1 to {MAX_TEXT} printable characters.")
    return str(text)


def _hash(text: str) -> str:
    return digest({"text": text}) if text else ""
