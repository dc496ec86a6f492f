"""Connecting organisations to a person's space with a code, keeping up with what they hold, and letting go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.kernel.ids import new_id
from skillspace.people.accounts import Account
from skillspace.people.links.messages import asked_of, datasets_of, offer_of, way_of
from skillspace.people.links.model import Asked, Link, LinkLine, LinkMove, Offer
from skillspace.people.links.store import line_of, lines, link_of, links
from skillspace.storage.database import Database, Work
from skillspace.trust.consent import subject_for
from skillspace.trust.identity import PeerClient, PeerRefused

SERVICE = "SkillspaceNode"
#: What every message of ours about a person says it is for.
PURPOSE = "link"
#: How long an answer about what an organisation holds is taken as it is.
FRESH = timedelta(hours=1)
REFRESH_TASK, LEAVE_TASK = "people.link-refresh", "people.link-leave"


class Links:
    """The intermediary's side of connecting. Calls to organisations happen while no transaction is open."""

    def __init__(self, peers: PeerClient, database: Database) -> None:
        self._peers = peers
        self._database = database

    def connect(self, person: Account, organisation: str, name: str, code: str) -> Link:
        """Show an organisation (a DID) the code it gave the person, and keep what it answers.

        May be called again with the same code when the first answer was lost. Raises PeerRefused with the
        organisation's reason (wrong code, too many tries) and PeerUnreachable.
        """
        return self._prove(person, organisation, name, "links", {"code": code.strip()})

    def offer(self, organisation: str) -> Offer:
        """Ask an organisation in which ways it connects people; one that says nothing of it gave out codes.

        Raises PeerRefused, PeerUnreachable, BadInput.
        """
        try:
            return offer_of(self._peers.call("GET", organisation, self._door(organisation, "ways")))
        except PeerRefused as no:
            if no.status != NotFound.http_status:
                raise
            return Offer()

    def ask_letter(self, person: Account, organisation: str, address: str) -> None:
        """Ask an organisation for a letter with a code, to the address it has on file. Nothing of it is kept here.

        Whether the organisation knows the address is not to be learned. Raises PeerRefused, PeerUnreachable.
        """
        body = {"purpose": PURPOSE, "subject": subject_for(person.secret, organisation), "address": address.strip()}
        door = self._door(organisation, "letters")
        self._peers.call("POST", organisation, door, body | {"language": person.language})

    def ask_nonce(self, person: Account, organisation: str) -> Asked:
        """Return what the person's wallet has to answer so that the organisation knows them by a credential."""
        body = {"purpose": PURPOSE, "subject": subject_for(person.secret, organisation)}
        return asked_of(self._peers.call("POST", organisation, self._door(organisation, "nonces"), body))

    def show(self, person: Account, organisation: str, name: str, presentation: str) -> Link:
        """Pass on what the person's wallet made for the organisation, and keep what it answers. Raises as `connect`."""
        body = {"purpose": PURPOSE, "presentation": presentation.strip()}
        return self._prove(person, organisation, name, "presentations", body)

    def refresh(self, person: str, organisation: str) -> Link | None:
        """Ask an organisation anew what it holds; None when it no longer knows the person. Raises as `connect`."""
        with self._database.reading() as work:
            link = self.link(work, person, organisation)
        try:
            answer = self._peers.call("GET", organisation, self._address(link))
        except PeerRefused as no:
            if no.status != NotFound.http_status:
                raise
            answer = None
        with self._database.writing() as work:
            here = (links.c.person == person) & (links.c.organisation == organisation)
            if answer is None:
                if work.delete(links, here):
                    _note(work, link, LinkMove.TAKEN_BACK)
                return None
            work.update(links, here, datasets=list(datasets_of(answer)), refreshed=work.now)
            return self.link(work, person, organisation)

    def of_person(self, work: Work, person: str) -> list[Link]:
        """Return the organisations a person connected, by name."""
        query = sa.select(links).where(links.c.person == person).order_by(links.c.name, links.c.organisation)
        return [link_of(row) for row in work.rows(query)]

    def log(self, work: Work, person: str, *, limit: int = 1000) -> list[LinkLine]:
        """Return what happened to a person's links, latest first."""
        query = sa.select(lines).where(lines.c.person == person).order_by(lines.c.at.desc(), lines.c.id.desc())
        return [line_of(row) for row in work.rows(query.limit(limit))]

    def to_organisation(self, work: Work, organisation: str) -> list[Link]:
        """Return everybody's links to one organisation."""
        return [link_of(row) for row in work.rows(sa.select(links).where(links.c.organisation == organisation))]

    def link(self, work: Work, person: str, organisation: str) -> Link:
        """Return one link; raise NotFound."""
        query = sa.select(links).where(links.c.person == person, links.c.organisation == organisation)
        row = work.one(query)
        if row is None:
            raise NotFound("You have not connected this organisation.")
        return link_of(row)

    def disconnect(self, work: Work, person: str, organisation: str) -> None:
        """Let go of an organisation; it is told by a stored task. Raises NotFound."""
        link = self.link(work, person, organisation)
        work.delete(links, (links.c.person == person) & (links.c.organisation == organisation))
        _note(work, link, LinkMove.DISCONNECTED)
        work.enqueue(LEAVE_TASK, {"organisation": organisation, "subject": link.subject})

    def erase(self, work: Work, person: str) -> int:
        """Let go of every organisation of a person and return how many there were."""
        mine = self.of_person(work, person)
        for link in mine:
            self.disconnect(work, person, link.organisation)
        return len(mine)

    def refresh_stale(self, work: Work, organisation: str) -> int:
        """Leave a task for every link to an organisation that was not refreshed for an hour; return how many."""
        old = (links.c.organisation == organisation) & (links.c.refreshed <= work.now - FRESH)
        stale = work.rows(sa.select(links.c.person).where(old))
        for row in stale:
            key = f"{REFRESH_TASK}:{row['person']}:{organisation}"
            work.enqueue(REFRESH_TASK, {"person": row["person"], "organisation": organisation}, key=key)
        return len(stale)

    def leave(self, organisation: str, subject: str) -> None:
        """Tell an organisation to forget a pseudonym; one that refuses to listen knows nobody by it anyway."""
        address = f"{self._door(organisation, 'links')}/{quote(subject, safe=':')}"
        try:
            self._peers.call("DELETE", organisation, address)
        except PeerRefused as no:
            if no.status != NotFound.http_status:
                raise

    def _prove(self, person: Account, organisation: str, name: str, door: str, proof: Mapping[str, str]) -> Link:
        subject = subject_for(person.secret, organisation)
        answer = self._peers.call("POST", organisation, self._door(organisation, door), {**proof, "subject": subject})
        datasets, way = datasets_of(answer), way_of(answer)
        with self._database.writing() as work:
            row = {"person": person.id, "organisation": organisation, "name": name, "subject": subject, "way": way}
            facts = {"datasets": list(datasets), "linked": work.now, "refreshed": work.now}
            known = work.where(links, person=person.id, organisation=organisation)
            work.upsert(links, row | facts, on=("person", "organisation"))
            link = self.link(work, person.id, organisation)
            if known is None or known["way"] != way:
                _note(work, link, LinkMove.CONNECTED)
            return link

    def _door(self, organisation: str, name: str) -> str:
        return f"{self._peers.service(organisation, SERVICE)}/people/{name}"

    def _address(self, link: Link) -> str:
        return f"{self._door(link.organisation, 'links')}/{quote(link.subject, safe=':')}"


def _note(work: Work, link: Link, move: LinkMove) -> None:
    row = {"id": new_id("line"), "person": link.person, "organisation": link.organisation, "name": link.name}
    work.insert(lines, row | {"at": work.now, "move": move, "way": link.way})
