"""What goes wrong with clauses: a value one cannot take, and clauses that cannot stand in one contract."""

from __future__ import annotations

from skillspace.kernel.errors import BadInput


class BadClauseValue(BadInput):
    """A clause was given a value it cannot take."""


class ClausesClash(BadInput):
    """These clauses cannot stand in one contract."""


class PurposeMissing(ClausesClash):
    """No clause says what the data are for; add “purpose-limitation”."""
