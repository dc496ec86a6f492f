"""The words of the portal for codes that come from other rooms: rooms, levels, states, outcomes.

`N_` only marks a text for the catalogues; it is translated when it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass


def N_(message: str) -> str:  # noqa: N802  gettext's own name for this mark
    """Mark `message` as a message id and leave it as it is."""
    return message


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level of validation: its sign as text, the word for people, the word for organisations, what it means."""

    sign: str
    word: str
    term: str
    meaning: str


LEVELS = {
    1: Level(
        sign="○",
        word=N_("said by you"),
        term=N_("self-declared"),
        meaning=N_("You say so yourself. Nobody has looked at it yet."),
    ),
    2: Level(
        sign="◔",
        word=N_("a peer"),
        term=N_("peer-endorsed"),
        meaning=N_("Somebody you worked or studied with says so."),
    ),
    3: Level(
        sign="◑",
        word=N_("seen in your work"),
        term=N_("inferred from traces"),
        meaning=N_("It shows in things you did in a course or at work."),
    ),
    4: Level(
        sign="◕",
        word=N_("tested"),
        term=N_("assessed"),
        meaning=N_("You passed a test or an assessment."),
    ),
    5: Level(
        sign="●",
        word=N_("certified"),
        term=N_("certified"),
        meaning=N_("An organisation signed a certificate for it."),
    ),
    6: Level(
        sign="✦",
        word=N_("recognised by law"),
        term=N_("formally recognised"),
        meaning=N_("It is part of a diploma or title the law recognises."),
    ),
}
CERTIFIED = 5


@dataclass(frozen=True, kw_only=True)
class StateWord:
    """A state as a word and a kind of sign: "good", "waiting", "care" or "ended"."""

    word: str
    kind: str


def _state(word: str, kind: str) -> StateWord:
    return StateWord(word=word, kind=kind)


STATES = {
    "REQUESTED": _state(N_("Requested"), "waiting"),
    "OFFERED": _state(N_("Offered"), "waiting"),
    "ACCEPTED": _state(N_("Accepted"), "waiting"),
    "AGREED": _state(N_("Agreed"), "waiting"),
    "VERIFIED": _state(N_("Verified"), "waiting"),
    "FINALIZED": _state(N_("In force"), "good"),
    "TERMINATED": _state(N_("Ended"), "ended"),
    "STARTED": _state(N_("Running"), "good"),
    "SUSPENDED": _state(N_("Paused"), "care"),
    "COMPLETED": _state(N_("Complete"), "good"),
    "PUBLISHED": _state(N_("Published"), "good"),
    "DRAFT": _state(N_("Draft"), "waiting"),
    "WITHDRAWN": _state(N_("Withdrawn"), "ended"),
    "APPLIED": _state(N_("Asks to join"), "waiting"),
    "ADMITTED": _state(N_("Member"), "good"),
    "REFUSED": _state(N_("Refused"), "ended"),
    "LEFT": _state(N_("Left"), "ended"),
    "ACTIVE": _state(N_("Active"), "good"),
    "EXPIRED": _state(N_("Run out"), "ended"),
    "REVOKED": _state(N_("Stopped"), "ended"),
    "FAILED": _state(N_("Failed"), "care"),
    "DONE": _state(N_("Done"), "good"),
    "RELEASED": _state(N_("Released"), "good"),
    "OPEN": _state(N_("Open"), "waiting"),
    "IN_FORCE": _state(N_("In force"), "good"),
    "INVITED": _state(N_("Invited"), "waiting"),
    "NEGOTIATING": _state(N_("Negotiating"), "waiting"),
    "SIGNED": _state(N_("Signed by the member"), "waiting"),
    "LEAVING": _state(N_("Leaving"), "care"),
    "EXCLUDED": _state(N_("Excluded"), "ended"),
    "REJECTED": _state(N_("Turned down"), "ended"),
    "PROPOSED": _state(N_("Proposed"), "waiting"),
    "COUNTERED": _state(N_("Answered with other terms"), "waiting"),
    "DROPPED": _state(N_("Let go"), "ended"),
    "RECEIVED": _state(N_("Received"), "waiting"),
    "IN WORK": _state(N_("Being worked on"), "waiting"),
    "EXTENDED": _state(N_("Two more months taken"), "waiting"),
    "DOUBTED": _state(N_("Waits for the person"), "waiting"),
    "ANSWERED": _state(N_("Answered"), "good"),
    "RESTRICTED": _state(N_("Kept, not used"), "care"),
    "LIFTED": _state(N_("The use goes on"), "ended"),
    "ASKED": _state(N_("Asked"), "waiting"),
    "EVIDENCE-WANTED": _state(N_("More is wanted"), "care"),
    "ASSESSED": _state(N_("Assessed"), "waiting"),
    "RECOGNISED": _state(N_("Recognised"), "good"),
    "PARTLY": _state(N_("Recognised in part"), "good"),
    "NOT-RECOGNISED": _state(N_("Not recognised"), "ended"),
    "TAKEN-BACK": _state(N_("Taken back"), "ended"),
    "LAPSED": _state(N_("Run out"), "ended"),
}

#: How a check of the doctor came out.
CHECKED = {
    "ok": _state(N_("In order"), "good"),
    "skip": _state(N_("Not checked"), "waiting"),
    "warn": _state(N_("Look after it"), "care"),
    "fail": _state(N_("Wrong"), "wrong"),
}

MOVES = {
    "request": N_("Ask again"),
    "offer": N_("Send this offer"),
    "accept": N_("Accept the offer"),
    "agree": N_("Agree"),
    "verify": N_("Confirm the agreement"),
    "finalize": N_("Put it in force"),
    "terminate": N_("End the negotiation"),
    "publish": N_("Publish"),
    "withdraw": N_("Withdraw"),
    "suspend": N_("Pause"),
    "resume": N_("Resume"),
    "start": N_("Start"),
    "complete": N_("Mark as complete"),
}

OUTCOMES = {
    "asked": _state(N_("Asked"), "waiting"),
    "granted": _state(N_("You said yes"), "good"),
    "declined": _state(N_("You said no"), "ended"),
    "used": _state(N_("Used"), "good"),
    "refused": _state(N_("Refused"), "care"),
    "stopped": _state(N_("You stopped it"), "ended"),
    "expired": _state(N_("Ran out"), "ended"),
    "ended": _state(N_("Ended"), "ended"),
    "deleted": _state(N_("Copy deleted"), "good"),
    "kept": _state(N_("Kept because of a law"), "care"),
    "reminded": _state(N_("Reminded to delete"), "waiting"),
    "received": _state(N_("Came in"), "good"),
    "downloaded": _state(N_("Downloaded"), "good"),
    "connected": _state(N_("Connected"), "good"),
    "disconnected": _state(N_("Disconnected"), "ended"),
    "taken-back": _state(N_("Disconnected by them"), "care"),
}

#: What a concept of ours is to one of another taxonomy.
RELATIONS = {
    "exact": N_("It is the same"),
    "close": N_("It is nearly the same"),
    "broad": N_("The other one is broader"),
    "narrow": N_("The other one is narrower"),
    "related": N_("It is related"),
}

#: A chance in words, the highest first.
CHANCES = (
    (0.85, N_("very likely")),
    (0.6, N_("likely")),
    (0.3, N_("perhaps")),
    (0.0, N_("a guess")),
)

#: How somebody proved to an organisation who they are.
WAYS = {
    "code": N_("with a code from them"),
    "mail": N_("by e-mail"),
    "credential": N_("with a credential"),
}

#: The same, as the organisation reads it.
OUR_WAYS = WAYS | {"code": N_("with a code from you")}

ROOMS = {
    "skills": (N_("Skills"), "/skills"),
    "opportunities": (N_("Opportunities"), "/opportunities"),
    "plan": (N_("Plan"), "/plan"),
    "sharing": (N_("Sharing"), "/sharing"),
    "you": (N_("You"), "/you"),
    "overview": (N_("Overview"), "/org"),
    "offerings": (N_("Offerings"), "/org/offerings"),
    "negotiations": (N_("Negotiations"), "/org/negotiations"),
    "agreements": (N_("Agreements"), "/org/agreements"),
    "contracts": (N_("Contracts"), "/org/contracts"),
    "transfers": (N_("Transfers"), "/org/transfers"),
    "peers": (N_("Peers"), "/org/peers"),
    "people": (N_("People"), "/org/people"),
    "team": (N_("Our team"), "/org/team"),
    "matching": (N_("Order of matching"), "/org/matching"),
    "shared": (N_("Shared with us"), "/org/shared"),
    "learning": (N_("Learning"), "/org/learning"),
    "linked": (N_("Connected people"), "/org/linked"),
    "credentials": (N_("Credentials"), "/org/credentials"),
    "validation": (N_("Skills to validate"), "/org/validation"),
    "statistics": (N_("Statistics"), "/org/statistics"),
    "members": (N_("Members"), "/org/members"),
    "rights": (N_("Rights of people"), "/org/rights"),
    "register": (N_("Our record"), "/org/register"),
    "words": (N_("Our words"), "/org/words"),
    "review": (N_("Links to check"), "/org/review"),
    "guardians": (N_("Guardians"), "/org/guardians"),
    "audit": (N_("Audit"), "/org/audit"),
    "log": (N_("Log"), "/org/log"),
}


def state_word(code: str) -> StateWord:
    """The word for a state; a code nobody gave a word is shown as it is, so that nothing is hidden."""
    return STATES.get(code.upper()) or StateWord(word=code, kind="waiting")


def chance_word(chance: float) -> str:
    """The words for a chance from 0 to 1."""
    return next(word for least, word in CHANCES if chance >= least)
