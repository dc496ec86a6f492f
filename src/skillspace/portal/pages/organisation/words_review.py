"""Reviewing the mappings of our words: one concept at a time, yes, no, another one or later; and all that was said."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.market.review import Concept, Decided, OwnTaxonomy
from skillspace.market.review.exporting import mapping_set
from skillspace.market.review.said import reviewer_of
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation.tables import part_of, wanted
from skillspace.portal.pages.organisation.words import PATH, ROLES, line_of
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.common import Choice
from skillspace.portal.views.review import (
    DecidedLine,
    DecidedPage,
    MappingCard,
    MappingPage,
    SaidLine,
    TargetChoice,
)
from skillspace.portal.words import RELATIONS, chance_word
from skillspace.skills.taxonomy import SKILL_KINDS, MatchKind, Taxonomies

ONE = PATH + "/{scheme}"
FOUND = 6
MOST_DESCRIBED = 240


def router(frame: Frame) -> APIRouter:
    """Return the review's routes."""
    routes = frame.router("Our words")

    @routes.get(ONE)
    def review(request: Request, scheme: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit, scheme))

    @routes.post(ONE)
    def decide(request: Request, scheme: str) -> Response:
        try:
            with frame.writing(request) as visit:
                return _decide(visit, scheme)
        except BadInput as fault:
            with frame.reading(request) as visit:
                return visit.show(_page(visit, scheme, fault.message), 400)

    @routes.get(ONE + "/decided")
    def decided(request: Request, scheme: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_decided_page(visit, scheme))

    @routes.get(ONE + "/mappings.sssom.tsv")
    def export(request: Request, scheme: str) -> Response:
        with frame.reading(request) as visit:
            one = _one(visit, scheme)
            text = mapping_set(visit.work, visit.rooms.review.mappings, one)
        headers = {"Content-Disposition": f'attachment; filename="{one.scheme}.sssom.tsv"'}
        return Response(text, media_type="text/tab-separated-values; charset=utf-8", headers=SECURITY_HEADERS | headers)

    return routes


def _one(visit: Visit, scheme: str) -> OwnTaxonomy:
    visit.staff(*ROLES)
    return visit.rooms.review.words.one(visit.work, scheme)


def _decide(visit: Visit, scheme: str) -> Response:
    one, account = _one(visit, scheme), visit.account
    mappings, source = visit.rooms.review.mappings, visit.field("source")
    if visit.field("do") == "no":
        mappings.refuse(visit.work, one, source, account=account.id)
        return visit.go(_next(visit, one), "mapping-no")
    target, relation = visit.field("target"), visit.field("relation")
    if not target:
        raise BadInput(visit.words.gettext("Choose one of them first, or say that it is none of these."))
    if relation not in RELATIONS:
        raise BadInput(visit.words.gettext("Say what the two are to each other."))
    mappings.accept(visit.work, one, source, target, MatchKind(relation), account=account.id)
    return visit.go(_next(visit, one), "mapping-yes")


def _next(visit: Visit, one: OwnTaxonomy) -> str:
    skipped = number_in(visit.field("skipped"))
    return f"{PATH}/{one.scheme}?skipped={skipped}" if skipped else f"{PATH}/{one.scheme}"


def number_in(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _page(visit: Visit, scheme: str, problem: str = "") -> MappingPage:
    one = _one(visit, scheme)
    mappings = visit.rooms.review.mappings
    source = visit.field("source") or visit.asked("concept")
    skipped = number_in(visit.field("skipped") or visit.asked("skipped"))
    query = " ".join(visit.asked("q").split())[:MOST_DESCRIBED]
    found = mappings.concept(visit.work, one, source) if source else mappings.next(visit.work, one, skipped)
    card = _card(visit, one, found, query) if found else None
    first = next((it.relation for it in card.choices if it.relation), "") if card else ""
    chosen = visit.field("relation") or first or MatchKind.EXACT.value
    return MappingPage(
        chrome=visit.chrome("words", path=f"{PATH}/{one.scheme}"),
        line=line_of(visit, one),
        card=card,
        relations=tuple(
            Choice(value=value, label=visit.words.gettext(word), is_chosen=value == chosen)
            for value, word in RELATIONS.items()
        ),
        skipped=skipped,
        is_single=bool(visit.asked("concept")),
        query=query,
        problem=problem,
    )


def _card(visit: Visit, one: OwnTaxonomy, found: Concept, query: str) -> MappingCard:
    opened, language, _ = visit.rooms.review.words.opened(), visit.language, visit.words.gettext
    concept, above = opened.concept(found.source), opened.broader(found.source)
    names = [text for texts in concept.alternatives.values() for text in texts]
    label = concept.label(language)
    others = [text for text in concept.labels.values() if text != label]
    me = reviewer_of(visit.account.id)
    return MappingCard(
        source=found.source,
        label=label,
        names=tuple(dict.fromkeys([*others, *names]))[:8],
        description=short(concept.description or ""),
        above=opened.label(above[0], language) if above else "",
        choices=_choices(visit, opened, one, found, query),
        said=tuple(
            SaidLine(
                is_yes=it.is_right,
                label=opened.label(it.concept, language) if opened.has(it.concept) else it.concept,
                relation=_(RELATIONS[it.relation.value]),
                at=it.when.date(),
                is_mine=it.who == me,
            )
            for it in found.said
        ),
    )


def _choices(
    visit: Visit, opened: Taxonomies, one: OwnTaxonomy, found: Concept, query: str
) -> tuple[TargetChoice, ...]:
    language, _ = visit.language, visit.words.gettext
    chosen = visit.field("target")
    choices = [
        TargetChoice(
            uri=it.target,
            label=opened.label(it.target, language),
            description=short(opened.concept(it.target).description or ""),
            chance=_(chance_word(it.score)),
            why=it.reason,
            relation=it.relation.value,
            is_chosen=it.target == chosen,
        )
        for it in found.proposed
        if opened.has(it.target)
    ]
    known = {it.uri for it in choices}
    kind = opened.concept(found.source).kind
    kinds = SKILL_KINDS if kind in SKILL_KINDS else {kind}
    hits = opened.search(query, language, kinds=kinds, scheme=one.target, limit=FOUND) if query else []
    return (
        *choices,
        *(
            TargetChoice(
                uri=hit.uri,
                label=hit.label,
                description=short(opened.concept(hit.uri).description or ""),
                is_found=True,
                is_chosen=hit.uri == chosen,
            )
            for hit in hits
            if hit.uri not in known
        ),
    )


def short(text: str) -> str:
    if len(text) <= MOST_DESCRIBED:
        return text
    return f"{text[:MOST_DESCRIBED].rsplit(' ', 1)[0]} …"


def _decided_page(visit: Visit, scheme: str) -> DecidedPage:
    one = _one(visit, scheme)
    asked = wanted(visit, f"{PATH}/{one.scheme}/decided", ("label", "target", "last"), sort="last", is_down=True)
    lines = [_decided(visit, it) for it in visit.rooms.review.mappings.decided(visit.work, one)]
    keys = {
        "label": lambda it: it.label.casefold(),
        "target": lambda it: it.target.casefold(),
        "last": lambda it: it.last,
    }
    total, shown = part_of(lines, asked, keys=keys, text=lambda it: f"{it.label} {it.target}")
    return DecidedPage(
        chrome=visit.chrome("words", path=asked.path),
        line=line_of(visit, one),
        listing=asked.listing(total),
        decided=tuple(shown),
    )


def _decided(visit: Visit, it: Decided) -> DecidedLine:
    opened = visit.rooms.review.words.opened()
    return DecidedLine(
        source=it.source,
        label=opened.label(it.source, visit.language),
        relation=visit.words.gettext(RELATIONS[it.standing.relation.value]),
        target=opened.label(it.target, visit.language) if opened.has(it.target) else it.target,
        holds=it.holds,
        yes=it.standing.yes,
        no=it.standing.no,
        last=it.standing.last.date(),
    )
