"""Readers: one file a published source, each filling a draft from the files as they are published."""
