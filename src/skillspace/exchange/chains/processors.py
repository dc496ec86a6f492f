"""What a processor does with data: functions of its node by service, and the two that need nothing but settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from skillspace.exchange.dataplane.rest import RestSource
from skillspace.exchange.dataplane.secrets import Secret, Secrets
from skillspace.exchange.dataplane.settings import RestSettings, read_settings
from skillspace.exchange.dataplane.sources import DataSource, PullRequest
from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.trust.contract import Agreement
from skillspace.wire.jose import strict_json

JSON_LINES = "application/x-ndjson"
MAX_LINE = 1024 * 1024
#: What is sent to an interface in one request, and what it may answer to one line.
MAX_ASKED = 8 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a processor is told: which service, for what purpose, what comes in, under which agreement it came."""

    chain: str
    dataset: str
    purpose: str
    media_type: str
    agreement: Agreement


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a processor makes, in pieces that are made while they are written."""

    media_type: str
    pieces: Iterable[bytes]


class Processor(Protocol):
    """One service. It reads its input piece by piece and gives its output the same way."""

    def process(self, pieces: Iterator[bytes], job: Job) -> Made:
        """Return what is made of the input; raise BadInput where it cannot be read, Unavailable to be asked again."""


class Processors:
    """Which function stands behind which service of this node."""

    def __init__(self) -> None:
        self._by_dataset: dict[str, Processor] = {}

    def register(self, dataset: str, processor: Processor) -> None:
        """Let `processor` do what is offered as `dataset`."""
        self._by_dataset[dataset] = processor

    def has(self, dataset: str) -> bool:
        """Tell whether a dataset is a service."""
        return dataset in self._by_dataset

    def of(self, dataset: str) -> Processor:
        """Return the processor of a service; raise NotFound."""
        if dataset not in self._by_dataset:
            raise NotFound(f"No service stands behind {dataset[:200]}.")
        return self._by_dataset[dataset]


class KeepFields:
    """Keeps the named fields of each object of JSON Lines, and nothing else."""

    def __init__(self, fields: Iterable[str]) -> None:
        self._fields = tuple(dict.fromkeys(fields))
        if not self._fields:
            raise BadInput("Name at least one field to keep.")

    def process(self, pieces: Iterator[bytes], job: Job) -> Made:  # noqa: ARG002 - a port's argument
        """Return the lines with fewer fields; raise BadInput for a line that is no JSON object."""
        return Made(media_type=JSON_LINES, pieces=self._kept(pieces))

    def _kept(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for number, line in enumerate(lines_of(pieces), start=1):
            found = strict_json(line)
            if not isinstance(found, dict):
                raise BadInput(f"Line {number} is no JSON object.")
            kept = {name: found[name] for name in self._fields if name in found}
            yield json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class AskInterface:
    """Lets the node's own REST interface do the work, through the guarded proxy of the data plane.

    The input goes there as one POST, or, `by_line`, each line of it as one.
    """

    def __init__(self, source: DataSource, path: str = "", *, by_line: bool = False) -> None:
        self._source = source
        self._path = path.strip("/")
        self._by_line = by_line

    def process(self, pieces: Iterator[bytes], job: Job) -> Made:
        """Return what the interface answers; raise BadInput when it refuses, Unavailable when it is not there."""
        if self._by_line:
            return Made(media_type=JSON_LINES, pieces=self._each(pieces, job))
        body = bytearray()
        for piece in pieces:
            body += piece
            if len(body) > MAX_ASKED:
                raise BadInput(f"This service takes {MAX_ASKED} bytes at most.")
        kind, answer = self._ask(bytes(body), job.media_type, job)
        return Made(media_type=kind, pieces=answer)

    def _each(self, pieces: Iterator[bytes], job: Job) -> Iterator[bytes]:
        for line in lines_of(pieces):
            answer = bytearray()
            for piece in self._ask(line, "application/json", job)[1]:
                answer += piece
                if len(answer) > MAX_ASKED:
                    raise BadInput("The service's interface answers a line with too much.")
            found = strict_json(bytes(answer))
            yield json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def _ask(self, body: bytes, media_type: str, job: Job) -> tuple[str, Iterable[bytes]]:
        request = PullRequest(
            dataset=job.dataset,
            agreement=job.agreement,
            consumer=job.agreement.consumer,
            grant=None,
            transfer=job.chain,
            method="POST",
            path=self._path,
            headers={"content-type": media_type, "accept": "*/*"},
            body=body,
        )
        try:
            payload = self._source.open(request)
        except (Refused, NotFound) as fault:
            raise BadInput(f"The service is not set up as it should be: {fault.message}") from fault
        if payload.status != 200:
            payload.close()
            raise BadInput(f"The service's interface answers {payload.status} to this input.")
        return payload.media_type, _closed(payload.pieces(), payload.close)


def _closed(pieces: Iterable[bytes], close: object) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        if callable(close):
            close()


def lines_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give the lines of a text that comes in pieces, empty ones left out; raise BadInput for one that does not end."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > MAX_LINE:
            raise BadInput(f"A line is longer than {MAX_LINE} bytes.")
        yield from (line for line in whole if line.strip())
    if rest.strip():
        yield rest


class _Written(BaseModel):
    """What an operator writes down about a service of this node (``[[processors]]``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: The offering under which the service is found.
    dataset: Annotated[str, Field(min_length=1, max_length=512)]


class FieldsSettings(_Written):
    """Keep these fields of JSON Lines."""

    kind: Literal["fields"]
    fields: Annotated[tuple[str, ...], Field(min_length=1)]


class InterfaceSettings(_Written):
    """Ask this interface: `base`, `auth` and so on as for a source of the kind “rest”; `secret` is a secret's name."""

    kind: Literal["rest"]
    base: str
    path: str = ""
    by_line: bool = False
    auth: Literal["none", "bearer", "basic", "header", "oauth2"] = "none"
    header: str = "X-Api-Key"
    token_url: str | None = None
    scope: str | None = None
    timeout_s: float = 30.0
    secret: str | None = None


ProcessorSettings = Annotated[FieldsSettings | InterfaceSettings, Field(discriminator="kind")]


def processor_of(settings: FieldsSettings | InterfaceSettings, secrets: Secrets) -> Processor:
    """Build what an operator wrote down; raise BadInput or NotFound for what does not fit."""
    if isinstance(settings, FieldsSettings):
        return KeepFields(settings.fields)
    written: Mapping[str, object] = settings.model_dump(exclude={"dataset", "path", "by_line", "secret"})
    place = "/" + settings.path.strip("/")
    rest = read_settings("rest", {**written, "methods": ["POST"], "paths": [place]})
    if not isinstance(rest, RestSettings):
        raise BadInput(f"{settings.dataset}: this is no interface.")
    secret = secrets.read(settings.secret) if settings.secret else Secret()
    return AskInterface(RestSource(rest, secret), settings.path, by_line=settings.by_line)
