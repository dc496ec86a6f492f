"""Pages by which guardians come to be: asking, an officer's desk, and what the child sees of its guardians."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Listing, Page


@dataclass(frozen=True, kw_only=True)
class ProofForm:
    """The fields of one piece of evidence, as they were sent or told before; it cannot be dated after `latest`."""

    types: tuple[Choice, ...]
    issuer: str = ""
    reference: str = ""
    dated: dt.date | None = None
    latest: dt.date


@dataclass(frozen=True, kw_only=True)
class ReachForm:
    """The fields of what a guardian may do and how long; `jointly`: only together with a second guardian."""

    acts: tuple[Choice, ...]
    jointly: bool = False
    until: dt.date
    earliest: dt.date
    latest: dt.date


@dataclass(frozen=True, kw_only=True)
class GuardianAskPage(Page):
    """Asking to act as a child's guardian: the child's code, what shows it, what one would do; an officer decides."""

    TEMPLATE: ClassVar[str] = "guardian_ask.html"

    code: str = ""
    proof: ProofForm
    reach: ReachForm
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class GuardianCard:
    """One guardian as a child reads about them, in whole sentences; `wrong` leads to saying that something is wrong.

    `told` says that the child's word waits, `answer` that one was answered; both empty where nothing was told.
    """

    id: str
    name: str
    said: str
    may: tuple[str, ...] = ()
    wrong: str
    told: str = ""
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class ToldLine:
    """What a child told once, and what was answered; `answer` is empty while it waits."""

    words: str
    said: dt.datetime
    answer: str = ""
    answered: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class GuardianWrongPage(Page):
    """A child says that something is wrong with a guardian, in words for its age; the guardian never reads it."""

    TEMPLATE: ClassVar[str] = "guardian_wrong.html"

    card: GuardianCard
    help: str
    may_tell: bool = True
    told: tuple[ToldLine, ...] = ()
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Party:
    """Somebody an officer decides about: no more than their name and their code."""

    name: str
    code: str


@dataclass(frozen=True, kw_only=True)
class GuardianLine:
    """One mandate of a guardian on the officer's list; `waits` says for whose yes, empty for nobody's."""

    id: str
    child: Party
    guardian: Party
    state: str
    kind: str
    since: dt.date
    until: dt.date
    jointly: bool = False
    waits: str = ""
    is_ours: bool = False


@dataclass(frozen=True, kw_only=True)
class WorryLine:
    """What a child told about a guardian, waiting for an officer."""

    id: str
    mandate: str
    child: Party
    guardian: Party
    words: str
    said: dt.datetime


@dataclass(frozen=True, kw_only=True)
class GuardiansPage(Page):
    """The officer's desk: what children told, who asks to be a guardian, and who is one."""

    TEMPLATE: ClassVar[str] = "org_guardians.html"

    listing: Listing
    worries: tuple[WorryLine, ...] = ()
    requests: tuple[GuardianLine, ...] = ()
    living: tuple[GuardianLine, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class EvidenceLine:
    """A piece of evidence in words, and whether an officer saw it, when."""

    type: str
    issuer: str
    reference: str
    dated: dt.date | None = None
    seen: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """One step in the life of a mandate: what it became, when, by which side, and the reason that was given."""

    state: str
    kind: str
    at: dt.datetime
    by: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class GuardianPage(Page):
    """One mandate of a guardian as officers see it; `moves` are those open to an officer now: (name, label)."""

    TEMPLATE: ClassVar[str] = "org_guardian.html"

    line: GuardianLine
    acts: tuple[str, ...]
    evidence: tuple[EvidenceLine, ...]
    steps: tuple[StepLine, ...] = ()
    earlier: tuple[GuardianLine, ...] = ()
    worries: tuple[ToldLine, ...] = ()
    moves: tuple[tuple[str, str], ...] = ()
    proof: ProofForm | None = None
    is_age_unknown: bool = False
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class AppointPage(Page):
    """An officer who saw the evidence appoints a guardian by the two codes; the guardian still has to say yes."""

    TEMPLATE: ClassVar[str] = "org_guardian_new.html"

    child: str = ""
    guardian: str = ""
    proof: ProofForm
    reach: ReachForm
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class AgePage(Page):
    """An officer who saw the evidence records when somebody was born; what is known already is not shown."""

    TEMPLATE: ClassVar[str] = "org_guardian_age.html"

    code: str = ""
    born: dt.date | None = None
    countries: tuple[Choice, ...]
    proof: ProofForm
    problem: str = ""
