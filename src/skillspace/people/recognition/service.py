"""Recognition: one organisation finds out which of its people somebody is, in the ways its operator allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.people.holdings import Holdings
from skillspace.people.recognition.contacts import Contacts
from skillspace.people.recognition.letters import Letters, Note
from skillspace.people.recognition.model import CODE_LASTS, LinkingTerms, NotRecognised, Way, WayClosed
from skillspace.people.recognition.showing import Challenge, Showing, claim_of
from skillspace.records.credentials import VerifiedCredential
from skillspace.storage.database import Database, Work
from skillspace.trust.identity import Peer

MINUTES = int(CODE_LASTS.total_seconds() // 60)


class Recognition:
    """The ways one organisation connects its people to their spaces; each ends in one pseudonym on one record."""

    def __init__(
        self, *, terms: LinkingTerms, holdings: Holdings, showing: Showing, key: bytes, note: Note | None = None
    ) -> None:
        self.terms = terms
        self.holdings = holdings
        self.contacts = Contacts(holdings, key)
        self.letters = Letters(holdings, self.contacts, key, note)
        self._showing = showing

    def offer(self) -> Mapping[str, Any]:
        """Return what an intermediary shows people who want to connect: the ways, and which credentials help."""
        is_open = Way.CREDENTIAL in self.terms.ways
        types = sorted({rule.type for rule in self.terms.credentials}) if is_open else []
        return {"ways": [str(way) for way in self.terms.ways], "credentials": types, "minutes": MINUTES}

    def ask_letter(self, work: Work, peer: Peer, *, subject: str, address: str, language: str) -> Mapping[str, Any]:
        """Take a wish for a letter and return the one answer there is to it. Raises WayClosed and as `Letters.ask`."""
        self._check_open(Way.MAIL)
        self.letters.ask(
            work, intermediary=peer.did, subject=subject, address=address, sender=peer.name, language=language
        )
        return {"minutes": MINUTES}

    def begin_showing(self, work: Work, intermediary: str, subject: str) -> Challenge:
        """Return what a wallet has to answer; raise WayClosed."""
        self._check_open(Way.CREDENTIAL)
        return self._showing.begin(work, intermediary, subject)

    def count_attempt(self, work: Work, intermediary: str, subject: str) -> None:
        """Count a code before it is tried, in a transaction of its own. Raises TooManyAttempts."""
        self.holdings.count_attempt(work, intermediary, subject)
        self.letters.count_try(work, intermediary, subject)

    def redeem(self, work: Work, intermediary: str, code: str, subject: str) -> Mapping[str, Any]:
        """Connect by a code: that of a letter to this person, or one the organisation gave out itself.

        Returns ``{"datasets": […], "way": …}``. Raises as `Holdings.redeem`.
        """
        if self.letters.redeem(work, intermediary, subject, code):
            self.holdings.forgive(work, intermediary, subject)
            return self._answer(work, intermediary, subject, Way.MAIL)
        self.holdings.redeem(work, intermediary, code, subject)
        return self._answer(work, intermediary, subject, Way.CODE)

    def show(self, database: Database, intermediary: str, subject: str, presentation: str) -> Mapping[str, Any]:
        """Connect by a presentation: one credential names one record. Opens transactions of its own, none while an
        issuer is asked. Raises WayClosed, TooManyAttempts, NotRecognised, AlreadyLinked and as `Showing`."""
        self._check_open(Way.CREDENTIAL)
        with database.writing() as work:
            self.holdings.count_attempt(work, intermediary, subject)
        with database.writing() as work:
            nonce = self._showing.take(work, intermediary, subject, presentation)
        shown = self._showing.read(presentation, nonce, database.clock())
        with database.writing() as work:
            local_id, issuer = self._match(work, shown)
            self.holdings.connect(work, intermediary, subject, local_id, way=Way.CREDENTIAL, issuer=issuer)
            self.holdings.forgive(work, intermediary, subject)
            return self._answer(work, intermediary, subject, Way.CREDENTIAL)

    def disconnect(self, work: Work, intermediary: str, subject: str, *, by: str = "person") -> None:
        """Forget who a subject is, with every code that could connect it again."""
        self.letters.forget(work, intermediary, subject)
        self.holdings.disconnect(work, intermediary, subject, by=by)

    def _match(self, work: Work, shown: list[VerifiedCredential]) -> tuple[str, str]:
        """The one record that the credentials name, and who signed the one that names it."""
        found: dict[str, str] = {}
        for credential in shown:
            for rule in self.terms.credentials:
                value = claim_of(credential, rule.claim) if rule.type in credential.types else None
                local_id = self.contacts.with_number(work, rule.field, value) if value else None
                if local_id is not None:
                    found[local_id] = credential.issuer
        if len(found) != 1:
            raise NotRecognised()
        return next(iter(found.items()))

    def _answer(self, work: Work, intermediary: str, subject: str, way: Way) -> Mapping[str, Any]:
        return {**self.holdings.held_for(work, intermediary, subject), "way": str(way)}

    def _check_open(self, way: Way) -> None:
        if way not in self.terms.ways:
            raise WayClosed()
