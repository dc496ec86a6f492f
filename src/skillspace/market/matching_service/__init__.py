"""Matching as a service between nodes: sold under an agreement, bought under a person's yes, on skills alone."""

from skillspace.market.matching_service.buying import Buying
from skillspace.market.matching_service.machine import AskedState, NoAnswer
from skillspace.market.matching_service.messages import MATCHING_DATASET, MATCHING_PURPOSE
from skillspace.market.matching_service.selling import Selling, SellingTerms, sell
from skillspace.market.matching_service.store import Asked, Partner

__all__ = [
    "MATCHING_DATASET",
    "MATCHING_PURPOSE",
    "Asked",
    "AskedState",
    "Buying",
    "NoAnswer",
    "Partner",
    "Selling",
    "SellingTerms",
    "sell",
]
