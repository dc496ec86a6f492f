"""Accounts: who may sign in at this node, how they prove it, and what their role opens."""

from skillspace.people.accounts.model import Account, AccountKind, RoleMissing, WrongForm, require
from skillspace.people.accounts.passkeys import Passkey, PasskeyRefused, Passkeys
from skillspace.people.accounts.service import Accounts
from skillspace.people.accounts.sessions import Cookie, Session, Sessions, cookie_for

__all__ = [
    "Account",
    "AccountKind",
    "Accounts",
    "Cookie",
    "Passkey",
    "PasskeyRefused",
    "Passkeys",
    "RoleMissing",
    "Session",
    "Sessions",
    "WrongForm",
    "cookie_for",
    "require",
]
