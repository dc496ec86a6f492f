"""From rows about people and jobs to a publication: count, protect, put into words; nothing personal leaves here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from skillspace.insight.cubes import Contribution, demand_counts, supply_tables
from skillspace.insight.disclosure import Rule, protect
from skillspace.insight.memory import recall, remember
from skillspace.insight.publication import Naming, Publication, publication


def make_statistics(
    people: Iterable[Contribution],
    jobs: Iterable[tuple[str, Iterable[str]]],
    *,
    parents: Mapping[str, str | None],
    concept_of: Callable[[str], str],
    naming: Naming,
    as_of: dt.date,
    source: str,
    rule: Rule | None = None,
    memory: bytes | None = None,
) -> tuple[Publication, bytes]:
    """Return what may be published, and the memory to give back at the next publication and to keep private.

    ``people`` and ``jobs`` are read once; ``parents`` are the territories, each with the one around it. A node that
    publishes must pass the memory of its last publication: two publications made apart could be subtracted.
    Raises BadInput on a territory that is not among them, UnreadableFile on a damaged memory.
    """
    rule = rule or Rule()
    before = recall(memory) if memory is not None else {}
    demand = demand_counts(jobs, parents, concept_of)
    wanted = {concept for _, concept in demand}
    tables = supply_tables(people, parents, concept_of, wanted | before.keys())
    supply = {concept: protect(table, as_of, rule, before.get(concept)) for concept, table in tables.items()}
    document = publication(supply, demand, naming, as_of=as_of, source=source, rule=rule)
    return document, remember(supply)
