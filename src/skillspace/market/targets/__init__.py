"""Targets: what an organisation matches towards – its org chart, its ranking policy, and a list of skills in demand."""

from skillspace.market.targets.room import InForce, KeptChart, Targets

__all__ = ["InForce", "KeptChart", "Targets"]
