"""What the learning record store holds about the organisation's own people, as documents a grant can release.

Which agents of statements are which person the operator says, by rule: an account of a named home page whose name is
the person's number, or the e-mail address on file, written out or as its hash. Others whom a statement names stay out
of what leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, field_validator

from skillspace.people.holdings import HeldDocument
from skillspace.people.recognition import Contacts
from skillspace.people.statements.documents import Documents
from skillspace.people.statements.proving import proven
from skillspace.people.statements.service import NEVER, Deed, Statements
from skillspace.records.derivation import Rules
from skillspace.records.formats import MAX_BYTES
from skillspace.records.statements import NotAStatement, identity, iri
from skillspace.storage.database import Work

KIND = "assessment"
PART_BYTES = MAX_BYTES * 3 // 4
"""How long a part of the statements may become, so that whoever gets it can read it."""
SKILLS = "-skills"
"""What the document of skills is called, behind the name of the data set."""
_OTHERS = ("instructor", "team", "contextAgents", "contextGroups")


class RecordStoreTerms(BaseModel):
    """What an operator writes down (``[learning_records]``) to keep a learning record store.

    Statements by an account of one of `home_pages` are about the person with that number in the register, and with
    `by_mail` those by the e-mail address on a record about that person; they are offered as the data set `dataset`.
    `rules` names a file in the node's folder that says which statements prove which skills (`records.derivation`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    home_pages: tuple[str, ...] = ()
    by_mail: bool = False
    dataset: str = Field(default="learning-records", min_length=1, max_length=200)
    rules: str | None = None

    @field_validator("home_pages")
    @classmethod
    def _are_addresses(cls, home_pages: tuple[str, ...]) -> tuple[str, ...]:
        for home in home_pages:
            try:
                iri(home, home[:100])
            except NotAStatement as fault:
                raise ValueError(fault.message) from None
        return home_pages


class StatementShelf:
    """Gives a person's statements as one document, and the skills they prove by the `rules` as another. Whoever asks
    holds a release, or answers the person's own right."""

    def __init__(
        self,
        statements: Statements,
        documents: Documents,
        contacts: Contacts,
        terms: RecordStoreTerms,
        rules: Rules | None = None,
    ) -> None:
        self._statements, self._documents = statements, documents
        self._contacts, self._terms, self._rules = contacts, terms, rules

    @property
    def dataset(self) -> str:
        """The data set that statements are offered as."""
        return self._terms.dataset

    def shelved(self, work: Work, local_id: str, kinds: Collection[str] | None = None) -> Iterator[HeldDocument]:
        """Give the documents of a person's statements, if there are any and their kind is wanted (None: all are).

        All statements leave, in as many parts as that takes; a part that is full stays as it is as others are added.
        """
        if kinds is not None and KIND not in kinds:
            return
        agents = self._agents(work, local_id)
        # A receiver takes who is known by two names for two people, so each name has a document of its own.
        parts = {who: _Part(place=place) for place, who in enumerate(_known_as(agents))}
        newest: Deed | None = None
        for deed in self._deeds(work, agents):
            who = str(identity(deed.statement["actor"]))
            said = orjson.dumps(_without_others(deed.statement))
            if parts[who].length + len(said) > PART_BYTES:
                if parts[who].said:
                    yield self._document(local_id, parts[who])
                parts[who] = _Part(place=parts[who].place, number=parts[who].number + 1)
            parts[who].add(said, deed)
            newest = deed if not deed.is_voided else newest
        for part in parts.values():
            if part.said:
                yield self._document(local_id, part)
        if self._rules is not None and newest is not None:
            standing = (one.statement for one in self._deeds(work, agents) if not one.is_voided)
            skills = [*proven(standing, self._rules, agents[0], self._statements.home)]
            if skills:
                told = _Part(said=[orjson.dumps(one) for one in skills], stored=newest.stored)
                yield self._document(local_id, told, SKILLS)

    def forget(self, work: Work, local_id: str) -> None:
        """Delete a person's statements, the voided ones too, and what tools keep about them."""
        agents = self._agents(work, local_id)
        self._statements.erase(work, [one.number for one in self._deeds(work, agents)])
        for one in _known_as(agents):
            self._documents.delete_about(work, one)

    def known_as(self, work: Work, local_id: str) -> list[str]:
        """Return by what tools know this person (`identity`), and nobody else."""
        return _known_as(self._agents(work, local_id))

    def _agents(self, work: Work, local_id: str) -> list[dict[str, Any]]:
        named: list[dict[str, Any]] = [
            {"account": {"homePage": home, "name": local_id}} for home in self._terms.home_pages
        ]
        if self._terms.by_mail and (address := self._contacts.address_of(work, local_id)):
            for mbox in dict.fromkeys(f"mailto:{one}" for one in (address, address.lower())):
                named += (
                    {"mbox": mbox},
                    {"mbox_sha1sum": hashlib.sha1(mbox.encode(), usedforsecurity=False).hexdigest()},
                )
        return named

    def _deeds(self, work: Work, agents: list[dict[str, Any]]) -> Iterator[Deed]:
        return self._statements.deeds_of(work, _known_as(agents))

    def _document(self, local_id: str, part: _Part, which: str = "") -> HeldDocument:
        return HeldDocument(
            id=self.dataset + (which or (f"-{part.place + 1}" if part.place else "")),
            local_id=local_id,
            dataset=self.dataset,
            kind=KIND,
            media_type="application/json",
            body=b'{"statements":[' + b",".join(part.said) + b"]}",
            updated=part.stored,
            part=part.number,
        )


@dataclass(kw_only=True)
class _Part:
    """A part of what a person did under the name at a place, as it fills."""

    place: int = 0
    number: int = 1
    length: int = 0
    said: list[bytes] = field(default_factory=list)
    stored: datetime = NEVER

    def add(self, said: bytes, deed: Deed) -> None:
        """Add a statement. One that was voided takes its room and is not said: where a part ends stays the same."""
        self.length += len(said)
        if not deed.is_voided:
            self.said.append(said)
            self.stored = deed.stored


def _known_as(agents: list[dict[str, Any]]) -> list[str]:
    return [who for one in agents if (who := identity(one)) is not None]


def _without_others(statement: dict[str, Any]) -> dict[str, Any]:
    for part in (statement, statement["object"]):
        context = part.get("context")
        if isinstance(context, dict):
            part["context"] = {name: value for name, value in context.items() if name not in _OTHERS}
    return statement
