"""Learning: what a person's own statements say of how they learn, for themselves, and for a teacher they let see it."""

from skillspace.people.learning.contests import Contests, Standing, contests_in
from skillspace.people.learning.groups import GroupRow, group_of
from skillspace.people.learning.service import KIND, Learned, Learning, Seen, learning_answerer
from skillspace.people.learning.source import LearningSource

__all__ = [
    "KIND",
    "Contests",
    "GroupRow",
    "Learned",
    "Learning",
    "LearningSource",
    "Seen",
    "Standing",
    "contests_in",
    "group_of",
    "learning_answerer",
]
