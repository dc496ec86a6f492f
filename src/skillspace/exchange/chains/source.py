"""Where a service's output leaves its node: only to the next hop of the chain, and about people only by the gate."""

from __future__ import annotations

from skillspace.exchange.catalog import Catalog
from skillspace.exchange.chains import store
from skillspace.exchange.chains.bench import Bench
from skillspace.exchange.chains.bonds import Bonds
from skillspace.exchange.chains.machine import PartState
from skillspace.exchange.chains.model import Part
from skillspace.exchange.dataplane.files import Digests, payload_of
from skillspace.exchange.dataplane.sources import Payload, PullRequest
from skillspace.kernel.errors import ConsentMissing, NotFound
from skillspace.storage.database import Database, Work
from skillspace.trust.consent import Gate, HeldGrants


class ChainSource:
    """The data source of every service of a node; the place below the dataset is the chain."""

    has_places = True

    def __init__(
        self, *, database: Database, catalog: Catalog, bench: Bench, gate: Gate, held: HeldGrants, bonds: Bonds
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._bench = bench
        self._gate = gate
        self._held = held
        self._bonds = bonds
        self._digests = Digests()

    def open(self, request: PullRequest) -> Payload:
        """Return what was made for the chain's next hop. Raises NotFound for everybody else, and the gate's reasons."""
        with self._database.reading() as work:
            part = self._part(work, request)
            offering = self._catalog.offering(work, request.dataset)
            taken = self._held.find(work, part.grant) if part.grant else None
        if offering is None:
            raise NotFound(f"{request.dataset} is not offered any more.")
        if not offering.personal:
            if part.is_personal:
                raise ConsentMissing("This service is not offered for data about people.")
            return self._payload(part)
        if request.grant is None:
            raise ConsentMissing("What comes of people's data is released only with their consent; send it along.")
        if taken is not None:
            self._bonds.check(taken, request.grant)
        elif part.is_personal:
            raise ConsentMissing("The consent under which these data came is not here any more.")
        asked = self._gate.opened(request.grant, request.consumer, request.dataset, request.agreement, request.transfer)
        with asked as (work, release):
            if taken is not None and set(taken.kinds) - release.kinds:
                raise ConsentMissing("The consent covers less than what the service made its output of.")
            return self._payload(self._part(work, request))

    def _part(self, work: Work, request: PullRequest) -> Part:
        part = store.one_part(work, request.path) if request.method in ("GET", "HEAD") else None
        is_theirs = part is not None and (part.next, part.dataset) == (request.consumer, request.dataset)
        if part is None or not is_theirs or part.state is not PartState.PROCESSED:
            raise NotFound(f"{request.dataset} is a service: it gives something to the next hop of a chain only.")
        return part

    def _payload(self, part: Part) -> Payload:
        return payload_of(self._bench.output(part), str(part.media_type), self._digests)
