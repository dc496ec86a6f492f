"""The bundle of a person's documents as it travels from an organisation to the person's space."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.people.holdings.model import HeldDocument
from skillspace.wire.jose import strict_json

MEDIA_TYPE = "application/json"
MAX_BUNDLE_BYTES = 64 * 1024 * 1024
_Name = Annotated[str, Field(min_length=1, max_length=500)]


class BundledRecord(BaseModel):
    """One document: its text, or base64 of its bytes where they are no plain UTF-8. `id` is the organisation's own."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: _Name
    kind: _Name
    media_type: _Name = Field(alias="mediaType")
    document: str
    encoding: Literal["base64"] | None = None

    def body(self) -> bytes:
        """Return the document's bytes; raise BadInput when they are not the base64 they claim to be."""
        if self.encoding is None:
            return self.document.encode()
        try:
            return base64.b64decode(self.document, validate=True)
        except (binascii.Error, ValueError):
            raise BadInput(f"Document {self.id[:100]} is not base64.") from None


class RecordBundle(BaseModel):
    """Everything an organisation releases about one person under one grant."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    type: Literal["RecordBundle"] = Field(alias="@type")
    subject: _Name
    records: Annotated[list[BundledRecord], Field(max_length=5000)]


def write_bundle(subject: str, documents: Iterable[HeldDocument]) -> bytes:
    """Return the bundle as JSON; the same documents give the same bytes."""
    records = [_written(document) for document in documents]
    return orjson.dumps({"@type": "RecordBundle", "subject": subject, "records": records})


def read_bundle(body: bytes) -> RecordBundle:
    """Read a bundle strictly; raise BadInput naming what does not fit. What the documents say is not looked at."""
    try:
        bundle = RecordBundle.model_validate(strict_json(body))
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the whole"
        raise BadInput(f"This is not a bundle of records: {place}: {first['msg']}.") from None
    names = [record.id for record in bundle.records]
    if len(set(names)) != len(names):
        raise BadInput("This is not a bundle of records: two of them have the same id.")
    return bundle


def _written(document: HeldDocument) -> dict[str, str]:
    facts = {"id": document.id, "kind": document.kind, "mediaType": document.media_type}
    try:
        text = document.body.decode()
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:  # NUL is in JSON's range, yet strict readers refuse it
        return facts | {"document": base64.b64encode(document.body).decode(), "encoding": "base64"}
    return facts | {"document": text}
