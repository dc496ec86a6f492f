"""Coming back from a wallet on the same device (OpenID4VP 1.0 §8.2), so that nobody reads what another was led to show.

Who starts a request could send its link to somebody else, and wait for their answer. Where the answer is said to come
from the same device, it is therefore told to nobody before the browser that asked comes back with the code that only
the answering wallet was given (§13.3).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

#: The page of the portal to which wallets send people back, followed by the request's name.
CAME_BACK = "/org/credentials/came-back"


def name_of_session(session: str) -> str:
    """Return what is stored of a browser's session: a hash, by which it is known again."""
    return hashlib.sha256(session.encode()).hexdigest()


def response_code(secret: bytes, row: Mapping[str, Any]) -> str:
    """Return the code that the wallet of this very answer gets, and nobody else can make."""
    told = f"presentation back {row['id']} {row['answer_hash']}"
    return hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()


def is_theirs(secret: bytes, row: Mapping[str, Any], code: str, session: str) -> bool:
    """Whether who comes with a code asked for this answer, in this session; the comparison takes constant time."""
    if row["session_hash"] is None or row["answer_hash"] is None:
        return False
    is_session = hmac.compare_digest(row["session_hash"], name_of_session(session))
    return hmac.compare_digest(response_code(secret, row).encode(), code.encode()) and is_session


def is_held_back(row: Mapping[str, Any]) -> bool:
    """Whether what was shown is told to nobody yet."""
    return row.get("session_hash") is not None and row.get("came_back") is None
