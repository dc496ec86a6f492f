"""A member's replica: the record's word, taken over only as far as signatures and hashes bear it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput, SkillspaceError
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work
from skillspace.trust.contract.differences import needs_signatures
from skillspace.trust.contract.errors import ForgedContract, NotYours
from skillspace.trust.contract.fitness import check_readable
from skillspace.trust.contract.machine import PARTICIPATION, SEATED, ContractState, OfferState, SeatState
from skillspace.trust.contract.messages import News, OfferNews, SeatNews
from skillspace.trust.contract.model import Participation, Terms
from skillspace.trust.contract.moving import Moves, announce_contract, announce_seat
from skillspace.trust.contract.partaking import GONE_BY_LAW
from skillspace.trust.contract.reading import read_offering, read_participation, read_terms
from skillspace.trust.contract.record import head
from skillspace.trust.contract.seating import bounds
from skillspace.trust.contract.signing import Key, check_countersignature, check_participation, check_terms
from skillspace.trust.contract.store import Row, bind, contracts, offers, seats, sign_by, versions

#: How many contracts one orchestrator can make this node keep.
MOST_OF_ONE = 500


@dataclass(frozen=True, kw_only=True)
class CheckedSeat:
    """A participation as told: `document` where both signed, and why this node does not believe it (`fault`)."""

    news: SeatNews
    document: Participation | None
    key: Key | None
    orchestrator_key: Key | None
    fault: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """News whose signatures were looked at. `keys` are those of the versions, in their order; older ones may have
    none."""

    orchestrator: str
    news: News
    terms: Sequence[Terms]
    keys: Sequence[Key | None]
    seats: Sequence[CheckedSeat]


def check(news: News, *, orchestrator: str, resolve_key: KeyResolver) -> Checked:
    """Look at every signature in news; asks other nodes for keys, so no transaction is open.

    Raises BadInput and ForgedContract for terms that are not the orchestrator's, UnfitClauses where a clause cannot be
    read here or they contradict each other. A participation that cannot be believed does not stop the others: it
    carries its fault.
    """
    terms = [read_terms(version.terms) for version in news.versions]
    for one in terms:
        if one.orchestrator != orchestrator or one.id != news.contract:
            raise ForgedContract("These terms belong to another contract, or to another's.")
        check_readable(one)
    # The newest must hold; the others are bound to it by their hashes, whatever became of the keys they were signed
    # with.
    keys = [_older_key(one, told.signature, resolve_key) for one, told in zip(terms, news.versions, strict=True)][:-1]
    if terms:
        keys.append(check_terms(terms[-1], news.versions[-1].signature, resolve_key).key)
    return Checked(
        orchestrator=orchestrator,
        news=news,
        terms=terms,
        keys=keys,
        seats=[_checked_seat(seat, news.contract, orchestrator, resolve_key) for seat in news.participations],
    )


class Replica:
    """What this node knows of contracts that others keep."""

    def __init__(self, moves: Moves) -> None:
        self._moves = moves
        self._own_did = moves.own_did

    def apply(self, work: Work, checked: Checked) -> Row:
        """Take over what is new and return the contract's row; what is known or older changes nothing.

        Raises NotYours where the contract is another orchestrator's, ForgedContract where versions do not follow each
        other, BadInput for states nobody knows.
        """
        news = checked.news
        known = work.one(sa.select(contracts).where(contracts.c.id == news.contract))
        if known is not None and known["orchestrator"] != checked.orchestrator:
            raise NotYours(f"Contract {news.contract} is kept by {known['orchestrator']}.")
        state, times = _member(ContractState, news.state), _times(news)
        if known is None:
            self._make_room(work, checked.orchestrator)
            if not checked.terms:
                raise BadInput(f"Contract {news.contract} came without its terms.")
            row = {"id": news.contract, "orchestrator": checked.orchestrator, "state": state, "revision": -1}
            work.insert(contracts, row | times | head(checked.terms[-1]) | {"confirmed": work.now, "is_whole": False})
        self._take_versions(work, checked)
        before = self._contract(work, news.contract)
        changes: dict[str, object] = {"confirmed": work.now}
        if news.revision > before["revision"]:
            changes |= {"state": state, "revision": news.revision} | times
        work.update(contracts, contracts.c.id == news.contract, **changes)
        for seat in checked.seats:
            self._take_seat(work, news.contract, seat)
        for offer in news.offers:
            self._take_offer(work, offer)
        self._take_deadlines(work, news.contract)
        after = self._contract(work, news.contract)
        if known is None or any(known[name] != after[name] for name in ("state", "version", "stops")):
            self._moves.note(work, "replica", news.contract, state=after["state"], version=after["version"])
            announce_contract(work, news.contract, before=known["state"] if known else "", after=after["state"])
        return after

    def _make_room(self, work: Work, orchestrator: str) -> None:
        count = sa.select(sa.func.count().label("count")).where(contracts.c.orchestrator == orchestrator)
        found = work.one(count)
        if found is not None and found["count"] >= MOST_OF_ONE:
            raise BadInput(f"{orchestrator} already keeps {MOST_OF_ONE} contracts with this node.")

    def _take_versions(self, work: Work, checked: Checked) -> None:
        contract = checked.news.contract
        rows = work.rows(sa.select(versions).where(versions.c.contract == contract).order_by(versions.c.version))
        hashes = {row["version"]: row["hash"] for row in rows}
        last = read_terms(rows[-1]["terms"]) if rows else None
        for terms, told, key in zip(checked.terms, checked.news.versions, checked.keys, strict=True):
            if terms.version in hashes:
                if hashes[terms.version] != terms.hash:
                    raise ForgedContract(f"Version {terms.version} is not the one this node knows.")
                continue
            _check_follows(last, terms)
            row = {
                "contract": contract,
                "version": terms.version,
                "hash": terms.hash,
                "terms": terms.content(),
                "signature": told.signature,
                "key": key,
                "revision": checked.news.revision,
            }
            work.insert(versions, row)
            last = terms
        if last is not None:
            work.update(contracts, contracts.c.id == contract, **head(last))
        if checked.terms and (newest := checked.terms[-1]) == last:
            this = (versions.c.contract == contract) & (versions.c.version == newest.version)
            work.update(versions, this, signature=checked.news.versions[-1].signature, key=checked.keys[-1])

    def _take_seat(self, work: Work, contract: str, seat: CheckedSeat) -> None:
        news = seat.news
        known = work.one(sa.select(seats).where(seats.c.id == news.id))
        if known is not None and (known["contract"], known["member"]) != (contract, news.member):
            raise ForgedContract(f"Participation {news.id} is somebody else's.")
        if known is not None and (news.revision < known["revision"] or _is_same(known, news)):
            return
        state, document, fault = _member(SeatState, news.state), seat.document, seat.fault
        if known is not None and known["state"] in PARTICIPATION.final and state not in PARTICIPATION.final:
            return  # what is over stays over: who comes back comes back with a participation of its own
        if known is not None and known["document"] is not None:
            is_older = document is None or iso(document.signed) < known["document"]["signed"]
            fault = "An older document was shown than the one this node knows." if is_older else fault
        if known is not None and known["fault"] == GONE_BY_LAW and state not in PARTICIPATION.final:
            fault = GONE_BY_LAW
        row = _seat_row(seat, state, fault) | {"told": 0, "contract": contract}
        if document is not None:
            row |= self._bounds(work, document)
        work.upsert(seats, row, on=("id",))
        bind(work, news.id, document if state in SEATED and not fault else None)
        if known is None or known["state"] != state:
            facts = {"contract": contract, "member": news.member, "role": news.role, "state": str(state)}
            self._moves.note(work, f"participation.{state}", news.id, fault=fault, **facts)
            announce_seat(work, news.id, facts)

    def _bounds(self, work: Work, document: Participation) -> Mapping[str, object]:
        this = (versions.c.contract == document.contract) & (versions.c.version == document.version)
        row = work.one(sa.select(versions).where(this))
        if row is None or row["hash"] != document.terms_hash:
            raise ForgedContract(f"Participation {document.id} is under terms this node does not know.")
        return bounds(read_terms(row["terms"]), sign_by(work, document.contract, document.version))

    def _take_offer(self, work: Work, news: OfferNews) -> None:
        own = work.one(sa.select(seats).where(seats.c.id == news.participation))
        known = work.one(sa.select(offers).where(offers.c.id == news.id))
        if own is None or own["member"] != self._own_did:
            raise BadInput(f"Offering {news.id} is not this node's to know.")
        if known is not None and (known["participation"] != news.participation or news.revision <= known["revision"]):
            return
        row: dict[str, Any] = news.model_dump() | {"contract": own["contract"]}
        row |= {"state": _member(OfferState, news.state), "content": read_offering(news.content).content()}
        row |= {"before": read_offering(news.before).content() if news.before else None}
        work.upsert(offers, row, on=("id",))

    def _take_deadlines(self, work: Work, contract: str) -> None:
        signed = (seats.c.contract == contract) & seats.c.version.is_not(None)
        for row in work.rows(sa.select(seats.c.version).where(signed).distinct()):
            under = signed & (seats.c.version == row["version"])
            work.update(seats, under, sign_by=sign_by(work, contract, row["version"]))

    def _contract(self, work: Work, id: str) -> Row:
        row = work.one(sa.select(contracts).where(contracts.c.id == id))
        if row is None:
            raise BadInput(f"There is no contract {id}.")
        return row


def _checked_seat(news: SeatNews, contract: str, orchestrator: str, resolve_key: KeyResolver) -> CheckedSeat:
    document, key, orchestrator_key, fault = None, None, None, ""
    if news.document is not None:
        try:
            document = read_participation(news.document)
            told = (news.id, contract, news.member, news.role)
            if (document.id, document.contract, document.member, document.role) != told:
                raise ForgedContract("The participation is not the one it is called.")
            signed, countersigned_key = check_countersignature(
                document, news.signature, news.countersignature, resolve_key, orchestrator=orchestrator
            )
            orchestrator_key = signed.key
            key = check_participation(document, news.signature, resolve_key).key
            if key != countersigned_key:
                raise ForgedContract("The orchestrator countersigned another key than the member's.")
        except SkillspaceError as reason:
            fault = f"{reason.code}: {reason.message}"[:500]
    return CheckedSeat(news=news, document=document, key=key, orchestrator_key=orchestrator_key, fault=fault)


def _older_key(terms: Terms, signature: str, resolve_key: KeyResolver) -> Key | None:
    try:
        return check_terms(terms, signature, resolve_key).key
    except SkillspaceError:
        return None


def _seat_row(seat: CheckedSeat, state: SeatState, fault: str) -> dict[str, object]:
    news = seat.news
    return {
        "id": news.id,
        "member": news.member,
        "role": news.role,
        "state": state,
        "suspended_for": news.suspended_for,
        "reason": news.reason,
        "since": _moment(news.since),
        "leaves": _moment(news.leaves) if news.leaves else None,
        "waiting": None,
        "document": seat.document.content() if seat.document else None,
        "signature": news.signature,
        "countersignature": news.countersignature,
        "key": seat.key,
        "orchestrator_key": seat.orchestrator_key,
        "fault": fault,
        "revision": news.revision,
    }


def _check_follows(last: Terms | None, terms: Terms) -> None:
    """Raise ForgedContract unless a version is the next one after the last, and asks for signatures where it must."""
    if last is None:
        if terms.version != 1:
            raise ForgedContract("The first version of the contract is missing.")
        return
    if (terms.version, terms.previous) != (last.version + 1, last.hash):
        raise ForgedContract(f"Version {terms.version} does not follow version {last.version}.")
    if terms.kind != last.kind or terms.issued < last.issued:
        raise ForgedContract(f"Version {terms.version} is of another kind, or older than the one before.")
    if not terms.material and (parts := needs_signatures(last, terms)):
        raise ForgedContract(f"Version {terms.version} changes {', '.join(parts)} and asks nobody to sign.")


def _is_same(known: Row, news: SeatNews) -> bool:
    """A participation told again is looked at again only where it was not believed."""
    return bool(news.revision == known["revision"] and not known["fault"])


def _times(news: News) -> dict[str, object]:
    stops = _moment(news.stops) if news.stops else None
    return {"stops": stops, "reason": news.reason, "since": _moment(news.since)}


def _moment(text: str) -> datetime:
    try:
        return from_iso(text)
    except (ValueError, OverflowError):
        raise BadInput(f"{text[:50]!r} is not a moment.") from None


def _member(kind: Any, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise BadInput(f"Nobody knows the state {text[:50]!r}.") from None
