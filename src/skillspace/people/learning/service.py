"""What can be inferred about a person's learning from the statements in their own space, and their word against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.learning.contests import Contests, Standing, contests_in
from skillspace.people.profile import Profile
from skillspace.people.sharing.document import SharedInference, SharedRow
from skillspace.people.sharing.service import LEARNING_PURPOSE
from skillspace.records.analytics import Analysis, AnalyticsRules, Family, Inference, analyse
from skillspace.storage.database import Work
from skillspace.trust.rights import Answerer, Case, DataSubject, Holding, Right, Rights, Scope

#: What inferences are called among the kinds of data, and what the records are that they are made of.
KIND, MADE_OF = "learning", "assessment"
MOST_WORDS, MOST_SHOWN, MOST_WEEKS = 2000, 500, 60
LOGIC = (
    "Statements of tools are counted; time is estimated where tools do not say it; a skill counts as known with a "
    "chance by Bayesian knowledge tracing; signs follow from declared rules on what the person did. No machine decides."
)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An inference as its person sees it: with where it stands, and the case about it if there is one."""

    inference: Inference
    standing: Standing
    case: Case | None = None


@dataclass(frozen=True, kw_only=True)
class Learned:
    """All that is inferred about a person now, and what their denials came to."""

    seen: tuple[Seen, ...]
    analysis: Analysis
    contests: Contests

    def of(self, family: Family) -> tuple[Seen, ...]:
        """Return what is inferred of one family."""
        return tuple(one for one in self.seen if one.inference.family is family)

    @property
    def shown(self) -> tuple[Seen, ...]:
        """What anybody else may see: all but what waits for an answer to a denial."""
        return tuple(one for one in self.seen if one.standing is not Standing.DENIED)


class Learning:
    """Infers anew at each look, and keeps nothing: what a person said against it are cases of their rights."""

    def __init__(self, *, profile: Profile, rights: Rights, own_did: str, rules: AnalyticsRules) -> None:
        self._profile = profile
        self._rights = rights
        self._own_did = own_did
        self.rules = rules

    def of(self, work: Work, person: str) -> Learned:
        """Return what is inferred about a person."""
        contests = contests_in(self._rights.cases(work, person), KIND)
        told = (one for _, statements in self._told(work, person) for one in statements)
        analysis = analyse(told, self.rules, work.now, contests.floors)
        seen = tuple(
            Seen(inference=one, standing=contests.standing(one.key), case=contests.case(one.key))
            for one in analysis.inferences
        )
        return Learned(seen=seen, analysis=analysis, contests=contests)

    def deny(self, work: Work, person: str, key: str, title: str, words: str) -> Case:
        """Say that an inference is wrong: people at the organisations whose statements it rests on are asked.

        `title` says which one in words. Raises NotFound for an inference that is not made, BadInput without words.
        """
        said = words.strip()
        if not 0 < len(said) <= MOST_WORDS:
            raise BadInput(f"Say what is wrong, in 1 to {MOST_WORDS:,} characters.")
        found = next((one.inference for one in self.of(work, person).seen if one.inference.key == key), None)
        if found is None:
            raise NotFound("Nothing like this is said about you now.")
        resting = set(found.statements)
        asked = {
            source
            for source, statements in self._told(work, person)
            if any(isinstance(one, Mapping) and str(one.get("id")).lower() in resting for one in statements)
        }
        return self._rights.open(
            work,
            person,
            Right.REVIEW,
            f"{title}: {said}",
            Scope(kinds=(KIND,), datasets=(key,)),
            only=asked or {self._own_did},
        )

    def shared(self, work: Work, person: str) -> list[SharedInference]:
        """Write what a teacher may see of a person now. Whoever asks holds a release, or is the person."""
        return [_written(one) for one in self.of(work, person).shown[:MOST_SHOWN]]

    def _told(self, work: Work, person: str) -> Iterator[tuple[str, list[object]]]:
        """Give the statements in a person's space, by who sent them under a yes of theirs, else by this node.

        What had a problem is left out.
        """
        for record in self._profile.readable(work, person, MADE_OF):
            try:
                content = orjson.loads(record.document)
            except orjson.JSONDecodeError:
                continue
            listed = content.get("statements") if isinstance(content, Mapping) else content
            if isinstance(listed, list):
                yield (record.source if record.grant else self._own_did), listed


def learning_answerer(learning: Learning) -> Answerer:
    """Answer for what is inferred about a person whose space is here: all of it is shown, and nothing of it is kept."""

    def collect(work: Work, who: DataSubject) -> Iterator[Holding]:
        if not who.is_own or not who.scope.covers(kind=KIND):
            return
        found = [_written(one) for one in learning.of(work, who.subject).seen]
        if found:
            yield Holding(
                kind=KIND,
                title="what is inferred about your learning",
                content=[one.model_dump(exclude_none=True) for one in found],
                source="statements of your learning, in your space",
                since=work.now,
                purpose=LEARNING_PURPOSE,
                basis="consent",
                retention="made anew at each look, and kept nowhere",
                portable=False,
                logic=LOGIC,
            )

    return Answerer(name="learning", collect=collect, erase=_nothing_kept, restrict=_by_the_gate)


def _nothing_kept(_work: Work, _who: DataSubject) -> Mapping[str, int]:
    return {}


def _by_the_gate(_work: Work, _who: DataSubject, _on: bool) -> None:
    """Mark nothing: the gate asks what is restricted before every use."""


def _written(seen: Seen) -> SharedInference:
    one = seen.inference
    return SharedInference(
        rule=one.rule,
        version=one.version,
        family=one.family.value,
        basis=one.basis.value,
        about=one.about.id[:500] if one.about else "",
        names={tag[:40]: text[:200] for tag, text in list(one.about.names.items())[:20]} if one.about else {},
        numbers={name: float(value) for name, value in one.numbers.items()},
        confidence=one.confidence,
        statements=len(one.statements),
        computed=iso(one.computed),
        was_denied=seen.standing is Standing.STANDS,
        weeks=[
            SharedRow(day=row.day.isoformat(), numbers={name: float(value) for name, value in row.numbers.items()})
            for row in one.rows[-MOST_WEEKS:]
            if row.day is not None and one.family is Family.TIME
        ],
    )
