"""Measurements: each file here measures one room, but for `run`, `figures`, `running` and `visiting`, which serve them."""
