"""Mailboxes: the e-mail address at which a person gets letters from this node, proven by a code that was sent there."""

from skillspace.people.mailboxes.service import AddressTaken, Mailboxes, Waiting
from skillspace.people.mailboxes.tasks import register

__all__ = ["AddressTaken", "Mailboxes", "Waiting", "register"]
