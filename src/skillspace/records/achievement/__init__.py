"""Achievement: what somebody achieved, written once and signed in several envelopes that are provably the same.

Open Badge 3.0 for the world of badges, the European Learning Model for Europass, SD-JWT VC for wallets.
"""

from skillspace.records.achievement.comparing import Comparison, compare, lost
from skillspace.records.achievement.envelopes import Envelope, Read, read, write
from skillspace.records.achievement.model import Achievement, Holder
from skillspace.records.formats.credentials.sd_jwt import VCT

__all__ = ["VCT", "Achievement", "Comparison", "Envelope", "Holder", "Read", "compare", "lost", "read", "write"]
