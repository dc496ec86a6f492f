"""Negotiation: from an offer to an agreement both sides hold (DSP 2025-1 §7), as provider and as consumer."""

from skillspace.exchange.negotiation.machine import NEGOTIATION, NegotiationState
from skillspace.exchange.negotiation.model import Negotiation, Turn
from skillspace.exchange.negotiation.service import Negotiations
from skillspace.exchange.negotiation.steps import Decider, Steps

__all__ = ["NEGOTIATION", "Decider", "Negotiation", "NegotiationState", "Negotiations", "Steps", "Turn"]
