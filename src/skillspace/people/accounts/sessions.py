"""Sessions: a random token in a cookie, only its hash in the database, and a form token that belongs to it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa

from skillspace.kernel.errors import NotSignedIn
from skillspace.kernel.ids import new_secret
from skillspace.people.accounts.model import Account, WrongForm
from skillspace.people.accounts.service import hashed
from skillspace.people.accounts.store import account_of, accounts, sessions
from skillspace.storage.database import Work

LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Session:
    """A signed-in account. `token` goes into the cookie and nowhere else; `csrf` into every form of the session."""

    account: Account
    token: str = field(repr=False)
    expires: datetime

    @property
    def csrf(self) -> str:
        """The form token: made from the session's token, which no other site can read."""
        return hmac.new(self.token.encode(), b"form", hashlib.sha256).hexdigest()

    def check_form(self, csrf: str | None) -> None:
        """Raise WrongForm unless a form came from a page of this very session; the comparison takes constant time."""
        if not hmac.compare_digest(self.csrf.encode(), (csrf or "").encode()):
            raise WrongForm()


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """How the session's cookie is set: name and attributes for the address of one node."""

    name: str
    secure: bool
    httponly: bool = True
    samesite: str = "lax"
    path: str = "/"
    max_age: int = int(LIFETIME.total_seconds())


class Sessions:
    """Beginning, recognising and ending sessions."""

    def begin(self, work: Work, account: Account) -> Session:
        """Start a session of twelve hours; old ones that ran out are swept away."""
        work.delete(sessions, sessions.c.expires <= work.now)
        token, expires = new_secret(), work.now + LIFETIME
        row = {"token_hash": hashed(token), "account": account.id, "made": work.now, "expires": expires}
        work.insert(sessions, row)
        return Session(account=account, token=token, expires=expires)

    def current(self, work: Work, token: str | None) -> Session:
        """Return the session of a cookie's token; raise NotSignedIn when there is none or it ran out."""
        if not token:
            raise NotSignedIn()
        query = sa.select(accounts, sessions.c.expires).join(sessions, sessions.c.account == accounts.c.id)
        row = work.one(query.where(sessions.c.token_hash == hashed(token), sessions.c.expires > work.now))
        if row is None:
            raise NotSignedIn("Your session has ended; sign in again.")
        expires = row["expires"]
        account = account_of({name: value for name, value in row.items() if name != "expires"})
        return Session(account=account, token=token, expires=expires)

    def end(self, work: Work, token: str) -> None:
        """Sign out: the token opens nothing from now on. Ending a session twice is no fault."""
        work.delete(sessions, sessions.c.token_hash == hashed(token))

    def end_all(self, work: Work, account_id: str) -> int:
        """Sign an account out everywhere and return how many sessions ended."""
        return work.delete(sessions, sessions.c.account == account_id)


def cookie_for(address: str) -> Cookie:
    """Return the cookie of the node at `address`.

    Over HTTPS the name has the prefix ``__Host-`` (RFC 6265bis §4.1.3.2). Browsers do not tell ports apart, so nodes
    that share a machine carry theirs in the name.
    """
    parts = urlsplit(address)
    secure = parts.scheme == "https"
    port = f"-{parts.port}" if parts.port else ""
    return Cookie(name=f"{'__Host-' if secure else ''}skillspace{port}", secure=secure)
