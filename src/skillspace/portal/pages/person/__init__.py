"""Pages of people, one module a room; the door is at every node, the other rooms where people's spaces are kept."""

from __future__ import annotations

from fastapi import APIRouter

from skillspace.portal.pages.frame import Frame
from skillspace.portal.pages.person import (
    agent,
    agent_choose,
    connect,
    door,
    giving,
    guardians,
    held,
    mandates,
    opportunities,
    others,
    plan,
    programs,
    proofs,
    records,
    rights,
    sharing,
    skill,
    skills,
    stories,
    you,
)
from skillspace.portal.pages.person.careers import Careers


def routers(frame: Frame) -> list[APIRouter]:
    """Return the door and, at an intermediary, the five rooms of a person."""
    everywhere = [door.router(frame), you.router(frame)]
    if frame.rooms.spaces is None:
        return everywhere
    careers = Careers(frame.rooms.taxonomies, frame.rooms.spaces.indexes.folder)
    spaces = [
        module.router(frame)
        for module in (
            skills,
            skill,
            records,
            stories,
            giving,
            sharing,
            others,
            connect,
            proofs,
            mandates,
            programs,
            guardians,
            agent,
            agent_choose,
            rights,
            held,
        )
    ]
    return [*everywhere, *spaces, opportunities.router(frame, careers), plan.router(frame, careers)]
