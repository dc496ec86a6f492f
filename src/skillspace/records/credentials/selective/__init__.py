"""SD-JWT (RFC 9901) and SD-JWT VC: a credential of which its holder shows as much as they choose, down to one claim.

Issue, hold, show, verify. Nothing here fetches anything: keys come from the caller, and whether a credential was taken
back is another question, for which `status` says where to look.
"""

from skillspace.records.credentials.selective.concealing import conceal
from skillspace.records.credentials.selective.credential import (
    MEDIA_TYPES,
    SelectiveCredential,
    StatusPlace,
    issue,
    shown_claims,
    verify,
    verify_shown,
)
from skillspace.records.credentials.selective.disclosure import Disclosure
from skillspace.records.credentials.selective.presenting import (
    Bound,
    KeyBinding,
    bind,
    check_asked,
    read_binding,
    show,
)
from skillspace.records.credentials.selective.revealing import Placed, Revealed, reveal
from skillspace.records.credentials.selective.token import SelectiveToken, read_token

__all__ = [
    "MEDIA_TYPES",
    "Bound",
    "Disclosure",
    "KeyBinding",
    "Placed",
    "Revealed",
    "SelectiveCredential",
    "SelectiveToken",
    "StatusPlace",
    "bind",
    "check_asked",
    "conceal",
    "issue",
    "read_binding",
    "read_token",
    "reveal",
    "show",
    "shown_claims",
    "verify",
    "verify_shown",
]
