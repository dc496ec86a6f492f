"""Programs of an organisation's own: a token each, shown once, bounded in number, and taken back at once."""

from __future__ import annotations

import pytest

from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.market.review.programs import LONGEST_NAME, MOST, Programs
from skillspace.storage.database import Database


@pytest.mark.parametrize("name", ["", " ", " x", "x" * (LONGEST_NAME + 1), "a\nb", "a\u0000"])
def test_a_program_without_a_proper_name_is_not_let_in(database: Database, name: str) -> None:
    with pytest.raises(BadInput, match="printable"), database.writing() as work:
        Programs().add(work, name)


def test_programs_have_different_tokens_one_name_each_and_are_bounded(database: Database) -> None:
    programs = Programs()
    with database.writing() as work:
        tokens = {programs.add(work, f"program {number:02}") for number in range(MOST)}
        assert len(tokens) == MOST
        with pytest.raises(Conflict, match="shut one out"):
            programs.add(work, "one more")
        programs.remove(work, "program 00")
        with pytest.raises(NotFound):
            programs.remove(work, "program 00")
        with pytest.raises(Conflict, match="already"):
            programs.add(work, "program 01")
        assert [one.name for one in programs.listed(work)] == [f"program {number:02}" for number in range(1, MOST)]
        knowing = [token for token in tokens if programs.knows(work, f"Bearer {token}")]
        assert len(knowing) == MOST - 1
        assert not any(programs.knows(work, header) for header in (None, "", "Bearer", "Bearer ", tokens.pop()))
