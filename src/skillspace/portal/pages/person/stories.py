"""Stories: telling something one did, and saying yes or no to each skill the words suggest."""

from __future__ import annotations

from itertools import pairwise

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.people.stories.model import Story
from skillspace.people.stories.service import MAX_CHARACTERS
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.skills import Segment, StoryPage, StoryReviewPage, Suggestion


def router(frame: Frame) -> APIRouter:
    """Return the pages of stories."""
    routes = frame.router("Stories")

    @routes.get("/stories/new")
    def new(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.person()
            return visit.show(StoryPage(chrome=visit.chrome("skills"), max_length=MAX_CHARACTERS))

    @routes.post("/stories/new")
    def tell(request: Request) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            text = visit.field("text").replace("\r\n", "\n")
        try:
            found = spaces.stories.suggest(text)
        except BadInput:
            return _told_wrong(frame, request, text)
        with frame.writing(request) as visit:
            story = spaces.stories.keep(visit.work, person.id, text, found, language=visit.language)
            return visit.go(f"/stories/{story.id}")

    @routes.get("/stories/{story_id}")
    def review(request: Request, story_id: str) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            return visit.show(_review(spaces.stories.story(visit.work, person.id, story_id), visit))

    @routes.post("/stories/{story_id}")
    def answer(request: Request, story_id: str) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            story = spaces.stories.story(visit.work, person.id, story_id)
            spaces.stories.answer(visit.work, person.id, story_id, _accepted(story, visit))
            return visit.go("/skills", "story")

    @routes.post("/stories/{story_id}/delete")
    def delete(request: Request, story_id: str) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            spaces.stories.delete(visit.work, person.id, story_id)
            return visit.go("/records", "story-gone")

    return routes


def _told_wrong(frame: Frame, request: Request, text: str) -> Response:
    with frame.reading(request) as visit:
        problem = visit.words.gettext("A story has between 1 and %(most)s characters.")
        page = StoryPage(
            chrome=visit.chrome("skills", path="/stories/new"),
            text=text,
            problem=problem % {"most": visit.words.number(MAX_CHARACTERS)},
            max_length=MAX_CHARACTERS,
        )
        return visit.show(page, 400)


def _accepted(story: Story, visit: Visit) -> list[str]:
    """Return the ids of the skills with a yes; the form names each skill beside its answer."""
    numbers = range(1, len(story.skills) + 1)
    said_yes = {visit.field(f"skill-{number}") for number in numbers if visit.field(f"answer-{number}") == "yes"}
    return [skill.id for skill in story.skills if skill.concept in said_yes]


def _review(story: Story, visit: Visit) -> StoryReviewPage:
    person, spaces = visit.person()
    names = Names(visit)
    known = {
        claim.key for claim in spaces.profile.claims(visit.work, person.id) if claim.evidence.record_id != story.id
    }
    return StoryReviewPage(
        chrome=visit.chrome("skills"),
        id=story.id,
        told=story.made.date(),
        segments=segments(story),
        suggestions=tuple(
            Suggestion(
                number=number,
                uri=skill.concept,
                label=names.skill(skill.concept),
                words=skill.words,
                answer=skill.answer,
                is_known=skill.concept in known,
            )
            for number, skill in enumerate(story.skills, 1)
        ),
    )


def segments(story: Story) -> tuple[Segment, ...]:
    """Cut a story where a suggestion begins or ends: each piece knows the numbers of the skills it points to."""
    spans = [(start, end, number) for number, skill in enumerate(story.skills, 1) for start, end in skill.spans]
    cuts = sorted({0, len(story.text), *(edge for start, end, _ in spans for edge in (start, end))})
    return tuple(
        Segment(
            text=story.text[start:end],
            skills=tuple(sorted({number for first, last, number in spans if first <= start and end <= last})),
        )
        for start, end in pairwise(cuts)
    )
