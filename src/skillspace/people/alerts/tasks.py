"""The worker's part of alerts: a round over everybody who is due, some people a transaction, and letters, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from skillspace.kernel.errors import NotFound
from skillspace.people.accounts import Account, Accounts
from skillspace.people.alerts.model import News, Standing
from skillspace.people.alerts.ports import LeftOut, NewsSource, SeekerOf
from skillspace.people.alerts.service import LETTER_TASK, Alerts
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.wire.letters import letter
from skillspace.wire.mail import Letter, MailRefused, MailUnavailable, Postbox

log = structlog.get_logger()

ROUND_TASK = "alerts.round"
TICK, SOON = timedelta(minutes=10), timedelta(minutes=1)
#: People looked at between two transactions, and in one run at most: others have tasks too.
AT_ONCE, MOST_A_RUN = 50, 5_000


class AlertTasks:
    """What alerts do by themselves. Without a `postbox` no letters leave, and news stand in people's spaces alone."""

    def __init__(
        self,
        *,
        alerts: Alerts,
        accounts: Accounts,
        source: NewsSource,
        seeker_of: SeekerOf,
        left_out: LeftOut,
        postbox: Postbox | None,
        own_name: str,
        address: str,
    ) -> None:
        self._alerts = alerts
        self._accounts = accounts
        self._source = source
        self._seeker_of = seeker_of
        self._left_out = left_out
        self._postbox = postbox
        self._own_name = own_name
        self._address = address

    def register(self, book: TaskBook) -> None:
        """Write the handlers into the node's book."""
        book.on_task(ROUND_TASK, self._round)
        book.on_task(LETTER_TASK, self._send)

    def start(self, work: Work) -> None:
        """Start the round; it goes on by itself, and a second start changes nothing."""
        work.enqueue(ROUND_TASK, {}, key=ROUND_TASK)

    def _round(self, run: TaskRun) -> None:
        """Tell everybody who is due; killed at any point, who was not told is still due, and nobody is told twice."""
        left, looked_at = MOST_A_RUN, AT_ONCE
        while looked_at == AT_ONCE and left > 0:
            with run.reading() as work:
                due = self._alerts.due(work, AT_ONCE, leave_out=self._left_out(work))
                is_ready = not due or self._source.is_ready(work)
                until = self._source.until(work) if due else {}
                found = [(one, self._look(work, one)) for one in due] if is_ready else []
            if not is_ready:
                with run.finishing(again_after=SOON) as work:
                    self._source.prepare(work)
                return
            if found:
                with run.database.writing() as work:
                    left_out = self._left_out(work)
                    for one, news in found:
                        if one.person not in left_out:
                            self._alerts.tell(work, one, news, until)
            left, looked_at = left - AT_ONCE, len(found)
        with run.finishing(again_after=TICK if looked_at < AT_ONCE else timedelta()):
            pass

    def _look(self, work: Work, one: Standing) -> list[News]:
        """Return what somebody is to be told of; it takes a while, and nothing is written meanwhile."""
        if one.wishes.quiet.holds(work.now):
            return []
        wishes = one.wishes
        seeker = replace(self._seeker_of(work, one.person), by_region=wishes.by_region)
        news = [
            each
            for kind in sorted(wishes.kinds)
            for each in self._source.news(
                work, seeker, kind, since=one.looked.get(kind), where=wishes.where, least=wishes.least
            )
        ]
        return self._alerts.chosen(work, one, news)

    def _send(self, run: TaskRun) -> None:
        """Write one letter, unless it was claimed before: a node that falls in between loses it and sends no second."""
        person, at = str(run.payload["person"]), datetime.fromisoformat(str(run.payload["at"]))
        with run.reading() as work:
            quiet = self._alerts.standing(work, person).wishes.quiet
            wait = quiet.over(work.now) - work.now
        if wait:
            with run.finishing(again_after=wait):
                return
        with run.database.writing() as work:
            account = self._account(work, person)
            is_meant = self._postbox is not None and account is not None and account.email
            count = self._alerts.to_letter(work, person, at) if is_meant else 0
        if count and account is not None and self._postbox is not None:
            try:
                self._postbox.send(written(account, count, self._own_name, self._address))
            except MailUnavailable:
                with run.database.writing() as work:
                    self._alerts.not_lettered(work, person, at)
                raise
            except MailRefused:
                log.warning("alerts.letter_refused")
        with run.finishing():
            pass

    def _account(self, work: Work, person: str) -> Account | None:
        try:
            return self._accounts.get(work, person)
        except NotFound:
            return None


def written(account: Account, count: int, own_name: str, address: str) -> Letter:
    """Return the letter in the person's language: how many offers wait, and where; what they are stays in the space."""
    return letter(
        "skillspace.people.alerts",
        to=account.email or "",
        language=account.language,
        sender=own_name,
        facts={"space": own_name, "count": count, "address": f"{address.rstrip('/')}/alerts"},
    )
