"""Writes a taxonomy as a CASE package (1EdTech Competencies and Academic Standards Exchange 1.0, 1.1).

The way back of ``sources/case.py``: a concept is a CFItem, its broader, related, replacing and exactly matching
concepts are associations, and what an item said besides when it was read is said again. An item speaks one language;
what CASE has no room for is left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.skills.taxonomy.model import Concept, Ground, MatchKind, PackInfo, Status
from skillspace.skills.taxonomy.sources.case import FACT
from skillspace.skills.taxonomy.taxonomies import Taxonomies

EXAMPLES = 3
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What a package does not say of a taxonomy: how often, and the concepts where it happens first."""

    what: str
    count: int
    concepts: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the loss as JSON."""
        return {"what": self.what, "count": self.count, "concepts": list(self.concepts)}


@dataclass(frozen=True, kw_only=True)
class Written:
    """A package as JSON, and what it does not say, the most frequent first."""

    package: dict[str, Any]
    losses: tuple[Loss, ...]


def write_case(
    taxonomies: Taxonomies, scheme: str, *, at: datetime, language: str | None = None, creator: str | None = None
) -> Written:
    """Write a loaded taxonomy, names in ``language`` (else its first one) where it has them.

    ``creator`` is who answers for the framework; without it the taxonomy's own statement stands there. Raises NotFound
    for a taxonomy that is not loaded, BadInput for a language it does not have.
    """
    pack = next((pack for pack in taxonomies.schemes if pack.scheme == scheme), None)
    if pack is None or not pack.concepts:
        raise NotFound(f"No loaded taxonomy is called {scheme!r}; “skillspace taxonomy list” says which there are.")
    if language is not None and language not in pack.languages:
        raise BadInput(f"{scheme} has no names in {language!r}; it has {', '.join(pack.languages)}.")
    return _Writer(taxonomies, pack, language or pack.languages[0], iso(at)).written(creator or pack.statement)


class _Writer:
    def __init__(self, taxonomies: Taxonomies, pack: PackInfo, language: str, at: str) -> None:
        self._taxonomies, self._pack, self._language, self._at = taxonomies, pack, language, at
        self._lost: dict[str, list[str]] = {}
        self._document = _link(f"urn:{pack.scheme}:framework:{pack.version}", pack.scheme)

    def written(self, creator: str) -> Written:
        about = {
            **{name: self._document[name] for name in ("identifier", "uri", "title")},
            "creator": creator,
            "version": self._pack.version,
            "language": self._language,
            "notes": f"{self._pack.statement} ({self._pack.licence})",
            "lastChangeDateTime": self._at,
        }
        uris = self._taxonomies.concepts(scheme=self._pack.scheme)
        items = [self._item(self._taxonomies.concept(uri)) for uri in uris]
        links = [self._association(sort, *ends) for uri in uris for sort, *ends in self._links(uri)]
        losses = [
            Loss(what=what, count=len(found), concepts=tuple(dict.fromkeys(found))[:EXAMPLES])
            for what, found in self._lost.items()
        ]
        return Written(
            package={"CFDocument": about, "CFItems": items, "CFAssociations": links},
            losses=tuple(sorted(losses, key=lambda one: (-one.count, one.what))),
        )

    def _item(self, concept: Concept) -> dict[str, Any]:
        language = self._language if self._language in concept.labels else next(iter(concept.labels), self._language)
        others = concept.alternatives.get(language, ())
        self._lose("names in other languages", concept, len(concept.labels.keys() - {language}))
        elsewhere = sum(len(names) for tag, names in concept.alternatives.items() if tag != language)
        self._lose("other names", concept, elsewhere + len(others[2:]))
        self._lose("skills it needs", concept, len(self._taxonomies.skills_of(concept.uri)))
        self._lose("moves to what is near", concept, len(self._taxonomies.similar(concept.uri)))
        facts = self._taxonomies.facts(concept.uri)
        self._lose("facts of its source", concept, len(facts.keys() - {FACT}))
        kept, end = _kept(facts), self._end(concept.uri)
        is_retired = self._taxonomies.status(concept.uri) is Status.RETIRED
        is_undated = is_retired and not self._replacing(concept.uri) and "statusEndDate" not in kept
        self._lose("the day it ended (the day of writing stands there)", concept, is_undated)
        said: dict[str, Any] = {
            "uri": concept.uri,
            "fullStatement": concept.label(language),
            "abbreviatedStatement": next(iter(others), None),
            "alternativeLabel": next(iter(others[1:]), None),
            "humanCodingScheme": concept.code,
            "notes": concept.description,
            "language": language,
            "CFItemType": concept.kind.value,
            "statusEndDate": self._at[:10] if is_undated else None,
            "lastChangeDateTime": self._at,
            **kept,
            "identifier": end["identifier"],
        }
        return {name: value for name, value in said.items() if value}

    def _links(self, uri: str) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, str]]]:
        here = self._end(uri)
        broader = self._taxonomies.broader(uri)
        for above in [self._end(other) for other in broader] or [self._document]:
            yield "isChildOf", here, above
        for other in self._taxonomies.related(uri):
            if uri < other:  # it is stored both ways
                yield "isRelatedTo", here, self._end(other)
        for other in self._replacing(uri):
            yield "replacedBy", here, self._end(other)
        for match in self._taxonomies.stated(uri):
            if match.author != self._pack.scheme:
                continue
            if match.relation is MatchKind.EXACT:
                yield "exactMatchOf", here, self._end(match.target)
            else:
                self._lost.setdefault(f"{match.relation.value} matches", []).append(uri)

    def _replacing(self, uri: str) -> list[str]:
        if self._taxonomies.status(uri) is not Status.RETIRED:
            return []
        found = self._taxonomies.current(uri)
        return [one.uri for one in found if one.ground is Ground.STATED and one.uri != uri]

    def _end(self, uri: str) -> dict[str, str]:
        if not self._taxonomies.has(uri):
            return _link(uri, uri)
        name = str(_kept(self._taxonomies.facts(uri)).get("identifier", ""))
        end = _link(uri, self._taxonomies.label(uri, self._language))
        return {**end, "identifier": name} if _UUID.fullmatch(name) else end

    def _association(self, sort: str, origin: Mapping[str, str], target: Mapping[str, str]) -> dict[str, Any]:
        name = str(uuid5(NAMESPACE_URL, f"{origin['uri']} {sort} {target['uri']}"))
        return {
            "identifier": name,
            "uri": f"urn:uuid:{name}",
            "associationType": sort,
            "originNodeURI": dict(origin),
            "destinationNodeURI": dict(target),
            "lastChangeDateTime": self._at,
        }

    def _lose(self, what: str, concept: Concept, count: int) -> None:
        if count:
            self._lost.setdefault(what, []).extend([concept.uri] * count)


def _link(uri: str, title: str) -> dict[str, str]:
    """A place as CASE names it; its identifier follows from its URI, so that it is the same in every edition."""
    return {"identifier": str(uuid5(NAMESPACE_URL, uri)), "uri": uri, "title": title}


def _kept(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    kept: Mapping[str, Any] = facts.get(FACT, {})
    return kept
