"""Lines of people in, lines of what fits them out: reasons as plain values, for programs and for pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import orjson

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching.matcher import Kind, Matcher, question
from skillspace.skills.matching.model import Close, Gap, Have, Match, Missing, TrainingFit, Weights
from skillspace.skills.matching.people import Person, read_person
from skillspace.skills.matching.reading import Understood

if TYPE_CHECKING:
    from skillspace.skills.careers import Move

MOST = 1_000


class Answerer:
    """Answers lines ``{"id", …}`` of people with ``{"id", "matches": [{"offer", "score", …}]}``, best first."""

    def __init__(self, matcher: Matcher, kind: str, k: int, weights: Mapping[str, float], more: int = 0) -> None:
        """Raise BadInput for a kind, a number of answers or a weight that there is not."""
        if kind not in list(Kind):
            raise BadInput(f"There is no kind {kind!r}; there is {', '.join(Kind)}.")
        if not 1 <= k <= MOST:
            raise BadInput(f"{k} answers cannot be given; ask for 1 to {MOST}.")
        self._matcher, self._kind, self._k, self._weights = matcher, Kind(kind), k, Weights.changed(weights)
        self._more = more

    def answer(self, line: bytes, number: int) -> bytes:
        """Answer one line. Raises BadInput, naming it."""
        person = read_person(line, number)
        understood = self._matcher.understood(person)
        matches = [_One(person, understood).told(found, self._matcher) for found in self._found(person, understood)]
        told: dict[str, Any] = {"id": person.id, "matches": matches}
        if not understood.skills and not person.text.strip() and not understood.occupations:
            told["note"] = "Nothing is known of this person: no skill, no text, no occupation."
        if self._more and self._kind is Kind.JOB:
            reach = self._matcher.jobs.reach(question(person, understood), skills=self._more, weights=self._weights)
            told["reach"] = {"least": reach.least, "now": reach.now, "more": [vars_of(one) for one in reach.more]}
        return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)

    def _found(self, person: Person, understood: Understood) -> list[Match] | list[TrainingFit] | list[Move]:
        matcher, k, weights = self._matcher, self._k, self._weights
        if self._kind is Kind.JOB:
            return matcher.match_jobs(person, understood, k=k, weights=weights)
        if self._kind is Kind.TRAINING:
            return matcher.match_trainings(person, understood, k=k, weights=weights)
        return matcher.match_moves(person, understood, k=k, weights=weights)


class _One:
    """Tells what was found for one person, with what stands behind each skill they hold."""

    def __init__(self, person: Person, understood: Understood) -> None:
        self._sources = person.sources or {}
        self._inferred = understood.inferred
        self._held = {skill.uri: skill for skill in understood.skills}

    def told(self, found: Match | TrainingFit | Move, matcher: Matcher) -> dict[str, Any]:
        if isinstance(found, Match):
            conditions = [
                {"condition": one.condition, "state": one.state, "offer": one.offer, "person": one.person}
                for one in found.conditions
            ]
            said = {"offer": found.offer_id, "title": matcher.jobs.title(found.offer_id), "score": found.score}
            return said | self._reasons(found) | {"conditions": conditions}
        if isinstance(found, TrainingFit):
            nearer = [self._close(one) for one in found.nearer]
            return {"offer": found.training_id, "score": found.gain, "closes": list(found.closes), "nearer": nearer}
        said = {"offer": found.occupation, "score": found.score, "demand": found.demand}
        said |= {"official": [vars_of(one) for one in found.official]}
        said |= {"signals": [vars_of(one) for one in found.reasons], "pay": found.pay and vars_of(found.pay)}
        return said | self._reasons(found)

    def _reasons(self, found: Gap | Move) -> dict[str, Any]:
        return {
            "coverage": found.coverage,
            "have": [self._have(one) for one in found.have],
            "close": [self._close(one) for one in found.close],
            "missing": [_missing(one) for one in found.missing],
        }

    def _have(self, one: Have) -> dict[str, Any]:
        return {"need": one.need_uri, "weight": one.weight} | self._behind(one.need_uri)

    def _close(self, one: Close) -> dict[str, Any]:
        said = {"need": one.need_uri, "weight": one.weight, "by": one.by_uri, "path": one.path, "credit": one.credit}
        return said | self._behind(one.by_uri)

    def _behind(self, uri: str) -> dict[str, Any]:
        """Return how well a held skill is proven and by whom; what was read from a text says that it was inferred."""
        skill = self._held.get(uri)
        if skill is None:
            return {}
        said: dict[str, Any] = {"validation": skill.validation, "level": skill.reached}
        said |= {"years_since": skill.years_since, "source": self._sources.get(uri)}
        return {name: value for name, value in said.items() if value is not None} | (
            {"inferred": True} if uri in self._inferred else {}
        )


def vars_of(one: Any) -> dict[str, Any]:
    """Return the members of a value as JSON can say them."""
    return {entry.name: getattr(one, entry.name) for entry in fields(one)}


def _missing(one: Missing) -> dict[str, Any]:
    return {"need": one.need_uri, "weight": one.weight, "essential": one.need.value == "essential"}
