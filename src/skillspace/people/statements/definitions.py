"""What all statements together say of activities: their definitions, the newest word of each (xAPI §2.4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from hashlib import blake2b
from typing import Any

import orjson

from skillspace.people.statements.store import definitions
from skillspace.records.statements import activities, merged
from skillspace.storage.database import Work

#: Of so many activities it is remembered what was said last.
_MOST_KEPT = 20_000
#: After which statement something was so: its number and its moment.
State = tuple[int, object]


class Definitions:
    """Keeps the definitions of activities.

    Tools say the same of an activity all day, so what was said last is remembered, as a hash. That holds as long as
    nobody else wrote meanwhile, in another process or after a transaction that came to nothing: each time the last
    statement must be the one that this store wrote itself.
    """

    def __init__(self) -> None:
        self._said: dict[str, bytes] = {}
        self._after: State | None = None

    def learn(self, work: Work, new: Iterable[Mapping[str, Any]], *, before: State, after: State) -> None:
        """Keep what statements say of activities, beside what was known. `before` and `after` are the state of the
        store without them and with them."""
        if before != self._after or len(self._said) > _MOST_KEPT:
            self._said.clear()
        self._after = after
        said: dict[str, list[Mapping[str, Any]]] = {}
        for statement in new:
            for activity in activities(statement):
                words = activity.get("definition")
                if words and self._is_news(activity["id"], words):
                    said.setdefault(activity["id"], []).append(words)
        known = {row["id"]: row["definition"] for row in work.among(definitions, "id", said)} if said else {}
        whole = {name: reduce(merged, words, known.get(name)) for name, words in said.items()}
        news = [{"id": name, "definition": each} for name, each in whole.items() if each != known.get(name)]
        work.upsert(definitions, *news, on=("id",))

    def of(self, work: Work, activity: str) -> Mapping[str, Any] | None:
        """Return what is known of an activity, or None."""
        row = work.where(definitions, id=activity)
        return row["definition"] if row is not None else None

    def _is_news(self, activity: str, words: Mapping[str, Any]) -> bool:
        told = blake2b(orjson.dumps(words), digest_size=16).digest()
        is_news = self._said.get(activity) != told
        self._said[activity] = told
        return is_news
