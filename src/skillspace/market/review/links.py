"""The review of links: what waits, what people said of it, and what an indexing makes of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.market.review.questions import Offer, Question, questions
from skillspace.market.review.said import Kind, reviewer_of, said, say
from skillspace.market.review.store import corrections
from skillspace.market.review.store import questions as table
from skillspace.skills.corrections import Correction
from skillspace.skills.enrichment import Enricher
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import MatchKind, Taxonomies
from skillspace.storage.database import Database, Work, tasks
from skillspace.storage.tasks import TaskBook, TaskRun

GATHER = "review.gather"
OpenOffers = Callable[[Database], AbstractContextManager[Iterable[Offer]]]
"""Opens the offers this node knows: the market of an intermediary, an organisation's own elsewhere."""
OpenLinker = Callable[[], Linker | None]
"""Opens a linker for one task, or says that this program has none: its weights are absent."""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """How long the list of questions is, how many of them are answered, and whether one is being made."""

    total: int
    done: int
    is_working: bool


class Links:
    """The questions of one node."""

    def __init__(
        self,
        taxonomies: Taxonomies,
        *,
        open_offers: OpenOffers,
        open_linker: OpenLinker,
        open_enricher: Callable[[], Enricher],
        on_said: Callable[[Work], None],
    ) -> None:
        """``on_said`` is told in the transaction of each word that was said."""
        self._taxonomies = taxonomies
        self._open_offers = open_offers
        self._open_linker = open_linker
        self._open_enricher = open_enricher
        self._on_said = on_said

    def register(self, book: TaskBook) -> None:
        """Let this node gather questions."""
        book.on_task(GATHER, self._gather)

    def look(self, work: Work) -> None:
        """Ask for the questions to be gathered anew; harmless while that is being done."""
        work.enqueue(GATHER, {}, key=GATHER)

    def queue(self, work: Work) -> Queue:
        """Return how far the review is."""
        listed = {str(row[0]) for row in work.connection.execute(sa.select(table.c.id))}
        return Queue(total=len(listed), done=len(listed & self._answered(work)), is_working=self._is_working(work))

    def next(self, work: Work, skipped: int = 0) -> Question | None:
        """Return the most useful question nobody answered, after so many that were skipped; None at the end."""
        order = work.connection.execute(sa.select(table.c.id).order_by(table.c.use.desc(), table.c.id))
        answered = self._answered(work)
        waiting = [str(row[0]) for row in order if str(row[0]) not in answered]
        return self.question(work, waiting[skipped % len(waiting)]) if waiting else None

    def question(self, work: Work, identifier: str) -> Question:
        """Return one question. Raises NotFound."""
        row = work.where(table, id=identifier)
        if row is None:
            raise NotFound("This question is not asked any more.")
        candidates = tuple((str(concept), float(chance)) for concept, chance in row["candidates"])
        return Question(**{**row, "candidates": candidates})

    def confirm(self, work: Work, identifier: str, concept: str, *, account: str) -> None:
        """Write down that the words mean a concept, one of the candidates or found by the person. Raises BadInput."""
        question = self.question(work, identifier)
        if not self._taxonomies.has(concept):
            raise BadInput(f"{concept[:100]!r} is no concept that is known here.")
        self._say(work, question, self._taxonomies.concept(concept).uri, account, is_right=True)
        self._on_said(work)

    def refuse(self, work: Work, identifier: str, *, account: str) -> None:
        """Write down that the words mean none of the candidates."""
        question = self.question(work, identifier)
        for concept, _ in question.candidates:
            self._say(work, question, concept, account, is_right=False)
        self._on_said(work)

    def spoken(self, work: Work, identifier: str) -> list[Correction]:
        """Return what people said of one question, first one first."""
        return [it for _, it in said(work, kind=Kind.LINK, about=identifier)]

    def _say(self, work: Work, question: Question, concept: str, account: str, *, is_right: bool) -> None:
        correction = Correction(
            text=question.text,
            language=question.language,
            scheme=question.scheme,
            concept=concept,
            is_right=is_right,
            who=reviewer_of(account),
            when=work.now,
            relation=MatchKind.EXACT,
            version=question.version,
            score=dict(question.candidates).get(concept),
            origin="ads and courses",
        )
        say(work, correction, kind=Kind.LINK, about=question.id)

    def _answered(self, work: Work) -> set[str]:
        query = sa.select(corrections.c.about).where(corrections.c.kind == Kind.LINK.value).distinct()
        return {str(row[0]) for row in work.connection.execute(query)}

    def _is_working(self, work: Work) -> bool:
        row = work.where(tasks, key=GATHER)
        return row is not None and row["state"] != "dead"

    def _gather(self, run: TaskRun) -> None:
        with self._open_offers(run.database) as offers:
            made = questions(offers, self._open_linker(), self._open_enricher())
        with run.finishing() as work:
            work.delete(table, sa.true())
            rows = [{**vars(one), "candidates": [list(pair) for pair in one.candidates]} for one in made]
            work.insert(table, *rows)
