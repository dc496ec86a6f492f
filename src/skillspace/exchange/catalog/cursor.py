"""Where a page of the catalog begins: written into the address of the next one, so that following it is enough.

A cursor carries the whole question and the last dataset seen. It opens nothing: whoever follows it sees what it may see
then, and each part is checked as if it had been asked for anew.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from skillspace.exchange.catalog.filter import Question, condition, page_size
from skillspace.exchange.catalog.model import is_offering_id
from skillspace.kernel.errors import BadInput

MAX_CURSOR = 6000
_VERSION = 1


class CursorMalformed(BadInput):
    """This is not the address of a page of this catalog; ask for the catalog from its beginning."""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The page after the dataset `edge`, or the one before it when `is_backward`."""

    question: Question
    edge: str
    is_backward: bool = False


def write_cursor(cursor: Cursor) -> str | None:
    """Write a cursor for an address; None when the question is too long for one."""
    asked = cursor.question
    conditions = [[one.member, one.operator, list(one.values)] for one in asked.conditions]
    content = [_VERSION, cursor.edge, cursor.is_backward, asked.limit, asked.is_descending, conditions]
    packed = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    written = base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
    return written if len(written) <= MAX_CURSOR else None


def read_cursor(written: str) -> Cursor:
    """Read a cursor we wrote; raise CursorMalformed for anything else, FilterNotSupported for a question of old."""
    try:
        if len(written) > MAX_CURSOR:
            raise CursorMalformed
        packed = base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
        version, edge, is_backward, limit, is_descending, conditions = json.loads(packed)
        if version != _VERSION or not is_offering_id(edge) or not conditions_are_lists(conditions):
            raise CursorMalformed
        if type(is_backward) is not bool or type(is_descending) is not bool:
            raise CursorMalformed
        asked = tuple(condition(member, operator, values) for member, operator, values in conditions)
    except (ValueError, TypeError, RecursionError, binascii.Error):
        raise CursorMalformed from None
    question = Question(conditions=asked, limit=page_size(limit), is_descending=is_descending)
    return Cursor(question=question, edge=edge, is_backward=is_backward)


def conditions_are_lists(conditions: object) -> bool:
    """Tell whether these are conditions as `write_cursor` writes them, so that texts are not taken for lists."""
    return isinstance(conditions, list) and all(
        isinstance(one, list) and len(one) == 3 and isinstance(one[2], list) for one in conditions
    )
