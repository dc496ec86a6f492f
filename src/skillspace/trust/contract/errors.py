"""What goes wrong with contracts: one leaf a reason, so that pages, logs and peers name it alike."""

from __future__ import annotations

from skillspace.kernel.errors import BadInput, Conflict, InvalidSignature, Refused


class NotYours(Refused):
    """This part of the contract is not this party's to move."""


class TermsChanged(Conflict):
    """What was signed or agreed is not what the contract says now; read it again."""


class Outdated(Conflict):
    """The other side has answered meanwhile; look at its last word first."""


class ForgedContract(InvalidSignature):
    """What the contract says and who signed it do not belong together."""


class NoContract(Refused):
    """No contract in force lets this organisation use these data."""


class UnfitClauses(BadInput):
    """The clauses of this contract cannot be read here, or nobody could keep all of them."""


class NoPurposeClause(UnfitClauses):
    """No clause of this contract says what the data are for, so nothing can be used under it."""
