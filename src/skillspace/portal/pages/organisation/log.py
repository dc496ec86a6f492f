"""The node's log: tasks that failed for good, what people here decided, and every release of personal data."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request, Response

from skillspace.exchange.parties import PROVIDER
from skillspace.kernel.errors import BadInput
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal, letters
from skillspace.portal.pages.organisation.tables import as_csv, part_of, wanted
from skillspace.portal.pages.organisation.wording import Names
from skillspace.portal.pages.sentences import fault_sentence
from skillspace.portal.views.organisation import DeadLetter, NodeLogLine, NodeLogPage
from skillspace.portal.words import N_, state_word

PATH = "/org/log"
#: What may be done about a dead letter: how, and the notice that says so.
DEALINGS: Mapping[str, tuple[Callable[[Visit, letters.Letter], None], str]] = {
    "retry": (letters.send_again, "task-again"),
    "drop": (letters.give_up, "task-gone"),
    "end": (letters.end_process, "process-ended"),
}
#: The log shows this many of the latest lines of each of its two books.
LATEST = 1000
ACTS = {
    "negotiation.accept": N_("Offer accepted"),
    "negotiation.agree": N_("Agreed by hand"),
    "negotiation.ask": N_("Asked for an offering"),
    "negotiation.counter": N_("Counter-offer made"),
    "negotiation.propose": N_("Offering proposed"),
    "offering.publish": N_("Offering published"),
    "offering.change": N_("Offering changed"),
    "offering.withdraw": N_("Offering withdrawn"),
    "offering.source": N_("Data behind an offering set"),
    "peer.examine": N_("Peer examined"),
    "transfer.suspend": N_("Transfer paused"),
    "transfer.resume": N_("Transfer resumed"),
    "transfer.complete": N_("Transfer marked as complete"),
    "transfer.terminate": N_("Transfer ended"),
    "negotiation.terminate": N_("Negotiation ended"),
    "member.admit": N_("Member admitted"),
    "member.refuse": N_("Member refused"),
    "link.take-back": N_("Connection of a person taken back"),
    "link.code": N_("Code for a record made"),
    "link.address": N_("Address on a record changed"),
    "task.retry": N_("Task tried again"),
    "task.drop": N_("Task given up"),
    "task.end": N_("Process ended with its task"),
    "contract.draft": N_("Contract drafted"),
    "contract.publish": N_("Contract published"),
    "contract.revise": N_("New version of a contract"),
    "contract.join": N_("Asked to join a contract"),
    "contract.invite": N_("Member invited to a contract"),
    "contract.propose": N_("Offering brought to a contract"),
    "contract.counter": N_("Offering in a contract answered"),
    "contract.sign": N_("Contract signed"),
    "contract.countersign": N_("Contract countersigned"),
    "contract.suspend": N_("Paused in a contract"),
    "contract.resume": N_("Resumed in a contract"),
    "contract.terminate": N_("Contract ended"),
    "contract.exclude": N_("Member excluded from a contract"),
    "contract.leave": N_("Left a contract"),
    "register.write": N_("Our record changed"),
    "right.take": N_("Work on a request began"),
    "right.answer": N_("Request of a person answered"),
    "right.extend": N_("Two more months taken for a request"),
    "right.doubt": N_("Person asked who they are"),
    "right.refuse": N_("Request of a person refused"),
    "right.lift": N_("A stopped use goes on"),
    "matching.policy": N_("Order of matching set"),
    "team.chart": N_("Chart of roles brought"),
    "team.chart-gone": N_("Chart of roles taken away"),
    "match.up": N_("Person moved up for a vacancy"),
    "match.aside": N_("Person set aside for a vacancy"),
    "match.back": N_("Order of matching put back"),
    "guardian.confirm": N_("Guardian confirmed"),
    "guardian.refuse": N_("Guardian not confirmed"),
    "guardian.appoint": N_("Guardian appointed"),
    "guardian.suspend": N_("Guardian paused"),
    "guardian.resume": N_("Guardian let go on"),
    "guardian.end": N_("Guardian ended"),
    "guardian.answer": N_("Child answered"),
    "guardian.age": N_("Age recorded"),
    "words.bring": N_("List of words brought"),
    "words.remove": N_("List of words taken away"),
    "program.add": N_("Program let in"),
    "credential.offer": N_("Credential offered"),
    "validation.step": N_("Step in a validation"),
    "credential.decide": N_("Credential may be given"),
    "credential.ask": N_("Credentials asked for"),
    "credential.withdraw": N_("Offer or request taken back"),
    "credential.revoke": N_("Credential revoked"),
    "credential.forget": N_("What was shown is forgotten"),
    "program.remove": N_("Program shut out"),
    "audit.verify": N_("Journal checked"),
    "audit.ask": N_("Witnesses asked"),
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
            chosen = visit.field("do")
            if chosen not in DEALINGS:
                raise BadInput("A task that failed is tried again or given up, or its process is ended.")
            found = letters.letter(visit, visit.field("letter"))
            deal, done = DEALINGS[chosen]
            deal(visit, found)
            thing = found.process.pid if found.process else found.task.id
            journal.note(visit.work, account, f"task.{chosen}", thing=thing, title=found.task.name)
        return visit.go(PATH, done)

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
        dead=tuple(_dead(visit)),
    )
    return visit.show(page)


def _dead(visit: Visit) -> list[DeadLetter]:
    """Return the dead letters; one with a message says which process it belongs to and what it was to say."""
    names, own = Names(visit), visit.rooms.did
    lines = []
    for one in letters.letters(visit):
        process = one.process
        about = ""
        if process is not None:
            provider = own if process.role == PROVIDER else process.peer
            about = f"{names.title(provider, process.dataset)} · {names.of(process.peer)}"
        elif one.peer:
            about = names.of(one.peer)
        lines.append(
            DeadLetter(
                id=one.task.id,
                task=f"{one.task.name} · {one.action}" if one.action else one.task.name,
                failed=one.task.failed,
                attempts=one.task.attempts,
                error=one.task.error,
                about=about,
                href=f"/org/{process.room}/{process.pid}" if process else "",
                can_end=process is not None and "terminate" in process.moves,
            )
        )
    return lines


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
