"""Skillspace: an education and skills data space that runs."""

__version__ = "0.1.0"
