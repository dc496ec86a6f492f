"""The stored tasks of contracts: tell members, send orders, fetch news, and watch the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
import structlog
from pydantic import ValidationError

from skillspace.kernel.errors import BadInput, SkillspaceError, Unavailable
from skillspace.kernel.events import Event
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work, tasks
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.contract.machine import PARTICIPATION, SEATED
from skillspace.trust.contract.messages import News
from skillspace.trust.contract.moving import TELL, Moves
from skillspace.trust.contract.partaking import ORDER, Partaking
from skillspace.trust.contract.ports import SERVICE, Peers
from skillspace.trust.contract.reading import prefix_of
from skillspace.trust.contract.record import Record
from skillspace.trust.contract.replica import Replica, check
from skillspace.trust.contract.store import Row, contracts, orders, seats
from skillspace.trust.identity import PeerRefused

log = structlog.get_logger()

PULL, CLOCK, RENEW = "contract.pull", "contract.clock", "contract.renew"
TICK = timedelta(seconds=30)
#: So often a member asks for news without having been told of any.
LOOK_AGAIN = timedelta(hours=1)
ASK_AGAIN = timedelta(minutes=5)
#: After so many tries in a row an order waits that long; fewer than `storage.tasks.ATTEMPTS_ON_FAULT`.
TRIES = 6
#: So much news of one orchestrator waits to be asked for at most.
MOST_ASKED = 100


class ContractTasks:
    """What this node does about contracts by itself."""

    def __init__(
        self,
        *,
        peers: Peers,
        resolve_key: KeyResolver,
        record: Record,
        replica: Replica,
        partaking: Partaking,
        moves: Moves,
    ) -> None:
        self._peers = peers
        self._resolve_key = resolve_key
        self._record = record
        self._replica = replica
        self._partaking = partaking
        self._moves = moves

    def register(self, book: TaskBook) -> None:
        """Write the handlers into the node's book."""
        book.on_task(TELL, self._tell)
        book.on_task(ORDER, self._send_order)
        book.on_task(PULL, self._pull)
        book.on_task(CLOCK, self._tick)
        book.on_task(RENEW, self._renew)

    def start(self, work: Work) -> None:
        """Start the clock, and look whether this node's key is another than the one it signed with."""
        work.enqueue(CLOCK, {}, key=CLOCK)
        work.enqueue(RENEW, {}, key=RENEW)

    def fetch_later(self, work: Work, *, contract: str, orchestrator: str, revision: int | None) -> None:
        """Leave it to the worker to ask an orchestrator for news, unless this node has that revision by then."""
        payload = {"contract": contract, "orchestrator": orchestrator, "revision": revision}
        work.enqueue(PULL, payload, key=f"{PULL}:{contract}:{orchestrator}:{revision}")

    def hear(self, work: Work, *, contract: str, orchestrator: str, revision: int) -> None:
        """Leave it to the worker to ask an orchestrator that says there is news. Raises Unavailable while so much of
        it is still to be asked for: an orchestrator cannot give this node more to do than it answers."""
        alive = (tasks.c.name == PULL) & (tasks.c.state != "dead")
        its = tasks.c.key.startswith(f"{PULL}:{prefix_of(orchestrator)}", autoescape=True)
        query = sa.select(sa.func.count()).select_from(tasks).where(alive & its)
        if work.connection.execute(query).scalar_one() >= MOST_ASKED:
            raise Unavailable("There is much news already that this node has not asked for yet; tell it again later.")
        self.fetch_later(work, contract=contract, orchestrator=orchestrator, revision=revision)

    def _tell(self, run: TaskRun) -> None:
        """Tell a member that there is news; once for all that happened till now."""
        with run.reading() as work:
            seat = work.one(sa.select(seats).where(seats.c.id == run.payload["participation"]))
            row = work.one(sa.select(contracts).where(contracts.c.id == run.payload["contract"]))
        if seat is None or row is None or seat["told"] >= run.payload["revision"]:
            with run.finishing():
                return
        body = {"contract": row["id"], "revision": row["revision"]}
        try:
            self._peers.call("POST", seat["member"], f"{self._base(seat['member'])}/news", body)
        except PeerRefused as fault:
            log.warning("contract.news_refused", member=seat["member"], fault=fault.message)
        with run.finishing() as work:
            # Only what was told counts as told: others of these tasks run beside this one.
            later = (seats.c.id == seat["id"]) & (seats.c.told < row["revision"])
            work.update(seats, later, told=row["revision"])

    def _send_order(self, run: TaskRun) -> None:
        """Send an order after those that were given before it; what the orchestrator refuses is not repeated.

        One that does not answer is asked again, however long that takes: a notice to leave must not be lost.
        """
        try:
            self._send_in_turn(run)
        except Unavailable as fault:
            if run.attempt < TRIES:
                raise
            log.warning("contract.order_waits", order=run.payload["order"], fault=fault.message)
            with run.finishing(again_after=ASK_AGAIN):
                return

    def _send_in_turn(self, run: TaskRun) -> None:
        with run.reading() as work:
            mine = work.one(sa.select(orders).where(orders.c.id == run.payload["order"]))
            before = self._waiting_before(work, mine) if mine is not None else []
        for order in before:
            outcome = self._give(order)
            with run.database.writing() as work:
                self._answered(work, order, *outcome)
        if mine is None or mine["state"] != "waiting":
            with run.finishing():
                return
        outcome = self._give(mine)
        with run.finishing() as work:
            self._answered(work, mine, *outcome)

    def _give(self, order: Row) -> tuple[int | None, str]:
        try:
            url = f"{self._base(order['orchestrator'])}/orders"
            answer = self._peers.call("POST", order["orchestrator"], url, dict(order["body"]))
        except PeerRefused as fault:
            return None, fault.message
        revision = answer.get("revision")
        if not isinstance(revision, int):
            raise BadInput(f"{order['orchestrator']} answered an order without a revision.")
        return revision, ""

    def _answered(self, work: Work, order: Row, revision: int | None, reason: str) -> None:
        state = "refused" if revision is None else "done"
        still = (orders.c.id == order["id"]) & (orders.c.state == "waiting")
        if not work.update(orders, still, state=state, reason=reason[:500]):
            return
        if revision is None:
            facts = {"contract": order["contract"], "move": order["body"]["act"]["move"], "reason": reason[:500]}
            self._moves.note(work, "order.refused", order["id"], **facts)
            work.publish(Event(name="contract.order_refused", about=order["id"], content=facts, at=work.now))
        self.fetch_later(work, contract=order["contract"], orchestrator=order["orchestrator"], revision=revision)

    def _waiting_before(self, work: Work, order: Row) -> list[Row]:
        waiting = (orders.c.contract == order["contract"]) & (orders.c.state == "waiting")
        earlier = waiting & (orders.c.number < order["number"])
        return work.rows(sa.select(orders).where(earlier).order_by(orders.c.number))

    def _pull(self, run: TaskRun) -> None:
        """Fetch what changed since the last time, page by page, and take it over."""
        contract, orchestrator = str(run.payload["contract"]), str(run.payload["orchestrator"])
        with run.reading() as work:
            row = work.one(sa.select(contracts).where(contracts.c.id == contract))
            is_missing_some = self._is_inside(work, contract) and row is not None and not row["is_whole"]
            has_doubts = self._has_doubts(work, contract)
        wanted = run.payload["revision"]
        is_current = row is not None and wanted is not None and row["revision"] >= wanted and not is_missing_some
        if (row is not None and row["orchestrator"] != orchestrator) or is_current:
            with run.finishing():
                return
        is_whole = False
        try:
            self._fetch(run, contract, orchestrator, row["revision"] if row is not None and not has_doubts else 0)
            with run.reading() as work:
                is_inside = self._is_inside(work, contract)
            if is_inside and (row is None or not row["is_whole"]):
                # Who comes in may know of the others what was there before.
                self._fetch(run, contract, orchestrator, 0)
            is_whole = is_inside
        except SkillspaceError as fault:
            log.warning("contract.no_news", contract=contract, orchestrator=orchestrator, fault=fault.message)
            if wanted is not None and not isinstance(fault, PeerRefused):
                raise
            if wanted is None and row is not None:
                # Asking without having been told has no end: a task that failed for good would be the last of its key.
                with run.finishing(again_after=ASK_AGAIN):
                    return
        with run.finishing() as work:
            work.update(contracts, contracts.c.id == contract, is_whole=is_whole)

    def _fetch(self, run: TaskRun, contract: str, orchestrator: str, since: int) -> None:
        while True:
            url = f"{self._base(orchestrator)}/{quote(contract)}?since={since}"
            news = _read_news(self._peers.call("GET", orchestrator, url))
            if news.contract != contract or (news.more and news.revision <= since):
                raise BadInput(f"{orchestrator} answered with other news than was asked for.")
            checked = check(news, orchestrator=orchestrator, resolve_key=self._resolve_key)
            with run.database.writing() as work:
                self._replica.apply(work, checked)
            if not news.more:
                return
            since = news.revision

    def _tick(self, run: TaskRun) -> None:
        with run.finishing(again_after=TICK) as work:
            self._record.tick(work)
            mine = (seats.c.member == self._record.own_did) & seats.c.state.not_in(sorted(PARTICIPATION.final))
            stale = (contracts.c.orchestrator != self._record.own_did) & (
                contracts.c.confirmed <= work.now - LOOK_AGAIN
            )
            held = sa.select(contracts).join(seats, seats.c.contract == contracts.c.id).where(mine & stale)
            for row in work.rows(held):
                self.fetch_later(work, contract=row["id"], orchestrator=row["orchestrator"], revision=None)

    def _renew(self, run: TaskRun) -> None:
        with run.finishing() as work:
            self._record.renew_signatures(work)
            self._partaking.renew_signatures(work)

    def _is_inside(self, work: Work, contract: str) -> bool:
        own = (seats.c.contract == contract) & (seats.c.member == self._record.own_did) & seats.c.state.in_(SEATED)
        return work.one(sa.select(seats.c.id).where(own)) is not None

    def _has_doubts(self, work: Work, contract: str) -> bool:
        doubted = (seats.c.contract == contract) & (seats.c.fault != "") & seats.c.state.in_(SEATED)
        return work.one(sa.select(seats.c.id).where(doubted)) is not None

    def _base(self, did: str) -> str:
        return f"{self._peers.service(did, SERVICE)}/contracts"


def _read_news(answer: dict[str, Any]) -> News:
    try:
        return News.model_validate(answer)
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors()[0]["loc"])
        raise BadInput(f"The orchestrator's news is not as it should be at {place or 'its top'}.") from None
