"""Answering: the questions of skills intelligence, opened once and answered line by line, wherever they come from.

The commands, the HTTP interface, Parquet and Ray all answer through this one door, so that they answer the same.
"""

from skillspace.skills.answering.answers import Answer, Answers, check_pair
from skillspace.skills.answering.questions import Enrich, Link, MatchPeople, Question, Translate

__all__ = [
    "Answer",
    "Answers",
    "Enrich",
    "Link",
    "MatchPeople",
    "Question",
    "Translate",
    "check_pair",
]
