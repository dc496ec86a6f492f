"""Keeping what arrives about a person, and answering what they can do, how well proven, and from where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from itertools import islice
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.kernel.ids import new_id
from skillspace.people.accounts import Accounts
from skillspace.people.profile.choices import Choice, ChoiceKind, Choices, choices_of
from skillspace.people.profile.join import Name, apiece, join, read_by
from skillspace.people.profile.model import Arrival, Claim, ProfileSkill, SkillRow, StoredRecord
from skillspace.people.profile.rules import Rules, shipped_rules
from skillspace.people.profile.store import assertions, choice_of, chosen, claim_of, record_of, records
from skillspace.people.profile.translation import meaning_of
from skillspace.records.model import Record, SkillAssertion, ValidationLevel
from skillspace.skills.matching import PersonSkill
from skillspace.skills.taxonomy import ConceptKind, Taxonomies
from skillspace.storage.database import Work

#: The source of what people say themselves.
SELF = "urn:skillspace:self"
#: Kinds of data that tell of jobs held.
_OF_JOBS = ("employment", "profile")
_DAYS_A_YEAR = 365.25
_JOBS = (ConceptKind.OCCUPATION.value, ConceptKind.OCCUPATION_GROUP.value)
#: A job held is no skill; a concept nobody knows may well be one.
_ARE_SKILLS = sa.or_(assertions.c.kind.is_(None), assertions.c.kind.not_in(_JOBS))
_HISTORY = sa.select(chosen).where(chosen.c.person == sa.bindparam("of")).order_by(chosen.c.number)
_BACK = chosen.alias()
#: A claim that its person keeps apart from the skill it is translated to.
_IS_APART = (
    sa.exists()
    .where(
        chosen.c.person == assertions.c.person,
        chosen.c.kind == ChoiceKind.APART.value,
        chosen.c.skill == assertions.c.esco,
        chosen.c.other == assertions.c.concept,
        chosen.c.issuer == assertions.c.issuer,
        sa.not_(sa.exists().where(_BACK.c.ends == chosen.c.number).correlate(chosen)),
    )
    .correlate(assertions)
)


class Profile:
    """The profiles of everybody who has a space at this node; `rules` say how claims become skills."""

    def __init__(self, taxonomies: Taxonomies, accounts: Accounts, rules: Rules | None = None) -> None:
        self._taxonomies = taxonomies
        self._accounts = accounts
        self.rules = rules or shipped_rules()
        is_read = sa.or_(
            assertions.c.concept == assertions.c.esco, assertions.c.relation.in_(sorted(self.rules.relations))
        )
        #: Claims that count for the ESCO skill beside them.
        self._in_esco = sa.and_(_ARE_SKILLS, assertions.c.esco.is_not(None), is_read, sa.not_(_IS_APART))
        self._meaning_of = lru_cache(maxsize=20_000)(partial(meaning_of, taxonomies))

    def keep(self, work: Work, arrival: Arrival) -> str:
        """Store a document with its assertions and return its id; the same one again replaces itself, never doubles."""
        once = (
            (records.c.person == arrival.person)
            & (records.c.source == arrival.source)
            & (records.c.record_id == arrival.record_id)
        )
        known = work.one(sa.select(records.c.id, records.c.arrived).where(once))
        row = _row_of(arrival) | {"updated": work.now}
        if known:
            record, arrived = known["id"], known["arrived"]
            work.delete(assertions, assertions.c.record == record)
            work.update(records, records.c.id == record, **row)
        else:
            record, arrived = new_id("record"), work.now
            work.insert(records, row | {"id": record, "arrived": arrived})
        if arrival.record is not None:
            shared = {"record": record, "arrived": arrived.date()}
            work.insert(assertions, *(self._assertion(arrival, said) | shared for said in arrival.record.assertions))
        return str(record)

    def keep_new(self, work: Work, arrivals: Iterable[Arrival]) -> int:
        """Store many documents that are known to be new, in batches, and return how many: for moving in.

        A document that is here already is the database's error, and nothing of the transaction stays.
        """
        count = 0
        for batch in _batches(arrivals, 500):
            kept: list[dict[str, Any]] = []
            said: list[dict[str, Any]] = []
            for arrival in batch:
                row = _row_of(arrival) | {"id": new_id("record"), "arrived": work.now, "updated": work.now}
                kept.append(row)
                shared = {"record": row["id"], "arrived": work.now.date()}
                if arrival.record is not None:
                    said += (self._assertion(arrival, each) | shared for each in arrival.record.assertions)
            work.insert(records, *kept)
            work.insert(assertions, *said)
            count += len(kept)
        return count

    def keep_only(
        self,
        work: Work,
        person: str,
        *,
        source: str,
        dataset: str,
        kinds: Collection[str],
        record_ids: Collection[str],
    ) -> int:
        """Drop what `source` no longer delivers of these kinds in one data set, and return how many records went."""
        mine = (records.c.person == person) & (records.c.source == source) & (records.c.dataset == dataset)
        gone = records.c.kind.in_(sorted(kinds)) & records.c.record_id.not_in(sorted(record_ids))
        return work.delete(records, mine & gone)

    def skills(self, work: Work, person: str, language: str) -> tuple[ProfileSkill, ...]:
        """Return every skill of a person, by label in `language`; what no taxonomy knows keeps its own words."""
        choices = self.choices(work, person)
        claims = self._claims(work, person, choices)
        in_esco = {claim.esco for claim in claims}

        def name(uri: str) -> Name | None:
            if not self._taxonomies.has(uri):
                return None
            theme = self._taxonomies.theme(uri) if uri in in_esco else ""
            theme_label = self._taxonomies.label(theme, language) if theme else ""
            return Name(label=self._taxonomies.label(uri, language), theme=theme, theme_label=theme_label)

        return join(claims, work.now.date(), name, self.rules, choices)

    def claims(self, work: Work, person: str) -> list[Claim]:
        """Return every claim about a person's skills, as given, and as translated where they do not mind."""
        return self._claims(work, person, self.choices(work, person))

    def history(self, work: Work, person: str) -> tuple[Choice, ...]:
        """Return every word a person said of how claims become their skills, the first first."""
        return tuple(choice_of(row) for row in work.rows(_HISTORY, of=person))

    def choices(self, work: Work, person: str) -> Choices:
        """Return what a person's words come to now."""
        return choices_of(self.history(work, person))

    def occupations(self, work: Work, person: str) -> tuple[str, ...]:
        """Return the ESCO occupations that a person's records say they held, from the latest record on."""
        read = records.c.parsed.is_not(None) & records.c.kind.in_(_OF_JOBS)
        query = sa.select(records.c.parsed).where(records.c.person == person, read).order_by(records.c.updated.desc())
        held = [uri for row in work.rows(query) for uri in Record.from_json(row["parsed"]).occupations]
        meant = (meaning_of(self._taxonomies, uri).esco for uri in held)
        return tuple(dict.fromkeys(uri for uri in meant if uri))

    def held(self, work: Work, person: str) -> set[str]:
        """Return the ESCO skills of which a person has a claim that is still valid."""
        live = sa.or_(assertions.c.valid_until.is_(None), assertions.c.valid_until >= work.now.date())
        query = sa.select(assertions.c.esco).distinct()
        return {str(row["esco"]) for row in work.rows(query.where(assertions.c.person == person, self._in_esco, live))}

    def said_only(self, work: Work, person: str) -> set[str]:
        """Return the ESCO skills of which a person has no valid claim but their own."""
        live = sa.or_(assertions.c.valid_until.is_(None), assertions.c.valid_until >= work.now.date())
        best = sa.func.max(assertions.c.validation)
        theirs = sa.select(assertions.c.esco).where(assertions.c.person == person, self._in_esco, live)
        query = theirs.group_by(assertions.c.esco)
        return {str(row["esco"]) for row in work.rows(query.having(best <= ValidationLevel.SELF_DECLARED.value))}

    def person_skills(self, work: Work, person: str) -> list[PersonSkill]:
        """Return what matching needs to know: ESCO skills with their best live proof, by URI."""
        today = work.now.date()
        choices = self.choices(work, person)
        each = apiece(self._claims(work, person, choices), today, lambda _uri: None, self.rules, choices)
        known = [skill for skill in each if skill.assertions[0].esco]
        return sorted((_person_skill(skill, today) for skill in known), key=lambda skill: skill.uri)

    def skill_rows(self, work: Work, *, leave_out: Collection[str]) -> Iterator[SkillRow]:
        """Give one row per person, ESCO skill and source with its best live proof, read as a stream.

        `leave_out` are the people whose data may not be used now: whoever reads everybody's has to ask who they are.
        """
        territories = self._accounts.territories(work)
        held, today = assertions.c, work.now.date()
        live = sa.or_(held.valid_until.is_(None), held.valid_until >= today)
        best = sa.func.max(sa.case((live, held.validation), else_=1))
        query = sa.select(held.person, held.esco, held.source, best).where(self._in_esco)
        grouped = query.group_by(held.person, held.esco, held.source)
        for person, esco, source, validation in work.connection.execute(grouped):
            if person in leave_out:
                continue
            yield SkillRow(
                person=person, territory=territories.get(person), uri=esco, validation=validation, source=source
            )

    def records(self, work: Work, person: str) -> list[StoredRecord]:
        """Return every document of a person, the latest first; those with a problem are among them."""
        query = sa.select(records).where(records.c.person == person)
        return [record_of(row) for row in work.rows(query.order_by(records.c.updated.desc(), records.c.id))]

    def readable(self, work: Work, person: str, kind: str) -> Iterator[StoredRecord]:
        """Give the documents of a person of one kind that could be read, by id, one after the other: together they may
        be more than should be in memory at once."""
        query = sa.select(records.c.id).where(records.c.person == person, records.c.kind == kind)
        for row in work.rows(query.where(records.c.problem_code.is_(None)).order_by(records.c.id)):
            yield self.record(work, person, row["id"])

    def record(self, work: Work, person: str, record: str) -> StoredRecord:
        """Return one document of this person; raise NotFound, also when it is somebody else's."""
        row = work.one(sa.select(records).where(records.c.id == record, records.c.person == person))
        if row is None:
            raise NotFound("You have no such record.")
        return record_of(row)

    def remove_source(self, work: Work, person: str, source: str) -> int:
        """Delete all that came from one source and return how many records went."""
        return work.delete(records, (records.c.person == person) & (records.c.source == source))

    def remove_record(self, work: Work, person: str, source: str, record_id: str) -> int:
        """Delete one document by its source's own name for it."""
        mine = (records.c.person == person) & (records.c.source == source)
        return work.delete(records, mine & (records.c.record_id == record_id))

    def remove_grant(self, work: Work, grant: str) -> int:
        """Delete all that came under one grant and return how many records went."""
        return work.delete(records, records.c.grant_id == grant)

    def erase(self, work: Work, person: str) -> int:
        """Delete all of a person, what they said of it too, and return how many records went."""
        work.delete(chosen, chosen.c.person == person)
        return work.delete(records, records.c.person == person)

    def _claims(self, work: Work, person: str, choices: Choices) -> list[Claim]:
        query = sa.select(assertions).where(assertions.c.person == person, _ARE_SKILLS)
        return [read_by(claim_of(row), self.rules, choices) for row in work.rows(query)]

    def _assertion(self, arrival: Arrival, said: SkillAssertion) -> dict[str, Any]:
        meaning = self._meaning_of(said.concept)
        given = {
            name: getattr(said, name)
            for name in ("concept", "label", "language", "level", "level_scheme", "issuer", "issuer_name")
        }
        return given | {
            "person": arrival.person,
            "source": arrival.source,
            "source_name": arrival.source_name,
            "kind": meaning.kind.value if meaning.kind else None,
            "esco": meaning.esco,
            "relation": meaning.relation.value if meaning.relation else None,
            "validation": int(said.validation),
            "issued": said.issued,
            "valid_until": said.valid_until,
            "evidence_record": said.evidence.record_id,
            "evidence_title": said.evidence.title,
            "evidence_kind": said.evidence.kind.value,
            "excerpt": said.evidence.excerpt,
        }


def _row_of(arrival: Arrival) -> dict[str, Any]:
    record: Record | None = arrival.record
    return {
        "person": arrival.person,
        "source": arrival.source,
        "source_name": arrival.source_name,
        "record_id": arrival.record_id,
        "kind": arrival.kind,
        "media_type": arrival.media_type,
        "document": arrival.document,
        # Name, address and birth stay in the document itself: a profile is of skills and needs no second copy.
        "parsed": replace(record, person=None).to_json() if record else None,
        "problem_code": arrival.problem.code if arrival.problem else None,
        "problem": arrival.problem.message[:1000] if arrival.problem else None,
        "grant_id": arrival.grant,
        "dataset": arrival.dataset,
    }


def _person_skill(skill: ProfileSkill, today: date) -> PersonSkill:
    latest = max(claim.since for claim in skill.claims)
    years = max((today - latest).days / _DAYS_A_YEAR, 0.0)
    return PersonSkill(uri=skill.uri, validation=skill.validation, level=skill.level, years_since=years)


def _batches(arrivals: Iterable[Arrival], size: int) -> Iterator[list[Arrival]]:
    source = iter(arrivals)
    while batch := list(islice(source, size)):
        yield batch
