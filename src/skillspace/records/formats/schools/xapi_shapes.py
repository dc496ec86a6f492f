"""The shapes of xAPI statements (xAPI 1.0.3 part 2 §2.4; 2.0 adds members that are not needed here)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from skillspace.records.formats.edge import Edge, Many, MaybeWords, Moment, Phrase

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def _iri(value: object) -> object:
    if isinstance(value, str) and not _IRI.fullmatch(value):
        raise ValueError(f"{value[:60]!r} is not an IRI")
    return value


Iri = Annotated[str, BeforeValidator(_iri)]


class Account(Edge):
    """A person's account on a system."""

    home_page: Iri
    name: str


class Actor(Edge):
    """An agent or group; an agent has exactly one inverse functional identifier (§2.4.2.3)."""

    object_type: Literal["Agent", "Group"] = "Agent"
    name: str | None = None
    mbox: str | None = Field(default=None, pattern=r"^mailto:\S+$")
    mbox_sha1sum: str | None = Field(default=None, validation_alias="mbox_sha1sum", pattern=r"^[0-9a-fA-F]{40}$")
    openid: Iri | None = None
    account: Account | None = None
    member: Many[Actor] = ()

    @model_validator(mode="after")
    def _is_identified(self) -> Actor:
        identifiers = [each for each in (self.mbox, self.mbox_sha1sum, self.openid, self.account) if each is not None]
        anonymous = self.object_type == "Group" and self.member
        if len(identifiers) > 1 or (not identifiers and not anonymous):
            raise ValueError("needs exactly one of mbox, mbox_sha1sum, openid, account")
        return self

    @property
    def identity(self) -> str:
        """One text for one actor; for an account its system and name, or the DID it is named by."""
        if self.account:
            if self.account.name.startswith("did:"):
                return self.account.name
            return f"{self.account.home_page}|{self.account.name}"
        return self.mbox or self.mbox_sha1sum or self.openid or ""

    @property
    def home(self) -> str | None:
        """The system that knows this actor."""
        return self.account.home_page if self.account else None


class Verb(Edge):
    """What was done."""

    id: Iri


class Definition(Edge):
    """What an activity is."""

    name: MaybeWords = None
    extensions: Mapping[str, object] = {}


class Activity(Edge):
    """What it was done to: an activity, or another kind of object of which only the identifier matters here."""

    object_type: Literal["Activity", "Agent", "Group", "StatementRef", "SubStatement"] = "Activity"
    id: Iri | None = None
    definition: Definition | None = None

    @property
    def name(self) -> Phrase | None:
        """The activity's name where it has one."""
        return self.definition.name if self.definition else None

    @property
    def title(self) -> str:
        """Name, else identifier, for people."""
        return self.name.text if self.name else self.id or self.object_type


class Object(Activity):
    """A statement's object: what kind it is decides what it must hold (§2.4.4)."""

    @model_validator(mode="before")
    @classmethod
    def _holds_what_its_kind_needs(cls, value: object) -> object:
        kind = value.get("objectType", "Activity") if isinstance(value, Mapping) else None
        if kind in ("Agent", "Group") and isinstance(value, Mapping):
            Actor.model_validate(value)
        if kind == "SubStatement" and isinstance(value, Mapping):
            SubStatement.model_validate(value)
        if kind in ("Activity", "StatementRef") and isinstance(value, Mapping) and not value.get("id"):
            raise ValueError(f"is a {kind} without an id")
        if kind == "StatementRef" and isinstance(value, Mapping):
            return {"objectType": kind, "id": f"urn:uuid:{value['id']}"}
        return value


class SubStatement(Edge):
    """A statement within a statement."""

    actor: Actor
    verb: Verb
    object: Activity


class Score(Edge):
    """A score: scaled is -1 to 1 (§2.4.5.1)."""

    scaled: float | None = Field(default=None, ge=-1, le=1)
    raw: float | None = None
    min: float | None = None
    max: float | None = None

    @property
    def share(self) -> float | None:
        """The scaled score, else the raw one's place between its bounds."""
        if self.scaled is not None:
            return self.scaled
        if self.raw is None or self.max is None or self.max <= (self.min or 0.0):
            return None
        return (self.raw - (self.min or 0.0)) / (self.max - (self.min or 0.0))


class Outcome(Edge):
    """A statement's result."""

    score: Score | None = None
    success: bool | None = None
    completion: bool | None = None


class ContextActivities(Edge):
    """Where it was done."""

    parent: Many[Activity] = ()
    grouping: Many[Activity] = ()
    category: Many[Activity] = ()
    other: Many[Activity] = ()

    @property
    def every(self) -> tuple[Activity, ...]:
        """All of them."""
        return (*self.parent, *self.grouping, *self.category, *self.other)


class Context(Edge):
    """What surrounded it."""

    activities: ContextActivities = Field(default=ContextActivities(), validation_alias="contextActivities")
    extensions: Mapping[str, object] = {}


class Statement(Edge):
    """Somebody did something."""

    id: str | None = Field(default=None, pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
    actor: Actor
    verb: Verb
    object: Object
    result: Outcome = Outcome()
    context: Context = Context()
    timestamp: Moment = None
    authority: Actor | None = None


class Statements(Edge):
    """Several statements."""

    statements: list[Statement]
