"""The intermediary's market: feeds replace, indexes follow, and no provider touches another's offers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.market.courses import read_starter_courses, write_course
from skillspace.market.index import Counts, Market, MarketKind, MatchIndexes, OfferFeed, begin, register
from skillspace.market.vacancies import Vacancy, generated_vacancies, write_vacancy
from skillspace.skills.matching import OfferIndex, PersonSkill
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database, tasks
from skillspace.storage.tasks import TaskBook, Worker
from tests.conftest import NOON
from tests.patience import PATIENCE_S

ANNA, BERT = "did:web:anna.test", "did:web:bert.test"
JOB, TRAINING = MarketKind.JOB, MarketKind.TRAINING


@pytest.fixture(scope="session")
def vacancies(starter: Taxonomies) -> list[Vacancy]:
    """A hundred generated jobs, all open at noon."""
    return list(generated_vacancies(starter, data=None, count=100, as_of=NOON.date()))


def take(database: Database, provider: str, offers: Iterable[Vacancy]) -> Counts:
    with database.writing() as work:
        return Market().replace(work, provider, JOB, [write_vacancy(offer) + b"\n" for offer in offers])


def numbers(counts: Counts) -> tuple[int, int, int, int, int]:
    return counts.added, counts.changed, counts.removed, counts.kept, counts.broken


def test_the_same_feed_twice_changes_nothing(database: Database, vacancies: list[Vacancy]) -> None:
    assert numbers(take(database, ANNA, vacancies)) == (100, 0, 0, 0, 0)
    assert numbers(take(database, ANNA, vacancies)) == (0, 0, 0, 100, 0)


def test_a_new_feed_adds_changes_and_removes(database: Database, vacancies: list[Vacancy]) -> None:
    take(database, ANNA, vacancies[:50])
    changed = replace(vacancies[0], title="Another title")
    assert numbers(take(database, ANNA, [changed, *vacancies[2:60]])) == (10, 1, 1, 48, 0)
    with database.reading() as work:
        market = Market()
        titles = {item.offer.id: item.offer.title for item in market.listed(work, JOB, limit=100)}
        assert market.count(work, JOB) == 59
    assert titles[vacancies[0].id] == "Another title"
    assert vacancies[1].id not in titles


def test_a_broken_line_is_reported_and_the_rest_is_taken(database: Database, vacancies: list[Vacancy]) -> None:
    good = [write_vacancy(vacancy) for vacancy in vacancies[:3]]
    with database.writing() as work:
        counts = Market().replace(work, ANNA, JOB, [good[0], b"{}", good[1], good[1], b"\xff", good[2]])
    assert numbers(counts) == (3, 0, 0, 0, 3)
    assert [line.number for line in counts.examples] == [2, 4, 5]


def test_a_feed_of_nothing_readable_changes_nothing(database: Database, vacancies: list[Vacancy]) -> None:
    take(database, ANNA, vacancies[:5])
    with pytest.raises(BadInput, match="line 1"), database.writing() as work:
        Market().replace(work, ANNA, JOB, [b"<html>", b"sorry"])
    with database.reading() as work:
        assert Market().count(work, JOB) == 5


def test_two_providers_with_the_same_identifiers_do_not_meet(database: Database, vacancies: list[Vacancy]) -> None:
    take(database, ANNA, vacancies[:5])
    take(database, BERT, [replace(vacancy, title="Stolen") for vacancy in vacancies[:5]])
    take(database, BERT, [])
    with database.reading() as work:
        items = Market().listed(work, JOB)
    assert {item.provider for item in items} == {ANNA}
    assert "Stolen" not in {item.offer.title for item in items}


def test_items_come_in_the_order_asked_for_and_withdrawn_ones_are_left_out(
    database: Database, vacancies: list[Vacancy]
) -> None:
    take(database, ANNA, vacancies[:4])
    with database.reading() as work:
        known = [item.id for item in Market().listed(work, JOB)]
        asked = [known[3], "job-gone", known[0]]
        assert [item.id for item in Market().items(work, asked)] == [known[3], known[0]]
        with pytest.raises(NotFound):
            Market().item(work, "job-gone")


def test_closed_jobs_are_kept_but_neither_matched_nor_counted(database: Database, vacancies: list[Vacancy]) -> None:
    closed = replace(vacancies[0], closes=NOON.date() - dt.timedelta(days=1))
    take(database, ANNA, [closed, *vacancies[1:3]])
    with database.reading() as work:
        market = Market()
        assert market.count(work, JOB) == 3
        assert len(list(market.skills_stream(work))) == 2
        assert sum(market.openings(work).values()) == 2
        assert len(list(market.demand_stream(work))) == 2


def test_openings_are_counted_by_occupation_within_a_territory(database: Database, vacancies: list[Vacancy]) -> None:
    take(database, ANNA, vacancies)
    with database.reading() as work:
        here = Market().openings(work, "XX1")
    assert sum(here.values()) == sum(vacancy.region_code == "XX1" for vacancy in vacancies)


def test_a_feed_leads_to_an_index_that_finds_the_job(
    database: Database, vacancies: list[Vacancy], starter: Taxonomies, tmp_path: Path
) -> None:
    market = Market()
    indexes, neighbour = (MatchIndexes(tmp_path, starter, market) for _ in range(2))
    book = TaskBook()
    register(book, indexes)
    assert indexes.jobs is None
    take(database, ANNA, vacancies)
    with database.writing() as work:
        market.replace(work, BERT, TRAINING, [write_course(course) for course in read_starter_courses(starter)])
    Worker(database, book).run_due()
    assert indexes.jobs is not None
    assert indexes.trainings is not None
    assert neighbour.jobs is not None, "another process sees the same index"
    skills = [PersonSkill(uri=uri) for uri, _ in vacancies[0].skills]
    with database.reading() as work:
        found = market.items(work, [match.offer_id for match in indexes.jobs.match(skills, k=5)])
    assert vacancies[0].id in {item.offer.id for item in found}
    assert len(indexes.trainings) == 12


def test_a_changed_feed_swaps_the_index_and_leaves_one_folder(
    database: Database, vacancies: list[Vacancy], starter: Taxonomies, tmp_path: Path
) -> None:
    indexes = MatchIndexes(tmp_path, starter, Market())
    book = TaskBook()
    register(book, indexes)
    worker = Worker(database, book)
    for some in (vacancies[:10], vacancies[:20]):
        take(database, ANNA, some)
        worker.run_due()
    assert indexes.jobs is not None
    assert len(indexes.jobs) == sum(bool(vacancy.skills) for vacancy in vacancies[:20])
    assert len([folder for folder in (tmp_path / "index").iterdir() if folder.is_dir()]) == 1


def test_of_two_builds_at_once_the_later_market_stays_and_can_be_read(
    database: Database,
    vacancies: list[Vacancy],
    starter: Taxonomies,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    indexes, saved, go_on, save = MatchIndexes(tmp_path, starter, Market()), Event(), Event(), OfferIndex.save

    def saving(index: OfferIndex, folder: Path) -> None:
        save(index, folder)
        if not saved.is_set():
            saved.set()
            go_on.wait(PATIENCE_S)

    def build() -> None:
        with database.reading() as work:
            indexes.build(work, JOB)

    monkeypatch.setattr(OfferIndex, "save", saving)
    take(database, ANNA, vacancies[:10])
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(build)
        assert saved.wait(PATIENCE_S)
        take(database, ANNA, vacancies[:20])
        second = pool.submit(build)
        wait([second], timeout=0.5)
        go_on.set()
        assert (first.result(), second.result()) == (None, None)
    assert indexes.jobs is not None
    assert len(indexes.jobs) == sum(bool(vacancy.skills) for vacancy in vacancies[:20])


def test_a_torn_index_is_built_again(
    database: Database, vacancies: list[Vacancy], starter: Taxonomies, tmp_path: Path
) -> None:
    take(database, ANNA, vacancies[:10])
    with database.reading() as work:
        etag = MatchIndexes(tmp_path, starter, Market()).build(work, JOB)
        (tmp_path / "index" / f"job-{etag}" / "needed.needs.npy").unlink()
        indexes = MatchIndexes(tmp_path, starter, Market())
        assert indexes.jobs is None
        indexes.build(work, JOB)
        assert indexes.jobs is not None


def test_a_start_asks_for_missing_indexes_once(database: Database, starter: Taxonomies, tmp_path: Path) -> None:
    indexes = MatchIndexes(tmp_path, starter, Market())
    for _ in range(2):
        with database.writing() as work:
            begin(work, indexes)
    with database.reading() as work:
        names = sorted(row["name"] for row in work.rows(sa.select(tasks.c.name)))
    assert names == ["market.daily", "market.index", "market.index"]


def test_a_feed_file_keeps_its_etag_until_its_content_changes(tmp_path: Path, vacancies: list[Vacancy]) -> None:
    feed = OfferFeed(tmp_path / "feed.jsonl")
    with pytest.raises(NotFound, match="publish it first"):
        _ = feed.etag
    feed.publish(vacancies[:3], write_vacancy)
    first = feed.etag
    feed.publish(vacancies[:3], write_vacancy)
    assert feed.etag == first
    feed.publish(vacancies[:4], write_vacancy)
    assert feed.etag != first
    assert b"".join(feed.chunks()).count(b"\n") == 4
