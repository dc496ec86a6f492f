"""The auditor's page: entries of the journal without what they say, proofs, checkpoints, and a check on demand."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import SkillspaceError
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal as acts
from skillspace.portal.pages.organisation.contracts import as_file
from skillspace.portal.pages.organisation.wording import Names
from skillspace.portal.rooms import Rooms
from skillspace.portal.views.audit import AuditPage, Checked, CheckpointLine, EntryLine, FoundLine, WitnessLine
from skillspace.trust.journal import Entry, Verdict, Wrong, proof
from skillspace.trust.journal.chain import GENESIS, link, seal_of
from skillspace.trust.journal.service import moment_text

PATH = "/org/audit"
ROLES = ("auditor", "dpo")
PAGE = 50
CHECKPOINTS = 10
#: A longer journal is not looked through while somebody waits; of that one the latest so many links are.
MOST_AT_ONCE = 10_000
#: The page shows this many findings.
MOST_FOUND = 50


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Audit")

    @routes.get(PATH)
    def audit(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff(*ROLES)
            return visit.show(_page(visit))

    @routes.get(PATH + "/proof")
    def prove(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff(*ROLES)
            return as_file("proof.json", proof(visit.work, visit.asked("about"), did=visit.rooms.did))

    @routes.post(PATH)
    def verify(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff(*ROLES)
            if visit.field("do") == "ask":
                acts.note(visit.work, account, "audit.ask", thing="journal", title=visit.rooms.name)
                # The answers come by tasks: a witness that is slow or gone keeps nobody waiting here.
                visit.rooms.journal.looks.ask(visit.work)
                return visit.go(PATH, "witnesses-asked")
            acts.note(visit.work, account, "audit.verify", thing="journal", title=visit.rooms.name)
        # Signers' keys may have to be fetched from their nodes: no transaction is open meanwhile.
        checked = check(frame.rooms)
        with frame.reading(request) as visit:
            return visit.show(_page(visit, checked=checked))

    return routes


def check(rooms: Rooms) -> Checked:
    """Look through the journal: all of it, or of a long one the links of its latest entries."""
    with rooms.database.reading() as work:
        length, last = rooms.journal.journal.head(work)
        latest = [] if length <= MOST_AT_ONCE else rooms.journal.journal.entries(work, limit=MOST_AT_ONCE)
    if not latest:
        return _told(rooms.journal.verify(rooms.database), since=1)
    verdict = Verdict(did=rooms.did, entries=len(latest))
    check_links(list(reversed(latest)), last, verdict)
    return _told(verdict, since=latest[-1].number)


def check_links(found: list[Entry], last: str, verdict: Verdict) -> None:
    """Check that each entry is what its hash covers and follows the one before, up to the head `last`."""
    before: Entry | None = None
    for one in found:
        seal = seal_of(number=one.number, at=moment_text(one.at), kind=one.kind, about=one.about, digest=one.digest)
        if link(one.previous, seal) != one.hash:
            verdict.find(Wrong.ALTERED, "the entry is not what its hash covers", number=one.number, about=one.about)
        follows = one.previous == (before.hash if before else one.previous)
        if before is not None and (one.number != before.number + 1 or not follows):
            verdict.find(Wrong.UNLINKED, "the entry does not follow the one before", number=one.number, about=one.about)
        before = one
    if (before.hash if before else GENESIS) != last:
        verdict.find(Wrong.HEAD, "the head of the log is not its last entry")


def _told(verdict: Verdict, *, since: int) -> Checked:
    return Checked(
        entries=verdict.entries,
        since=since,
        proven_to=verdict.proven_to,
        witnessed_to=verdict.witnessed_to,
        found=tuple(
            FoundLine(wrong=one.wrong.value, number=one.number, about=one.about, text=one.text)
            for one in verdict.findings[:MOST_FOUND]
        ),
        untold=verdict.untold + max(0, len(verdict.findings) - MOST_FOUND),
        notes=tuple(verdict.notes),
    )


def _page(visit: Visit, *, checked: Checked | None = None) -> AuditPage:
    journal, names = visit.rooms.journal.journal, Names(visit)
    about, kind, before = visit.asked("about").strip(), visit.asked("kind").strip(), visit.asked("before")
    start = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    entries: list[Entry] = []
    problem = ""
    try:
        entries = journal.entries(visit.work, kind=kind, about=about, before=start, limit=PAGE + 1)
    except SkillspaceError as fault:  # an entry was damaged: the check below says where
        problem = fault.message
    return AuditPage(
        chrome=visit.chrome("audit", path=PATH),
        entries_in_all=journal.head(visit.work)[0],
        entries=tuple(
            EntryLine(number=one.number, at=one.at, kind=one.kind, about=one.about, digest=one.digest)
            for one in entries[:PAGE]
        ),
        checkpoints=tuple(
            CheckpointLine(number=one.number, at=one.at, hash=one.hash, witnesses=tuple(map(names.of, witnesses)))
            for one, witnesses in journal.checkpoints(visit.work, limit=CHECKPOINTS)
        ),
        witnesses=_witnesses(visit, names),
        about=about,
        kind=kind,
        older=entries[PAGE - 1].number if len(entries) > PAGE else None,
        checked=checked,
        problem=problem,
    )


def _witnesses(visit: Visit, names: Names) -> tuple[WitnessLine, ...]:
    """Return the last look at each witness; nobody is asked while somebody waits for the page."""
    return tuple(
        WitnessLine(
            name=names.of(one.witness),
            did=one.witness,
            held=one.held.value,
            is_silent=one.is_silent,
            asked=one.asked,
            answered=one.answered,
            number=one.number,
            signed=one.at,
            fault=one.fault,
        )
        for one in visit.rooms.journal.looks.latest(visit.work)
    )
