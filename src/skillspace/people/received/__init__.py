"""Received: what people share with this organisation, fetched under their grant, and gone when the grant ends."""

from skillspace.people.received.machine import RECEIVED, ReceivedState
from skillspace.people.received.service import LIVE_PURPOSES, Received
from skillspace.people.received.store import ReceivedProfile

__all__ = ["LIVE_PURPOSES", "RECEIVED", "Received", "ReceivedProfile", "ReceivedState"]
