"""Pages of offerings: what this organisation offers, one of them with what the catalog says, proposing and withdrawing
it."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.exchange import Offering as Offered
from skillspace.exchange import ledger
from skillspace.exchange.catalog.model import ROLE
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.tables import PAGE, wanted
from skillspace.portal.pages.organisation.terms_form import found_in
from skillspace.portal.pages.organisation.wording import KINDS, ROLES, in_language, in_one_line, terms_of, worded
from skillspace.portal.views.common import Choice
from skillspace.portal.views.connector import Offering, OfferingPage, OfferingsPage
from skillspace.portal.words import N_
from skillspace.trust.identity import Peer
from skillspace.trust.policy.lint import Severity

PATH = "/org/offerings"
ONE = "/org/offering"
FORMATS = {"HttpData-PULL": N_("they fetch it"), "HttpData-PUSH": N_("we send it")}
#: The kinds of sources a page can set; the others need somebody at the machine itself.
BY_PAGE = ("file", "folder")
_SORTS = {"title": "title", "kind": "kinds", "agreements": "agreements", "changed": "updated"}


def router(frame: Frame) -> APIRouter:
    """Return the pages' routes."""
    routes = frame.router("Offerings")

    @routes.get(PATH)
    def offerings(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return _offerings(visit)

    @routes.get(ONE)
    def offering(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return visit.show(_offering(visit, offered_as(visit, visit.asked("id"))))

    @routes.post(ONE)
    def act(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff("operator")
            found = offered_as(visit, visit.field("offering"))
            title, chosen = in_language(found.title, visit.language), visit.field("do")
            if chosen == "withdraw":
                visit.rooms.exchange.catalog.withdraw(visit.work, found.id)
                journal.note(visit.work, account, "offering.withdraw", thing=found.id, title=title)
                return visit.go(PATH, "withdrawn")
            if chosen == "source":
                _set_source(visit, found)
                journal.note(visit.work, account, "offering.source", thing=found.id, title=title)
                return visit.go(f"{ONE}?{urlencode({'id': found.id})}", "sourced")
            if chosen != "propose":
                raise BadInput("An offering is changed, proposed or withdrawn, or given data.")
            peer = visit.field("peer").strip()
            if not peer or peer == visit.rooms.did:
                return visit.show(_offering(visit, found, problem=visit.words.gettext("Say to whom.")), 400)
            proposed = visit.rooms.exchange.negotiations.propose(visit.work, peer, found.id)
            journal.note(visit.work, account, "negotiation.propose", thing=proposed.pid, title=title)
            return visit.go(f"/org/negotiations/{proposed.pid}", "proposed")

    return routes


def offered_as(visit: Visit, name: str) -> Offered:
    """Return one of our offerings; raise NotFound."""
    found = visit.rooms.exchange.catalog.offering(visit.work, name)
    if found is None:
        raise NotFound(f"Nothing called {name[:200]} is offered here.")
    return found


def audience_in_words(offering: Offered, visit: Visit) -> str:
    """Return who sees an offering at all."""
    words = visit.words
    if not offering.visible_to:
        return words.gettext("everybody in the data space")
    roles = [name.removeprefix(ROLE) for name in offering.visible_to if name.startswith(ROLE)]
    named = [visit.rooms.directory.name(visit.work, name) for name in offering.visible_to if not name.startswith(ROLE)]
    return words.listing([*worded(roles, ROLES, words), *named])


def _offerings(visit: Visit) -> Response:
    asked = wanted(visit, PATH, _SORTS, sort="title")
    cut = ledger.Cut(words=asked.words, sort=_SORTS[asked.sort], is_down=asked.is_down, offset=asked.offset, limit=PAGE)
    own = visit.rooms.did
    total, ids = ledger.offerings(visit.work, cut, own, visit.language)
    found = [offered_as(visit, name) for name in ids]
    agreed = ledger.agreements_on(visit.work, own, ids)
    lines = [_line(one, agreed.get(one.id, 0), visit) for one in found]
    page = OfferingsPage(chrome=visit.chrome("offerings"), listing=asked.listing(total), offerings=tuple(lines))
    return visit.show(page)


def _line(offering: Offered, agreements: int, visit: Visit) -> Offering:
    words = visit.words
    kinds = words.listing(worded(offering.kinds, KINDS, words)) if offering.kinds else words.gettext("open data")
    return Offering(
        id=offering.id,
        title=in_language(offering.title, visit.language) or offering.id,
        kind=kinds,
        policy=in_one_line(offering.policy, words),
        is_personal=offering.personal,
        changed=offering.updated,
        agreements=agreements,
        is_hidden=bool(offering.visible_to),
    )


def _offering(visit: Visit, found: Offered, *, problem: str = "") -> OfferingPage:
    rooms, words = visit.rooms, visit.words
    agreed = ledger.agreements_on(visit.work, rooms.did, [found.id]).get(found.id, 0)
    others = [peer for peer in rooms.directory.peers(visit.work) if peer.did != rooms.did]
    return OfferingPage(
        chrome=visit.chrome("offerings", path=None if not problem else ONE),
        offering=_line(found, agreed, visit),
        description=in_language(found.description, visit.language),
        terms=terms_of(found.policy, words),
        warnings=found_in(found.policy, words, Severity.ERROR, Severity.WARNING),
        facts=_facts(visit, found),
        document=json.dumps(_document(visit, found), ensure_ascii=False, indent=2),
        peers=tuple(Choice(value=peer.did, label=peer.name) for peer in others),
        problem=problem,
    )


def _document(visit: Visit, found: Offered) -> Any:
    """Return the data set as the catalog shows it to somebody who sees it."""
    did = next((name for name in found.visible_to if not name.startswith(ROLE)), visit.rooms.did)
    roles = frozenset(name.removeprefix(ROLE) for name in found.visible_to if name.startswith(ROLE))
    return visit.rooms.exchange.catalog.dataset(visit.work, found.id, Peer(did=did, name=did, roles=roles))


def _set_source(visit: Visit, found: Offered) -> None:
    """Let a file or folder of the node's own stand behind an offering.

    Only what lies below ``files`` in the node's folder: somebody at a browser must not open the rest of the machine.
    """
    path = PurePosixPath(visit.field("path").strip())
    kind = visit.field("kind")
    if kind not in BY_PAGE or path.is_absolute() or ".." in path.parts or not path.parts:
        raise BadInput("Name a file or folder below “files” in the node's folder, such as courses.jsonl.")
    settings = {"path": str(path)} | ({"media_type": found.media_type} if kind == "file" else {})
    visit.rooms.exchange.data_sources.write(visit.work, found.id, kind, settings)


def _facts(visit: Visit, found: Offered) -> tuple[tuple[str, str], ...]:
    words = visit.words
    days = found.retention_days
    has_data = visit.rooms.exchange.sources.has(found.id)
    return (
        (words.gettext("Identifier"), found.id),
        (words.gettext("Who sees it"), audience_in_words(found, visit)),
        (words.gettext("How it is handed over"), words.listing(worded(found.formats, FORMATS, words))),
        (words.gettext("Format of the data"), found.media_type),
        (words.gettext("Copies kept for"), words.gettext("%(days)s days") % {"days": days} if days else "–"),
        (
            words.gettext("Data behind it"),
            words.gettext("there") if has_data else words.gettext("none yet; a request would be ended"),
        ),
    )
