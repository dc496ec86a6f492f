"""Stories: a person's words suggest skills, their yes declares them, and their no is remembered."""

from __future__ import annotations

import pytest

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.accounts import Accounts
from skillspace.people.profile import Profile
from skillspace.people.stories import Stories, Story, found_in
from skillspace.records.model import ValidationLevel
from skillspace.skills.enrichment import Enricher, How, Mention
from skillspace.skills.taxonomy import ConceptKind, Taxonomies
from skillspace.storage.database import Database
from tests.unit.people.conftest import BOOKKEEPING, COOK_FOOD, LEAD_A_TEAM, NURSE

CLUB = "I do the bookkeeping of our football club and lead a team of ten volunteers. I also cook food. A nurse came."


@pytest.fixture
def profile(taxonomies: Taxonomies) -> Profile:
    return Profile(taxonomies, Accounts())


@pytest.fixture
def stories(profile: Profile, taxonomies: Taxonomies) -> Stories:
    return Stories(profile, Enricher.build(taxonomies, languages=("en", "sv")).enrich)


def told(database: Database, stories: Stories, text: str = CLUB, person: str = "alva") -> Story:
    found = stories.suggest(text, "en")
    with database.writing() as work:
        return stories.keep(work, person, text, found, language="en")


def ids(story: Story, *concepts: str) -> set[str]:
    return {skill.id for skill in story.skills if skill.concept in concepts}


def test_a_story_suggests_skills_with_the_words_that_say_so(database: Database, stories: Stories) -> None:
    story = told(database, stories)
    found = {skill.concept: skill for skill in story.skills}
    assert {BOOKKEEPING, LEAD_A_TEAM, COOK_FOOD} <= set(found)
    assert NURSE not in found
    ((start, end),) = found[BOOKKEEPING].spans
    assert CLUB[start:end] == "bookkeeping"
    assert all(skill.answer is None for skill in story.skills)


def test_a_yes_becomes_a_skill_the_person_declares_in_their_words(
    database: Database, stories: Stories, profile: Profile
) -> None:
    story = told(database, stories)
    with database.writing() as work:
        answered = stories.answer(work, "alva", story.id, ids(story, BOOKKEEPING))
        (skill,) = profile.skills(work, "alva", "en")
        (record,) = profile.records(work, "alva")
        assert profile.said_only(work, "alva") == profile.held(work, "alva") != set()
    assert {each.concept for each in answered.skills if each.answer} == {BOOKKEEPING}
    assert skill.uri == BOOKKEEPING
    assert skill.validation is ValidationLevel.SELF_DECLARED
    assert skill.assertions[0].evidence.excerpt == "bookkeeping"
    assert record.document.decode() == CLUB


def test_a_no_is_remembered_for_the_same_words_only(database: Database, stories: Stories) -> None:
    story = told(database, stories)
    with database.writing() as work:
        stories.answer(work, "alva", story.id, ids(story, BOOKKEEPING))
    again = told(database, stories)
    assert ids(again, BOOKKEEPING)
    assert not ids(again, LEAD_A_TEAM, COOK_FOOD)
    assert ids(told(database, stories, person="camille"), COOK_FOOD)


def test_an_answer_may_be_changed(database: Database, stories: Stories, profile: Profile) -> None:
    story = told(database, stories)
    with database.writing() as work:
        for wanted in (ids(story, BOOKKEEPING, COOK_FOOD), ids(story, COOK_FOOD), set[str]()):
            stories.answer(work, "alva", story.id, wanted)
            held = {skill.uri for skill in profile.skills(work, "alva", "en")}
            assert {skill.id for skill in story.skills if skill.concept in held} == wanted
        assert profile.records(work, "alva") == []


def test_only_what_was_suggested_can_be_accepted_and_only_by_its_teller(database: Database, stories: Stories) -> None:
    story = told(database, stories)
    with database.writing() as work:
        with pytest.raises(BadInput):
            stories.answer(work, "alva", story.id, {"0123456789abcdef"})
        with pytest.raises(NotFound):
            stories.answer(work, "camille", story.id, set())
        with pytest.raises(NotFound):
            stories.story(work, "camille", story.id)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
def test_a_story_too_short_or_too_long_is_refused(stories: Stories, text: str) -> None:
    with pytest.raises(BadInput, match="4000"):
        stories.suggest(text)


def test_a_story_in_which_nothing_is_found_is_kept_with_the_reason(database: Database, stories: Stories) -> None:
    story = told(database, stories, "Qwz xyv qqq.")
    assert story.skills == ()
    assert story.note


def test_deleting_a_story_takes_its_skills_along(database: Database, stories: Stories, profile: Profile) -> None:
    first, second = told(database, stories), told(database, stories)
    with database.writing() as work:
        stories.answer(work, "alva", first.id, ids(first, BOOKKEEPING))
        stories.answer(work, "alva", second.id, ids(second, COOK_FOOD))
        stories.delete(work, "alva", first.id)
        assert [skill.uri for skill in profile.skills(work, "alva", "en")] == [COOK_FOOD]
        assert [story.id for story in stories.of_person(work, "alva")] == [second.id]
        assert stories.erase(work, "alva") == 1
        assert profile.skills(work, "alva", "en") == ()


def test_one_skill_said_twice_is_suggested_once_with_all_its_words() -> None:
    facts = {"concept": COOK_FOOD, "label": "cook food", "kind": ConceptKind.SKILL}
    mentions = [
        Mention(start=20, end=27, words="cooking", score=0.7, how=How.VARIANT, **facts),  # type: ignore[arg-type]
        Mention(start=0, end=9, words="cook food", score=1.0, how=How.LABEL, **facts),  # type: ignore[arg-type]
    ]
    (skill,) = found_in(mentions)
    assert (skill.words, skill.spans, skill.score) == (("cooking", "cook food"), ((0, 9), (20, 27)), 1.0)
