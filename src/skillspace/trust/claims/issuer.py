"""The issuer: which credentials this node makes, for whom, and how it takes them back (DCP 1.0 §6.4, §6.7 to §6.9).

What a credential says comes from the room it belongs to (membership, for one). What is the same for all is here:
requests and their status, the account of what was issued, revocation.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_urn
from skillspace.records import credentials
from skillspace.records.credentials import Model
from skillspace.storage.database import Work
from skillspace.trust.claims.machine import ISSUANCE, ISSUER, IssuanceState
from skillspace.trust.claims.messages import (
    FORMATS,
    MODELS,
    CredentialRequest,
    credential_message,
    credential_offer,
    credential_status,
    issuer_metadata,
)
from skillspace.trust.claims.store import issuances, issued
from skillspace.trust.status import Register
from skillspace.wire.jose import SigningKey

MAX_OPEN = 20


class TooManyRequests(Refused):
    """This holder has too many requests open; wait until they are answered."""

    http_status = 429


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a credential is to say about its subject, and until when."""

    subject: Mapping[str, object]
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One type of credential this node issues.

    `state` returns what to say about a holder (DID), or raises Refused with the reason why there is no credential for
    them. `schema` is the JSON Schema of the credential's subject, which this node publishes.
    """

    type: str
    state: Callable[[Work, str], Statement]
    schema: Mapping[str, object]
    reason: str = "issuance"


class Issuer:
    """Makes credentials of the types it was given, in both profiles, and keeps account of them."""

    def __init__(self, *, did: str, key: SigningKey, base: str, register: Register) -> None:
        self._did = did
        self._key = key
        self._base = base.rstrip("/")
        self._definitions: dict[str, Definition] = {}
        self.register = register

    def issues(self, definition: Definition) -> None:
        """Let this node issue one more type."""
        self._definitions[definition.type] = definition

    def metadata(self) -> dict[str, Any]:
        """Return what can be asked for (DCP 1.0 §6.7)."""
        return issuer_metadata(self._did, [self._object(*pair) for pair in self._kinds().values()])

    def schema(self, credential_type: str) -> dict[str, Any]:
        """Return the JSON Schema of a type's subject; raise NotFound."""
        if credential_type not in self._definitions:
            raise NotFound(f"No {credential_type[:100]} is issued here.")
        return dict(self._definitions[credential_type].schema)

    def offer(self, types: Sequence[str], reason: str) -> dict[str, Any]:
        """Write an offer of these types (DCP 1.0 §6.6.1)."""
        kinds = [pair for pair in self._kinds().values() if pair[0].type in types]
        return credential_offer(self._did, [self._object(*pair) | {"offerReason": reason} for pair in kinds])

    def requested(self, work: Work, holder: str, access_token: str | None, message: CredentialRequest) -> str:
        """Take a request (DCP 1.0 §6.4) and return the identifier of its issuance; it is decided afterwards.

        Raises BadInput for an identifier that the metadata does not name, TooManyRequests.
        """
        known = self._kinds()
        if unknown := [wanted.id for wanted in message.credentials if wanted.id not in known]:
            raise BadInput(f"No credential {unknown[0][:100]} is offered here; see {self._base}/metadata.")
        open_ones = (issuances.c.holder == holder) & (issuances.c.state == IssuanceState.RECEIVED)
        if len(work.rows(sa.select(issuances.c.issuer_pid).where(open_ones).limit(MAX_OPEN))) >= MAX_OPEN:
            raise TooManyRequests()
        issuer_pid = uuid.uuid4().hex
        row: dict[str, object] = {"issuer_pid": issuer_pid, "holder": holder, "holder_pid": message.holder_pid}
        row |= {"objects": list(dict.fromkeys(wanted.id for wanted in message.credentials)), "made": work.now}
        work.insert(issuances, row | {"state": IssuanceState.RECEIVED, "access_token": access_token})
        work.enqueue("claims.decide", {"issuer_pid": issuer_pid}, key=f"claims.decide {issuer_pid}")
        return issuer_pid

    def location(self, issuer_pid: str) -> str:
        """Return where the status of a request is told."""
        return f"{self._base}/requests/{issuer_pid}"

    def status(self, work: Work, caller: str, issuer_pid: str) -> dict[str, Any]:
        """Return where a request stands (DCP 1.0 §6.8), to the one who made it; raise NotFound to all others."""
        row = self._issuance(work, issuer_pid)
        if row["holder"] != caller:
            raise NotFound(f"{caller} made no request {issuer_pid[:100]}.")
        return credential_status(issuer_pid=issuer_pid, holder_pid=row["holder_pid"], status=row["state"])

    def decide(self, work: Work, issuer_pid: str) -> None:
        """Make the credentials that were asked for, or none; either way the answer is left to be delivered."""
        row = self._issuance(work, issuer_pid)
        if row["message"] is not None:
            return
        pids = {"issuer_pid": issuer_pid, "holder_pid": row["holder_pid"]}
        known, containers = self._kinds(), []
        try:
            # All are settled before the first is signed: a request is answered whole (DCP 1.0 §6.5.2).
            stated = [(*known[name], known[name][0].state(work, row["holder"])) for name in row["objects"]]
            for definition, profile, statement in stated:
                token = self._sign(work, row["holder"], definition, profile, statement)
                form = {"credentialType": definition.type, "format": FORMATS[profile]}
                containers.append(form | {"payload": token})
            message = credential_message(**pids, credentials=containers)
        except (Refused, KeyError) as fault:
            reason = fault.message if isinstance(fault, Refused) else "This credential is not issued any more."
            message = credential_message(**pids, credentials=[], rejection=reason)
        work.update(issuances, issuances.c.issuer_pid == issuer_pid, message=message)
        work.enqueue("claims.deliver", {"issuer_pid": issuer_pid}, key=f"claims.deliver {issuer_pid}")

    def delivered(self, work: Work, issuer_pid: str) -> None:
        """Note that the holder has the answer; what was sent is not kept."""
        row = self._issuance(work, issuer_pid)
        if row["state"] != IssuanceState.RECEIVED:
            return
        rejection = row["message"].get("rejectionReason")
        state = ISSUANCE.step(IssuanceState.RECEIVED, "issue" if rejection is None else "reject", ISSUER)
        changes: dict[str, object] = {"state": state, "reason": rejection, "access_token": None, "message": None}
        work.update(issuances, issuances.c.issuer_pid == issuer_pid, **changes)
        work.publish(Event(name=f"issuance.{state.lower()}", about=issuer_pid, content={"holder": row["holder"]}))

    def pending(self, work: Work, issuer_pid: str) -> dict[str, Any]:
        """Return one request as it is stored; raise NotFound."""
        return self._issuance(work, issuer_pid)

    def issue(self, work: Work, holder: str, credential_type: str, profile: str) -> str:
        """Make one credential by our own hand; raise Refused when there is none for this holder."""
        definition = self._definitions[credential_type]
        return self._sign(work, holder, definition, profile, definition.state(work, holder))

    def revoke(self, work: Work, holder: str, credential_type: str) -> int:
        """Take back every credential of a type that a holder has from us, for good; return how many there were."""
        theirs = (issued.c.holder == holder) & (issued.c.type == credential_type) & issued.c.revoked.is_(None)
        rows = work.rows(sa.select(issued.c.id, issued.c.status_index).where(theirs & (issued.c.expires > work.now)))
        for row in rows:
            self.register.revoke(work, row["status_index"])
            work.update(issued, issued.c.id == row["id"], revoked=work.now)
        if rows:
            work.publish(Event(name="credentials.revoked", about=holder, content={"type": credential_type}))
        return len(rows)

    def _sign(self, work: Work, holder: str, definition: Definition, profile: str, statement: Statement) -> str:
        model: Model = "2.0" if MODELS[profile] == "2.0" else "1.1"
        entry, name = self.register.allocate(work, model), new_urn()
        index = int(str(entry["statusListIndex"]))
        row: dict[str, object] = {"id": name, "holder": holder, "type": definition.type, "status_index": index}
        work.insert(issued, row | {"expires": statement.until})
        return credentials.issue(
            definition.type,
            statement.subject,
            issuer_key=self._key,
            issuer_did=self._did,
            subject_did=holder,
            valid_until=statement.until,
            at=work.now,
            id=name,
            model=model,
            status=entry,
        )

    def _kinds(self) -> dict[str, tuple[Definition, str]]:
        """Every type in every profile, by the identifier of its CredentialObject."""
        kinds = [(definition, profile) for definition in self._definitions.values() for profile in MODELS]
        return {self._identifier(*kind): kind for kind in kinds}

    def _identifier(self, definition: Definition, profile: str) -> str:
        """The same for ever: holders may keep it (DCP 1.0 §6.6.2)."""
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{self._did} {definition.type} {profile}')}"

    def _object(self, definition: Definition, profile: str) -> dict[str, object]:
        return {
            "id": self._identifier(definition, profile),
            "type": "CredentialObject",
            "credentialType": definition.type,
            "credentialSchema": f"{self._base}/schemas/{definition.type}",
            "offerReason": definition.reason,
            "bindingMethods": ["did:web"],
            "profile": profile,
        }

    def _issuance(self, work: Work, issuer_pid: str) -> dict[str, Any]:
        row = work.one(sa.select(issuances).where(issuances.c.issuer_pid == issuer_pid))
        if row is None:
            raise NotFound(f"There is no request {issuer_pid[:100]}.")
        return dict(row)
