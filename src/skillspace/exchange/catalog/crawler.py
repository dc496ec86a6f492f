"""Reading the catalogs of all members, again and again: a member that is down keeps its entries, marked stale.

A catalog is read page by page, each page a stored task of its own, so that a long one neither fills the memory nor
keeps others waiting, and goes on after a restart. What was read is shown when the last page is there, all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog

from skillspace.exchange.addresses import Address, Addresses, segment
from skillspace.exchange.catalog import store
from skillspace.exchange.catalog.links import next_page, origin
from skillspace.exchange.catalog.model import CrawledOffering, Reference
from skillspace.exchange.catalog.reading import PageRead, read_dataset, read_page
from skillspace.exchange.catalog.terms import DIGEST, KNOWN_DIGEST
from skillspace.exchange.channel import Channel
from skillspace.exchange.messages import message, plain
from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, SkillspaceError
from skillspace.kernel.events import Event
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun

log = structlog.get_logger()

CRAWL_ROUND = "catalog.round"
CRAWL = "catalog.crawl"
#: A member that does not answer is asked again after this, then after twice as long, up to the regular interval.
FIRST_RETRY = timedelta(seconds=1)
#: How long somebody who wants a catalog read now waits for a reading that is under way.
AFTER_THIS_ONE = timedelta(seconds=1)
#: Datasets asked for at a time; what a whole catalog may hold; pages in a row that may bring nothing new.
PAGE, MAX_HALVINGS = 500, 5
MAX_PAGES, MAX_OFFERINGS, MAX_BYTES = 2000, 250_000, 512 * 1024 * 1024
MAX_IDLE, MAX_PARTS = 3, 20
#: Offerings that an announcement names.
MAX_NAMED = 1000

Members = Callable[[Work], list[str]]


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """How far the reading of one catalog has come; it travels from task to task.

    `url` is asked next; `parts` are further catalogs of the same participant, asked when its pages are through, `met`
    all of them that were named so far.
    """

    url: str
    base: str
    generation: str = ""
    pages: int = 0
    idle: int = 0
    offered: int = 0
    skipped: int = 0
    bytes: int = 0
    content: str = "0"
    digest: str | None = None
    parts: tuple[str, ...] = ()
    met: tuple[str, ...] = ()


class Crawler:
    """Keeps a copy of what the members offer; `members` lists their identifiers, this node may be among them."""

    def __init__(
        self,
        *,
        channel: Channel,
        addresses: Addresses,
        members: Members,
        every: timedelta,
        clock: Clock = now,
    ) -> None:
        self._channel = channel
        self._addresses = addresses
        self._members = members
        self._every = every
        self._clock = clock

    def register(self, book: TaskBook) -> None:
        """Take the tasks of crawling; the node leaves `catalog.round` once, and it comes back by itself."""
        book.on_task(CRAWL_ROUND, self._round)
        book.on_task(CRAWL, self._crawl)

    def crawl_now(self, work: Work, did: str) -> None:
        """Read one catalog as soon as possible."""
        work.enqueue(CRAWL, {"provider": did, "now": True}, key=f"{CRAWL} {did} now")

    def offerings(
        self,
        work: Work,
        *,
        provider: str | None = None,
        ids: Collection[str] | None = None,
        purposes: Collection[str] | None = None,
    ) -> list[CrawledOffering]:
        """Return what was read in providers' own catalogs, stale entries included, by provider and id.

        `ids` and `purposes` (one of them is enough) narrow it where the catalogs are long.
        """
        return store.list_crawled(work, provider=provider, ids=ids, purposes=purposes)

    def offering(self, work: Work, provider: str, offering_id: str) -> CrawledOffering | None:
        """Return one offering of one provider as last read in its own catalog."""
        return next(iter(store.list_crawled(work, provider=provider, ids=[offering_id])), None)

    def told(self, work: Work, *, provider: str | None = None) -> list[CrawledOffering]:
        """Return what catalogs told of other participants' offerings (`told_by`): hearsay, to be asked after."""
        return store.list_crawled(work, provider=provider, is_hearsay=True)

    def references(self, work: Work) -> list[tuple[str, Reference]]:
        """Return the catalogs that other catalogs name, each with the participant who named it."""
        return store.list_references(work)

    def reached(self, work: Work) -> list[Reference]:
        """Return the catalogs that answered last time, with where they did: what a broker may name in its own."""
        return store.reached(work)

    def last_crawl(self, work: Work) -> datetime | None:
        """Return when a catalog was last read successfully."""
        return store.last_crawl(work)

    def reachability(self, work: Work) -> dict[str, bool]:
        """Return for each crawled member whether it answered last time."""
        return store.reachability(work)

    def look_up(self, provider: str, offering_id: str) -> CrawledOffering:
        """Ask the provider for one dataset now (network): raises PeerRefused, PeerUnreachable, BadInput."""
        address = self._addresses.find(provider)
        found = self._channel.call("GET", provider, address, f"/catalog/datasets/{segment(offering_id)}")
        return read_dataset(found, provider, self._clock())

    def _round(self, run: TaskRun) -> None:
        with run.finishing(again_after=self._every) as work:
            for did in self._members(work):
                if did != self._channel.own_id:
                    work.enqueue(CRAWL, {"provider": did}, key=f"{CRAWL} {did}")

    def _crawl(self, run: TaskRun) -> None:
        """Read one page, and leave a task for the next."""
        provider, so_far = str(run.payload["provider"]), _so_far(run.payload)
        with run.reading() as work:
            known = store.known(work, provider)
            is_busy = store.is_being_read(work, provider)
        if so_far is None and is_busy:
            with run.finishing(again_after=AFTER_THIS_ONE if run.payload.get("now") else None):
                return
        if so_far is not None and (known is None or known["reading"] != so_far.generation):
            with run.finishing():
                return
        try:
            reading, page = self._ask(provider, so_far, known)
        except SkillspaceError as fault:
            if so_far is None or so_far.url not in so_far.met or isinstance(fault, _TooMuch):
                self._failed(run, provider, fault)
                return
            # A part of the catalog that cannot be read does not spoil the rest.
            reading, page = _without(so_far), PageRead(skipped=1)
        if page is None:
            self._unchanged(run, provider)
        else:
            self._keep(run, provider, reading, page)

    def _ask(
        self, provider: str, so_far: _Reading | None, known: Mapping[str, Any] | None
    ) -> tuple[_Reading, PageRead | None]:
        """Ask for the page that is due; return how far that brings us, and no page when nothing has changed."""
        address = self._addresses.find(provider)
        # Who failed before is asked for less at a time: pages of large datasets may have been too long.
        size = PAGE >> min(known["failures"], MAX_HALVINGS) if known else PAGE
        reading = so_far or _Reading(url=f"{address.base}/catalog/request?limit={size}", base=address.base)
        digest = known["digest"] if known and known["generation"] and not so_far else None
        answer, headers = self._channel.exchange(
            "POST",
            provider,
            *_place(address, reading.url),
            message("CatalogRequestMessage"),
            headers={KNOWN_DIGEST: digest} if digest else None,
        )
        told = headers.get(DIGEST.lower())
        if digest and told == digest:
            return reading, None
        page = read_page(answer, provider, self._clock(), own_id=self._channel.own_id)
        if so_far is None:
            reading = replace(reading, digest=told[:200] if told else None)
        following = next_page(headers.get("link"), reading.url)
        if following == reading.url:
            raise BadInput(f"The catalog of {provider} names the same page again as the next one.")
        return _onward(reading, page, following, provider), page

    def _keep(self, run: TaskRun, provider: str, reading: _Reading, page: PageRead) -> None:
        fault = None
        with run.finishing() as work:
            if not reading.generation:
                reading = replace(reading, generation=store.begin(work, provider))
            fresh = store.add(work, provider, reading.generation, page.offerings, page.references)
            try:
                reading = _tallied(reading, page, fresh)
            except _TooMuch as refusal:
                fault = refusal
            if fault:
                self._note_failure(work, provider, fault)
            elif reading.url:
                payload = {"provider": provider, "so_far": asdict(reading)}
                work.enqueue(CRAWL, payload, key=f"{CRAWL} {reading.generation} {reading.pages}")
            else:
                self._show(work, provider, reading)
        if fault or not reading.url:
            self._sweep(run, provider)

    def _show(self, work: Work, provider: str, reading: _Reading) -> None:
        if reading.skipped:
            log.warning("catalog.unreadable_datasets", provider=provider, count=reading.skipped)
        facts = {
            "content": reading.content,
            "offered": reading.offered,
            "skipped": reading.skipped,
            "endpoint": reading.base,
            # The digest speaks of the provider's pages; whether parts elsewhere changed, it cannot say.
            "digest": None if reading.met else reading.digest,
        }
        self._announce(work, provider, changed=store.show(work, provider, reading.generation, **facts))

    def _unchanged(self, run: TaskRun, provider: str) -> None:
        with run.finishing() as work:
            store.note_unchanged(work, provider)
            self._announce(work, provider, changed=False)

    def _announce(self, work: Work, provider: str, *, changed: bool) -> None:
        ids = store.first_ids(work, provider, MAX_NAMED)
        content = {"provider": provider, "offerings": ids, "changed": changed}
        work.publish(Event(name="catalog.crawled", about=provider, content=content))

    def _failed(self, run: TaskRun, provider: str, fault: SkillspaceError) -> None:
        with run.finishing() as work:
            self._note_failure(work, provider, fault)
        self._sweep(run, provider)

    def _note_failure(self, work: Work, provider: str, fault: SkillspaceError) -> None:
        """Mark what is known as stale; ask again soon, then ever more rarely, at last only in the rounds."""
        log.info("catalog.unreadable", provider=provider, why=fault.message)
        failures = store.note_failure(work, provider, plain(f"{fault.code}: {fault.message}"))
        wait = FIRST_RETRY * 2 ** min(failures - 1, 20)
        if wait < self._every and provider in self._members(work):
            work.enqueue(CRAWL, {"provider": provider}, key=f"{CRAWL} {provider} retry {failures}", after=wait)

    def _sweep(self, run: TaskRun, provider: str) -> None:
        with run.database.writing() as work:
            store.sweep(work, provider)


class _TooMuch(BadInput):
    """The catalog holds more than this node keeps."""


def _so_far(payload: Mapping[str, Any]) -> _Reading | None:
    kept = payload.get("so_far")
    return (
        _Reading(**{**kept, "parts": tuple(kept["parts"]), "met": tuple(kept["met"])})
        if isinstance(kept, dict)
        else None
    )


def _place(address: Address, url: str) -> tuple[Address, str]:
    """Return an address of the peer's own and the path below it that together are `url`."""
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    return replace(address, base=base), url.removeprefix(base)


def _onward(reading: _Reading, page: PageRead, following: str | None, provider: str) -> _Reading:
    """Return the reading with what is asked next: the next page, else a further part of the catalog, else nothing."""
    own = [one.endpoint for one in page.references if one.participant == provider]
    here = [one for one in own if origin(one) == origin(reading.base) and one != reading.base]
    met = tuple(dict.fromkeys((*reading.met, *(f"{one}/catalog/request" for one in here))))[:MAX_PARTS]
    reading = replace(reading, parts=(*reading.parts, *met[len(reading.met) :]), met=met)
    return replace(reading, url=following) if following else _without(reading)


def _without(reading: _Reading) -> _Reading:
    """Return the reading at its next part."""
    if not reading.parts:
        return replace(reading, url="")
    return replace(reading, url=reading.parts[0], parts=reading.parts[1:])


def _tallied(reading: _Reading, page: PageRead, fresh: list[CrawledOffering]) -> _Reading:
    """Return the reading with a page counted; raise _TooMuch when it has become too long, or leads in a circle."""
    content, size = store.content_of(fresh, reading.content)
    counted = replace(
        reading,
        pages=reading.pages + 1,
        idle=0 if fresh or page.skipped else reading.idle + 1,
        offered=reading.offered + len(fresh),
        skipped=reading.skipped + page.skipped,
        bytes=reading.bytes + size,
        content=content,
    )
    if counted.idle > MAX_IDLE and counted.url:
        raise _TooMuch("The pages of the catalog bring nothing new: they seem to lead in a circle.")
    if counted.offered > MAX_OFFERINGS or counted.bytes > MAX_BYTES or (counted.url and counted.pages >= MAX_PAGES):
        raise _TooMuch(f"The catalog has more than {MAX_OFFERINGS} offerings, {MAX_PAGES} pages or {MAX_BYTES} bytes.")
    return counted
