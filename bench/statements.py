"""What the learning record store bears: statements a second that are on the disk, and pages read out of a million.

A whole node runs as its own process; statements go in and out over HTTP, as tools send and read them.
"""

from __future__ import annotations

import base64
import http.client
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode
from uuid import UUID

import orjson
import sqlalchemy as sa

from bench import ralph
from bench.figures import Figure, Tell, figure, untold
from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import Unavailable
from skillspace.node.composition import compose
from skillspace.node.founding import found
from skillspace.node.keys import make_key
from skillspace.node.serving import answering
from skillspace.node.settings import Settings, read_settings, write_settings
from skillspace.people.statements import Clients, Received, Statements
from skillspace.records.statements import Version
from skillspace.storage.database import Database
from skillspace.storage.migrating import migrate
from tests.nodes import free_port
from tests.postgres import own_server

STORED = 1_000_000
BATCH = 5
SENDERS = 4
SECONDS = 10.0
PARTS = 3
READS = 400
PORTION = 5000
PEOPLE, LESSONS, COURSES, VERBS = 20_000, 2_000, 100, 12
HEADERS = {"X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures of the learning record store, on SQLite and on PostgreSQL."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        tell("statements, on SQLite")
        sqlite = _statements_per_s(_node(folder / "sqlite", None), None)
        tell("statements, on PostgreSQL")
        with own_server(durable=True) as address:
            postgres = _statements_per_s(_node(folder / "postgres", address), address)
        tell("statements, to the peer")
        with ralph.running() as port:
            peer = _sent_per_s(port, ralph.PATH, HEADERS | _basic(ralph.USER, ralph.SECRET))
        tell(f"{STORED} statements to read from")
        read, largest = _reads(_node(folder / "million", None), tell)
    size = float(len(orjson.dumps(_statement(random.Random(1), 1))))  # noqa: S311 - not a secret
    how: dict[str, float | str] = {"bytes": size, "batch": BATCH, "senders": SENDERS, "seconds": SECONDS}
    how |= {"runs of the peer": "; ".join(map(str, peer)), "Veracity, 16 cores with its database, as published": 3000.0}
    return [
        *(
            figure(
                name,
                statistics.median(rates),
                "1/s",
                ralph.NAME,
                statistics.median(peer),
                least,
                how | {"runs": "; ".join(map(str, rates))},
            )
            for name, rates, least in (
                ("statements_per_s_sqlite", sqlite, 800),
                ("statements_per_s_postgres", postgres, 1500),
            )
        ),
        figure("read_p95_ms_1m", read, "ms", limit=30, more={"of": "pages of 25", "slowest question": largest}),
    ]


def _statement(chance: random.Random, number: int) -> dict[str, Any]:
    """A statement of about 1.8 KB, as a course room sends it: who, what, how it went, and where in which course."""
    lesson, course = chance.randrange(LESSONS), chance.randrange(COURSES)
    passed = chance.random() < 0.7
    return {
        "id": str(UUID(int=chance.getrandbits(128), version=4)),
        "actor": {
            "objectType": "Agent",
            "name": f"Inhabitant {number % PEOPLE}",
            "account": {"homePage": "https://courses.example.org", "name": f"s{chance.randrange(PEOPLE)}"},
        },
        "verb": {
            "id": f"http://adlnet.gov/expapi/verbs/verb-{chance.randrange(VERBS)}",
            "display": {"en": "answered", "fr": "a répondu", "sv": "svarade"},
        },
        "object": {
            "objectType": "Activity",
            "id": f"https://courses.example.org/lessons/{lesson}",
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                "name": {"en": f"Lesson {lesson}", "fr": f"Leçon {lesson}", "sv": f"Lektion {lesson}"},
                "description": {"en": "Which of these doughs rises without any yeast at all? " * 3},
                "interactionType": "choice",
                "correctResponsesPattern": ["soda"],
                "choices": [
                    {"id": name, "description": {"en": f"Dough with {name}", "sv": f"Deg med {name}"}}
                    for name in ("yeast", "soda", "sourdough", "nothing")
                ],
            },
        },
        "result": {
            "score": {"scaled": round(chance.random(), 2)},
            "success": passed,
            "completion": True,
            "response": "soda" if passed else "yeast",
            "duration": f"PT{chance.randrange(5, 600)}S",
        },
        "context": {
            "registration": str(UUID(int=chance.randrange(PEOPLE * 5), version=4)),
            "platform": "an invented course room",
            "language": "sv",
            "contextActivities": {
                "parent": [{"objectType": "Activity", "id": f"https://courses.example.org/courses/{course}"}],
                "grouping": [{"objectType": "Activity", "id": f"https://courses.example.org/terms/{course % 4}"}],
            },
            "extensions": {"https://courses.example.org/extensions/session": "x" * 200},
        },
        "timestamp": "2026-11-22T18:21:02.245Z",
    }


def _node(folder: Path, address: str | None) -> Settings:
    """Make a node with a learning record store."""
    folder.mkdir(parents=True)
    place = f"http://127.0.0.1:{free_port()}"
    did = f"did:web:127.0.0.1%3A{place.rpartition(':')[2]}"
    content: dict[str, Any] = {"name": "Invented School", "address": place, "roles": ["authority"], "authority": did}
    write_settings(folder, content | {"loopback": True, "learning_records": {"by_mail": False}})
    make_key(folder, did)
    settings = read_settings(folder)
    with _on(address):
        found(settings)
    return settings


@contextmanager
def _on(address: str | None) -> Iterator[None]:
    """Let nodes keep what they keep on a server, where there is one, instead of in their folders."""
    if address is None:
        yield
        return

    def in_folder(_folder: Path, *, clock: Clock = now) -> Database:
        return Database(address, clock=clock)

    with patch.object(Database, "in_folder", in_folder):
        yield


@contextmanager
def _running(settings: Settings, address: str | None) -> Iterator[dict[str, str]]:
    """Run a node as its own process, and give the headers of a client that may do everything."""
    with _on(address):
        database = Database.in_folder(settings.folder)
        migrate(database)
        with database.writing() as work:
            secret = Clients().add(work, "tool", ["all"])
        database.close()
    command = [sys.executable, "-m", "bench.statements", str(settings.folder), *([address] if address else [])]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own program
    if process.stdin is None or process.stdout is None:
        raise Unavailable("The node has no line to us.")
    try:
        if not process.stdout.readline():
            raise Unavailable("The node that was to be measured did not start.")
        yield HEADERS | _basic("tool", secret)
    finally:
        process.stdin.close()
        process.wait(timeout=60)


def _basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def _statements_per_s(settings: Settings, address: str | None) -> list[float]:
    with _running(settings, address) as headers:
        return _sent_per_s(settings.port, "/xapi/statements", headers)


def _sent_per_s(port: int, path: str, headers: dict[str, str]) -> list[float]:
    """Return how many statements a second are stored, counted by their answers, in each of `PARTS` stretches of time,
    after the first and a second that do not count. Raises Unavailable when one is refused."""
    chance = random.Random(7)  # noqa: S311 - not a secret
    bodies = [
        orjson.dumps([_statement(chance, number) for _ in range(BATCH)]) for number in range(int(PARTS * SECONDS * 600))
    ]
    answered: list[float] = []

    def send(waiting: Iterator[bytes], until: float) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port)
        for body in waiting:
            line.request("POST", path, body, headers)
            answer = line.getresponse()
            answer.read()
            if answer.status != 200:
                raise Unavailable(f"A statement was refused: {answer.status}.")
            answered.append(time.perf_counter())
            if answered[-1] > until:
                return

    send(iter(bodies[:1]), 0)
    begin, waiting = time.perf_counter() + 1, iter(bodies[1:])
    with ThreadPoolExecutor(SENDERS) as senders:
        every = [senders.submit(send, waiting, begin + PARTS * SECONDS) for _ in range(SENDERS)]
    for sender in every:
        sender.result()
    counts = Counter((moment - begin) // SECONDS for moment in answered)
    return [counts[part] * BATCH / SECONDS for part in range(PARTS)]


def _reads(settings: Settings, tell: Tell) -> tuple[float, str]:
    """Return the 95th hundredth of the milliseconds that a page takes, and which kind of question takes longest."""
    chance = random.Random(11)  # noqa: S311 - not a secret
    _fill(settings, chance, tell)
    times: dict[str, list[float]] = {}
    with _running(settings, None) as headers:
        line = http.client.HTTPConnection("127.0.0.1", settings.port)
        for number in range(READS):
            kind, asked = _question(chance, number)
            began = time.perf_counter()
            line.request("GET", f"/xapi/statements?{urlencode({**asked, 'limit': '25'})}", headers=headers)
            answer = line.getresponse()
            content = answer.read()
            times.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
            if answer.status != 200 or not content.startswith(b'{"statements":['):
                raise Unavailable(f"A page was refused: {answer.status}.")
    every = [one for some in times.values() for one in some[1:]]
    slowest = max(times, key=lambda kind: _p95(times[kind]))
    return _p95(every), f"{slowest}: {_p95(times[slowest]):.1f} ms"


def _question(chance: random.Random, number: int) -> tuple[str, dict[str, str]]:
    """One of the questions tools ask, in turn; each about somebody or something else."""
    account = {"homePage": "https://courses.example.org", "name": f"s{chance.randrange(PEOPLE)}"}
    agent = orjson.dumps({"account": account}).decode()
    verb = f"http://adlnet.gov/expapi/verbs/verb-{chance.randrange(VERBS)}"
    lesson = f"https://courses.example.org/lessons/{chance.randrange(LESSONS)}"
    course = f"https://courses.example.org/courses/{chance.randrange(COURSES)}"
    registration = str(UUID(int=chance.randrange(PEOPLE * 5), version=4))
    questions = [
        ("the newest", {}),
        ("an agent", {"agent": agent}),
        ("a verb", {"verb": verb}),
        ("an activity", {"activity": lesson}),
        ("a course around it", {"activity": course, "related_activities": "true"}),
        ("a registration", {"registration": registration}),
        ("an agent and a verb", {"agent": agent, "verb": verb}),
        ("a verb and an activity", {"verb": verb, "activity": lesson}),
        ("a verb and a course", {"verb": verb, "activity": course, "related_activities": "true"}),
        ("an agent, oldest first", {"agent": agent, "ascending": "true"}),
    ]
    return questions[number % len(questions)]


def _fill(settings: Settings, chance: random.Random, tell: Tell) -> None:
    """Store what is to be read, by the store's own way in; how long that takes is measured elsewhere, so nobody waits
    for the disk here."""
    database = Database.in_folder(settings.folder)
    sa.event.listen(database.engine, "connect", _hurry)
    migrate(database)
    store = Statements(settings.address)
    for begin in range(0, STORED, PORTION):
        with database.writing() as work:
            some = [Received(statement=_statement(chance, begin + place)) for place in range(PORTION)]
            store.store(work, some, "tool", Version.V1_0)
        tell(f"{begin + PORTION} of {STORED} statements")
    database.close()


def _hurry(connection: Any, _record: Any) -> None:
    for pragma in ("synchronous=OFF", "cache_size=-1000000"):
        connection.execute(f"PRAGMA {pragma}")


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def _serve(folder: Path, address: str | None) -> None:
    """Run a node until nobody holds the other end of standard input."""
    with _on(address):
        node = compose(read_settings(folder))
    with answering(node):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
