"""Telling a story, seeing which skills it shows, and saying yes or no to each."""

from __future__ import annotations

from collections.abc import Callable, Collection

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.kernel.ids import new_id
from skillspace.people.profile import SELF, Arrival, Profile
from skillspace.people.stories.model import Story, StorySkill, found_in, told
from skillspace.people.stories.store import skill_of, stories, suggestions
from skillspace.records.model import Evidence, ProofStatus, Record, RecordKind, SkillAssertion, ValidationLevel
from skillspace.skills.enrichment import Enrichment
from skillspace.storage.database import Work

MAX_CHARACTERS = 4000
TITLE_CHARACTERS = 60
#: Finds what a text speaks of, in a language or in one it finds out: `Enricher.enrich`.
Enrich = Callable[[str, str | None], Enrichment]


class Stories:
    """The stories of everybody who has a space here; a yes becomes a skill said by the person, in their words."""

    def __init__(self, profile: Profile, enrich: Enrich) -> None:
        self._profile = profile
        self._enrich = enrich

    def suggest(self, text: str, language: str | None = None) -> Enrichment:
        """Return what a text speaks of; reading takes a while, so call it with no transaction open.

        Raises BadInput when the text is empty or longer than 4000 characters.
        """
        if not text.strip() or len(text) > MAX_CHARACTERS:
            raise BadInput(f"A story has 1 to {MAX_CHARACTERS} characters; this one has {len(text.strip())}.")
        return self._enrich(text, language)

    def keep(self, work: Work, person: str, text: str, found: Enrichment, *, language: str) -> Story:
        """Store a story with the skills `suggest` found; those the person said no to for the same words are left out.

        `language` is the person's, where the text's could not be told.
        """
        row = {"id": new_id("story"), "person": person, "text": text, "made": work.now, "note": found.note}
        work.insert(stories, row | {"language": found.language or language})
        unwanted = self._unwanted(work, person)
        fresh = [skill for skill in found_in(found.mentions) if (skill.concept, told(skill.words)) not in unwanted]
        work.insert(suggestions, *(_row(str(row["id"]), person, skill) for skill in fresh))
        return self.story(work, person, str(row["id"]))

    def story(self, work: Work, person: str, story_id: str) -> Story:
        """Return one story of this person; raise NotFound, also when it is somebody else's."""
        row = work.one(sa.select(stories).where(stories.c.id == story_id, stories.c.person == person))
        if row is None:
            raise NotFound("You have told no such story.")
        query = sa.select(suggestions).where(suggestions.c.story == story_id)
        found = work.rows(query.order_by(suggestions.c.score.desc(), suggestions.c.label, suggestions.c.id))
        return Story(**row, skills=tuple(skill_of(each) for each in found))

    def of_person(self, work: Work, person: str) -> list[Story]:
        """Return a person's stories, the latest first."""
        query = sa.select(stories.c.id).where(stories.c.person == person)
        latest = work.rows(query.order_by(stories.c.made.desc(), stories.c.id))
        return [self.story(work, person, row["id"]) for row in latest]

    def answer(self, work: Work, person: str, story_id: str, accepted: Collection[str]) -> Story:
        """Say yes to the skills in `accepted` (their ids) and no to the story's others; may be said anew later.

        Raises NotFound, and BadInput for a skill the story did not suggest.
        """
        story = self.story(work, person, story_id)
        if unknown := set(accepted) - {skill.id for skill in story.skills}:
            raise BadInput(f"The story does not suggest {', '.join(sorted(unknown))[:100]}.")
        here = suggestions.c.story == story_id
        work.update(suggestions, here, answer=suggestions.c.id.in_(sorted(accepted)))
        answered = self.story(work, person, story_id)
        if accepted:
            self._profile.keep(work, _arrival(answered))
        else:
            self._profile.remove_record(work, person, SELF, story_id)
        return answered

    def delete(self, work: Work, person: str, story_id: str) -> None:
        """Delete a story with the skills it brought. Raises NotFound."""
        self.story(work, person, story_id)
        work.delete(stories, stories.c.id == story_id)
        self._profile.remove_record(work, person, SELF, story_id)

    def erase(self, work: Work, person: str) -> int:
        """Delete all stories of a person, with the skills they brought, and return how many there were."""
        told_by_person = work.rows(sa.select(stories.c.id).where(stories.c.person == person))
        for row in told_by_person:
            self.delete(work, person, row["id"])
        return len(told_by_person)

    def _unwanted(self, work: Work, person: str) -> set[tuple[str, str]]:
        query = sa.select(suggestions.c.concept, suggestions.c.told)
        said_no = query.where(suggestions.c.person == person, suggestions.c.answer.is_(False))
        return {(row["concept"], row["told"]) for row in work.rows(said_no)}


def _row(story_id: str, person: str, skill: StorySkill) -> dict[str, object]:
    return {
        "story": story_id,
        "id": skill.id,
        "person": person,
        "concept": skill.concept,
        "label": skill.label,
        "words": list(skill.words),
        "told": told(skill.words),
        "spans": [list(span) for span in skill.spans],
        "score": skill.score,
        "answer": None,
    }


def _arrival(story: Story) -> Arrival:
    """Write a story as a record whose skills the person declares, each with their words as evidence."""
    title = " ".join(story.text.split())
    title = title if len(title) <= TITLE_CHARACTERS else f"{title[: TITLE_CHARACTERS - 1].rstrip()}…"
    assertions = tuple(
        SkillAssertion(
            concept=skill.concept,
            label=skill.label,
            language=story.language,
            validation=ValidationLevel.SELF_DECLARED,
            issuer=SELF,
            issuer_name="",
            issued=story.made.date(),
            evidence=Evidence(
                record_id=story.id, title=title, kind=RecordKind.STORY, excerpt=_excerpt(story.text, skill)
            ),
        )
        for skill in story.skills
        if skill.answer
    )
    record = Record(
        id=story.id,
        kind=RecordKind.STORY,
        title=title,
        issuer=SELF,
        issuer_name="",
        issued=story.made.date(),
        assertions=assertions,
        proof=ProofStatus.UNSIGNED,
        media_type="text/plain",
        format="story",
    )
    return Arrival(
        person=story.person,
        source=SELF,
        source_name="",
        record_id=story.id,
        kind=RecordKind.STORY.value,
        media_type="text/plain",
        document=story.text.encode(),
        record=record,
    )


def _excerpt(text: str, skill: StorySkill) -> str:
    return " … ".join(" ".join(text[start:end].split()) for start, end in skill.spans)
