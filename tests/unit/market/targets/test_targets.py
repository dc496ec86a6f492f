"""What an organisation matches towards is kept: its chart in the place of the one before, its policies for good."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.market.review import Mappings, Words
from skillspace.market.targets import Targets
from skillspace.market.targets.store import policies
from skillspace.skills.ranking import USUAL, InDemand, Policy
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database

CHART = b"role,concept\nDeveloper,SQL\n"


@pytest.fixture
def targets(tmp_path: Path, starter: Taxonomies) -> Targets:
    words = Words(tmp_path, starter)
    mappings = Mappings(words, lambda: None, lambda _work: None)
    return Targets(words=words, mappings=mappings, languages=("en", "sv"))


def test_the_policy_set_last_is_in_force_and_all_stay_in_the_books(database: Database, targets: Targets) -> None:
    with database.writing() as work:
        assert (targets.policy(work).number, targets.policy(work).policy) == (0, USUAL)
        targets.declare(work, Policy(is_must=True), by="Dana Exempel")
        targets.declare(work, Policy(own=0.2), by="Kim Modell")
    with database.reading() as work:
        now = targets.policy(work)
        assert (now.policy, now.by) == (Policy(own=0.2), "Kim Modell")
        assert targets.numbered(work) == (now.number, now.policy)
        assert work.connection.execute(sa.select(sa.func.count()).select_from(policies)).scalar() == 2


def test_a_group_in_demand_stands_for_its_skills_and_a_skill_named_itself_for_itself(
    database: Database, targets: Targets, starter: Taxonomies
) -> None:
    sql, python = (starter.search(name, "en", limit=1)[0].uri for name in ("SQL", "Python (computer programming)"))
    theme = starter.theme(sql)
    assert starter.theme(python) == theme
    listed = InDemand(name="n", source="s", day=dt.date(2026, 10, 1), skills={theme: 0.5, python: 1.0})
    with database.writing() as work:
        targets.declare(work, Policy(bonus=0.1, in_demand=listed), by="Dana Exempel")
        in_force = targets.policy(work).policy.in_demand
        said = targets.said(work).in_demand
    assert said == listed
    assert in_force is not None
    assert (in_force.skills[sql], in_force.skills[python]) == (0.5, 1.0)


def test_a_chart_takes_the_place_of_the_one_before_and_a_broken_one_takes_none(
    database: Database, targets: Targets
) -> None:
    with database.writing() as work:
        assert targets.chart(work) is None
        targets.keep_chart(work, targets.read_chart(work, CHART, "roles.csv"))
        with pytest.raises(BadInput, match="Line 2, column concept"):
            targets.read_chart(work, b"role,concept\nBaker,no such thing\n", "broken.csv")
        kept = targets.chart(work)
        assert kept is not None
        assert (kept.title, [role.id for role in kept.chart.roles]) == ("roles.csv", ["Developer"])
        targets.keep_chart(work, targets.read_chart(work, CHART.replace(b"Developer", b"Keeper"), "other.csv"))
        again = targets.chart(work)
        assert again is not None
        assert [role.id for role in again.chart.roles] == ["Keeper"]
        targets.remove_chart(work)
        assert targets.chart(work) is None
        with pytest.raises(NotFound):
            targets.remove_chart(work)
