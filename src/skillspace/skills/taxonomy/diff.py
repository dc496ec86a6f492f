"""What changed between two editions of a taxonomy: concepts, names, places in the hierarchy and links, as plain facts.

Only what both editions publish is compared: a language or a relation that one of them lacks altogether is named as not
compared, and never reported as a hundred thousand losses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy.model import ConceptKind, Replacement
from skillspace.skills.taxonomy.pack import Pack
from skillspace.skills.taxonomy.succession import replacements

BROADER = "broader"


class Link(NamedTuple):
    """One link of an edition; ``relation`` is broader, essential, optional, related or mobility."""

    source: str
    relation: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One concept as it is compared; ``labels`` maps a language to the preferred label."""

    uri: str
    kind: ConceptKind
    code: str | None
    labels: Mapping[str, str]
    is_retired: bool = False

    @property
    def name(self) -> str:
        """A name to show: the English label, else any, else the URI."""
        return self.labels.get("en") or next(iter(self.labels.values()), self.uri)


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything of an edition that is compared."""

    name: str
    languages: frozenset[str]
    relations: frozenset[str]
    coded: frozenset[ConceptKind]  # the kinds this edition gives codes
    concepts: Mapping[str, Entry]
    links: frozenset[Link]


@dataclass(frozen=True, kw_only=True)
class Retired:
    """A concept that may be used no more; ``is_listed`` tells whether the newer edition still lists it as retired."""

    entry: Entry
    is_listed: bool
    replaced_by: tuple[Replacement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A property of a concept that is another now: ``label:<language>``, ``code``, ``kind`` or ``status``."""

    uri: str
    property: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A concept that has other broader concepts now."""

    uri: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Diff:
    """The way from one edition to another; ``applied`` walks it."""

    before: str
    after: str
    languages: tuple[str, ...]
    relations: tuple[str, ...]
    not_compared: tuple[str, ...]
    added: tuple[Entry, ...]
    retired: tuple[Retired, ...]
    changed: tuple[Changed, ...]
    moved: tuple[Moved, ...]
    links_added: tuple[Link, ...]
    links_removed: tuple[Link, ...]

    def counts(self) -> dict[str, int]:
        """Return how many changes there are of each sort; a moved concept's broader links count as links, too."""
        sorts = [one.property.partition(":")[0] for one in self.changed]
        return {
            "added": len(self.added),
            "retired": len(self.retired),
            "retired with a replacement": sum(bool(one.replaced_by) for one in self.retired),
            **{f"{sort} changed": sorts.count(sort) for sort in ("label", "code", "kind", "status")},
            "moved": len(self.moved),
            "links added": len(self.links_added),
            "links removed": len(self.links_removed),
        }


def content_of(pack: Pack) -> Content:
    """Read from a pack what is compared; it takes seconds for all of ESCO."""
    concepts: dict[str, Entry] = {}
    links: set[Link] = set()
    for row, uri in enumerate(pack.uris):
        concepts[uri] = Entry(
            uri=uri,
            kind=pack.kind(row),
            code=pack.code(row),
            labels=pack.names(row),
            is_retired=pack.is_retired(row),
        )
        links.update(Link(uri, BROADER, other) for other in pack.linked("broader", row))
        links.update(Link(uri, link.need.value, link.uri) for link in pack.skill_links("needs", row))
        links.update(Link(uri, "related", other) for other in pack.linked("related", row) if uri < other)
        links.update(Link(uri, "mobility", other) for other in pack.linked("mobility", row))
    return Content(
        name=f"{pack.info.scheme}-{pack.info.version}",
        languages=frozenset(pack.info.languages),
        relations=frozenset(link.relation for link in links),
        coded=frozenset(entry.kind for entry in concepts.values() if entry.code),
        concepts=concepts,
        links=frozenset(links),
    )


def compare_packs(old: Pack, new: Pack) -> Diff:
    """Return what changed from one edition of a scheme to another, retired concepts with what replaces them.

    Raises BadInput when the two are not of one scheme.
    """
    if old.info.scheme != new.info.scheme:
        raise BadInput(f"{old.info.scheme} and {new.info.scheme} are two taxonomies; compare editions of one.")
    before, after = content_of(old), content_of(new)
    follows = {one.entry.uri: replacements(one.entry.uri, old, new) for one in _retired(before, after, {})}
    return compare(before, after, follows)


def compare(old: Content, new: Content, follows: Mapping[str, tuple[Replacement, ...]] | None = None) -> Diff:
    """Return what changed; ``follows`` says what replaces a retired concept. A pure function of its arguments."""
    languages, relations = old.languages & new.languages, old.relations & new.relations
    both = sorted(old.concepts.keys() & new.concepts.keys())
    fresh = [entry for uri, entry in sorted(new.concepts.items()) if uri not in old.concepts]
    before = {link for link in old.links if link.relation in relations}
    after = {link for link in new.links if link.relation in relations}
    # an empty language or relation on both sides is no difference
    apart = {*(old.languages ^ new.languages), *(old.relations ^ new.relations)}
    return Diff(
        before=old.name,
        after=new.name,
        languages=tuple(sorted(languages)),
        relations=tuple(sorted(relations)),
        not_compared=tuple(sorted(apart)),
        added=tuple(fresh),
        retired=tuple(_retired(old, new, follows or {})),
        changed=tuple(
            one
            for uri in both
            for one in _changes(old.concepts[uri], new.concepts[uri], sorted(languages), old.coded & new.coded)
        ),
        moved=tuple(_moved(set(both), before, after)),
        links_added=tuple(sorted(after - before)),
        links_removed=tuple(sorted(before - after)),
    )


def _retired(old: Content, new: Content, follows: Mapping[str, tuple[Replacement, ...]]) -> Iterator[Retired]:
    for uri, entry in sorted(old.concepts.items()):
        now = new.concepts.get(uri)
        if now is None or (now.is_retired and not entry.is_retired):
            yield Retired(entry=entry, is_listed=now is not None, replaced_by=follows.get(uri, ()))


def _changes(old: Entry, new: Entry, languages: list[str], coded: frozenset[ConceptKind]) -> Iterator[Changed]:
    for language in languages:
        before, after = old.labels.get(language), new.labels.get(language)
        if before != after:
            yield Changed(uri=old.uri, property=f"label:{language}", before=before, after=after)
    if old.code != new.code and {old.kind, new.kind} <= coded:
        yield Changed(uri=old.uri, property="code", before=old.code, after=new.code)
    if old.kind is not new.kind:
        yield Changed(uri=old.uri, property="kind", before=old.kind.value, after=new.kind.value)
    if old.is_retired != new.is_retired:
        words = {True: "retired", False: "current"}
        yield Changed(uri=old.uri, property="status", before=words[old.is_retired], after=words[new.is_retired])


def _moved(both: set[str], before: set[Link], after: set[Link]) -> Iterator[Moved]:
    places: tuple[dict[str, list[str]], dict[str, list[str]]] = ({}, {})
    for links, place in zip((before, after), places, strict=True):
        for link in links:
            if link.relation == BROADER and link.source in both:
                place.setdefault(link.source, []).append(link.target)
    for uri in sorted(places[0].keys() | places[1].keys()):
        was, is_now = (tuple(sorted(place.get(uri, ()))) for place in places)
        if was != is_now:
            yield Moved(uri=uri, before=was, after=is_now)


def applied(diff: Diff, old: Content) -> Content:
    """Return the newer edition's content: what ``diff`` makes of the older one, in what both publish."""
    gone = {one.entry.uri for one in diff.retired if not one.is_listed}
    concepts = {uri: entry for uri, entry in old.concepts.items() if uri not in gone}
    concepts |= {entry.uri: entry for entry in diff.added}
    for one in diff.changed:
        concepts[one.uri] = _with(concepts[one.uri], one)
    links = {link for link in old.links if link.relation in diff.relations}
    return Content(
        name=diff.after,
        languages=old.languages,
        relations=old.relations,
        coded=old.coded,
        concepts=concepts,
        links=frozenset((links - set(diff.links_removed)) | set(diff.links_added)),
    )


def _with(entry: Entry, change: Changed) -> Entry:
    labels, kind, code, is_retired = dict(entry.labels), entry.kind, entry.code, entry.is_retired
    sort, _, language = change.property.partition(":")
    if sort == "label":
        labels.pop(language, None)
        if change.after is not None:
            labels[language] = change.after
    elif sort == "code":
        code = change.after
    elif sort == "kind":
        kind = ConceptKind(change.after or "")
    else:
        is_retired = change.after == "retired"
    return Entry(uri=entry.uri, kind=kind, code=code, labels=labels, is_retired=is_retired)
