"""What can speak against a credential's standing, each with a name that pages have a sentence for."""

from __future__ import annotations

from skillspace.kernel.errors import Refused, Unavailable


class CredentialRevoked(Refused):
    """The issuer has taken this credential back."""


class CredentialSuspended(Refused):
    """The issuer has suspended this credential for now."""


class StatusUnknown(Refused):
    """Whether this credential still stands cannot be found out, so it does not count."""


class StatusStale(StatusUnknown):
    """What the issuer last published of this credential's status has run out, so it says nothing of today."""


class StatusUnreachable(StatusUnknown, Unavailable):
    """Nobody answers where this credential's status is told; it does not count now, and may in a moment."""

    http_status = 503
