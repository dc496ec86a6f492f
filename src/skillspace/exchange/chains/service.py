"""The room put together: service chains of one node, as asker, provider, processor, consumer and intermediary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter

from skillspace.exchange.bundle import Exchange
from skillspace.exchange.chains import api, messages, store
from skillspace.exchange.chains.agreeing import Agreeing
from skillspace.exchange.chains.asking import Asking
from skillspace.exchange.chains.bench import Bench
from skillspace.exchange.chains.bonds import Bonds
from skillspace.exchange.chains.checks import Checks
from skillspace.exchange.chains.machine import PartState
from skillspace.exchange.chains.model import Chain, ChainRequest, Limits, Part
from skillspace.exchange.chains.moving import Moving
from skillspace.exchange.chains.parts import Parts
from skillspace.exchange.chains.post import Post, Take
from skillspace.exchange.chains.processors import Processor, Processors
from skillspace.exchange.chains.source import ChainSource
from skillspace.exchange.chains.statements import Seal
from skillspace.exchange.chains.telling import Telling
from skillspace.kernel.errors import NotFound
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.consent import Consent
from skillspace.trust.consent.ports import FindMember, Peers
from skillspace.trust.identity import Peer
from skillspace.wire.jose import SigningKey


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a consumer kept of a chain: a file to read or move away."""

    path: Path
    media_type: str
    sha256: str
    bytes: int


class Chains:
    """The room's public face."""

    def __init__(
        self,
        *,
        exchange: Exchange,
        consent: Consent,
        own_did: str,
        key: SigningKey,
        resolve_key: KeyResolver,
        peers: Peers,
        find_member: FindMember,
        database: Database,
        folder: Path,
        limits: Limits | None = None,
        takes_from: Callable[[Peer], bool] = lambda _asker: False,
    ) -> None:
        """Build it for the node in `folder`; `takes_from` tells whose chains may end here (its own always may)."""
        bound = limits or Limits()
        self.processors = Processors()
        self._database = database
        self._exchange = exchange
        self._bench = Bench(folder / "chains")
        self._post = Post(own_did=own_did, database=database, peers=peers)
        self._bonds = Bonds(own_did=own_did, database=database, peers=peers, consents=consent.consents)
        seal = Seal(own_did=own_did, key=key, resolve_key=resolve_key)
        self._checks = checks = Checks(
            own_did=own_did,
            catalog=exchange.catalog,
            find_member=find_member,
            held=consent.held,
            uses=consent.uses,
        )
        self._asking = Asking(checks=checks, seal=seal, post=self._post, limits=bound)
        self._parts = Parts(
            own_did=own_did,
            catalog=exchange.catalog,
            negotiations=exchange.negotiations,
            transfers=exchange.transfers,
            processors=self.processors,
            checks=checks,
            seal=seal,
            bench=self._bench,
            limits=bound,
            takes_from=takes_from,
        )
        self._tasks = (
            self._asking,
            Agreeing(
                own_did=own_did,
                parts=self._parts,
                checks=checks,
                seal=seal,
                negotiations=exchange.negotiations,
                crawler=exchange.crawler,
            ),
            Moving(
                parts=self._parts,
                checks=checks,
                seal=seal,
                bench=self._bench,
                processors=self.processors,
                negotiations=exchange.negotiations,
                transfers=exchange.transfers,
                downloads=exchange.dataplanes.downloads,
                uses=consent.uses,
            ),
            Telling(parts=self._parts, checks=checks, post=self._post, bench=self._bench, limits=bound),
        )
        self._source = ChainSource(
            database=database,
            catalog=exchange.catalog,
            bench=self._bench,
            gate=consent.gate,
            held=consent.held,
            bonds=self._bonds,
        )
        consent.held.on_delete("chains", self._parts.delete_under)
        self._open_doors()

    def _open_doors(self) -> None:
        parts = self._parts
        doors: Mapping[str, tuple[type[messages.Said], Take]] = {
            "prepare": (messages.Prepare, parts.prepare),
            "go": (messages.Go, parts.go),
            "taking": (messages.Taking, parts.taking),
            "offered": (messages.Offered, parts.offered),
            "taken": (messages.Taken, parts.taken),
            "keep": (messages.Keep, parts.keep),
            "end": (messages.End, parts.end),
            "report": (messages.Report, self._asking.reported),
        }
        for word, (model, take) in doors.items():
            self._post.open(word, model, take)

    def register(self, book: TaskBook) -> None:
        """Take the room's tasks and events."""
        for tasks in self._tasks:
            tasks.register(book)

    def start(self) -> None:
        """Delete what a crash left of chains that are over."""
        with self._database.reading() as work:
            keep = store.keys_with_files(work)
        self._bench.sweep(keep)

    def router(self, authenticate: api.Authenticate) -> APIRouter:
        """Return the room's doors for other nodes, under ``/chains`` of the node's address."""
        return api.router(post=self._post, bonds=self._bonds, authenticate=authenticate, database=self._database)

    def serve(self, dataset: str, processor: Processor) -> None:
        """Let `processor` do what this node offers as `dataset`, in chains and nowhere else."""
        self.processors.register(dataset, processor)
        self._exchange.sources.register(dataset, self._source)

    def ask(self, work: Work, request: ChainRequest) -> str:
        """Ask for a chain and return its id. Raises BadInput, NotAMember."""
        return self._asking.ask(work, request)

    def cancel(self, work: Work, chain: str, reason: str = "The asker cancelled it.") -> None:
        """Stop a chain of ours everywhere. Raises NotFound, MoveNotAllowed."""
        self._asking.cancel(work, chain, reason)

    def again(self, work: Work, chain: str) -> None:
        """Try a chain of ours that failed once more. Raises NotFound, MoveNotAllowed."""
        self._asking.again(work, chain)

    def listed(self, work: Work, *, limit: int = 200) -> list[Chain]:
        """Return the chains this node asked for with their hops, the last changed first."""
        return self._asking.listed(work, limit=limit)

    def chain(self, work: Work, chain: str) -> Chain:
        """Return a chain of ours with its hops and their statements; raise NotFound."""
        return self._asking.chain(work, chain)

    def parts(self, work: Work, *, limit: int = 200) -> list[Part]:
        """Return the parts this node plays in its own and others' chains, the last changed first."""
        return store.listed_parts(work, limit=limit)

    def part(self, work: Work, chain: str) -> Part:
        """Return the part this node plays in a chain; raise NotFound."""
        found = store.one_part(work, chain)
        if found is None:
            raise NotFound(f"This node has no part in {chain[:100]}.")
        return found

    def leave(self, work: Work, chain: str, reason: str) -> None:
        """Let this node's own part fail, by its operator's hand; the asker hears why.

        Raises NotFound, MoveNotAllowed.
        """
        self._parts.close(work, self.part(work, chain), "fail", "node", reason)

    def result(self, work: Work, chain: str) -> Result:
        """Return what this node kept as the consumer of a chain.

        Raises NotFound, also once it was deleted, and Restricted while the person wants it kept and not used.
        """
        part = self._kept(work, chain)
        self._checks.may_use(work, part)
        path = self._bench.input(part)
        return Result(
            path=path,
            media_type=str(part.media_type),
            sha256=str(part.input_digest),
            bytes=int(part.input_bytes or 0),
        )

    def forget(self, work: Work, chain: str) -> None:
        """Delete a kept result; raise NotFound where there is none."""
        part = self._kept(work, chain)
        self._bench.clear(part.chain, part.hop, part.attempt)

    def _kept(self, work: Work, chain: str) -> Part:
        part = self.part(work, chain)
        if part.state is not PartState.KEPT or not self._bench.input(part).exists():
            raise NotFound(f"Nothing of {chain[:100]} is kept here.")
        return part
