"""What rights cases are made of: the right, its scope, the case with its parts, what is held, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from skillspace.trust.rights.machine import DONE, CaseState, PackageState, PartState


class Right(StrEnum):
    """The rights a person can use here, by their articles in the GDPR."""

    ACCESS = "access"  # Art. 15
    RECTIFICATION = "rectification"  # Art. 16
    ERASURE = "erasure"  # Art. 17
    RESTRICTION = "restriction"  # Art. 18
    PORTABILITY = "portability"  # Art. 20
    OBJECTION = "objection"  # Art. 21
    REVIEW = "review"  # Art. 22(3): a person looks again at what a machine had a part in


#: Rights whose answer is a package of data.
HANDED_OVER = frozenset({Right.ACCESS, Right.PORTABILITY})
#: Rights whose answer stops something that can be lifted again.
STOPPING = frozenset({Right.RESTRICTION, Right.OBJECTION})
#: What a node may answer without a person of the organisation.
AUTOMATIC = frozenset({Right.ACCESS, Right.PORTABILITY, Right.ERASURE, Right.RESTRICTION})


class Ground(StrEnum):
    """On what a refusal may rest (GDPR article, and what it is about)."""

    NOT_IDENTIFIED = "12-2-not-identified"
    UNFOUNDED = "12-5-unfounded"
    EXCESSIVE = "12-5-excessive"
    RIGHTS_OF_OTHERS = "15-4-rights-of-others"
    ACCURATE = "16-data-are-accurate"
    NO_CASE_OF_ERASURE = "17-1-no-such-case"
    EXPRESSION = "17-3-a-expression"
    LEGAL_OBLIGATION = "17-3-b-legal-obligation"
    PUBLIC_HEALTH = "17-3-c-public-health"
    ARCHIVING = "17-3-d-archiving-research"
    LEGAL_CLAIMS = "17-3-e-legal-claims"
    NO_CASE_OF_RESTRICTION = "18-1-no-such-case"
    NOT_PORTABLE = "20-1-not-consent-or-contract"
    PUBLIC_TASK = "20-3-public-task"
    PORTED_RIGHTS_OF_OTHERS = "20-4-rights-of-others"
    COMPELLING_GROUNDS = "21-1-compelling-grounds"
    PUBLIC_RESEARCH = "21-6-public-interest-research"
    STANDS = "22-3-looked-at-and-stands"
    LAW_RESTRICTS = "23-law-restricts"


_ANY = frozenset({Ground.NOT_IDENTIFIED, Ground.UNFOUNDED, Ground.EXCESSIVE, Ground.LAW_RESTRICTS})
#: Which grounds the law knows for which right; any other is refused.
GROUNDS: Mapping[Right, frozenset[Ground]] = {
    Right.ACCESS: _ANY | {Ground.RIGHTS_OF_OTHERS},
    Right.RECTIFICATION: _ANY | {Ground.ACCURATE},
    Right.ERASURE: _ANY
    | {
        Ground.NO_CASE_OF_ERASURE,
        Ground.EXPRESSION,
        Ground.LEGAL_OBLIGATION,
        Ground.PUBLIC_HEALTH,
        Ground.ARCHIVING,
        Ground.LEGAL_CLAIMS,
    },
    Right.RESTRICTION: _ANY | {Ground.NO_CASE_OF_RESTRICTION},
    Right.PORTABILITY: _ANY | {Ground.NOT_PORTABLE, Ground.PUBLIC_TASK, Ground.PORTED_RIGHTS_OF_OTHERS},
    Right.OBJECTION: _ANY | {Ground.COMPELLING_GROUNDS, Ground.LEGAL_CLAIMS, Ground.PUBLIC_RESEARCH},
    Right.REVIEW: _ANY | {Ground.STANDS},
}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a case is about: some datasets, kinds of data or grants; an empty list of any of them means all."""

    datasets: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not (self.datasets or self.kinds or self.grants)

    def covers(self, *, dataset: str | None = None, kind: str | None = None, grant: str | None = None) -> bool:
        """Tell whether a thing lies within; what is not said about the thing keeps nothing out."""
        pairs = ((self.datasets, dataset), (self.kinds, kind), (self.grants, grant))
        return all(not named or given is None or given in named for named, given in pairs)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What a person says is wrong, and what is right (Art. 16). `item` is where: a document, a field."""

    item: str
    wrong: str
    right: str


@dataclass(frozen=True, kw_only=True)
class DataSubject:
    """Who is asked about, in the words an organisation's rooms know: the intermediary, and the person's name there.

    Where `is_own`, the intermediary is this node and `subject` is the person's own identifier. `before` is until when
    a thing came that is meant; None: whenever it came.
    """

    intermediary: str
    subject: str
    scope: Scope
    is_own: bool = False
    before: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One thing held about a person: bytes as they were (with `media_type`), or JSON; and all that Art. 15(1) asks.

    `recipients` are who it was given to, `portable` whether Art. 20 covers it (provided by the person, held by
    consent or contract), `logic` what a machine decided with it, if one did (Art. 15(1)(h)).
    """

    kind: str
    title: str
    content: bytes | Mapping[str, object] | list[object] | str
    media_type: str = "application/json"
    source: str
    since: datetime
    purpose: str = ""
    basis: str = ""
    recipients: tuple[str, ...] = ()
    retention: str
    portable: bool = True
    logic: str = ""


@dataclass(frozen=True, kw_only=True)
class Duty:
    """A law that demands to keep something: which, until when (None: the law names no end), and what."""

    law: str
    until: date | None
    what: str


@dataclass(frozen=True, kw_only=True)
class PackageFacts:
    """A package as its organisation signed for it: SHA-256 in hexadecimal, size in bytes, number of things in it."""

    digest: str
    size: int
    holdings: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """One organisation's part of a case, as the person sees it.

    `asked` is when the person asked: the clock counts from it, also while the organisation cannot be reached
    (`unreached_since`, with the reason). `received` is when the organisation says it got it. `due` is the
    last day, None while the clock stands still; `words`, `ground`, `deleted`, `kept` are what was said last,
    and `complaint` where to complain about a refusal.
    """

    id: str
    case: str
    organisation: str
    name: str
    subject: str
    state: PartState
    asked: datetime
    received: datetime | None
    due: date | None
    extended: datetime | None
    doubted: datetime | None
    resumed: datetime | None
    done: datetime | None
    unreached_since: datetime | None
    unreached_why: str
    words: str
    ground: Ground | None
    complaint: str
    deleted: Mapping[str, int]
    kept: tuple[Duty, ...]
    package: PackageFacts | None
    package_state: PackageState
    is_overdue: bool

    @property
    def is_done(self) -> bool:
        """Whether the organisation owes nothing any more."""
        return self.state in DONE


@dataclass(frozen=True, kw_only=True)
class Case:
    """One use of one right by one person, towards everybody who has data about them."""

    id: str
    person: str
    right: Right
    opened: datetime
    words: str
    scope: Scope
    corrections: tuple[Correction, ...]
    state: CaseState
    ended: datetime | None
    parts: tuple[Part, ...] = ()

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parts that are still owed, and those whose package is not here yet."""
        return tuple(part for part in self.parts if not part.is_done or part.package_state is PackageState.WAITING)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One signed statement of an organisation about its part; `token` is the credential, to be checked by anybody."""

    part: str
    number: int
    move: str
    at: datetime
    arrived: datetime
    token: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """A part as the organisation sees it: one line of its queue.

    `note` says why a machine did not answer it; `supplied` is what the person answered to a doubt.
    """

    id: str
    intermediary: str
    part: str
    right: Right
    subject: str
    words: str
    scope: Scope
    corrections: tuple[Correction, ...]
    state: PartState
    asked: datetime
    received: datetime
    due: date | None
    extended: datetime | None
    doubted: datetime | None
    resumed: datetime | None
    done: datetime | None
    taken_by: str
    supplied: str
    note: str
    is_overdue: bool = field(default=False)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An organisation that has, or had, data about a person, and the name it knows them by."""

    did: str
    name: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line for the person's own log: what happened to a part of their case."""

    person: str
    case: str
    part: str
    right: Right
    organisation: str
    name: str
    what: str
    at: datetime
    words: str = ""
