"""One ask as a page: to the person themselves, or to somebody who may answer it for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.agent_lines import left_to_person, reasons_of
from skillspace.portal.pages.person.giving import day_of
from skillspace.portal.pages.person.limits import limits_form, limits_of
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.young import band_of, child_ask
from skillspace.portal.views.acting import ChildAskPage
from skillspace.portal.views.sharing import AskPage, DataKind
from skillspace.portal.words import N_
from skillspace.trust.agent import Narrower
from skillspace.trust.consent import Direction, Grant
from skillspace.trust.consent.notices.notice import kind_label

#: What is said when an answer is more than was asked, or nothing.
NOT_LESS = N_(
    "Switch on at least one thing, and choose a day that is not later than asked. "
    "Days, hours and countries must be some in which they work."
)
#: The parts of a notice as a page shows them: a title, and the sentences below it.
TERMS = {
    N_("Who answers for it"): ("controller", "contact", "representative", "dpo", "no_dpo"),
    N_("What it is used for"): ("purpose", "decides", "no_decides"),
    N_("What it covers"): ("kinds",),
    N_("Where it comes from"): ("source", "needed", "no_need"),
    N_("Why the law allows it"): ("legal_basis", "besides"),
    N_("Who gets it"): ("recipient", "recipients", "places", "transfers", "no_transfers", "rules"),
    N_("How long"): ("period", "retention", "no_retention", "duty"),
    N_("How to stop"): ("withdrawal",),
    N_("Your rights"): ("rights",),
    N_("Where to complain"): ("complaint",),
}


def own_ask(visit: Visit, grant: Grant, problem: str = "") -> AskPage | ChildAskPage:
    """Return the person's own ask, in the words of their age."""
    band = band_of(visit)
    if band:
        page = ask_page(visit, grant, problem)
        return child_ask(visit, grant, band, page.place, page.terms)
    left = left_to_person(visit, grant)
    fits = left.narrower if left else None
    page = ask_page(visit, grant, problem, fits if visit.asked("fit") == "agent" else None)
    if left is None:
        return page
    return replace(
        page,
        left=reasons_of(left, visit),
        fits=_fitting(visit, fits) if fits else "",
        fits_href=f"/sharing/ask/{grant.id}?fit=agent" if fits and visit.asked("fit") != "agent" else "",
    )


def _fitting(visit: Visit, fits: Narrower) -> str:
    """Say the part of an ask that fits what the agent was told."""
    kinds = visit.words.listing(kind_label(kind, visit.language) for kind in fits.kinds)
    text = visit.words.gettext("Of this, %(what)s until %(date)s fits what you told your agent.")
    return text % {"what": kinds, "date": visit.words.date(fits.until)}


def ask_page(visit: Visit, grant: Grant, problem: str = "", fits: Narrower | None = None) -> AskPage:
    """Return an ask with its switches, its terms and what a no means.

    All switches are off, but for those of `fits`, which the person asked to see switched on.
    """
    _, spaces = visit.person()
    names, today = Names(visit), visit.work.now.date()
    is_gather = grant.direction(visit.rooms.did) is Direction.GATHER
    did, name = (grant.provider, grant.provider_name) if is_gather else (grant.recipient, grant.recipient_name)
    sent = visit.request.method == "POST"
    until = day_of(visit.field("until")) if sent else None
    chosen = visit.fields("kind") if sent else fits.kinds if fits else ()
    if fits is not None and not sent:
        until = min(fits.until, grant.until).date()
    notice = spaces.consents.notice(visit.work, grant)
    why = names.purpose(grant.purpose)
    offering = visit.rooms.exchange.crawler.offering(visit.work, grant.provider, grant.dataset) if is_gather else None
    return AskPage(
        chrome=visit.chrome("sharing", path=f"/sharing/ask/{grant.id}"),
        id=grant.id,
        action=f"/sharing/ask/{grant.id}",
        place=names.place(did, name),
        why=f"{why} ({grant.reason})" if grant.reason else why,
        kinds=tuple(
            DataKind(key=kind, label=kind_label(kind, visit.language), is_on=kind in chosen) for kind in grant.kinds
        ),
        until=until or grant.until.date(),
        earliest=today,
        latest=grant.until.date(),
        if_no=notice.sentences(visit.language, grant).get("refusal", ""),
        terms=tuple(_terms(notice.sentences(visit.language, grant), visit)),
        problem=problem,
        is_gather=is_gather,
        limits=limits_of(grant, visit, names),
        form=None if is_gather else limits_form(visit, [did], is_all=grant.conditions is None, most=grant.max_uses),
        replaces=grant.replaces is not None,
        about=_in_language(offering.description, visit.language) if offering else "",
    )


def _terms(sentences: Mapping[str, str], visit: Visit) -> Iterator[tuple[str, str]]:
    for title, fields in TERMS.items():
        told = [text for name, text in sentences.items() if name.partition("_")[0] in fields or name in fields]
        if told:
            yield visit.words.gettext(title), " ".join(told)


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
