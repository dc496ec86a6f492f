"""The intermediary's market: what providers' feeds say is open now, kept so that it can be matched and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.kernel.events import Event
from skillspace.market.courses import Course
from skillspace.market.index.model import READERS, Counts, Item, MarketKind, Offer, item_id, last_day
from skillspace.market.index.store import items
from skillspace.market.lines import BrokenLine, fingerprint, read_lines
from skillspace.market.territory import Position, codes_within, named, position
from skillspace.market.vacancies import Vacancy
from skillspace.skills.matching import Holder, holder
from skillspace.skills.matching import Offer as MatchedOffer
from skillspace.skills.taxonomy import Need
from skillspace.storage.database import Work

BATCH = 500
MOST_LINES = 500_000
"""One feed's limit: a feed without an end must not fill the disk."""
MOST_EXAMPLES = 20
INDEXED = "2"
"""Another one whenever indexes hold something else of the same offers, so that they are built anew."""
INDEX_TASK = "market.index"
Thing = TypeVar("Thing")


class People(Protocol):
    """What people said of the words in offers; `version` changes with every word, and is empty before the first."""

    def version(self, work: Work) -> str: ...

    def corrector(self, work: Work) -> Callable[[Offer], Offer]: ...


class Market:
    """Offers of all providers. A feed replaces everything its provider said before about that kind."""

    def __init__(self) -> None:
        self._people: People | None = None
        self._corrects: tuple[str, Callable[[Offer], Offer]] | None = None

    def heed(self, people: People) -> None:
        """Index offers as people have them from now on: by what they confirmed and refused of the words in them."""
        self._people = people

    def replace(self, work: Work, provider: str, kind: MarketKind, lines: Iterable[bytes]) -> Counts:
        """Take a provider's whole feed: new items come, changed ones change, those no longer in it go.

        The same feed twice changes nothing. A broken line is skipped and reported; so is a second one with the same
        identifier. `lines` must be on this machine: the transaction stays open while they are read. Raises BadInput,
        changing nothing, when no line at all can be read or the feed is too long. Announces ``market.replaced``.
        """
        feed = self.begin(work, provider, kind)
        for rows in feed.news(lines):
            self.put(work, rows)
        return self.end(work, feed)

    def begin(self, work: Work, provider: str, kind: MarketKind) -> Feed:
        """Begin to take a provider's feed in short transactions: rows are put as they come, and `end` closes it.

        A feed of half a million lines takes minutes to read, and nobody else writes while a transaction is open.
        """
        return Feed(provider=provider, kind=kind, known=self._fingerprints(work, provider, kind))

    def put(self, work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put some new or changed offers of a feed into the market; putting them twice changes nothing more."""
        self._delete(work, [row["id"] for row in rows])
        work.insert(items, *(dict(row) | {"seen": work.now} for row in rows))

    def end(self, work: Work, feed: Feed, *, is_news: bool = False) -> Counts:
        """Take away what a feed no longer has, and announce it; as `replace` says.

        `is_news` tells that an earlier reading, which did not end, may have put what this one found unchanged.
        """
        if feed.broken and not feed.seen:
            raise BadInput(f"No line of the feed can be read; line {feed.broken[0].number}: {feed.broken[0].reason}.")
        gone = sorted(self._fingerprints(work, feed.provider, feed.kind).keys() - feed.seen)
        self._delete(work, gone)
        counts = feed.counts(removed=len(gone))
        if counts.is_news or is_news:
            self.refresh(work, feed.kind)
        content = {"kind": feed.kind.value, "items": len(feed.seen), "broken": counts.broken}
        work.publish(Event(name="market.replaced", about=feed.provider, content=content))
        return counts

    def refresh(self, work: Work, kind: MarketKind) -> None:
        """Ask for the index to be built from what is here now; the same content is asked for once."""
        work.enqueue(INDEX_TASK, {"kind": kind.value}, key=f"{INDEX_TASK}:{kind}:{self.etag(work, kind)}")

    def item(self, work: Work, identifier: str) -> Item:
        """Return one item. Raises NotFound when the provider has withdrawn it, or there never was one."""
        row = work.one(sa.select(items).where(items.c.id == identifier))
        if row is None:
            raise NotFound("This offer is not in the market any more; go back to the list.")
        return self._as_people_say(work, _item(row))

    def items(self, work: Work, identifiers: Sequence[str]) -> list[Item]:
        """Return the items of these identifiers, in their order; those withdrawn meanwhile are left out."""
        found: dict[str, Item] = {}
        correct = self._corrector(work)
        for some in _batches(iter(identifiers), BATCH):
            for row in work.rows(sa.select(items).where(items.c.id.in_(some))):
                item = _item(row)
                found[item.id] = replace(item, offer=correct(item.offer)) if correct else item
        return [found[identifier] for identifier in identifiers if identifier in found]

    def listed(self, work: Work, kind: MarketKind, *, provider: str | None = None, limit: int = 50) -> list[Item]:
        """Return items of one kind, of one provider or of all, by title."""
        query = sa.select(items).where(items.c.kind == kind).order_by(items.c.title, items.c.id).limit(limit)
        return [_item(row) for row in work.rows(query.where(items.c.provider == provider) if provider else query)]

    def count(self, work: Work, kind: MarketKind, *, provider: str | None = None) -> int:
        """Return how many items of a kind are known, closed ones included."""
        query = sa.select(sa.func.count()).select_from(items).where(items.c.kind == kind)
        query = query.where(items.c.provider == provider) if provider else query
        return int(work.connection.execute(query).scalar_one())

    def providers(self, work: Work, kind: MarketKind) -> dict[str, str]:
        """Return whose each item of a kind is: its identifier to the provider's DID."""
        query = sa.select(items.c.id, items.c.provider).where(items.c.kind == kind)
        return {row.id: row.provider for row in work.connection.execute(query)}

    def latest(self, work: Work, kind: MarketKind) -> datetime | None:
        """Return when an offer of a kind came or changed last; None where there is none."""
        row = work.one(sa.select(sa.func.max(items.c.seen).label("seen")).where(items.c.kind == kind))
        return row["seen"] if row else None

    def since(self, work: Work, kind: MarketKind, moment: datetime) -> list[str]:
        """Return the identifiers of offers of a kind that came or changed after a moment."""
        query = sa.select(items.c.id).where(items.c.kind == kind, items.c.seen > moment)
        return [row.id for row in work.connection.execute(query)]

    def etag(self, work: Work, kind: MarketKind) -> str:
        """Return a name of exactly what is open now: the same offers, and the same words of people, give the same."""
        query = sa.select(items.c.id, items.c.fingerprint).where(_is_open(work, kind)).order_by(items.c.id)
        content = INDEXED + "".join(f"{row.id}{row.fingerprint}" for row in work.connection.execute(query))
        content += self._people.version(work) if self._people else ""
        return fingerprint(content.encode())[:16]

    def skills_stream(self, work: Work) -> Iterator[MatchedOffer]:
        """Give what every open job needs, and where it is, for the matching index."""
        for identifier, offer in self._open(work, MarketKind.JOB):
            if isinstance(offer, Vacancy):
                yield MatchedOffer(
                    id=identifier,
                    occupation=offer.occupation,
                    needs=tuple((uri, 1.0, Need.ESSENTIAL if must else Need.OPTIONAL) for uri, must in offer.skills),
                    place=territory_of(offer),
                    where=_degrees(offer),
                )

    def teaching_stream(self, work: Work) -> Iterator[Holder]:
        """Give what every training that has not begun teaches, and where, for the matching index."""
        for identifier, offer in self._open(work, MarketKind.TRAINING):
            if isinstance(offer, Course):
                skills, languages = dict.fromkeys(offer.skills), (offer.language,)
                yield holder(identifier, skills, territory_of(offer), languages, _degrees(offer))

    def demand_stream(self, work: Work) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Give (territory, skills needed) of every open job whose place is known, for statistics."""
        for _, offer in self._open(work, MarketKind.JOB):
            place = territory_of(offer)
            if place and isinstance(offer, Vacancy):
                yield place, tuple(uri for uri, _ in offer.skills)

    def openings(self, work: Work, territory: str | None = None) -> dict[str, int]:
        """Return how many open jobs there are for each ESCO occupation, in a territory or everywhere."""
        where = _is_open(work, MarketKind.JOB) & items.c.occupation.is_not(None)
        if territory:
            where &= items.c.place.in_(codes_within(territory))
        query = sa.select(items.c.occupation, sa.func.count()).where(where).group_by(items.c.occupation)
        return {occupation: int(count) for occupation, count in work.connection.execute(query)}

    def refresh_later(self, work: Work, kind: MarketKind, after: timedelta) -> None:
        """Ask for the index to be built in a while, once for everything that is said until then."""
        work.enqueue(INDEX_TASK, {"kind": kind.value}, key=f"{INDEX_TASK}:{kind}:later", after=after)

    def open_offers(self, work: Work, kind: MarketKind) -> Iterator[tuple[str, Offer]]:
        """Give every open offer of a kind by its identifier, as its provider says it."""
        query = sa.select(items.c.id, items.c.line).where(_is_open(work, kind)).order_by(items.c.id)
        for row in work.connection.execute(query.execution_options(yield_per=BATCH)):
            yield row.id, READERS[kind](row.line)

    def _open(self, work: Work, kind: MarketKind) -> Iterator[tuple[str, Offer]]:
        correct = self._corrector(work)
        for identifier, offer in self.open_offers(work, kind):
            yield identifier, correct(offer) if correct else offer

    def _corrector(self, work: Work) -> Callable[[Offer], Offer] | None:
        """Return what corrects offers by what people said so far, made once for each time they said something."""
        version = self._people.version(work) if self._people else ""
        if not self._people or not version:
            return None
        kept = self._corrects
        if kept is None or kept[0] != version:
            self._corrects = kept = version, self._people.corrector(work)
        return kept[1]

    def _as_people_say(self, work: Work, item: Item) -> Item:
        correct = self._corrector(work)
        return replace(item, offer=correct(item.offer)) if correct else item

    def _fingerprints(self, work: Work, provider: str, kind: MarketKind) -> dict[str, str]:
        where = (items.c.kind == kind) & (items.c.provider == provider)
        query = sa.select(items.c.id, items.c.fingerprint).where(where)
        return {row.id: row.fingerprint for row in work.connection.execute(query)}

    def _delete(self, work: Work, identifiers: Sequence[str]) -> None:
        for some in _batches(iter(identifiers), BATCH):
            work.delete(items, items.c.id.in_(some))


class Feed:
    """One reading of a provider's feed: which lines are new, and what happened on the way.

    A line that is known to the letter is not parsed again, so a feed that hardly changed costs hardly anything.
    """

    def __init__(self, *, provider: str, kind: MarketKind, known: Mapping[str, str]) -> None:
        self.seen: set[str] = set()
        self.broken: list[BrokenLine] = []
        self.provider = provider
        self.kind = kind
        self._known = known
        self._id_of = {mark: identifier for identifier, mark in known.items()}
        self._changed = 0
        self._kept = 0

    def news(self, lines: Iterable[bytes]) -> Iterator[list[dict[str, Any]]]:
        """Give the rows to put, some hundred at a time: offers that are new or differ from what is known.

        Raises BadInput when the feed is too long.
        """
        return _batches(self._rows(lines), BATCH)

    def _rows(self, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
        for number, line in enumerate(map(bytes.strip, lines), start=1):
            if number > MOST_LINES:
                raise BadInput(f"The feed has more than {MOST_LINES} lines; split it into several offerings.")
            mark = fingerprint(line)
            if mark in self._id_of:
                self._kept += self._is_first(self._id_of[mark], number)
                continue
            for offer in read_lines([line], READERS[self.kind]):
                if isinstance(offer, BrokenLine):
                    self.broken.append(BrokenLine(number=number, reason=offer.reason))
                elif self._is_first(identifier := item_id(self.kind, self.provider, offer.id), number):
                    self._changed += identifier in self._known
                    yield self._row(identifier, offer, line, mark)

    def counts(self, *, removed: int) -> Counts:
        """Return what the feed did."""
        return Counts(
            added=len(self.seen) - self._changed - self._kept,
            changed=self._changed,
            removed=removed,
            kept=self._kept,
            broken=len(self.broken),
            examples=tuple(self.broken[:MOST_EXAMPLES]),
        )

    def _is_first(self, identifier: str, number: int) -> bool:
        if identifier in self.seen:
            self.broken.append(BrokenLine(number=number, reason="an offer of this identifier stands before it"))
            return False
        self.seen.add(identifier)
        return True

    def _row(self, identifier: str, offer: Offer, line: bytes, mark: str) -> dict[str, Any]:
        return {
            "id": identifier,
            "kind": self.kind.value,
            "provider": self.provider,
            "title": offer.title,
            "place": territory_of(offer),
            "occupation": offer.occupation if isinstance(offer, Vacancy) else None,
            "last_day": last_day(offer),
            "fingerprint": mark,
            "line": line,
        }


def _item(row: Mapping[str, Any]) -> Item:
    kind = MarketKind(row["kind"])
    return Item(id=row["id"], kind=kind, provider=row["provider"], offer=READERS[kind](row["line"]))


def territory_of(offer: Offer) -> str | None:
    """Return the code of the narrowest territory an offer states."""
    return offer.place_code or offer.region_code or offer.country


def position_of(offer: Offer) -> Position | None:
    """Return where an offer lies: as it states itself, or else in the middle of its municipality, by code or name."""
    code = offer.place_code
    if code is None and offer.place_name and offer.country:
        town = named(offer.place_name, offer.country)
        code = town.code if town else None
    return position(offer.at, code)


def _degrees(offer: Offer) -> tuple[float, float] | None:
    found = position_of(offer)
    return found.at if found else None


def _is_open(work: Work, kind: MarketKind) -> sa.ColumnElement[bool]:
    has_ended = items.c.last_day < work.now.date()
    return (items.c.kind == kind) & (items.c.last_day.is_(None) | ~has_ended)


def _batches(things: Iterator[Thing], size: int) -> Iterator[list[Thing]]:
    while some := list(islice(things, size)):
        yield some
