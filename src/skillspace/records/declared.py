"""What people declare in a small TOML or JSON file (mappings, rules), read into a strict model: a typing error is told
by its place, and nothing in such a file is ever run."""

from __future__ import annotations

import json
import tomllib
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.wire.jose import strict_json

M = TypeVar("M", bound=BaseModel)
MAX_BYTES = 1024 * 1024
STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)


def read_declared(document: bytes, model: type[M], what: str) -> M:
    """Return what a TOML or JSON file declares; raise BadInput naming what does not fit. `what` is its name here."""
    if len(document) > MAX_BYTES:
        raise BadInput(f"The {what} is larger than {MAX_BYTES:,} bytes.")
    try:
        text = document.decode("utf-8-sig").strip()
        content = strict_json(text) if text.startswith("{") else tomllib.loads(text)
        return read_part(content, model, what)
    except UnicodeDecodeError:
        raise BadInput(f"The {what} is not in UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise BadInput(f"The {what} is neither TOML nor JSON: {fault}.") from None


def read_part(content: object, model: type[M], what: str) -> M:
    """Return a part of what was declared as its own model; raise BadInput naming what does not fit."""
    try:
        # By way of JSON, where a list may stand for a tuple; days of TOML are written between quotes.
        return model.model_validate_json(json.dumps(content))
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BadInput(f"The {what} does not fit: {place}: {first['msg']}.") from None
    except (TypeError, ValueError, RecursionError):
        raise BadInput(f"The {what} does not fit: write days between quotes, and numbers that have an end.") from None
