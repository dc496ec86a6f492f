"""What people said of links and mappings is written once on PostgreSQL, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

import skillspace.node.app  # noqa: F401 - migrations bring what every room declares
from skillspace.market.review.said import Kind, count, said, say
from skillspace.market.review.store import corrections
from skillspace.skills.corrections import Correction
from skillspace.storage.database import Database
from skillspace.storage.migrating import migrate

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
YES = Correction(
    text="baking", language="en", scheme="esco", concept="urn:x:1", is_right=True, who="reviewer-1", when=NOW
)


def declared(database: Database) -> None:
    """Make the table as the room declares it."""
    corrections.create(database.engine)


@pytest.fixture(params=[declared, migrate])
def database(postgres: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    made = Database(postgres)
    make: Callable[[Database], None] = request.param
    make(made)
    yield made
    with made.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    made.close()


def test_what_was_said_cannot_be_changed_deleted_or_emptied_and_a_later_word_stands_beside_it(
    database: Database,
) -> None:
    with database.writing() as work:
        say(work, YES, kind=Kind.LINK, about="q-1")
    for statement in (
        "UPDATE correction SET says = 'no'",
        "UPDATE correction SET who = 'reviewer-2' WHERE number = 1",
        "DELETE FROM correction",
        "TRUNCATE correction",
    ):
        with pytest.raises(sa.exc.DBAPIError, match="is written once"), database.writing() as work:
            work.connection.exec_driver_sql(statement)
    with database.writing() as work:
        say(work, YES, kind=Kind.LINK, about="q-1")
    with database.reading() as work:
        assert list(said(work)) == [("q-1", YES), ("q-1", YES)]
        assert count(work) == 2
