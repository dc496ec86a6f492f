"""What small data spaces in tests share: a clock that stands still, doors that answer faults, an empty database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from skillspace.kernel.errors import PeerUnreachable, SkillspaceError
from skillspace.storage.database import Database, metadata
from skillspace.trust.identity import PeerRefused
from tests.conftest import NOON


@dataclass
class HeldClock:
    """A clock that stands still until it is told to move."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def answer_faults(app: FastAPI) -> None:
    """Let an application tell faults as a node's does."""
    app.add_exception_handler(SkillspaceError, _as_json)


def heard(did: str, reply: Any) -> dict[str, Any]:
    """Return what a node answered; raise what `PeerClient` raises for a refusal and for a fault of theirs."""
    if reply.status_code >= 500:
        raise PeerUnreachable(f"{did} answered {reply.status_code}.")
    content = reply.json() if reply.content else {}
    if reply.status_code >= 400:
        raise PeerRefused(str(content.get("message")), status=reply.status_code, body=content)
    return dict(content)


def empty_database(folder: Path, *more: sa.MetaData) -> Path:
    """Make a database with every table and no row, to be copied: making tables takes longer than most tests."""
    database = Database.in_folder(folder)
    for tables in (metadata, *more):
        tables.create_all(database.engine)
    database.close()
    return folder / "node.db"


def _as_json(_request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, SkillspaceError)
    return JSONResponse({"code": fault.code, "message": fault.message}, status_code=fault.http_status)
