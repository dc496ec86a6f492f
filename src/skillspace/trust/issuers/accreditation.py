"""What organisations are accredited for, by whom and until when; and whether that covers a matter.

Follows elm:Accreditation (European Learning Model v3, accreditation profile): each kind of limit narrows, none of a
kind narrows nothing. Where a limit meets a matter that does not tell this about itself, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from skillspace.trust.issuers.model import Line, Matter, Outcome, Source, Why

MAX_LIMITS = 2000
Text = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]*$")]
Texts = Annotated[tuple[Text, ...], Field(max_length=MAX_LIMITS)]
#: An organisation's number with its kind and country, as certificates have it (ETSI EN 319 412-1 §5.1.4).
LEGAL_NAME = re.compile(r"(?:VAT|NTR|PSD|LEI|TIN)[A-Z]{2}-[A-Za-z0-9.+/-]{1,60}")
_VAT = re.compile(r"([A-Z]{2})([A-Z0-9]{2,13})")
FieldCode = Annotated[str, Field(pattern=r"^\d{2,4}$")]
Level = Annotated[int, Field(ge=1, le=8)]


class Accreditation(BaseModel):
    """One accreditation of one organisation.

    `names` are the identifiers it is found by: DIDs, and legal ones as in a seal (``VATSE-556…``). `by` is who
    decided. The limits: `levels` of the EQF, `fields` as ISCED-F codes (one of two digits covers all beneath it),
    `types` of credentials by their names and `profiles` by the URIs of the EU's list of credential types,
    `qualifications` and `skills` by URI, `places` where it counts.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    names: Annotated[tuple[Text, ...], Field(min_length=1, max_length=50)]
    organisation: Text
    by: Text
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    levels: Annotated[tuple[Level, ...], Field(max_length=8)] = ()
    fields: Annotated[tuple[FieldCode, ...], Field(max_length=MAX_LIMITS)] = ()
    types: Texts = ()
    profiles: Texts = ()
    qualifications: Texts = ()
    skills: Texts = ()
    places: Texts = ()

    def covers(self, matter: Matter) -> Outcome:
        """Return whether the matter lies within every limit; unknown where it does not tell, or only partly does."""
        found = set(self._limits(matter))
        if Outcome.NO in found:
            return Outcome.NO
        return Outcome.UNKNOWN if Outcome.UNKNOWN in found else Outcome.YES

    @property
    def scope(self) -> str:
        """Its limits as people may read them, ISCED-F and EQF by their numbers; a dash where it has none."""
        parts = [
            f"EQF {', '.join(map(str, sorted(self.levels)))}" if self.levels else "",
            f"ISCED-F {', '.join(self.fields[:6])}" if self.fields else "",
            *(", ".join(map(_last, each[:6])) for each in self._named()),
        ]
        return "; ".join(part for part in parts if part) or "–"

    def _named(self) -> tuple[tuple[str, ...], ...]:
        return self.types, self.profiles, self.qualifications, self.skills, self.places

    def _limits(self, matter: Matter) -> Iterator[Outcome]:
        yield _within(self.levels, matter.levels)
        yield _within(self.types, matter.types)
        yield _within(self.profiles, matter.profiles)
        yield _within(self.qualifications, matter.qualifications)
        yield _within(self.skills, matter.skills)
        beneath = {code for code in matter.fields if code.startswith(self.fields)}
        yield _within(self.fields and (*self.fields, *beneath), matter.fields)
        if self.places:  # no credential says where its issuer taught
            yield Outcome.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Said:
    """An accreditation with the list it stands in: who signed that, when it was taken in, and until when it counts."""

    accreditation: Accreditation
    signer: str
    taken: datetime
    list_until: datetime

    @property
    def until(self) -> datetime:
        """The end of what comes first, the accreditation or its list."""
        return min(self.accreditation.until or self.list_until, self.list_until)


def line_of(said: Sequence[Said], matter: Matter, at: datetime) -> Line:
    """Return what accreditation lists say of an issuer in a matter: the best of them that counts at the moment."""
    nothing = Line(source=Source.ACCREDITATION, outcome=Outcome.NO, why=Why.NO_ACCREDITATION)
    return min((_line(each, matter, at) for each in said), key=_rank, default=nothing)


_ANSWERS = {
    Outcome.YES: Why.ACCREDITED,
    Outcome.UNKNOWN: Why.ACCREDITED_PERHAPS,
    Outcome.NO: Why.ACCREDITED_OTHERWISE,
}
_ORDER = (Why.ACCREDITED, Why.ACCREDITED_PERHAPS, Why.ACCREDITED_OTHERWISE, Why.ACCREDITATION_LATER)


def _line(said: Said, matter: Matter, at: datetime) -> Line:
    outcome = said.accreditation.covers(matter)
    why, begin = _ANSWERS[outcome], said.accreditation.since
    if at >= said.until:
        outcome, why = Outcome.NO, Why.ACCREDITATION_ENDED
    elif begin is not None and at < begin:
        outcome, why = Outcome.NO, Why.ACCREDITATION_LATER
    by = said.accreditation.by
    return Line(
        source=Source.ACCREDITATION,
        outcome=outcome,
        why=why,
        by=by if by == said.signer else f"{by} ({said.signer})",
        detail=said.accreditation.scope,
        until=said.until,
        checked=said.taken,
    )


def _rank(line: Line) -> tuple[int, float]:
    """The best answer first, and of the same ones that which lasts longest."""
    place = _ORDER.index(line.why) if line.why in _ORDER else len(_ORDER)
    return place, -(line.until.timestamp() if line.until else 0)


def vat_name(number: str) -> str | None:
    """Return a VAT number as certificates write it (``SE5560…`` is ``VATSE-5560…``); None without its country."""
    bare = re.sub(r"[\s.-]", "", number).upper()
    if LEGAL_NAME.fullmatch(number):
        return number
    found = _VAT.fullmatch(bare)
    return f"VAT{found[1]}-{found[2]}" if found else None


def _within(allowed: Collection[object], told: Collection[object]) -> Outcome:
    if not allowed:
        return Outcome.YES
    outside = set(told) - set(allowed)
    if told and not outside:
        return Outcome.YES
    return Outcome.NO if told and len(outside) == len(set(told)) else Outcome.UNKNOWN


def _last(name: str) -> str:
    """The last part of a URI, which is what people may recognise of it."""
    return name.rstrip("/").rpartition("/")[2] or name
