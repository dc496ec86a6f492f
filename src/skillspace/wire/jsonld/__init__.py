"""JSON-LD: what a document says as RDF in one canonical spelling; contexts are known here and never fetched."""

from skillspace.wire.jsonld.canonizing import TooTangled, canonize
from skillspace.wire.jsonld.contexts import ContextNotKnown, content_of, known
from skillspace.wire.jsonld.expanding import expand

__all__ = ["ContextNotKnown", "TooTangled", "canonize", "content_of", "expand", "known"]
