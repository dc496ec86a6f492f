"""How long tests wait for what will come: a shared machine may do something else for many seconds in between."""

from __future__ import annotations

import inspect

import httpx2 as httpx

from skillspace.storage import database

#: Seconds; only what never comes takes that long.
PATIENCE_S = 60


def be_patient() -> None:
    """Let HTTP clients that are told nothing wait this long for an answer, and writers for their turn at a database,
    where they would give up after five seconds and after ten."""
    limit = inspect.signature(httpx.Client).parameters["timeout"].default
    limit.connect = limit.read = limit.write = limit.pool = PATIENCE_S
    database.WAIT_SECONDS = PATIENCE_S
