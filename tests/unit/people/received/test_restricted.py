"""What a person restricted is kept and not used: no list, no matching and no look shows it, until they let it go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from skillspace.people.received import Received, ReceivedState
from skillspace.people.received.store import received
from skillspace.storage.database import Database, Work
from skillspace.trust.consent.errors import Restricted
from skillspace.trust.rights import Restrictions, Right, Scope
from tests.conftest import NOON
from tests.tables import make_tables
from tests.unit.people.stopping import stop_use

SPACE, OTHER_SPACE = "did:web:space.example", "did:web:elsewhere.example"
PROFILE = {"subject": "s", "language": "en", "made": "2026-11-21T12:00:00.000Z", "skills": [], "comments": []}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database.in_folder(tmp_path, clock=lambda: NOON)
    make_tables(found)
    yield found
    found.close()


@pytest.fixture
def room(database: Database) -> Received:
    """A recipient with copies of two people, one of whom another space knows by the same pseudonym."""
    held: Any = SimpleNamespace(on_delete=lambda *_: None, own_did="did:web:works.example", find=lambda *_: True)
    nobody: Any = None
    made = Received(
        exchange=nobody, held=held, uses=nobody, restrictions=Restrictions(), peers=nobody, database=database
    )
    with database.writing() as work:
        for grant, space, subject, name in (
            ("g1", SPACE, "ada", "Ada Example"),
            ("g2", SPACE, "bob", "Bob Example"),
            ("g3", OTHER_SPACE, "ada", "Eve Example"),
        ):
            row = {"grant_id": grant, "intermediary": space, "subject": subject, "dataset": "profiles", "name": name}
            row |= {"purpose": "recruitment", "kinds": ["skills"], "since": work.now, "transfer": "t"}
            row |= {"until": work.now + timedelta(days=9), "state": ReceivedState.OPEN, "profile": PROFILE}
            work.insert(received, row | {"read_at": work.now, "reason": None})
    return made


def restrict(work: Work, right: Right = Right.RESTRICTION, **scope: Any) -> str:
    """Let Ada stop the use of her data."""
    return stop_use(work, intermediary=SPACE, subject="ada", right=right, scope=Scope(**scope))


def test_every_reader_leaves_out_what_is_restricted(database: Database, room: Received) -> None:
    with database.writing() as work:
        restrict(work)
    with database.reading() as work:
        assert [one.grant_id for one in room.living(work, "recruitment")] == ["g2", "g3"]
        copies = {one.grant_id: one for one in room.listed(work)}
        total, lines = room.lines(work, ["recruitment"])
        share = room.share(work, "g1")
    assert [grant for grant, one in copies.items() if one.profile is not None] == ["g2", "g3"]
    assert (copies["g1"].name, share.name, share.profile) == (None, None, None)
    assert total == 3
    assert [one.name for one in lines if one.restricted] == [None]
    assert "GDPR Article 18" in str(share.restricted)


def test_a_restricted_share_is_not_found_by_the_name_in_it(database: Database, room: Received) -> None:
    with database.writing() as work:
        assert room.lines(work, ["recruitment"], words="example")[0] == 3
        restrict(work)
        total, found = room.lines(work, ["recruitment"], words="example", sort="name", is_down=False)
    assert (total, [one.grant_id for one in found]) == (2, ["g2", "g3"])


def test_neither_a_look_nor_a_comment_is_made_of_it(database: Database, room: Received) -> None:
    with database.writing() as work:
        restrict(work)
    with pytest.raises(Restricted, match="GDPR Article 18"):
        room.look("g1")
    with pytest.raises(Restricted, match="GDPR Article 18"):
        room.comment("g1", by="Coach Example", text="Well done")


def test_the_persons_own_rights_still_find_it(database: Database, room: Received) -> None:
    with database.writing() as work:
        restrict(work)
        assert [one.profile is not None for one in room.of_subject(work, SPACE, "ada")] == [True]
        assert room.delete_copies("g1", work) == 1


def test_only_what_the_restriction_names_is_stopped(database: Database, room: Received) -> None:
    with database.writing() as work:
        restrict(work, datasets=frozenset({"another"}))
        assert len(room.living(work, "recruitment")) == 3


def test_an_objection_leaves_what_rests_on_a_consent_alone(database: Database, room: Received) -> None:
    with database.writing() as work:
        restrict(work, Right.OBJECTION)
        assert len(room.living(work, "recruitment")) == 3
        assert Restrictions().left_out(work, SPACE) == {"ada"}
        assert Restrictions().left_out(work, OTHER_SPACE) == frozenset()


def test_when_it_may_go_on_everything_is_there_again(database: Database, room: Received) -> None:
    with database.writing() as work:
        assert Restrictions().lift(work, restrict(work))
        assert [one.name for one in room.listed(work)] == ["Ada Example", "Bob Example", "Eve Example"]
