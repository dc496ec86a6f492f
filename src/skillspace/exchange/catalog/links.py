"""Pages by the Link header (RFC 8288): writing ours, and finding the next page of somebody else's catalog."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urljoin, urlsplit

from skillspace.kernel.errors import BadInput

MAX_LINK = 16 * 1024
#: Quantifiers are possessive where they could be matched in two ways, so that no header takes long.
_NAME, _VALUE = r"[!#$%&'*+.^_`|~\w-]++", r"(?:\"((?:[^\"\\]|\\.)*+)\"|([^\s\";,]++))"
_LINK = re.compile(rf"\s*+<([^<>\s]*+)>((?:\s*+;\s*+{_NAME}(?:\s*=\s*+{_VALUE})?)*+)\s*+(?:,|$)")
_PARAMETER = re.compile(rf";\s*+({_NAME})(?:\s*=\s*+{_VALUE})?")
_PORTS = {"http": 80, "https": 443}


def write_links(**links: str | None) -> str | None:
    """Write a Link header, one link a relation; None when there is none."""
    return ", ".join(f'<{address}>; rel="{relation}"' for relation, address in links.items() if address) or None


def next_page(header: str | None, asked: str) -> str | None:
    """Return the address of the next page that an answer from `asked` names; None when it was the last one.

    Raises BadInput when the header cannot be read, or leads to another place than the one that was asked.
    """
    target = _target(header, "next")
    if target is None:
        return None
    try:
        address = urldefrag(urljoin(asked, target)).url
        is_here = origin(address) == origin(asked)
    except ValueError:
        is_here = False
    if not is_here:
        raise BadInput(f"The next page of the catalog is said to be at {target[:200]!r}, which is another place.")
    return address


def origin(address: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an http(s) address; raise ValueError for any other, or one that names a user."""
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
        raise ValueError(address)
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def _target(header: str | None, relation: str) -> str | None:
    if not header or not header.strip():
        return None
    if len(header) > MAX_LINK:
        raise BadInput("The Link header of the catalog is too long.")
    place = 0
    while place < len(header):
        link = _LINK.match(header, place)
        if link is None:
            raise BadInput(f"The Link header of the catalog cannot be read: {header[place : place + 100]!r}.")
        for name, quoted, bare in _PARAMETER.findall(link[2]):
            if name.lower() == "rel" and relation in (quoted or bare).lower().split():
                return link[1]
        place = link.end()
    return None
