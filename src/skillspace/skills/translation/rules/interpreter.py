"""Runs a provider's rules over its records: things with properties, tied to each other, as a JSON-LD graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from skillspace.skills.translation.rules import functions
from skillspace.skills.translation.rules.language import Rule

Search = Callable[[str, str, str], Sequence[tuple[str, str, float]]]
"""A port: (text, language, what it is: “skill” or “experience”) → (concept, its label, score), best first."""
Place = tuple[int, ...]
"""Which of each list on the way to a value was taken."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The graph of all records, and the rules that found nothing in any of them: (rule, its path)."""

    graph: list[dict[str, Any]]
    idle: tuple[tuple[str, str], ...]

    def document(self) -> dict[str, Any]:
        """Return the graph as the providers' own outputs are written."""
        return {"@context": {}, "graph": self.graph}


@dataclass
class _Thing:
    becomes: str
    scope: tuple[str, ...]
    place: Place
    said: dict[str, Any] = field(default_factory=dict)

    def tell(self, name: str, value: Any) -> None:
        """Add a value to a property; a second one makes it a list."""
        if name not in self.said:
            self.said[name] = value
        elif self.said[name] != value:
            known = self.said[name]
            self.said[name] = [*(known if isinstance(known, list) else [known]), value]


def run_rules(rules: Sequence[Rule], records: Any, provider: str, search: Search | None = None) -> Outcome:
    """Run rules over one record or a list of them.

    ``provider`` names the lists of values that come with it. Without a ``search``, a thing that is to be looked up in a
    taxonomy carries what is to be looked up (``__matching__``), and the lookup can be made later.
    """
    run = _Run(rules, provider, search)
    for record in records if isinstance(records, list) else [records]:
        run.take(record)
    return Outcome(graph=run.graph, idle=tuple((rule.id, rule.path) for rule in rules if rule.id not in run.busy))


class _Run:
    def __init__(self, rules: Sequence[Rule], provider: str, search: Search | None) -> None:
        self._rules, self._provider, self._search = rules, provider, search
        self._numbers: Counter[str] = Counter()
        self._known: set[str] = set()
        # what a text is in where its own rule does not say: the language the file's other rules speak
        self._language = next((rule.language for rule in rules if rule.language), "en")
        self.graph: list[dict[str, Any]] = []
        self.busy: set[str] = set()

    def take(self, record: Any) -> None:
        """Run every rule over one record."""
        things = [
            self._new(rule, place)
            for rule in self._rules
            if rule.makes_one
            for place in dict.fromkeys(place for place, _ in _values(record, rule.steps))
        ]
        self.graph += [thing.said for thing in things]
        for rule in self._rules:
            self._apply(rule, record, things)
        for rule in self._rules:
            if rule.related_to:
                self._relate(rule, things)

    def _new(self, rule: Rule, place: Place) -> _Thing:
        self._numbers[rule.becomes] += 1
        name = _local(rule.becomes).lower()
        identifier = f"tr:__{name}-id-{self._numbers[rule.becomes]}__"
        thing = _Thing(rule.becomes, rule.scope, place)
        thing.said = {"id": identifier, "type": rule.becomes}
        return thing

    def _apply(self, rule: Rule, record: Any, things: Sequence[_Thing]) -> None:
        ours = _spoken_of(rule, things)
        found = list(_values(record, rule.steps))
        if found:
            self.busy.add(rule.id)
        if rule.value:  # a fixed value holds for every such thing, whatever its path finds
            self.busy.add(rule.id)
            for thing in ours:
                thing.tell(_local(rule.into), rule.value)
            return
        for place, value in found:
            for thing in ours:
                if _belong_together(thing, rule.scope, place):
                    self._tell(rule, thing, value)

    def _tell(self, rule: Rule, thing: _Thing, value: Any) -> None:
        language = rule.language or self._language
        name = _local(rule.into)
        match rule.function:
            case "fno:generateId":
                pass
            case "fno:as-is-with-lang":
                thing.tell(name, functions.worded(value, language))
            case "fno:date-to-xsd":
                if (date := functions.as_date(value, rule.param)) is not None:
                    thing.tell(name, date)
            case "fno:keep-source-data":
                self._keep_source(thing, name, value)
            case "fno:search-for-mapping-with-source":
                self._look_up(rule, thing, str(value), language)
            case "fno:get-polarity-value":
                self._list(thing, ("polarity", "polarityScale", "polarityValue"), rule.path, value)
            case "fno:skill-value-to-scale":
                self._list(thing, ("skill", "skillLevelScale", "skillLevelValue"), rule.path, value)
            case "fno:get-family-value":
                identifier, concept = functions.family(self._provider, rule.path, value, language)
                thing.tell(name or "family", identifier)
                self._add(concept)
            case _:
                if name:
                    thing.tell(name, value)

    def _list(self, thing: _Thing, names: tuple[str, str, str], path: str, value: Any) -> None:
        sort, scale_name, value_name = names
        scale, identifier, beside = functions.listed(self._provider, sort, path, value, self._language)
        thing.tell(scale_name, scale)
        thing.tell(value_name, identifier)
        for one in beside:
            self._add(one)

    def _keep_source(self, thing: _Thing, name: str, value: Any) -> None:
        self._numbers["source"] += 1
        identifier = f"tr:__sourceData-{self._numbers['source']}__"
        thing.tell(name, identifier)
        self._add({"id": identifier, "type": "soo:SourceDataJson", "value": functions.as_source(value)})

    def _look_up(self, rule: Rule, thing: _Thing, text: str, language: str) -> None:
        sort = _local(rule.becomes).lower()
        if self._search is None:
            asked = {"sourceValue": text, "language": language, "provider": self._provider, "subtype": sort}
            thing.tell("__matching__", asked)
            return
        for number, (concept, label, score) in enumerate(self._search(text, language, sort)):
            self._numbers["suggestion"] += 1
            identifier = f"tr:sugg/{self._numbers['suggestion']}"
            if number == 0:
                thing.tell("mapping", concept)
            thing.said["suggestions"] = [*thing.said.get("suggestions", []), identifier]
            self._add({"id": concept, "type": "skos:Concept", "prefLabel": functions.worded(label, language)})
            self._add({"id": identifier, "type": "mms:Suggestion", "score": score, "mapping": concept})

    def _add(self, thing: dict[str, Any]) -> None:
        if thing["id"] not in self._known:
            self._known.add(thing["id"])
            self.graph.append(thing)

    def _relate(self, rule: Rule, things: Sequence[_Thing]) -> None:
        for ours in _spoken_of(rule, things):
            for other in things:
                near = min(len(ours.place), len(other.place))
                if other.becomes == rule.related_to and ours.place[:near] == other.place[:near]:
                    ours.tell(_local(rule.relation), other.said["id"])
                    other.tell(_local(rule.inverse), ours.said["id"])


def _spoken_of(rule: Rule, things: Sequence[_Thing]) -> list[_Thing]:
    """Return the things a rule speaks of: those of its class made at its own place, else at the one right around it.

    A class that is made at one place only in a record is meant wherever the path leads, as providers write
    ``lheo.title`` for what ``inokufu.id`` made.
    """
    own = [thing for thing in things if thing.becomes == rule.becomes]
    scopes = {thing.scope for thing in own}
    around = [scope for scope in scopes if rule.scope[: len(scope)] == scope]
    chosen = max(around, key=len) if around else None
    if chosen is None and len(scopes) == 1:
        chosen = next(iter(scopes))
    return [thing for thing in own if thing.scope == chosen]


def _belong_together(thing: _Thing, scope: tuple[str, ...], place: Place) -> bool:
    if scope[: len(thing.scope)] != thing.scope:
        return True  # written elsewhere in the record, for the one thing of its class
    near = min(len(thing.place), len(place))
    return thing.place[:near] == place[:near]


def _values(record: Any, steps: Sequence[str]) -> Iterator[tuple[Place, Any]]:
    """Give (place, value) of everything a path leads to; lists on the way are gone through, at its end kept whole."""
    if isinstance(record, list) and steps:
        for number, item in enumerate(record):
            for place, value in _values(item, steps):
                yield (number, *place), value
    elif not steps:
        yield (), record
    elif isinstance(record, dict) and steps[0] in record:
        yield from _values(record[steps[0]], steps[1:])


def _local(name: str) -> str:
    return name.rpartition(":")[2]
