"""Reviewed mappings as a mapping set (SSSOM), with who looked at each and how sure that makes it."""

from __future__ import annotations

from skillspace.market.review.mappings import Mappings
from skillspace.market.review.words import OwnTaxonomy
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.translation.sssom import SEMAPV, SKOS, SSSOM, MappingSet, Row, write_mapping_set
from skillspace.skills.translation.sssom_answers import prefix_of
from skillspace.storage.database import Work


def mapping_set(work: Work, mappings: Mappings, one: OwnTaxonomy) -> str:
    """Return the mappings of one own taxonomy that hold, as SSSOM/TSV; refused ones stand there as denied."""
    opened = mappings.words.opened()
    versions = {pack.scheme: pack.version for pack in opened.schemes}
    rows = []
    for it in mappings.decided(work, one):
        slots = {
            "subject_label": _label(opened, it.source),
            "object_label": _label(opened, it.target),
            "reviewer_label": "|".join(it.who),
            "subject_source_version": one.version,
            "object_source_version": versions.get(one.target, ""),
            "mapping_date": it.standing.last.date().isoformat(),
            "comment": it.standing.told,
        }
        if not it.holds:
            slots["predicate_modifier"] = "Not"
        row = Row(
            subject=it.source,
            predicate=f"{SKOS}{it.standing.relation.value}Match",
            object=it.target,
            justification=f"{SEMAPV}ManualMappingCuration",
            confidence=it.confidence if it.holds else round(1 - it.confidence, 3),
            slots={slot: value for slot, value in slots.items() if value},
        )
        rows.append(row)
    metadata: dict[str, str | tuple[str, ...]] = {
        "mapping_set_id": f"urn:skillspace:review:{one.scheme}:{one.target}",
        "mapping_set_title": f"Reviewed mappings of {one.scheme} to {one.target}",
        "license": f"{SSSOM}license/unspecified",
        "mapping_provider": f"urn:skillspace:own:{one.scheme}",
        "mapping_tool": "skillspace review",
    }
    prefixes = {name: prefix_of(opened, scheme) for name, scheme in (("own", one.scheme), (one.target, one.target))}
    return write_mapping_set(MappingSet(prefixes=prefixes, metadata=metadata, rows=tuple(rows)))


def _label(opened: Taxonomies, uri: str) -> str:
    return opened.label(uri, "en") if opened.has(uri) else ""
