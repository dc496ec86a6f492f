"""Pages of people, one module a room; the door is at every node, the other rooms where people's spaces are kept."""

from __future__ import annotations

from fastapi import APIRouter

from skillspace.portal.pages.frame import Frame
from skillspace.portal.pages.person import (
    agent,
    agent_choose,
    alerts,
    cards,
    connect,
    door,
    giving,
    guardians,
    held,
    interests,
    learning,
    mailbox,
    mandates,
    matched,
    opportunities,
    others,
    partners,
    paths,
    plan,
    plan_choices,
    programs,
    proofs,
    records,
    rights,
    sharing,
    skill,
    skills,
    stories,
    validation,
    wallet_sign_in,
    what_if,
    why,
    you,
)
from skillspace.portal.pages.person.careers import Careers


def routers(frame: Frame) -> list[APIRouter]:
    """Return the door and, at an intermediary, the five rooms of a person."""
    everywhere = [door.router(frame), you.router(frame), wallet_sign_in.router(frame)]
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
            matched,
            connect,
            proofs,
            learning,
            mailbox,
            cards,
            validation,
            mandates,
            programs,
            guardians,
            agent,
            agent_choose,
            alerts,
            rights,
            held,
            partners,
            what_if,
            plan_choices,
            why,
        )
    ]
    ways = [module.router(frame, careers) for module in (opportunities, paths, interests, plan)]
    return [*everywhere, *spaces, *ways]
