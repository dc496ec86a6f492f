"""Which deeds count for an inference: those about its subject, after what a person took back on a denial."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from skillspace.records.analytics.deeds import Deed, Thing

#: Up to when deeds count no more, by the key of the inference they are left out of.
Floors = Mapping[str, datetime]


def by_subject(
    deeds: Sequence[Deed], subjects: Callable[[Deed], Iterable[Thing | None]]
) -> list[tuple[Thing | None, list[Deed]]]:
    """Return the deeds about each subject, subjects by address; the newest deed's name for it is the one kept."""
    found: dict[str, tuple[Thing | None, list[Deed]]] = {}
    for deed in deeds:
        for subject in subjects(deed):
            name = subject.id if subject else ""
            before = found.get(name, (subject, []))
            before[1].append(deed)
            named = subject if subject and subject.names else before[0]
            found[name] = (named, before[1])
    return [found[name] for name in sorted(found)]


def since(deeds: Sequence[Deed], key: str, floors: Floors) -> Sequence[Deed]:
    """Return the deeds that still count for a key."""
    floor = floors.get(key)
    return deeds if floor is None else [one for one in deeds if one.when > floor]
