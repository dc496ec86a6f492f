"""What a trail is made of: hops, each a signed statement about one skill of one person, and their one right order."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.records.model import ValidationLevel
from skillspace.wire.jose import read_unverified

MAX_HOPS = 100
MAX_RESTS = 50
MAX_LISTS = 5
TYPE = "RecognitionTrail"
NAME = r"^urn:sha256:[0-9a-f]{64}$"


class HopKind(StrEnum):
    """What a hop is: something done, somebody's judgement of it, a credential given for it, or its recognition."""

    TRACE = "trace"
    ASSESSMENT = "assessment"
    CREDENTIAL = "credential"
    RECOGNITION = "recognition"


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One statement: `issuer` (a DID) says at `at` that `subject` can do something, at most so well proven.

    `title` says in words what the hop is, `evidence` is the fingerprint of the document it stands for, if there is one.
    `rests_on` are the names of earlier hops. `concept` is a URI of any taxonomy, `level` as its scale has it. A hop
    counts until `until` (None: for good).
    """

    kind: HopKind
    subject: str
    issuer: str
    issuer_name: str
    title: str
    label: str
    concept: str | None = None
    level: str | None = None
    level_scheme: str | None = None
    validation: ValidationLevel
    evidence: str | None = None
    words: str | None = None
    rests_on: tuple[str, ...] = ()
    at: datetime
    until: datetime | None = None


class _Document(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    type: str = Field(pattern=f"^{TYPE}$")
    subject: str = Field(min_length=1, max_length=500)
    head: str = Field(pattern=NAME)
    hops: list[str] = Field(min_length=1, max_length=MAX_HOPS)
    lists: list[str] = Field(default_factory=list, max_length=MAX_LISTS)


@dataclass(frozen=True, kw_only=True)
class Trail:
    """Signed hops about one `subject`, in the order in which the last of them, the `head`, reaches the others.

    That order follows from what is signed, so a hop that was dropped, added or moved is noticed. `lists` are status
    lists (tokens) of the issuers' own that travel along, for whoever cannot ask them.
    """

    subject: str
    head: str
    hops: tuple[str, ...]
    lists: tuple[str, ...] = ()

    @classmethod
    def ending_in(cls, subject: str, head: str, hops: Sequence[str]) -> Trail:
        """Return the trail whose last hop is the token `head`, of it and all of `hops` (tokens) that it rests on.

        Signatures are not looked at. Raises BadInput for a token that is no hop.
        """
        last = name_of(head)
        tokens = {name_of(token): token for token in (*hops, head)}
        rests = {name: rests_of(token) for name, token in tokens.items()}
        return cls(subject=subject, head=last, hops=tuple(tokens[name] for name in reached(last, rests)))

    def to_json(self) -> dict[str, object]:
        """Return this trail as JSON values."""
        told: dict[str, object] = {"type": TYPE, "subject": self.subject, "head": self.head, "hops": list(self.hops)}
        return told | ({"lists": list(self.lists)} if self.lists else {})

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> Trail:
        """Read what `to_json` wrote; raise BadInput naming the member that does not fit."""
        try:
            read = _Document.model_validate(dict(document))
        except ValidationError as fault:
            first = fault.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(step) for step in first["loc"]) or "the whole"
            raise BadInput(f"This is not a recognition trail: {place}: {first['msg']}.") from None
        return cls(subject=read.subject, head=read.head, hops=tuple(read.hops), lists=tuple(read.lists))


def name_of(token: str) -> str:
    """Return the name under which other hops rest on this one: the hash of all that was signed, and its signature."""
    return f"urn:sha256:{hashlib.sha256(token.encode()).hexdigest()}"


def reached(head: str, rests: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the names of the hops that `head` reaches, what others rest on before them.

    `rests` says of each hop that is there what it rests on; a name that is not there is left out.
    """
    found: dict[str, None] = {}
    # Without recursion: how deep a trail goes is a stranger's to choose.
    open_ones, begun = [head], set[str]()
    while open_ones:
        name = open_ones[-1]
        below = [] if name in begun else [one for one in rests[name] if one in rests and one not in found]
        if name in found or not below:
            found.setdefault(name)
            open_ones.pop()
        else:
            begun.add(name)
            open_ones.extend(one for one in reversed(below) if one not in begun)
    return list(found)


def rests_of(token: str) -> tuple[str, ...]:
    """Return what a hop says it rests on, its signature unchecked; raise BadInput when it is no hop."""
    subject = _object(_object(read_unverified(token)[1].get("vc")).get("credentialSubject"))
    named = _object(subject.get("hop")).get("restsOn", [])
    if not isinstance(named, list) or len(named) > MAX_RESTS or not all(isinstance(one, str) for one in named):
        raise BadInput("A hop says on what it rests as a list of names.")
    return tuple(named)


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise BadInput("This token is no hop of a recognition trail.")
    return value
