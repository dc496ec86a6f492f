"""The node's log: tasks that failed for good, what people here decided, and every release of personal data."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.tables import as_csv, part_of, wanted
from skillspace.portal.pages.organisation.wording import Names
from skillspace.portal.pages.sentences import fault_sentence
from skillspace.portal.views.organisation import DeadLetter, NodeLogLine, NodeLogPage
from skillspace.portal.words import N_, state_word
from skillspace.storage.health import dead_tasks, drop, retry

PATH = "/org/log"
#: The log shows this many of the latest lines of each of its two books.
LATEST = 1000
ACTS = {
    "negotiation.accept": N_("Offer accepted"),
    "negotiation.terminate": N_("Negotiation ended"),
    "member.admit": N_("Member admitted"),
    "member.refuse": N_("Member refused"),
    "task.retry": N_("Task tried again"),
    "task.drop": N_("Task given up"),
    "share.look": N_("Profile opened"),
    "share.comment": N_("Comment sent"),
}
#: Why personal data was not given, as the organisation that holds it says it.
REFUSALS = {
    "ConsentRevoked": N_("The person stopped this consent."),
    "ConsentExpired": N_("The consent had run out."),
    "ConsentEnded": N_("The consent had ended."),
    "PeerUnreachable": N_("The other organisation does not answer at the moment."),
}
_KEYS = {
    "at": lambda it: it.at,
    "what": lambda it: it.what.casefold(),
    "which": lambda it: it.which.casefold(),
    "who": lambda it: it.who.casefold(),
    "outcome": lambda it: it.outcome,
}


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Log")

    @routes.get(PATH)
    def log(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return _log(visit)

    @routes.post(PATH)
    def deal_with(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff("operator")
            letter, chosen = visit.field("letter"), visit.field("do")
            if chosen not in ("retry", "drop"):
                raise BadInput("A task that failed is tried again or given up.")
            name = (retry if chosen == "retry" else drop)(visit.work, letter)
            journal.note(visit.work, account, f"task.{chosen}", thing=letter, title=name)
        return visit.go(PATH, "task-again" if chosen == "retry" else "task-gone")

    return routes


def _log(visit: Visit) -> Response:
    asked = wanted(visit, PATH, _KEYS, sort="at", is_down=True)
    lines = [*_decided(visit), *_released(visit)]
    total, shown = part_of(
        lines,
        asked,
        keys=_KEYS,
        text=lambda it: f"{it.what} {it.which} {it.who} {it.why} {visit.words.gettext(state_word(it.outcome).word)}",
    )
    if asked.is_csv:
        head = ("at", "what", "which", "who", "outcome", "why")
        rows = ((it.at.isoformat(), it.what, it.which, it.who, it.outcome, it.why) for it in shown)
        return as_csv("log", head, rows)
    page = NodeLogPage(
        chrome=visit.chrome("log"),
        listing=asked.listing(total, export=True),
        lines=tuple(shown),
        dead=tuple(
            DeadLetter(id=one.id, task=one.name, failed=one.failed, attempts=one.attempts, error=one.error)
            for one in dead_tasks(visit.work)
        ),
    )
    return visit.show(page)


def _decided(visit: Visit) -> list[NodeLogLine]:
    """Return what people at this organisation did."""
    return [
        NodeLogLine(
            at=entry.at,
            what=visit.words.gettext(ACTS[entry.act]) if entry.act in ACTS else entry.act,
            which=entry.title or entry.thing,
            who=entry.by,
            outcome=entry.outcome,
            why=_why(entry.why, visit.words) or entry.why,
        )
        for entry in journal.latest(visit.work, limit=LATEST)
    ]


def _released(visit: Visit) -> list[NodeLogLine]:
    """Return what the release gate decided; its lines name no person."""
    names, words = Names(visit), visit.words
    return [
        NodeLogLine(
            at=decision.at,
            what=words.gettext("Personal data asked for"),
            which=names.title(visit.rooms.did, decision.dataset),
            who=names.of(decision.recipient),
            outcome="RELEASED" if decision.outcome == "released" else "REFUSED",
            why=_why(decision.code, words) or decision.reason,
        )
        for decision in visit.rooms.consent.gate.decisions(visit.work, limit=LATEST)
    ]


def _why(code: str, words: Translator) -> str:
    """Return a refusal in words; those written for the person speak to the person, so some have words of their own."""
    return words.gettext(REFUSALS[code]) if code in REFUSALS else fault_sentence(code, words)
