"""What programs send to this API: only what counts is read, and that strictly; texts that we wrote ourselves pass."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Name = Annotated[str, Field(max_length=500, pattern=r"^[!-~]*$")]


class _Part(BaseModel):
    """An object of the standard. Other members may be there: programs send back what they were given."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, alias_generator=to_camel)


class Reference(_Part):
    """Another object, by its identifier."""

    id: Name


class RecordSent(_Part):
    """A ConsentRecord: the answer, what it is about, and the hash of the notice the person read."""

    id: Name = ""
    data_agreement: Reference | None = None
    data_agreement_revision_hash: Name = ""
    individual: Reference | None = None
    opt_in: bool


class SignatureSent(_Part):
    """A Signature: the hash of what is answered. A `signature` made elsewhere cannot be checked here."""

    signature: Annotated[str, Field(max_length=100_000)] = ""
    verification_payload_hash: Name


class Answered(_Part):
    """A person's answer to a draft."""

    consent_record: RecordSent
    signature: SignatureSent


class Changed(_Part):
    """A change of a record."""

    consent_record: RecordSent
