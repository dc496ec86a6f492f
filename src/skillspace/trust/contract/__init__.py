"""Contracts: what may flow between organisations, signed with their keys, versioned, and checked at each release.

The orchestrator's node keeps the `Record`; every member's node keeps a replica and gives orders (`Partaking`). What
binds two of them about a data set is asked of `Contracts`. `contract_room` puts the room together for a node.
"""

from skillspace.trust.contract.agreement import Agreement
from skillspace.trust.contract.differences import Change, diff, offering_diff
from skillspace.trust.contract.evidence import ContractReport, PartyReport, check_contract
from skillspace.trust.contract.machine import CONTRACT, OFFER, PARTICIPATION, ContractState, OfferState, SeatState
from skillspace.trust.contract.model import Binding, Offering, Participation, Terms
from skillspace.trust.contract.reading import read_offering, read_terms
from skillspace.trust.contract.room import ContractRoom, contract_room
from skillspace.trust.contract.service import ContractHead, Contracts, Member, Talk
from skillspace.trust.contract.strictness import looser

__all__ = [
    "CONTRACT",
    "OFFER",
    "PARTICIPATION",
    "Agreement",
    "Binding",
    "Change",
    "ContractHead",
    "ContractReport",
    "ContractRoom",
    "ContractState",
    "Contracts",
    "Member",
    "OfferState",
    "Offering",
    "Participation",
    "PartyReport",
    "SeatState",
    "Talk",
    "Terms",
    "check_contract",
    "contract_room",
    "diff",
    "looser",
    "offering_diff",
    "read_offering",
    "read_terms",
]
