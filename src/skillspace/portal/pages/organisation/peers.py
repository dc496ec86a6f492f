"""Pages of peers: everybody this node deals with, and one of them with its identity, what waits, and an examination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.exchange import ledger
from skillspace.exchange.doctor import CHECKS, Examination, Level, worst
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.letters import letters_about
from skillspace.portal.pages.organisation.negotiations import negotiation_lines
from skillspace.portal.pages.organisation.tables import part_of, wanted
from skillspace.portal.pages.organisation.wording import ROLES, Names, in_language, worded
from skillspace.portal.rooms import WrittenPeer
from skillspace.portal.views.connector import Examined, FindingLine, PeerLine, PeerPage, PeersPage
from skillspace.portal.words import N_
from skillspace.trust.identity import Peer

PATH = "/org/peers"
ONE = "/org/peer"
LATEST = 10
OFFERED = 50
#: What an examination comes to as a whole.
SUMMARY = {
    Level.OK: N_("Everything is in order."),
    Level.SKIP: N_("Nothing is wrong; some things could not be checked."),
    Level.WARN: N_("It works, but something should be looked after."),
    Level.FAIL: N_("Something is wrong."),
}
_KEYS = {
    "name": lambda it: it.name.casefold(),
    "roles": lambda it: it.roles,
    "reachable": lambda it: (it.is_reachable is None, not it.is_reachable),
    "seen": lambda it: it.seen.timestamp() if it.seen else 0.0,
    "worst": lambda it: list(Level).index(Level(it.worst)) if it.worst else -1,
}


@dataclass(frozen=True, kw_only=True)
class _Known:
    """All this node knows of its peers, read once for a page."""

    members: Mapping[str, Peer]
    addresses: Mapping[str, str]
    written: Mapping[str, WrittenPeer]
    contacts: Mapping[str, ledger.Contact]
    results: Mapping[str, Level]

    @classmethod
    def read(cls, visit: Visit) -> _Known:
        rooms, work = visit.rooms, visit.work
        return cls(
            members={peer.did: peer for peer in rooms.directory.peers(work)},
            addresses=rooms.directory.addresses(work),
            written={peer.id: peer for peer in rooms.written_peers},
            contacts=ledger.contacts(work),
            results=rooms.examinations.results(work),
        )

    def line(self, name: str, visit: Visit) -> PeerLine:
        member, written, contact = self.members.get(name), self.written.get(name), self.contacts.get(name)
        address = (written.address if written else "") or self.addresses.get(name, "")
        return PeerLine(
            id=name,
            name=(member.name if member else "") or (written.name if written else "") or name,
            roles=worded(sorted(member.roles), ROLES, visit.words) if member else (),
            is_member=member is not None,
            is_reachable=contact.is_reachable if contact else None,
            seen=contact.seen if contact else None,
            address=address or (contact.endpoint if contact else ""),
            worst=self.results[name].value if name in self.results else "",
        )


def router(frame: Frame) -> APIRouter:
    """Return the pages' routes."""
    routes = frame.router("Peers")

    @routes.get(PATH)
    def peers(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return _peers(visit)

    @routes.get(ONE)
    def peer(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return visit.show(_peer(visit, visit.asked("id")))

    @routes.post(ONE)
    def act(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff("operator")
            name, chosen = visit.field("peer").strip(), visit.field("do")
            if not name or name == visit.rooms.did:
                raise BadInput("Say which peer.")
            back = f"{ONE}?{urlencode({'id': name})}"
            if chosen == "examine":
                visit.rooms.examinations.ask(visit.work, name)
                journal.note(visit.work, account, "peer.examine", thing=name, title=name)
                return visit.go(back)
            if chosen != "ask":
                raise BadInput("A peer is examined, or asked for one of its offerings.")
            pid = visit.rooms.exchange.negotiations.ensure_agreement(visit.work, name, visit.field("offering"))
            journal.note(visit.work, account, "negotiation.ask", thing=pid, title=visit.field("offering"))
            return visit.go(f"/org/negotiations/{pid}", "asked-for")

    return routes


def _peers(visit: Visit) -> Response:
    known = _Known.read(visit)
    names = {*known.members, *known.written, *known.contacts, *ledger.partners(visit.work), *known.results}
    asked = wanted(visit, PATH, _KEYS, sort="name")
    lines = [known.line(name, visit) for name in sorted(names - {visit.rooms.did})]
    total, shown = part_of(lines, asked, keys=_KEYS, text=lambda it: f"{it.name} {it.id} {it.address}")
    return visit.show(PeersPage(chrome=visit.chrome("peers"), listing=asked.listing(total), peers=tuple(shown)))


def _peer(visit: Visit, name: str) -> PeerPage:
    if not name or name == visit.rooms.did:
        raise NotFound("There is no such peer.")
    rooms, work = visit.rooms, visit.work
    known, names = _Known.read(visit), Names(visit)
    contact = known.contacts.get(name)
    examination = rooms.examinations.latest(work, name)
    found = ledger.negotiations_with(work, name, limit=LATEST)
    return PeerPage(
        chrome=visit.chrome("peers", path=f"{ONE}?{urlencode({'id': name})}"),
        peer=known.line(name, visit),
        facts=_facts(visit, name, known, examination),
        error=contact.error if contact and not contact.is_reachable else "",
        examined=_examined(visit, examination) if examination else None,
        negotiations=tuple(negotiation_lines(work, found, names, rooms.did)),
        offered=tuple(
            (offering, in_language(title, visit.language) or offering)
            for offering, title in ledger.offered_by(work, name, limit=OFFERED)
        ),
        offered_in_all=contact.offered if contact else 0,
        dead=len(letters_about(visit, name)),
    )


def _facts(visit: Visit, name: str, known: _Known, examination: Examination | None) -> tuple[tuple[str, str], ...]:
    """Return who a peer is; what only an examination can tell comes from the latest one."""
    words, line, contact = visit.words, known.line(name, visit), known.contacts.get(name)
    told = {one.check: one for one in examination.findings} if examination else {}
    facts = [(words.gettext("Identifier"), name)]
    if line.address:
        facts.append((words.gettext("Address"), line.address))
    if contact and contact.endpoint:
        facts.append((words.gettext("Speaks the protocol at"), contact.endpoint))
    versions, credentials = told.get("versions"), told.get("credentials")
    if versions is not None and versions.values.get("theirs"):
        facts.append((words.gettext("Versions of the protocol"), versions.values["theirs"]))
    if credentials is not None and credentials.values.get("ends"):
        facts.append((words.gettext("Member until"), credentials.values["ends"]))
    if contact:
        facts.append(
            (words.gettext("Last answered"), words.moment(contact.seen) if contact.seen else words.gettext("never"))
        )
        facts.append((words.gettext("Offerings"), words.number(contact.offered)))
    return tuple(facts)


def _examined(visit: Visit, examination: Examination) -> Examined:
    words = visit.words
    findings = tuple(
        FindingLine(
            check=words.gettext(CHECKS[one.check][0]),
            level=one.level.value,
            found=words.gettext(one.found) % one.values,
            mend=words.gettext(one.mend) % one.values if one.mend else "",
        )
        for one in examination.findings
    )
    return Examined(
        at=examination.ended or examination.begun,
        is_over=examination.ended is not None,
        checks=examination.checks,
        findings=findings,
        summary=words.gettext(SUMMARY[worst(examination.findings)]),
    )
