"""How long it takes to read a signed diploma into assertions, and ten thousand mixed documents through the command."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure, Tell, figure, timed, untold
from skillspace.records.formats import FORMATS, WritingFormat, read
from skillspace.records.formats.credentials import elm
from skillspace.records.formats.credentials.elm import Achievement
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.formats.suite import FULL
from skillspace.records.life import Person
from skillspace.records.model import RecordKind
from skillspace.wire.jose import SigningKey

DOCUMENTS = 10_000
BROKEN_EVERY = 97  # prime, so that every format has broken ones
DIPLOMAS = 200
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SCHOOL = "did:web:university.example"


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures."""
    tell("reading signed diplomas")
    figures = _diplomas()
    tell(f"importing {DOCUMENTS:,} documents")
    return figures + _import()


def _diplomas() -> list[Figure]:
    """A diploma of 20 courses with three skills each: its signature checked, its skills told."""
    key = SigningKey.generate(f"{SCHOOL}#key-1")
    skills = [
        SkillClaim(label=f"skill {place}", concept=f"http://data.europa.eu/esco/skill/{place}") for place in range(60)
    ]
    courses = tuple(
        Achievement(title=f"Course {place}", skills=tuple(skills[place * 3 : place * 3 + 3]), credits=7.5, grade="B")
        for place in range(20)
    )
    whole = Achievement(title="Bachelor of Science", eqf=6, whole=True, parts=courses)
    document = elm.write(
        [whole], kind=RecordKind.DIPLOMA, title="Diploma", issuer=Issuer(did=SCHOOL, name="University", key=key),
        subject_did="did:web:people.example:p:7", issued=NOON,
    )  # fmt: skip

    def resolve(_issuer: str, _kid: str) -> Mapping[str, object]:
        return key.public_jwk()

    def told(_: object) -> None:
        record = read(document, resolve_key=resolve, at=NOON)
        assert len(record.assertions) == 60  # noqa: S101 - a figure of nothing read would be no figure

    times = sorted(timed(told, range(DIPLOMAS)))
    more = {"assertions": 60, "bytes": len(document), "p95_ms": times[int(DIPLOMAS * 0.95)]}
    return [figure("elm_ms", statistics.median(times), "ms", limit=60, more=more)]


def _import() -> list[Figure]:
    """Documents of every format that is written here, each about another person, some broken off."""
    writers = [each for each in FORMATS if isinstance(each, WritingFormat)]
    with TemporaryDirectory() as place:
        folder, out = Path(place) / "in", Path(place) / "records.jsonl"
        folder.mkdir()
        for number in range(DOCUMENTS):
            person = replace(FULL.person or Person(), given=f"Person {number}", name=f"Person {number} Example")
            record = replace(FULL, id=f"urn:x:{number}", subject=f"urn:p:{number}", person=person)
            document = writers[number % len(writers)].write_record(record)
            broken = number % BROKEN_EVERY == 0
            (folder / f"{number}").write_bytes(document[: len(document) // 2] if broken else document)
        size = sum(file.stat().st_size for file in folder.iterdir())
        workers = min(os.cpu_count() or 1, 2)
        words = ["import-records", str(folder), "--out", str(out), "--workers", str(workers)]
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "skillspace.cli", *words], check=False, capture_output=True)  # noqa: S603 - our own program
        seconds = time.perf_counter() - began
        imported = {int(Path(json.loads(line)["document"]).name) for line in out.read_text("utf-8").splitlines()}
    whole = {number for number in range(DOCUMENTS) if number % BROKEN_EVERY}
    # A table whose upload broke off after a whole row cannot be told from a whole one.
    more = {
        "documents": DOCUMENTS,
        "half_ones_read": len(imported - whole),
        "formats": len(writers),
        "mb": size / 1e6,
        "workers": workers,
    }
    return [
        figure("import_10k_s", seconds, "s", limit=120, more=more),
        figure("whole_documents_imported", len(imported & whole) / len(whole), "share", limit=1),
    ]
