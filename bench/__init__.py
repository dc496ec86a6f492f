"""Measurements: each file here but `run` and `figures` measures one room and compares it with a peer and a limit."""
