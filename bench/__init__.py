"""Measurements: each file here measures one room beside a peer and a limit; `run`, `figures`, `visiting` serve them."""
