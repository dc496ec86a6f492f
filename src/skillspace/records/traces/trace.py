"""One record of another system while it is read: what was taken out of it, and so what was left behind."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]
EMPTY: tuple[object, ...] = (None, "", [], {})
"""What says nothing and so cannot be lost."""


class Trace:
    """A record, JSON values under names. Whatever is asked for counts as taken; the rest is the loss.

    `part` and `parts` give views of what lies deeper; they share what was taken with the whole.
    """

    def __init__(self, content: Mapping[str, object], at: Path = (), whole: Trace | None = None) -> None:
        self.content = content
        self._at = at
        self._taken: set[Path] = whole._taken if whole else set()
        self._dropped: list[str] = whole._dropped if whole else []

    def take(self, *path: str) -> object:
        """Return what stands at a path and everything below it, None where nothing does."""
        found: object = self.content
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        if found is not None:
            self._taken.add((*self._at, *path))
        return found

    def text(self, *path: str) -> str | None:
        """Return a text or a number at a path, as text without spaces around it; None where there is none."""
        found = self._look(path)
        if isinstance(found, bool) or not isinstance(found, str | int | float) or not str(found).strip():
            return None
        return str(self.take(*path)).strip()

    def first(self, *names: str) -> str | None:
        """Return the text under the first of these names that has one."""
        return next((found for name in names if (found := self.text(name)) is not None), None)

    def number(self, *path: str) -> float | None:
        """Return a number at a path, also one that is written as text; None where there is none."""
        found = self._look(path)
        if isinstance(found, bool) or not isinstance(found, str | int | float):
            return None
        try:
            value = float(found)
        except (ValueError, OverflowError):
            return None
        if not math.isfinite(value):
            return None
        self.take(*path)
        return int(value) if value.is_integer() and abs(value) < 2**53 else value

    def part(self, *path: str) -> Trace | None:
        """Return the object at a path as a trace of its own; nothing of it is taken yet."""
        found = self._look(path)
        return Trace(found, (*self._at, *path), self) if isinstance(found, Mapping) else None

    def parts(self, *path: str) -> list[Trace]:
        """Return the objects of a list at a path, or the one object that stands there."""
        found = self._look(path)
        if isinstance(found, Mapping):
            return [Trace(found, (*self._at, *path), self)]
        listed = found if isinstance(found, list) else []
        return [
            Trace(one, (*self._at, *path, place), self) for place, one in enumerate(listed) if isinstance(one, Mapping)
        ]

    def drop(self, path: str) -> None:
        """Note that something which was taken stays behind after all."""
        self._dropped.append(path)

    def left(self) -> Iterator[str]:
        """Give the path of every value that was not taken, in words joined by dots; places in lists are left out."""
        yield from self._dropped
        for path in _leaves(self.content, self._at):
            if not any(path[:end] in self._taken for end in range(1, len(path) + 1)):
                yield ".".join(step for step in path if isinstance(step, str))

    def _look(self, path: tuple[str, ...]) -> object:
        found: object = self.content
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found


def _leaves(content: object, at: Path) -> Iterator[Path]:
    waiting: list[tuple[object, Path]] = [(content, at)]
    while waiting:
        found, path = waiting.pop()
        if isinstance(found, Mapping):
            waiting.extend((inner, (*path, str(name))) for name, inner in found.items())
        elif isinstance(found, list):
            waiting.extend((inner, (*path, place)) for place, inner in enumerate(found))
        elif found not in EMPTY:
            yield path
