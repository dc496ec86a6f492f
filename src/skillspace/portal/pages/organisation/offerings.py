"""The page of offerings: what this organisation offers, under which terms, and who agreed to them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.exchange import Offering as Offered
from skillspace.exchange.ledger import agreements_on
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation.tables import part_of, wanted
from skillspace.portal.pages.organisation.wording import KINDS, in_language, in_one_line, worded
from skillspace.portal.views.organisation import Offering, OfferingsPage

PATH = "/org/offerings"
_KEYS = {
    "title": lambda it: it.title.casefold(),
    "kind": lambda it: it.kind.casefold(),
    "policy": lambda it: it.policy.casefold(),
    "state": lambda it: it.state,
    "agreements": lambda it: it.agreements,
    "changed": lambda it: it.changed,
}


def router(frame: Frame) -> APIRouter:
    """Return the page's route."""
    routes = frame.router("Offerings")

    @routes.get(PATH)
    def offerings(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            asked = wanted(visit, PATH, _KEYS, sort="title")
            agreed = agreements_on(visit.work, visit.rooms.did)
            offered = visit.rooms.exchange.catalog.offerings(visit.work)
            lines = [_line(one, agreed.get(one.id, 0), visit) for one in offered]
            total, shown = part_of(lines, asked, keys=_KEYS, text=lambda it: f"{it.title} {it.id} {it.kind}")
            return visit.show(
                OfferingsPage(chrome=visit.chrome("offerings"), listing=asked.listing(total), offerings=tuple(shown))
            )

    return routes


def _line(offering: Offered, agreements: int, visit: Visit) -> Offering:
    words = visit.words
    kinds = words.listing(worded(offering.kinds, KINDS, words)) if offering.kinds else words.gettext("open data")
    return Offering(
        id=offering.id,
        title=in_language(offering.title, visit.language) or offering.id,
        kind=kinds,
        policy=in_one_line(offering.policy, words),
        is_personal=offering.personal,
        state="PUBLISHED",
        changed=offering.updated,
        agreements=agreements,
    )
