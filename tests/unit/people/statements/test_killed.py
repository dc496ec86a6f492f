"""Killed at any moment of a post: what was answered is there whole, and nothing is there by halves."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson

from skillspace.people.statements import Statements
from skillspace.people.statements.query import Query
from skillspace.people.statements.store import marks, statements
from skillspace.storage.database import Database
from tests.tables import make_tables

BATCH = 5
PROGRAM = """
import sys
from pathlib import Path
from skillspace.people.statements import Received, Statements
from skillspace.records.statements import Version
from skillspace.storage.database import Database

database, store, number = Database.in_folder(Path(sys.argv[1])), Statements("https://school.example.org"), 0
while True:
    said = [{"actor": {"mbox": "mailto:alva@example.org"}, "verb": {"id": "https://example.org/v"},
             "object": {"id": f"https://example.org/{number}"}} for _ in range(5)]
    with database.writing() as work:
        ids = store.store(work, [Received(statement=one) for one in said], "tool", Version.V2_0)
    print(" ".join(ids), flush=True)
    number += 1
"""


def test_what_was_answered_is_there_and_nothing_by_halves(tmp_path: Path) -> None:
    database = Database.in_folder(tmp_path)
    make_tables(database)
    answered: list[list[str]] = []
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert writer.stdout is not None
        answered.append(writer.stdout.readline().split())
        time.sleep(random.uniform(0.01, 0.2))  # noqa: S311 - any moment will do
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate()
        answered += [line.split() for line in rest.splitlines() if len(line.split()) == BATCH]
    store = Statements("https://school.example.org")
    with database.reading() as work:
        numbers = {row["number"]: row["id"] for row in work.rows(statements.select())}
        found = {row["number"] for row in work.rows(marks.select())}
        known = set(numbers.values())
        objects = [orjson.loads(row["content"])["object"]["id"] for row in work.rows(statements.select())]
        assert orjson.loads(store.page(work, Query(limit=1)).statements[0])["id"] in known
    assert {one for batch in answered for one in batch} <= known
    assert len(numbers) % BATCH == 0, "a batch is there whole or not at all"
    assert found == set(numbers), json.dumps(sorted(found ^ set(numbers)))
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert len(objects) == len(numbers)
    database.close()
