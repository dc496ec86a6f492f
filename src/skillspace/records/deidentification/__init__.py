"""De-identification: names and identifiers become keyed pseudonyms, tables are coarsened until nobody stands alone."""

from skillspace.records.deidentification.pseudonyms import MIN_KEY, Pseudonyms, read_key

__all__ = ["MIN_KEY", "Pseudonyms", "read_key"]
