"""The status register of an issuer: a place in the list for each credential, and the list as others fetch it."""

from __future__ import annotations

import secrets
from datetime import timedelta

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound, Unavailable
from skillspace.records.credentials import Model
from skillspace.records.credentials.status_entries import entry_for
from skillspace.records.credentials.status_list import list_credential, with_bits, write_list
from skillspace.storage.database import Work
from skillspace.trust.status.pages import Pages
from skillspace.trust.status.store import status_entries
from skillspace.wire.jose import SigningKey

PURPOSE = "revocation"
#: Places in the list; mostly zeros, so it is small once compressed.
SIZE = 1_048_576
VALID_FOR = timedelta(hours=1)
_PATHS: dict[Model, str] = {"1.1": "statuslist2021", "2.0": "bitstring"}


class Register:
    """Keeps who was revoked among the credentials that `issuer_did` gave a place, and writes it as either list.

    `base` is the public address under which the two lists are served, each at `address(model)`. Both show the same
    bits, so a credential keeps its place whichever model it is in. Places are drawn by chance: a number tells nobody
    when, or before whom, a credential was issued. Several desks of one issuer share the places, and each takes back
    only what it gave out itself.
    """

    def __init__(self, *, issuer_did: str, issuer_key: SigningKey, base: str, desk: str = "") -> None:
        self._did = issuer_did
        self._key = issuer_key
        self._base = base.rstrip("/")
        self._desk = desk
        #: What is published of it, in whichever form.
        self.pages = Pages()

    def address(self, model: Model) -> str:
        """Return where the list in this model must be served (media type ``application/vc+jwt``)."""
        return f"{self._base}/{_PATHS[model]}"

    def allocate(self, work: Work, model: Model = "1.1") -> dict[str, object]:
        """Take a free place and return the credentialStatus of the credential that shall have it.

        Its statusListIndex is what `revoke` wants. Raises Unavailable when the list is nearly full.
        """
        for _ in range(64):
            place = secrets.randbelow(SIZE)
            row = {"place": place, "desk": self._desk, "allocated": work.now, "revoked": None}
            if work.insert_new(status_entries, row, on="place"):
                return entry_for(model, address=self.address(model), purpose=PURPOSE, index=place)
        raise Unavailable(f"The status list of {self._did} is full.")

    def revoke(self, work: Work, index: int) -> None:
        """Take back the credential at this place, for good; again is the same. Raises NotFound for a place that is
        free, or that another desk gave out."""
        place = (status_entries.c.place == index) & (status_entries.c.desk == self._desk)
        if not work.update(
            status_entries, place, revoked=sa.func.coalesce(status_entries.c.revoked, sa.literal(work.now))
        ):
            raise NotFound(f"No credential has the place {index} in the status list.")

    def is_revoked(self, work: Work, index: int) -> bool:
        """Tell whether the credential at this place was taken back."""
        row = work.one(sa.select(status_entries.c.revoked).where(status_entries.c.place == index))
        return row is not None and row["revoked"] is not None

    def document(self, work: Work, model: Model) -> str:
        """Return the list as a signed credential in this model, good for an hour from when it was signed: a minute ago
        at most, and after whatever was taken back."""
        return self.pages.of(
            work,
            model,
            lambda: write_list(
                self._bits(work),
                model=model,
                address=self.address(model),
                purpose=PURPOSE,
                issuer_key=self._key,
                issuer_did=self._did,
                at=work.now,
                valid_until=work.now + VALID_FOR,
            ),
        )

    def credential(self, work: Work) -> dict[str, object]:
        """Return the same list in the 2.0 model before it is signed, for whoever puts a proof inside."""
        return list_credential(
            self._bits(work),
            model="2.0",
            address=self.address("2.0"),
            purpose=PURPOSE,
            issuer_did=self._did,
            at=work.now,
            valid_until=work.now + VALID_FOR,
        )

    def _bits(self, work: Work) -> bytes:
        revoked = work.rows(sa.select(status_entries.c.place).where(status_entries.c.revoked.is_not(None)))
        return with_bits(SIZE, [row["place"] for row in revoked])
