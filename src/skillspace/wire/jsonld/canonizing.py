"""From a JSON-LD document to its canonical RDF (RDFC-1.0): the bytes that Data Integrity proofs sign.

Whatever JSON-LD would leave out without a word is refused by its name instead: what is not in the canonical form is
not signed (VC Data Integrity §2.4, "securing data losslessly"). Expansion and canonicalisation are a library's; the
bounds are ours, since a small graph can be made to take years to canonicalise (RDFC-1.0 §7.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyld import ContextResolver, jsonld
from pyld.canon import URDNA2015

from skillspace.kernel.errors import BadInput
from skillspace.wire.jsonld.contexts import UNKNOWN, ContextNotKnown, known, load
from skillspace.wire.jsonld.expanding import ONE_AT_A_TIME

#: Relative names are resolved against this address, so that they can be told apart, and are then refused.
_RELATIVE = "https://relative.invalid/"
_IRI = re.compile(r"(?:_|[A-Za-z][A-Za-z0-9+.-]*):[^\x00-\x20<>\"{}|\\^`]+")
_MOST_EXACT = 1e21
MAX_CONTEXTS = 64
MAX_QUADS = 20_000
MAX_STEPS = 4_000
MAX_KEPT = 1_000


class _Resolved(dict[str, Any]):
    """Contexts as the library keeps them once read, those within others too; what documents bring is let go in time."""

    def __setitem__(self, name: str, resolved: Any) -> None:
        if len(self) >= MAX_KEPT:
            for each in [each for each in list(self) if each not in known()]:
                self.pop(each, None)
        super().__setitem__(name, resolved)


# Ours alone: the library's own cache is shared with whoever else reads contexts in this program.
_RESOLVED = _Resolved()


class TooTangled(BadInput):
    """The document names so many things without names of their own that they cannot be told apart in good time."""


def canonize(document: Mapping[str, object]) -> bytes:
    """Return the canonical N-Quads of one JSON-LD document, in UTF-8.

    Raises ContextNotKnown; BadInput when it is no JSON-LD, redefines a protected term, or says something that its
    contexts have no word for; TooTangled when telling its nameless nodes apart would take too long.
    """
    content = _plain(dict(document), [0])
    options = {
        "documentLoader": load,
        "contextResolver": ContextResolver(_RESOLVED, load),
        "base": _RELATIVE,
        # The direction of a text would be lost without it, and with it the promise that all was signed.
        "rdfDirection": "i18n-datatype",
    }
    try:
        with ONE_AT_A_TIME:
            dataset = _Strict(_refuse_dropped).to_rdf(content, options)
        if sum(map(len, dataset.values())) > MAX_QUADS:
            raise TooTangled(f"The document makes more than {MAX_QUADS} statements.")
        text: str = _Bounded().main(dataset, {"format": "application/n-quads"})
    except jsonld.JsonLdError as fault:
        raise _refusal(fault) from None
    except (RecursionError, TypeError, ValueError, AttributeError, KeyError, OverflowError) as fault:
        raise BadInput(f"The document cannot be read as JSON-LD ({type(fault).__name__}).") from None
    return text.encode()


class _Strict(jsonld.JsonLdProcessor):  # type: ignore[misc]  # the library ships no types
    """Refuses, right after expansion, what the way to RDF would drop: relative names, and types nobody defined."""

    def expand(self, input_: object, options: dict[str, Any]) -> list[Any]:
        expanded: list[Any] = super().expand(input_, options)
        if not expanded:
            raise BadInput("The document says nothing in the words of its contexts.")
        for name in _names(expanded):
            if name.startswith(_RELATIVE):
                raise BadInput(f"Its contexts do not define {name.removeprefix(_RELATIVE)[:100]!r}, and it is no URL.")
            if not _IRI.fullmatch(name):
                raise BadInput(f"{name[:100]!r} is not a URL.")
        return expanded


class _Bounded(URDNA2015):  # type: ignore[misc]  # the library ships no types
    """The library's canonicalisation with a bound on the one step that can be made to repeat without end."""

    def __init__(self) -> None:
        super().__init__()
        self._left = MAX_STEPS

    def hash_n_degree_quads(self, id_: str, issuer: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise TooTangled()
        return super().hash_n_degree_quads(id_, issuer)


def _names(node: object) -> Iterator[str]:
    """Every identifier, type and datatype in an expanded document."""
    if isinstance(node, list):
        for each in node:
            yield from _names(each)
    elif isinstance(node, dict):
        for word, value in node.items():
            if word in ("@id", "@type"):
                named = value if isinstance(value, list) else [value]
                yield from (each for each in named if isinstance(each, str) and each != "@json")
            elif word != "@value":
                if not word.startswith("@"):
                    yield word
                yield from _names(value)


def _plain(value: Any, contexts: list[int]) -> Any:
    """The same content with numbers as JSON-LD counts them, 1.0 being 1; counts the contexts it brings."""
    if isinstance(value, list):
        return [_plain(each, contexts) for each in value]
    if isinstance(value, dict):
        brought = value.get("@context")
        contexts[0] += len(brought) if isinstance(brought, list) else "@context" in value
        if contexts[0] > MAX_CONTEXTS:
            raise BadInput(f"The document brings more than {MAX_CONTEXTS} JSON-LD contexts.")
        return {word: _plain(each, contexts) for word, each in value.items()}
    if isinstance(value, float) and value.is_integer() and abs(value) < _MOST_EXACT:
        return int(value)
    return value


def _refuse_dropped(word: str | None) -> None:
    raise BadInput(f"The document's contexts do not define the word {str(word)[:100]!r}.")


def _refusal(fault: jsonld.JsonLdError) -> BadInput:
    """Our own refusal, or the name of the unknown context, however deep the library has wrapped it."""
    cause: Any = fault
    told = ""
    while cause is not None:
        if isinstance(cause, BadInput):
            return cause
        if isinstance(cause, jsonld.JsonLdError) and cause.type == UNKNOWN:
            return ContextNotKnown(f"The context {str(cause.details['url'])[:200]!r} is not known here.")
        if isinstance(cause, jsonld.JsonLdError):
            told = str(cause.args[0])[:200]
        cause = getattr(cause, "cause", None) or cause.__cause__
    return BadInput(f"The document cannot be read as JSON-LD: {told}")
