"""Whatever happens in whatever order on three nodes: nothing leaves without a live yes, a contract and a policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.trust.consent.histories import Histories, run


def test_nothing_leaves_that_nobody_allowed_and_what_is_allowed_leaves(tmp_path: Path, empty: Path) -> None:
    run(Histories, tmp_path / "runs", empty, max_examples=40, stateful_step_count=50)


@pytest.mark.slow
def test_nothing_leaves_in_long_histories(tmp_path: Path, empty: Path) -> None:
    for name, heals, examples in (("single", True, 60), ("many", False, 40)):
        run(Histories, tmp_path / name, empty, heals=heals, max_examples=examples, stateful_step_count=60)
