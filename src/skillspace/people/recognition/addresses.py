"""E-mail addresses as people type them: brought into one spelling, and never more than a mark of one is looked for."""

from __future__ import annotations

import hashlib
import hmac
import re

from skillspace.kernel.errors import BadInput

MAX_ADDRESS = 254
#: The unquoted form of RFC 5322 §3.4.1 in ASCII: what mail servers take everywhere.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class NoAddress(BadInput):
    """This is not an e-mail address such as name@example.org."""


def plain_address(typed: str) -> str:
    """Return an address in its one spelling: no spaces around, small letters, the domain as in DNS (RFC 5890).

    A letter goes to the address as the record has it, so two addresses that fall together here cannot redirect it.
    Raises NoAddress, without repeating what was typed.
    """
    tidy = typed.strip()
    local, at, domain = tidy.rpartition("@")
    if not at or len(tidy) > MAX_ADDRESS or not tidy.isprintable():
        raise NoAddress()
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except (UnicodeError, ValueError):
        raise NoAddress() from None
    local = local.lower()
    labels = domain.split(".")
    if len(local) > 64 or not _LOCAL.fullmatch(local) or len(labels) < 2:
        raise NoAddress()
    if len(domain) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise NoAddress()
    return f"{local}@{domain}"


def keyed(key: bytes, purpose: str, *parts: str) -> str:
    """Return what is stored of something secret: HMAC-SHA256 (RFC 2104) under the node's own key, by purpose."""
    text = "\x00".join((purpose, *parts))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
