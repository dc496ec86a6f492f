"""Pages of transfers: what went in and out, under way or over; one with its states and the moves open to us."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.exchange import Transfer, TransferState, ledger
from skillspace.exchange.parties import CONSUMER
from skillspace.kernel.errors import BadInput
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.offerings import FORMATS
from skillspace.portal.pages.organisation.tables import as_csv, cut_of, wanted
from skillspace.portal.pages.organisation.wording import Names
from skillspace.portal.views.connector import Step, TransferLine, TransferPage, TransfersPage

PATH = "/org/transfers"
#: The moves a person makes, and the state each leads to.
LEADS_TO = {
    "resume": TransferState.STARTED,
    "suspend": TransferState.SUSPENDED,
    "complete": TransferState.COMPLETED,
    "terminate": TransferState.TERMINATED,
}
BY_HAND = tuple(LEADS_TO)
_SORTS = {"asset": "asset", "other": "other", "is_incoming": "role", "state": "state", "changed": "changed"}


def router(frame: Frame) -> APIRouter:
    """Return the page's route."""
    routes = frame.router("Transfers")

    @routes.get(PATH)
    def transfers(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return _transfers(visit)

    @routes.get(PATH + "/{pid}")
    def transfer(request: Request, pid: str) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return visit.show(_transfer(visit, visit.rooms.exchange.transfers.transfer(visit.work, pid)))

    @routes.post(PATH + "/{pid}")
    def move(request: Request, pid: str) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff("operator")
            found = visit.rooms.exchange.transfers.transfer(visit.work, pid)
            chosen, why = visit.field("do"), visit.field("why").strip()
            _move(visit, pid, chosen, why)
            title = Names(visit).title(_provider(found, visit.rooms.did), found.dataset)
            journal.note(visit.work, account, f"transfer.{chosen}", thing=pid, title=title, why=why)
        return visit.go(f"{PATH}/{pid}", "moved")

    return routes


def transfer_line(transfer: Transfer, names: Names, own_did: str) -> TransferLine:
    """Return one transfer as a line of a table. Only a request and a first start tell by themselves who made them."""
    is_incoming = transfer.role == CONSUMER
    provider, consumer = _provider(transfer, own_did), transfer.peer if not is_incoming else own_did
    who = {TransferState.REQUESTED: consumer, TransferState.STARTED: provider}.get(transfer.state)
    return TransferLine(
        id=transfer.pid,
        asset=names.title(provider, transfer.dataset),
        other=names.of(transfer.peer),
        is_incoming=is_incoming,
        state=transfer.state.value,
        changed=transfer.changed,
        who=names.of(who) if who else "",
        why=transfer.reason or "",
    )


def _transfers(visit: Visit) -> Response:
    asked = wanted(visit, PATH, _SORTS, sort="changed", is_down=True)
    names = Names(visit)
    total, found = ledger.transfers(visit.work, cut_of(asked, names, _SORTS), visit.rooms.did)
    lines = [transfer_line(one, names, visit.rooms.did) for one in found]
    if asked.is_csv:
        head = ("id", "about", "with", "to_us", "state", "changed", "by", "why")
        rows = (
            (it.id, it.asset, it.other, it.is_incoming, it.state, it.changed.isoformat(), it.who, it.why)
            for it in lines
        )
        return as_csv("transfers", head, rows)
    page = TransfersPage(
        chrome=visit.chrome("transfers"), listing=asked.listing(total, export=True), transfers=tuple(lines)
    )
    return visit.show(page)


def _provider(transfer: Transfer, own_did: str) -> str:
    return transfer.peer if transfer.role == CONSUMER else own_did


def _move(visit: Visit, pid: str, chosen: str, why: str) -> None:
    """Make one of the moves of ours; pausing and ending tell the other side why."""
    transfers = visit.rooms.exchange.transfers
    if chosen in ("suspend", "terminate") and not why:
        raise BadInput("Say why: the other side is told.")
    if chosen == "suspend":
        transfers.suspend(visit.work, pid, why)
    elif chosen == "terminate":
        transfers.terminate(visit.work, pid, why)
    elif chosen == "resume":
        transfers.resume(visit.work, pid)
    elif chosen == "complete":
        transfers.complete(visit.work, pid)
    else:
        raise BadInput("This move is not yours to make; reload the page and look what can be done now.")


def moves_of(transfer: Transfer) -> tuple[str, ...]:
    """Return the moves a person makes: a first start is the node's own, a start after a pause is to resume."""
    found = ["resume" if move == "start" else move for move in transfer.moves]
    is_paused = transfer.state is TransferState.SUSPENDED
    return tuple(move for move in BY_HAND if move in found and (move != "resume" or is_paused))


def _transfer(visit: Visit, found: Transfer) -> TransferPage:
    names = Names(visit)
    return TransferPage(
        chrome=visit.chrome("transfers", path=f"{PATH}/{found.pid}"),
        transfer=transfer_line(found, names, visit.rooms.did),
        facts=_facts(visit, found),
        steps=_steps(visit, found, names),
        moves=moves_of(found),
        agreement=found.agreement,
    )


def _facts(visit: Visit, found: Transfer) -> tuple[tuple[str, str], ...]:
    words = visit.words
    how = words.gettext(FORMATS[found.format]) if found.format in FORMATS else found.format
    facts = [
        (words.gettext("How it is handed over"), f"{how} ({found.format})" if how != found.format else how),
        (words.gettext("Data set"), found.dataset),
        (words.gettext("Ours"), found.pid),
        (words.gettext("Theirs"), found.peer_pid or words.gettext("not known yet")),
        (words.gettext("Version of the protocol"), found.version or words.gettext("not known yet")),
    ]
    arrival = visit.rooms.exchange.dataplanes.sink.arrival(visit.work, found.pid)
    if arrival is not None and arrival.length is not None:
        facts.append(
            (words.gettext("Size"), words.gettext("%(bytes)s bytes") % {"bytes": words.number(arrival.length)})
        )
    return tuple(facts)


def _steps(visit: Visit, found: Transfer, names: Names) -> tuple[Step, ...]:
    """Return the states that are known with their times: the request, what people here did, and the last change."""
    consumer = found.peer if found.role != CONSUMER else visit.rooms.did
    steps = [Step(at=found.made, state=TransferState.REQUESTED.value, who=names.of(consumer))]
    by_hand = [entry for entry in journal.about(visit.work, found.pid) if entry.act.partition(".")[2] in LEADS_TO]
    steps += [
        Step(at=one.at, state=LEADS_TO[one.act.partition(".")[2]].value, who=one.by, why=one.why) for one in by_hand
    ]
    line = transfer_line(found, names, visit.rooms.did)
    if not any(step.at == found.changed for step in steps):
        steps.append(Step(at=found.changed, state=line.state, who=line.who, why=line.why))
    return tuple(sorted(steps, key=lambda step: step.at))
