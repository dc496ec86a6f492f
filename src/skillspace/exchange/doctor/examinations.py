"""Examinations asked for on the page of peers: done as a stored task, the latest of each peer kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.exchange.doctor.findings import CHECKS, Finding, Level, finding_of, worst
from skillspace.exchange.doctor.service import Doctor
from skillspace.storage.database import Moment, Work, metadata
from skillspace.storage.tasks import TaskBook, TaskRun

TASK = "doctor.examine"
MOST_PEER = 512

examinations = sa.Table(
    "peer_examination",
    metadata,
    sa.Column("peer", sa.String, primary_key=True),
    sa.Column("begun", Moment, nullable=False),
    sa.Column("ended", Moment, nullable=True),
    sa.Column("worst", sa.String, nullable=True),
    sa.Column("findings", sa.JSON, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class Examination:
    """One examination of a peer; `ended` is None while it goes on."""

    peer: str
    begun: datetime
    ended: datetime | None
    findings: tuple[Finding, ...]

    @property
    def checks(self) -> int:
        """How many checks there are in all."""
        return len(CHECKS)


class Examinations:
    """Examines peers on request, one round a peer at a time."""

    def __init__(self, doctor: Doctor) -> None:
        self.doctor = doctor

    def register(self, book: TaskBook) -> None:
        """Take the task of examining."""
        book.on_task(TASK, self._examine)

    def ask(self, work: Work, peer: str) -> None:
        """Let a peer be examined now; what was found before is forgotten."""
        row = {"peer": peer[:MOST_PEER], "begun": work.now, "ended": None, "worst": None, "findings": []}
        work.upsert(examinations, row, on=("peer",))
        work.enqueue(TASK, {"peer": peer[:MOST_PEER]}, key=f"{TASK} {peer[:MOST_PEER]}")

    def latest(self, work: Work, peer: str) -> Examination | None:
        """Return the latest examination of a peer, None when there was none."""
        row = work.one(sa.select(examinations).where(examinations.c.peer == peer))
        if row is None:
            return None
        kept = {name: row[name] for name in ("peer", "begun", "ended")}
        return Examination(**kept, findings=tuple(finding_of(one) for one in row["findings"]))

    def results(self, work: Work) -> Mapping[str, Level]:
        """Return how bad the latest examination of each peer came out."""
        query = sa.select(examinations.c.peer, examinations.c.worst).where(examinations.c.worst.is_not(None))
        return {row["peer"]: Level(row["worst"]) for row in work.rows(query)}

    def _examine(self, run: TaskRun) -> None:
        peer = str(run.payload["peer"])
        found: list[Finding] = []

        def tell(finding: Finding) -> None:
            found.append(finding)
            with run.database.writing() as work:
                self._write(work, peer, found)

        self.doctor.examine(peer, tell)
        with run.finishing() as work:
            self._write(work, peer, found, ended=work.now, worst=worst(found).value)

    def _write(self, work: Work, peer: str, found: list[Finding], **more: Any) -> None:
        listed = [one.as_json() for one in found]
        work.update(examinations, examinations.c.peer == peer, findings=listed, **more)
