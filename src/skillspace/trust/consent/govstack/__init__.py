"""GovStack's consent API (Consent Building Block 1.1.0-rc1) over the consents of an intermediary, where it fits them.

`govstack_router` is the door; `operations.OPERATIONS` says of each of the standard's 42 operations whether it is
offered, and why not. `Clients` are the programs an operator lets in, `Delegations` what people let such a program do.
"""

from skillspace.trust.consent.govstack.api import govstack_router
from skillspace.trust.consent.govstack.clients import Client, Clients, Scope
from skillspace.trust.consent.govstack.delegations import PROGRAM, Act, Delegation, Delegations, with_programs
from skillspace.trust.consent.govstack.operations import OPERATIONS, PREFIX

__all__ = [
    "OPERATIONS",
    "PREFIX",
    "PROGRAM",
    "Act",
    "Client",
    "Clients",
    "Delegation",
    "Delegations",
    "Scope",
    "govstack_router",
    "with_programs",
]
