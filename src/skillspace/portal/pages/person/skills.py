"""My skills: the picture and the list, filtered by theme, level and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from fastapi import APIRouter, Request, Response

from skillspace.people.profile import Choosing, ProfileSkill
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.picture import skills_picture
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.common import Choice
from skillspace.portal.views.skills import SkillDot, SkillsPage, Theme
from skillspace.portal.words import CERTIFIED, LEVELS

#: The theme of skills that no taxonomy places.
OTHER = "other"


def router(frame: Frame) -> APIRouter:
    """Return the page of all skills, and its picture alone."""
    routes = frame.router("Skills")

    @routes.get("/skills")
    def skills(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.get("/skills/picture.svg")
    def picture(request: Request) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            mine = spaces.profile.skills(visit.work, person.id, visit.language)
            drawn = skills_picture(themes_of(mine, Names(visit)), visit.words, key="alone", is_alone=True)
        headers = SECURITY_HEADERS | {"Content-Disposition": 'attachment; filename="skills.svg"'}
        return Response(str(drawn), media_type="image/svg+xml", headers=headers)

    return routes


def themes_of(skills: Iterable[ProfileSkill], names: Names) -> tuple[Theme, ...]:
    """Group skills by theme, larger themes first; skills no taxonomy places come last."""
    together: dict[str, list[ProfileSkill]] = {}
    for skill in skills:
        together.setdefault(theme_key(skill), []).append(skill)
    ordered = sorted(together, key=lambda key: (key == OTHER, -len(together[key]), key))
    return tuple(
        Theme(
            key=key,
            label=theme_label(together[key][0], names),
            skills=tuple(_dot(skill, names) for skill in sorted(together[key], key=_best_first)),
        )
        for key in ordered
    )


def theme_key(skill: ProfileSkill) -> str:
    """Return what stands for a skill's theme in a query string."""
    return skill.theme or OTHER


def theme_label(skill: ProfileSkill, names: Names) -> str:
    """Return a skill's theme in words."""
    return skill.theme_label or names.words.gettext("Other skills")


def _page(visit: Visit) -> SkillsPage:
    person, spaces = visit.person()
    names = Names(visit)
    mine = spaces.profile.skills(visit.work, person.id, visit.language)
    faces = [face for skill in mine for face in skill.faces]
    theme, level, source = visit.asked("theme"), visit.asked("level"), visit.asked("source")
    shown = [
        skill
        for skill in mine
        if (not theme or theme_key(skill) == theme)
        and (not level or str(int(skill.validation)) == level)
        and (not source or source in {did for face in skill.faces for did, _ in face.sources})
    ]
    return SkillsPage(
        chrome=visit.chrome("skills"),
        skills=len(mine),
        places=len({did for face in faces for did, _ in face.sources}),
        certified=sum(skill.validation >= CERTIFIED for skill in mine),
        updated=max((claim.arrived for face in faces for claim in face.claims), default=None),
        themes=themes_of(shown, names),
        view="list" if visit.asked("view") == "list" else "picture",
        zoom=theme,
        sources=_sources(mine, source, names),
        levels=_levels(mine, level, names),
        theme_choices=_themes(mine, theme, names),
        said=len(Choosing(spaces.profile).living(visit.work, person.id)),
    )


def _dot(skill: ProfileSkill, names: Names) -> SkillDot:
    return SkillDot(
        uri=skill.uri,
        label=skill.label,
        level=int(skill.validation),
        places=tuple(names.place(did, name) for did, name in skill.sources),
        since=skill.since,
        has_conflict=bool(skill.conflicts),
    )


def _best_first(skill: ProfileSkill) -> tuple[int, str]:
    return -skill.validation, skill.label.casefold()


def _sources(skills: Sequence[ProfileSkill], chosen: str, names: Names) -> tuple[Choice, ...]:
    counts = Counter(source for skill in skills for source in {one for face in skill.faces for one in face.sources})
    listed = [(names.place(did, name).name, did, count) for (did, name), count in counts.items()]
    return tuple(
        Choice(value=did, label=label, count=count, is_chosen=did == chosen) for label, did, count in sorted(listed)
    )


def _levels(skills: Sequence[ProfileSkill], chosen: str, names: Names) -> tuple[Choice, ...]:
    counts = Counter(int(skill.validation) for skill in skills)
    return tuple(
        Choice(
            value=str(level),
            label=f"{LEVELS[level].sign} {names.words.gettext(LEVELS[level].word)}",
            count=counts[level],
            is_chosen=str(level) == chosen,
        )
        for level in sorted(counts, reverse=True)
    )


def _themes(skills: Sequence[ProfileSkill], chosen: str, names: Names) -> tuple[Choice, ...]:
    labels = {theme_key(skill): theme_label(skill, names) for skill in skills}
    counts = Counter(theme_key(skill) for skill in skills)
    ordered = sorted(labels.items(), key=lambda item: (item[0] == OTHER, item[1].casefold()))
    return tuple(Choice(value=key, label=label, count=counts[key], is_chosen=key == chosen) for key, label in ordered)
