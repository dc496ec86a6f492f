"""Places in a statement, as profiles write them: the part of JSONPath that xAPI profiles use (Profiles 1.0 §8.1.1).

``$.context.extensions['https://…']``, ``[*]``, ``[0]``, ``.*`` and several places parted by ``|``. A path without a
dollar, as selectors are often written, begins at the value at hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from skillspace.kernel.errors import BadInput

Step = str | int | None
"""A name, a place in a list, or None for everything."""
Way = tuple[Step, ...]
MAX_STEPS = 32
MAX_VALUES = 10_000
"""Values at one place of a statement that are looked at, at most."""
_STEP = re.compile(
    r"""\.(?P<name>[A-Za-z_][\w-]*)|\.(?P<all>\*)|\[\s*(?:(?P<place>\d{1,6})|(?P<each>\*)"""
    r"""|'(?P<single>[^']*)'|"(?P<double>[^"]*)")\s*\]"""
)


def read_places(written: str) -> tuple[Way, ...]:
    """Return the ways to the places that a profile names; raise BadInput where this is none of the kind read here."""
    return tuple(_way(one.strip()) for one in _parted(written))


def values_at(content: object, ways: Sequence[Way]) -> list[object]:
    """Return every value at any of these places, each once for each way to it."""
    found: list[object] = []
    for way in ways:
        here = [content]
        for step in way:
            here = [inner for one in here for inner in _step(one, step)][:MAX_VALUES]
        found += here
    return found


def _step(content: object, step: Step) -> Sequence[object]:
    if isinstance(content, Mapping):
        if step is None:
            return list(content.values())
        return [content[step]] if step in content else []
    if isinstance(content, list):
        if step is None:
            return content
        return [content[step]] if isinstance(step, int) and step < len(content) else []
    return []


def _parted(written: str) -> list[str]:
    """Return what bars part, but for bars between quotes."""
    return re.findall(r"(?:'[^']*'|\"[^\"]*\"|[^|'\"])+", written) or [""]


def _way(written: str) -> Way:
    rest = written[1:] if written.startswith("$") else written if written.startswith((".", "[")) else f".{written}"
    steps: list[Step] = []
    at = 0
    while at < len(rest):
        hit = _STEP.match(rest, at)
        if hit is None or len(steps) == MAX_STEPS:
            raise BadInput(f"This place is not written as profiles write them: {written[:200]!r}.")
        kind = hit.lastgroup
        steps.append(None if kind in ("all", "each") else int(hit["place"]) if kind == "place" else hit[str(kind)])
        at = hit.end()
    return tuple(steps)
