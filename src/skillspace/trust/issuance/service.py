"""Issuing to wallets (OpenID4VCI 1.0): an offer, a code once, a key proven, a credential.

An offer's code opens one token, for a few minutes; the token gives credentials to one key only. A wallet that lost our
answer asks again with the same key and gets the credential again, at the same place of the status list. What somebody
still has to decide on waits under a name, for a month at most, and is given once they said yes (§9).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from skillspace.kernel.errors import MoveNotAllowed, NotFound
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_id, new_secret
from skillspace.records.achievement import Achievement, Holder
from skillspace.records.formats.issuing import Issuer
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.issuance.machine import CLOCK, ISSUER, OFFER, WALLET, OfferState
from skillspace.trust.issuance.model import (
    CODE_GRANT,
    GRANT,
    Access,
    IssuanceFault,
    Offered,
    OfferStatus,
    authorization_metadata,
    configuration_of,
    hashed,
    issuer_metadata,
    status_of,
)
from skillspace.trust.issuance.nonces import Nonces
from skillspace.trust.issuance.possession import Possessions
from skillspace.trust.issuance.proofs import holder_of, read_proofs
from skillspace.trust.issuance.sign_ins import Clients, SignIns
from skillspace.trust.issuance.signing import Signing
from skillspace.trust.issuance.store import offers
from skillspace.wire.dpop import thumbprint

OFFER_LASTS = timedelta(days=7)
TOKEN_LASTS = timedelta(minutes=10)
#: What waits for a decision may wait this long, and its token lasts as long; a wallet asks again after the other.
DECISION_WITHIN = timedelta(days=30)
ASK_AGAIN_S = 300
#: Wrong transaction codes that an offer bears.
MAX_TRIES = 5
#: A wallet is told of its credential under a new name each time it asks; the latest of them are remembered.
MAX_NOTICES = 10
PIN_DIGITS = 6
PATH = "/openid4vci"
TIDY = "issuance.tidy"
NONCE = "nonce"
_OPEN = (OfferState.REDEEMED, OfferState.DEFERRED, OfferState.ISSUED, OfferState.ACCEPTED, OfferState.FAILED)
_EVENTS = {"credential_accepted": "accept", "credential_failure": "fail", "credential_deleted": "fail"}


class Issuance:
    """Offers achievements to wallets in the name of one organisation, whose issuer identifier is its `address`.

    What it gives is signed by its DID; where it has certificates that wallets can check, also by its address and those.
    """

    def __init__(
        self,
        *,
        issuer: Issuer,
        address: str,
        key: bytes,
        languages: tuple[str, ...] = ("en",),
        clients: Clients = lambda _work, _client: (),
    ) -> None:
        self._name = issuer.name
        self._address = address.rstrip("/")
        self._key = key
        self._base = f"{self._address}{PATH}"
        self.signing = Signing(issuer, address=self._address, base=self._base)
        self.register = self.signing.register
        self._languages = languages
        self._nonces = Nonces(key)
        self.possessions = Possessions(self._nonces, self._base)
        self.sign_ins = SignIns(key=key, address=self._address, clients=clients, scopes=self.signing.known)

    def metadata(self) -> dict[str, Any]:
        """Return the Credential Issuer Metadata."""
        return issuer_metadata(self._address, self._base, self._name, self._languages, self.signing.known)

    def authorization_metadata(self) -> dict[str, Any]:
        """Return the metadata of our authorization server."""
        return authorization_metadata(self._address, self._base, self.signing.known)

    def tasks(self, book: TaskBook) -> None:
        """Take the task that ends offers."""
        book.on_task(TIDY, self._tidy)

    def offer(
        self,
        work: Work,
        achievement: Achievement,
        *,
        about: str,
        with_pin: bool = True,
        is_undecided: bool = False,
        by_certificate: bool = False,
    ) -> Offered:
        """Offer an achievement to the wallet of the person `about` (a number of the register), once, for a week.

        The link is for that person's eyes; the code, where there is one, reaches them another way. One that
        `is_undecided` can be taken and then waits for `decide`. With `by_certificate` it is for a wallet that knows us
        by that; raises BadInput where there is none.
        """
        names = self.signing.offered(by_certificate=by_certificate)
        code, offer = new_secret(), new_id("offer")
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}" if with_pin else None
        row: dict[str, object] = {"id": offer, "about": about, "title": achievement.title}
        row |= {"content": achievement.to_json(), "state": OfferState.OFFERED.value, "made": work.now}
        row |= {"expires": work.now + OFFER_LASTS, "tries": 0, "places": {}, "notices": []}
        row |= {"is_undecided": is_undecided, "waiting": {}}
        row |= {"code_hash": self._hashed("code", code)}
        row |= {"pin_hash": self._hashed("pin", f"{offer} {pin}") if pin else None}
        work.insert(offers, row)
        work.enqueue(TIDY, {"offer": offer}, key=f"{TIDY} {offer}", after=OFFER_LASTS + TOKEN_LASTS)
        return Offered(id=offer, link=self._link(offer, code, with_pin, names), pin=pin, expires=work.now + OFFER_LASTS)

    def find(self, work: Work, offer: str) -> OfferStatus:
        """Return an offer; raise NotFound."""
        return status_of(self._found(work, offer))

    def of_person(self, work: Work, about: str) -> list[OfferStatus]:
        """Return what was offered to a person of the register, the latest first."""
        query = sa.select(offers).where(offers.c.about == about).order_by(offers.c.made.desc(), offers.c.id)
        return [status_of(row) for row in work.rows(query)]

    def latest(self, work: Work, limit: int = 50) -> list[OfferStatus]:
        """Return the latest offers to anybody."""
        query = sa.select(offers).order_by(offers.c.made.desc(), offers.c.id).limit(limit)
        return [status_of(row) for row in work.rows(query)]

    def content(self, work: Work, offer: str) -> dict[str, Any] | None:
        """Return what an offer holds, None once it is gone; raise NotFound."""
        found: dict[str, Any] | None = self._found(work, offer)["content"]
        return found

    def forget_person(self, work: Work, about: str) -> None:
        """Forget whom offers were for and what was in them; what was given can still be revoked by name."""
        work.update(offers, offers.c.about == about, about="", title="", content=None, waiting={})

    def decide(self, work: Work, offer: str) -> OfferStatus:
        """Say that what was offered may be given; its wallet gets it when it asks next. A no is `withdraw`.

        Raises NotFound, MoveNotAllowed where nothing waits for a decision any more.
        """
        row = self._found(work, offer)
        if not row["is_undecided"] or row["state"] not in (
            OfferState.OFFERED,
            OfferState.REDEEMED,
            OfferState.DEFERRED,
        ):
            raise MoveNotAllowed("Nothing of this offer waits for a decision.")
        work.update(offers, offers.c.id == offer, is_undecided=False)
        work.publish(Event(name="offer.decided", about=offer, content={}))
        return status_of({**row, "is_undecided": False})

    def withdraw(self, work: Work, offer: str) -> OfferStatus:
        """Take an offer back before a wallet has it. Raises NotFound, MoveNotAllowed.

        A wallet that waits for it is told so when it asks next.
        """
        row = self._found(work, offer)
        if row["state"] == OfferState.DEFERRED:
            return self._move(work, row, "withdraw", ISSUER, content=None, waiting={})
        return self._end(work, row, "withdraw", ISSUER)

    def revoke(self, work: Work, offer: str) -> OfferStatus:
        """Revoke every credential that came of an offer, for good. Raises NotFound, MoveNotAllowed."""
        row = self._found(work, offer)
        moved = self._end(work, row, "revoke", ISSUER)
        for place in row["places"].values():
            self.register.revoke(work, place)
        return moved

    def count_try(self, work: Work, code: str | None) -> None:
        """Count a try of a code before it is made, in a transaction of its own, so that a wrong one leaves its trace.

        After five an offer with a transaction code is over.
        """
        self._count(work, self._by("code_hash", work, "code", code or ""))

    def count_try_at(self, work: Work, request_uri: str) -> None:
        """The same for a try on our own page; raises NotFound."""
        self._count(work, self.sign_ins.offer_of(work, request_uri))

    def _count(self, work: Work, row: Mapping[str, Any] | None) -> None:
        if row is None or row["pin_hash"] is None or row["state"] != OfferState.OFFERED:
            return
        if row["tries"] >= MAX_TRIES:
            self._end(work, row, "withdraw", ISSUER)
        else:
            work.update(offers, offers.c.id == row["id"], tries=row["tries"] + 1)

    def token(
        self, work: Work, *, grant_type: str | None, code: str | None, pin: str | None, key: str | None = None
    ) -> dict[str, Any]:
        """Give an access token, for the proven `key` alone, for a pre-authorized code that was never used (§6.1).

        Raises IssuanceFault.
        """
        if grant_type != GRANT:
            raise IssuanceFault("unsupported_grant_type", f"Codes are taken here as {CODE_GRANT} or {GRANT}.")
        if not code:
            raise IssuanceFault("invalid_request", "The pre-authorized_code is missing.")
        row = self._by("code_hash", work, "code", code)
        if row is None or row["state"] != OfferState.OFFERED or row["expires"] <= work.now:
            raise IssuanceFault("invalid_grant", "This code is unknown, was used, or has run out; ask for a new offer.")
        if row["pin_hash"] is not None and not pin:
            raise IssuanceFault("invalid_request", "A transaction code (tx_code) is expected with this offer.")
        if row["pin_hash"] is None and pin:
            raise IssuanceFault("invalid_request", "No transaction code is expected with this offer.")
        if pin and not secrets.compare_digest(row["pin_hash"], self._hashed("pin", f"{row['id']} {pin}")):
            raise IssuanceFault("invalid_grant", "The transaction code is wrong.")
        return self._opened(work, row, key)

    def token_of(
        self, work: Work, form: Mapping[str, str | None], *, is_fresh: bool, key: str | None = None
    ) -> dict[str, Any]:
        """Give an access token for the code of a sign-in that `sign_ins.burn` told to be fresh; raise IssuanceFault."""
        return self._opened(work, self.sign_ins.redeemed(work, form, is_fresh=is_fresh, key=key), key)

    def _opened(self, work: Work, row: Mapping[str, Any], key: str | None) -> dict[str, Any]:
        token, lasts = new_secret(), DECISION_WITHIN if row["is_undecided"] else TOKEN_LASTS
        changes = {"token_hash": self._hashed("token", token), "token_expires": work.now + lasts, "token_key": key}
        self._move(work, row, "redeem", WALLET, **changes)
        self._tidy_after(work, row, "token", lasts)
        kind = "DPoP" if key is not None else "Bearer"
        return {"access_token": token, "token_type": kind, "expires_in": int(lasts.total_seconds())}

    def nonce(self, work: Work) -> dict[str, str]:
        """Give a nonce for one key proof (§7.2)."""
        return {"c_nonce": self._nonces.new(work, NONCE)}

    def credential(self, work: Work, access: Access, request: Mapping[str, object]) -> dict[str, Any]:
        """Answer a credential request (§8.2): one credential, bound to the key that the request proves, or the name
        (`transaction_id`) under which it waits for a decision.

        Raises IssuanceFault with the protocol's error.
        """
        row = self._of_token(work, access)
        name = configuration_of(request, self.signing.known)
        proven = read_proofs(request.get("proofs"), audience=self._address, at=work.now)
        ends = self._nonces.end(work, NONCE, proven.nonce)
        if ends is None or not self._nonces.use_up(work, NONCE, proven.nonce, ends):
            raise IssuanceFault("invalid_nonce", "The nonce is unknown, was used, or has run out; ask for a fresh one.")
        thumb = thumbprint(proven.holder.jwk)
        if row["state"] == OfferState.FAILED or row["content"] is None:
            raise IssuanceFault("credential_request_denied", "This offer is over.")
        if row["holder"] not in (None, thumb):
            raise IssuanceFault("credential_request_denied", "This credential was issued to another key already.")
        if row["is_undecided"]:
            waiting = {**row["waiting"], name: dict(proven.holder.jwk)}
            self._move(work, row, "defer", ISSUER, holder=thumb, waiting=waiting)
            return self._waits(row, name)
        return self._given(work, row, name, proven.holder)

    def deferred(self, work: Work, access: Access, message: Mapping[str, object]) -> dict[str, Any]:
        """Answer who asks again for what was not decided yet (§9): the credential, or the same name once more.

        The name counts until the wallet told that it has the credential, so that no answer is lost on the way.
        Raises IssuanceFault.
        """
        row, asked = self._of_token(work, access), str(message.get("transaction_id"))
        names = [each for each in row["waiting"] if self._transaction(row, each) == asked]
        if not names or row["state"] not in (OfferState.DEFERRED, OfferState.ISSUED):
            raise IssuanceFault("invalid_transaction_id", "Nothing waits under this transaction_id.")
        if row["is_undecided"]:
            return self._waits(row, names[0])
        return self._given(work, row, names[0], holder_of(row["waiting"][names[0]]))

    def _waits(self, row: Mapping[str, Any], name: str) -> dict[str, Any]:
        return {"transaction_id": self._transaction(row, name), "interval": ASK_AGAIN_S}

    def _transaction(self, row: Mapping[str, Any], name: str) -> str:
        """The name under which a credential waits: always the same one, and nobody else can tell it."""
        return self._hashed("transaction", f"{row['id']} {name}")

    def _given(self, work: Work, row: Mapping[str, Any], name: str, holder: Holder) -> dict[str, Any]:
        places = dict(row["places"])
        if name not in places:
            places[name] = int(str(self.register.allocate(work, "2.0")["statusListIndex"]))
        notice = new_secret()
        notices = [*row["notices"], self._hashed("notice", notice)][-MAX_NOTICES:]
        ends = row["token_expires"]
        if row["state"] != OfferState.ISSUED and ends > work.now + TOKEN_LASTS:
            ends = work.now + TOKEN_LASTS
            self._tidy_after(work, row, "given", TOKEN_LASTS)
        changes = {"holder": thumbprint(holder.jwk), "places": places, "notices": notices, "token_expires": ends}
        self._move(work, row, "issue", ISSUER, **changes)
        achievement = Achievement.from_json(row["content"])
        token = self.signing.written(achievement, name, holder, places[name], work.now)
        return {"credentials": [{"credential": token}], "notification_id": notice}

    def notified(self, work: Work, access: Access, message: Mapping[str, object]) -> None:
        """Hear from a wallet what became of a credential (§11.1); the same notice twice is one.

        Raises IssuanceFault.
        """
        row = self._of_token(work, access)
        notice, event = message.get("notification_id"), message.get("event")
        if not isinstance(notice, str) or event not in _EVENTS:
            raise IssuanceFault("invalid_notification_request", "A notice needs notification_id and a known event.")
        if self._hashed("notice", notice) not in row["notices"]:
            raise IssuanceFault("invalid_notification_id", "No credential was given with this notification_id.")
        try:
            self._move(work, row, _EVENTS[str(event)], WALLET)
        except MoveNotAllowed as fault:
            raise IssuanceFault("invalid_notification_request", fault.message) from fault

    def _link(self, name: str, code: str, with_pin: bool, names: list[str]) -> str:
        """The offer by value: all a wallet needs is in the link (§4.1.1)."""
        grant: dict[str, object] = {"pre-authorized_code": code}
        if with_pin:
            grant["tx_code"] = {"input_mode": "numeric", "length": PIN_DIGITS}
        offer = {
            "credential_issuer": self._address,
            "credential_configuration_ids": names,
            "grants": {GRANT: grant, CODE_GRANT: {"issuer_state": self.sign_ins.issuer_state(name)}},
        }
        return f"openid-credential-offer://?{urlencode({'credential_offer': json.dumps(offer, separators=(',', ':'))})}"

    def _of_token(self, work: Work, access: Access) -> Mapping[str, Any]:
        row = self._by("token_hash", work, "token", access.token) if access.token else None
        if row is None or row["token_expires"] <= work.now or row["token_key"] != access.key:
            raise IssuanceFault(
                "invalid_token", "The access token is missing, unknown, another key's, or has run out.", status=401
            )
        if row["state"] not in _OPEN:
            raise IssuanceFault("credential_request_denied", "This offer is over.")
        return row

    def _tidy_after(self, work: Work, row: Mapping[str, Any], what: str, after: timedelta) -> None:
        work.enqueue(TIDY, {"offer": row["id"]}, key=f"{TIDY} {row['id']} {what}", after=after)

    def _tidy(self, run: TaskRun) -> None:
        with run.finishing() as work:
            row = work.where(offers, id=str(run.payload["offer"]))
            if row is None or (row["token_expires"] or row["expires"]) > work.now:
                return
            if row["state"] in (OfferState.OFFERED, OfferState.REDEEMED, OfferState.DEFERRED):
                self._end(work, row, "expire", CLOCK)
            else:
                work.update(offers, offers.c.id == row["id"], content=None, token_hash=None, waiting={})

    def _end(self, work: Work, row: Mapping[str, Any], move: str, party: str) -> OfferStatus:
        return self._move(work, row, move, party, content=None, token_hash=None, waiting={})

    def _move(self, work: Work, row: Mapping[str, Any], move: str, party: str, **changes: Any) -> OfferStatus:
        state = OFFER.step(OfferState(row["state"]), move, party)
        work.update(offers, offers.c.id == row["id"], state=state.value, **changes)
        if state.value != row["state"]:
            work.publish(Event(name=f"offer.{state.value}", about=row["id"], content={}))
        return status_of({**row, "state": state.value})

    def _by(self, column: str, work: Work, kind: str, secret: str) -> Mapping[str, Any] | None:
        return work.where(offers, **{column: self._hashed(kind, secret)})

    def _found(self, work: Work, offer: str) -> Mapping[str, Any]:
        row = work.where(offers, id=offer)
        if row is None:
            raise NotFound("There is no such offer.")
        return row

    def _hashed(self, kind: str, secret: str) -> str:
        return hashed(self._key, f"issuance {kind}", secret)
