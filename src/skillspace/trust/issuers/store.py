"""The accreditation lists this node took in: what a signer says now is what its latest list says, and no more."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from skillspace.kernel.errors import Conflict, NotFound, Refused
from skillspace.storage.database import Moment, Work, metadata
from skillspace.trust.issuers.accreditation import Accreditation, Said
from skillspace.trust.issuers.lists import AccreditationList

lists = sa.Table(
    "accreditation_list",
    metadata,
    sa.Column("signer", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("issued", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("taken", Moment, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
)

accreditations = sa.Table(
    "accreditation",
    metadata,
    #: One row for each name of the organisation.
    sa.Column("organisation", sa.String, primary_key=True),
    sa.Column("signer", sa.String, primary_key=True),
    sa.Column("list", sa.String, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
)


class Accreditor(BaseModel):
    """One line of an operator's settings (``[[accreditors]]`` in ``node.toml``): whose accreditation lists count."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    did: str = Field(pattern=r"^did:[a-z0-9]+:\S+$", max_length=300)
    name: str = Field(min_length=1, max_length=200)


class NotAnAccreditor(Refused):
    """This signer's accreditation lists do not count at this node."""


class OlderList(Conflict):
    """A newer list of this name is here."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A list as this node keeps it; `counts` tells whether its signer is one whose lists count now."""

    signer: str
    signer_name: str
    name: str
    issued: datetime
    until: datetime
    taken: datetime
    number: int
    counts: bool


class AccreditationLists:
    """Takes lists in and finds what they say; a signer who is configured no more says nothing from then on."""

    def __init__(self, accreditors: Sequence[Accreditor], *, own_did: str, own_name: str) -> None:
        """This node's own lists always count: its operator wrote them."""
        self._names: Mapping[str, str] = {each.did: each.name for each in accreditors} | {own_did: own_name}

    def check_signer(self, signer: str) -> None:
        """Raise NotAnAccreditor unless this signer's lists count."""
        if signer not in self._names:
            raise NotAnAccreditor(
                f"Lists that {signer} signed do not count here. Who shall count stands under [[accreditors]] in "
                "node.toml, with did and name."
            )

    def take(self, work: Work, found: AccreditationList) -> None:
        """Put a list in the place of the one of the same signer and name. Raises NotAnAccreditor, OlderList."""
        self.check_signer(found.signer)
        kept = work.where(lists, signer=found.signer, name=found.name)
        if kept is not None and kept["issued"] > found.issued:
            raise OlderList(f"“{found.name}” of {found.signer} is here as of {kept['issued'].isoformat()}.")
        self.remove(work, found.signer, found.name)
        row = {"signer": found.signer, "name": found.name, "digest": found.digest, "issued": found.issued}
        row |= {"until": found.until, "taken": work.now, "number": len(found.accreditations)}
        work.insert(lists, row)
        for place, each in enumerate(found.accreditations):
            content = each.model_dump(mode="json", exclude_defaults=True)
            of_list = {"signer": found.signer, "list": found.name, "place": place, "content": content}
            work.insert(accreditations, *({"organisation": name, **of_list} for name in dict.fromkeys(each.names)))

    def remove(self, work: Work, signer: str, name: str, *, must_be: bool = False) -> None:
        """Forget a list and all it says; raise NotFound where it `must_be` here and is not."""
        if not work.remove(lists, signer=signer, name=name) and must_be:
            raise NotFound(f"There is no list “{name}” of {signer} here.")
        work.remove(accreditations, signer=signer, list=name)

    def kept(self, work: Work) -> list[Kept]:
        """Return every list that is here, those of signers that do not count too."""
        rows = work.rows(sa.select(lists).order_by(lists.c.signer, lists.c.name))
        return [
            Kept(
                **{name: value for name, value in row.items() if name != "digest"},
                signer_name=self._names.get(row["signer"], ""),
                counts=row["signer"] in self._names,
            )
            for row in rows
        ]

    def said_of(self, work: Work, names: Collection[str]) -> list[Said]:
        """Return what lists of signers that count say of an organisation that is known by these names."""
        query = (
            sa.select(accreditations, lists.c.until, lists.c.taken)
            .join(lists, (lists.c.signer == accreditations.c.signer) & (lists.c.name == accreditations.c.list))
            .where(accreditations.c.organisation.in_(names) & accreditations.c.signer.in_(self._names))
        )
        by_place = {(row["signer"], row["list"], row["place"]): row for row in work.rows(query)}
        return [
            Said(
                accreditation=Accreditation.model_validate_json(json.dumps(row["content"])),
                signer=self._names[row["signer"]],
                taken=row["taken"],
                list_until=row["until"],
            )
            for row in by_place.values()
        ]
