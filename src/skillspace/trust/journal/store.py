"""The tables of the journal, and triggers that refuse to change what was written: a belt, the hashes are the braces."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata

#: `at` is kept as it is hashed: UTC with microseconds, in ISO 8601.
entries = sa.Table(
    "journal_chain",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("about", sa.String, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("previous", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
    sa.Index("journal_chain_by_about", "about", "number"),
)

#: What an entry says, as canonical JSON, under the salt of its digest; gone for good once it was forgotten.
contents = sa.Table(
    "journal_content",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("salt", sa.String, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
)

#: One row, locked by whoever writes the next entry.
head = sa.Table(
    "journal_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
    sa.CheckConstraint("id = 1", name="journal_head_once"),
)

checkpoints = sa.Table(
    "journal_checkpoint",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("token", sa.Text, nullable=False),
)

acknowledgements = sa.Table(
    "journal_acknowledgement",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("witness", sa.String, primary_key=True),
    sa.Column("token", sa.Text, nullable=False),
)

#: Checkpoints of other nodes that this one is a witness of, with what it answered.
witnessed = sa.Table(
    "journal_witnessed",
    metadata,
    sa.Column("did", sa.String, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("acknowledgement", sa.Text, nullable=False),
)

#: Checkpoints that contradict one in `journal_witnessed`: both signatures together prove the fork to anybody.
forks = sa.Table(
    "journal_fork",
    metadata,
    sa.Column("did", sa.String, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
)

#: What each of this node's witnesses held when it was asked last; `answered` is before `asked` where it was silent.
looks = sa.Table(
    "journal_look",
    metadata,
    sa.Column("witness", sa.String, primary_key=True),
    sa.Column("held", sa.String, nullable=False),
    sa.Column("asked", Moment, nullable=False),
    sa.Column("answered", Moment, nullable=True),
    sa.Column("number", sa.BigInteger, nullable=True),
    sa.Column("at", Moment, nullable=True),
    sa.Column("fault", sa.String, nullable=False),
    sa.CheckConstraint("held IN ('unasked', 'nothing', 'matches', 'differs')", name="journal_look_held"),
)

#: Which tables refuse which changes once a row is written.
_FIXED = (
    ("journal_chain", ("UPDATE", "DELETE")),
    ("journal_content", ("UPDATE",)),
    ("journal_checkpoint", ("UPDATE", "DELETE")),
    ("journal_acknowledgement", ("UPDATE", "DELETE")),
    ("journal_witnessed", ("UPDATE", "DELETE")),
    ("journal_fork", ("UPDATE", "DELETE")),
)


def belt(dialect: str, table: str) -> list[str]:
    """Return the statements that make the database refuse to change a table's rows; a migration runs the same ones."""
    changes = dict(_FIXED)[table]
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is written once'); END"
            for change in changes
        ]
    return [
        f"CREATE FUNCTION {table}_is_fixed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is written once'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE {' OR '.join(changes)} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_is_fixed()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {table}_is_fixed()",
    ]


for _name, _ in _FIXED:
    for _dialect in ("sqlite", "postgresql"):
        for _statement in belt(_dialect, _name):
            _ddl = sa.DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]  # untyped upstream
            sa.event.listen(metadata.tables[_name], "after_create", _ddl)
