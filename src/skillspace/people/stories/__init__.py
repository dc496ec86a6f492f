"""Stories: what a person did, in their own words, and the skills they say yes or no to."""

from skillspace.people.stories.model import Story, StorySkill, found_in
from skillspace.people.stories.service import Stories

__all__ = ["Stories", "Story", "StorySkill", "found_in"]
