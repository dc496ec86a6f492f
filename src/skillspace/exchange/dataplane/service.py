"""The data planes of a node put together: what stands behind datasets, and the four ways data go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter

from skillspace.exchange.catalog import Catalog
from skillspace.exchange.dataplane.api import router
from skillspace.exchange.dataplane.deciding import ByPolicy, IsPersonal, Roles
from skillspace.exchange.dataplane.download import Downloads
from skillspace.exchange.dataplane.plane import DataPlane
from skillspace.exchange.dataplane.push import Pushes
from skillspace.exchange.dataplane.registry import DataSources
from skillspace.exchange.dataplane.sink import Limits, Sink
from skillspace.exchange.dataplane.sources import Sources
from skillspace.exchange.negotiation import Negotiations
from skillspace.exchange.transfer import Transfers
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook
from skillspace.wire.outbound import Outbound


@dataclass(frozen=True, kw_only=True)
class DataPlanes:
    """`plane` gives to those who pull, `pushes` sends; `downloads` fetches, `sink` takes what is pushed to us."""

    plane: DataPlane
    pushes: Pushes
    downloads: Downloads
    sink: Sink

    @classmethod
    def build(
        cls,
        *,
        folder: Path,
        database: Database,
        catalog: Catalog,
        negotiations: Negotiations,
        transfers: Transfers,
        sources: Sources,
        outbound: Outbound,
        roles: Roles,
        limits: Limits | None = None,
    ) -> DataPlanes:
        """Build them for the node in `folder`; `roles` tells what participants are, for policies that ask."""
        decide = ByPolicy(database=database, roles=roles, is_personal=personal_by(catalog))
        plane = DataPlane(
            database=database, negotiations=negotiations, transfers=transfers, sources=sources, decide=decide
        )
        return cls(
            plane=plane,
            pushes=Pushes(plane=plane, transfers=transfers, database=database, outbound=outbound),
            downloads=Downloads(transfers=transfers, database=database, outbound=outbound),
            sink=Sink(folder=folder / "pushed", transfers=transfers, database=database, limits=limits),
        )

    def register(self, book: TaskBook) -> None:
        """Take the data planes' tasks and events."""
        self.pushes.register(book)
        self.sink.register(book)

    def router(self) -> APIRouter:
        """Serve them under ``/data``."""
        return router(self.plane, self.sink)


def personal_by(catalog: Catalog) -> IsPersonal:
    """Return what tells by a catalog whether a dataset is about people; None when it is not offered."""

    def is_personal(work: Work, dataset: str) -> bool | None:
        offering = catalog.offering(work, dataset)
        return offering.personal if offering is not None else None

    return is_personal


def data_sources(database: Database, folder: Path, catalog: Catalog) -> DataSources:
    """Return the sources an operator wrote down for the node in `folder`."""
    return DataSources(database=database, folder=folder, is_personal=personal_by(catalog))
