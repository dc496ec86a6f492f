"""Whether a hop was taken back: by the word that its issuer publishes now, or by one that travels with the trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from skillspace.kernel.errors import SkillspaceError
from skillspace.records.credentials import KeyResolver, StatusEntry, VerifiedCredential
from skillspace.records.credentials.model import identifier
from skillspace.records.credentials.status_entries import ENTRY_TYPES
from skillspace.records.credentials.status_list import MAX_LIST_BYTES, StatusList, read_list
from skillspace.records.credentials.verdict import StatusCheck
from skillspace.records.trail.model import MAX_LISTS, Trail
from skillspace.records.trail.writing import read_signed
from skillspace.wire.jose import read_unverified

#: One trail makes us ask at so many addresses at most: whose they are is a stranger's to choose.
MOST_ASKED = 10
#: How those who ask an issuer name what it answered.
_REVOKED, _SUSPENDED = "CredentialRevoked", "CredentialSuspended"


class HopStanding(StrEnum):
    """What is known of whether a hop's issuer took it back."""

    SILENT = "silent"  # it names no place where that would be told
    STANDS = "stands"
    UNKNOWN = "unknown"
    SUSPENDED = "suspended"
    TAKEN_BACK = "taken-back"


#: Of several places that a hop names the worst word counts.
_WORST = (HopStanding.TAKEN_BACK, HopStanding.SUSPENDED, HopStanding.UNKNOWN, HopStanding.STANDS)


class Standings:
    """Tells of each hop of one trail whether it stands at a moment.

    The issuer is asked (`check_status`, which may call it) where that is given. Where it cannot be, one of its own
    `lists` counts that came along and has not run out; a list of anybody else counts for nothing.
    """

    def __init__(
        self, lists: Sequence[str], resolve_key: KeyResolver, at: datetime, check_status: StatusCheck | None
    ) -> None:
        self._check_status = check_status
        self._asked: set[str] = set()
        self._lists = {
            (found.address, found.issuer): found for text in lists if (found := _read(text, resolve_key, at))
        }

    def of(self, hop: VerifiedCredential) -> HopStanding:
        """Return how a hop stands. Never raises."""
        if not hop.status:
            return HopStanding.SILENT
        found = self._ask(hop)
        if found is not HopStanding.UNKNOWN:
            return found
        told = {self._carried(hop.issuer, entry) for entry in hop.status}
        return next(one for one in _WORST if one in told)

    def _ask(self, hop: VerifiedCredential) -> HopStanding:
        self._asked |= {entry.address for entry in hop.status}
        if self._check_status is None or len(self._asked) > MOST_ASKED:
            return HopStanding.UNKNOWN
        try:
            self._check_status(hop)
        except SkillspaceError as fault:
            named = {_REVOKED: HopStanding.TAKEN_BACK, _SUSPENDED: HopStanding.SUSPENDED}
            return named.get(fault.code, HopStanding.UNKNOWN)
        return HopStanding.STANDS

    def _carried(self, issuer: str, entry: StatusEntry) -> HopStanding:
        found = self._lists.get((entry.address, issuer))
        if found is None or ENTRY_TYPES[found.model] != entry.type or entry.purpose not in found.purposes:
            return HopStanding.UNKNOWN
        try:
            is_set = found.value(entry.index, entry.size) != 0
        except SkillspaceError:
            return HopStanding.UNKNOWN
        if not is_set:
            return HopStanding.STANDS
        return {"revocation": HopStanding.TAKEN_BACK, "suspension": HopStanding.SUSPENDED}.get(
            entry.purpose, HopStanding.UNKNOWN
        )


def carrying(trail: Trail, resolve_key: KeyResolver, at: datetime, fetch: Callable[[str], str]) -> Trail:
    """Return a trail that carries the lists, as published now, in which its issuers tell what they took back.

    `fetch` gets the text at an address, or raises; what cannot be had, or is no list of the hop's issuer, stays out.
    """
    lists: dict[tuple[str, str], str] = {}
    for token in trail.hops:
        with suppress(SkillspaceError):
            hop = read_signed(token, resolve_key)[1]
            for address in dict.fromkeys(entry.address for entry in hop.status):
                named = (address, hop.issuer)
                if named not in lists and len(lists) < MAX_LISTS:
                    text = fetch(address)
                    found = _read(text, resolve_key, at)
                    if found is not None and (found.address, found.issuer) == named:
                        lists[named] = text
    return replace(trail, lists=tuple(lists.values()))


def _read(text: str, resolve_key: KeyResolver, at: datetime) -> StatusList | None:
    """Read a list that came along, by the address and the issuer it names itself; None for what is none now."""
    with suppress(SkillspaceError):
        claims = read_unverified(text, max_bytes=MAX_LIST_BYTES)[1]
        inner = claims.get("vc", claims)
        if isinstance(inner, Mapping):
            address, issuer = identifier(inner.get("id"), "id"), identifier(inner.get("issuer"), "issuer")
            return read_list(text, resolve_key, at, address=address, issuer=issuer)
    return None
