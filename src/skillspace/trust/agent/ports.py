"""What the agent needs of its neighbours: who somebody is, what the law says, what people aim at, what is on offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from skillspace.storage.database import Work
from skillspace.trust.agent.model import Wish
from skillspace.trust.consent import Acting
from skillspace.trust.consent.errors import NotMandated
from skillspace.trust.register import Record

#: Write into the node's journal, in the caller's transaction: (work, kind, about, content).
Note = Callable[[Work, str, str, Mapping[str, object]], None]
#: Let the journal forget the contents about these.
Forget = Callable[[Work, Iterable[str]], object]
#: Return the roles an organisation (DID) has in the data space; none for a stranger.
RolesOf = Callable[[Work, str], frozenset[str]]
#: The country an organisation said it works in (ISO 3166-1), None when it told none: `register.Registers.country`.
CountryOf = Callable[[Work, str], str | None]
#: The newest known record of an organisation and its version, None when none was seen: `register.Registers.of`.
FindRecord = Callable[[Work, str], tuple[int, Record] | None]
#: Whether a person is known to decide alone about their data: of age for it (`mandate.births.standing`).
DecidesAlone = Callable[[Work, str], bool]
#: May `acting` (None: the person) let this wish of a person count? Returns who acts, or raises Refused.
MayWish = Callable[[Work, Acting | None, str, Wish], Acting | None]


@dataclass(frozen=True, kw_only=True)
class Aim:
    """Where a person wants to go: the goal in words, the skills it needs, and those they have; as concept URIs.

    `said_only` are those of the skills they have that nobody but themselves says so of.
    """

    title: str
    essential: frozenset[str]
    useful: frozenset[str]
    held: frozenset[str]
    said_only: frozenset[str] = frozenset()

    @property
    def wanted(self) -> frozenset[str]:
        """Every skill that helps towards the goal."""
        return self.essential | self.useful

    @property
    def untested(self) -> frozenset[str]:
        """What helps towards the goal, is held, and rests on nothing but the person's word."""
        return self.wanted & self.held & self.said_only

    @property
    def gaps(self) -> frozenset[str]:
        """The essential skills that are missing."""
        return self.essential - self.held


class Sort(StrEnum):
    """What an offer is: a test takes whatever skill somebody has, an app is about some, advice is on a whole plan."""

    MARKET = "market"
    TEST = "test"
    APP = "app"
    ADVICE = "advice"


@dataclass(frozen=True, kw_only=True)
class OnOffer:
    """Something an organisation offers to people, and what it would ask of them for it.

    `teaches` and `seeks` are skills of a training or a job, `about` those that an app or a test says it is about;
    `has_record` tells whether it published who answers for people's data and how long they are kept.
    """

    organisation: str
    name: str
    roles: frozenset[str]
    offering: str
    title: str
    purpose: str
    kinds: tuple[str, ...]
    teaches: frozenset[str] = frozenset()
    seeks: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()
    sort: Sort = Sort.MARKET
    has_record: bool = False


#: What a person aims at, None while they have no goal.
AimOf = Callable[[Work, str], Aim | None]
#: What is on offer for an aim, the best fit first (`suggesting.ranked` says what is better): only as much is read as is
#: wanted, so that nobody goes through a whole market for one person.
Catalogue = Callable[[Work, Aim], Iterable[OnOffer]]
#: The people who have a goal, in order of their identifiers: after one, so many at most.
PeopleWithGoals = Callable[[Work, str, int], list[str]]


def only_the_person(_work: Work, acting: Acting | None, _person: str, _wish: Wish) -> Acting | None:
    """Let nobody but the person set preferences: where no mandates are kept."""
    if acting is not None:
        raise NotMandated(f"{acting.name} holds no mandate here.")
    return None
