"""Which rooms are tested on both databases: the same tests, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.databases import Databases

HERE = Path(__file__).parent
#: Files, or single tests of them. What looks into SQLite's file or copies one stays out.
ON_BOTH = (
    "storage/test_health.py",
    "storage/test_tasks.py",
    "trust/consent/test_delivery.py::test_a_yes_reaches_the_recipient_with_what_it_may_use",
    "trust/consent/test_delivery.py::test_a_grant_delivered_twice_is_announced_once",
    "trust/consent/test_delivery.py::test_the_end_is_told_until_a_holder_that_was_down_answers",
    "trust/consent/test_delivery.py::test_a_delivery_that_comes_after_the_end_revives_nothing",
    "trust/consent/test_delivery.py::test_ending_twice_gives_the_same_receipt_and_deletes_once",
    "trust/consent/test_gate.py::test_a_token_opens_once",
    "trust/consent/test_holders.py",
    "trust/consent/test_noticing.py::test_the_old_yes_makes_way_for_the_new_one",
    "trust/consent/test_noticing.py::test_a_change_makes_a_version_that_names_the_one_before_and_leaves_it_readable",
    "trust/consent/test_nothing_is_lost.py::test_nothing_is_lost_at_any_one_commit",
    "trust/consent/test_races.py",
    "trust/consent/test_service.py",
    "trust/consent/govstack/test_people.py",
    "trust/register/test_register.py",
    "trust/contract/test_bilateral.py",
    "trust/contract/test_ecosystem.py::test_a_member_asks_to_take_part_and_is_let_in_or_turned_away",
    "trust/contract/test_ecosystem.py::test_a_contract_is_suspended_and_ends_for_all_with_its_notice",
    "trust/contract/test_ecosystem.py::test_a_further_offering_counts_once_it_is_signed",
    "trust/contract/test_news.py::test_long_news_comes_in_pages",
    "trust/rights/test_crossing.py",
    "trust/rights/test_everywhere.py::test_erasure_is_answered_with_signed_counts_that_anyone_can_check",
    "trust/rights/test_everywhere.py::test_one_press_brings_what_everybody_holds_with_the_documents_as_they_were",
    "trust/rights/test_everywhere.py::test_while_restricted_every_use_is_refused_until_the_person_lifts_it",
    "trust/rights/test_everywhere.py::test_of_a_person_who_left_nothing_stays_and_an_erasure_they_asked_for_goes_on",
    "trust/mandate/test_handover.py",
    "trust/agent/test_agent.py",
    "trust/policy/test_decisions.py",
    "people/accounts/test_accounts.py",
    "people/alerts/test_alerts.py::test_nothing_that_was_told_is_told_again_in_any_form",
    "people/alerts/test_alerts.py::test_of_two_that_tell_at_once_one_does",
    "people/alerts/test_alerts.py::test_the_database_itself_takes_no_alert_twice",
    "people/alerts/test_alerts.py::test_what_was_learnt_goes_at_once_when_the_yes_is_taken_back_and_does_not_come_again",
    "people/alerts/test_tasks.py::test_from_day_to_day_only_what_came_since_is_news",
    "people/asks/test_asks.py::test_what_is_held_and_offered_for_gathering_is_asked_for_once",
    "people/gathering/test_gathering.py::test_a_yes_brings_a_diploma_and_a_badge_together",
    "people/gathering/test_gathering.py::test_every_event_and_task_twice_doubles_nothing",
    "people/holdings/test_holdings.py",
    "people/statements/test_store.py",
    "people/leaving/test_leaving.py::test_nothing_of_an_erased_person_is_left_and_everything_of_others_is",
    "people/links/test_links.py::test_a_person_connects_with_a_code_under_a_pseudonym",
    "people/plan/test_plan.py::test_a_training_chosen_again_is_there_once_as_it_stands_now",
    "people/profile/test_profile.py",
    "people/received/test_received.py::test_a_copy_is_kept_where_the_purpose_needs_one_and_goes_with_the_yes",
    "people/received/test_received.py::test_lists_are_cut_sorted_and_searched_without_reading_profiles",
    "people/received/test_restricted.py::test_a_restricted_share_is_not_found_by_the_name_in_it",
    "people/sharing/test_sharing.py::test_the_preview_is_what_is_released",
    "people/stories/test_stories.py::test_a_yes_becomes_a_skill_the_person_declares_in_their_words",
)
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the chosen tests a second time, on PostgreSQL."""
    file = metafunc.definition.path.relative_to(HERE).as_posix() if HERE in metafunc.definition.path.parents else ""
    if not {file, f"{file}::{metafunc.definition.originalname}"}.isdisjoint(ON_BOTH):
        metafunc.parametrize("kept_in", BOTH, indirect=True)


@pytest.fixture(scope="session")
def databases(postgres: str) -> Iterator[Databases]:
    """Empty databases on the server."""
    from tests.databases import Databases  # noqa: PLC0415 - it loads every room, which most tests need not

    made = Databases(postgres)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def kept_in(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where this test's nodes keep things; decided before any other fixture of the test opens a database."""
    where: str = getattr(request, "param", "sqlite")
    if where == "sqlite":
        yield where
        return
    with request.getfixturevalue("databases").lent():
        yield where
