"""Gathering: bringing a person's records from organisations into their space, under their yes."""

from skillspace.people.gathering.machine import GATHERING, GatheringState
from skillspace.people.gathering.reading import Reading
from skillspace.people.gathering.service import Gathering
from skillspace.people.gathering.store import GatheringStatus

__all__ = ["GATHERING", "Gathering", "GatheringState", "GatheringStatus", "Reading"]
