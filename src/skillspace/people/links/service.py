"""Connecting organisations to a person's space with a code, keeping up with what they hold, and letting go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.accounts import Account
from skillspace.people.links.model import Link
from skillspace.people.links.store import link_of, links
from skillspace.storage.database import Database, Work
from skillspace.trust.consent import subject_for
from skillspace.trust.identity import PeerClient, PeerRefused

SERVICE = "SkillspaceNode"
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
        subject = subject_for(person.secret, organisation)
        url = f"{self._peers.service(organisation, SERVICE)}/people/links"
        answer = self._peers.call("POST", organisation, url, {"code": code.strip(), "subject": subject})
        datasets = _datasets(answer)
        with self._database.writing() as work:
            row = {"person": person.id, "organisation": organisation, "name": name, "subject": subject}
            facts = {"datasets": list(datasets), "linked": work.now, "refreshed": work.now}
            work.upsert(links, row | facts, on=("person", "organisation"))
            return self.link(work, person.id, organisation)

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
                work.delete(links, here)
                return None
            work.update(links, here, datasets=list(_datasets(answer)), refreshed=work.now)
            return self.link(work, person, organisation)

    def of_person(self, work: Work, person: str) -> list[Link]:
        """Return the organisations a person connected, by name."""
        query = sa.select(links).where(links.c.person == person).order_by(links.c.name, links.c.organisation)
        return [link_of(row) for row in work.rows(query)]

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
        address = f"{self._peers.service(organisation, SERVICE)}/people/links/{quote(subject, safe=':')}"
        try:
            self._peers.call("DELETE", organisation, address)
        except PeerRefused as no:
            if no.status != NotFound.http_status:
                raise

    def _address(self, link: Link) -> str:
        return f"{self._peers.service(link.organisation, SERVICE)}/people/links/{quote(link.subject, safe=':')}"


def _datasets(answer: Mapping[str, Any]) -> tuple[str, ...]:
    found = answer.get("datasets")
    if not isinstance(found, list) or len(found) > 1000 or not all(isinstance(one, str) for one in found):
        raise BadInput("The organisation's answer cannot be read: “datasets” must be a list of identifiers.")
    return tuple(found)
