"""The envelope of every message in its canonical form (DSP 2025-1 §4): how we write one and what we demand of one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeGuard, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from skillspace.exchange.dialects import CONTEXT, CURRENT
from skillspace.kernel.errors import BadInput

PROTOCOL = CURRENT.version
HTTP_PULL = "HttpData-PULL"
HTTP_PUSH = "HttpData-PUSH"
#: Error messages must name both processes even when one of them is not known (RFC 9562 §5.9).
NO_PID = "urn:uuid:00000000-0000-0000-0000-000000000000"
MAX_REASON = 500
MAX_DEPTH = 64
_PID = r"^[^\s\x00-\x20\x7f]+$"


def message(kind: str, **members: object) -> dict[str, Any]:
    """Write a message of type `kind`; members that are None are left out."""
    present = {name: value for name, value in members.items() if value is not None}
    return {"@context": [CONTEXT], "@type": kind, **present}


def is_pid(value: object) -> TypeGuard[str]:
    """Tell whether a peer's answer names a process in a way that can be kept and written into an address."""
    return isinstance(value, str) and len(value) <= 512 and value.isascii() and re.match(_PID, value) is not None


def plain(text: str) -> str:
    """Shorten what a peer says for a log, a page or a column, and drop what no text may hold."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")[:MAX_REASON]


def check_storable(content: object) -> None:
    """Raise BadInput for JSON that could not be stored or written again: too deep, half characters, NUL."""
    level: list[object] = [content]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    if level:
        raise BadInput(f"The message is nested more than {MAX_DEPTH} deep.")
    try:
        text = json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadInput("The message holds half of a character pair (a lone surrogate).") from None
    if b"\\u0000" in text:
        raise BadInput("The message holds a NUL character.")


def _callable_address(address: str) -> str:
    parts = urlsplit(address)
    extras = (parts.username, parts.query, parts.fragment, parts.port == 0)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(extras):
        raise BadInput(f"callbackAddress {address[:200]!r} is not an address messages can be sent to.")
    return address.rstrip("/")


Pid = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=_PID)]
Callback = Annotated[str, StringConstraints(max_length=2048), AfterValidator(_callable_address)]
Reasons = Annotated[list[Any] | None, Field(min_length=1)]


class Message(BaseModel):
    """What all messages share. Members the protocol does not name are read over, as it asks."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class ProcessMessage(Message):
    """A message about a process both sides know."""

    provider_pid: Annotated[Pid, Field(alias="providerPid")]
    consumer_pid: Annotated[Pid, Field(alias="consumerPid")]


class ReasonedMessage(ProcessMessage):
    """A message that may say why."""

    code: str | None = None
    reason: Reasons = None

    @property
    def why(self) -> str | None:
        """The reasons in one line, short enough for a page."""
        said = plain("; ".join(str(part) for part in self.reason or []))
        return said or (plain(self.code) if self.code else None)


Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model], content: Mapping[str, object]) -> Model:
    """Read a message strictly; raise BadInput naming the member that does not fit, never its value."""
    try:
        return model.model_validate(content)
    except ValidationError as fault:
        first = fault.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "message"
        raise BadInput(f"{model.__name__}: {place}: {first['msg']}.") from None
