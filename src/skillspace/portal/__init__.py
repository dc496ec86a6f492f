"""Pages for people and organisations."""
