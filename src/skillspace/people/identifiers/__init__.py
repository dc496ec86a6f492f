"""Identifiers: what people have proven to be theirs at an intermediary, by whose word, and until when."""

from skillspace.people.identifiers.model import IdentifyingTerms, ProvenIdentifier
from skillspace.people.identifiers.service import Identifiers, proven_identifiers

__all__ = ["Identifiers", "IdentifyingTerms", "ProvenIdentifier", "proven_identifiers"]
