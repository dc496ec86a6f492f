"""Reading what was written: wishes, reasons and proposals in JSON, strictly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput
from skillspace.trust.agent.model import MAX_ENTRIES, MAX_TEXT, Effect, Narrower, Reason, Wish
from skillspace.trust.consent import Direction
from skillspace.trust.consent.conditions import read_conditions

_Name = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
_Names = Annotated[list[_Name], Field(max_length=MAX_ENTRIES)]


class _Written(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    effect: Annotated[str, Field(pattern="^(always|ask|never)$")]
    direction: Annotated[str, Field(pattern="^(share|gather)$")] = "share"
    kinds: _Names = []
    organisations: _Names = []
    purposes: _Names = []
    conditions: dict[str, Any] | None = None
    most_days: int | None = None
    most_uses: int | None = None
    until: Annotated[str, Field(max_length=40)] | None = None


def read_json(content: object) -> Wish:
    """Read a wish as `Wish.to_json` writes it; raise BadInput naming what is wrong. Whether it can be kept, `checked`
    says."""
    try:
        written = _Written.model_validate(content)
        until = from_iso(written.until) if written.until is not None else None
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors()[0]["loc"])
        raise BadInput(f"The preference cannot be read: {place or 'its shape'}.") from None
    except (ValueError, OverflowError):
        raise BadInput("The day on which the preference ends cannot be read.") from None
    return Wish(
        effect=Effect(written.effect),
        direction=Direction(written.direction),
        kinds=frozenset(written.kinds),
        organisations=frozenset(written.organisations),
        purposes=frozenset(written.purposes),
        conditions=read_conditions(written.conditions),
        most_days=written.most_days,
        most_uses=written.most_uses,
        until=until,
    )


def read_reason(content: Mapping[str, Any]) -> Reason:
    """Read what `Reason.to_json` wrote."""
    return Reason(code=str(content["code"]), facts={str(name): str(text) for name, text in content["facts"].items()})


def read_narrower(content: Mapping[str, Any] | None) -> Narrower | None:
    """Read what `Narrower.to_json` wrote; None stays None."""
    if content is None:
        return None
    until: datetime = from_iso(content["until"])
    return Narrower(
        kinds=tuple(content["kinds"]),
        until=until,
        max_uses=content["max_uses"],
        conditions=read_conditions(content["conditions"]),
    )
