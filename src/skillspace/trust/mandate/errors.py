"""Why somebody may not act for another: one leaf a reason, so that logs, pages and peers name it alike."""

from __future__ import annotations

from skillspace.kernel.errors import Refused
from skillspace.trust.consent.errors import NotMandated

__all__ = [
    "AgeUnknown",
    "EvidenceRefused",
    "MandateEnded",
    "NeedsAssent",
    "NeedsGuardian",
    "NeedsSecondGuardian",
    "NotMandated",
    "OutOfScope",
    "Outgrown",
    "OwnActOnly",
    "SaidNo",
]


class MandateEnded(Refused):
    """The mandate has ended; nothing can be done under it any more."""


class Outgrown(MandateEnded):
    """The person has reached the age at which they decide alone; this mandate ended with that."""


class NeedsGuardian(Refused):
    """A child cannot decide this alone; a guardian has to say yes too."""


class AgeUnknown(NeedsGuardian):
    """It is not known whether this person is old enough; their age or adulthood has to be told first."""


class NeedsAssent(Refused):
    """The child has not said yes to this yet; ask them in words for their age."""


class SaidNo(NeedsAssent):
    """The person said no to this themselves, and their own no wins."""


class NeedsSecondGuardian(Refused):
    """These guardians decide jointly; another one has to agree to the same thing."""


class OutOfScope(Refused):
    """The mandate does not cover this."""


class OwnActOnly(Refused):
    """Nobody can do this for another; the person has to do it themselves."""


class EvidenceRefused(Refused):
    """The evidence does not show that this one may act for the person."""
