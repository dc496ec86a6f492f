"""What a wallet does on its own once its person decided: fetch, tell the issuer, carry an answer to whoever asked.

A node may fall at any point: each task looks where things stand and goes on. An answer that may have arrived is sent
again to the letter while its signature is fresh, so that a verifier sees one answer and not two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import SkillspaceError, Unavailable
from skillspace.people.wallet.cards import presentation_of, read_card
from skillspace.people.wallet.issuers import Issuers
from skillspace.people.wallet.keys import key_of
from skillspace.people.wallet.machine import INTAKE, NODE, OTHER, SHOWING, IntakeState, ShowingState
from skillspace.people.wallet.model import NotReady, RequestSeen, Terms
from skillspace.people.wallet.service import ANSWER, FETCH, TELL, card_of, request_of
from skillspace.people.wallet.store import cards, intakes, showings
from skillspace.people.wallet.telling import CardRecords
from skillspace.people.wallet.verifiers import Verifiers
from skillspace.records.credentials import KeyResolver
from skillspace.records.credentials.selective import KeyBinding
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.wire.jose import strict_json
from skillspace.wire.jwe import encrypt

#: A signature under what is shown counts for five minutes; an older one is made anew.
RESIGN_AFTER = timedelta(minutes=4)
MAX_BACK = 2000
#: A credential that is not ready is waited for no longer than this.
LONGEST_WAIT = timedelta(days=30)


class WalletTasks:
    """The stored tasks of the wallets of one node, whose keys follow from its `secret`."""

    def __init__(
        self,
        *,
        issuers: Issuers,
        verifiers: Verifiers,
        records: CardRecords,
        resolve_key: KeyResolver,
        secret: bytes,
        database: Database,
    ) -> None:
        self._issuers = issuers
        self._verifiers = verifiers
        self._records = records
        self._resolve_key = resolve_key
        self._secret = secret
        self._database = database

    def register(self, book: TaskBook) -> None:
        """Take the tasks."""
        book.on_task(FETCH, self._fetch, given_up=self._not_fetched)
        book.on_task(TELL, self._tell)
        book.on_task(ANSWER, self._answer)

    def _fetch(self, run: TaskRun) -> None:
        name = str(run.payload["intake"])
        with run.reading() as work:
            row = work.where(intakes, id=name)
        if row is None or row["state"] != IntakeState.FETCHING:
            with run.finishing():
                return
        key, terms = key_of(self._secret, name), Terms(**row["terms"])
        try:
            token, notice = self._issuers.fetch(terms, row["access_token"], key)
            card = read_card(token, terms.format, key=key, resolve_key=self._resolve_key, at=self._database.clock())
            said = self._records.read(card, row["person"], name)
        except NotReady as later:
            if self._database.clock() - row["made"] > LONGEST_WAIT:
                self._fail(run, row, "The organisation never made the credential.")
                return
            with run.finishing(again_after=later.after) as work:
                waits = (intakes.c.id == name) & (intakes.c.state == IntakeState.FETCHING.value)
                work.update(intakes, waits, terms=row["terms"] | {"transaction": later.transaction})
            return
        except Unavailable:
            raise
        except SkillspaceError as fault:
            self._fail(run, row, fault.message)
            return
        with run.finishing() as work:
            row = work.where(intakes, id=name)
            if row is not None and row["state"] == IntakeState.FETCHING:
                work.insert(cards, {"id": name, "person": row["person"], "received": work.now} | card)
                if said is not None:
                    self._records.keep(work, said)
                self._move_intake(work, row, "keep", NODE, notice=notice)
                work.enqueue(TELL, {"intake": name}, key=f"{TELL} {name}")

    def _fail(self, run: TaskRun, row: Mapping[str, Any], reason: str) -> None:
        with run.finishing() as work:
            self._move_intake(work, row, "fail", OTHER, reason=reason[:500], access_token=None)

    def _not_fetched(self, work: Work, payload: Mapping[str, Any], fault: Exception) -> None:
        """Nobody asks any more; the token stays, so that the person may have it asked for again."""
        row = work.where(intakes, id=str(payload["intake"]))
        if row is not None and row["state"] == IntakeState.FETCHING:
            self._move_intake(work, row, "fail", OTHER, reason=str(fault)[:500])

    def _tell(self, run: TaskRun) -> None:
        with run.reading() as work:
            row = work.where(intakes, id=str(run.payload["intake"]))
        if row is not None and row["state"] == IntakeState.KEPT and row["notice"] and row["access_token"]:
            self._issuers.tell(Terms(**row["terms"]), row["access_token"], row["notice"], "credential_accepted")
        with run.finishing() as work:
            if row is not None and row["state"] == IntakeState.KEPT:
                self._move_intake(work, row, "tell", NODE, access_token=None, notice=None)

    def _answer(self, run: TaskRun) -> None:
        name = str(run.payload["showing"])
        with self._database.writing() as work:
            row = self._signed(work, name)
        if row is None:
            with run.finishing():
                return
        request = request_of(row)
        reply = self._verifiers.post(request.response_uri, row["answer"]["form"])
        reason = None if reply.status == 200 else _reason(reply.body, reply.status)
        with run.finishing() as work:
            row = work.where(showings, id=name)
            if row is not None and row["state"] in (ShowingState.SENDING, ShowingState.REFUSING):
                move = "arrive" if reason is None else "fail"
                state = SHOWING.step(ShowingState(row["state"]), move, OTHER)
                back = _back(reply.body) if reason is None else None
                work.update(showings, showings.c.id == name, state=state.value, answer=None, reason=reason, back=back)

    def _signed(self, work: Work, name: str) -> Mapping[str, Any] | None:
        """The request with what goes out, signed before it is sent, and stored before it goes."""
        row = work.where(showings, id=name)
        if row is None or row["state"] not in (ShowingState.SENDING, ShowingState.REFUSING):
            return None
        answer = dict(row["answer"] or {})
        if "form" not in answer or work.now - from_iso(answer["signed"]) >= RESIGN_AFTER:
            request = request_of(row)
            form = {"state": request.state} if request.state is not None else {}
            if row["state"] == ShowingState.REFUSING:
                form |= {"error": "access_denied", "error_description": "The person said no."}
            else:
                form = _posted(request, form, self._vp_token(work, row, request))
            answer |= {"form": form, "signed": iso(work.now)}
            work.update(showings, showings.c.id == name, answer=answer)
        return {**row, "answer": answer}

    def _vp_token(self, work: Work, row: Mapping[str, Any], request: RequestSeen) -> dict[str, list[str]]:
        binding = KeyBinding(audience=request.client_id, nonce=request.nonce)
        shown: dict[str, list[str]] = {}
        for choice in row["answer"]["choices"]:
            held = work.where(cards, id=choice["card"], person=row["person"])
            if held is None:
                continue  # thrown away since; the verifier finds the answer incomplete and says so
            places = tuple(tuple(place) for place in choice["places"])
            key = key_of(self._secret, choice["card"])
            token = presentation_of(card_of(held), places, binding, key, work.now)
            shown.setdefault(choice["question"], []).append(token)
        return shown

    def _move_intake(self, work: Work, row: Mapping[str, Any], move: str, party: str, **changes: Any) -> None:
        state = INTAKE.step(IntakeState(row["state"]), move, party)
        work.update(intakes, intakes.c.id == row["id"], state=state.value, **changes)


def _posted(request: RequestSeen, form: dict[str, str], shown: Mapping[str, list[str]]) -> dict[str, str]:
    """What is posted: in the clear, or encrypted for whoever asked."""
    if request.encryption is None:
        return form | {"vp_token": json.dumps(shown)}
    content = {**form, "vp_token": shown}
    return {"response": encrypt(content, request.encryption["key"], encoding=request.encryption["how"])}


def _back(body: bytes) -> str | None:
    """Where a verifier wants the person to go on (OpenID4VP 1.0 §8.2); another than an HTTPS address is none."""
    try:
        told = strict_json(body)
    except SkillspaceError:
        return None
    address = told.get("redirect_uri") if isinstance(told, dict) else None
    if not isinstance(address, str) or len(address) > MAX_BACK or not address.startswith("https://"):
        return None
    return address if address.isprintable() and " " not in address else None


def _reason(body: bytes, status: int) -> str:
    try:
        told = strict_json(body)
    except SkillspaceError:
        told = None
    words = told.get("error_description") or told.get("error") if isinstance(told, dict) else None
    return str(words)[:500] if words else f"The other side answered {status}."
