"""Signing in at the issuer (OpenID4VCI 1.0 §5; RFC 6749 §4.1, 7636, 9126): a wallet asks, the person allows, once.

A wallet pushes what it asks for, bound to an offer, to its own address as we know it, and to a secret that only it
knows (PKCE, S256). The person opens our page and allows it with the offer's transaction code. The code that the wallet
gets counts for two minutes, once, for that wallet, that address and that secret.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from skillspace.kernel.ids import new_secret
from skillspace.storage.database import Work
from skillspace.trust.issuance.machine import PERSON, SIGN_IN, WALLET, OfferState, SignInState
from skillspace.trust.issuance.model import IssuanceFault, SignInOver, WrongPin, hashed
from skillspace.trust.issuance.store import offers, sign_ins

REQUEST_URI = "urn:ietf:params:oauth:request_uri:"
PUSHED_LASTS = timedelta(minutes=10)
CODE_LASTS = timedelta(minutes=2)
#: A code that comes again within this ends the token that it opened (RFC 6749 §4.1.2).
REMEMBERED = timedelta(minutes=10)
MAX_STATE = 1000
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")

Clients = Callable[[Work, str], Collection[str]]
"""Given a wallet's `client_id`, return the addresses it may be answered at, to the letter; none for one not known."""


@dataclass(frozen=True, kw_only=True)
class SignInSeen:
    """What a person is asked to allow: what goes, to which wallet, and whether a code of theirs is needed."""

    title: str
    wallet: str
    needs_pin: bool


class SignIns:
    """The sign-ins of one issuer for what it gives, by `scopes`; `key` is the node's own, and of every secret only a
    keyed hash is stored."""

    def __init__(self, *, key: bytes, address: str, clients: Clients, scopes: Collection[str]) -> None:
        self._key = key
        self._address = address
        self._clients = clients
        self._known_scopes = scopes

    def issuer_state(self, offer: str) -> str:
        """Return what ties a sign-in to an offer; only who has the offer's link knows it."""
        return f"{offer}.{self._hashed('issuer state', offer)}"

    def push(self, work: Work, form: Mapping[str, str | None], key: str | None = None) -> dict[str, Any]:
        """Take what a wallet asks for (RFC 9126 §2.1); an earlier request for the same offer ends.

        The code will be for the `key` alone that the wallet proves, or names (`dpop_jkt`, RFC 9449 §10). Raises
        IssuanceFault with the protocol's error.
        """
        client_id, redirect_uri = form.get("client_id") or "", form.get("redirect_uri") or ""
        if redirect_uri not in self._clients(work, client_id):
            raise IssuanceFault(
                "invalid_client", "This wallet, or the address it names, is not known here.", status=401
            )
        if "request_uri" in form and form["request_uri"] is not None:
            raise IssuanceFault("invalid_request", "A pushed request names no request_uri.")
        if form.get("response_type") != "code":
            raise IssuanceFault("unsupported_response_type", "Only codes are given here (response_type).")
        challenge = form.get("code_challenge") or ""
        if form.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            raise IssuanceFault("invalid_request", "A code_challenge with the method S256 is demanded.")
        if form.get("authorization_details") is not None or not _scopes(form).issubset(self._known_scopes):
            raise IssuanceFault("invalid_scope", f"Ask by scope, for one of: {', '.join(self._known_scopes)}.")
        state = form.get("state")
        if state is not None and len(state) > MAX_STATE:
            raise IssuanceFault("invalid_request", f"The state is longer than {MAX_STATE} characters.")
        named = form.get("dpop_jkt")
        if named is not None and (key not in (None, named) or not _CHALLENGE.fullmatch(named)):
            raise IssuanceFault(
                "invalid_dpop_proof", "The key that is named (dpop_jkt) is another than the one proven."
            )
        offer = self._offer(work, form.get("issuer_state") or "")
        work.delete(sign_ins, sign_ins.c.expires <= work.now)
        work.delete(sign_ins, (sign_ins.c.offer == offer["id"]) & (sign_ins.c.state != SignInState.SPENT.value))
        secret = new_secret()
        row: dict[str, object] = {"request_hash": self._hashed("request", secret), "offer": offer["id"]}
        row |= {"client_id": client_id, "redirect_uri": redirect_uri, "challenge": challenge, "wallet_state": state}
        row |= {"key": key or named}
        work.insert(sign_ins, row | {"state": SignInState.ASKED.value, "expires": work.now + PUSHED_LASTS})
        return {"request_uri": f"{REQUEST_URI}{secret}", "expires_in": int(PUSHED_LASTS.total_seconds())}

    def look(self, work: Work, client_id: str, request_uri: str) -> SignInSeen:
        """Return what a person is asked to allow; raise SignInOver for one that is over, or another's."""
        row, offer = self._asked(work, request_uri)
        if row["client_id"] != client_id:
            raise SignInOver()
        parts = urlsplit(row["redirect_uri"])
        wallet = parts.netloc if parts.scheme in ("https", "http") else client_id
        return SignInSeen(title=offer["title"], wallet=wallet, needs_pin=offer["pin_hash"] is not None)

    def offer_of(self, work: Work, request_uri: str) -> Mapping[str, Any]:
        """Return the row of the offer that a request is for; raise SignInOver."""
        return self._asked(work, request_uri)[1]

    def allow(self, work: Work, request_uri: str, pin: str) -> str:
        """Let the wallet have it, and return the address to go back to. Raises SignInOver, WrongPin."""
        row, offer = self._asked(work, request_uri)
        if offer["pin_hash"] is not None and not secrets.compare_digest(
            offer["pin_hash"], hashed(self._key, "issuance pin", f"{offer['id']} {pin}")
        ):
            raise WrongPin()
        code = new_secret()
        changes = {"code_hash": self._hashed("code", code), "expires": work.now + CODE_LASTS}
        self._move(work, row, "allow", PERSON, **changes)
        return self._back(row, {"code": code})

    def refuse(self, work: Work, request_uri: str) -> str:
        """Keep it from the wallet, and return the address to go back to; the offer stands. Raises SignInOver."""
        row, _ = self._asked(work, request_uri)
        self._move(work, row, "refuse", PERSON)
        return self._back(row, {"error": "access_denied"})

    def burn(self, work: Work, code: str | None) -> bool:
        """Spend a code before it is looked at, in a transaction of its own; tell whether it was good until now.

        One that was spent before was stolen by somebody: the token that it opened ends as well.
        """
        row = self._by_code(work, code)
        if row is None or row["expires"] <= work.now:
            return False
        if row["state"] == SignInState.SPENT:
            work.update(offers, offers.c.id == row["offer"], token_hash=None)
            return False
        self._move(work, row, "spend", WALLET, expires=work.now + REMEMBERED)
        return True

    def redeemed(
        self, work: Work, form: Mapping[str, str | None], *, is_fresh: bool, key: str | None
    ) -> Mapping[str, Any]:
        """Return the offer that a code, burnt a moment ago, opens to a proven `key`. Raises IssuanceFault."""
        row = self._by_code(work, form.get("code")) if is_fresh else None
        offer = work.where(offers, id=row["offer"]) if row is not None else None
        verifier = form.get("code_verifier") or ""
        if (
            row is None
            or offer is None
            or not _is_living(offer, work.now)
            or form.get("client_id") != row["client_id"]
            or form.get("redirect_uri") != row["redirect_uri"]
            or row["key"] not in (None, key)
            or not _VERIFIER.fullmatch(verifier)
            or not secrets.compare_digest(challenge_of(verifier), row["challenge"])
        ):
            raise IssuanceFault("invalid_grant", "This code is unknown, was used, has run out, or is another wallet's.")
        return offer

    def _offer(self, work: Work, issuer_state: str) -> Mapping[str, Any]:
        name, _, mac = issuer_state.rpartition(".")
        row = work.where(offers, id=name)
        is_ours = secrets.compare_digest(mac.encode(), self._hashed("issuer state", name).encode())
        if not is_ours or row is None or not _is_living(row, work.now):
            raise IssuanceFault(
                "invalid_request", "The issuer_state is of no offer that still stands; ask for a new one."
            )
        return row

    def _asked(self, work: Work, request_uri: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        row = work.where(sign_ins, request_hash=self._hashed("request", request_uri.removeprefix(REQUEST_URI)))
        is_open = row is not None and row["state"] == SignInState.ASKED and row["expires"] > work.now
        offer = work.where(offers, id=row["offer"]) if row is not None and is_open else None
        if row is None or offer is None or not _is_living(offer, work.now):
            raise SignInOver()
        return row, offer

    def _by_code(self, work: Work, code: str | None) -> Mapping[str, Any] | None:
        return work.where(sign_ins, code_hash=self._hashed("code", code)) if code else None

    def _back(self, row: Mapping[str, Any], told: Mapping[str, str]) -> str:
        """The wallet's address with our answer, and who we are (RFC 9207)."""
        given = dict(told) | {"iss": self._address}
        if row["wallet_state"] is not None:
            given["state"] = row["wallet_state"]
        return f"{row['redirect_uri']}{'&' if '?' in row['redirect_uri'] else '?'}{urlencode(given)}"

    def _move(self, work: Work, row: Mapping[str, Any], move: str, party: str, **changes: Any) -> None:
        state = SIGN_IN.step(SignInState(row["state"]), move, party)
        work.update(sign_ins, sign_ins.c.request_hash == row["request_hash"], state=state.value, **changes)

    def _hashed(self, kind: str, secret: str) -> str:
        return hashed(self._key, f"sign-in {kind}", secret)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 §4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _is_living(offer: Mapping[str, Any], at: datetime) -> bool:
    return bool(offer["state"] == OfferState.OFFERED and offer["expires"] > at)


def _scopes(form: Mapping[str, str | None]) -> set[str]:
    return set((form.get("scope") or "").split())
