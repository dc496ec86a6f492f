"""European digital credentials as graphs, held to shapes; no context is fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pyshacl
import rdflib
from pyld import jsonld
from rdflib import Graph

from skillspace.records.formats.credentials import elm
from skillspace.records.formats.credentials.addresses import is_iri
from skillspace.records.formats.credentials.elm_profiles import TYPES
from skillspace.records.formats.credentials.elm_terms import is_country
from skillspace.records.formats.writing import given_and_family
from skillspace.records.life import Entry, EntryKind, Person
from skillspace.records.model import Record, RecordKind, SkillAssertion
from skillspace.wire.jsonld import contexts

SHAPES = files("skillspace.records.formats.credentials") / "shapes"
#: The library makes addresses of relative names; what begins so is left out, as it is by others.
RELATIVE = "https://relative.invalid/"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
PROFILES = {
    TYPES[RecordKind.DIPLOMA]: "diploma",
    TYPES[RecordKind.TRANSCRIPT]: "transcript",
    TYPES[RecordKind.MICRO_CREDENTIAL]: "micro_credential",
    TYPES[RecordKind.DIPLOMA_SUPPLEMENT]: "diploma_supplement",
}
#: Triples around the claims: the credential 10, its profile 4, schema 1, display 25, issuer 15, person 1.
FRAME = 56


def graph_of(document: Mapping[str, Any]) -> Graph:
    """The credential as a graph: what JSON-LD cannot name it leaves out, here as everywhere."""
    options = {"documentLoader": _load, "format": "application/n-quads", "base": RELATIVE}
    quads = str(jsonld.to_rdf(dict(document), options)).splitlines()
    return Graph().parse(data="\n".join(quad for quad in quads if f"<{RELATIVE}" not in quad), format="nt")


def profile_of(document: Mapping[str, Any]) -> Sequence[str]:
    """The shapes of the profile that the credential says it keeps."""
    return [PROFILES[kind] for kind in document["type"] if kind in PROFILES]


def broken(document: Mapping[str, Any], *profiles: str) -> list[str]:
    """What is broken of the general shapes and of those of the profiles, each by its place."""
    _, report, _ = pyshacl.validate(graph_of(document), shacl_graph=_shapes("elm", *profiles), advanced=False)
    found = []
    for result in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        path, what = report.value(result, SH.resultPath), report.value(result, SH.sourceConstraintComponent)
        found.append(f"{str(path).rpartition('/')[2]} {str(what).rpartition('#')[2]}")
    return sorted(found)


def floor(record: Record) -> int:
    """The fewest triples that a credential of this record must have.

    An empty graph conforms to every shape, and JSON-LD leaves out without a word whatever an unknown term, a relative
    identifier or a context that changed takes away: conforming says nothing where little is left. The numbers are
    counted from the model, not taken from what was written.
    """
    studies = [each for each in record.entries if each.kind is EntryKind.EDUCATION and each.passed is not False]
    told = {words for study in studies for words in _words(study)}
    alone = [_alone(each) for each in record.assertions if each.label not in told]
    called = {each.label: each.concept for each in record.assertions}
    concepts = {label for label, concept in called.items() if is_iri(concept)}
    person = record.person or Person()
    count = _Count(concepts=concepts, issued=record.issued is not None)
    named = [said for said in (person.name, *given_and_family(person)) if said]
    count.triples = FRAME + len(named) + _is_day(person.birth) + _lives(person) + _tells(person)
    reached = 2 * len(person.emails) + 3 * len(person.phones)
    count.triples += 2 + reached if reached else 0
    count.triples += 2 * (record.valid_until is not None)
    for study in (*studies, *alone):
        count.add(study)
    return count.triples


@dataclass(kw_only=True)
class _Count:
    """What claims come to; a term of a list is described once, however often it is named."""

    concepts: set[str]
    issued: bool
    triples: int = 0
    terms: set[str] = field(default_factory=set)

    def add(self, study: Entry) -> None:
        """A claim is 5 with its link, type, title and the links to its awarding and its specification, which are 2."""
        awarding = self._awarding(study)
        self.triples += 5 + awarding + 2
        for words in study.outcomes:
            self.triples += 3 + (words in self.concepts)
        if study.level and study.level.startswith("EQF "):
            self.triples += 1 + self._term(study.level, 3) + self._term("EQF", 1)
        if study.credits:  # twice a link, type, points, framework; the framework's type, list (2) and notation
            self.triples += 8 + self._term("ECTS", 4)
        if (
            study.grade
        ):  # an assessment's link, type, title, note (3), specification (3), and an awarding like the claim's
            self.triples += 3 + 3 + 3 + 1 + awarding + 3 * bool(study.assessment)
        elif study.assessment:
            self.triples += 3 + 3
        if study.mode:
            self.triples += 3 if study.mode != "Online" else 1 + self._term("Online", 4)
        if study.quality:  # a note's link, type, words and subject
            self.triples += 4 + self._term("quality", 2)
        self.triples += bool(study.summary) + bool(study.workload)
        self.triples += 3 * (bool(study.field) + is_iri(study.url) + bool(study.identifier))
        days = _is_day(study.since) + _is_day(study.until)
        self.triples += 2 + days if days else 0
        for part in study.parts:
            if part.passed is not False:
                self.add(part)

    def _awarding(self, study: Entry) -> int:
        """Its type, body and day; another body is 7 with its place; where it was awarded 6 with the place's name."""
        own = 2 + (_is_day(study.until) or self.issued) + 6 * bool(study.country)
        return own + (7 + bool(study.country) if study.organisation is not None else 0)

    def _term(self, name: str, triples: int) -> int:
        is_new = name not in self.terms
        self.terms.add(name)
        return triples * is_new


def _lives(person: Person) -> int:
    """A place with its address and country is 5, its name 1, a postcode 4, the whole address 3."""
    is_told = bool(person.street or person.postcode or person.city)
    if not is_told and not is_country(person.country):
        return 0
    return 5 + bool(person.city) + 4 * bool(person.postcode) + 3 * is_told


def _tells(person: Person) -> int:
    """A country with its notation is 2, a page 3 with its address and 1 for its title, a note 3, one on a subject 6."""
    pages = sum(3 + bool(link.label) for link in person.links if is_iri(link.url))
    return 2 * is_country(person.nationality) + pages + 6 * bool(person.headline) + 3 * bool(person.summary)


def _is_day(said: str | None) -> bool:
    return bool(said) and len(str(said)) == len("2000-01-31")


def _alone(skill: SkillAssertion) -> Entry:
    """A skill that belongs to no study is a claim of its own, its level a grade where it is none of the framework."""
    is_eqf = (skill.level or "").startswith("EQF ")
    return Entry(
        kind=EntryKind.EDUCATION, title=skill.label, outcomes=(skill.label,),
        level=skill.level if is_eqf else None, grade=None if is_eqf else skill.level,
    )  # fmt: skip


def _words(study: Entry) -> list[str]:
    own = list(study.outcomes) or ([] if study.parts else [study.title])
    return own + [words for part in study.parts if part.passed is not False for words in _words(part)]


@lru_cache
def _shapes(*names: str) -> Graph:
    graph = Graph()
    for name in names:
        graph.parse(data=(SHAPES / f"{name}.ttl").read_text("utf-8"), format="turtle")
    return graph


def _load(address: str, options: object = None) -> dict[str, Any]:
    if address != elm.CONTEXT:
        return contexts.load(address, options)
    document = json.loads((SHAPES / "context.json").read_bytes())
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": address, "document": document}
