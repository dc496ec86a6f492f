"""Why a node takes no part in a chain, or stops doing so: one leaf a reason that a caller can tell apart."""

from __future__ import annotations

from skillspace.kernel.errors import BadInput, Refused, Unavailable


class NotForThisAsker(Refused):
    """This node takes no results from chains of this asker; its operator names whose chains may end here."""


class OnwardForbidden(Refused):
    """The terms of the data do not allow that the next hop gets them."""


class NotForPeople(Refused):
    """This service is not offered for data about people, so it gets none."""


class BrokenChain(BadInput):
    """What arrived is not what the hop before announced."""


class TooMuch(BadInput):
    """A chain may not move that much data here."""

    http_status = 413


class TooBusy(Unavailable):
    """This node plays in as many chains as it can; ask again later."""
