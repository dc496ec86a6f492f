"""Births: what is known of people's ages at this node, and the one thing others are told: who decides for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Refused
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.mandate import ages
from skillspace.trust.mandate.model import STRONG, Evidence, Proof, Settings, Stage, Standing, checked_text
from skillspace.trust.mandate.ports import IsOfficer, Note
from skillspace.trust.mandate.store import births, mandates

OLDEST = 130
#: From which age on the words for children are written, by band; the last one serves until the age of consent.
BANDS = ((13, "13-15"), (10, "10-12"), (0, "7-9"))


class Births:
    """Dates of birth, kept for one use: to know who decides. No method gives one back."""

    def __init__(self, *, settings: Settings, is_officer: IsOfficer, note: Note | None = None) -> None:
        self._settings = settings
        self._is_officer = is_officer
        self._note = note

    @property
    def country(self) -> str:
        """The country that is assumed where none is told."""
        return self._settings.country

    def declare(self, work: Work, person: str, *, born: date | None, country: str | None = None) -> None:
        """Keep what a person says of themselves, once: a date of birth, or with None that they are of age.

        Raises BadInput for a day or country that cannot be, Refused when something was told before: a later change
        takes evidence, so that no child grows up overnight.
        """
        told = self._row(work, person, born, country, person, Evidence(type=Proof.DECLARATION, issuer="", reference=""))
        if not work.insert_new(births, told, on="person"):
            raise Refused("Your age was told before; an officer can change it, with evidence.")

    def prove(
        self, work: Work, person: str, *, born: date, country: str | None = None, evidence: Evidence, officer: str
    ) -> None:
        """Keep a date of birth that an officer saw evidence of, in place of what was known before.

        The journal hears who recorded it and on which evidence, not the date.
        Raises Refused when this one is no officer or speaks of themselves, BadInput for evidence that is only a word.
        """
        if officer == person or not self._is_officer(work, officer):
            raise Refused("Only an officer of this node records another's age.")
        if evidence.type not in STRONG:
            raise BadInput(f"A {evidence.type} is no evidence of an age; a register or a document is.")
        for what, text in (("evidence's issuer", evidence.issuer), ("evidence's reference", evidence.reference)):
            checked_text(what, text)
        row = self._row(work, person, born, country, officer, evidence)
        known = work.one(sa.select(births.c.id).where(births.c.person == person))
        work.upsert(births, row | dict(known or {}), on=("person",))
        if self._note:
            content = {name: str(row[name] or "") for name in ("person", "proof", "issuer", "reference", "dated")}
            self._note(work, "age.recorded", str((known or row)["id"]), content | {"told_by": officer})

    def standing(self, work: Work, person: str, at: datetime) -> Standing:
        """Return who decides for a person at a moment. Nothing told means: nobody knows."""
        row = work.where(births, person=person)
        if row is None:
            return Standing(stage=Stage.UNKNOWN)
        is_word = row["proof"] == Proof.DECLARATION
        if row["born"] is None:
            known = not (is_word and self._settings.demands_proof)
            return Standing(stage=Stage.SELF, is_of_age=True) if known else Standing(stage=Stage.UNKNOWN)
        day = ages.local_day(row["country"], at)
        age = ages.age_on(row["born"], day)
        if age < ages.age_of_consent(row["country"], day):
            return Standing(stage=Stage.CHILD, is_asked_too=age >= self._settings.assent_from)
        if is_word and self._settings.demands_proof:
            return Standing(stage=Stage.UNKNOWN)
        return Standing(stage=Stage.SELF, is_of_age=age >= ages.age_of_majority(row["country"]))

    def told(self, work: Work, person: str) -> dict[str, str | None] | None:
        """Return what is kept of a person's age, for their own copy: day, country, and what proves it."""
        row = work.where(births, person=person)
        if row is None:
            return None
        born = row["born"].isoformat() if row["born"] else None
        return {"born": born, "country": row["country"], "proof": row["proof"]}

    def band(self, work: Work, person: str, at: datetime) -> str:
        """Return which words a child reads (“7-9”, “10-12”, “13-15”), for the child's own pages; else empty."""
        if self.standing(work, person, at).stage is not Stage.CHILD:
            return ""
        row = work.one(sa.select(births.c.born, births.c.country).where(births.c.person == person))
        age = ages.age_on(row["born"], ages.local_day(row["country"], at)) if row else 0
        return next(band for least, band in BANDS if age >= least)

    def grown(self, at: datetime, *, of_age: bool) -> sa.ColumnElement[bool]:
        """Return the condition on `birth` for those who have reached the age of consent, or of majority, at `at`."""
        return sa.or_(
            *(
                (births.c.country == country) & (births.c.born <= last)
                for country, last in self._last_births(at, of_age=of_age)
            )
        )

    def erase(self, work: Work, person: str) -> list[str]:
        """Forget a person's age; return what the journal knew it as."""
        known = [str(row["id"]) for row in work.rows(sa.select(births.c.id).where(births.c.person == person))]
        work.delete(births, births.c.person == person)
        return known

    def _last_births(self, at: datetime, *, of_age: bool) -> Iterator[tuple[str, date]]:
        for country in ages.countries():
            day = ages.local_day(country, at)
            years = ages.age_of_majority(country) if of_age else ages.age_of_consent(country, day)
            yield country, ages.born_by(day, years)

    def _row(
        self, work: Work, person: str, born: date | None, country: str | None, teller: str, evidence: Evidence
    ) -> dict[str, object]:
        where = country or self._settings.country
        today = ages.local_day(where, work.now)
        if born is not None and not 0 <= ages.age_on(born, today) <= OLDEST:
            raise BadInput("This cannot be the date of birth of somebody alive.")
        return {
            "id": new_id("age"),
            "person": person,
            "born": born,
            "country": where,
            "proof": evidence.type.value,
            "issuer": evidence.issuer,
            "reference": evidence.reference,
            "dated": evidence.dated,
            "told_by": teller,
            "told": work.now,
        }


def joined() -> sa.Select[tuple[object, ...]]:
    """Return the query over mandates beside what is known of the principal's birth."""
    return sa.select(mandates).join(births, births.c.person == mandates.c.principal)
