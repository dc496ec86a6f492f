"""The desk where an organisation validates skills: what people asked, their evidence, and its own steps and words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
import structlog

from skillspace.exchange import Exchange
from skillspace.kernel.errors import (
    BadInput,
    Conflict,
    InvalidSignature,
    NotFound,
    Refused,
    SkillspaceError,
    Unavailable,
)
from skillspace.kernel.ids import new_id
from skillspace.people.sharing import EVIDENCE_DATASET
from skillspace.people.validation.judging import Judging
from skillspace.people.validation.machine import CASE, CLOCK, ORGANISATION, OVER, PERSON, RECOGNISING, WITHIN, CaseState
from skillspace.people.validation.messages import Asking, EvidenceSent, Steps, evidence_of, sent
from skillspace.people.validation.model import (
    MAX_WORDS,
    OWN_WORDS,
    PURPOSE,
    RECORDS,
    SKILLS,
    CaseOver,
    Evidence,
    Request,
    Step,
    WordsMissing,
    step_json,
)
from skillspace.people.validation.store import evidence, request_of, requests
from skillspace.records.credentials import KeyResolver
from skillspace.records.trail import RULES, HopKind, fingerprint, read_hop
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.consent import HeldGrants
from skillspace.trust.consent.ports import Note
from skillspace.trust.consent.terms import GrantTerms
from skillspace.trust.identity import Peer, PeerClient
from skillspace.trust.rights import Restrictions

log = structlog.get_logger()

TELL = "validation.tell"
#: What copies of evidence are called where an organisation's record says how long a law keeps them.
COPIES = "validations"
#: Moves that are nothing without a reason.
NEED_WORDS = frozenset(
    {
        "refuse",
        "want evidence",
        "assess",
        "recognise in part",
        "do not recognise",
        "take back",
        "take assessment back",
    }
)
#: Kinds of hops a person's own space may sign: nobody's judgement but a document's.
_BEGINNINGS = (HopKind.TRACE, HopKind.CREDENTIAL)


class ValidationDesk:
    """The requests that people of other nodes made of this organisation."""

    def __init__(
        self,
        *,
        exchange: Exchange,
        held: HeldGrants,
        restrictions: Restrictions,
        judging: Judging,
        resolve_key: KeyResolver,
        peers: PeerClient,
        database: Database,
        note: Note,
        is_open: bool,
        label_of: Callable[[str], str | None],
    ) -> None:
        self._exchange = exchange
        self._held = held
        self._restrictions = restrictions
        self._judging = judging
        self._resolve_key = resolve_key
        self._peers = peers
        self._database = database
        self._note = note
        #: Whether this organisation takes new requests, as its operator wrote down.
        self.is_open = is_open
        self._label_of = label_of
        held.on_delete(COPIES, self.let_go)

    def register(self, book: TaskBook) -> None:
        """Agree to the terms of people's evidence where it is offered, follow consents, and take the task."""
        book.on_event("catalog.crawled", self._crawled)
        book.on_event("consent.ended_here", self._ended)
        book.on_task(TELL, self._deliver, given_up=self._not_told)

    def receive(self, sender: Peer, message: Asking) -> None:
        """Take in a request or more evidence for it; the same one twice is one. Opens transactions of its own.

        Raises Refused where no requests are taken, what the consent lacks (UntrustedIntermediary, WrongRecipient,
        ConsentExpired, CaseOver), and BadInput or InvalidSignature for evidence it does not cover or nobody signed.
        """
        if not self.is_open:
            raise Refused("This organisation validates no skills.")
        terms = self._held.verify(message.consent, sender)
        if (terms.dataset, terms.purpose, terms.provider) != (EVIDENCE_DATASET, PURPOSE, sender.did):
            raise BadInput("The consent that came with this request is for something else.")
        levels = self._check(message, terms)
        with self._database.writing() as work:
            self._held.receive(work, terms)
            try:
                self._held.find(work, terms.grant)
            except NotFound:
                raise CaseOver("The consent to this request has ended.") from None
            self._take(work, message, terms, levels)

    def listed(self, work: Work) -> list[Request]:
        """Return the requests, those that wait longest for a step first, then those that are over."""
        query = sa.select(requests).order_by(requests.c.due.is_(None), requests.c.due, requests.c.id)
        found = [request_of(row) for row in work.rows(query.limit(500))]
        stopped = self._restrictions.stopped(work, found)
        return [self._shown(one, stopped) for one in found]

    def request(self, work: Work, name: str) -> Request:
        """Return one request; raise NotFound."""
        found = request_of(self._row(work, name))
        return self._shown(found, self._restrictions.stopped(work, [found]))

    def evidence(self, work: Work, name: str) -> list[Evidence]:
        """Return the evidence of a request, none while its use is restricted; raise NotFound."""
        request = self.request(work, name)
        return [] if request.restricted else self._evidence(work, request.id)

    def move(self, work: Work, name: str, move: str, *, words: str, level: str = "", by: str = "") -> Request:
        """Take a step with a request, in the organisation's words; the person's node is told by a stored task.

        `level` is how well the skill was shown, in the organisation's own scale; `by` names who of the staff did it,
        for the journal. Raises NotFound, MoveNotAllowed, WordsMissing, and Refused while its use is restricted.
        """
        row, request = self._row(work, name), self.request(work, name)
        state = CASE.step(request.state, move, ORGANISATION)
        if request.restricted:
            raise Refused(request.restricted)
        tidy = words.strip()[:MAX_WORDS]
        if move in NEED_WORDS and not tidy:
            raise WordsMissing()
        step = Step(party=ORGANISATION, move=move, words=tidy, level=level.strip()[:200] or None, at=work.now)
        changes: dict[str, Any] = {}
        if move == "assess":
            hops = [one.hop for one in self._evidence(work, name)]
            changes |= self._judging.assessed(work, request, step, hops)
        if move in RECOGNISING:
            hops = [one.hop for one in self._evidence(work, name)]
            assessed = next(one for one in reversed(request.steps) if one.move == "assess")
            changes |= self._judging.recognised(work, request, step, assessed, str(row["assessment"]), hops)
        if move == "take assessment back":
            self._judging.taken_out(work, row["assessment_place"])
        if state is CaseState.TAKEN_BACK:
            self._judging.taken_back(work, row["place"], row["offer"])
        moved = self._step(work, request, state, step, **changes)
        self._note(work, f"validation.{state.value}", name, {"by": by, "skill": request.skill})
        self._leave(work, moved)
        return moved

    def tell_again(self, work: Work, name: str) -> None:
        """Try once more to tell the person's node of all steps so far, when it could not be told. Raises NotFound."""
        work.update(requests, requests.c.id == name, problem=None)
        self._leave(work, self.request(work, name))

    def requests_of(self, work: Work, intermediary: str, subject: str) -> list[tuple[Request, list[Evidence]]]:
        """Return every request of one person with its evidence, for their own rights alone, whatever is restricted."""
        rows = work.rows(sa.select(requests).where(_same(intermediary, subject)).order_by(requests.c.made))
        return [(request_of(row), self._evidence(work, row["id"])) for row in rows]

    def let_go(self, grant: str, work: Work) -> int:
        """Delete what came under a grant and return how many things went; of a request stay its own steps, nameless."""
        row = work.where(evidence, grant_id=grant)
        gone = len(row["content"]) if row else 0
        work.delete(evidence, evidence.c.grant_id == grant)
        if (request := work.where(requests, grant_id=grant)) is not None:
            kept = [step for step in request["steps"] if step["party"] == ORGANISATION]
            work.update(requests, requests.c.grant_id == grant, subject="", assessment=None, parcel=None, steps=kept)
        return gone

    def erase(self, work: Work, request: Request) -> int:
        """Delete what is held of a request because the person asked for it; an open one is over with that."""
        gone = 0
        for row in work.rows(sa.select(evidence.c.grant_id).where(evidence.c.request == request.id)):
            gone += self.let_go(row["grant_id"], work)
        if request.state not in OVER:
            self._end(work, self.request(work, request.id), "withdraw", PERSON)
        return gone

    def _take(self, work: Work, message: Asking, terms: GrantTerms, levels: Sequence[int]) -> None:
        if work.where(evidence, grant_id=terms.grant) is not None:
            return
        row = work.where(requests, intermediary=terms.intermediary, case_id=message.case)
        step = Step(party=PERSON, move="ask", words=message.words, level=None, at=work.now)
        if row is None:
            name = new_id("validation")
            made: dict[str, object] = {"id": name, "intermediary": terms.intermediary, "case_id": message.case}
            # What is judged and signed is the concept: by whatever name they ask, it is called here as we know it.
            made |= {"subject": terms.subject, "grant_id": terms.grant, "skill": message.skill}
            made |= {"label": self._label_of(message.skill) or message.label}
            made |= {"state": CaseState.ASKED.value, "made": work.now, "changed": work.now}
            made |= {"due": work.now + WITHIN[CaseState.ASKED], "steps": [step_json(step)]}
            work.insert(requests, made)
            self._note(work, "validation.asked", name, {"skill": message.skill})
        else:
            request = request_of(row)
            name = request.id
            if (request.subject, request.skill) != (terms.subject, message.skill) or request.state in OVER:
                raise CaseOver()
            # What was decided without waiting for it still has it among its evidence.
            if request.state is CaseState.EVIDENCE_WANTED:
                state = CASE.step(request.state, "send evidence", PERSON)
                self._step(work, request, state, Step(**{**vars(step), "move": "send evidence"}))
        content = [
            {"sent": one.model_dump(), "level": level} for one, level in zip(message.evidence, levels, strict=True)
        ]
        work.insert(evidence, {"grant_id": terms.grant, "request": name, "content": content})

    def _check(self, message: Asking, terms: GrantTerms) -> list[int]:
        """Hold what came against the consent and its signatures, before anything is kept.

        Returns the level of validation each thing may claim.
        """
        levels = []
        if message.skill not in terms.items.get(SKILLS, (message.skill,)):
            raise BadInput("The request is about another skill than the consent covers. Nothing was kept.")
        covered = {OWN_WORDS, *(terms.items.get(RECORDS, ()) if RECORDS in terms.kinds else ())}
        if {one.id for one in message.evidence} - covered:
            raise BadInput("The request holds other documents than the consent covers. Nothing was kept.")
        for one in message.evidence:
            hop = read_hop(one.hop, self._resolve_key)
            read = evidence_of(one)
            is_whole = read.document is None or hop.evidence == fingerprint(read.document)
            if (hop.issuer, hop.subject) != (terms.intermediary, terms.subject) or not is_whole:
                raise InvalidSignature("The evidence is not what was signed for this person. Nothing was kept.")
            if hop.kind not in _BEGINNINGS or hop.rests_on or hop.validation > RULES[hop.kind].ceiling:
                raise BadInput("The evidence claims more than evidence can. Nothing was kept.")
            levels.append(int(hop.validation))
        return levels

    def _crawled(self, work: Work, event: Mapping[str, Any]) -> None:
        provider = str(event["content"]["provider"])
        if self.is_open and self._exchange.crawler.offering(work, provider, EVIDENCE_DATASET) is not None:
            self._exchange.negotiations.ensure_agreement(work, provider, EVIDENCE_DATASET)

    def _ended(self, work: Work, event: Mapping[str, Any]) -> None:
        """A yes that is over ends its request: stopped by the person, or run out."""
        told = event["content"]
        row = work.where(requests, grant_id=told["grant_id"])
        if row is None or row["state"] in OVER or row["intermediary"] != told["intermediary"]:
            return
        move, party = ("withdraw", PERSON) if told["state"] == "revoked" else ("lapse", CLOCK)
        self._end(work, request_of(row), move, party)

    def _end(self, work: Work, request: Request, move: str, party: str) -> None:
        state = CASE.step(request.state, move, party)
        self._step(work, request, state, Step(party=party, move=move, words="", level=None, at=work.now), problem=None)
        self._note(work, f"validation.{state.value}", request.id, {})

    def _deliver(self, run: TaskRun) -> None:
        """Tell the person's node all steps so far; one that does not want them any more is told nothing again."""
        with run.reading() as work:
            row = self._row(work, str(run.payload["request"]))
        request, parcel = request_of(row), row["parcel"] or {}
        mine = [sent(step) for step in request.steps if step.party == ORGANISATION]
        message = Steps(steps=mine, trail=parcel.get("trail"), offer=parcel.get("offer"))
        problem = None
        try:
            node = self._peers.service(request.intermediary, "SkillspaceNode")
            address = f"{node}/people/validations/{request.case_id}/steps"
            self._peers.call("POST", request.intermediary, address, message.model_dump(exclude_none=True))
        except Unavailable:
            raise
        except (Refused, BadInput, NotFound, Conflict) as fault:
            log.warning("validation.not_heard", request=request.id, why=fault.message)
            problem = fault.message[:500]
        with run.finishing() as work:
            work.update(requests, requests.c.id == request.id, problem=problem)
            # A parcel that came to it meanwhile goes with the task of its own step.
            if row["parcel"] is not None and problem is None:
                work.update(requests, requests.c.id == request.id, parcel=None)

    def _not_told(self, work: Work, payload: Mapping[str, Any], fault: Exception) -> None:
        """Let the organisation see that nobody answered for days, so that it can tell them again."""
        said = fault.message if isinstance(fault, SkillspaceError) else "Something went wrong at this node."
        work.update(requests, requests.c.id == str(payload["request"]), problem=said[:500])

    def _leave(self, work: Work, request: Request) -> None:
        # Its own steps are never forgotten, so each step has a task of its own.
        own = sum(step.party == ORGANISATION for step in request.steps)
        work.enqueue(TELL, {"request": request.id}, key=f"{TELL} {request.id} {own}")

    def _step(self, work: Work, request: Request, state: CaseState, step: Step, **changes: Any) -> Request:
        due = work.now + WITHIN[state] if state in WITHIN else None
        steps = [step_json(one) for one in (*request.steps, step)]
        work.update(
            requests, requests.c.id == request.id, state=state.value, changed=work.now, due=due, steps=steps, **changes
        )
        return self.request(work, request.id)

    def _evidence(self, work: Work, name: str) -> list[Evidence]:
        return list(
            _read(work.rows(sa.select(evidence).where(evidence.c.request == name).order_by(evidence.c.grant_id)))
        )

    def _shown(self, request: Request, stopped: Mapping[str, str]) -> Request:
        """Return a request as it may be used: of one that may only be kept, no words of the person."""
        if (why := stopped.get(request.grant_id)) is None:
            return request
        mine = tuple(step for step in request.steps if step.party == ORGANISATION)
        return Request(**{**vars(request), "steps": mine, "restricted": why})

    def _row(self, work: Work, name: str) -> Mapping[str, Any]:
        row = work.where(requests, id=name)
        if row is None:
            raise NotFound("There is no such request.")
        return row


def _same(intermediary: str, subject: str) -> sa.ColumnElement[bool]:
    return sa.and_(requests.c.intermediary == intermediary, requests.c.subject == subject, requests.c.subject != "")


def _read(rows: list[Mapping[str, Any]]) -> Iterator[Evidence]:
    """Things that came under several consents, each once."""
    found = {one["sent"]["hop"]: one for row in rows for one in row["content"]}
    return (evidence_of(EvidenceSent.model_validate(one["sent"]), one["level"]) for one in found.values())
