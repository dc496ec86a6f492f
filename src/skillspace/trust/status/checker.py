"""Asking whether a credential still stands: its issuer's list is fetched, checked and kept for a few minutes.

Three norms are understood: W3C's lists of bits (Bitstring Status List, StatusList2021), the IETF's Token Status List,
and 1EdTech's revocation list.
"""

from __future__ import annotations

from datetime import timedelta

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput
from skillspace.records.credentials import KeyResolver, StatusEntry, VerifiedCredential
from skillspace.records.credentials.revocation_list import ENTRY_TYPE, RevocationList, read_revocation_list
from skillspace.records.credentials.revocation_list import MAX_LIST_BYTES as MAX_REVOCATIONS
from skillspace.records.credentials.selective import SelectiveCredential
from skillspace.records.credentials.status_entries import ENTRY_TYPES, MAX_SIZE, TOKEN_STATUS
from skillspace.records.credentials.status_list import MAX_LIST_BYTES, StatusList, read_list
from skillspace.records.credentials.token_status import INVALID, SUSPENDED, VALID, TokenStatusList, read_token_list
from skillspace.records.credentials.token_status import MAX_LIST_BYTES as MAX_TOKENS
from skillspace.trust.status.faults import CredentialRevoked, CredentialSuspended, StatusUnknown
from skillspace.trust.status.keeping import KeptLists
from skillspace.wire.outbound import Outbound

KEEP = timedelta(minutes=5)
ACCEPT = "application/vc+jwt, application/vc;q=0.9, application/jwt;q=0.9, application/ld+json;q=0.8, text/plain;q=0.5"
ACCEPT_TOKENS = "application/statuslist+jwt"
ACCEPT_REVOCATIONS = "application/json, application/ld+json;q=0.9"
#: These purposes of the norm say nothing about whether a credential stands (Bitstring Status List §2.2).
_HARMLESS = frozenset({"message", "refresh"})


class StatusChecker:
    """Says no to a credential that was revoked or suspended, and to one of which that cannot be known.

    A list is kept for `keep` at most, less when its own validity ends sooner; so a revocation is seen within `keep`.
    Calls the issuer: not in a transaction.
    """

    def __init__(
        self, outbound: Outbound, resolve_key: KeyResolver, clock: Clock = now, *, keep: timedelta = KEEP
    ) -> None:
        self._bits: KeptLists[StatusList] = KeptLists(
            outbound,
            clock,
            keep,
            lambda text, address, issuer, at: read_list(text, resolve_key, at, address=address, issuer=issuer),
            accept=ACCEPT,
            max_bytes=MAX_LIST_BYTES,
        )
        self._tokens: KeptLists[TokenStatusList] = KeptLists(
            outbound,
            clock,
            keep,
            lambda text, address, issuer, at: read_token_list(text, resolve_key, at, address=address, issuer=issuer),
            accept=ACCEPT_TOKENS,
            max_bytes=MAX_TOKENS,
        )
        self._revocations: KeptLists[RevocationList] = KeptLists(
            outbound,
            clock,
            keep,
            lambda text, address, issuer, _at: read_revocation_list(text, address=address, issuer=issuer),
            accept=ACCEPT_REVOCATIONS,
            max_bytes=MAX_REVOCATIONS,
        )

    def check(self, credential: VerifiedCredential) -> None:
        """Return when no status speaks against the credential.

        Raises CredentialRevoked, CredentialSuspended, or StatusUnknown when a list cannot be had, read or trusted, is
        not for this purpose, or is of a kind that is not understood; StatusUnreachable, one of these, when its host
        does not answer, and StatusStale, another, when what is published has run out.
        """
        for entry in credential.status:
            if entry.type == TOKEN_STATUS:
                self._check_token(credential.issuer, credential.id, entry.address, entry.index)
            elif entry.type == ENTRY_TYPE:
                if credential.id in self._revocations.get(entry.address, credential.issuer).revoked:
                    raise _revoked(credential.issuer, credential.id)
            elif entry.type not in ENTRY_TYPES.values():
                raise StatusUnknown(f"Statuses of type {entry.type[:60]!r} are not understood here.")
            elif entry.purpose not in _HARMLESS:
                self._check_bits(credential, entry)

    def check_selective(self, credential: SelectiveCredential) -> None:
        """The same for an SD-JWT VC as wallets show it."""
        if credential.status is not None:
            self._check_token(credential.issuer, credential.id, credential.status.address, credential.status.index)

    def forget(self) -> None:
        """Let go of every list that is kept, so that each is asked for anew."""
        for kept in (self._bits, self._tokens, self._revocations):
            kept.forget()

    def _check_bits(self, credential: VerifiedCredential, entry: StatusEntry) -> None:
        if not 1 <= entry.size <= MAX_SIZE or entry.purpose not in ("revocation", "suspension"):
            raise StatusUnknown(
                f"A status for {entry.purpose[:40]!r} in {entry.size} bits is not understood; up to {MAX_SIZE} for "
                "revocation or suspension are."
            )
        found = self._bits.get(entry.address, credential.issuer)
        if ENTRY_TYPES[found.model] != entry.type or entry.purpose not in found.purposes:
            raise StatusUnknown(f"The list at {entry.address} is not a list for this {entry.purpose}.")
        try:
            is_set = found.value(entry.index, entry.size) != 0
        except BadInput as fault:
            raise StatusUnknown(fault.message) from fault
        if is_set:
            raise (_revoked if entry.purpose == "revocation" else _suspended)(credential.issuer, credential.id)

    def _check_token(self, issuer: str, name: str, address: str, index: int) -> None:
        found = self._tokens.get(address, issuer)
        try:
            status = found.status(index)
        except BadInput as fault:
            raise StatusUnknown(fault.message) from fault
        if status == INVALID:
            raise _revoked(issuer, name)
        if status == SUSPENDED:
            raise _suspended(issuer, name)
        if status != VALID:
            raise StatusUnknown(f"The status {status} of the credential {name} is not understood here.")


def _revoked(issuer: str, name: str) -> CredentialRevoked:
    return CredentialRevoked(f"{issuer} has revoked the credential {name}.")


def _suspended(issuer: str, name: str) -> CredentialSuspended:
    return CredentialSuspended(f"{issuer} has suspended the credential {name} for now.")
