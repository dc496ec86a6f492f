"""Who may call this node: whoever shows a live membership credential of the data space (DCP 1.0 §4 and §5)."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import NotAMember, SkillspaceError, Unavailable
from skillspace.records.credentials import CredentialExpired, VerifiedCredential
from skillspace.trust.claims import NotPresented, Verifier
from skillspace.trust.identity import Peer
from skillspace.trust.identity.tokens import Caller
from skillspace.trust.membership.model import MEMBERSHIP_CREDENTIAL, MembershipExpired, MembershipRevoked
from skillspace.trust.status import CredentialRevoked, CredentialSuspended

KEEP = timedelta(seconds=60)
MAX_SEEN = 10_000


@dataclass(frozen=True, kw_only=True)
class _Seen:
    peer: Peer
    until: datetime
    checked: float


class Gatekeeper:
    """Turns an Authorization header into a Peer, or refuses. What a peer showed is believed for `keep` at most."""

    def __init__(self, *, verifier: Verifier, clock: Clock = now, keep: timedelta = KEEP) -> None:
        self._verifier = verifier
        self._clock = clock
        self._keep_s = keep.total_seconds()
        self._seen: dict[str, _Seen] = {}
        self._lock = threading.Lock()

    def caller(self, authorization: str | None) -> Caller:
        """Return who signed the bearer token, member or not; raise NoToken, or what is wrong with the token."""
        return self._verifier.caller(authorization)

    def authenticate(self, authorization: str | None) -> Peer:
        """Return the member that calls; raise NotAMember, MembershipExpired, MembershipRevoked, or what is wrong with
        the token."""
        caller = self.caller(authorization)
        if caller.access_token is None:
            raise NotAMember("The token carries no access token, so the membership credential cannot be asked for.")
        with self._lock:
            seen = self._seen.get(caller.did)
        if seen is None or time.monotonic() - seen.checked >= self._keep_s or seen.until <= self._clock():
            seen = self._ask(caller)
            with self._lock:
                if len(self._seen) >= MAX_SEEN:
                    self._seen.pop(next(iter(self._seen)))
                self._seen[caller.did] = seen
        return seen.peer

    def _ask(self, caller: Caller) -> _Seen:
        try:
            shown = self._verifier.credentials(caller, [MEMBERSHIP_CREDENTIAL])
        except NotPresented as fault:
            raise NotAMember(f"{caller.did} shows no membership credential: {fault.message}") from fault
        except CredentialExpired as fault:
            raise MembershipExpired(f"The membership of {caller.did} is over: {fault.message}") from fault
        except (CredentialRevoked, CredentialSuspended) as fault:
            raise MembershipRevoked(f"The membership of {caller.did} was taken back: {fault.message}") from fault
        except Unavailable:
            raise
        except SkillspaceError as fault:
            raise NotAMember(f"{caller.did} shows a credential that does not hold: {fault.message}") from fault
        return self._member(caller.did, next(one for one in shown if MEMBERSHIP_CREDENTIAL in one.types))

    def _member(self, did: str, credential: VerifiedCredential) -> _Seen:
        if credential.expires is None:
            raise NotAMember(f"{did} shows a membership without an end, which is none.")
        roles, name = credential.subject.get("roles"), credential.subject.get("name")
        names = frozenset(str(role) for role in roles) if isinstance(roles, list) else frozenset()
        peer = Peer(did=did, name=name if isinstance(name, str) else did, roles=names)
        return _Seen(peer=peer, until=credential.expires, checked=time.monotonic())
