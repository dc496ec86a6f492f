"""Our words: the taxonomies an organisation brought itself, how far their review is, and the form for another."""

from __future__ import annotations

from pathlib import PurePath

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, Conflict
from skillspace.market.review import OwnTaxonomy
from skillspace.market.review.words import MOST_BYTES, MOST_CONCEPTS, own_of
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.views.common import Choice
from skillspace.portal.views.review import Progress, WordsLine, WordsPage
from skillspace.portal.words import N_
from skillspace.skills.taxonomy import ConceptKind

PATH = "/org/words"
ROLES = ("operator", "curator")
MOST_TYPED = 100
KINDS = {
    ConceptKind.SKILL: N_("Skills"),
    ConceptKind.OCCUPATION: N_("Jobs"),
    ConceptKind.KNOWLEDGE: N_("Fields of knowledge"),
}


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Our words", takes_file=True)

    @routes.get(PATH)
    def words(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(PATH)
    def bring(request: Request) -> Response:
        try:
            with frame.reading(request) as visit:
                visit.staff(*ROLES)
                name, content = visit.file("file")
                if not name:
                    raise BadInput(visit.words.gettext("Choose a file first."))
                own = own_of(
                    name=visit.field("name")[:MOST_TYPED],
                    version=visit.field("version")[:MOST_TYPED],
                    languages=visit.field("tags")[:MOST_TYPED],
                    kind=visit.field("kind"),
                )
                # A long file takes a while to read; nobody else waits to write meanwhile.
                draft = visit.rooms.review.words.read(content, PurePath(name).suffix[:20], own)
            with frame.writing(request) as visit:
                account = visit.staff(*ROLES)
                kept = visit.rooms.review.words.keep(visit.work, draft, visit.field("target"))
                journal.note(visit.work, account, "words.bring", thing=kept.scheme, title=kept.scheme)
                return visit.go(PATH, "words-kept")
        except (BadInput, Conflict) as fault:
            with frame.reading(request) as visit:
                return visit.show(_page(visit, fault.message), 400)

    @routes.post(PATH + "/{scheme}/remove")
    def remove(request: Request, scheme: str) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff(*ROLES)
            visit.rooms.review.words.remove(visit.work, scheme)
            journal.note(visit.work, account, "words.remove", thing=scheme, title=scheme)
            return visit.go(PATH, "words-gone")

    return routes


def line_of(visit: Visit, one: OwnTaxonomy) -> WordsLine:
    """Return an own taxonomy as pages show it."""
    found = visit.rooms.review.mappings.progress(visit.work, one)
    return WordsLine(
        scheme=one.scheme,
        version=one.version,
        target=one.target,
        languages=one.languages,
        added=one.added.date(),
        progress=Progress(total=found.total, done=found.done, waiting=found.waiting),
        is_working=one.proposed is None,
    )


def _page(visit: Visit, problem: str = "") -> WordsPage:
    visit.staff(*ROLES)
    review = visit.rooms.review
    chosen, kind = visit.field("target") or "esco", visit.field("kind") or ConceptKind.SKILL.value
    return WordsPage(
        chrome=visit.chrome("words", path=PATH),
        taxonomies=tuple(line_of(visit, one) for one in review.words.listed(visit.work)),
        targets=tuple(Choice(value=it, label=it.upper(), is_chosen=it == chosen) for it in review.words.targets),
        kinds=tuple(
            Choice(value=it.value, label=visit.words.gettext(word), is_chosen=it.value == kind)
            for it, word in KINDS.items()
        ),
        most_mb=MOST_BYTES >> 20,
        most_concepts=MOST_CONCEPTS,
        name=visit.field("name")[:MOST_TYPED],
        version=visit.field("version")[:MOST_TYPED],
        tags=visit.field("tags")[:MOST_TYPED],
        problem=problem,
    )
