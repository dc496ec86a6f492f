"""The recognition trail: from a trace to an assessment, a credential and its recognition, each hop signed by its maker
and played again by anybody who has the keys."""

from skillspace.records.trail.model import MAX_HOPS, MAX_LISTS, TYPE, Hop, HopKind, Trail, name_of
from skillspace.records.trail.replaying import Check, Claim, Fault, Replay, replay
from skillspace.records.trail.rules import RULES, Rule
from skillspace.records.trail.standing import HopStanding, carrying
from skillspace.records.trail.writing import HOP_CREDENTIAL, fingerprint, read_hop, read_signed, write_hop

__all__ = [
    "HOP_CREDENTIAL",
    "MAX_HOPS",
    "MAX_LISTS",
    "RULES",
    "TYPE",
    "Check",
    "Claim",
    "Fault",
    "Hop",
    "HopKind",
    "HopStanding",
    "Replay",
    "Rule",
    "Trail",
    "carrying",
    "fingerprint",
    "name_of",
    "read_hop",
    "read_signed",
    "replay",
    "write_hop",
]
