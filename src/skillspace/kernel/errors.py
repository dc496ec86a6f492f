"""The one error tree: every fault a person, a peer or an operator can meet has a leaf here or below it.

    SkillspaceError                      500  exit 1
    ├─ BadInput                          400  exit 2   what came in cannot be read or is not allowed
    │  ├─ UnreadableFile                 400
    │  ├─ UnknownConcept                 400
    │  └─ InvalidSignature               400
    ├─ NotSignedIn                       401
    ├─ Refused                           403  exit 3   understood, and not permitted
    │  ├─ NotAMember                     401           a peer without a live membership credential
    │  └─ ConsentMissing                 403           no live yes covers this
    ├─ NotFound                          404  exit 4
    ├─ Conflict                          409  exit 5   the thing is not in a state that allows this
    │  └─ MoveNotAllowed                 409           a lifecycle's table has no such move
    └─ Unavailable                       503  exit 6   try again: a peer or a resource is not there now
       └─ PeerUnreachable                503

A leaf's docstring is its default sentence. `message` says what happened, to which thing, and what to do.
Rooms add leaves beside their rules; they never add a second tree.
"""

from __future__ import annotations

from typing import ClassVar


class SkillspaceError(Exception):
    """Something went wrong on our side."""

    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        super().__init__(self.message)

    @property
    def code(self) -> str:
        """The stable name of this fault, used in logs, wire errors and message catalogues."""
        return type(self).__name__


class BadInput(SkillspaceError):
    """What came in cannot be read or is not allowed here."""

    http_status = 400
    exit_code = 2


class UnreadableFile(BadInput):
    """The file cannot be read: its encoding or its shape is not what its kind promises."""


class UnknownConcept(BadInput):
    """No loaded taxonomy knows this concept."""


class InvalidSignature(BadInput):
    """The signature does not belong to this text and this signer."""


class NotSignedIn(SkillspaceError):
    """Sign in first."""

    http_status = 401
    exit_code = 3


class Refused(SkillspaceError):
    """This is not permitted."""

    http_status = 403
    exit_code = 3


class NotAMember(Refused):
    """The other side shows no live membership credential of this data space."""

    http_status = 401


class ConsentMissing(Refused):
    """No live consent covers this use."""


class NotFound(SkillspaceError):
    """There is no such thing here."""

    http_status = 404
    exit_code = 4


class Conflict(SkillspaceError):
    """The thing is not in a state that allows this."""

    http_status = 409
    exit_code = 5


class MoveNotAllowed(Conflict):
    """The lifecycle has no such move from this state for this party."""


class Unavailable(SkillspaceError):
    """Not available at the moment; try again."""

    http_status = 503
    exit_code = 6


class PeerUnreachable(Unavailable):
    """The other node does not answer; it will be tried again."""
