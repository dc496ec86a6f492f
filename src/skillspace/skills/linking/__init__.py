"""Linking: a title, the name of a skill or a sentence becomes concepts of a taxonomy, each with a calibrated score."""

from skillspace.skills.linking.linker import Linker
from skillspace.skills.linking.model import Candidate

__all__ = ["Candidate", "Linker"]
