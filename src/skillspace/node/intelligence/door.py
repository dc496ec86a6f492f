"""Who asks at a node, and what answers them: the packs for members; its own words too for the node's own programs."""

from __future__ import annotations

from threading import Lock

from skillspace.kernel.errors import BadInput, NotSignedIn
from skillspace.market.review import ReviewRoom
from skillspace.node.intelligence.api import Authenticate
from skillspace.skills.answering import Answers
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database, Work


class Door:
    """Lets in members of the data space and programs of the organisation's own.

    Only these programs are answered from its own taxonomies, its reviewed mappings and its people's corrections.
    """

    def __init__(self, answers: Answers, review: ReviewRoom, database: Database, authenticate: Authenticate) -> None:
        """``answers`` are those for members; ``authenticate`` raises for whoever is none."""
        self._members = answers
        self._review = review
        self._database = database
        self._authenticate = authenticate
        self._lock = Lock()
        self._house: tuple[Taxonomies, Answers] | None = None
        self._knowing: tuple[str, Answers] | None = None

    def __call__(self, authorization: str | None) -> Answers:
        """Return what answers a caller. Raises NotSignedIn, or what ``authenticate`` raises for a stranger."""
        with self._database.reading() as work:
            if self._review.programs.knows(work, authorization):
                return self._ours(work)
        try:
            self._authenticate(authorization)
        except BadInput as fault:  # no token of a member at all
            raise NotSignedIn("Show a member's own token, or that of a program that is let in here.") from fault
        return self._members

    def _ours(self, work: Work) -> Answers:
        """Return answers in the organisation's own words, opened anew only where words were brought or said."""
        opened, mark = self._review.words.opened(), self._review.heard.version(work)
        with self._lock:
            if self._house is None or self._house[0] is not opened:
                self._house, self._knowing = (opened, self._members.beside(opened)), None
            if self._knowing is None or self._knowing[0] != mark:
                said = self._review.heard.spoken(work)
                self._knowing = mark, self._house[1].knowing(said, self._review.mappings.statements(work))
            return self._knowing[1]
