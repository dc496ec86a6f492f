"""What has exactly one canonical form: plain JSON values and moments to the millisecond."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

DEEPEST = 20
LARGEST_NUMBER = 2**53 - 1


def plain(value: dict[str, Any]) -> dict[str, Any]:
    """Return JSON as it is; raise ValueError where it would not have one spelling everywhere (RFC 8785, RFC 7493).

    Refused are fractions (written as text they are fine), names that are not ASCII, and what is nested too deeply.
    """
    _check(value, DEEPEST)
    return value


def moment(value: datetime) -> datetime:
    """Return a moment in UTC to the millisecond; raise ValueError for one without an offset."""
    if value.tzinfo is None:
        raise ValueError("a moment needs its offset from UTC")
    try:
        whole = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("no calendar knows this moment") from None
    return whole.replace(microsecond=whole.microsecond // 1000 * 1000)


def _check(value: object, deep: int) -> None:
    if deep < 0:
        raise ValueError("it is nested too deeply")
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str) or not name.isascii():
                raise ValueError("names are ASCII texts")
            _check(inner, deep - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, deep - 1)
    elif isinstance(value, str):
        # Half a character (a lone surrogate) and NUL fit in no file and no column.
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ValueError("a text holds what cannot be stored")
    elif not isinstance(value, bool | int | None):
        raise ValueError("values are texts, whole numbers, booleans and lists; write a fraction as text")
    elif isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        raise ValueError("a number is too large for JSON")
