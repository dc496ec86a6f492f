"""One person's yes is not another's: before data go on, the intermediary says that both consents are one person's.

Each organisation knows a person by a name of its own, so a hop cannot see that itself; and an asker who could mix the
consents of two people would get one's data released by the other's yes.
"""

from __future__ import annotations

from skillspace.kernel.errors import ConsentMissing, NotFound, Refused, SkillspaceError
from skillspace.storage.database import Database, Work
from skillspace.trust.consent import Consents, HeldGrant
from skillspace.trust.consent.ports import SERVICE, Peers
from skillspace.wire.jose import read_unverified


class OtherPerson(ConsentMissing):
    """The two consents are not known to be one person's."""


class Bonds:
    """Asks intermediaries, and answers when this node is one (`consents`)."""

    def __init__(self, *, own_did: str, database: Database, peers: Peers, consents: Consents | None) -> None:
        self._own_did = own_did
        self._database = database
        self._peers = peers
        self._consents = consents

    def check(self, taken: HeldGrant, given: str) -> None:
        """Raise OtherPerson unless the consent shown (`given`, a token for one use) is of the person of ours.

        The gate checks the token's signature; here only the consent's name is read. Never within a transaction.
        """
        _, claims = read_unverified(given)
        terms = claims.get("terms")
        name = terms.get("grant") if isinstance(terms, dict) else None
        if not isinstance(name, str) or claims.get("iss") != taken.intermediary:
            raise OtherPerson("Both consents must be kept by the same intermediary.")
        if not self._ask(taken, name):
            raise OtherPerson()

    def answer(self, work: Work, caller: str, *, taken: str, given: str) -> bool:
        """Tell a hop whether the consent it took data under and the one it gives on are one person's.

        Raises NotFound unless they are the caller's own: as recipient of the first, as provider of the second.
        """
        if self._consents is None:
            raise NotFound("This node keeps no consents.")
        first, second = self._consents.find(work, taken), self._consents.find(work, given)
        if first.recipient != caller or second.provider != caller:
            raise NotFound("There are no such consents with you.")
        return first.person == second.person and not first.is_erased

    def _ask(self, taken: HeldGrant, given: str) -> bool:
        if taken.intermediary == self._own_did:
            with self._database.reading() as work:
                return self.answer(work, self._own_did, taken=taken.id, given=given)
        try:
            address = f"{self._peers.service(taken.intermediary, SERVICE)}/chains/same-person"
            body = {"taken": taken.id, "given": given}
            return self._peers.call("POST", taken.intermediary, address, body).get("same") is True
        except Refused as fault:
            raise OtherPerson(f"The intermediary says: {fault.message}") from fault
        except SkillspaceError as fault:
            raise OtherPerson(f"{taken.intermediary} cannot be asked whose consents these are.") from fault
