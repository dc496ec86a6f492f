"""Using a grant: the recipient's own check, and the token for one use it gets from the person's intermediary."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

from pydantic import ValidationError

from skillspace.kernel.errors import ConsentMissing, NotFound, SkillspaceError
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database, Work
from skillspace.trust.consent.copies.held import HeldGrant, HeldGrants
from skillspace.trust.consent.errors import (
    ConsentExpired,
    IntermediarySilent,
    NoContract,
    OutsideConditions,
    Restricted,
    UseRefused,
)
from skillspace.trust.consent.messages import TokenAnswer
from skillspace.trust.consent.model import Answer, Grant
from skillspace.trust.consent.ports import SERVICE, CountryOf, Peers, WhyNot, country_unknown, nothing_against
from skillspace.trust.consent.release.desk import UseDesk
from skillspace.trust.consent.release.redemption import raise_unless_live
from skillspace.trust.consent.release.tokens import read_token
from skillspace.trust.identity import PeerRefused

CLOCK_LEEWAY = timedelta(seconds=5)


class Uses:
    """Gets this node a token for each use it makes of a grant. Never call it within a transaction."""

    def __init__(
        self,
        *,
        own_did: str,
        database: Database,
        resolve_key: KeyResolver,
        peers: Peers,
        held: HeldGrants,
        desk: UseDesk | None,
        country_of: CountryOf = country_unknown,
        why_no_contract: WhyNot = nothing_against,
        why_restricted: WhyNot = nothing_against,
    ) -> None:
        self._own_did = own_did
        self._database = database
        self._resolve_key = resolve_key
        self._peers = peers
        self._held = held
        self._desk = desk
        self._country_of = country_of
        self._why_no_contract = why_no_contract
        self._why_restricted = why_restricted

    def token(self, grant: str, kinds: Collection[str] = ()) -> str:
        """Return a token for one use of a grant this node holds, for these kinds of data (none: all it covers).

        What this node knows itself is checked first: a use that the provider would refuse is not begun. Raises
        NotFound for a grant that is not held or over, ConsentMissing and its leaves, NoContract, Restricted,
        IntermediarySilent.
        """
        if self._desk is not None:
            with self._database.writing() as work:
                try:
                    self._bounds(work, self._own_did, self._desk.of_recipient(work, grant, self._own_did))
                    text, answer = self._desk.token(work, recipient=self._own_did, grant=grant, kinds=kinds)
                except NotFound:
                    text, answer = "", None
            if answer is not None:
                raise_unless_live(answer)
                return text
        with self._database.reading() as work:
            found = self._held.find(work, grant)
            self._look(work, found)
        text = self._ask(found, kinds)
        shown = read_token(text, self._resolve_key, self._database.clock(), signer=found.intermediary)
        if (shown.terms.grant, shown.recipient) != (found.id, self._own_did):
            raise UseRefused(f"{found.intermediary} gave a token for another use.")
        return text

    def check_copies(self, work: Work, grant: str) -> None:
        """Raise Restricted where the person asked that what came under a grant is kept and not used.

        Whoever reads copies asks this first; those of a grant that is over are deleted by what it was announced to.
        """
        with suppress(NotFound):
            found = self._held.find(work, grant)
            if reason := self._why_restricted(work, found.intermediary, found.subject, found.dataset, found.id):
                raise Restricted(reason)

    def _look(self, work: Work, found: HeldGrant) -> None:
        if not found.starts <= work.now + CLOCK_LEEWAY:
            raise ConsentExpired(f"Consent {found.id} begins on {found.starts}.")
        self._bounds(work, found.intermediary, found)
        if found.conditions is not None:
            country = self._country_of(work, self._own_did) if found.conditions.countries else None
            if reason := found.conditions.why_not(work.now, country):
                raise OutsideConditions(f"Consent {found.id} is limited: {reason}")

    def _bounds(self, work: Work, intermediary: str, found: HeldGrant | Grant) -> None:
        if reason := self._why_no_contract(work, found.provider, self._own_did, found.dataset, found.purpose):
            raise NoContract(reason)
        if reason := self._why_restricted(work, intermediary, found.subject, found.dataset, found.id):
            raise Restricted(reason)

    def _ask(self, found: HeldGrant, kinds: Collection[str]) -> str:
        body = {"grant": found.id, "what": sorted(kinds)}
        try:
            address = f"{self._peers.service(found.intermediary, SERVICE)}/consent/tokens"
            told = TokenAnswer.model_validate(self._peers.call("POST", found.intermediary, address, body))
        except PeerRefused as fault:
            raise ConsentMissing(f"The intermediary says: {fault.message}") from fault
        except ValidationError:
            raise IntermediarySilent(f"{found.intermediary} gave an answer that cannot be understood.") from None
        except SkillspaceError as fault:
            raise IntermediarySilent(f"{found.intermediary} cannot be asked: {fault.message}") from None
        raise_unless_live(Answer(live=bool(told.token), code=told.code, reason=told.reason))
        return told.token
