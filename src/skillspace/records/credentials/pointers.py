"""Claims path pointers: how issuers, wallets and verifiers name the same claims of a credential (OpenID4VP 1.0 §7)."""

from __future__ import annotations

from collections.abc import Iterator

from skillspace.kernel.errors import BadInput

Pointer = tuple[str | int | None, ...]
"""A way into a JSON document: a name in an object, an index in a list, or None for every element of a list."""
Place = tuple[str | int, ...]
"""One claim: a pointer that names every index."""
MAX_STEPS = 16


def read_pointer(value: object) -> Pointer:
    """Read a pointer from JSON; raise BadInput unless it is a non-empty list of texts, whole numbers and nulls."""
    if not isinstance(value, list) or not 0 < len(value) <= MAX_STEPS:
        raise BadInput(f"A path to a claim is a list of 1 to {MAX_STEPS} steps.")
    for step in value:
        is_index = isinstance(step, int) and not isinstance(step, bool) and step >= 0
        if not (step is None or isinstance(step, str) or is_index):
            raise BadInput("A step of a path is a name, a whole number from 0, or null.")
    return tuple(value)


def places(document: object, pointer: Pointer) -> list[Place]:
    """Return every place in `document` that a pointer selects, in the document's order; none is an empty list.

    Raises BadInput where a step asks for a name in what is no object, or for elements of what is no list.
    """
    return [place for place, _ in _selected(document, pointer)]


def selected(document: object, pointer: Pointer) -> list[object]:
    """Return the values at `places(document, pointer)`."""
    return [value for _, value in _selected(document, pointer)]


def _selected(document: object, pointer: Pointer) -> list[tuple[Place, object]]:
    found: list[tuple[Place, object]] = [((), document)]
    for step in pointer:
        found = [each for place, value in found for each in _stepped(place, value, step)]
    return found


def _stepped(place: Place, value: object, step: str | int | None) -> Iterator[tuple[Place, object]]:
    if isinstance(step, str):
        if not isinstance(value, dict):
            raise BadInput(f"The path asks for {step[:60]!r} in what is no object.")
        if step in value:
            yield (*place, step), value[step]
        return
    if not isinstance(value, list):
        raise BadInput("The path asks for elements of what is no list.")
    if step is None:
        yield from (((*place, index), each) for index, each in enumerate(value))
    elif step < len(value):
        yield (*place, step), value[step]
