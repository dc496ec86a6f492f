"""Teams: an org chart and the people of a team – what is covered and by whom, who fits where, and what to learn."""

from skillspace.skills.teams.chart_files import read_chart
from skillspace.skills.teams.course_lines import read_training
from skillspace.skills.teams.learning import growth, learning
from skillspace.skills.teams.model import (
    MEETS,
    Chart,
    Cover,
    Fit,
    Growth,
    Lack,
    Learning,
    Lesson,
    Member,
    NeedCovered,
    Part,
    Role,
    RoleCovered,
    Seating,
    TeamCovered,
    Unit,
    Wanted,
)
from skillspace.skills.teams.seating import seating
from skillspace.skills.teams.standing import Standing

__all__ = [
    "MEETS",
    "Chart",
    "Cover",
    "Fit",
    "Growth",
    "Lack",
    "Learning",
    "Lesson",
    "Member",
    "NeedCovered",
    "Part",
    "Role",
    "RoleCovered",
    "Seating",
    "Standing",
    "TeamCovered",
    "Unit",
    "Wanted",
    "growth",
    "learning",
    "read_chart",
    "read_training",
    "seating",
]
