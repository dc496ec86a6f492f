"""Writes the next change of the tables, from the difference between the migrations and what the rooms declare.

``python tools/make_migration.py add a column for the colour``; with ``--first`` it writes the first migration anew,
which is right only as long as no node exists that must be kept. Read what it wrote: Alembic sees tables, columns and
indexes, but neither changed CHECK constraints nor renamed things.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

import skillspace.node.app as every_room
from skillspace.storage.database import Database
from skillspace.storage.migrating import MIGRATIONS, configuration, migrate, revisions

VERSIONS = MIGRATIONS / "versions"
FIRST = "first tables"


def main(*words: str) -> int:
    """Write one migration and lint it; return the exit code."""
    is_first = words == ("--first",)
    message = FIRST if is_first else " ".join(words)
    if not message or message.startswith("-"):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    assert every_room.application  # noqa: S101 - imported for the tables that all rooms declare
    if is_first:
        for old in VERSIONS.glob("v*.py"):
            old.unlink()
    made = write(message[0].upper() + message[1:])
    for check in (["format"], ["check", "--fix"]):
        subprocess.run([Path(sys.executable).with_name("ruff"), *check, "--quiet", made], check=True)  # noqa: S603
    sys.stdout.write(f"Wrote {made.relative_to(Path.cwd())}; read it before you keep it.\n")
    return 0


def write(message: str) -> Path:
    """Migrate an empty database as far as it goes, and let Alembic write down what is missing then."""
    known = revisions()
    number = f"{len(known) + 1:04d}"
    slug = "_".join("".join(sign if sign.isalnum() else " " for sign in message.lower()).split()[:6])
    with tempfile.TemporaryDirectory() as folder:
        database = Database.in_folder(Path(folder))
        if known:
            migrate(database)
        with database.engine.connect() as connection:
            settings = configuration(connection)
            settings.set_main_option("file_template", f"v{number}_{slug}")
            command.revision(settings, message, autogenerate=True, rev_id=number)
        database.close()
    made = VERSIONS / f"v{number}_{slug}.py"
    lines = made.read_text(encoding="utf-8").splitlines(keepends=True)
    made.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return made


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
