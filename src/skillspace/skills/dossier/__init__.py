"""The documents that a provider of matching owes, rendered from what runs."""

from skillspace.skills.dossier.dossier import UNSAID, Dossier, Running, Section, dossier, running, running_on
from skillspace.skills.dossier.rendering import markdown

__all__ = ["UNSAID", "Dossier", "Running", "Section", "dossier", "markdown", "running", "running_on"]
