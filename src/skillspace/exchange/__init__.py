"""The connector: catalog, negotiation, transfer (Dataspace Protocol 2025-1)."""

from skillspace.exchange.bundle import Exchange
from skillspace.exchange.catalog import CRAWL_ROUND, CrawledOffering, Offering
from skillspace.exchange.dataplane import DataSource, Payload, PullRequest, Sources
from skillspace.exchange.negotiation import Negotiation, NegotiationState
from skillspace.exchange.transfer import Transfer, TransferState

__all__ = [
    "CRAWL_ROUND",
    "CrawledOffering",
    "DataSource",
    "Exchange",
    "Negotiation",
    "NegotiationState",
    "Offering",
    "Payload",
    "PullRequest",
    "Sources",
    "Transfer",
    "TransferState",
]
