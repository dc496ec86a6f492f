"""Service chains: data go from a provider through processors to a consumer, by an agreement between each two."""

from skillspace.exchange.chains.machine import CHAIN, PART, ChainState, PartState
from skillspace.exchange.chains.model import Chain, ChainRequest, Hop, Limits, Part, Stop
from skillspace.exchange.chains.processors import (
    AskInterface,
    Job,
    KeepFields,
    Made,
    Processor,
    ProcessorSettings,
    processor_of,
)
from skillspace.exchange.chains.service import Chains, Result

__all__ = [
    "CHAIN",
    "PART",
    "AskInterface",
    "Chain",
    "ChainRequest",
    "ChainState",
    "Chains",
    "Hop",
    "Job",
    "KeepFields",
    "Limits",
    "Made",
    "Part",
    "PartState",
    "Processor",
    "ProcessorSettings",
    "Result",
    "Stop",
    "processor_of",
]
