"""Reading what a wallet shows: every credential signed, bound, living, trusted, and what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, Refused, Unavailable
from skillspace.records.credentials import KeyResolver, Trust, VerifiedCredential, WrongHolder, verify_presentation
from skillspace.records.credentials.dcql import PLAIN, SELECTIVE, CredentialAsked, Query, authorities_of
from skillspace.records.credentials.selective import KeyBinding, SelectiveCredential, verify_shown
from skillspace.trust.presentation.model import PresentationFault, Shown
from skillspace.wire.certificates import chain_name, issuer_named_in
from skillspace.wire.jose import read_unverified, verify_jwt

#: A holder known by nothing but a key: its presentation makes this node call nobody.
HOLDERS = "did:key:"
MAX_SHOWN = 20
#: Claims about the token itself, which are no news to whoever asked.
_OF_THE_TOKEN = frozenset({"iss", "iat", "nbf", "exp", "cnf", "vct", "status"})


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What a verifier needs to read presentations; it may call issuers, so no transaction is open meanwhile."""

    resolve_key: KeyResolver
    trust: Trust
    check_plain: Callable[[VerifiedCredential], None]
    check_selective: Callable[[SelectiveCredential], None]

    def read(self, query: Query, vp_token: object, binding: KeyBinding, at: datetime) -> tuple[Shown, ...]:
        """Return what was shown in answer to `query`.

        Raises PresentationFault when the answer is incomplete or something in it does not hold; one bad credential
        spoils the whole. Raises Unavailable when an issuer does not answer, which may pass.
        """
        if not isinstance(vp_token, Mapping) or not query.is_answered_by(map(str, vp_token)):
            raise PresentationFault("invalid_request", "The answer does not hold what was asked for.")
        asked = {each.id: each for each in query.credentials}
        try:
            return tuple(
                shown for name, tokens in vp_token.items() for shown in self._answer(asked[name], tokens, binding, at)
            )
        except Unavailable:
            raise
        except (BadInput, Refused, NotFound) as fault:
            raise PresentationFault("invalid_request", fault.message) from fault

    def _answer(self, asked: CredentialAsked, tokens: object, binding: KeyBinding, at: datetime) -> Iterator[Shown]:
        most = MAX_SHOWN if asked.is_multiple else 1
        if not isinstance(tokens, list) or not 0 < len(tokens) <= most:
            raise BadInput(
                f"The answer to {asked.id} must be a list of one presentation, or more where that was asked."
            )
        for token in tokens:
            if not isinstance(token, str):
                raise BadInput(f"A presentation in answer to {asked.id} is no text.")
            shown = [self._selective(asked, token, binding, at)] if asked.format == SELECTIVE else []
            if asked.format == PLAIN:
                shown = self._plain(asked, token, binding, at)
            for each, above in shown:
                if not asked.fits(each.format, each.types, above) or not asked.is_answered_by(each.claims):
                    raise BadInput(f"What was shown in answer to {asked.id} is not what was asked for.")
                yield each

    def _selective(
        self, asked: CredentialAsked, token: str, binding: KeyBinding, at: datetime
    ) -> tuple[Shown, frozenset[str]]:
        """What was shown, and the authorities above its issuer."""
        found = verify_shown(token, self.resolve_key, at, binding, trust=self.trust)
        self.check_selective(found)
        claims = {name: value for name, value in found.claims.items() if name not in _OF_THE_TOKEN}
        shown = Shown(asked=asked.id, format=SELECTIVE, types=(found.vct,), issuer=found.issuer, claims=claims)
        return shown, self._above(asked, found.token.issued)

    def _plain(
        self, asked: CredentialAsked, token: str, binding: KeyBinding, at: datetime
    ) -> list[tuple[Shown, frozenset[str]]]:
        found = verify_presentation(
            token,
            self.resolve_key,
            at,
            binding.audience,
            nonce=binding.nonce,
            trust=self.trust,
            resolve_holder_key=self._holder_key,
        )
        for each in found:
            self.check_plain(each)
        return [
            (
                Shown(asked=asked.id, format=PLAIN, types=each.types, issuer=each.issuer, claims=dict(each.credential)),
                self._above(asked, each.token),
            )
            for each in found
        ]

    def _above(self, asked: CredentialAsked, token: str) -> frozenset[str]:
        """The authorities above who signed a token, where that is asked: only those of a chain of certificates that
        holds, for the very key that signed. Anybody can write down another."""
        header, _ = read_unverified(token)
        if asked.authorities is None or "x5c" not in header:
            return frozenset()
        with suppress(BadInput, InvalidSignature):
            verify_jwt(token, self.resolve_key(issuer_named_in(header), chain_name(header)))
            return authorities_of(token)
        return frozenset()

    def _holder_key(self, did: str, kid: str) -> Mapping[str, object]:
        if not did.startswith(HOLDERS):
            raise WrongHolder("A presentation must be made by the key that the credential is about (did:key).")
        return self.resolve_key(did, kid)
