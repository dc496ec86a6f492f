"""Mappings of an organisation's own concepts: proposed, said yes or no to by people, and used as its official ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.market.review.said import Kind, reviewer_of, said, say
from skillspace.market.review.store import corrections, own_taxonomies, proposals
from skillspace.market.review.words import PROPOSE, OwnTaxonomy, Words
from skillspace.skills.corrections import Correction, Standing
from skillspace.skills.corrections.model import FLOOR, MOST_NAME, MOST_TEXT
from skillspace.skills.taxonomy import Concept as Named
from skillspace.skills.taxonomy import Correspondence, MatchKind
from skillspace.skills.taxonomy.folding import fold
from skillspace.skills.taxonomy.proposals import LEARNED, Proposal, propose
from skillspace.skills.translation import Extra, LinkedMappings, Translator
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun

SAME = frozenset({MatchKind.EXACT, MatchKind.CLOSE})
MOST = 5
"""Concepts proposed for one of ours."""
OpenModel = Callable[[], LinkedMappings | None]
"""Opens what tells relations, for one task, or says that this program has none: its weights are absent."""
AT_ONCE = 200
"""Proposals written in one transaction."""


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A concept of the other taxonomy that ours may be; ``reason`` is empty where only a meaning is near."""

    target: str
    relation: MatchKind
    score: float
    reason: str
    version: str


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One concept of ours with what is proposed for it, best first, and what people said so far."""

    source: str
    proposed: tuple[Proposed, ...]
    said: tuple[Correction, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A mapping that people spoke about: ``standing`` counts them; it holds while more say yes than no."""

    source: str
    target: str
    standing: Standing
    score: float
    who: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether it is a mapping now."""
        return self.standing.net > 0

    @property
    def confidence(self) -> float:
        """The chance that it is right, after everybody who looked at it."""
        return round(self.standing.chance(self.score), 3)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a review is: concepts in all, those people spoke about, those that wait with a proposal."""

    total: int
    done: int
    waiting: int


class Mappings:
    """The review of mappings at one node."""

    def __init__(self, words: Words, open_model: OpenModel, on_said: Callable[[Work], None]) -> None:
        """``on_said`` is told in the transaction of each word that was said."""
        self.words = words
        self._open_model = open_model
        self._on_said = on_said

    def register(self, book: TaskBook) -> None:
        """Let this node make proposals."""
        book.on_task(PROPOSE, self._propose)

    def progress(self, work: Work, one: OwnTaxonomy) -> Progress:
        """Return how far the review of a taxonomy is."""
        done = self._spoken(work, one)
        query = sa.select(proposals.c.source).where(proposals.c.scheme == one.scheme).distinct()
        waiting = {str(row[0]) for row in work.connection.execute(query)} - done
        return Progress(total=one.concepts, done=len(done), waiting=len(waiting))

    def next(self, work: Work, one: OwnTaxonomy, skipped: int = 0) -> Concept | None:
        """Return the concept to look at now: the surest proposal first, after so many that were skipped; None at the
        end."""
        done = self._spoken(work, one)
        best = sa.func.max(proposals.c.score)
        query = sa.select(proposals.c.source).where(proposals.c.scheme == one.scheme).group_by(proposals.c.source)
        order = [str(row[0]) for row in work.connection.execute(query.order_by(best.desc(), proposals.c.source))]
        waiting = [source for source in order if source not in done]
        return self.concept(work, one, waiting[skipped % len(waiting)]) if waiting else None

    def concept(self, work: Work, one: OwnTaxonomy, source: str) -> Concept:
        """Return one concept of ours with its proposals. Raises NotFound for one that is not of this taxonomy."""
        opened = self.words.opened()
        if not opened.has(source) or opened.concept(source).scheme != one.scheme:
            raise NotFound("There is no such concept in this taxonomy of yours.")
        uri = opened.concept(source).uri
        query = sa.select(proposals).where(proposals.c.scheme == one.scheme, proposals.c.source == uri)
        rows = work.rows(query.order_by(proposals.c.score.desc(), proposals.c.target))
        found = tuple(
            Proposed(
                target=row["target"],
                relation=MatchKind(row["relation"]),
                score=row["score"],
                reason="" if row["reason"] == LEARNED else row["reason"],
                version=row["version"],
            )
            for row in rows
        )
        spoken = tuple(it for _, it in said(work, kind=Kind.MAPPING, about=uri))
        return Concept(source=uri, proposed=found, said=spoken)

    def accept(
        self, work: Work, one: OwnTaxonomy, source: str, target: str, relation: MatchKind, *, account: str
    ) -> None:
        """Write down a yes: ours has ``relation`` to ``target``, proposed or found by the person. Raises BadInput."""
        opened = self.words.opened()
        if not opened.has(target) or opened.concept(target).scheme != one.target:
            raise BadInput(f"{target[:100]!r} is no concept of {one.target}.")
        concept = self.concept(work, one, source)
        self._say(work, one, concept, opened.concept(target).uri, account, is_right=True, relation=relation)

    def refuse(self, work: Work, one: OwnTaxonomy, source: str, *, account: str) -> None:
        """Write down a no to everything proposed for a concept. Raises BadInput where nothing is."""
        concept = self.concept(work, one, source)
        if not concept.proposed:
            raise BadInput("Nothing is proposed for this concept, so there is nothing to say no to.")
        for it in concept.proposed:
            self._say(work, one, concept, it.target, account, is_right=False, relation=it.relation)

    def decided(self, work: Work, one: OwnTaxonomy) -> list[Decided]:
        """Return every mapping of a taxonomy's concepts that people spoke about, by concept."""
        ours = set(self.words.opened().concepts(scheme=one.scheme))
        found: dict[tuple[str, str], list[Correction]] = {}
        for about, it in said(work, kind=Kind.MAPPING):
            if about in ours and it.scheme == one.target:
                found.setdefault((about, it.concept), []).append(it)
        return [_decided(*pair, spoken) for pair, spoken in sorted(found.items())]

    def statements(self, work: Work) -> list[tuple[Correspondence, float | None]]:
        """Return all mappings that hold, of all own taxonomies, as their official ones."""
        versions = {pack.scheme: pack.version for pack in self.words.opened().schemes}
        stated: list[tuple[Correspondence, float | None]] = []
        for one in self.words.listed(work):
            version = f"{one.scheme} {one.version} – {one.target} {versions.get(one.target, '')}".strip()
            stated += [
                (
                    Correspondence(
                        source=it.source,
                        target=it.target,
                        relation=it.standing.relation,
                        author=one.scheme,
                        version=version,
                    ),
                    it.confidence,
                )
                for it in self.decided(work, one)
                if it.holds
            ]
        return stated

    def names(self, work: Work, language: str) -> dict[str, str]:
        """Return what the organisation calls concepts of other taxonomies: those that one of its own is exactly."""
        opened = self.words.opened()
        found: dict[str, str] = {}
        for it, _ in self.statements(work):
            if it.relation is MatchKind.EXACT and opened.has(it.source):
                found.setdefault(it.target, opened.label(it.source, language))
        return found

    def spoken(self, work: Work) -> Iterator[Correction]:
        """Give the organisation's own names as words that mean what they were mapped to, exactly or closely."""
        opened = self.words.opened()
        for it, score in self.statements(work):
            if it.relation not in SAME or not (opened.has(it.source) and opened.has(it.target)):
                continue
            ours, scheme = opened.concept(it.source), opened.concept(it.target).scheme
            for language, name in _names(ours):
                yield Correction(
                    text=name,
                    language=language,
                    scheme=scheme,
                    concept=it.target,
                    is_right=True,
                    who=ours.scheme,
                    when=work.now,
                    relation=it.relation,
                    score=score,
                    origin=it.source[:MOST_NAME],
                )

    def version(self, work: Work) -> str:
        """Return a name of which taxonomies there are; what people said of them has a number of its own (`count`)."""
        return "+".join(f"{one.scheme}-{one.added.isoformat()}" for one in self.words.listed(work))

    def translator(self, work: Work) -> Translator:
        """Return a translator that knows the organisation's words, and its reviewed mappings as official ones."""
        return Translator(self.words.opened(), extra=Extra(self.statements(work)))

    def _spoken(self, work: Work, one: OwnTaxonomy) -> set[str]:
        query = sa.select(corrections.c.about).where(
            corrections.c.kind == Kind.MAPPING.value, corrections.c.scheme == one.target
        )
        spoken = {str(row[0]) for row in work.connection.execute(query.distinct())}
        return spoken & set(self.words.opened().concepts(scheme=one.scheme)) if spoken else set()

    def _say(
        self,
        work: Work,
        one: OwnTaxonomy,
        concept: Concept,
        target: str,
        account: str,
        *,
        is_right: bool,
        relation: MatchKind,
    ) -> None:
        proposed = next((it for it in concept.proposed if it.target == target), None)
        labels = self.words.opened().concept(concept.source).labels
        language, text = next(iter(sorted(labels.items())))
        correction = Correction(
            text=text,
            language=language,
            scheme=one.target,
            concept=target,
            is_right=is_right,
            who=reviewer_of(account),
            when=work.now,
            relation=relation,
            version=proposed.version if proposed else "",
            score=proposed.score if proposed else None,
            origin=f"{one.scheme} {one.version}",
        )
        say(work, correction, kind=Kind.MAPPING, about=concept.source)
        self._on_said(work)

    def _propose(self, run: TaskRun) -> None:
        """Make the proposals of one taxonomy anew, some at a time, so that the review can begin with the first ones.

        A taxonomy that was taken away or replaced meanwhile needs none.
        """
        with run.reading() as work:
            row = work.where(own_taxonomies, scheme=run.payload["scheme"])
        if row is not None:
            model = self._open_model()
            made = propose(self.words.opened(), row["scheme"], row["target"], model=model, limit=MOST)
            self._keep(run, row, made, model.version if model else "names")
        with run.finishing() as work:
            if row is not None and _is_still_there(work, row):
                work.change(own_taxonomies, {"scheme": row["scheme"]}, proposed=work.now)

    def _keep(self, run: TaskRun, row: Mapping[str, Any], made: Iterator[Proposal], version: str) -> None:
        with run.database.writing() as work:
            work.delete(proposals, proposals.c.scheme == row["scheme"])
        while some := list(islice(made, AT_ONCE)):
            with run.database.writing() as work:
                if not _is_still_there(work, row):
                    return
                work.insert(proposals, *(_row_of(row["scheme"], it, version) for it in some))


def _names(concept: Named) -> Iterator[tuple[str, str]]:
    """Give (language, name) of a concept, those left out that no text can hold."""
    for language, label in concept.labels.items():
        for name in (label, *concept.alternatives.get(language, ())):
            if fold(name) and len(name) <= MOST_TEXT:
                yield language, name


def _is_still_there(work: Work, row: Mapping[str, Any]) -> bool:
    now = work.where(own_taxonomies, scheme=row["scheme"])
    return now is not None and bool(now["added"] == row["added"])


def _row_of(scheme: str, it: Proposal, version: str) -> dict[str, Any]:
    return {
        "scheme": scheme,
        "source": it.source,
        "target": it.target,
        "relation": it.relation.value,
        "score": it.score,
        "reason": it.reason,
        "version": version,
    }


def _decided(source: str, target: str, spoken: Sequence[Correction]) -> Decided:
    scores = [it.score for it in spoken if it.score is not None]
    who = tuple(dict.fromkeys(it.who for it in spoken))
    score = scores[-1] if scores else FLOOR
    return Decided(source=source, target=target, standing=Standing.of(spoken), score=score, who=who)
