"""Corrections: what people said of links, and how it changes the next answers at once, bounded, and with its reason."""

from skillspace.skills.corrections.corrections import Corrections
from skillspace.skills.corrections.lines import read_corrections, write_correction
from skillspace.skills.corrections.model import Corrected, Correction, Standing

__all__ = ["Corrected", "Correction", "Corrections", "Standing", "read_corrections", "write_correction"]
