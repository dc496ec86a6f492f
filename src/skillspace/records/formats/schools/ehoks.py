"""HOKS, the personal competence development plan of vocational students in Finland (eHOKS).

Facts follow the service's public model (Finnish National Agency for Education, EUPL 1.1+). What was learnt before and
is recognised is in it, and what was shown to be learnt; what is only planned proves nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import Field

from skillspace.records.formats.edge import Day, Edge, Envelope, Many, Text, asserted, fit
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "ehoks"
TITLE = "Finnish personal competence development plan (HOKS)"
NEEDS_SIGNATURE = False
_OWN = {"opiskeluoikeus-oid", "oppija-oid"}


class Shown(Edge):
    """When and how it was shown."""

    until: Day = Field(default=None, validation_alias="loppu")


class Unit(Edge):
    """A unit of a qualification: a national one by its code, a local one by its name."""

    code: Text = Field(default=None, validation_alias="tutkinnon-osa-koodi-uri")
    name: Text = Field(default=None, validation_alias="nimi")
    shown: Many[Shown] = Field(default=(), validation_alias="osaamisen-osoittaminen")


class Plan(Edge):
    """The whole plan."""

    right: str = Field(validation_alias="opiskeluoikeus-oid")
    learner: Text = Field(default=None, validation_alias="oppija-oid")
    accepted: Day = Field(default=None, validation_alias="ensikertainen-hyvaksyminen")
    earlier_national: Many[Unit] = Field(default=(), validation_alias="aiemmin-hankitut-ammat-tutkinnon-osat")
    earlier_local: Many[Unit] = Field(default=(), validation_alias="aiemmin-hankitut-paikalliset-tutkinnon-osat")
    earlier_common: Many[Unit] = Field(default=(), validation_alias="aiemmin-hankitut-yhteiset-tutkinnon-osat")
    national: Many[Unit] = Field(default=(), validation_alias="hankittavat-ammat-tutkinnon-osat")
    local: Many[Unit] = Field(default=(), validation_alias="hankittavat-paikalliset-tutkinnon-osat")


def recognises(document: object) -> bool:
    """Whether this is a plan, bare or as the service answers it."""
    return _inner(document).keys() >= _OWN


def read(document: object, envelope: Envelope) -> Record:
    """Read a plan into a record; raises UnreadableFile naming what is missing."""
    plan = fit(Plan, _inner(document), "competence development plan")
    record = Record(
        id=envelope.name_of(f"urn:oid:{plan.right}"),
        kind=RecordKind.SCHOOL_RECORD,
        title="Personal competence development plan",
        issuer=envelope.speaker_of("eHOKS"),
        issuer_name="eHOKS",
        issued=plan.accepted,
        proof=envelope.proof,
        subject=f"urn:oid:{plan.learner}" if plan.learner else None,
        media_type=envelope.media_type,
        format=FORMAT,
    )
    return replace(record, assertions=tuple(_assertions(plan, record)))


def _assertions(plan: Plan, record: Record) -> Iterator[SkillAssertion]:
    for unit in (*plan.earlier_national, *plan.earlier_local, *plan.earlier_common):
        if label := unit.name or unit.code:
            yield asserted(record, label, validation=ValidationLevel.ASSESSED, said=("learnt before, and recognised",))
    for unit in (*plan.national, *plan.local):
        shown = max((each.until for each in unit.shown if each.until), default=None)
        if (label := unit.name or unit.code) and shown:
            yield asserted(record, label, validation=ValidationLevel.ASSESSED, issued=shown, said=(f"shown {shown}",))


def _inner(document: object) -> Mapping[str, object]:
    whole = document if isinstance(document, Mapping) else {}
    inside = whole.get("data")
    return inside if isinstance(inside, Mapping) else whole
