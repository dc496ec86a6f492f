"""The sources an operator wrote down: checked when they are written, built when they are asked for, never for personal
data: those leave only through the rooms that ask for consent."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from skillspace.exchange.dataplane import store
from skillspace.exchange.dataplane.deciding import IsPersonal
from skillspace.exchange.dataplane.files import Digests, FileSource, FolderSource
from skillspace.exchange.dataplane.rest import RestSource
from skillspace.exchange.dataplane.s3 import S3Source
from skillspace.exchange.dataplane.secrets import Secret, Secrets
from skillspace.exchange.dataplane.settings import (
    AnySettings,
    FileSettings,
    FolderSettings,
    RestSettings,
    S3Settings,
    SqlSettings,
    place_of,
    read_settings,
)
from skillspace.exchange.dataplane.sources import DataSource
from skillspace.exchange.dataplane.sql import SqlSource
from skillspace.exchange.dataplane.store import SourceRow
from skillspace.kernel.errors import BadInput, Conflict, NotFound, Unavailable
from skillspace.storage.database import Database, Work

log = structlog.get_logger()


class PersonalData(Conflict):
    """This offering is about people: its data leave only with their consent, never from a plain source."""


class DataSources:
    """Sources by dataset, in the node's database; their secrets, by name, in its folder."""

    def __init__(self, *, database: Database, folder: Path, is_personal: IsPersonal) -> None:
        self._database = database
        self._folder = folder
        self._is_personal = is_personal
        self.secrets = Secrets(folder / "secrets")
        self._digests = Digests()
        self._lock = threading.Lock()
        self._built: dict[str, tuple[SourceRow, Secret, DataSource]] = {}

    def write(
        self, work: Work, dataset: str, kind: str, settings: Mapping[str, Any], secret: str | None = None
    ) -> None:
        """Write a source down, over a former one of the dataset.

        Raises BadInput for settings that do not fit, NotFound for a secret that is not there, PersonalData.
        """
        if self._is_personal(work, dataset):
            raise PersonalData()
        self._build(read_settings(kind, settings), self.secrets.read(secret) if secret else Secret())
        row = SourceRow(dataset=dataset, kind=kind, settings=dict(settings), secret=secret, changed=work.now)
        store.save_source(work, row)

    def remove(self, work: Work, dataset: str) -> None:
        """Forget a source; its secret stays. Raises NotFound."""
        if not store.delete_source(work, dataset):
            raise NotFound(f"No source is written down for {dataset}.")

    def listed(self, work: Work) -> list[SourceRow]:
        """Return every source, by dataset."""
        return store.all_sources(work)

    def find(self, dataset: str) -> DataSource | None:
        """Return the source of a dataset as it is written down now.

        None when none is, and when the dataset is not known to be open: one that became personal, or is not offered.
        """
        with self._database.reading() as work:
            row = store.one_source(work, dataset)
            if row is None or self._is_personal(work, dataset) is not False:
                return None
        secret = self._secret(row.secret)
        with self._lock:
            kept = self._built.get(dataset)
            if kept is None or kept[:2] != (row, secret):
                kept = self._built[dataset] = (row, secret, self._build(read_settings(row.kind, row.settings), secret))
            return kept[2]

    def _secret(self, name: str | None) -> Secret:
        if name is None:
            return Secret()
        try:
            return self.secrets.read(name)
        except (NotFound, BadInput) as fault:
            log.error("data.secret_missing", secret=name, why=fault.message)
            raise Unavailable("The source is not set up completely; its owner must complete it.") from None

    def _build(self, settings: AnySettings, secret: Secret) -> DataSource:
        match settings:
            case FileSettings():
                return FileSource(place_of(settings.path, self._folder), settings.media_type, self._digests)
            case FolderSettings():
                return FolderSource(place_of(settings.path, self._folder), self._digests)
            case RestSettings():
                return RestSource(settings, secret)
            case SqlSettings():
                return SqlSource(settings, secret)
            case S3Settings():
                return S3Source(settings, secret)
        raise BadInput("There is no source of this kind.")
