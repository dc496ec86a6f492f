"""A record store behind its own door, as a tool sees it, with one client that may do everything."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from skillspace.people.statements import PATH, RecordStore, router
from skillspace.records.statements import Version
from skillspace.storage.database import Database
from tests.tables import make_tables

T = TypeVar("T")
Body = str | bytes | dict[str, Any] | list[Any] | None


class Door:
    """Calls the store, each call with the version and the client unless it says otherwise."""

    def __init__(self, folder: Path, version: Version = Version.V2_0) -> None:
        self.database = Database.in_folder(folder)
        make_tables(self.database)
        self.store = RecordStore(self.database, "https://school.example.org")
        application = FastAPI()
        application.mount(PATH, router(self.store))
        self._client = TestClient(application, raise_server_exceptions=True)
        self.version = version
        self.key = self.let_in("tool", "all")

    def let_in(self, name: str, *scopes: str) -> str:
        """Let a client in, and return what it shows."""
        with self.database.writing() as work:
            secret = self.store.clients.add(work, name, scopes)
        return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()

    def call(
        self,
        method: str,
        resource: str,
        parameters: Mapping[str, Any] | None = None,
        body: Body = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Response:
        """Call; a header of None is left out."""
        usual: dict[str, str | None] = {"X-Experience-API-Version": self.version.value, "Authorization": self.key}
        if isinstance(body, dict | list):
            usual["Content-Type"] = "application/json"
            body = json.dumps(body)
        sent = {name: value for name, value in {**usual, **(headers or {})}.items() if value is not None}
        query = f"?{urlencode(spelled(parameters))}" if parameters else ""
        return self._client.request(method, f"/xapi/{resource}{query}", content=body, headers=sent)

    def post(self, content: Any, **more: Any) -> Response:
        """Post statements."""
        return self.call("POST", "statements", None, content, **more)

    def stored(self, statement: Mapping[str, Any]) -> str:
        """Store a statement, and return its id."""
        answer = self.post(dict(statement))
        assert answer.status_code == 200, answer.text
        return str(answer.json()[0])

    def found(self, **parameters: Any) -> list[str]:
        """Return the ids of the statements a question finds."""
        answer = self.call("GET", "statements", parameters)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["statements"]]

    def close(self) -> None:
        """Let go of everything."""
        self._client.close()
        self.database.close()


def spelled(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return parameters as they are written in an address."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        for name, value in parameters.items()
    }


def new_id() -> str:
    """Return a fresh UUID."""
    return str(uuid4())


def requirement(*numbers: str) -> Callable[[T], T]:
    """Say which requirements of the conformance suite a test holds the store to."""

    def named(test: T) -> T:
        test.requirements = (*getattr(test, "requirements", ()), *numbers)  # type: ignore[attr-defined]
        return test

    return named
