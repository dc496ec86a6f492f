"""Measurements: each file measures one room, except `run`, `figures`, `running` and `visiting`, which serve them."""
