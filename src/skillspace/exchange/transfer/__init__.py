"""Transfer: from an agreement to data (DSP 2025-1 §9), with the pull data plane on both sides."""

from skillspace.exchange.transfer.machine import TRANSFER, TransferState
from skillspace.exchange.transfer.model import Transfer
from skillspace.exchange.transfer.plane import DataPlane
from skillspace.exchange.transfer.service import Transfers
from skillspace.exchange.transfer.sources import DataSource, Payload, PullRequest, Sources

__all__ = [
    "TRANSFER",
    "DataPlane",
    "DataSource",
    "Payload",
    "PullRequest",
    "Sources",
    "Transfer",
    "TransferState",
    "Transfers",
]
