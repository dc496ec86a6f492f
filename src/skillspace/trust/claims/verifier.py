"""The verifier: who calls, and which credentials they can show (DCP 1.0 §4.3 and §5).

The caller's self-issued token says who they are and carries an access token. With it we ask the caller's own credential
service, which their DID document names, and believe what it shows only when everything about it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, Refused
from skillspace.records.credentials import Trust, VerifiedCredential, verify_presentation
from skillspace.trust.claims.messages import presentation_query
from skillspace.trust.claims.schemas import SchemaChecker
from skillspace.trust.claims.scopes import of_type
from skillspace.trust.identity import DidResolver, SelfIssuedTokens
from skillspace.trust.identity.peers import read_object
from skillspace.trust.identity.tokens import Caller
from skillspace.wire.outbound import Outbound

CREDENTIAL_SERVICE = "CredentialService"
MAX_PRESENTATIONS = 10
MAX_ANSWER_BYTES = 2 * 1024 * 1024


class NoToken(Refused):
    """Call with Authorization: Bearer and a self-issued token (DCP 1.0 §4.3)."""

    http_status = 401


class NotPresented(Refused):
    """The caller does not show what was asked for."""


class Verifier:
    """Asks callers for credentials. `trust` says whose credentials count for which types (nobody's, by default), and
    `check_status` raises when a credential was revoked or suspended, or when that cannot be known."""

    def __init__(
        self,
        *,
        tokens: SelfIssuedTokens,
        resolver: DidResolver,
        outbound: Outbound,
        trust: Trust,
        check_status: Callable[[VerifiedCredential], None],
        clock: Clock = now,
    ) -> None:
        self._tokens = tokens
        self._resolver = resolver
        self._outbound = outbound
        self._trust = trust
        self._check_status = check_status
        self._schemas = SchemaChecker(outbound)
        self._clock = clock

    def caller(self, authorization: str | None) -> Caller:
        """Return who signed the bearer token, whatever they hold; raise NoToken, or what is wrong with the token."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NoToken()
        return self._tokens.check(token.strip())

    def credentials(self, caller: Caller, types: Collection[str]) -> list[VerifiedCredential]:
        """Ask the caller for credentials of these types and return those that hold; every type is among them.

        Raises NotPresented when one is missing, PeerUnreachable when the caller's credential service does not answer,
        and otherwise what is wrong with what was shown: one bad credential spoils the whole answer.
        """
        if caller.access_token is None:
            raise NotPresented("The token carries no access token, so the credentials cannot be asked for.")
        shown = [
            credential
            for presentation in self._ask(caller, types)
            for credential in self._read(presentation, caller.did)
        ]
        for wanted in types:
            if not any(wanted in credential.types for credential in shown):
                raise NotPresented(f"{caller.did} shows no {wanted}.")
        for credential in shown:
            self._check_status(credential)
            self._schemas.check(credential)
        return shown

    def _ask(self, caller: Caller, types: Collection[str]) -> list[object]:
        service = self._resolver.resolve(caller.did).service(CREDENTIAL_SERVICE).rstrip("/")
        token = self._tokens.issue(caller.did, access_token=caller.access_token)
        reply = self._outbound.send(
            "POST",
            f"{service}/presentations/query",
            headers={"Authorization": f"Bearer {token}"},
            json=presentation_query([str(of_type(name)) for name in types]),
            max_bytes=MAX_ANSWER_BYTES,
        )
        if reply.status >= 400:
            raise NotPresented(f"The credential service of {caller.did} answered {reply.status}.")
        found = read_object(reply.body).get("presentation")
        if not isinstance(found, list) or len(found) > MAX_PRESENTATIONS:
            raise BadInput(f"The credential service of {caller.did} did not answer with presentations.")
        return found

    def _read(self, presentation: object, holder: str) -> list[VerifiedCredential]:
        """Everything about a presentation: signed by the caller, for us, of credentials about the caller."""
        if not isinstance(presentation, str | Mapping):
            raise BadInput("A presentation is a token, or an object that holds one.")
        return verify_presentation(
            presentation,
            self._resolver.key,
            self._clock(),
            self._tokens.did,
            trust=self._trust,
            resolve_holder_key=lambda did, kid: self._holder_key(did, kid, holder),
            unaddressed=True,
            lenient=True,
        )

    def _holder_key(self, did: str, kid: str, holder: str) -> Mapping[str, object]:
        if did != holder:
            raise NotPresented(f"{holder} shows a presentation that {did} made.")
        return self._resolver.key(did, kid, "authentication")
