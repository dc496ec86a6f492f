"""Profiles: what a field agreed its xAPI statements look like, read from a file, and a report on who keeps to it.

Nothing is fetched: a profile is a document at hand. The field's own (`FIELD`) for learning platforms, forums and
assessments come along, written here with the identifiers that are published for those concepts.
"""

from __future__ import annotations

from importlib import resources

from skillspace.kernel.errors import NotFound
from skillspace.records.profiles.checking import Conformance, Finding, check, follows
from skillspace.records.profiles.reading import Profile, read_profile

FIELD = ("platform", "forum", "assessment")
"""The names of the profiles that come along."""

__all__ = ["FIELD", "Conformance", "Finding", "Profile", "check", "field_profile", "follows", "read_profile"]


def field_profile(name: str) -> Profile:
    """Return a profile that comes along; raise NotFound where none is called so."""
    if name not in FIELD:
        raise NotFound(f"No profile here is called {name!r}; there are {', '.join(FIELD)}, or give a file.")
    return read_profile(resources.files(__package__).joinpath(f"{name}.jsonld").read_bytes())
