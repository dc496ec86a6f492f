"""Skills intelligence as a library: taxonomies, translation, enrichment, linking, matching and careers."""

from importlib import import_module

_ROOMS = {
    "Enricher": "enrichment",
    "Linker": "linking",
    "Matcher": "matching.matcher",
    "Taxonomies": "taxonomy",
    "Translator": "translation",
}


def __getattr__(name: str) -> object:
    """Return what the wing is known for, read when it is asked for: nobody waits for a room they do not use."""
    if name in _ROOMS:
        return getattr(import_module(f"skillspace.skills.{_ROOMS[name]}"), name)
    raise AttributeError(f"skillspace.skills has no {name!r}")
