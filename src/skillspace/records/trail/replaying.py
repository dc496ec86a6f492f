"""Replaying a trail: every hop is checked anew, and what the last one may claim is worked out from them.

It needs the issuers' keys and no network. Whether a hop was taken back since is asked of its issuer where that can be
done, and else read from what travels with the trail; where neither tells, the check says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from skillspace.kernel.errors import SkillspaceError
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials.verdict import StatusCheck
from skillspace.records.model import ValidationLevel
from skillspace.records.trail.model import Hop, Trail, name_of, reached, rests_of
from skillspace.records.trail.rules import RULES
from skillspace.records.trail.standing import HopStanding, Standings
from skillspace.records.trail.writing import LEEWAY, read_signed


class Fault(StrEnum):
    """What is wrong with a hop."""

    UNREADABLE = "unreadable"
    OTHER_PERSON = "other-person"
    NOT_YET = "not-yet"
    OVER = "over"
    MISSING = "missing"
    TOO_EARLY = "too-early"
    WAS_OVER = "was-over"
    ON_BROKEN = "on-broken"
    ON_WRONG_KIND = "on-wrong-kind"
    ON_NOTHING = "on-nothing"
    CLAIMS_MORE = "claims-more"
    CLAIMS_OTHER = "claims-other"
    MOVED = "moved"
    TAKEN_BACK = "taken-back"
    SUSPENDED = "suspended"


WORDS: Mapping[Fault, str] = {
    Fault.UNREADABLE: "This hop was changed, or is not signed by whom it names.",
    Fault.OTHER_PERSON: "This hop is about somebody else.",
    Fault.NOT_YET: "This hop says it was made at a time that has not come yet.",
    Fault.OVER: "This hop does not count any more: its time is over.",
    Fault.MISSING: "Something this hop rests on is not in the trail.",
    Fault.TOO_EARLY: "This hop rests on something that was made after it.",
    Fault.WAS_OVER: "This hop rests on something that did not count any more when it was made.",
    Fault.ON_BROKEN: "This hop rests on something that does not hold.",
    Fault.ON_WRONG_KIND: "A hop of this kind cannot rest on what it names.",
    Fault.ON_NOTHING: "A hop of this kind must rest on something, and this one rests on nothing.",
    Fault.CLAIMS_MORE: "This hop claims more than a hop of its kind may.",
    Fault.CLAIMS_OTHER: "This hop is about another skill or level than everything it rests on.",
    Fault.MOVED: "This hop is not where it belongs: hops were added, taken away or put in another order.",
    Fault.TAKEN_BACK: "Who made this hop has taken it back.",
    Fault.SUSPENDED: "Who made this hop has suspended it for now.",
}
HOLDS = "This hop holds."
UNASKED = "This hop holds, but whether it was taken back since could not be looked up."
#: How a hop stands that does not count any more, whatever else is right with it.
_GONE = {HopStanding.TAKEN_BACK: Fault.TAKEN_BACK, HopStanding.SUSPENDED: Fault.SUSPENDED}


@dataclass(frozen=True, kw_only=True)
class Check:
    """What was found of one hop: what it says (None where that cannot be trusted), and what is wrong with it.

    `reason` says it in plain words, `standing` what is known of its having been taken back.
    """

    name: str
    hop: Hop | None
    fault: Fault | None
    standing: HopStanding = HopStanding.UNKNOWN

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.fault is None

    @property
    def reason(self) -> str:
        """The verdict as a sentence."""
        if self.fault is not None:
            return WORDS[self.fault]
        return UNASKED if self.standing is HopStanding.UNKNOWN else HOLDS


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What the last hop of a sound trail may claim of its subject, by whose word, and until when."""

    subject: str
    concept: str | None
    label: str
    level: str | None
    level_scheme: str | None
    validation: ValidationLevel
    issuer: str
    issuer_name: str
    at: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What replaying found: a check for each hop, in the trail's order, and the claim if every one holds."""

    checks: tuple[Check, ...]
    claim: Claim | None

    @property
    def holds(self) -> bool:
        """Whether the whole trail holds."""
        return self.claim is not None

    @property
    def is_taken_back(self) -> bool:
        """Whether somebody took back, or suspended, what they had signed of it."""
        return any(check.standing in _GONE for check in self.checks)


def replay(trail: Trail, resolve_key: KeyResolver, at: datetime, check_status: StatusCheck | None = None) -> Replay:
    """Check a trail as of the moment `at`; never raises for what it holds.

    Every hop must be signed by its issuer, be about the trail's subject, stand as far as that can be known, and rest on
    hops that are there, hold, are of a kind it may rest on, and counted when it was made. The last hop must still count
    at `at`. With `check_status` issuers are asked whether they took a hop back, which may call them.
    """
    order = _order(trail)
    standings = Standings(trail.lists, resolve_key, at, check_status)
    checks: dict[str, Check] = {}
    for place, token in enumerate(trail.hops):
        name = name_of(token)
        hop, standing = _hop(token, resolve_key, standings)
        fault = _GONE.get(standing) or _fault(trail, hop, checks, at, is_last=name == trail.head)
        if fault is None and (place >= len(order) or order[place] != name):
            fault = Fault.MOVED
        key = f"{name} again" if name in checks else name
        checks[key] = Check(name=name, hop=hop, fault=fault, standing=standing)
    last = checks.get(trail.head)
    is_whole = last is not None and name_of(trail.hops[-1]) == trail.head and all(c.holds for c in checks.values())
    found = tuple(checks.values())
    return Replay(checks=found, claim=_claim(last.hop) if is_whole and last is not None and last.hop else None)


def _order(trail: Trail) -> list[str]:
    """In which order the hops belong; one that cannot be read rests on nothing."""
    rests: dict[str, tuple[str, ...]] = {}
    for token in trail.hops:
        rests[name_of(token)] = ()
        with suppress(SkillspaceError):
            rests[name_of(token)] = rests_of(token)
    return reached(trail.head, rests) if trail.head in rests else []


def _hop(token: str, resolve_key: KeyResolver, standings: Standings) -> tuple[Hop | None, HopStanding]:
    try:
        hop, signed = read_signed(token, resolve_key)
    except SkillspaceError:
        return None, HopStanding.UNKNOWN
    return hop, standings.of(signed)


def _fault(trail: Trail, hop: Hop | None, before: Mapping[str, Check], at: datetime, *, is_last: bool) -> Fault | None:
    if hop is None:
        return Fault.UNREADABLE
    if hop.subject != trail.subject:
        return Fault.OTHER_PERSON
    if hop.at > at + LEEWAY:
        return Fault.NOT_YET
    if is_last and hop.until is not None and hop.until <= at:
        return Fault.OVER
    return next(_faults_below(hop, before), None)


def _faults_below(hop: Hop, before: Mapping[str, Check]) -> Iterator[Fault]:
    """What is wrong with how a hop rests on others, and with what it claims because of them."""
    rule = RULES[hop.kind]
    below = [before[name] for name in hop.rests_on if name in before]
    if len(below) < len(hop.rests_on):
        yield Fault.MISSING
    if rule.must and not below:
        yield Fault.ON_NOTHING
    rests = [check.hop for check in below if check.hop is not None]
    if not all(check.holds for check in below):
        yield Fault.ON_BROKEN
    if not all(one.kind in rule.on for one in rests):
        yield Fault.ON_WRONG_KIND
    if any(one.at > hop.at + LEEWAY for one in rests):
        yield Fault.TOO_EARLY
    if any(one.until is not None and one.until <= hop.at for one in rests):
        yield Fault.WAS_OVER
    if hop.validation > rule.ceiling:
        yield Fault.CLAIMS_MORE
    if rule.same and rests and not any(_is_same(hop, one) for one in rests):
        yield Fault.CLAIMS_OTHER


def _is_same(hop: Hop, other: Hop) -> bool:
    """Whether two hops speak of one skill, and the first of no level that the second does not state."""
    same_skill = hop.concept == other.concept and (hop.concept is not None or hop.label == other.label)
    return same_skill and (hop.level is None or (hop.level, hop.level_scheme) == (other.level, other.level_scheme))


def _claim(hop: Hop) -> Claim:
    names = ("subject", "concept", "label", "level", "level_scheme", "validation", "issuer", "issuer_name")
    return Claim(**{name: getattr(hop, name) for name in names}, at=hop.at, until=hop.until)
