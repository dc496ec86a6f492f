"""Somebody stops the use of their data, as a node has it once it answered."""

from __future__ import annotations

from skillspace.kernel.ids import new_id
from skillspace.storage.database import Work
from skillspace.trust.rights import DataSubject, Restrictions, Right, Scope
from skillspace.trust.rights.machine import PartState
from skillspace.trust.rights.store import requests, scope_row


def stop_use(
    work: Work, *, intermediary: str, subject: str, right: Right = Right.RESTRICTION, scope: Scope | None = None
) -> str:
    """Let a person restrict or object, and return the request's identifier, by which it is lifted."""
    who = DataSubject(intermediary=intermediary, subject=subject, scope=scope or Scope())
    unsaid = dict.fromkeys(("digest", "words", "taken_by", "supplied", "note"), "")
    row = {"id": new_id("request"), "part": new_id("part"), "intermediary": intermediary, "subject": subject}
    row |= {"right": right, "state": PartState.ANSWERED, "scope": scope_row(who.scope), "corrections": [], "number": 1}
    work.insert(requests, row | unsaid | {"asked": work.now, "received": work.now})
    Restrictions().put(work, row, who, right)
    return str(row["id"])
