"""Making, finding, inviting and erasing accounts, and the demo's door."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, NotFound, Refused
from skillspace.kernel.ids import new_id, new_secret
from skillspace.people.accounts.model import MAX_NAME, Account, AccountKind
from skillspace.people.accounts.store import account_of, accounts, invitations
from skillspace.storage.database import Work

INVITATION_LASTS = timedelta(days=7)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


#: Told of each new person with their date of birth; None where they are of age by their own or an operator's word.
Newcomer = Callable[[Work, Account, date | None], None]


class Accounts:
    """The accounts of one node. `demo` opens the door of invented accounts; nothing else does."""

    def __init__(self, *, demo: bool = False, newcomer: Newcomer | None = None) -> None:
        self._demo = demo
        self.newcomer = newcomer

    def make(
        self,
        work: Work,
        *,
        name: str,
        kind: AccountKind,
        language: str = "en",
        email: str | None = None,
        roles: Iterable[str] = (),
        territory: str | None = None,
        is_demo: bool = False,
        synthetic: bool = False,
        account_id: str | None = None,
        born: date | None = None,
    ) -> Account:
        """Make an account with a fresh secret. `born` is told to `newcomer` and not kept here; `email` is proven.

        Raises BadInput for a name or language that cannot be, Conflict when the e-mail address has an account already.
        """
        account = Account(
            id=account_id or new_id("account"),
            name=checked_name(name),
            kind=kind,
            language=checked_language(language),
            email=email.strip().lower() if email else None,
            roles=frozenset(roles),
            territory=territory,
            secret=secrets.token_bytes(32),
            is_demo=is_demo,
            synthetic=synthetic,
            made=work.now,
        )
        row = {name: getattr(account, name) for name in accounts.c.keys()}  # noqa: SIM118 (not a dict)
        try:
            work.insert(accounts, row | {"kind": account.kind.value, "roles": sorted(account.roles)})
        except sa.exc.IntegrityError as fault:
            raise Conflict("There is an account with this identifier or e-mail address already.") from fault
        if kind is AccountKind.PERSON and self.newcomer is not None:
            self.newcomer(work, account, born)
        return account

    def get(self, work: Work, account_id: str) -> Account:
        """Return an account; raise NotFound."""
        row = work.one(sa.select(accounts).where(accounts.c.id == account_id))
        if row is None:
            raise NotFound("There is no such account here.")
        return account_of(row)

    def listed(self, work: Work, *, kind: AccountKind | None = None) -> list[Account]:
        """Return every account, or those of one kind, by name."""
        query = sa.select(accounts).order_by(accounts.c.name, accounts.c.id)
        return [account_of(row) for row in work.rows(query.where(accounts.c.kind == kind) if kind else query)]

    def territories(self, work: Work) -> Mapping[str, str]:
        """Return where each person lives, for statistics: account id to territory code, unknown ones left out."""
        query = sa.select(accounts.c.id, accounts.c.territory)
        known = query.where(accounts.c.kind == AccountKind.PERSON, accounts.c.territory.is_not(None))
        return {row["id"]: row["territory"] for row in work.rows(known)}

    def set_language(self, work: Work, account_id: str, language: str) -> None:
        """Let pages and letters come in another language. Raises BadInput, NotFound."""
        if not work.update(accounts, accounts.c.id == account_id, language=checked_language(language)):
            raise NotFound("There is no such account here.")

    def set_territory(self, work: Work, account_id: str, territory: str | None) -> None:
        """Keep in which municipality somebody lives, by its code, or forget it. Raises NotFound."""
        if not work.update(accounts, accounts.c.id == account_id, territory=territory):
            raise NotFound("There is no such account here.")

    def set_email(self, work: Work, account_id: str, email: str | None) -> None:
        """Keep the address an account has proven to be its own, or forget it. Raises Conflict where another has it,
        NotFound."""
        try:
            found = work.update(accounts, accounts.c.id == account_id, email=email)
        except sa.exc.IntegrityError as fault:
            raise Conflict("There is an account with this e-mail address already.") from fault
        if not found:
            raise NotFound("There is no such account here.")

    def demo_accounts(self, work: Work) -> list[Account]:
        """Return the invented accounts that anybody may sign in as: none unless the node is a demo."""
        if not self._demo:
            return []
        query = sa.select(accounts).where(accounts.c.is_demo).order_by(accounts.c.kind, accounts.c.name)
        return [account_of(row) for row in work.rows(query)]

    def open_demo(self, work: Work, account_id: str) -> Account:
        """Return the invented account someone chose at the demo's door; raise Refused for any other."""
        row = work.one(sa.select(accounts).where(accounts.c.id == account_id))
        if not self._demo or row is None or not row["is_demo"]:
            raise Refused("Only the invented accounts of a demo can be opened without a passkey.")
        return account_of(row)

    def invite(self, work: Work, account_id: str) -> str:
        """Return a token that opens the account once within a week, so that its owner can add a first passkey."""
        account = self.get(work, account_id)
        token = new_secret()
        work.insert(
            invitations,
            {"token_hash": hashed(token), "account": account.id, "expires": work.now + INVITATION_LASTS},
        )
        return token

    def accept_invitation(self, work: Work, token: str) -> Account:
        """Return the account an invitation opens and use the invitation up; raise Refused when it is not good."""
        row = work.one(sa.select(invitations).where(invitations.c.token_hash == hashed(token)))
        if row is None or not work.delete(invitations, invitations.c.token_hash == row["token_hash"]):
            raise Refused("This invitation was used or never existed; ask for a new one.")
        if row["expires"] <= work.now:
            raise Refused("This invitation is too old; ask for a new one.")
        return self.get(work, row["account"])

    def erase(self, work: Work, account_id: str) -> None:
        """Delete an account with its sessions and passkeys; what other rooms hold, they erase themselves."""
        work.delete(accounts, accounts.c.id == account_id)


def hashed(token: str) -> str:
    """Return what is stored of a token: its SHA-256, so that a copy of the database opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def checked_name(name: str) -> str:
    """Return the name without stray spaces; raise BadInput when it is empty, too long or holds control characters."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > MAX_NAME or not tidy.isprintable():
        raise BadInput(f"A name has 1 to {MAX_NAME} printable characters.")
    return tidy


def checked_language(language: str) -> str:
    """Return a language tag (BCP 47: language and at most one subtag); raise BadInput for anything else."""
    if not _LANGUAGE.fullmatch(language):
        raise BadInput(f"{language[:20]!r} is not a language tag; write for example “sv”.")
    return language
