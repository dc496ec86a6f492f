"""What a European digital credential tells of what a person achieved, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from skillspace.records.formats.credentials.elm_shapes import Claim, Outcome
from skillspace.records.life import Entry, EntryKind


def entries_in(claims: Sequence[Claim]) -> Iterator[Entry]:
    """The achievements of a credential as a tree of studies; what somebody took part in or may do is none."""
    for claim in claims:
        if claim.type and "LearningAchievement" not in claim.type:
            continue
        words, points, (grade, scheme) = claim.words, claim.credits, claim.marks
        bodies = (body.name for awarding in claim.awarded_by for body in awarding.awarding_body)
        specifications = [s for spec in claim.specified_by for s in (spec, *spec.teaches)]
        outcomes = (words for spec in specifications for outcome in spec.learning_outcome for words in _skills(outcome))
        when = next(iter(claim.temporal), None)
        yield Entry(
            kind=EntryKind.EDUCATION,
            title=words.text if words else "",
            organisation=next((name for name in bodies if name), None),
            country=next((found for awarding in claim.awarded_by if (found := awarding.country)), None),
            since=when.start_date if when else None,
            until=when.end_date if when else None,
            summary=claim.description.text if claim.description else None,
            level=f"EQF {claim.eqf}" if claim.eqf else None,
            grade=grade,
            grade_scheme=scheme if grade else None,
            credits=str(points.point) if points else None,
            credit_scheme=points.kind if points else None,
            field=claim.field,
            url=claim.url,
            identifier=claim.number,
            workload=claim.workload,
            mode=claim.mode,
            assessment=claim.assessment,
            quality=claim.quality,
            outcomes=tuple(dict.fromkeys(outcomes)),
            parts=tuple(entries_in((*claim.has_part, *claim.was_derived_from))),
        )


def _skills(outcome: Outcome) -> list[str]:
    """The skills an outcome relates to, else its own words: what assertions are made of."""
    related = (*outcome.related_esco, *outcome.related_skill)
    named = [concept.pref_label.text for concept in related if concept.pref_label]
    return named or ([outcome.title.text] if outcome.title else [])
