"""Lines that ask about a text: one JSON object a line, with an id that comes back and the text."""

from __future__ import annotations

import orjson

from skillspace.kernel.errors import BadInput


def read_text(line: bytes, number: int) -> tuple[object, str]:
    """Return the id and the text of a line. Raises BadInput, naming the line, for anything but ``{"id", "text"}``."""
    try:
        asked = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise BadInput(f"Line {number} is not JSON ({fault}); nothing after it was answered.") from fault
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str) or "id" not in asked:
        raise BadInput(f'Line {number} is not an object with "id" and "text", a string; nothing after it was answered.')
    return asked["id"], asked["text"]
