"""Whatever happens in whatever order on three nodes: nothing leaves without a live yes, a contract and a policy."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from tests.unit.trust.consent.conftest import HUB, SCHOOL
from tests.unit.trust.consent.histories import CHANGES, MISHAPS, WIDER, Histories, run


def test_nothing_leaves_that_nobody_allowed_and_what_is_allowed_leaves(tmp_path: Path, empty: Path) -> None:
    run(Histories, tmp_path / "runs", empty, max_examples=40, stateful_step_count=50)


def test_each_single_thing_that_stands_against_it_keeps_it_from_leaving(tmp_path: Path, empty: Path) -> None:
    machine = type("One", (Histories,), {"folder": tmp_path, "empty": empty})()
    machine.begin()
    for provider, what, seconds in product((HUB, SCHOOL), (*CHANGES, *MISHAPS), (64, 66)):
        machine.something_changes_between_token_and_use(provider, what, seconds)
    for provider, is_narrow in product((HUB, SCHOOL), (True, False)):
        machine.say_yes(provider, 1, 1, None, is_narrow)
        machine.use_at_once(-1, 1)
        machine.use_the_same_again()
        machine.use_at_once_elsewhere(provider)
        for what, asked in product(WIDER, (1, 2)):
            machine.use_more_than_the_yes(what, asked)
    machine.teardown()


@pytest.mark.slow
def test_nothing_leaves_in_long_histories(tmp_path: Path, empty: Path) -> None:
    for name, heals, examples in (("single", True, 30), ("many", False, 20)):
        run(Histories, tmp_path / name, empty, heals=heals, max_examples=examples, stateful_step_count=60)
