"""The one place that constructs things: from settings to a node with all its rooms wired."""

from __future__ import annotations

from dataclasses import dataclass, field

from skillspace.kernel.clock import Clock, now
from skillspace.node.keys import read_key
from skillspace.node.settings import Settings
from skillspace.storage.database import Database, metadata
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.identity import DidResolver, PeerClient, SelfIssuedTokens, did_document
from skillspace.trust.identity.document import read_document
from skillspace.trust.membership import Authority, Directory, Gatekeeper, Wallet
from skillspace.wire.jose import SigningKey
from skillspace.wire.outbound import Outbound


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Who this node is and how it proves it: identity and membership."""

    did: str
    key: SigningKey
    document: dict[str, object]
    outbound: Outbound
    resolver: DidResolver
    tokens: SelfIssuedTokens
    wallet: Wallet
    gatekeeper: Gatekeeper
    peers: PeerClient
    directory: Directory
    authority: Authority | None


@dataclass(frozen=True, kw_only=True)
class Node:
    """A composed node: everything the application, the commands and the tests reach."""

    settings: Settings
    database: Database
    book: TaskBook
    worker: Worker
    trust: Trust
    starters: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Leave the regular tasks and begin to work."""
        with self.database.writing() as work:
            for name in self.starters:
                work.enqueue(name, {}, key=name)
        self.worker.start()

    def stop(self) -> None:
        """Finish what is in hand and let go of everything."""
        self.worker.stop()
        self.trust.outbound.close()
        self.database.close()


def compose(settings: Settings, *, clock: Clock = now) -> Node:
    """Build a node from its settings; nothing runs yet."""
    database = Database.in_folder(settings.folder, clock=clock)
    metadata.create_all(database.engine)
    book = TaskBook()
    trust = _trust(settings, database, clock)
    trust.directory.tasks(book)
    starters = ["membership.refresh"]
    if trust.authority is not None:
        trust.authority.tasks(book)
        starters.append("membership.renew")
    return Node(
        settings=settings,
        database=database,
        book=book,
        worker=Worker(database, book),
        trust=trust,
        starters=starters,
    )


def _trust(settings: Settings, database: Database, clock: Clock) -> Trust:
    did, key = settings.did, read_key(settings.folder)
    services = {
        "CredentialService": f"{settings.address}/dcp",
        "DataService": f"{settings.address}/dsp/.well-known/dspace-version",
        "SkillspaceNode": settings.address,
    }
    document = did_document(did, [key], services)
    outbound = Outbound(loopback=settings.loopback)
    resolver = DidResolver(outbound, loopback=settings.loopback, own=read_document(document, did))
    tokens = SelfIssuedTokens(did, key, resolver, database, clock)
    wallet = Wallet(did=did, key=key, resolver=resolver, database=database, authority=settings.authority)
    gatekeeper = Gatekeeper(
        tokens=tokens, resolver=resolver, outbound=outbound, authority=settings.authority, clock=clock
    )
    peers = PeerClient(outbound, tokens, resolver, own_access=wallet.access_token)
    authority = None
    if settings.is_authority:
        authority = Authority(did=did, key=key, data_space=settings.data_space, peers=peers)
    return Trust(
        did=did,
        key=key,
        document=document,
        outbound=outbound,
        resolver=resolver,
        tokens=tokens,
        wallet=wallet,
        gatekeeper=gatekeeper,
        peers=peers,
        directory=Directory(authority=settings.authority, peers=peers),
        authority=authority,
    )
