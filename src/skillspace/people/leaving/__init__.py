"""Leaving: everything a person has here, as a file they can take elsewhere; and erasing it, with proof from others."""

from skillspace.people.leaving.download import Download, jsonld, pdf
from skillspace.people.leaving.erasure import Erasure

__all__ = ["Download", "Erasure", "jsonld", "pdf"]
