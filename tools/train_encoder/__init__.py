"""Trains the project's own encoder from published labels, crosswalks and sentences; deterministic, on one core."""
