"""What is declared of a table that leaves: what becomes of each column, and what may single a person out.

A column that is not named is dropped: what nobody thought of does not leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from skillspace.kernel.errors import BadInput
from skillspace.records.declared import STRICT, read_declared, read_part


class Keep(BaseModel):
    """The value as it is."""

    model_config = STRICT
    kind: Literal["keep"] = Field(alias="as")


class Drop(BaseModel):
    """Nothing of it."""

    model_config = STRICT
    kind: Literal["drop"] = Field(alias="as")


class Pseudonym(BaseModel):
    """A pseudonym; columns that hold the same thing have the same `of`, so that they still meet."""

    model_config = STRICT
    kind: Literal["pseudonym"] = Field(alias="as")
    of: str = Field(default="person", pattern=r"^[a-z][a-z0-9]{0,19}$")


class Text(BaseModel):
    """Free text, read for what identifies; the pseudonym columns of the same row are looked for in it."""

    model_config = STRICT
    kind: Literal["text"] = Field(alias="as")


class Day(BaseModel):
    """A day (ISO 8601) cut to its year, quarter or month."""

    model_config = STRICT
    kind: Literal["date"] = Field(alias="as")
    to: Literal["year", "quarter", "month"]


class Age(BaseModel):
    """A day of birth as an age in bands of `width` years on the day `on`."""

    model_config = STRICT
    kind: Literal["age"] = Field(alias="as")
    on: date
    width: int = Field(default=10, ge=1, le=100)


class Band(BaseModel):
    """A number as the band of `width` it lies in, with everything from `most` on in one."""

    model_config = STRICT
    kind: Literal["band"] = Field(alias="as")
    width: float = Field(gt=0)
    most: float | None = None


class Region(BaseModel):
    """A value as what a table says it belongs to; `otherwise` for the others."""

    model_config = STRICT
    kind: Literal["lookup"] = Field(alias="as")
    table: str
    otherwise: str = "elsewhere"


class Start(BaseModel):
    """The first letters, such as those of a postcode."""

    model_config = STRICT
    kind: Literal["start"] = Field(alias="as")
    letters: int = Field(ge=1, le=20)


Column = Annotated[Keep | Drop | Pseudonym | Text | Day | Age | Band | Region | Start, Field(discriminator="kind")]


class Release(BaseModel):
    """What others may know of a person (`known`), what they must not learn (`secret`), and how many must be alike.

    Rows are left out until at least `k` share what may be known, with at least `l` different values of each secret.
    `person` is the column that says whose a row is, where people have several: then people are counted, not rows.
    """

    model_config = STRICT
    known: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    person: str | None = None
    k: int = Field(default=1, ge=1, le=1_000_000)
    diversity: int = Field(alias="l", default=1, ge=1, le=1_000)


class Rules(BaseModel):
    """What becomes of a table."""

    model_config = STRICT
    columns: dict[str, Column]
    tables: dict[str, dict[str, str]] = {}
    release: Release = Release()


def read_rules(document: bytes) -> Rules:
    """Return what a TOML or JSON file declares; raise BadInput naming what does not fit.

    A column that only says what becomes of it may say so in one word: ``name = "drop"``.
    """
    declared = read_declared(document, _Written, "rules")
    columns = {name: {"as": said} if isinstance(said, str) else said for name, said in declared.columns.items()}
    rules = read_part({**declared.model_dump(), "columns": columns}, Rules, "rules")
    for name, column in rules.columns.items():
        if isinstance(column, Region) and column.table not in rules.tables:
            raise BadInput(f"The rules do not fit: columns.{name}: there is no table {column.table!r} under tables.")
    leaving = {name for name, column in rules.columns.items() if not isinstance(column, Drop)}
    for name in (*rules.release.known, *rules.release.secret):
        if name not in leaving:
            raise BadInput(f"The rules do not fit: release: {name!r} is no column that leaves.")
    if both := set(rules.release.known) & set(rules.release.secret):
        raise BadInput(f"The rules do not fit: release: {min(both)!r} is known and secret at once.")
    return rules


class _Written(BaseModel):
    model_config = STRICT
    columns: dict[str, str | Mapping[str, object]]
    tables: dict[str, dict[str, str]] = {}
    release: dict[str, object] = {}
