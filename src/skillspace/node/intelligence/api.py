"""The doors of skills intelligence: the same answers as the commands give, byte for byte, and taxonomies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.security import HTTPBearer
from pydantic import BaseModel

from skillspace.kernel.errors import Unavailable
from skillspace.node.intelligence import messages as said
from skillspace.skills.answering import Answers, Enrich, Link, MatchPeople, Question, Translate
from skillspace.skills.taxonomy import Concept, SkillLink, Status, Taxonomies

Authenticate = Callable[[str | None], object]
Open = Callable[[str | None], Answers]
"""From the header Authorization to what answers its caller; raises for who may not ask."""
SHOWN = "At a node: a member's self-issued token, for one use; or the token of a program of the node's own."
Bearer = Annotated[object, Depends(HTTPBearer(auto_error=False, description=SHOWN))]
PATH = "/intelligence"
AT_ONCE = 4  # calls answered at a time: what a node does besides must not wait for reading texts
NO: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": said.Fault, "description": "What was asked cannot be read, is not allowed or is not there."},
    "503": {"model": said.Fault, "description": "Too much is asked at once; try again."},
}


class Busy(Unavailable):
    """Others are being answered; ask again in a moment."""


def router(open_for: Open, *, at_once: int = AT_ONCE, offers: Path | None = None) -> APIRouter:
    """Return the doors; nothing is opened before the first call that needs it. ``offers`` is the folder of an index
    that people are matched with; without one there is no such door."""

    def caller(request: Request, _: Bearer) -> None:
        request.state.answers = open_for(request.headers.get("authorization"))

    routes = APIRouter(prefix=PATH, tags=["Skills intelligence"], dependencies=[Depends(caller)], responses=NO)
    desk = _Desk(at_once)

    @routes.post("/enrich", response_model=said.EnrichAnswer, summary="Find what texts speak of")
    def enrich(request: Request, asked: said.EnrichRequest) -> Response:
        """Occupations, skills, languages, certificates, seniority and places in texts, with the words that say so."""
        question = Enrich(
            scheme=asked.scheme,
            language=asked.lang,
            gazetteer_only=asked.gazetteer_only,
            everything=asked.everything,
            least=asked.least,
        )
        return desk.answered(request, question, asked.texts)

    @routes.post("/link", response_model=said.LinkAnswer, summary="Link titles, names and sentences to concepts")
    def link(request: Request, asked: said.LinkRequest) -> Response:
        """Concepts of a scheme that each text may mean, best first, each with the chance that it is right."""
        question = Link(scheme=asked.scheme, language=asked.lang, k=asked.k, least=asked.least)
        return desk.answered(request, question, asked.texts)

    @routes.post("/translate", response_model=said.TranslateAnswer, summary="Translate concepts between frameworks")
    def translate(request: Request, asked: said.TranslateRequest) -> Response:
        """Concepts in another framework, with relation, confidence and every step; none is an answer."""
        return desk.answered(request, Translate(frm=asked.frm, to=asked.to, limit=asked.limit), asked.concepts)

    if offers is not None:

        @routes.post("/match", response_model=said.MatchAnswer, summary="Match people with jobs, trainings and moves")
        def match(request: Request, asked: said.MatchRequest) -> Response:
            """What fits people, best first, each with its reasons: met, nearly met, missing, and by whose word."""
            question = MatchPeople(folder=offers, kind=asked.kind, k=asked.k, more=asked.more)
            return desk.answered(request, question, asked.people)

    @routes.get("/taxonomies", summary="List the taxonomies in use")
    def taxonomies(request: Request) -> said.TaxonomyList:
        """Which taxonomies there are, in which edition and on which terms."""
        return said.TaxonomyList(taxonomies=[said.TaxonomyCard(**card) for card in _cards(_packs(request))])

    @routes.get("/search", summary="Search concepts by name")
    def search(
        request: Request,
        text: Annotated[str, Query(min_length=1, max_length=200)],
        lang: said.Language = "en",
        scheme: Annotated[str, Query(max_length=100, description="“all” searches every scheme.")] = "esco",
        limit: Annotated[int, Query(ge=1, le=200)] = 10,
    ) -> said.SearchAnswer:
        """Concepts whose name in a language is, begins with or resembles a text, best first."""
        with desk.turn():
            return said.SearchAnswer(hits=list(_found(_packs(request), text, lang, scheme, limit)))

    @routes.get("/concept", summary="Show one concept")
    def concept(
        request: Request,
        id: Annotated[str, Query(min_length=1, max_length=said.LONGEST_CONCEPT, description="A URI, or scheme:code.")],
    ) -> said.ConceptAnswer:
        """Names in every language, groups, skills, matches in other frameworks, and what replaced a retired one."""
        with desk.turn():
            return _shown(_packs(request), _packs(request).concept(id))

    return routes


class _Desk:
    """Answers as many calls at once as may be; the others are told to come again."""

    def __init__(self, at_once: int) -> None:
        self._turns = BoundedSemaphore(at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold one of the turns. Raises Busy when there is none."""
        if not self._turns.acquire(blocking=False):
            raise Busy
        try:
            yield
        finally:
            self._turns.release()

    def answered(self, request: Request, question: Question, items: Iterable[BaseModel]) -> Response:
        """Return the answers to a question's items, as its lines have them."""
        answers: Answers = request.state.answers
        with self.turn():
            answer = answers.to(question)
            lines = [answer(orjson.dumps(item.model_dump()), number) for number, item in enumerate(items, 1)]
            version = orjson.dumps(answers.version(question))
        listed = b",".join(line.rstrip(b"\n") for line in lines)
        return Response(b'{"answers":[%b],"version":%b}' % (listed, version), media_type="application/json")


def _packs(request: Request) -> Taxonomies:
    answers: Answers = request.state.answers
    return answers.taxonomies


def _cards(taxonomies: Taxonomies) -> Iterator[dict[str, Any]]:
    for pack in taxonomies.schemes:
        yield {**vars(pack), "languages": list(pack.languages)}


def _found(taxonomies: Taxonomies, text: str, lang: str, scheme: str, limit: int) -> Iterator[said.Found]:
    for hit in taxonomies.search(text, lang, scheme=None if scheme == "all" else scheme, limit=limit):
        yield said.Found(
            concept=hit.uri,
            kind=taxonomies.kind(hit.uri).value,
            name=taxonomies.label(hit.uri, lang),
            label=hit.label,
            score=hit.score,
        )


def _shown(taxonomies: Taxonomies, found: Concept) -> said.ConceptAnswer:
    uri = found.uri
    is_current = taxonomies.status(uri) is Status.CURRENT
    return said.ConceptAnswer(
        concept=uri,
        scheme=found.scheme,
        kind=found.kind.value,
        code=found.code,
        status="current" if is_current else "retired",
        replaced_by=[] if is_current else [one.uri for one in taxonomies.current(uri)],
        labels=dict(found.labels),
        alternatives={tag: list(names) for tag, names in found.alternatives.items()},
        description=found.description,
        broader=taxonomies.broader(uri),
        narrower=taxonomies.narrower(uri),
        related=taxonomies.related(uri),
        skills=_links(taxonomies.skills_of(uri)),
        occupations=_links(taxonomies.occupations_of(uri)),
        matches=[
            said.Match(concept=one.target, relation=one.relation.value, author=one.author, version=one.version)
            for one in taxonomies.stated(uri)
        ],
    )


def _links(links: Iterable[SkillLink]) -> list[said.Linkage]:
    return [said.Linkage(concept=link.uri, need=link.need.value) for link in links]
