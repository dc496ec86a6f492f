"""Reads a SKOS vocabulary (SKOS Reference, W3C 2009) from Turtle, RDF/XML, JSON-LD or N-Triples into a draft.

Read are prefLabel, altLabel, hiddenLabel, notation, definition (else scopeNote, else dct:description), broader,
narrower, related, the five mapping relations, owl:deprecated and dct:isReplacedBy. Nothing is fetched: a JSON-LD
document must carry its context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.model import ConceptKind, Correspondence, MatchKind
from skillspace.skills.taxonomy.sources.owning import is_published

FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
}
SKOS = "http://www.w3.org/2004/02/skos/core#"
TERMS = "http://purl.org/dc/terms/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DEPRECATED = "http://www.w3.org/2002/07/owl#deprecated"
NAMES = (f"{SKOS}altLabel", f"{SKOS}hiddenLabel")
TEXTS = (f"{SKOS}definition", f"{SKOS}scopeNote", f"{TERMS}description")
MATCHES = {f"{SKOS}{kind.value}Match": kind for kind in MatchKind}
OFFICIAL = frozenset({"kldb"})  # the scheme read this way that is itself a published one
LARGEST = 64 << 20  # bytes
URI = re.compile(r"(https?://|urn:)[^\s<>\"|]{1,400}")
ENTITY = re.compile(rb"""<!ENTITY\s+([\w.-]+)\s+["']([^"'<]*)["']\s*>""")
NO_LANGUAGE = "und"

Values = list[tuple[str, str | None]]  # (text or URI, language; None for a URI)


@dataclass(frozen=True, kw_only=True)
class Graph:
    """The statements of a file that SKOS knows: subject → predicate → values, in the order they were read."""

    path: Path
    statements: Mapping[str, Mapping[str, Values]]

    def uris(self, subject: str, predicate: str) -> list[str]:
        """Return the URIs a subject is linked to."""
        return [value for value, language in self._values(subject, predicate) if language is None]

    def texts(self, subject: str, predicate: str) -> list[tuple[str, str]]:
        """Return (language, text) of a subject's literals; ``und`` where none is tagged."""
        return [(tag, value) for value, tag in self._values(subject, predicate) if tag is not None]

    def concepts(self) -> Iterator[str]:
        """Give the URIs of all concepts, in the order they were read."""
        return (uri for uri in self.statements if f"{SKOS}Concept" in self.uris(uri, TYPE))

    def _values(self, subject: str, predicate: str) -> Values:
        return self.statements.get(subject, {}).get(predicate, [])


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a vocabulary is to be read: which languages (empty: all), the language of untagged texts, the kind."""

    languages: frozenset[str] = field(default_factory=frozenset)
    untagged: str = "en"
    kind: ConceptKind = ConceptKind.SKILL


def graph(path: Path) -> Graph:
    """Parse a file by its extension. Raises UnreadableFile with the line where it breaks its grammar."""
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise UnreadableFile(f"{path} is none of {', '.join(FORMATS)}.")
    statements: dict[str, dict[str, Values]] = {}
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableFile(f"{path} has more than {LARGEST} bytes; split the vocabulary.")
        text = _safe(path, path.read_bytes(), form)
        for quad in parse(text, format=form):
            if not isinstance(quad.subject, NamedNode):
                continue
            values = statements.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, [])
            if isinstance(quad.object, Literal):
                values.append((quad.object.value, (quad.object.language or NO_LANGUAGE).lower()))
            elif isinstance(quad.object, NamedNode):
                values.append((quad.object.value, None))
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} is missing; it is part of this taxonomy, put it back.") from error
    except SyntaxError as error:
        where = f", line {error.lineno}" if error.lineno else ""
        raise UnreadableFile(f"{path}{where}: this is not {form.name} ({error.msg}).") from error
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{path} cannot be read ({error}).") from error
    return Graph(path=path, statements=statements)


def _safe(path: Path, text: bytes, form: RdfFormat) -> bytes:
    """Return the text when its XML entities unfold to little; the parser itself would unfold them without end."""
    if form is not RdfFormat.RDF_XML:
        return text
    if b"\0" in text:
        raise UnreadableFile(f"{path} is not UTF-8; save it as UTF-8 and try again.")
    entities = dict(ENTITY.findall(text))
    unfolded = sum(text.count(b"&" + name + b";") * len(value) for name, value in entities.items())
    nested = any(b"&" in value or b"%" in value for value in entities.values())
    if nested or unfolded > LARGEST or len(entities) != text.count(b"<!ENTITY"):
        raise UnreadableFile(f"{path} declares XML entities that unfold too far; write the names out.")
    try:  # the RDF parser takes a file that was cut off for a whole one
        expat.ParserCreate().Parse(text, True)
    except expat.ExpatError as error:
        raise UnreadableFile(f"{path}, line {error.lineno}: this is not RDF/XML ({error}).") from error
    return text


def fill(draft: Draft, found: Graph, reading: Reading) -> None:
    """Add every concept of a graph, with labels, links, matches and what replaced it.

    Raises UnreadableFile for a concept without a usable URI or label, or with two preferred labels in one language
    (SKOS Reference S14), naming it.
    """
    every = list(found.concepts())
    uris = [uri for uri in every if not is_published(uri) or draft.scheme in OFFICIAL]
    if len(uris) < len(every):
        draft.unknown["concepts of published taxonomies"] += len(every) - len(uris)
    for uri in uris:
        _concept(draft, found, reading, uri)
    for uri in uris:
        _links(draft, found, uri)
        if any(text in {"true", "1"} for _, text in found.texts(uri, DEPRECATED)) or found.uris(
            uri, f"{TERMS}isReplacedBy"
        ):
            draft.retire(uri, *found.uris(uri, f"{TERMS}isReplacedBy"))


def _concept(draft: Draft, found: Graph, reading: Reading, uri: str) -> None:
    if not URI.fullmatch(uri):
        raise UnreadableFile(f"{found.path}: the concept {uri!r} has no http or urn URI.")
    codes = [text.strip() for _, text in found.texts(uri, f"{SKOS}notation") if text.strip()]
    texts = [text for predicate in TEXTS for text in _wanted(found, reading, uri, predicate)]
    draft.concept(uri, reading.kind, code=codes[0] if codes else None, description=texts[0][1] if texts else "")
    preferred: dict[str, str] = {}
    for language, text in _wanted(found, reading, uri, f"{SKOS}prefLabel"):
        if preferred.setdefault(language, text) != text:
            raise UnreadableFile(f"{found.path}: {uri} has two preferred labels in {language!r}; keep one of the two.")
        draft.label(uri, language, text, preferred=True)
    if not any(text.strip() for text in preferred.values()):
        wanted = f" in {', '.join(sorted(reading.languages))}" if reading.languages else ""
        raise UnreadableFile(f"{found.path}: {uri} has no preferred label{wanted}.")
    for predicate in NAMES:
        for language, text in _wanted(found, reading, uri, predicate):
            draft.label(uri, language, text)


def _wanted(found: Graph, reading: Reading, uri: str, predicate: str) -> list[tuple[str, str]]:
    tagged = [
        (reading.untagged if language == NO_LANGUAGE else language, text)
        for language, text in found.texts(uri, predicate)
    ]
    return [one for one in tagged if not reading.languages or one[0] in reading.languages]


def _links(draft: Draft, found: Graph, uri: str) -> None:
    for parent in found.uris(uri, f"{SKOS}broader"):
        draft.link(LinkKind.BROADER, uri, parent)
    for child in found.uris(uri, f"{SKOS}narrower"):
        draft.link(LinkKind.BROADER, child, uri)
    for other in found.uris(uri, f"{SKOS}related"):
        draft.link(LinkKind.RELATED, uri, other)
    for predicate, relation in MATCHES.items():
        for target in found.uris(uri, predicate):
            draft.correspondences.append(
                Correspondence(
                    source=uri,
                    target=target,
                    relation=relation,
                    author=draft.scheme,
                    version=f"{draft.scheme} {draft.version}",
                )
            )
