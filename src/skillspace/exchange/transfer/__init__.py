"""Transfer: from an agreement to data (DSP 2025-1 §9)."""

from skillspace.exchange.transfer.machine import TRANSFER, TransferState
from skillspace.exchange.transfer.model import Transfer
from skillspace.exchange.transfer.service import Transfers
from skillspace.exchange.transfer.steps import Steps

__all__ = [
    "TRANSFER",
    "Steps",
    "Transfer",
    "TransferState",
    "Transfers",
]
