"""DSP 2024-1, which most installed connectors speak: the same messages with prefixed names, read by way of JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.exchange.dialects.jsonld import canonical, prefixes_of
from skillspace.exchange.dialects.terms import DCAT, DCT, DSPACE, ODRL, TERMS, WORDS, Term, Value
from skillspace.exchange.dialects.v2025_1 import CONTEXT as CANONICAL
from skillspace.kernel.errors import BadInput

SPACE = "https://w3id.org/dspace/2024/1/"
CONTEXT = "https://w3id.org/dspace/2024/1/context.json"
_DOCUMENTS = {CONTEXT: prefixes_of(SPACE)}
_PREFIXES = {DSPACE: "dspace:", ODRL: "odrl:", DCAT: "dcat:", DCT: "dct:"}
_OPERANDS = ("leftOperand",)
#: Words written as identifiers: Eclipse EDC, whose context does not say that they are, reads them in no other way.
_NAMED = ("eventType",)


class V20241:
    """Dataspace Protocol 2024-1 (International Data Spaces Association, 2024-02)."""

    version = "2024-1"
    names_callback = frozenset({"request", "offers", "agreement"})

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the canonical form; raise BadInput for a message without a context, or with one not known here."""
        if "@context" not in content:
            raise BadInput(f"This is not a DSP 2024-1 message: it has no @context; {CONTEXT} was expected.")
        read = canonical(content, _DOCUMENTS, SPACE)
        if {"providerPid", "consumerPid"} <= read.keys():
            # Within a process the address may be named again; the one of the first message counts.
            read.pop("callbackAddress", None)
        return {"@context": [CANONICAL], **read}

    def write(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return the message with prefixed names and words."""
        return {
            "@context": CONTEXT,
            **_prefixed({name: value for name, value in message.items() if name != "@context"}),
        }


def _prefixed(node: Mapping[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name, value in node.items():
        if name == "@type":
            written[name] = [_word(kind) for kind in value] if isinstance(value, list) else _word(value)
        elif name in TERMS:
            written[_short(TERMS[name].iri)] = _value(name, TERMS[name], value)
        else:
            written[name] = value
    return written


def _value(name: str, term: Term, value: Any) -> Any:
    if isinstance(value, list):
        written = [_value(name, term, item) for item in value]
        # A duty is one object in this version; more than one cannot be said otherwise than as a list.
        return written[0] if name == "duty" and len(written) == 1 else written
    if name in _NAMED:
        return {"@id": _word(value)}
    if term.value is Value.WORD and isinstance(value, str):
        # A bare operand is a word of ODRL; other bare words (formats) belong to nobody and stay as they are.
        return f"odrl:{value}" if name in _OPERANDS and ":" not in value else _word(value)
    if term.value is Value.NODE and isinstance(value, dict):
        return _prefixed(value)
    return value


def _word(word: Any) -> Any:
    return _short(WORDS[word]) if isinstance(word, str) and word in WORDS else word


def _short(iri: str) -> str:
    for space, prefix in _PREFIXES.items():
        if iri.startswith(space):
            return prefix + iri.removeprefix(space)
    return iri
