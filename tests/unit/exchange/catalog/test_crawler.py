"""Reading the catalogs of others: page by page, shown all at once, stale rather than lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from skillspace.exchange.catalog import CRAWL_ROUND, Reference, crawler, store
from skillspace.exchange.catalog.crawler import MAX_IDLE
from skillspace.exchange.dialects import dialect
from skillspace.exchange.messages import message
from skillspace.exchange.odrl import same_rules
from tests.unit.exchange.catalog.shops import Server, Shop, Town, offering

FOREIGN = "did:web:foreign.example"
OFFER = {"@id": "a:b:c", "@type": "Offer", "permission": [{"action": "use"}]}


def dataset(name: str) -> dict[str, Any]:
    return {"@id": name, "hasPolicy": [OFFER], "distribution": [{"format": "HttpData-PULL", "accessService": "urn:s"}]}


def catalog(*names: str, **members: Any) -> dict[str, Any]:
    listed = {"dataset": [dataset(name) for name in names]} if names else {}
    return message("Catalog", **{"@id": "urn:c", "participantId": FOREIGN}, **listed, **members)


Answer = Callable[[str], tuple[dict[str, Any], str | None]]


@contextmanager
def foreign(town: Town, answer: Answer) -> Iterator[list[str]]:
    """Serve a foreign connector: `answer` gets path and query, and returns a document and a Link header."""
    app, asked = FastAPI(), []

    @app.post("/{path:path}")
    async def take(path: str, request: Request) -> JSONResponse:
        asked.append(f"{path}?{request.url.query}")
        body, link = answer(asked[-1])
        return JSONResponse(body, status_code=int(body.pop("status", 200)), headers={"Link": link} if link else {})

    server = Server(app)
    server.up()
    town.bases[FOREIGN] = server.base
    yield asked
    server.down(at_once=False)


def failure(shop: Shop, provider: str) -> str | None:
    with shop.database.reading() as work:
        row = store.known(work, provider)
    assert row is not None
    return None if row["last_error"] is None else str(row["last_error"])


def kept_rows(shop: Shop) -> int:
    with shop.database.reading() as work:
        return int(work.connection.execute(sa.select(sa.func.count()).select_from(store.crawled_datasets)).scalar_one())


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawler, "PAGE", 4)


def test_crawling_announces_what_it_found(school: Shop, bureau: Shop) -> None:
    school.publish(offering())
    bureau.members = [school.did, bureau.did]
    with bureau.database.writing() as work:
        work.enqueue(CRAWL_ROUND, {}, key=CRAWL_ROUND)
    bureau.worker.run_due()
    assert bureau.events == [{"provider": school.did, "offerings": ["diplomas"], "changed": True}]
    with bureau.database.reading() as work:
        [found] = bureau.crawler.offerings(work)
        assert bureau.crawler.last_crawl(work) == found.seen_at
        assert bureau.crawler.reached(work) == [Reference(participant=school.did, endpoint=school.catalog.endpoint)]
        assert bureau.crawler.offering(work, school.did, "diplomas") == found
        assert bureau.crawler.offering(work, "did:web:other.example", "diplomas") is None
        assert bureau.crawler.offerings(work, purposes=["guidance", "x"]) == [found]
        assert bureau.crawler.offerings(work, purposes=["x"]) == bureau.crawler.offerings(work, ids=["x"]) == []
    assert (found.provider, found.reachable, found.kinds) == (school.did, True, ("diploma",))


def test_the_round_comes_back_by_itself_and_sees_changes(school: Shop, bureau: Shop) -> None:
    school.publish(offering())
    bureau.members = [school.did]
    with bureau.database.writing() as work:
        work.enqueue(CRAWL_ROUND, {}, key=CRAWL_ROUND)
    bureau.worker.run_due()
    school.withdraw("diplomas")
    school.publish(offering("transcripts"))
    for _ in range(2):
        bureau.ahead += crawler.timedelta(seconds=61)
        bureau.worker.run_due()
        assert bureau.seen() == ["transcripts"]
    assert [event["changed"] for event in bureau.events] == [True, True, False]


def test_a_long_catalog_is_read_in_pages_and_shown_at_once(small_pages: None, school: Shop, bureau: Shop) -> None:
    school.publish(offering("old"))
    bureau.crawl(school.did)
    names = [f"d-{number:02d}" for number in range(10)]
    school.withdraw("old")
    school.publish(*(offering(name) for name in names))
    with bureau.database.writing() as work:
        bureau.crawler.crawl_now(work, school.did)
    seen = []
    while (claimed := bureau.worker.next_due()) is not None:
        bureau.worker.perform(claimed)
        seen.append(bureau.seen())
    assert seen == [["old"], ["old"], names, names]
    assert len(school.requests) == 1 + 3
    assert kept_rows(bureau) == 10, "the former reading is gone"


def test_an_unchanged_catalog_is_not_read_again(small_pages: None, school: Shop, bureau: Shop) -> None:
    school.publish(*(offering(f"d-{number:02d}") for number in range(10)))
    bureau.crawl(school.did)
    before = len(school.requests)
    bureau.ahead += crawler.timedelta(seconds=60)
    bureau.crawl(school.did)
    assert len(school.requests) == before + 1
    assert [event["changed"] for event in bureau.events] == [True, False]
    assert bureau.events[0]["offerings"] == bureau.events[1]["offerings"]
    with bureau.database.reading() as work:
        seen_at = bureau.crawler.last_crawl(work)
        assert seen_at is not None
        assert (work.now - seen_at).total_seconds() < 30


def test_a_member_that_is_down_keeps_its_entries_as_stale_and_catches_up(school: Shop, bureau: Shop) -> None:
    school.publish(offering())
    bureau.members = [school.did]
    bureau.crawl(school.did)
    school.server.down()
    bureau.crawl(school.did)
    with bureau.database.reading() as work:
        [stale] = bureau.crawler.offerings(work)
        assert bureau.crawler.reachability(work) == {school.did: False}
        assert bureau.crawler.reached(work) == []
    assert not stale.reachable
    assert "PeerUnreachable" in (stale.last_error or "")
    school.server.up()
    bureau.ahead += crawler.timedelta(seconds=2)
    bureau.worker.run_due()
    with bureau.database.reading() as work:
        [fresh] = bureau.crawler.offerings(work)
    assert (fresh.reachable, fresh.last_error) == (True, None)
    assert fresh.seen_at > stale.seen_at


def test_who_goes_down_in_the_middle_keeps_the_former_copy(town: Town, bureau: Shop) -> None:
    pages = {"": (catalog("a", "b"), '<?page=2>; rel="next"'), "2": (catalog("c"), None)}
    is_broken = False

    def answer(asked: str) -> tuple[dict[str, Any], str | None]:
        page = asked.partition("page=")[2]
        if is_broken and page:
            return {"status": 503}, None
        return pages[page] if not is_broken else (catalog("x", "y"), '<?page=2>; rel="next"')

    with foreign(town, answer):
        bureau.crawl(FOREIGN)
        assert bureau.seen() == ["a", "b", "c"]
        is_broken = True
        bureau.crawl(FOREIGN)
    assert bureau.seen() == ["a", "b", "c"]
    assert "503" in (failure(bureau, FOREIGN) or "")
    assert kept_rows(bureau) == 3


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda _asked: (catalog("a"), '<https://elsewhere.example/x>; rel="next"'), "another place"),
        (lambda _asked: (catalog("a"), '<?limit=500>; rel="next"'), "same page"),
        (lambda asked: (catalog("a"), f'<?page={"a" if asked.endswith("b") else "b"}>; rel="next"'), "circle"),
        (lambda _asked: (catalog("a") | {"participantId": "did:web:x"}, None), "says it is of"),
        (lambda _asked: ({"@context": ["urn:x"]}, None), "@context"),
        (lambda _asked: ({}, None), "Catalog"),
        (lambda _asked: (catalog("a"), "nonsense"), "Link"),
    ],
)
def test_a_catalog_that_leads_astray_is_not_followed(town: Town, bureau: Shop, answer: Answer, why: str) -> None:
    with foreign(town, answer) as asked:
        bureau.crawl(FOREIGN)
    assert why in (failure(bureau, FOREIGN) or "")
    assert len(asked) <= MAX_IDLE + 2
    assert (bureau.seen(), kept_rows(bureau)) == ([], 0)


def test_who_sends_too_much_at_once_is_asked_for_less(town: Town, bureau: Shop) -> None:
    def answer(asked: str) -> tuple[dict[str, Any], str | None]:
        long = {"http://purl.org/dc/terms/description": "x" * (9_000_000 if asked.endswith("=500") else 100)}
        return catalog() | {"dataset": [dataset("a") | long]}, None

    bureau.members = [FOREIGN]
    with foreign(town, answer) as asked:
        bureau.crawl(FOREIGN)
        assert "bytes" in (failure(bureau, FOREIGN) or "")
        bureau.ahead += crawler.timedelta(seconds=2)
        bureau.worker.run_due()
    assert [one.partition("limit=")[2] for one in asked] == ["500", "250"]
    assert bureau.seen() == ["a"]


def test_a_catalog_without_end_is_given_up(town: Town, bureau: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(asked: str) -> tuple[dict[str, Any], str | None]:
        page = int(asked.partition("page=")[2] or "0")
        return catalog(f"d-{page}", "again"), f'<?page={page + 1}>; rel="next"'

    for name, limit in {"MAX_PAGES": 5, "MAX_OFFERINGS": 7, "MAX_BYTES": 1500}.items():
        with monkeypatch.context() as patch, foreign(town, answer) as asked:
            patch.setattr(crawler, name, limit)
            bureau.crawl(FOREIGN)
        assert "more than" in (failure(bureau, FOREIGN) or "")
        assert len(asked) <= 8, name
        assert kept_rows(bureau) == 0


def test_what_stands_on_two_pages_counts_once(town: Town, bureau: Shop) -> None:
    pages = {"": (catalog("b", "a", "b"), '<?page=2>; rel="next"'), "2": (catalog("c", "a"), None)}
    with foreign(town, lambda asked: pages[asked.partition("page=")[2]]):
        bureau.crawl(FOREIGN)
        bureau.crawl(FOREIGN)
    assert bureau.seen() == ["a", "b", "c"]
    assert [event["changed"] for event in bureau.events] == [True, False]


def test_a_reading_under_way_is_not_disturbed_and_one_wanted_now_follows_it(
    small_pages: None, school: Shop, bureau: Shop
) -> None:
    school.publish(*(offering(f"d-{number:02d}") for number in range(10)))
    with bureau.database.writing() as work:
        bureau.crawler.crawl_now(work, school.did)
    first = bureau.worker.next_due()
    assert first is not None
    bureau.worker.perform(first)
    with bureau.database.writing() as work:
        work.enqueue(crawler.CRAWL, {"provider": school.did}, key="of the round")
        bureau.crawler.crawl_now(work, school.did)
    bureau.worker.run_due()
    assert len(bureau.events) == 1
    school.publish(offering("later"))
    bureau.ahead += crawler.timedelta(seconds=2)
    bureau.worker.run_due()
    assert len(bureau.events) == 2
    assert "later" in bureau.seen()


def test_a_reading_that_died_makes_room_for_another(small_pages: None, school: Shop, bureau: Shop) -> None:
    school.publish(*(offering(f"d-{number:02d}") for number in range(10)))
    with bureau.database.writing() as work:
        generation = store.begin(work, school.did)
        store.add(work, school.did, generation, [])
    bureau.ahead += store.READING_DIES
    bureau.crawl(school.did)
    assert len(bureau.seen()) == 10
    with bureau.database.writing() as work:
        payload = {
            "provider": school.did,
            "so_far": {"url": "x", "base": "x", "generation": generation, "parts": [], "met": []},
        }
        work.enqueue(crawler.CRAWL, payload)
    before = len(school.requests)
    bureau.worker.run_due()
    assert (len(school.requests), len(bureau.events)) == (before, 1), "what is overtaken ends without a word"


def test_hearsay_is_remembered_as_hearsay(town: Town, school: Shop, bureau: Shop) -> None:
    school.publish(offering())
    inner = {"@type": "Catalog", "@id": "urn:n", "participantId": school.did, "dataset": [dataset("diplomas")]}
    named = {"@type": "Catalog", "@id": "urn:m", "participantId": "did:web:mill.example"} | {
        "service": [{"@id": "urn:s", "@type": "DataService", "endpointURL": "https://mill.example/dsp"}]
    }
    with foreign(town, lambda _asked: (catalog("own", catalog=[inner, named]), None)):
        bureau.crawl(FOREIGN)
    bureau.crawl(school.did)
    with bureau.database.reading() as work:
        [told] = bureau.crawler.told(work)
        assert (told.provider, told.told_by, told.offer_id) == (school.did, FOREIGN, "a:b:c")
        assert bureau.crawler.told(work, provider="did:web:mill.example") == []
        own = bureau.crawler.offering(work, school.did, "diplomas")
        assert own is not None
        assert (own.told_by, own.kinds) == (None, ("diploma",))
        mill = Reference(participant="did:web:mill.example", endpoint="https://mill.example/dsp")
        assert bureau.crawler.references(work) == [(FOREIGN, mill)]
    assert bureau.seen(FOREIGN) == ["own"]
    assert bureau.events[0]["offerings"] == ["own"]


def test_further_parts_of_a_catalog_are_read_where_they_are_said_to_be(town: Town, bureau: Shop) -> None:
    def part(name: str, base: str) -> dict[str, Any]:
        service = {"@id": f"urn:{name}", "@type": "DataService", "endpointURL": f"{base}/{name}"}
        return {"@type": "Catalog", "@id": f"urn:{name}", "service": [service]}

    def answer(asked: str) -> tuple[dict[str, Any], str | None]:
        here = town.bases[FOREIGN]
        if asked.startswith("sub"):
            return catalog("in-sub", catalog=[part("sub", here)]), None
        if asked.startswith("gone"):
            return {"status": 404}, None
        away = part("away", "https://elsewhere.example")
        return catalog("in-root", catalog=[part("sub", here), part("gone", here), away]), None

    with foreign(town, answer) as asked:
        bureau.crawl(FOREIGN)
    assert asked[1:] == ["sub/catalog/request?", "gone/catalog/request?"]
    assert bureau.seen() == ["in-root", "in-sub"]
    with bureau.database.reading() as work:
        row = store.known(work, FOREIGN)
    assert row is not None
    assert (row["offered"], row["skipped"]) == (2, 1)


def test_a_catalog_of_the_older_dialect_is_crawled_in_pages_too(
    small_pages: None, school: Shop, bureau: Shop, town: Town
) -> None:
    town.dialects[school.did] = dialect("2024-1")
    school.publish(*(offering(f"d-{number:02d}") for number in range(10)))
    bureau.crawl(school.did)
    assert failure(bureau, school.did) is None
    assert len(bureau.seen()) == 10
    with bureau.database.reading() as work:
        found = bureau.crawler.offering(work, school.did, "d-00")
    assert found is not None
    assert (found.title, found.personal, found.kinds) == (offering().title, True, ("diploma",))
    assert same_rules(found.offer, school.catalog.offer(offering("d-00")))
    assert bureau.crawler.look_up(school.did, "d-00").offer == found.offer
