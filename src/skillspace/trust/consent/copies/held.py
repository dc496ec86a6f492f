"""Grants held by others than the intermediary: received, verified, acted on, and given up when they end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import Clock, from_iso, iso, now
from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, Refused
from skillspace.kernel.events import Event
from skillspace.records import credentials
from skillspace.storage.database import Work
from skillspace.trust.consent.conditions import Conditions, read_conditions
from skillspace.trust.consent.copies.kept import KeptCopy, KeptSums, kept_all, kept_sums
from skillspace.trust.consent.errors import ConsentExpired, UntrustedIntermediary, WrongRecipient
from skillspace.trust.consent.machine import GrantState
from skillspace.trust.consent.model import DeletionReceipt, Items, Kept
from skillspace.trust.consent.ports import Deleter, FindDuty, no_duty
from skillspace.trust.consent.store import ended, held, kept_copies, releases
from skillspace.trust.consent.terms import GrantTerms, read_grant
from skillspace.trust.identity import Peer
from skillspace.wire.jose import SigningKey, read_unverified

DELETION_CREDENTIAL = "DeletionReceipt"
#: The task that hands the last receipt of something kept to the person's intermediary.
DELETED = "consent.deleted"
INTERMEDIARY_ROLE = "intermediary"
OVER = (GrantState.REVOKED, GrantState.EXPIRED, GrantState.TERMINATED)


@dataclass(frozen=True, kw_only=True)
class HeldGrant:
    """A grant somebody gave this organisation; `token` is its credential, which stays here (`Uses` shows it)."""

    id: str
    intermediary: str
    provider: str
    dataset: str
    purpose: str
    kinds: tuple[str, ...]
    subject: str
    agreement: str | None
    starts: datetime
    until: datetime
    items: Items
    max_uses: int | None
    conditions: Conditions | None
    token: str
    received: datetime


class HeldGrants:
    """What this node may use of people whose spaces are elsewhere, and how it lets go.

    Rooms that keep copies register how to delete them (`on_delete`): deletion, the end of the grant and the signed
    receipt are one transaction.
    """

    def __init__(
        self,
        *,
        own_did: str,
        key: SigningKey,
        resolve_key: credentials.KeyResolver,
        clock: Clock = now,
        duty: FindDuty = no_duty,
    ) -> None:
        self.own_did = own_did
        self._key = key
        self._resolve_key = resolve_key
        self._clock = clock
        self._duty = duty
        self._deleters: dict[str, Deleter] = {}
        self._blockers: dict[str, Deleter] = {}

    def on_delete(self, kind: str, deleter: Deleter, blocker: Deleter | None = None) -> None:
        """Let `deleter` remove what this node holds of `kind` under a grant; it returns how many things went.

        Where a law may demand that copies are kept, `blocker` takes them out of every use and returns how many.
        """
        self._deleters[kind] = deleter
        if blocker is not None:
            self._blockers[kind] = blocker

    def verify(self, token: str, sender: Peer) -> GrantTerms:
        """Check a delivered grant, outside of any transaction (the signer's key may have to be fetched).

        Raises UntrustedIntermediary unless its signer is the sender and a member with the role of intermediary,
        WrongRecipient when it is for another, ConsentExpired, BadInput, InvalidSignature.
        """
        if INTERMEDIARY_ROLE not in sender.roles:
            raise UntrustedIntermediary(f"{sender.name} is no intermediary of this data space.")
        terms = read_grant(token, self._resolve_key, self._clock(), signer=sender.did)
        if terms.recipient != self.own_did:
            raise WrongRecipient(f"The grant is for {terms.recipient[:200]}, not for {self.own_did}.")
        if terms.until <= self._clock():
            raise ConsentExpired()
        return terms

    def receive(self, work: Work, terms: GrantTerms) -> bool:
        """Keep a verified grant and announce it; tell whether it was new. One that has ended stays ended.

        Raises Refused when another intermediary's grant has this identifier.
        """
        known = self._row(work, terms.grant)
        if known is not None and known["intermediary"] != terms.intermediary:
            raise Refused(f"Consent {terms.grant} belongs to another intermediary.")
        if known is not None or self._ended(work, terms.intermediary, terms.grant) is not None:
            return False
        facts = {name: getattr(terms, name) for name in ("intermediary", "provider", "dataset", "purpose", "subject")}
        content = facts | {"kinds": sorted(terms.kinds)}
        row = content | {"id": terms.grant, "agreement": terms.agreement, "starts": terms.starts, "until": terms.until}
        row |= {
            "items": {kind: list(items) for kind, items in terms.items.items()},
            "max_uses": terms.max_uses,
            "conditions": terms.conditions.to_json() if terms.conditions else None,
        }
        work.insert(held, row | {"token": terms.token, "received": work.now})
        told = {"grant_id": terms.grant, "until": iso(terms.until)}
        work.publish(Event(name="consent.received", about=terms.grant, content=content | told, at=work.now))
        return True

    def find(self, work: Work, grant: str) -> HeldGrant:
        """Return a grant this node may use now; raise NotFound when there is none, or it has ended."""
        row = self._row(work, grant)
        if row is None or row["until"] <= work.now:
            raise NotFound(f"No consent {grant[:100]} is held here, or it has ended.")
        return _held(row)

    def live(self, work: Work) -> list[HeldGrant]:
        """Return every grant this node may use now, latest first."""
        query = sa.select(held).where(held.c.until > work.now).order_by(held.c.received.desc(), held.c.id)
        return [_held(row) for row in work.rows(query)]

    def ended_state(self, work: Work, intermediary: str, grant: str) -> GrantState | None:
        """Return how a grant ended as far as this node was told, or None."""
        row = self._ended(work, intermediary, grant)
        return GrantState(row["state"]) if row else None

    def end(self, work: Work, *, sender: str, is_intermediary: bool, grant: str, state: GrantState) -> str:
        """Let go of a grant: delete every copy made under it and return the signed receipt; again gives the same one.

        Only the intermediary of a grant may end it (Refused). Of a grant never seen here only its end is kept, so that
        a delivery which comes late finds it.
        """
        if state not in OVER:
            raise BadInput(f"A consent does not end as {state}.")
        if row := self._ended(work, sender, grant):
            return str(row["receipt"])
        owners = self._owners(work, grant) | ({sender} if sender == self.own_did else set())
        if (owners and sender not in owners) or not (owners or is_intermediary):
            raise Refused(f"Consent {grant[:100]} is not yours to end.")
        deleted, kept = self._let_go(work, sender, grant) if owners else ({}, [])
        work.delete(held, held.c.id == grant)
        receipt = self._sign(work.now, sender, grant, state, deleted, kept)
        row = {"grant": grant, "intermediary": sender, "state": state, "at": work.now, "receipt": receipt}
        work.insert(ended, row)
        content = {"grant_id": grant, "intermediary": sender, "state": state}
        work.publish(Event(name="consent.ended_here", about=grant, content=content, at=work.now))
        return receipt

    def delete_kept(self, work: Work, *, limit: int = 500) -> int:
        """Delete copies whose day has come, at most `limit`, and leave the last receipt as a task for each.

        Returns how many.
        """
        due = work.rows(sa.select(kept_copies).where(kept_copies.c.until <= work.now).limit(limit))
        for row in due:
            grant, intermediary = row["grant"], row["intermediary"]
            count = self._deleters[row["kind"]](grant, work) if row["kind"] in self._deleters else 0
            work.delete(kept_copies, _same(kept_copies, grant, intermediary) & (kept_copies.c.kind == row["kind"]))
            known = self._ended(work, intermediary, grant)
            state = GrantState(known["state"]) if known else GrantState.TERMINATED
            still = [_kept(one) for one in self.kept(work, intermediary, grant)]
            receipt = self._sign(work.now, intermediary, grant, state, {row["kind"]: count}, still)
            work.update(ended, _same(ended, grant, intermediary), receipt=receipt)
            payload = {"intermediary": intermediary, "receipt": receipt}
            work.enqueue(DELETED, payload, key=f"{DELETED}:{intermediary}:{grant}:{row['kind']}")
        return len(due)

    def kept(self, work: Work, intermediary: str, grant: str) -> list[Mapping[str, Any]]:
        """Return what is kept of a grant that ended, because a law says so."""
        query = sa.select(kept_copies).where(_same(kept_copies, grant, intermediary)).order_by(kept_copies.c.kind)
        return work.rows(query)

    def kept_all(self, work: Work, *, offset: int = 0, limit: int = 50) -> tuple[int, list[KeptCopy]]:
        """Return how many lines of kept copies there are in all, and one page of them, what goes first before others.

        Each says why (a law, by language) and until when; `kept_sums` counts them.
        """
        return kept_all(work, offset=offset, limit=limit)

    def kept_sums(self, work: Work) -> KeptSums:
        """Return how many copies are kept, by kind and law, and how many go in which year."""
        return kept_sums(work)

    def _let_go(self, work: Work, sender: str, grant: str) -> tuple[dict[str, int], list[Kept]]:
        """Delete what may be deleted and block what must be kept; only what was here is named."""
        deleted, kept = {}, []
        for kind, delete in self._deleters.items():
            duty, block = self._duty(work, kind), self._blockers.get(kind)
            if duty is None or block is None:
                deleted[kind] = delete(grant, work)
            elif count := block(grant, work):
                one = Kept(kind=kind, count=count, until=work.now + timedelta(days=duty.days), law=duty.law)
                kept.append(one)
                row = {"grant": grant, "intermediary": sender, "kind": kind, "count": count}
                work.insert(kept_copies, row | {"until": one.until, "law": dict(one.law)})
        return {kind: count for kind, count in deleted.items() if count}, kept

    def expire_due(self, work: Work, *, limit: int = 500) -> int:
        """Let go of grants whose time is over, at most `limit`, also when their intermediary stays silent.

        Returns how many.
        """
        due = work.rows(sa.select(held.c.id, held.c.intermediary).where(held.c.until <= work.now).limit(limit))
        for row in due:
            sender = row["intermediary"]
            self.end(work, sender=sender, is_intermediary=True, grant=row["id"], state=GrantState.EXPIRED)
        return len(due)

    def _sign(
        self, at: datetime, intermediary: str, grant: str, state: GrantState, deleted: dict[str, int], kept: list[Kept]
    ) -> str:
        content: dict[str, object] = {
            "grant": grant,
            "intermediary": intermediary,
            "state": state,
            "deleted": deleted,
            "at": iso(at),
        }
        if kept:
            content["kept"] = [one.to_json() for one in kept]
        return credentials.issue(
            DELETION_CREDENTIAL,
            content,
            issuer_key=self._key,
            issuer_did=self.own_did,
            subject_did=f"urn:skillspace:{grant}",
            at=at,
        )

    def _owners(self, work: Work, grant: str) -> set[str]:
        """The intermediaries under whose word this node ever held or released anything by this grant."""
        row = self._row(work, grant)
        released = (releases.c.grant == grant) & (releases.c.outcome == "released")
        rows = work.rows(sa.select(releases.c.intermediary).where(released).distinct())
        return {str(found["intermediary"]) for found in rows} | ({row["intermediary"]} if row else set())

    def _row(self, work: Work, grant: str) -> dict[str, Any] | None:
        row = work.where(held, id=grant)
        return dict(row) if row else None

    def _ended(self, work: Work, intermediary: str, grant: str) -> dict[str, Any] | None:
        row = work.where(ended, grant=grant, intermediary=intermediary)
        return dict(row) if row else None


def grant_of_receipt(token: str) -> str:
    """Return which grant a deletion receipt says it is about, unchecked: to find out whom to ask about it."""
    subject = str(read_unverified(token)[1].get("sub", ""))
    return subject.removeprefix("urn:skillspace:")[:100]


def read_deletion(
    token: str, resolve_key: credentials.KeyResolver, at: datetime, *, organisation: str, grant: str
) -> DeletionReceipt:
    """Verify a deletion receipt that `organisation` signed about `grant`; raise BadInput or InvalidSignature."""
    found = credentials.verify(
        token, resolve_key, at, expected_type=DELETION_CREDENTIAL, trusted_issuers={organisation}
    )
    deleted, moment = found.subject.get("deleted"), found.subject.get("at")
    if found.subject.get("grant") != grant:
        raise InvalidSignature(f"The deletion receipt of {organisation} is about another consent.")
    if not isinstance(deleted, dict) or not all(_is_count(count) for count in deleted.values()):
        raise BadInput(f"The deletion receipt of {organisation} does not say what was deleted.")
    try:
        when = from_iso(str(moment))
        kept = tuple(_read_kept(one) for one in _list(found.subject.get("kept", [])))
    except (ValueError, OverflowError, KeyError, TypeError):
        raise BadInput(f"The deletion receipt of {organisation} does not say when, or what is kept.") from None
    return DeletionReceipt(grant=grant, organisation=organisation, at=when, deleted=deleted, kept=kept, token=token)


def _read_kept(one: Mapping[str, Any]) -> Kept:
    law, count = one["law"], one["count"]
    if not _is_count(count) or not isinstance(law, dict) or not all(isinstance(text, str) for text in law.values()):
        raise ValueError("not what is kept")
    return Kept(kind=str(one["kind"])[:200], count=count, until=from_iso(str(one["until"])), law=law)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list) or len(value) > 100:
        raise ValueError("no list")
    return value


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _held(row: Mapping[str, Any]) -> HeldGrant:
    items = {kind: tuple(found) for kind, found in row["items"].items()}
    read = {"kinds": tuple(row["kinds"]), "items": items, "conditions": read_conditions(row["conditions"])}
    return HeldGrant(**{**row, **read})


def _kept(row: Mapping[str, Any]) -> Kept:
    return Kept(kind=row["kind"], count=row["count"], until=row["until"], law=row["law"])


def _same(table: sa.Table, grant: str, intermediary: str) -> sa.ColumnElement[bool]:
    return (table.c.grant == grant) & (table.c.intermediary == intermediary)
