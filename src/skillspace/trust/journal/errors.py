"""What can go wrong with the journal, besides a text that cannot be read."""

from __future__ import annotations

from skillspace.kernel.errors import Conflict


class Forked(Conflict):
    """This checkpoint contradicts one that the same node signed before; both are kept as proof."""


class NotYetSigned(Conflict):
    """No checkpoint covers this entry yet; one is made each hour, or with “skillspace audit seal”."""
