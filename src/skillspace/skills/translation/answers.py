"""Translations as JSON Lines: a request a line in, its mappings out, in the shape the command promises to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.translation.model import Mapping, Step, Translation
from skillspace.skills.translation.naming import own_name
from skillspace.skills.translation.translator import Translator


@dataclass(frozen=True, kw_only=True)
class Request:
    """One line: what the answer is to be called, and the concept, by its scheme's own code or URI."""

    id: str | int
    concept: str


def read_request(line: bytes, number: int) -> Request:
    """Return the request of a line. Raises BadInput, naming the line, for anything but ``{"id", "concept"}``."""
    try:
        asked = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise BadInput(f"line {number}: this is not JSON ({fault.msg}).") from fault
    if not isinstance(asked, dict):
        raise BadInput(f'line {number}: this is not a JSON object; write {{"id": …, "concept": …}}.')
    name, concept = asked.get("id"), asked.get("concept")
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise BadInput(f'line {number}: "id" must be a text or a whole number.')
    if not isinstance(concept, str) or not concept.strip():
        raise BadInput(f'line {number}: "concept" must be a text: a code or URI of the scheme you translate from.')
    return Request(id=name, concept=concept)


@dataclass(frozen=True, kw_only=True)
class Answerer:
    """Answers lines about one pair of schemes."""

    translator: Translator
    frm: str
    to: str
    limit: int

    def ask(self, line: bytes, number: int) -> tuple[Request, Translation]:
        """Return a line's request and its translation. Raises BadInput as ``read_request`` does."""
        asked = read_request(line, number)
        return asked, self.translator.translate(asked.concept, self.to, frm=self.frm, limit=self.limit)

    def answer(self, line: bytes, number: int) -> bytes:
        """Return the answer to a line as JSON, with a line break. Raises BadInput as ``read_request`` does."""
        asked, found = self.ask(line, number)
        taxonomies = self.translator.taxonomies
        said: dict[str, Any] = {"id": asked.id, "mappings": [as_json(taxonomies, one) for one in found.mappings]}
        if found.note is not None:
            said["note"] = found.note
        return orjson.dumps(said) + b"\n"


def as_json(taxonomies: Taxonomies, one: Mapping) -> dict[str, Any]:
    """Return a mapping as it is written; ``concept`` is the other scheme's own code or URI."""
    said: dict[str, Any] = {
        "concept": own_name(taxonomies, one.target),
        "relation": one.relation.value,
        "confidence": one.confidence,
        "kind": one.way.value,
        "path": [_step(taxonomies, step) for step in one.path],
    }
    if one.retired:
        said["retired"] = True
        said["replaced_by"] = [own_name(taxonomies, uri) for uri in one.replaced_by]
    return said


def _step(taxonomies: Taxonomies, step: Step) -> dict[str, str]:
    return {
        "from": own_name(taxonomies, step.source),
        "to": own_name(taxonomies, step.target),
        "relation": step.relation.value,
        "author": step.author,
        "from_version": step.source_version,
        "to_version": step.target_version,
    }
