"""The standard's Policy: what an organisation says of its processing in its record, version by version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.storage.database import Work
from skillspace.trust.consent.govstack.operations import PREFIX
from skillspace.trust.consent.govstack.revisions import Json, hash_of, revision, snapshot_of
from skillspace.trust.consent.store import grants
from skillspace.trust.register import Record, Registers, read_record

SCHEMA = "Policy"


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of an organisation's record; `made` is not known of other organisations' records."""

    did: str
    number: int
    record: Record
    made: datetime | None

    def snapshot(self) -> str:
        """The version as its revision holds it."""
        return snapshot_of(SCHEMA, self.did, {"version": self.number, "record": self.record.to_json()}, self.made)

    @property
    def hash(self) -> str:
        """The name of the version's revision."""
        return hash_of(self.snapshot())


class Policies:
    """The records this node knows: every version of its own, and of others the newest it has seen."""

    def __init__(self, registers: Registers, address: str) -> None:
        self._registers = registers
        self._address = address

    def versions(self, work: Work, did: str) -> list[Version]:
        """Return the known versions of an organisation's record, newest first; raise NotFound without any."""
        if did == self._registers.own_did and (rows := self._registers.versions(work)):
            return [
                Version(did=did, number=row["version"], record=read_record(row["content"]), made=row["made"])
                for row in rows
            ]
        found = self._registers.of(work, did)
        if found is None:
            raise NotFound(f"No record of {did[:200]} is known.")
        return [Version(did=did, number=found[0], record=found[1], made=None)]

    def find(self, work: Work, did: str, revision_id: str | None = None) -> tuple[Version, str | None]:
        """Return a version, the newest unless one is named, and the hash of the one before; raise NotFound."""
        known = self.versions(work, did)
        for at, version in enumerate(known):
            if revision_id is None or version.hash == revision_id:
                return version, known[at + 1].hash if at + 1 < len(known) else None
        raise NotFound(f"No version {str(revision_id)[:64]} of the record of {did[:200]} is known.")

    def numbered(self, work: Work, did: str, number: int) -> Version | None:
        """Return the version of this number, if it is known."""
        try:
            return next((one for one in self.versions(work, did) if one.number == number), None)
        except NotFound:
            return None

    def listed(self, work: Work, revision_id: str | None) -> list[Version]:
        """Return the newest version, or the one named, of each organisation in whose name people are asked."""
        query = sa.select(grants.c.recipient).distinct()
        dids = {str(row["recipient"]) for row in work.rows(query)} | {self._registers.own_did}
        found: list[Version] = []
        for did in sorted(dids):
            try:
                found.append(self.find(work, did, revision_id)[0])
            except NotFound:
                continue
        return found

    def to_json(self, version: Version) -> Json:
        """Return the Policy; what our records do not say is left out."""
        record = version.record
        kept = [one.keeps_days for one in record.processings]
        written: Json = {
            "id": version.did,
            "name": record.name,
            "version": str(version.number),
            "url": f"{self._address}{PREFIX}/config/policy/{quote(version.did, safe='')}/?revisionId={version.hash}",
            "jurisdiction": record.country,
            "storageLocation": ", ".join(record.works_in()),
        }
        return written | ({"dataRetentionPeriodDays": max(kept)} if kept else {})

    def revision(self, version: Version, previous: str | None) -> Json:
        """Return the Revision that holds a version."""
        return revision(SCHEMA, version.did, version.snapshot(), at=version.made, previous=previous)
