"""Signing in with an issuer for what it offers: what is remembered while the person is away, and their way back."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from skillspace.kernel.ids import new_secret
from skillspace.people.wallet.issuers import Issuers
from skillspace.people.wallet.model import OfferRefused, OfferSeen, Server, SignInLost, Terms, Waiting
from skillspace.people.wallet.store import waiting
from skillspace.storage.database import Database

AWAY_LASTS = timedelta(minutes=20)


class SigningIn:
    """The sign-ins of people's wallets. Calls issuers, so it opens transactions of its own."""

    def __init__(self, issuers: Issuers, database: Database) -> None:
        self._issuers = issuers
        self._database = database

    def begin(self, person: str, seen: OfferSeen) -> str:
        """Return the address at which a person signs in, and remember them for their way back.

        Raises OfferRefused, PeerUnreachable.
        """
        state, verifier = new_secret(), new_secret(48)
        address = self._issuers.push(seen, state=state, verifier=verifier)
        away = Waiting(
            issuer=seen.issuer,
            issuer_name=seen.issuer_name,
            terms=seen.terms,
            server=seen.server,
            verifier=verifier,
        )
        with self._database.writing() as work:
            work.delete(waiting, waiting.c.expires <= work.now)
            row: dict[str, object] = {"state_hash": _hashed(state), "person": person, "away": asdict(away)}
            work.insert(waiting, row | {"expires": work.now + AWAY_LASTS})
        return address

    def back(self, person: str, told: dict[str, str]) -> tuple[Waiting, str]:
        """Return what somebody was away for who comes back with `told`, and the access token; it works once.

        Raises SignInLost when it was not them or took too long, OfferRefused when they or the issuer said no.
        """
        state = _hashed(told.get("state", ""))
        with self._database.writing() as work:
            row = work.where(waiting, state_hash=state, person=person)
            if row is None or row["expires"] <= work.now:
                raise SignInLost()
            work.remove(waiting, state_hash=state)
        away = _read(row["away"])
        # RFC 9207: another server than the one that was asked may have sent them here.
        if told.get("iss", away.server.issuer if not away.server.says_who_it_is else "") != away.server.issuer:
            raise OfferRefused("Somebody else sent you back than who was asked; nothing was taken.")
        if "error" in told or not told.get("code"):
            raise OfferRefused("The organisation, or you yourself, said no; nothing was taken.")
        return away, self._issuers.redeem_signed_in(away, told["code"])


def _read(row: dict[str, Any]) -> Waiting:
    return Waiting(**row | {"terms": Terms(**row["terms"]), "server": Server(**row["server"])})


def _hashed(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
