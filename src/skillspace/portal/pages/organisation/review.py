"""Links to check: words of ads and courses of which the program is unsure what they mean, the most useful first."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.market.review import Question
from skillspace.market.review.said import Kind, reviewer_of, said
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation.words import ROLES
from skillspace.portal.pages.organisation.words_review import FOUND, MOST_DESCRIBED, number_in, short
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.review import LinkCard, LinksPage, Progress, SaidLine, TargetChoice
from skillspace.portal.words import chance_word
from skillspace.skills.corrections import write_correction
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind

PATH = "/org/review"


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Links to check")

    @routes.get(PATH)
    def review(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(PATH)
    def decide(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                return _decide(visit)
        except BadInput as fault:
            with frame.reading(request) as visit:
                return visit.show(_page(visit, fault.message), 400)

    @routes.get(PATH + "/corrections.jsonl")
    def export(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff(*ROLES)
            lines = b"".join(write_correction(one) for _, one in said(visit.work, kind=Kind.LINK))
        headers = {"Content-Disposition": 'attachment; filename="corrections.jsonl"'}
        return Response(lines, media_type="application/x-ndjson", headers=SECURITY_HEADERS | headers)

    return routes


def _decide(visit: Visit) -> Response:
    account, links = visit.staff(*ROLES), visit.rooms.review.links
    skipped = number_in(visit.field("skipped"))
    path = f"{PATH}?skipped={skipped}" if skipped else PATH
    match visit.field("do"):
        case "look":
            links.look(visit.work)
            return visit.go(PATH, "links-asked")
        case "no":
            links.refuse(visit.work, visit.field("question"), account=account.id)
            return visit.go(path, "mapping-no")
        case _:
            if not visit.field("target"):
                raise BadInput(visit.words.gettext("Choose one of them first, or say that it is none of these."))
            links.confirm(visit.work, visit.field("question"), visit.field("target"), account=account.id)
            return visit.go(path, "mapping-yes")


def _page(visit: Visit, problem: str = "") -> LinksPage:
    visit.staff(*ROLES)
    links = visit.rooms.review.links
    queue = links.queue(visit.work)
    asked = visit.field("question") or visit.asked("question")
    skipped = number_in(visit.field("skipped") or visit.asked("skipped"))
    query = " ".join(visit.asked("q").split())[:MOST_DESCRIBED]
    found = links.question(visit.work, asked) if asked else links.next(visit.work, skipped)
    return LinksPage(
        chrome=visit.chrome("review", path=PATH),
        progress=Progress(total=queue.total, done=queue.done, waiting=queue.total - queue.done),
        card=_card(visit, found, query) if found else None,
        is_heeded=visit.rooms.spaces is not None,
        skipped=skipped,
        is_working=queue.is_working,
        query=query,
        problem=problem,
    )


def _card(visit: Visit, question: Question, query: str) -> LinkCard:
    taxonomies, language, _ = visit.rooms.taxonomies, visit.language, visit.words.gettext
    chosen, me = visit.field("target"), reviewer_of(visit.account.id)
    known = [(uri, chance_word(chance)) for uri, chance in question.candidates if taxonomies.has(uri)]
    is_title = question.scheme.endswith("-occupation")
    kinds = {ConceptKind.OCCUPATION} if is_title else SKILL_KINDS
    hits = taxonomies.search(query, language, kinds=kinds, limit=FOUND) if query else []
    named = {uri for uri, _ in known}
    listed = [*known, *((hit.uri, "") for hit in hits if hit.uri not in named)]
    before, words, after = question.around
    return LinkCard(
        id=question.id,
        text=words,
        before=before,
        after=after,
        language=question.language,
        is_title=is_title,
        times=question.times,
        choices=tuple(
            TargetChoice(
                uri=uri,
                label=taxonomies.label(uri, language),
                description=short(taxonomies.concept(uri).description or ""),
                chance=_(word) if word else "",
                is_found=not word,
                is_chosen=uri == chosen,
            )
            for uri, word in listed
        ),
        said=tuple(
            SaidLine(
                is_yes=it.is_right,
                label=taxonomies.label(it.concept, language) if taxonomies.has(it.concept) else it.concept,
                relation="",
                at=it.when.date(),
                is_mine=it.who == me,
            )
            for it in visit.rooms.review.links.spoken(visit.work, question.id)
        ),
    )
