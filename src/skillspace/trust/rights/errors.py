"""Why a rights case cannot go the way somebody wants it to."""

from __future__ import annotations

from skillspace.kernel.errors import BadInput, Conflict, NotFound


class TooLate(Conflict):
    """The time in which this could be said is over."""


class NotThisRight(Conflict):
    """This cannot be done about a case of this kind."""


class WrongGround(BadInput):
    """The law knows no such ground for refusing this right."""


class DutyToKeep(Conflict):
    """A law demands that some of this is kept, so a person decides."""


class PackageTooLarge(Conflict):
    """The data are more than one package carries; hand them over another way."""


class PackageGone(NotFound):
    """There is no package to collect here: it was collected, or its time is over."""


class WrongPackage(BadInput):
    """The package is not the one that the signed answer speaks of."""
