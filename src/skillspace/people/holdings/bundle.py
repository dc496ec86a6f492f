"""The bundle of a person's documents as it travels from an organisation to the person's space."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from operator import itemgetter
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.people.holdings.model import HeldDocument, part_name
from skillspace.wire.jose import strict_json

MEDIA_TYPE = "application/json"
MAX_BUNDLE_BYTES = 64 * 1024 * 1024
#: A bundle that has become so long ends there, and the next one goes on; so does one of so many documents.
FULL_BYTES, MAX_RECORDS = 32 * 1024 * 1024, 5000
_Name = Annotated[str, Field(min_length=1, max_length=500)]


class BundledRecord(BaseModel):
    """One document: its text, or base64 of its bytes where they are no plain UTF-8. `id` is the organisation's own, and
    `part` which part of it this is."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: _Name
    kind: _Name
    media_type: _Name = Field(alias="mediaType")
    document: str
    encoding: Literal["base64"] | None = None
    part: Annotated[int, Field(ge=1, le=1_000_000)] = 1

    @property
    def name(self) -> str:
        """What this part of the document is called."""
        return part_name(self.id, self.part)

    def body(self) -> bytes:
        """Return the document's bytes; raise BadInput when they are not the base64 they claim to be."""
        if self.encoding is None:
            return self.document.encode()
        try:
            return base64.b64decode(self.document, validate=True)
        except (binascii.Error, ValueError):
            raise BadInput(f"Document {self.id[:100]} is not base64.") from None


class RecordBundle(BaseModel):
    """What an organisation releases about one person under one grant: everything, or from one document to another.

    `more` is where the next bundle begins (the query ``after``), None in the last one.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    type: Literal["RecordBundle"] = Field(alias="@type")
    subject: _Name
    records: Annotated[list[BundledRecord], Field(max_length=MAX_RECORDS)]
    more: Annotated[str, Field(min_length=1, max_length=600)] | None = None


def write_bundle(subject: str, documents: Iterable[HeldDocument], after: str = "") -> bytes:
    """Return a bundle as JSON: of the documents behind the place `after` as many as go into one.

    The same documents give the same bytes. A place is a name and no number, so what comes or goes between two bundles
    moves nothing else out of them.
    """
    records: list[dict[str, object]] = []
    length, last = 0, ""
    for place, document in sorted(((_place(one), one) for one in documents), key=itemgetter(0)):
        if place <= after:
            continue
        record = _written(document)
        length += len(orjson.dumps(record))
        if records and (length > FULL_BYTES or len(records) == MAX_RECORDS):
            return orjson.dumps({"@type": "RecordBundle", "subject": subject, "records": records, "more": last})
        records.append(record)
        last = place
    return orjson.dumps({"@type": "RecordBundle", "subject": subject, "records": records})


def read_bundle(body: bytes) -> RecordBundle:
    """Read a bundle strictly; raise BadInput naming what does not fit. What the documents say is not looked at."""
    try:
        bundle = RecordBundle.model_validate(strict_json(body))
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the whole"
        raise BadInput(f"This is not a bundle of records: {place}: {first['msg']}.") from None
    names = [record.name for record in bundle.records]
    if len(set(names)) != len(names):
        raise BadInput("This is not a bundle of records: two of them have the same id.")
    return bundle


def _place(document: HeldDocument) -> str:
    return f"{document.id}#{document.part:07}"


def _written(document: HeldDocument) -> dict[str, object]:
    facts: dict[str, object] = {"id": document.id, "kind": document.kind, "mediaType": document.media_type}
    if document.part > 1:
        facts["part"] = document.part
    try:
        text = document.body.decode()
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:  # NUL is in JSON's range, yet strict readers refuse it
        return facts | {"document": base64.b64encode(document.body).decode(), "encoding": "base64"}
    return facts | {"document": text}
