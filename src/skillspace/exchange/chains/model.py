"""What a service chain is: who is asked for it, the hops it goes through, and the part one node plays in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from skillspace.exchange.catalog.model import is_offering_id
from skillspace.exchange.chains.machine import CHAIN, NODE, OVER, PART, ChainState, PartState
from skillspace.kernel.errors import BadInput

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one node lets a chain cost it: hops in all, bytes of each input or output, time, parts open at once."""

    hops: int = 8
    bytes: int = 1024 * MEGABYTE
    time: timedelta = timedelta(days=1)
    open_parts: int = 100
    #: A result this small may go back to an asker who is no hop, within a message.
    returned_bytes: int = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One hop as the asker names it: a participant's DID and the dataset or service it gives (None for the consumer).

    `grant` is the consent under which this hop may have what its predecessor gives, where that is about people; the
    hop holds it itself, so its number is enough.
    """

    participant: str
    dataset: str | None = None
    grant: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChainRequest:
    """What an asker wants: data of the first stop, through the services of the next ones, to the last.

    `within` is the time it may take, `max_bytes` the size of each input and output; `wants_result` asks the consumer
    to send a small, open result back.
    """

    purpose: str
    stops: tuple[Stop, ...]
    within: timedelta = timedelta(hours=1)
    max_bytes: int = 64 * MEGABYTE
    wants_result: bool = False


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One hop as the asker knows it: `hand_on` and `statement` are what the hop signed, checked on arrival."""

    number: int
    participant: str
    dataset: str | None
    grant: str | None
    state: PartState
    reason: str | None
    was_told: bool
    hand_on: str | None
    statement: str | None
    said: Mapping[str, Any] | None
    changed: datetime


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A chain as its asker knows it. `result` is the text a consumer sent back (base64), if it did."""

    id: str
    attempt: int
    purpose: str
    state: ChainState
    reason: str | None
    deadline: datetime
    within_s: int
    max_bytes: int
    wants_result: bool
    result: Mapping[str, Any] | None
    made: datetime
    changed: datetime
    hops: tuple[Hop, ...] = field(default=())

    @property
    def is_over(self) -> bool:
        """Whether nothing happens any more, unless it is asked for again."""
        return self.state in OVER

    @property
    def moves(self) -> list[str]:
        """The asker's own moves: the buttons of its page."""
        return CHAIN.allowed(self.state, "asker")

    @property
    def statements(self) -> tuple[Mapping[str, Any], ...]:
        """What each hop signed about what it did, in their order: the provenance of the result."""
        return tuple(hop.said for hop in self.hops if hop.said is not None)

    @property
    def is_unbroken(self) -> bool:
        """Whether every hop made its statement, and what each took in is what the one before gave."""
        said = self.statements
        pairs = pairwise(said)
        return len(said) == len(self.hops) and all(one["output"] == other["input"] for one, other in pairs)


@dataclass(frozen=True, kw_only=True)
class Part:
    """The part this node plays: it knows its neighbours, who asked, and what its own agreements say; nothing more.

    `terms` are the rules under which what comes in was given, its predecessors' ones with it; `agreement` is that with
    the neighbour before, `served` the neighbour's own name of the transfer by which it takes our output.
    """

    chain: str
    hop: int
    attempt: int
    asker: str
    purpose: str
    previous: str | None
    previous_dataset: str | None
    dataset: str | None
    next: str | None
    grant: str | None
    given: str | None
    is_personal: bool
    wants_result: bool
    max_bytes: int
    deadline: datetime
    state: PartState
    reason: str | None
    terms: tuple[Mapping[str, Any], ...]
    agreement: str | None
    negotiation: str | None
    transfer: str | None
    served: str | None
    input_digest: str | None
    input_bytes: int | None
    output_digest: str | None
    output_bytes: int | None
    media_type: str | None
    hand_on: str | None
    statement: str | None
    made: datetime
    changed: datetime

    @property
    def is_over(self) -> bool:
        """Whether this node has nothing more to do."""
        return self.state in PART.final

    @property
    def is_provider(self) -> bool:
        """Whether the chain begins here."""
        return self.previous is None

    @property
    def is_consumer(self) -> bool:
        """Whether the chain ends here."""
        return self.next is None

    @property
    def key(self) -> str:
        """The name of this attempt at this part, for its transfer and its folder."""
        return f"{self.chain}.{self.hop}.{self.attempt}"

    def after(self, move: str, party: str = NODE) -> PartState:
        """The state a move leads to; raises MoveNotAllowed."""
        return PART.step(self.state, move, party)


def check_request(request: ChainRequest, limits: Limits) -> None:
    """Raise BadInput for a chain nobody could run: too short or long, in a circle, without purpose, too large."""
    stops = request.stops
    if not 2 <= len(stops) <= limits.hops:
        raise BadInput(f"A chain has 2 to {limits.hops} hops, not {len(stops)}.")
    names = [stop.participant for stop in stops]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadInput(f"A chain does not go in circles: {twice[:200]} is in it twice.")
    for number, stop in enumerate(stops):
        if (stop.dataset is None) is not (number == len(stops) - 1):
            raise BadInput("Every hop but the last names the dataset or service it gives; the last names none.")
        if stop.dataset is not None and not is_offering_id(stop.dataset):
            raise BadInput(f"{stop.dataset[:100]!r} cannot name a dataset.")
    if not request.purpose.strip() or len(request.purpose) > 200:
        raise BadInput("A chain has a purpose, in at most 200 characters.")
    if stops[0].grant is not None:
        raise BadInput("The first hop gives and takes nothing, so no consent is named for it.")
    if not timedelta() < request.within <= limits.time:
        raise BadInput(f"A chain may take {limits.time} at most.")
    if not 0 < request.max_bytes <= limits.bytes:
        raise BadInput(f"A chain may move {limits.bytes} bytes at most.")
