"""Who may call this node: a self-issued token, and a live membership credential behind it (DCP 1.0 §4 and §5)."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import NotAMember, SkillspaceError
from skillspace.records import credentials
from skillspace.trust.identity import DidResolver, Peer, SelfIssuedTokens
from skillspace.trust.identity.peers import read_object
from skillspace.trust.identity.tokens import Caller
from skillspace.trust.membership.model import (
    DCP_CONTEXT,
    MEMBERSHIP_CREDENTIAL,
    MEMBERSHIP_SCOPE,
    MembershipExpired,
)
from skillspace.wire.outbound import Outbound

KEEP_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class _Seen:
    peer: Peer
    until: datetime
    checked: float


class Gatekeeper:
    """Turns an Authorization header into a Peer, or refuses. What a peer showed is kept for a minute at most."""

    def __init__(
        self,
        *,
        tokens: SelfIssuedTokens,
        resolver: DidResolver,
        outbound: Outbound,
        authority: str,
        clock: Clock = now,
    ) -> None:
        self._tokens = tokens
        self._resolver = resolver
        self._outbound = outbound
        self._authority = authority
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._lock = threading.Lock()

    def caller(self, authorization: str | None) -> Caller:
        """Return who signed the bearer token, member or not; raise NotAMember without one."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAMember("Call with Authorization: Bearer and a self-issued token (DCP 1.0 §4.3).")
        return self._tokens.check(token.strip())

    def authenticate(self, authorization: str | None) -> Peer:
        """Return the member that calls; raise NotAMember, MembershipExpired or what is wrong with the token."""
        caller = self.caller(authorization)
        with self._lock:
            seen = self._seen.get(caller.did)
        if seen is None or time.monotonic() - seen.checked > KEEP_SECONDS or seen.until <= self._clock():
            seen = self._ask(caller)
            with self._lock:
                self._seen[caller.did] = seen
        return seen.peer

    def _ask(self, caller: Caller) -> _Seen:
        if caller.access_token is None:
            raise NotAMember("The token carries no access token, so the membership credential cannot be asked for.")
        query = {"@context": [DCP_CONTEXT], "type": "PresentationQueryMessage", "scope": [MEMBERSHIP_SCOPE]}
        address = self._resolver.resolve(caller.did).service("CredentialService").rstrip("/")
        token = self._tokens.issue(caller.did, access_token=caller.access_token)
        reply = self._outbound.send(
            "POST", f"{address}/presentations/query", headers={"Authorization": f"Bearer {token}"}, json=query
        )
        presentations = read_object(reply.body).get("presentation", []) if reply.status < 400 else []
        if not isinstance(presentations, list) or not presentations:
            raise NotAMember(f"{caller.did} shows no membership credential.")
        return self._member(caller.did, [str(presentation) for presentation in presentations])

    def _member(self, did: str, presentations: list[str]) -> _Seen:
        at = self._clock()
        for presentation in presentations:
            try:
                shown = credentials.verify_presentation(
                    presentation, self._resolver.key, at, self._tokens.did, trusted_issuers={self._authority}
                )
            except credentials.CredentialExpired as fault:
                raise MembershipExpired(f"The membership of {did} is over: {fault.message}") from fault
            except SkillspaceError as fault:
                raise NotAMember(f"{did} shows a credential that does not hold: {fault.message}") from fault
            for found in shown:
                expires = found.expires
                if MEMBERSHIP_CREDENTIAL in found.types and found.subject_id == did and expires is not None:
                    roles = found.subject.get("roles")
                    names = frozenset(str(role) for role in roles) if isinstance(roles, list) else frozenset()
                    peer = Peer(did=did, name=str(found.subject.get("name", did)), roles=names)
                    return _Seen(peer=peer, until=expires, checked=time.monotonic())
        raise NotAMember(f"{did} shows no membership credential of this data space.")
