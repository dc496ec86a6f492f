"""The credential service: this node's own credentials, kept when an issuer delivers what was asked for, and shown to
those whom this node called (DCP 1.0 §5.4, §6.5 and §6.6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, NotFound, Refused, SkillspaceError
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_urn
from skillspace.records.credentials import Model, Trust, VerifiedCredential, present, verify
from skillspace.storage.database import Work
from skillspace.trust.claims.access import AccessRefused, AccessTokens
from skillspace.trust.claims.machine import HOLDER, ISSUER, REQUEST, RequestState
from skillspace.trust.claims.messages import (
    JWT_FORMATS,
    CredentialMessage,
    CredentialObject,
    CredentialOffer,
    PresentationQuery,
    presentation_response,
)
from skillspace.trust.claims.scopes import Scope, of_type, read_scopes
from skillspace.trust.claims.store import held, requests
from skillspace.trust.identity import DidResolver
from skillspace.wire.jose import SigningKey

VERIFIABLE = "VerifiableCredential"


class NotSupported(SkillspaceError):
    """Presentation definitions are not understood here; ask with a scope (DCP 1.0 §5.4.1.1)."""

    http_status = 501


class CredentialService:
    """Holds this node's credentials.

    `trust` says whose credentials count for which types, `issuers` who is trusted for any and so may make offers.
    `shows` names the types that those we call may see by themselves.
    """

    def __init__(
        self,
        *,
        did: str,
        key: SigningKey,
        resolver: DidResolver,
        trust: Trust,
        issuers: Collection[str],
        shows: Collection[str],
        clock: Clock = now,
    ) -> None:
        self._did = did
        self._key = key
        self._resolver = resolver
        self._trust = trust
        self._issuers = frozenset(issuers)
        self._shows = tuple(of_type(name) for name in shows)
        self.access = AccessTokens(did=did, key=key, resolver=resolver, clock=clock)

    def access_token(self, verifier: str) -> str:
        """Return the token that goes with our own calls: it lets `verifier` read what we show to all we call."""
        return self.access.issue(verifier, self._shows)

    def holds(self, work: Work, credential_type: str) -> bool:
        """Tell whether this node holds a live credential of this type."""
        live = (held.c.type == credential_type) & (held.c.expires > work.now)
        return work.one(sa.select(held.c.type).where(live)) is not None

    def request(self, work: Work, issuer: str, wanted: Sequence[tuple[str, str]]) -> str:
        """Ask `issuer` for credentials, each given as (identifier of its CredentialObject, type); return our pid."""
        if untrusted := sorted({kind for _, kind in wanted if not self._trust(issuer, (VERIFIABLE, kind))}):
            raise Refused(f"{issuer} is not trusted here to issue {', '.join(untrusted)}.")
        row: dict[str, object] = {"holder_pid": new_urn(), "issuer": issuer, "state": RequestState.MADE}
        row |= {"objects": [name for name, _ in wanted], "types": [kind for _, kind in wanted], "made": work.now}
        work.insert(requests, row)
        work.enqueue("claims.request", {"holder_pid": row["holder_pid"]}, key=f"claims.request {row['holder_pid']}")
        return str(row["holder_pid"])

    def sent(self, work: Work, holder_pid: str, location: str | None) -> None:
        """Note that the issuer took our request, and where it tells its status."""
        state = REQUEST.step(RequestState(self._request(work, holder_pid)["state"]), "send", HOLDER)
        work.update(requests, requests.c.holder_pid == holder_pid, state=state, location=location)

    def rejected(self, work: Work, holder_pid: str, reason: str) -> None:
        """Note that the issuer will not give what we asked for."""
        state = REQUEST.step(RequestState(self._request(work, holder_pid)["state"]), "reject", ISSUER)
        work.update(requests, requests.c.holder_pid == holder_pid, state=state, reason=reason[:1000])
        work.publish(Event(name="credentials.rejected", about=holder_pid, content={"reason": reason[:1000]}))

    def offered(self, work: Work, sender: str, offer: CredentialOffer) -> None:
        """Take note of an offer (DCP 1.0 §6.6.1); what it means is looked up in the issuer's metadata afterwards.

        Raises Refused when somebody else sends it than the issuer it names, or this issuer is trusted for nothing.
        """
        if offer.issuer != sender:
            raise Refused(f"{sender} cannot make offers in the name of {offer.issuer[:200]}.")
        if sender not in self._issuers:
            raise Refused(f"{sender} is not trusted here to issue anything.")
        ids = sorted({entry.id for entry in offer.credentials})
        work.enqueue("claims.consider", {"issuer": sender, "objects": ids}, key=f"claims.consider {sender} {ids}")

    def ask(self, work: Work, issuer: str, types: Sequence[str]) -> None:
        """Ask `issuer` for credentials of these types, once its metadata say what they are called there."""
        payload = {"issuer": issuer, "types": sorted(types)}
        work.enqueue("claims.consider", payload, key=f"claims.consider {issuer} {payload['types']}")

    def renew(self, work: Work, before: timedelta) -> int:
        """Ask anew for every credential that ends within `before`; return how many those are."""
        ending = held.c.expires < work.now + before
        rows = work.rows(sa.select(held.c.issuer, held.c.type).where(ending))
        for row in rows:
            self.ask(work, row["issuer"], [row["type"]])
        return len(rows)

    def chosen(
        self, issuer: str, objects: Sequence[CredentialObject], profiles: Sequence[str]
    ) -> list[tuple[str, str]]:
        """Pick what we want from an offer: types this issuer is trusted for, each once, in the profile we like best."""
        best: dict[str, tuple[int, str]] = {}
        for entry in objects:
            kind, profile = entry.credential_type, entry.profile
            if kind is None or profile not in profiles or not self._trust(issuer, (VERIFIABLE, kind)):
                continue
            rank = (profiles.index(profile), entry.id)
            best[kind] = min(best.get(kind, rank), rank)
        return [(name, kind) for kind, (_, name) in sorted(best.items())]

    def store(self, work: Work, sender: str, message: CredentialMessage) -> int:
        """Keep what an issuer delivers (DCP 1.0 §6.5.1) for a request we made to it; return how many.

        Raises BadInput without our pid, NotFound for a request we never made or made to another, and what is wrong with
        a credential: one bad credential, and none is kept. A repeated delivery replaces what the first one brought.
        """
        if message.holder_pid is None:
            raise BadInput("A credential message needs the holderPid of the request it answers.")
        asked = self._request(work, message.holder_pid)
        if asked["issuer"] != sender:
            raise NotFound(f"No credentials were asked for under {message.holder_pid[:200]}.")
        if message.status == "REJECTED":
            self.rejected(work, message.holder_pid, message.rejection_reason or "The issuer gave no reason.")
            return 0
        if not message.credentials:
            raise BadInput("A credential message that says ISSUED must bring credentials.")
        for container in message.credentials:
            if container.format.lower() not in JWT_FORMATS:
                raise BadInput(f"Credentials come as signed tokens here, not as {container.format[:40]}.")
            if container.credential_type not in asked["types"]:
                raise Refused(f"No {container.credential_type[:100]} was asked for.")
            self._keep(work, sender, container.payload, container.credential_type)
        state = REQUEST.step(RequestState(asked["state"]), "issue", ISSUER)
        work.update(requests, requests.c.holder_pid == message.holder_pid, state=state)
        work.publish(Event(name="credentials.issued", about=message.holder_pid))
        return len(message.credentials)

    def keep(self, work: Work, sender: str, token: str) -> None:
        """Keep one credential about this node that `sender` signed: by our own hand, without a request."""
        self._keep(work, sender, token, None)

    def present(self, work: Work, caller: str, access_token: str | None, query: PresentationQuery) -> dict[str, Any]:
        """Answer a presentation query (DCP 1.0 §5.4): what the access token allows and we hold.

        Raises AccessRefused when the token is not ours, not for this caller, or does not cover what is asked;
        BadInput for a query with both or neither of scope and definition; NotSupported for a definition.
        """
        allowed = self.access.check(caller, access_token)
        scopes = _asked(query)
        if beyond := sorted(str(scope) for scope in scopes if scope not in allowed):
            raise AccessRefused(f"The access token does not open {', '.join(beyond)}.")
        shown = self._held(work, scopes)
        models: list[Model] = [model for model in ("1.1", "2.0") if any(each == model for each, _ in shown)]
        # One presentation a data model: DCP's profiles want them homogeneous (§7).
        return presentation_response(
            [
                present(
                    [token for each, token in shown if each == model],
                    holder_key=self._key,
                    holder_did=self._did,
                    audience=caller,
                    at=work.now,
                    model=model,
                )
                for model in models
            ]
        )

    def _held(self, work: Work, scopes: Sequence[Scope]) -> list[tuple[str, str]]:
        rows = work.rows(sa.select(held).where(held.c.expires > work.now).order_by(held.c.issuer, held.c.type))
        matching = [row for row in rows if any(scope.covers((row["type"],), row["credential_id"]) for scope in scopes)]
        return [(row["model"] or "1.1", row["token"]) for row in matching]

    def _keep(self, work: Work, sender: str, token: str, expected: str | None) -> None:
        found = verify(
            token, self._resolver.key, work.now, trust=self._trust, expected_type=expected, lenient=expected is not None
        )
        if found.issuer != sender or {subject["id"] for subject in found.subjects} != {self._did}:
            raise Refused("A node keeps only credentials about itself, delivered by who signed them.")
        if found.expires is None:
            raise Refused("A credential without an end is not kept.")
        kind = expected or next((name for name in found.types if name != VERIFIABLE), VERIFIABLE)
        work.upsert(held, _row(found, kind), on=("issuer", "type"))

    def _request(self, work: Work, holder_pid: str) -> dict[str, Any]:
        row = work.one(sa.select(requests).where(requests.c.holder_pid == holder_pid))
        if row is None:
            raise NotFound(f"No credentials were asked for under {holder_pid[:200]}.")
        return dict(row)


def _asked(query: PresentationQuery) -> tuple[Scope, ...]:
    definition = query.presentation_definition
    if definition is not None and query.scope is not None:
        raise BadInput("A presentation query asks by scope or by presentation definition, not by both.")
    if definition is not None:
        if not isinstance(definition.get("id"), str) or not definition.get("input_descriptors"):
            raise BadInput("The presentation definition has no id or no input_descriptors.")
        raise NotSupported()
    if not query.scope:
        raise BadInput("A presentation query names at least one scope.")
    return read_scopes(query.scope)


def _row(found: VerifiedCredential, kind: str) -> dict[str, object]:
    row: dict[str, object] = {"issuer": found.issuer, "type": kind, "token": found.token, "expires": found.expires}
    return row | {"credential_id": found.id, "model": found.model}
