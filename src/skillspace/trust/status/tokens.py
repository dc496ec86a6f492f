"""Publishing a Token Status List over the places of the status register."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from skillspace.records.credentials.token_status import write_token_list
from skillspace.storage.database import Work
from skillspace.trust.status.pages import Pages
from skillspace.trust.status.register import SIZE, VALID_FOR
from skillspace.trust.status.store import status_entries
from skillspace.wire.jose import SigningKey

MEDIA_TYPE = "application/statuslist+jwt"


def token_list(
    work: Work, pages: Pages, *, address: str, issuer_did: str, issuer_key: SigningKey, chain: Sequence[str] = ()
) -> str:
    """Return the list of everybody who was taken back, to be served at `address`: signed a minute ago at most, and
    after whatever was taken back. `chain` are the certificates of the key."""

    def sign() -> str:
        revoked = work.rows(sa.select(status_entries.c.place).where(status_entries.c.revoked.is_not(None)))
        return write_token_list(
            [row["place"] for row in revoked],
            SIZE,
            address=address,
            issuer_did=issuer_did,
            issuer_key=issuer_key,
            at=work.now,
            valid_for=VALID_FOR,
            chain=chain,
        )

    return pages.of(work, address, sign)
