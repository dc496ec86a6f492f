"""Translation: a concept of one framework in the words of another, with relation, confidence and every step."""

from skillspace.skills.translation.learned import LinkedMappings
from skillspace.skills.translation.model import Mapping, Step, Translation, Way
from skillspace.skills.translation.naming import own_name, resolve
from skillspace.skills.translation.sources import Extra
from skillspace.skills.translation.translator import Learned, Translator

__all__ = [
    "Extra",
    "Learned",
    "LinkedMappings",
    "Mapping",
    "Step",
    "Translation",
    "Translator",
    "Way",
    "own_name",
    "resolve",
]
