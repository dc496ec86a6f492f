"""Passkeys (Web Authentication Level 3): adding one, and signing in with one, without a password anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.kernel.ids import new_secret
from skillspace.people.accounts.model import Account, AccountKind
from skillspace.people.accounts.service import Accounts, checked_language, checked_name, hashed
from skillspace.people.accounts.store import challenges, passkeys
from skillspace.storage.database import Work

CHALLENGE_LASTS = timedelta(minutes=5)
MAX_ANSWER_CHARACTERS = 64 * 1024
REGISTER, SIGN_IN = "register", "sign-in"


class PasskeyRefused(Refused):
    """The passkey could not be checked; try again, or use another device."""


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """A device or key that opens an account; `label` is the name its owner gave it."""

    id: str
    label: str
    added: datetime
    last_used: datetime | None


class Passkeys:
    """Both ceremonies at one node: `address` fixes the origin, and its host is the relying party's id.

    `begin_…` returns the options for the browser as JSON text; `finish_…` takes the browser's answer as JSON text.
    A challenge is stored as a hash, lives five minutes, and the answer that succeeds uses it up.
    """

    def __init__(self, accounts: Accounts, address: str, name: str) -> None:
        parts = urlsplit(address)
        self._accounts = accounts
        self._rp_id = parts.hostname or ""
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._rp_name = name

    def begin_sign_up(self, work: Work, *, name: str, language: str, born: date) -> str:
        """Return options for someone who has no account yet; the account is made when the answer is good."""
        newcomer = {"name": checked_name(name), "language": checked_language(language), "born": born.isoformat()}
        challenge = self._new_challenge(work, REGISTER, newcomer=newcomer)
        # The authenticator wants a handle for the user; it must hold nothing personal (WebAuthn §14.6.1).
        return self._registration_options(challenge, new_secret(16).encode(), newcomer["name"], [])

    def begin_adding(self, work: Work, account: Account) -> str:
        """Return options for one more passkey of a signed-in account; those it has are excluded."""
        known = work.rows(sa.select(passkeys.c.credential).where(passkeys.c.account == account.id))
        challenge = self._new_challenge(work, REGISTER, account=account.id)
        excluded = [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row["credential"])) for row in known]
        return self._registration_options(challenge, account.id.encode(), account.name, excluded)

    def finish_registration(self, work: Work, answer: str, *, label: str = "") -> Account:
        """Keep the passkey of a good answer and return its account (a new person's, after a sign-up).

        Raises BadInput when the answer cannot be read, PasskeyRefused when it is not good.
        """
        credential = _read(answer)
        asked = self._use_up(work, credential, REGISTER)
        try:
            verified = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=_challenge_of(credential),
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except Exception as fault:  # the library lets decoding faults of many kinds through; all mean no
            raise PasskeyRefused(f"This passkey could not be added: {fault!s:.200}.") from fault
        account = self._account_for(work, asked)
        row = {
            "credential": bytes_to_base64url(verified.credential_id),
            "account": account.id,
            "public_key": verified.credential_public_key,
            "sign_count": verified.sign_count,
            "label": " ".join(label.split())[:60] or "Passkey",
            "added": work.now,
        }
        if not work.insert_new(passkeys, row, on="credential"):
            raise PasskeyRefused("This passkey is in use already.")
        return account

    def begin_sign_in(self, work: Work) -> str:
        """Return options for signing in with any passkey of this node: the device shows which it has."""
        options = webauthn.generate_authentication_options(
            rp_id=self._rp_id,
            challenge=self._new_challenge(work, SIGN_IN),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def finish_sign_in(self, work: Work, answer: str) -> Account:
        """Return the account a good answer opens. Raises BadInput and PasskeyRefused, also for a counter that went
        back: the mark of a copied key (WebAuthn §6.1.1)."""
        credential = _read(answer)
        self._use_up(work, credential, SIGN_IN)
        row = work.one(sa.select(passkeys).where(passkeys.c.credential == str(credential.get("id"))))
        if row is None:
            raise PasskeyRefused("This passkey opens no account here; use another one.")
        try:
            verified = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=_challenge_of(credential),
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                credential_public_key=row["public_key"],
                credential_current_sign_count=row["sign_count"],
                require_user_verification=True,
            )
        except Exception as fault:  # as above
            raise PasskeyRefused(f"Signing in did not work: {fault!s:.200}.") from fault
        here = passkeys.c.credential == row["credential"]
        work.update(passkeys, here, sign_count=verified.new_sign_count, last_used=work.now)
        return self._accounts.get(work, row["account"])

    def listed(self, work: Work, account_id: str) -> list[Passkey]:
        """Return an account's passkeys, oldest first."""
        query = sa.select(passkeys).where(passkeys.c.account == account_id).order_by(passkeys.c.added)
        return [
            Passkey(id=row["credential"], label=row["label"], added=row["added"], last_used=row["last_used"])
            for row in work.rows(query)
        ]

    def remove(self, work: Work, account_id: str, passkey_id: str) -> None:
        """Let a passkey open nothing any more; the last one stays (Refused), an unknown one is NotFound."""
        mine = self.listed(work, account_id)
        if passkey_id not in {passkey.id for passkey in mine}:
            raise NotFound("Your account has no such passkey.")
        if len(mine) == 1:
            raise Refused("This is your only passkey; add another before you remove it.")
        work.delete(passkeys, passkeys.c.credential == passkey_id)

    def _registration_options(
        self, challenge: bytes, user: bytes, name: str, excluded: list[PublicKeyCredentialDescriptor]
    ) -> str:
        options = webauthn.generate_registration_options(
            rp_id=self._rp_id,
            rp_name=self._rp_name,
            user_id=user,
            user_name=name,
            challenge=challenge,
            exclude_credentials=excluded,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
        return webauthn.options_to_json(options)

    def _new_challenge(self, work: Work, ceremony: str, **about: Any) -> bytes:
        work.delete(challenges, challenges.c.expires <= work.now)
        text = new_secret()
        row = {"challenge_hash": hashed(text), "ceremony": ceremony, "expires": work.now + CHALLENGE_LASTS}
        work.insert(challenges, row | about)
        return base64url_to_bytes(text)

    def _use_up(self, work: Work, credential: Mapping[str, Any], ceremony: str) -> Mapping[str, Any]:
        here = challenges.c.challenge_hash == hashed(bytes_to_base64url(_challenge_of(credential)))
        row = work.one(sa.select(challenges).where(here, challenges.c.ceremony == ceremony))
        if row is None or not work.delete(challenges, here) or row["expires"] <= work.now:
            raise PasskeyRefused("This took longer than five minutes or was answered before; start again.")
        return row

    def _account_for(self, work: Work, asked: Mapping[str, Any]) -> Account:
        if asked["account"]:
            return self._accounts.get(work, asked["account"])
        told = dict(asked["newcomer"])
        born = date.fromisoformat(told.pop("born"))
        return self._accounts.make(work, kind=AccountKind.PERSON, born=born, **told)


def _read(answer: str) -> dict[str, Any]:
    try:
        credential = json.loads(answer) if len(answer) <= MAX_ANSWER_CHARACTERS else None
    except (ValueError, RecursionError):
        credential = None
    if not isinstance(credential, dict):
        raise BadInput("The device's answer cannot be read.")
    return credential


def _challenge_of(credential: Mapping[str, Any]) -> bytes:
    """Return the challenge an answer says it answers; whether it was signed is checked later."""
    try:
        client = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        return base64url_to_bytes(client["challenge"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BadInput("The device's answer names no challenge.") from None
