"""Pages of an organisation's staff, one module a room."""

from __future__ import annotations

from fastapi import APIRouter

from skillspace.portal.pages.frame import Frame


def routers(frame: Frame) -> list[APIRouter]:
    """Return the pages of staff."""
    return []
