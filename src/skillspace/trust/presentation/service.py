"""Asking wallets for credentials (OpenID4VP 1.0): a request once, an answer once, forgotten in time.

The nonce of a request, and the key that its answer is encrypted for, follow from the node's own secret and the
request's name, so they are stored nowhere. What is asked by value, in the link alone, is answered in the clear.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_secret
from skillspace.records.credentials.dcql import read_query
from skillspace.records.credentials.selective import KeyBinding
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.presentation.machine import CLOCK, REQUEST, VERIFIER, WALLET, RequestState
from skillspace.trust.presentation.model import (
    ANY_WALLET,
    BY_ADDRESS,
    BY_DID,
    BY_HASH,
    BY_HOST,
    ENCRYPTED,
    FORMATS,
    IN_THE_CLEAR,
    REQUEST_TYPE,
    Asked,
    KnownBy,
    PresentationFault,
    RequestStatus,
    Shown,
)
from skillspace.trust.presentation.reading import Reader
from skillspace.trust.presentation.same_device import (
    CAME_BACK,
    is_held_back,
    is_theirs,
    name_of_session,
    response_code,
)
from skillspace.trust.presentation.store import requests
from skillspace.wire.certificates import Certified, named_in, read_chain
from skillspace.wire.derived_key import derived_key
from skillspace.wire.jose import SigningKey, sign_jwt, strict_json
from skillspace.wire.jwe import ALGORITHM, ENCODINGS, decrypt

PATH = "/openid4vp"
REQUEST_LASTS = timedelta(minutes=30)
#: What was shown is forgotten after this; whoever needs it longer asks for a grant.
SHOWN_LASTS = timedelta(days=30)
MAX_PURPOSE = 500
TIDY = "presentation.tidy"


class Presentations:
    """Requests of one verifier, known by its DID where requests are signed, else by where it takes answers."""

    def __init__(
        self,
        *,
        did: str,
        name: str,
        key: SigningKey,
        address: str,
        secret: bytes,
        reader: Reader,
        database: Database,
        chain: tuple[str, ...] = (),
    ) -> None:
        """`chain` are the certificates of `key` (x5c), where wallets may know this verifier by them."""
        self._did = did
        self._name = name
        self._key = key
        self._root = address.rstrip("/")
        self._base = f"{self._root}{PATH}"
        self._secret = secret
        self._reader = reader
        self._database = database
        self._chain = chain

    @property
    def ways(self) -> tuple[KnownBy, ...]:
        """By what this verifier can be known."""
        certified = self._certified()
        has = {
            KnownBy.CERTIFICATE: certified is not None,
            KnownBy.HOST: certified is not None and self._host in certified.hosts,
        }
        return tuple(way for way in KnownBy if has.get(way, True))

    def tasks(self, book: TaskBook) -> None:
        """Take the task that ends requests and forgets what was shown."""
        book.on_task(TIDY, self._tidy)

    def ask(
        self,
        work: Work,
        query: Mapping[str, Any],
        *,
        purpose: str,
        known_by: KnownBy = KnownBy.DID,
        session: str | None = None,
    ) -> Asked:
        """Ask whoever opens the link, once, for half an hour, to show what `query` (DCQL) names.

        `known_by` is how wallets know who asks. `session` is that of the browser on whose device the link is opened, to
        which the wallet leads back; None where it is another device. Raises BadInput for a query that cannot be
        understood, or asks for a format that is not read here, without a purpose in words, or where this verifier has
        no certificate.
        """
        if known_by not in self.ways:
            raise BadInput("This node has no certificate by which a wallet could know it (certificate_chain).")
        if any(each.format not in FORMATS or not each.is_bound for each in read_query(query).credentials):
            raise BadInput(f"Ask for credentials bound to a key, in one of these formats: {', '.join(FORMATS)}.")
        if not purpose.strip() or len(purpose) > MAX_PURPOSE:
            raise BadInput(f"Say what it is for, in at most {MAX_PURPOSE} characters.")
        name = new_secret(16)
        row: dict[str, object] = {
            "id": name,
            "purpose": purpose.strip(),
            "query": dict(query),
            "known_by": known_by.value,
            "session_hash": name_of_session(session) if session is not None else None,
        }
        row |= {"state": RequestState.ASKED.value, "made": work.now, "expires": work.now + REQUEST_LASTS}
        work.insert(requests, row)
        work.enqueue(TIDY, {"request": name}, key=f"{TIDY} {name}", after=REQUEST_LASTS)
        return Asked(id=name, link=self._link(row), expires=work.now + REQUEST_LASTS)

    def request_object(self, work: Work, name: str, wallet_nonce: str | None = None) -> str:
        """Return the signed request that a wallet fetches (§5.10); raise NotFound once it is over."""
        row = self._living(work, name)
        claims = self._parameters(row) | {"aud": ANY_WALLET}
        claims |= {"iat": int(work.now.timestamp()), "exp": int(row["expires"].timestamp())}
        if wallet_nonce is not None:
            claims["wallet_nonce"] = wallet_nonce
        is_certified = row["known_by"] in (KnownBy.CERTIFICATE, KnownBy.HOST)
        named = {"x5c": list(self._chain)} if is_certified else None
        return sign_jwt(claims, self._key, typ=REQUEST_TYPE, named=named)

    def answered(self, name: str, form: Mapping[str, str]) -> str | None:
        """Take what a wallet posts in answer to a request, or its refusal (§8.2, §8.5).

        Returns where the wallet shall lead its holder, for a request of the same device (§8.2).

        The same answer again changes nothing, for ours may have been lost; another one is refused. Opens transactions
        of its own, none while issuers are asked. Raises PresentationFault, Unavailable.
        """
        told = self._opened(name, form)
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        with self._database.reading() as work:
            row = self._answerable(work, name, digest)
        if row is None:
            return self._back(name)
        if told.get("state") != name:
            raise PresentationFault("invalid_request", "The answer does not repeat the state of the request.")
        if "error" in told:
            self._settle(name, digest, "decline", {"reason": str(told["error"])[:200]})
            return self._back(name)
        if "response" not in form and row["known_by"] != KnownBy.ADDRESS:
            raise PresentationFault("invalid_request", f"This request is answered encrypted ({ENCRYPTED}).")
        binding = KeyBinding(audience=self._client_id(row), nonce=self._nonce(name))
        vp_token = told.get("vp_token")
        shown = self._reader.read(read_query(row["query"]), vp_token, binding, self._database.clock())
        self._settle(name, digest, "answer", {"shown": [each.to_json() for each in shown]})
        return self._back(name)

    def come_back(self, name: str, code: str, session: str) -> RequestStatus:
        """Take in that a wallet on the same device led back to the browser that asked; what was shown is told from now.

        Opens a transaction of its own. Raises NotFound for another session or code.
        """
        with self._database.writing() as work:
            row = self._found(work, name)
            if not is_theirs(self._secret, row, code, session):
                raise NotFound("There is no such request.")
            came = row["came_back"] or work.now
            work.update(requests, requests.c.id == name, came_back=came)
            return _status({**row, "came_back": came})

    def _back(self, name: str) -> str | None:
        with self._database.reading() as work:
            row = self._found(work, name)
        if row["session_hash"] is None:
            return None
        return f"{self._root}{CAME_BACK}/{name}?{urlencode({'response_code': response_code(self._secret, row)})}"

    def _opened(self, name: str, form: Mapping[str, str]) -> dict[str, object]:
        """What an answer says, in the clear or encrypted for this request (§8.3); raises PresentationFault."""
        try:
            if "response" in form:
                return decrypt(form["response"], self._answer_key(name))
            return {**form, "vp_token": strict_json(form["vp_token"])} if "vp_token" in form else dict(form)
        except BadInput as fault:
            raise PresentationFault("invalid_request", f"The answer cannot be read: {fault.message}") from fault

    def find(self, work: Work, name: str) -> RequestStatus:
        """Return a request and what was shown; raise NotFound."""
        return _status(self._found(work, name))

    def latest(self, work: Work, limit: int = 50) -> list[RequestStatus]:
        """Return the latest requests."""
        query = sa.select(requests).order_by(requests.c.made.desc(), requests.c.id).limit(limit)
        return [_status(row) for row in work.rows(query)]

    def withdraw(self, work: Work, name: str) -> RequestStatus:
        """Take a request back. Raises NotFound, MoveNotAllowed."""
        return self._move(work, self._found(work, name), "withdraw", VERIFIER)

    def forget(self, work: Work, name: str) -> RequestStatus:
        """Forget what was shown, before its time. Raises NotFound, MoveNotAllowed."""
        return self._move(work, self._found(work, name), "forget", VERIFIER, shown=None)

    def link(self, work: Work, name: str) -> str:
        """Return the link of a request that waits for its answer; raise NotFound once it is over."""
        return self._link(self._living(work, name))

    def _link(self, row: Mapping[str, Any]) -> str:
        client = {"client_id": self._client_id(row)}
        if row["known_by"] != KnownBy.ADDRESS:
            given = client | {"request_uri": f"{self._base}/requests/{row['id']}", "request_uri_method": "post"}
            return f"openid4vp://?{urlencode(given)}"
        given = {
            name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for name, value in self._parameters(row).items()
        }
        return f"openid4vp://?{urlencode(given)}"

    def _parameters(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What a request says (§5.1); the purpose is our own word, which other wallets pass over."""
        metadata: dict[str, Any] = {"client_name": self._name, "vp_formats_supported": FORMATS}
        is_signed = row["known_by"] != KnownBy.ADDRESS
        if is_signed:
            key = self._answer_key(row["id"])
            public = {member: key[member] for member in ("kty", "crv", "x", "y")}
            metadata["jwks"] = {"keys": [public | {"kid": "answer", "use": "enc", "alg": ALGORITHM}]}
            metadata["encrypted_response_enc_values_supported"] = list(ENCODINGS)
        return {
            "client_id": self._client_id(row),
            "response_type": "vp_token",
            "response_mode": ENCRYPTED if is_signed else IN_THE_CLEAR,
            "response_uri": self._response_uri(row["id"]),
            "nonce": self._nonce(row["id"]),
            "state": row["id"],
            "dcql_query": row["query"],
            "client_metadata": metadata,
            "purpose": row["purpose"],
        }

    def _client_id(self, row: Mapping[str, Any]) -> str:
        certified = self._certified()
        return {
            KnownBy.DID: f"{BY_DID}{self._did}",
            KnownBy.ADDRESS: f"{BY_ADDRESS}{self._response_uri(row['id'])}",
            KnownBy.CERTIFICATE: f"{BY_HASH}{certified.digest if certified is not None else ''}",
            KnownBy.HOST: f"{BY_HOST}{self._host}",
        }[KnownBy(row["known_by"])]

    def _certified(self) -> Certified | None:
        return named_in(read_chain(self._chain[0])[0]) if self._chain else None

    @property
    def _host(self) -> str:
        return (urlsplit(self._base).hostname or "").lower()

    def _response_uri(self, name: str) -> str:
        return f"{self._base}/responses/{name}"

    def _nonce(self, name: str) -> str:
        return hmac.new(self._secret, f"presentation nonce {name}".encode(), hashlib.sha256).hexdigest()

    def _answer_key(self, name: str) -> dict[str, str]:
        return derived_key(self._secret, f"presentation answer {name}")

    def _answerable(self, work: Work, name: str, digest: str) -> Mapping[str, Any] | None:
        """The request if it waits for an answer, None if it has this very one; raise PresentationFault otherwise."""
        row = work.where(requests, id=name)
        if row is not None and row["answer_hash"] == digest:
            return None
        if row is None or row["state"] != RequestState.ASKED or row["expires"] <= work.now:
            raise PresentationFault("invalid_request", "This request is unknown, was answered, or has run out.")
        return row

    def _settle(self, name: str, digest: str, move: str, changes: Mapping[str, Any]) -> None:
        with self._database.writing() as work:
            row = self._answerable(work, name, digest)
            if row is not None:
                self._move(work, row, move, WALLET, answer_hash=digest, answered=work.now, **changes)
                work.enqueue(TIDY, {"request": name}, key=f"{TIDY} {name} shown", after=SHOWN_LASTS)

    def _tidy(self, run: TaskRun) -> None:
        with run.finishing() as work:
            row = work.where(requests, id=str(run.payload["request"]))
            if row is None:
                return
            if row["state"] == RequestState.ASKED:
                self._move(work, row, "expire", CLOCK)
            elif row["state"] == RequestState.ANSWERED and row["answered"] + SHOWN_LASTS <= work.now:
                self._move(work, row, "forget", CLOCK, shown=None)

    def _move(self, work: Work, row: Mapping[str, Any], move: str, party: str, **changes: Any) -> RequestStatus:
        state = REQUEST.step(RequestState(row["state"]), move, party)
        work.update(requests, requests.c.id == row["id"], state=state.value, **changes)
        work.publish(Event(name=f"presentation.{state.value}", about=row["id"], content={}))
        return _status({**row, **changes, "state": state.value})

    def _living(self, work: Work, name: str) -> Mapping[str, Any]:
        row = self._found(work, name)
        if row["state"] != RequestState.ASKED or row["expires"] <= work.now:
            raise NotFound("This request is over.")
        return row

    def _found(self, work: Work, name: str) -> Mapping[str, Any]:
        row = work.where(requests, id=name)
        if row is None:
            raise NotFound("There is no such request.")
        return row


def _status(row: Mapping[str, Any]) -> RequestStatus:
    is_held = is_held_back(row)
    shown = None if is_held else row.get("shown")
    return RequestStatus(
        id=row["id"],
        purpose=row["purpose"],
        query=row["query"],
        state=RequestState(row["state"]),
        made=row["made"],
        expires=row["expires"],
        reason=row.get("reason"),
        answered=row.get("answered"),
        shown=None if shown is None else tuple(Shown.from_json(each) for each in shown),
        is_held_back=is_held,
    )
