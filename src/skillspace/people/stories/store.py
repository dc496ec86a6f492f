"""The tables of stories and of what they suggest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.people.stories.model import StorySkill
from skillspace.storage.database import Moment, metadata

stories = sa.Table(
    "story",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("note", sa.String, nullable=True),
    sa.Column("made", Moment, nullable=False),
)

suggestions = sa.Table(
    "story_skill",
    metadata,
    sa.Column("story", sa.ForeignKey("story.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("concept", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("words", sa.JSON, nullable=False),
    sa.Column("told", sa.String, nullable=False),
    sa.Column("spans", sa.JSON, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("answer", sa.Boolean, nullable=True),
)


def skill_of(row: Mapping[str, Any]) -> StorySkill:
    """Read a suggested skill from its row."""
    return StorySkill(
        id=row["id"],
        concept=row["concept"],
        label=row["label"],
        words=tuple(row["words"]),
        spans=tuple((start, end) for start, end in row["spans"]),
        score=row["score"],
        answer=row["answer"],
    )
