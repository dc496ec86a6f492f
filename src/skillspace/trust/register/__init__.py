"""The register: what an organisation says of itself and of each thing it does with people's data (GDPR Art. 13, 30).

Every node has one, writes it in versions and shows the newest, signed, to members; notices to people are made of it.
"""

from skillspace.trust.register.api import router
from skillspace.trust.register.record import Basis, Contact, Duty, Processing, Record, Transfer, read_record
from skillspace.trust.register.service import Own, Registers

__all__ = [
    "Basis",
    "Contact",
    "Duty",
    "Own",
    "Processing",
    "Record",
    "Registers",
    "Transfer",
    "read_record",
    "router",
]
