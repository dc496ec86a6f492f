"""Review: what people of an organisation say of proposed links and mappings, kept for good and used at once."""

from skillspace.market.review.applying import Heard
from skillspace.market.review.links import Links, Queue
from skillspace.market.review.mappings import Concept, Decided, Mappings, Proposed
from skillspace.market.review.programs import Program
from skillspace.market.review.questions import Question
from skillspace.market.review.room import ReviewRoom
from skillspace.market.review.words import OwnTaxonomy, Words

__all__ = [
    "Concept",
    "Decided",
    "Heard",
    "Links",
    "Mappings",
    "OwnTaxonomy",
    "Program",
    "Proposed",
    "Question",
    "Queue",
    "ReviewRoom",
    "Words",
]
