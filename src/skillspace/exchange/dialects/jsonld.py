"""JSON-LD as a way into the canonical form: for messages whose contexts are not ours word by word.

Expansion is a library's; no context is ever fetched: those of the protocol are built from the table of terms, and any
other address is refused by its name. What the protocol has no word for keeps its IRI as its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyld import jsonld

from skillspace.exchange.dialects.terms import DCAT, DCT, DSPACE, ODRL, TERMS, WORDS, Term, Value
from skillspace.kernel.errors import BadInput
from skillspace.wire.jsonld import expand

#: Bare words of vocabularies (`HttpData-PULL`) are relative IRIs to JSON-LD; this base of theirs is taken off again.
_BASE = "urn:skillspace:word/"
MAX_CONTEXTS = 32
_BY_IRI: Mapping[str, str] = {term.iri: name for name, term in TERMS.items()}
_PREFIXES = {"odrl:": ODRL, "dspace:": DSPACE, "dcat:": DCAT, "dct:": DCT}
_WORDS_BY_IRI: Mapping[str, str] = {iri: name for name, iri in WORDS.items()}


class ContextNotKnown(BadInput):
    """The message uses a JSON-LD context that is not known here; contexts are never fetched."""


def context_of(space: str) -> dict[str, Any]:
    """Write a JSON-LD 1.1 context with the protocol's terms; `space` is the IRI of its own namespace.

    It is protected as the protocol's is: no context that a message brings can give its terms another meaning.
    """
    prefixes = {"dspace": space, "odrl": ODRL, "dcat": DCAT, "dct": DCT, "xsd": "http://www.w3.org/2001/XMLSchema#"}
    terms = {name: _definition(term, space) for name, term in TERMS.items()}
    words = {name: _in_space(iri, space) for name, iri in WORDS.items()}
    return {"@context": {"@version": 1.1, "@protected": True, **prefixes, **words, **terms}}


def prefixes_of(space: str) -> dict[str, Any]:
    """Write a context that only has prefixes: the way of the older dialects."""
    return {"@context": {"dspace": space, "odrl": ODRL, "dcat": DCAT, "dct": DCT}}


def canonical(content: Mapping[str, Any], documents: Mapping[str, dict[str, Any]], space: str) -> dict[str, Any]:
    """Return the canonical form of a JSON-LD message; `documents` are the contexts known by address.

    Raises ContextNotKnown naming a context that is not among them, BadInput when it is not one JSON-LD object, or
    brings more contexts than any message needs: each is work to read.
    """
    if contexts_in(content) > MAX_CONTEXTS:
        raise BadInput(f"The message brings more than {MAX_CONTEXTS} JSON-LD contexts.")
    try:
        expanded = expand(content, _loader(documents), base=_BASE)
    except jsonld.JsonLdError as fault:
        raise _refusal(fault) from None
    except (RecursionError, TypeError, ValueError, AttributeError, KeyError) as fault:
        raise BadInput(f"The message cannot be read as JSON-LD ({type(fault).__name__}).") from None
    if len(expanded) != 1 or not isinstance(expanded[0], dict):
        raise BadInput("The message is not one JSON-LD object.")
    return _Reader(space).node(expanded[0])


def contexts_in(content: object) -> int:
    """Count the contexts of a message, wherever they stand in it."""
    count, inner = 0, [content]
    while inner:
        here = inner.pop()
        if isinstance(here, dict):
            contexts = here.get("@context", [])
            count += len(contexts) if isinstance(contexts, list) else 1
            inner.extend(here.values())
        elif isinstance(here, list):
            inner.extend(here)
    return count


class _Reader:
    """Turns expanded JSON-LD into members named by the table; `space` is the dialect's own namespace."""

    def __init__(self, space: str) -> None:
        self._space = space

    def node(self, expanded: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for iri, value in expanded.items():
            if iri == "@id":
                found["@id"] = _bare(value)
            elif iri == "@type":
                types = [self._word(kind) for kind in value]
                found["@type"] = types[0] if len(types) == 1 else types
            elif iri.startswith("@"):
                raise BadInput(f"The message uses JSON-LD's {iri[:40]}, which no message of the protocol has.")
            else:
                own = self._known(iri)
                if own and TERMS[own].is_set and value == []:
                    # Older dialects write an empty list where the canonical form has no member.
                    continue
                found[own or iri] = self._values(TERMS[own], value) if own else _plain(value)
        return found

    def _known(self, iri: str) -> str | None:
        if iri.startswith(self._space):
            name = iri.removeprefix(self._space)
            return name if name in TERMS else None
        return _BY_IRI.get(iri)

    def _values(self, term: Term, values: list[Any]) -> Any:
        listed = (
            values[0]["@list"] if len(values) == 1 and isinstance(values[0], dict) and "@list" in values[0] else values
        )
        read = [self._value(term, value) for value in listed]
        return read if term.is_set or len(read) != 1 else read[0]

    def _value(self, term: Term, value: Any) -> Any:
        match term.value:
            case Value.WORD:
                return self._word(_text(value))
            case Value.ID | Value.TEXT:
                return _bare(_text(value))
            case Value.NODE if isinstance(value, dict) and set(value) == {"@id"}:
                # Only named, not described: a reference.
                return _bare(value["@id"])
            case Value.NODE if isinstance(value, dict) and "@value" not in value:
                return self.node(value)
            case _:
                return _plain([value])

    def _word(self, iri: Any) -> Any:
        if not isinstance(iri, str):
            return iri
        for prefix, space in _PREFIXES.items():
            # Dialects without typed terms write words as text, which expansion leaves as it is.
            if iri.startswith(prefix):
                iri = space + iri.removeprefix(prefix)
        if iri.startswith(self._space) and iri.removeprefix(self._space) in WORDS:
            return iri.removeprefix(self._space)
        return _WORDS_BY_IRI.get(iri, _bare(iri).removeprefix(ODRL))


def _text(value: Any) -> Any:
    if isinstance(value, dict) and "@value" in value:
        return value["@value"]
    if isinstance(value, dict) and set(value) == {"@id"}:
        return value["@id"]
    return value


def _bare(value: Any) -> Any:
    return value.removeprefix(_BASE) if isinstance(value, str) else value


def _plain(values: Any) -> Any:
    """Write what the table does not know as compact JSON: single values alone, plain literals unwrapped."""
    if isinstance(values, list):
        read = [_plain(value) for value in values]
        return read[0] if len(read) == 1 else read
    if isinstance(values, dict):
        if set(values) == {"@value"}:
            return values["@value"]
        return {
            name: _bare(value) if name in ("@id", "@value", "@language") else _plain(value)
            for name, value in values.items()
        }
    return _bare(values)


def _definition(term: Term, space: str) -> dict[str, Any]:
    kinds = {Value.ID: "@id", Value.WORD: "@vocab", Value.NODE: "@id"}
    written: dict[str, Any] = {"@id": _in_space(term.iri, space)}
    if term.value in kinds:
        written["@type"] = kinds[term.value]
    return written | ({"@container": "@set"} if term.is_set else {})


def _in_space(iri: str, space: str) -> str:
    return space + iri.removeprefix(DSPACE) if iri.startswith(DSPACE) else iri


def _loader(documents: Mapping[str, dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def load(url: str, _options: object = None) -> dict[str, Any]:
        if url not in documents:
            raise jsonld.JsonLdError(f"unknown context {url}", "skillspace.unknown", {"url": url})
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": documents[url],
        }

    return load


def _refusal(fault: jsonld.JsonLdError) -> BadInput:
    """Name the context that is not known, however deep the library has wrapped our loader's refusal."""
    cause: Any = fault
    while cause is not None:
        if isinstance(cause, jsonld.JsonLdError) and cause.type == "skillspace.unknown":
            return ContextNotKnown(f"The context {str(cause.details['url'])[:200]!r} is not known here.")
        cause = getattr(cause, "cause", None) or cause.__cause__
    return BadInput(f"The message cannot be read as JSON-LD: {str(fault).splitlines()[0][:200]}")
