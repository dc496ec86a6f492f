"""Proving identifiers: a wallet answers this intermediary's own request, and what it showed is kept for a time."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.kernel.ids import new_id
from skillspace.people.identifiers.model import PROOF_LASTS, IdentifyingTerms, ProvenIdentifier
from skillspace.people.identifiers.store import identifiers
from skillspace.people.recognition import Challenge, NotRecognised, Showing, WayClosed
from skillspace.people.recognition.letters import Note
from skillspace.people.recognition.showing import claim_of
from skillspace.records.credentials import VerifiedCredential
from skillspace.storage.database import Database, Work

#: What begins so is proven by its key, and never by somebody's claim about it.
_BY_KEY_ALONE = "did:"


class Identifiers:
    """What the people of one intermediary (`own_did`) have proven to be theirs."""

    def __init__(
        self, *, own_did: str, terms: IdentifyingTerms, showing: Showing, database: Database, note: Note | None = None
    ) -> None:
        self.terms = terms
        self._own_did = own_did
        self._showing = showing
        self._database = database
        self._note = note

    @property
    def types(self) -> tuple[str, ...]:
        """The types of credentials that prove something here; none where nothing does."""
        return tuple(sorted({rule.type for rule in self.terms.credentials}))

    def begin(self, work: Work, account: str) -> Challenge:
        """Return what the person's wallet has to answer; raise WayClosed where no credential counts."""
        if not self.terms.credentials:
            raise WayClosed("No credential proves who somebody is here: the operator of this node named none.")
        return self._showing.begin(work, self._own_did, account)

    def prove(self, account: str, presentation: str) -> list[ProvenIdentifier]:
        """Keep what a presentation proves: the key it is signed with, and the claims that name a person by law.

        An identifier that another account proved before is this one's from now on: whoever holds the key decides.
        Opens transactions of its own, none while an issuer is asked. Raises as `Showing`, and NotRecognised when no
        credential shown counts here.
        """
        with self._database.writing() as work:
            nonce = self._showing.take(work, self._own_did, account, presentation)
        shown = self._showing.read(presentation, nonce, self._database.clock())
        with self._database.writing() as work:
            found = {each.identifier: each for one in shown for each in self._proven(work, account, one)}
            if not found:
                raise NotRecognised("None of the credentials shown is of a kind that counts here.")
            for proven in found.values():
                work.upsert(identifiers, vars(proven), on=("identifier",))
            if self._note is not None:
                told = {"types": sorted({each.type for each in found.values()}), "count": len(found)}
                self._note(work, "identifier.proven", new_id("proof"), told)
        return list(found.values())

    def of(self, work: Work, account: str) -> list[ProvenIdentifier]:
        """Return what an account has proven and still counts, by type."""
        live = (identifiers.c.account == account) & (identifiers.c.until > work.now)
        query = sa.select(identifiers).where(live).order_by(identifiers.c.type, identifiers.c.identifier)
        return [ProvenIdentifier(**row) for row in work.rows(query)]

    def forget(self, work: Work, account: str, identifier: str) -> None:
        """Let an identifier go; raise NotFound when the account has not proven it."""
        if not work.delete(identifiers, (identifiers.c.account == account) & (identifiers.c.identifier == identifier)):
            raise NotFound("You have not proven this.")

    def _proven(self, work: Work, account: str, credential: VerifiedCredential) -> Iterator[ProvenIdentifier]:
        longest = work.now + PROOF_LASTS
        until = min(credential.expires, longest) if credential.expires else longest
        for rule in self.terms.credentials:
            if rule.type not in credential.types:
                continue
            claimed = claim_of(credential, rule.claim) if rule.claim else None
            for identifier in (credential.subject_id, claimed):
                if identifier and (identifier == credential.subject_id or not identifier.startswith(_BY_KEY_ALONE)):
                    yield ProvenIdentifier(
                        account=account,
                        identifier=identifier,
                        type=rule.type,
                        issuer=credential.issuer,
                        credential=credential.id,
                        proven=work.now,
                        until=until,
                    )


def proven_identifiers(work: Work, account: str) -> frozenset[str]:
    """Return the identifiers that an account has proven and that still count: `mandate.ports.IdentifiersOf`."""
    live = (identifiers.c.account == account) & (identifiers.c.until > work.now)
    return frozenset(row["identifier"] for row in work.rows(sa.select(identifiers.c.identifier).where(live)))
