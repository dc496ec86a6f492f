"""The record, at the orchestrator: drafting, publishing, versioning and ending a contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, Conflict
from skillspace.storage.database import Work
from skillspace.trust.contract.differences import diff, needs_signatures
from skillspace.trust.contract.fitness import check_usable
from skillspace.trust.contract.machine import CLOCK, CONTRACT, ORCHESTRATOR, RULE, SEATED, ContractState
from skillspace.trust.contract.model import Offering, Terms
from skillspace.trust.contract.moving import Moves, check_reason, own_contract
from skillspace.trust.contract.reading import contract_id, read_terms
from skillspace.trust.contract.seating import Seats
from skillspace.trust.contract.signing import bare, sign_terms
from skillspace.trust.contract.store import contracts, done, live_seat, seats_of, terms_of, versions
from skillspace.wire.jose import SigningKey

KEEP_DONE = timedelta(days=30)
_LIVE = (ContractState.OPEN, ContractState.IN_FORCE, ContractState.SUSPENDED)


class Record:
    """The contracts this node is the orchestrator of. Everything here is done by its own people, or by the clock."""

    def __init__(self, *, key: SigningKey, moves: Moves, seats: Seats) -> None:
        self.own_did = moves.own_did
        self.seats = seats
        self._moves = moves
        self._key = key

    def draft(self, work: Work, content: Mapping[str, object]) -> Terms:
        """Write a first version from its content as JSON (`Terms` without what is set here), and return it.

        Raises BadInput with the place of what is wrong.
        """
        fixed = {"id": contract_id(self.own_did), "version": 1, "previous": None, "orchestrator": self.own_did}
        terms = read_terms({**content, **fixed, "issued": iso(work.now), "material": True})
        row = {
            "id": terms.id,
            "orchestrator": self.own_did,
            "state": ContractState.DRAFT,
            "revision": 1,
            "stops": None,
            "reason": "",
            "since": work.now,
            "confirmed": work.now,
            "is_whole": True,
        }
        work.insert(contracts, row | head(terms))
        self._write_version(work, terms, 1)
        return terms

    def publish(self, work: Work, contract: str, *, role: str, offerings: Sequence[Offering] = ()) -> Terms:
        """Open a draft: the orchestrator signs it, takes its own part in `role`, and may invite.

        Raises UnfitClauses where a clause cannot be read or they contradict each other, NoPurposeClause.
        """
        row = own_contract(work, contract, self.own_did)
        terms = terms_of(work, contract, row["version"])
        check_usable(terms)
        if role not in terms.role_names:
            raise BadInput(f"The contract has no role {role}; it has {', '.join(sorted(terms.role_names))}.")
        if offerings and terms.kind == "bilateral":
            raise BadInput("In a contract of two, offerings are proposed to the other party.")
        self._moves.contract(work, row, "publish", ORCHESTRATOR)
        seat = self.seats.take_own(work, contract, role)
        for offering in offerings:
            self.seats.bring(work, seat, offering)
        self.seats.sign_own(work, contract)
        return terms

    def bring(self, work: Work, contract: str, offering: Offering) -> None:
        """Let the orchestrator of an ecosystem bring an offering of its own; it is signed at once."""
        row = own_contract(work, contract, self.own_did)
        seat = live_seat(work, contract, self.own_did)
        if row["kind"] == "bilateral" or seat is None:
            raise Conflict("Offerings of one's own are brought to a published contract of many.")
        self.seats.bring(work, seat, offering)
        self.seats.sign_own(work, contract)

    def revise(
        self, work: Work, contract: str, changes: Mapping[str, object], *, material: bool, sign_within_days: int = 30
    ) -> Terms:
        """Write the next version: `changes` are parts of `Terms` as JSON. Everybody signs a material one in time.

        A draft is written anew. Raises BadInput where nothing changed, or where the change binds somebody and is not
        called material; of a contract that is published, UnfitClauses and NoPurposeClause as `publish`.
        """
        row = own_contract(work, contract, self.own_did)
        if row["state"] in CONTRACT.final:
            raise Conflict(f"The contract is {row['state']}.")
        old = terms_of(work, contract, row["version"])
        is_draft = row["state"] == ContractState.DRAFT
        fixed = {name: old.content()[name] for name in ("id", "kind", "orchestrator")}
        fixed |= {"issued": iso(work.now), "material": material or is_draft, "sign_within_days": sign_within_days}
        if is_draft:
            fixed |= {"version": 1, "previous": None}
        else:
            fixed |= {"version": old.version + 1, "previous": old.hash}
        new = read_terms({**old.content(), **changes, **fixed})
        if not is_draft:
            check_usable(new)
        if not diff(old, new):
            raise BadInput("Nothing changed.")
        if not new.material and (parts := needs_signatures(old, new)):
            raise BadInput(f"Everybody signs a change of {', '.join(parts)}: call the version material.")
        revision = self._moves.touch(work, contract)
        if is_draft:
            work.delete(versions, versions.c.contract == contract)
        self._write_version(work, new, revision)
        work.update(contracts, contracts.c.id == contract, **head(new))
        if not is_draft:
            self.seats.take_version(work, new)
            self._moves.contract(work, row, "revise", ORCHESTRATOR)
        return new

    def suspend(self, work: Work, contract: str, reason: str) -> None:
        """Suspend the whole contract. Raises BadInput for a reason that is too long to be told."""
        check_reason(reason)
        row = own_contract(work, contract, self.own_did)
        self._moves.contract(work, row, "suspend", ORCHESTRATOR, reason=reason)

    def resume(self, work: Work, contract: str) -> None:
        """End a suspension of the whole contract."""
        row = own_contract(work, contract, self.own_did)
        self._moves.contract(work, row, "resume", ORCHESTRATOR, reason="")
        self._moves.settle(work, contract)

    def terminate(self, work: Work, contract: str, reason: str, *, by_law: bool = False) -> None:
        """End a contract when its notice is over; at once where nobody is bound by it yet, or a law leaves no time."""
        row = own_contract(work, contract, self.own_did)
        if not reason:
            raise BadInput("Members are told why a contract ends.")
        check_reason(reason)
        others = [seat for seat in seats_of(work, contract) if seat["member"] != self.own_did]
        is_bound = any(seat["state"] in SEATED for seat in others)
        if row["state"] == ContractState.DRAFT:
            self._moves.contract(work, row, "terminate", ORCHESTRATOR, reason=reason)
        elif by_law or not is_bound:
            self._moves.end(work, row, "end", RULE, reason=reason)
        else:
            # A shorter notice counts for nobody who did not sign it.
            signed = {row["version"], *(seat["version"] for seat in others if seat["state"] in SEATED)}
            days = max(terms_of(work, contract, version).notice_days for version in signed)
            # Giving notice twice does not make it longer.
            stops = min(filter(None, (row["stops"], work.now + timedelta(days=days))))
            self._moves.contract(work, row, "terminate", ORCHESTRATOR, reason=reason, stops=stops)

    def tick(self, work: Work) -> None:
        """Do what the clock asks for: starts, ends, notice periods, and signatures that did not come."""
        live = (contracts.c.orchestrator == self.own_did) & contracts.c.state.in_(_LIVE)
        for row in work.rows(sa.select(contracts).where(live)):
            if row["ends"] <= work.now:
                self._moves.end(work, row, "expire", CLOCK, reason="Its time is over.")
            elif row["stops"] is not None and row["stops"] <= work.now:
                self._moves.end(work, row, "end", RULE, reason=row["reason"])
            else:
                self.seats.tick(work, row["id"])
                self._moves.settle(work, row["id"])
        work.delete(done, done.c.at < work.now - KEEP_DONE)

    def renew_signatures(self, work: Work) -> None:
        """Sign again, with the key this node signs with now, what a key it retired has signed."""
        key = bare(self._key.public_jwk())
        live = (contracts.c.orchestrator == self.own_did) & contracts.c.state.in_(_LIVE)
        for row in work.rows(sa.select(contracts).where(live)):
            this = (versions.c.contract == row["id"]) & (versions.c.version == row["version"])
            known = work.one(sa.select(versions).where(this))
            if known is None or known["key"] == key:
                continue
            token = sign_terms(terms_of(work, row["id"], row["version"]), self._key, work.now)
            work.update(versions, this, signature=token, key=key, revision=self._moves.touch(work, row["id"]))
            self.seats.sign_own(work, row["id"])
            self.seats.countersign_again(work, row["id"])

    def _write_version(self, work: Work, terms: Terms, revision: int) -> None:
        row = {
            "contract": terms.id,
            "version": terms.version,
            "hash": terms.hash,
            "terms": terms.content(),
            "signature": sign_terms(terms, self._key, work.now),
            "key": bare(self._key.public_jwk()),
            "revision": revision,
        }
        work.insert(versions, row)


def head(terms: Terms) -> dict[str, object]:
    """What is looked for often, from the current version."""
    return {
        "kind": terms.kind,
        "title": terms.title,
        "version": terms.version,
        "starts": terms.starts,
        "ends": terms.ends,
    }
