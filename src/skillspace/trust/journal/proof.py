"""Proof that something was written: the entries about one thing, and the way from each to a signed checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Work
from skillspace.trust.journal.chain import canonical, digest_of, link, seal_of
from skillspace.trust.journal.errors import NotYetSigned
from skillspace.trust.journal.messages import Token
from skillspace.trust.journal.model import Checkpoint
from skillspace.trust.journal.statements import check_signature, read_acknowledgement, read_checkpoint
from skillspace.trust.journal.store import acknowledgements, checkpoints, contents, entries

TYPE = "SkillspaceJournalProof"
MOST_LINKS = 100_000
MOST_ENTRIES = 1000
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Said(_Part):
    """What an entry says, with the salt of its digest."""

    salt: str = Field(pattern=r"^[0-9a-f]{32}$")
    content: dict[str, Any]


class _Step(_Part):
    """One entry, and the seals of those after it up to the one that the checkpoint names."""

    number: int = Field(ge=1, lt=2**53)
    at: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$")
    kind: str = Field(max_length=200)
    digest: Hash
    previous: Hash
    said: _Said | None = None
    links: list[Hash] = Field(max_length=MOST_LINKS)
    checkpoint: Token
    acknowledgements: list[Token] = Field(default_factory=list, max_length=20)


class _Proof(_Part):
    type: Literal["SkillspaceJournalProof"]
    did: str = Field(min_length=1, max_length=300)
    about: str = Field(min_length=1, max_length=300)
    entries: list[_Step] = Field(min_length=1, max_length=MOST_ENTRIES)


@dataclass(frozen=True, kw_only=True)
class Proven:
    """One entry that is proven to have been in the log when `checkpoint` was signed, and who witnessed that.

    `content` is None where the proof does not open it.
    """

    number: int
    at: datetime
    kind: str
    about: str
    content: Mapping[str, object] | None
    checkpoint: Checkpoint
    witnesses: tuple[str, ...]


def proof(work: Work, about: str, *, did: str, opened: bool = False) -> dict[str, object]:
    """Return a document that proves, without this node, every entry about one thing; `opened` shows what they say.

    Of other entries it holds hashes over salted hashes, which tell nothing. It does not prove that there is no other
    entry. Raises NotFound without an entry, NotYetSigned when one is newer than the last checkpoint.
    """
    query = sa.select(entries, contents.c.salt, contents.c.content).join_from(
        entries, contents, entries.c.number == contents.c.number, isouter=True
    )
    rows = work.rows(query.where(entries.c.about == about).order_by(entries.c.number).limit(MOST_ENTRIES))
    if not rows:
        raise NotFound(f"The journal has no entry about {about[:200]!r}.")
    steps = [_step(work, row, opened=opened) for row in rows]
    return {"type": TYPE, "did": did, "about": about, "entries": steps}


def check_proof(document: object, resolve_key: KeyResolver) -> list[Proven]:
    """Check a proof with nothing but the signers' keys and return what it proves, oldest first.

    Raises BadInput when it cannot be read and InvalidSignature when it does not lead to a checkpoint of its node. A
    witness whose signature does not hold is an InvalidSignature too; where its key cannot be had, what `resolve_key`
    raises.
    """
    try:
        found = _Proof.model_validate(document)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"This is no proof of a journal: {place}: {first['msg']}.") from None
    return [_proven(found, step, resolve_key) for step in found.entries]


def _step(work: Work, row: Mapping[str, Any], *, opened: bool) -> dict[str, object]:
    number = row["number"]
    covering = sa.select(checkpoints).where(checkpoints.c.number >= number).order_by(checkpoints.c.number).limit(1)
    signed = work.one(covering)
    if signed is None:
        raise NotYetSigned()
    if signed["number"] - number > MOST_LINKS:
        raise NotYetSigned(f"More than {MOST_LINKS} entries lie between entry {number} and the checkpoint after it.")
    between = (entries.c.number > number) & (entries.c.number <= signed["number"])
    links = [
        seal_of(number=each.number, at=each.at, kind=each.kind, about=each.about, digest=each.digest)
        for each in work.connection.execute(sa.select(entries).where(between).order_by(entries.c.number))
    ]
    query = sa.select(acknowledgements.c.token).where(acknowledgements.c.number == signed["number"])
    given = [each["token"] for each in work.rows(query.order_by(acknowledgements.c.witness))]
    step: dict[str, object] = {name: row[name] for name in ("number", "at", "kind", "digest", "previous")}
    if opened and row["content"] is not None:
        step["said"] = {"salt": row["salt"], "content": orjson.loads(row["content"])}
    return step | {"links": links, "checkpoint": signed["token"], "acknowledgements": given}


def _proven(found: _Proof, step: _Step, resolve_key: KeyResolver) -> Proven:
    content = step.said.content if step.said else None
    if step.said is not None and digest_of(step.said.salt, canonical(step.said.content)) != step.digest:
        raise InvalidSignature(f"What entry {step.number} is told to say is not what was written.")
    seal = seal_of(number=step.number, at=step.at, kind=step.kind, about=found.about, digest=step.digest)
    head = link(step.previous, seal)
    for following in step.links:
        head = link(head, following)
    checkpoint = read_checkpoint(step.checkpoint)
    if (checkpoint.did, checkpoint.number, checkpoint.hash) != (found.did, step.number + len(step.links), head):
        raise InvalidSignature(f"Entry {step.number} does not lead to the checkpoint that is shown with it.")
    check_signature(checkpoint.token, found.did, resolve_key)
    return Proven(
        number=step.number,
        at=_moment(step.at),
        kind=step.kind,
        about=found.about,
        content=content,
        checkpoint=checkpoint,
        witnesses=tuple(_witness(token, checkpoint, resolve_key) for token in step.acknowledgements),
    )


def _witness(token: str, checkpoint: Checkpoint, resolve_key: KeyResolver) -> str:
    given = read_acknowledgement(token)
    if (given.did, given.number, given.hash) != (checkpoint.did, checkpoint.number, checkpoint.hash):
        raise InvalidSignature(f"The acknowledgement of {given.witness} is about another checkpoint.")
    check_signature(token, given.witness, resolve_key)
    return given.witness


def _moment(text: str) -> datetime:
    try:
        return from_iso(text)
    except (ValueError, OverflowError):
        raise BadInput(f"{text!r} is not a moment a calendar knows.") from None
