"""What an operator writes down about a source, strictly read: no secret has a place in it, no word is skipped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from skillspace.kernel.errors import BadInput

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_PATTERN = re.compile(r"/[A-Za-z0-9._~/*:@!$&'()+,;=-]{0,500}|/")


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("use https://host[:port][/path]")
    if parts.username or parts.password:
        raise ValueError("credentials belong into the source's secret, not into its address")
    return text.rstrip("/")


def _header(text: str) -> str:
    if not _HEADER.fullmatch(text) or text.lower() in ("host", "content-length", "transfer-encoding", "connection"):
        raise ValueError("this header cannot carry a credential")
    return text


def _pattern(text: str) -> str:
    if not _PATTERN.fullmatch(text) or ".." in text or "//" in text:
        raise ValueError("write paths like /courses, /courses/* or /courses/**")
    return text


def _word(text: str) -> str:
    if not _WORD.fullmatch(text):
        raise ValueError("names are letters, digits and _")
    return text


Address = Annotated[str, AfterValidator(_address)]
Word = Annotated[str, AfterValidator(_word)]


class Strict(BaseModel):
    """What all settings share."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class FileSettings(Strict):
    """One file; a relative path is below ``files`` in the node's folder."""

    kind: Literal["file"]
    path: Annotated[str, Field(min_length=1)]
    media_type: str = "application/octet-stream"


class FolderSettings(Strict):
    """A folder with everything in it, but links and hidden files."""

    kind: Literal["folder"]
    path: Annotated[str, Field(min_length=1)]


class RestSettings(Strict):
    """The provider's own API. `paths` may hold ``*`` for one step and end in ``**`` for any number; `query` names the
    parameters a consumer may send. `auth` says where the secret goes: bearer (``token``), basic (``user``,
    ``password``), header (`header` and ``token``), oauth2 (`token_url`, ``client_id``, ``client_secret``)."""

    kind: Literal["rest"]
    base: Address
    methods: Annotated[list[Literal[METHODS]], Field(min_length=1)] = ["GET", "HEAD"]  # type: ignore[valid-type]
    paths: Annotated[list[Annotated[str, AfterValidator(_pattern)]], Field(min_length=1)] = ["/"]
    query: list[Word] = []
    auth: Literal["none", "bearer", "basic", "header", "oauth2"] = "none"
    header: Annotated[str, AfterValidator(_header)] = "X-Api-Key"
    token_url: Address | None = None
    scope: str | None = None
    timeout_s: Annotated[float, Field(gt=0, le=300)] = 30.0

    @model_validator(mode="after")
    def _complete(self) -> RestSettings:
        if self.auth == "oauth2" and self.token_url is None:
            raise ValueError("oauth2 needs token_url")
        return self


class Parameter(Strict):
    """A value the consumer gives in the query string; `choices` are all there are, `most` the longest text."""

    type: Literal["text", "integer", "number", "boolean", "date", "moment"] = "text"
    required: bool = True
    default: str | None = None
    choices: list[str] | None = None
    most: Annotated[int, Field(gt=0, le=10_000)] = 200


class SqlSettings(Strict):
    """One SELECT with named parameters (``:name``) and an ORDER BY. `url` is SQLAlchemy's, without a password; the
    secret's ``password`` is added to it."""

    kind: Literal["sql"]
    url: str
    select: Annotated[str, Field(min_length=10, max_length=20_000)]
    parameters: dict[Word, Parameter] = {}
    format: Literal["ndjson", "csv"] = "ndjson"
    timeout_s: Annotated[float, Field(gt=0, le=3600)] = 300.0


class S3Settings(Strict):
    """One object (`key`), or all below a `prefix` with a manifest. The secret has ``access_key`` and ``secret_key``."""

    kind: Literal["s3"]
    endpoint: Address
    bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] = "us-east-1"
    key: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    prefix: Annotated[str, Field(max_length=1024)] | None = None
    media_type: str | None = None
    timeout_s: Annotated[float, Field(gt=0, le=300)] = 30.0

    @model_validator(mode="after")
    def _one_of_both(self) -> S3Settings:
        if (self.key is None) == (self.prefix is None):
            raise ValueError("name either a key or a prefix")
        if self.prefix and not self.prefix.endswith("/"):
            raise ValueError("a prefix ends in /")
        return self


AnySettings = FileSettings | FolderSettings | RestSettings | SqlSettings | S3Settings
KINDS: Mapping[str, type[AnySettings]] = {
    "file": FileSettings,
    "folder": FolderSettings,
    "rest": RestSettings,
    "sql": SqlSettings,
    "s3": S3Settings,
}


def read_settings(kind: str, content: Mapping[str, Any]) -> AnySettings:
    """Read the settings of a source; raise BadInput naming the member that does not fit, never its value."""
    if kind not in KINDS:
        raise BadInput(f"There is no source of the kind {kind[:50]!r}; there are {', '.join(KINDS)}.")
    try:
        return KINDS[kind].model_validate({**content, "kind": kind})
    except ValidationError as fault:
        first = fault.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "settings"
        raise BadInput(f"{place}: {first['msg']}.") from None


def place_of(path: str, folder: Path) -> Path:
    """Return where a source's file or folder lies; raise BadInput for what the node keeps for itself."""
    files = folder / "files"
    place = (files / path).resolve()
    own = folder.resolve()
    inside = place == own or own in place.parents or place in own.parents
    if inside and not any(place == one or one in place.parents for one in (files.resolve(), (own / "feeds"))):
        raise BadInput("This place holds what the node keeps for itself; put data below “files” or elsewhere.")
    return place
