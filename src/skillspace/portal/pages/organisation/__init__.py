"""The offices: pages of the people who work for an organisation, on every node; which opens depends on their role."""

from __future__ import annotations

from fastapi import APIRouter

from skillspace.portal.pages.frame import Frame
from skillspace.portal.pages.organisation import (
    agreements,
    audit,
    contract_new,
    contract_offering,
    contracts,
    credentials,
    documents,
    guardian,
    guardian_new,
    guardians,
    learning,
    linked,
    log,
    matching,
    members,
    negotiations,
    offering_form,
    offerings,
    overview,
    peers,
    people,
    programs,
    register,
    review,
    rights,
    rights_case,
    shared,
    statistics,
    team,
    transfers,
    validation,
    words,
    words_review,
)

_PAGES = (
    overview,
    offerings,
    offering_form,
    negotiations,
    agreements,
    contracts,
    contract_new,
    contract_offering,
    transfers,
    peers,
    people,
    team,
    matching,
    documents,
    shared,
    learning,
    linked,
    credentials,
    validation,
    statistics,
    members,
    rights,
    rights_case,
    register,
    words,
    words_review,
    programs,
    review,
    guardians,
    guardian_new,
    guardian,
    audit,
    log,
)


def routers(frame: Frame) -> list[APIRouter]:
    """Return the routers of every page of the offices."""
    return [page.router(frame) for page in _PAGES]
