"""The wallet in a person's space: what they hold, what was asked of them, and what they showed, to whom."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import MoveNotAllowed, NotFound, Refused
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_id
from skillspace.kernel.pace import Pace
from skillspace.people.wallet.cards import is_asked_for, question_of, shown_of
from skillspace.people.wallet.issuers import Issuers
from skillspace.people.wallet.machine import INTAKE, PERSON, SHOWING, IntakeState, ShowingState
from skillspace.people.wallet.model import (
    Card,
    Intake,
    NeedsGrownUp,
    NotAnAnswer,
    OfferRefused,
    OfferSeen,
    Question,
    RequestSeen,
    Selection,
    Showing,
    TooManyLinks,
    Waiting,
)
from skillspace.people.wallet.signing_in import SigningIn
from skillspace.people.wallet.store import cards, intakes, showings, waiting
from skillspace.people.wallet.telling import CardRecords
from skillspace.people.wallet.verifiers import Verifiers
from skillspace.records.credentials.dcql import Query, read_query
from skillspace.storage.database import Database, Work

FETCH, TELL, ANSWER = "wallet.fetch", "wallet.tell", "wallet.answer"
MAX_CARDS = 500
#: Links that somebody may open in a minute.
MOST_LINKS = 30
Name = Callable[[Work, str], str | None]


class Wallets:
    """The wallets of everybody who has a space here.

    `decides_alone` tells whether a person may show things without a guardian, `name_of` what an organisation's DID is
    called in the data space; `records` is where what cards say counts.
    """

    def __init__(
        self,
        *,
        issuers: Issuers,
        verifiers: Verifiers,
        records: CardRecords,
        database: Database,
        decides_alone: Callable[[Work, str], bool],
        name_of: Name,
    ) -> None:
        self._issuers = issuers
        self._verifiers = verifiers
        self._records = records
        self._database = database
        self._decides_alone = decides_alone
        self._name_of = name_of
        self._signing_in = SigningIn(issuers, database)
        self._pace = Pace(MOST_LINKS, timedelta(minutes=1), database.clock)

    def cards(self, work: Work, person: str) -> list[Card]:
        """Return what a person holds, the latest first."""
        query = sa.select(cards).where(cards.c.person == person).order_by(cards.c.received.desc(), cards.c.id)
        return [card_of(row) for row in work.rows(query)]

    def card(self, work: Work, person: str, card: str) -> Card:
        """Return one card of a person; raise NotFound."""
        row = work.where(cards, id=card, person=person)
        if row is None:
            raise NotFound("There is no such card in your wallet.")
        return card_of(row)

    def remove(self, work: Work, person: str, card: str) -> None:
        """Throw a card away: nobody can show it any more, and what it says no longer counts. Raises NotFound."""
        self._records.drop(work, self.card(work, person, card))
        work.remove(cards, id=card, person=person)

    def look_at_offer(self, person: str, link: str) -> OfferSeen:
        """Return what a link offers, before anything is taken. Calls the issuer: not in a transaction.

        Raises TooManyLinks, NotAnOffer, PeerUnreachable.
        """
        self._keep_pace(person)
        return self._issuers.look(link)

    def sign_in(self, person: str, link: str) -> str:
        """Return the address at which a person signs in for what a link offers; they come back to `signed_in`.

        Opens transactions of its own. Raises what `take` raises.
        """
        self._keep_pace(person)
        self._check_room(person)
        return self._signing_in.begin(person, self._issuers.look(link))

    def signed_in(self, person: str, told: dict[str, str]) -> str:
        """Take in what somebody signed in for, and return the name of the intake. `told` is what they came back with.

        Opens transactions of its own. Raises SignInLost, OfferRefused, PeerUnreachable.
        """
        away, token = self._signing_in.back(person, told)
        return self._begin(person, away, token)

    def take(self, person: str, link: str, pin: str | None = None) -> str:
        """Take in what a link offers, and return the name of the intake; the credential follows by a stored task.

        The offer's code works once: should this node fall at that very moment, the person asks for a new offer. From
        then on nothing is lost. Opens transactions of its own. Raises TooManyLinks, NotAnOffer, OfferRefused,
        PeerUnreachable.
        """
        self._keep_pace(person)
        self._check_room(person)
        seen = self._issuers.look(link)
        if seen.needs_sign_in:
            raise OfferRefused("This offer wants you to sign in with the organisation first.")
        if seen.needs_pin and not pin:
            raise OfferRefused("This offer wants the code that you got another way.")
        token = self._issuers.redeem(seen, pin if seen.needs_pin else None)
        return self._begin(person, seen, token)

    def _keep_pace(self, person: str) -> None:
        """Each link makes this node call an address that somebody chose: a few a minute are enough for anybody."""
        if not self._pace.allows(person):
            raise TooManyLinks()

    def _check_room(self, person: str) -> None:
        with self._database.reading() as work:
            if len(self.cards(work, person)) >= MAX_CARDS:
                raise Refused(f"A wallet holds {MAX_CARDS} cards at most; throw some away first.")

    def _begin(self, person: str, seen: OfferSeen | Waiting, token: str) -> str:
        name = new_id("card")
        row: dict[str, object] = {"id": name, "person": person, "state": IntakeState.FETCHING.value}
        row |= {"issuer": seen.issuer, "issuer_name": seen.issuer_name, "terms": asdict(seen.terms)}
        with self._database.writing() as work:
            work.insert(intakes, row | {"access_token": token, "made": work.now})
            work.enqueue(FETCH, {"intake": name}, key=f"{FETCH} {name}")
        return name

    def intake(self, work: Work, person: str, name: str) -> Intake:
        """Return where a credential on its way in is; raise NotFound."""
        row = work.where(intakes, id=name, person=person)
        if row is None:
            raise NotFound("Nothing of that name is on its way to you.")
        return _intake(row)

    def intakes(self, work: Work, person: str) -> list[Intake]:
        """Return what was on its way to a person, the latest first."""
        query = sa.select(intakes).where(intakes.c.person == person).order_by(intakes.c.made.desc(), intakes.c.id)
        return [_intake(row) for row in work.rows(query)]

    def try_again(self, work: Work, person: str, name: str) -> Intake:
        """Ask an organisation again that stayed silent until nobody asked it any more; a stored task fetches.

        Raises NotFound, and MoveNotAllowed for what is on its way, came, or was refused.
        """
        row = work.where(intakes, id=name, person=person)
        if row is None:
            raise NotFound("Nothing of that name is on its way to you.")
        state = INTAKE.step(IntakeState(row["state"]), "try again", PERSON)
        if not _may_come(row):
            raise MoveNotAllowed("The organisation said no; ask them for a new offer.")
        work.update(intakes, intakes.c.id == name, state=state.value, reason=None)
        work.enqueue(FETCH, {"intake": name}, key=f"{FETCH} {name}")
        return _intake({**row, "state": state.value, "reason": None})

    def look_at_request(self, person: str, link: str) -> str:
        """Read who asks for what, keep it for the person to answer, and return its name; the same request is kept once.

        Opens transactions of its own. Raises TooManyLinks, NotARequest, InvalidSignature, PeerUnreachable.
        """
        self._keep_pace(person)
        seen = self._verifiers.look(link)
        digest = hashlib.sha256(f"{seen.client_id} {seen.nonce}".encode()).hexdigest()
        with self._database.writing() as work:
            kept = work.where(showings, person=person, request_hash=digest)
            if kept is not None:
                return str(kept["id"])
            known = self._name_of(work, seen.verifier) if seen.is_signed and not seen.certified else seen.certified
            row: dict[str, object] = {"id": new_id("showing"), "person": person, "state": ShowingState.ASKED.value}
            row |= {"verifier": seen.verifier, "verifier_name": known or seen.verifier, "purpose": seen.purpose}
            row |= {"request": seen.to_json(), "request_hash": digest, "made": work.now}
            work.insert(showings, row)
            return str(row["id"])

    def showing(self, work: Work, person: str, name: str) -> Showing:
        """Return one request that came to a person; raise NotFound."""
        return showing_of(self._row(work, person, name))

    def showings(self, work: Work, person: str) -> list[Showing]:
        """Return what was asked of a person and what they showed, the latest first."""
        query = sa.select(showings).where(showings.c.person == person).order_by(showings.c.made.desc(), showings.c.id)
        return [showing_of(row) for row in work.rows(query)]

    def questions(self, work: Work, person: str, name: str) -> list[Question]:
        """Return what is asked, which cards could answer, and what of each would go. Raises NotFound."""
        query = _query(self._row(work, person, name))
        held = self.cards(work, person)
        return [question_of(asked, held, work.now) for asked in query.credentials]

    def preview(self, work: Work, person: str, name: str, chosen: Sequence[Selection]) -> list[dict[str, Any]]:
        """Return exactly what would go, card by card, without sending it.

        Raises NotFound, and NotAnAnswer when the choice holds what was not asked for, or would not answer the request.
        """
        query = _query(self._row(work, person, name))
        asked = {each.id: each for each in query.credentials}
        if not chosen or not query.is_answered_by(selection.question for selection in chosen):
            raise NotAnAnswer("This does not answer all that is asked for; choose more, or say no.")
        told = []
        for selection in chosen:
            alike = [each for each in chosen if each.question == selection.question]
            if len(alike) > 1 and not asked[selection.question].is_multiple:
                raise NotAnAnswer("One card was asked for here; choose one.")
            card = self.card(work, person, selection.card)
            if not is_asked_for(asked[selection.question], card):
                raise NotAnAnswer(f"“{card.title}” is not what is asked for.")
            claims = shown_of(card, asked[selection.question], selection.places)
            told.append({"card": card.title, "issuer": card.issuer_name, "claims": claims})
        return told

    def show(self, work: Work, person: str, name: str, chosen: Sequence[Selection]) -> Showing:
        """Say yes to exactly this selection, once; it is sent by a stored task.

        Raises what `preview` raises, MoveNotAllowed when it was answered, NeedsGrownUp for who does not decide alone.
        """
        if not self._decides_alone(work, person):
            raise NeedsGrownUp()
        told = self.preview(work, person, name, chosen)
        choices = [asdict(each) | {"places": [list(place) for place in each.places]} for each in chosen]
        return self._step(work, person, name, "say yes", told=told, answer={"choices": choices})

    def refuse(self, work: Work, person: str, name: str) -> Showing:
        """Say no; whoever asked is told, and nothing else goes. Raises NotFound, MoveNotAllowed."""
        return self._step(work, person, name, "say no")

    def erase(self, work: Work, person: str) -> None:
        """Forget a person's wallet: cards, what was on its way, and what was asked and shown."""
        for table in (cards, intakes, waiting, showings):
            work.remove(table, person=person)

    def export(self, work: Work, person: str) -> dict[str, Any]:
        """Return a person's wallet to take along: each credential as it was signed, and what was shown to whom.

        The keys stay: they are this node's to hold, and a credential is bound to its key.
        """
        return {
            "cards": [
                {
                    "title": card.title,
                    "issuer": card.issuer,
                    "issuerName": card.issuer_name,
                    "format": card.format,
                    "received": card.received.isoformat(),
                    "credential": card.token,
                }
                for card in self.cards(work, person)
            ],
            "shown": [
                {
                    "to": each.verifier,
                    "name": each.verifier_name,
                    "purpose": each.purpose,
                    "state": each.state.value,
                    "asked": each.made.isoformat(),
                    "what": [dict(one) for one in each.told or ()],
                }
                for each in self.showings(work, person)
            ],
        }

    def _step(self, work: Work, person: str, name: str, move: str, **changes: Any) -> Showing:
        row = self._row(work, person, name)
        state = SHOWING.step(ShowingState(row["state"]), move, PERSON)
        work.update(showings, showings.c.id == name, state=state.value, answered=work.now, **changes)
        work.enqueue(ANSWER, {"showing": name}, key=f"{ANSWER} {name}")
        work.publish(Event(name=f"wallet.{state.value}", about=name, content={"verifier": row["verifier"]}))
        return showing_of({**row, **changes, "state": state.value, "answered": work.now})

    def _row(self, work: Work, person: str, name: str) -> Mapping[str, Any]:
        row = work.where(showings, id=name, person=person)
        if row is None:
            raise NotFound("Nobody asked you this.")
        return row


def card_of(row: Mapping[str, Any]) -> Card:
    """Read a card as it is stored."""
    return Card(**{**row, "types": tuple(row["types"])})


def showing_of(row: Mapping[str, Any]) -> Showing:
    """Read a request as it is stored."""
    told = row.get("told")
    return Showing(
        id=row["id"],
        person=row["person"],
        verifier=row["verifier"],
        verifier_name=row["verifier_name"],
        is_signed=bool(row["request"]["is_signed"]),
        authority=str(row["request"].get("authority", "")),
        is_unchecked=bool(row["request"].get("is_unchecked", False)),
        purpose=row["purpose"],
        state=ShowingState(row["state"]),
        told=None if told is None else tuple(told),
        reason=row.get("reason"),
        back=row.get("back"),
        made=row["made"],
        answered=row.get("answered"),
    )


def request_of(row: Mapping[str, Any]) -> RequestSeen:
    """Read what was asked, as it is stored with a request."""
    return RequestSeen(**row["request"])


def _query(row: Mapping[str, Any]) -> Query:
    return read_query(row["request"]["query"])


def _may_come(row: Mapping[str, Any]) -> bool:
    """Whether what failed may be asked for again: an issuer that said no took the token's worth away."""
    return row["state"] == IntakeState.FAILED and row["access_token"] is not None


def _intake(row: Mapping[str, Any]) -> Intake:
    return Intake(
        id=row["id"],
        issuer=row["issuer"],
        issuer_name=row["issuer_name"],
        state=IntakeState(row["state"]),
        reason=row["reason"],
        made=row["made"],
        may_come=_may_come(row),
    )
