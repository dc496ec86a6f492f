"""The market heeds people: what they confirmed of an offer's words is indexed with it, what they refused is not."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from skillspace.market.courses import Course
from skillspace.market.index import Market, MarketKind, OfferFeed
from skillspace.market.index.service import INDEX_TASK
from skillspace.market.review import ReviewRoom
from skillspace.market.review.applying import Corrector
from skillspace.market.review.said import Kind, say
from skillspace.market.review.store import questions
from skillspace.market.vacancies import Vacancy, write_vacancy
from skillspace.skills.corrections import Correction
from skillspace.skills.taxonomy import ConceptKind, Taxonomies
from skillspace.storage.database import Database, tasks
from skillspace.storage.tasks import TaskBook, TaskRun, Worker

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
AD = Vacancy(
    id="1",
    title="Bread wizard",
    language="en",
    employer="Example Company",
    text="You like baking, and our stock lists.",
    synthetic=True,
    source="did:web:firm.example",
)


def correction(text: str, concept: str, *, is_right: bool = True, who: str = "reviewer-1") -> Correction:
    return Correction(text=text, language="en", scheme="esco", concept=concept, is_right=is_right, who=who, when=NOW)


@pytest.fixture(scope="module")
def skills(starter: Taxonomies) -> list[str]:
    return list(starter.concepts(kinds={ConceptKind.SKILL}))[:3]


@pytest.fixture(scope="module")
def job(starter: Taxonomies) -> str:
    return starter.concepts(kinds={ConceptKind.OCCUPATION})[0]


def test_confirmed_words_bring_a_skill_refused_ones_take_it_and_others_stay(
    starter: Taxonomies, skills: list[str], job: str
) -> None:
    wrong, right, untouched = skills
    offer = dataclasses.replace(AD, skills=((wrong, True), (untouched, True)))
    people = Corrector(
        [correction("Baking", right), correction("baking", wrong, is_right=False), correction("bread wizard", job)],
        starter,
    )
    read = people.vacancy(offer)
    assert read.skills == ((untouched, True), (right, False))
    assert read.occupation == job
    assert people.vacancy(dataclasses.replace(offer, language="sv")) == dataclasses.replace(offer, language="sv")
    assert people.vacancy(dataclasses.replace(offer, title="Baker", text="bakings")).skills == offer.skills
    course = Course(
        id="c", title="x", language="en", provider="p", synthetic=True, source="s", skills=(wrong,), description=AD.text
    )
    assert people.course(course).skills == (right,)


def test_a_refused_title_loses_its_occupation_and_two_who_disagree_change_nothing(
    starter: Taxonomies, skills: list[str], job: str
) -> None:
    offer = dataclasses.replace(AD, occupation=job, skills=((skills[0], True),))
    refused = correction(AD.title, job, is_right=False)
    assert Corrector([refused], starter).vacancy(offer).occupation is None
    both = [refused, correction(AD.title, job, who="reviewer-2")]
    both += [correction("baking", skills[0]), correction("baking", skills[0], is_right=False, who="reviewer-2")]
    assert Corrector(both, starter).vacancy(offer) == offer


def test_every_word_gives_the_index_another_name_and_reaches_what_is_indexed(
    database: Database, room: tuple[ReviewRoom, Market], skills: list[str]
) -> None:
    review, _ = room
    market = Market()
    with database.writing() as work:
        market.replace(work, "did:web:firm.example", MarketKind.JOB, [write_vacancy(AD) + b"\n"])
        plain = market.etag(work, MarketKind.JOB)
        market.heed(review.heard)
        assert market.etag(work, MarketKind.JOB) == plain
        say(work, correction("stock lists", skills[1]), kind=Kind.LINK, about="q-1")
        assert market.etag(work, MarketKind.JOB) != plain
        (indexed,) = market.skills_stream(work)
        (shown,) = market.items(work, [indexed.id])
        assert isinstance(shown.offer, Vacancy)
        assert {uri for uri, _ in shown.offer.skills} == {uri for uri, _, _ in indexed.needs}
        assert market.item(work, indexed.id) == shown
    assert [uri for uri, _, _ in indexed.needs] == [skills[1]]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where models keep what they prepare."""
    return tmp_path_factory.mktemp("prepared")


@pytest.fixture
def room(tmp_path: Path, prepared: Path, starter: Taxonomies) -> tuple[ReviewRoom, Market]:
    """The review of an intermediary with an empty market."""
    market = Market()
    made = ReviewRoom(
        folder=tmp_path,
        prepared=prepared,
        taxonomies=starter,
        languages=["en"],
        market=market,
        feed=lambda dataset: OfferFeed(tmp_path / dataset),
    )
    return made, market


def _done(run: TaskRun) -> None:
    with run.finishing():
        pass


def worked(database: Database, room: ReviewRoom) -> None:
    book = TaskBook()
    room.register(book)
    book.on_task(INDEX_TASK, _done)
    worker = Worker(database, book)
    while worker.run_due():
        pass


def test_questions_of_the_market_are_the_same_each_time_and_the_most_useful_comes_first(
    database: Database, room: tuple[ReviewRoom, Market]
) -> None:
    review, market = room
    ads = [dataclasses.replace(AD, id=str(number), text="You must use a spreadsheet, and bake.") for number in range(3)]
    titles = ("Clerk", "Baker of bread", "Teacher and cleaner", "Sales", "Assistant", "Cook or baker", "Developer")
    ads += [dataclasses.replace(AD, id=title, title=title, text="You will create spreadsheets.") for title in titles]
    seen = []
    for _ in range(2):
        with database.writing() as work:
            market.replace(work, "did:web:firm.example", MarketKind.JOB, [write_vacancy(ad) + b"\n" for ad in ads])
            review.links.look(work)
            review.links.look(work)
            assert review.links.queue(work).is_working
        worked(database, review)
        with database.reading() as work:
            queue = review.links.queue(work)
            asked = [review.links.next(work, skipped) for skipped in range(queue.total)]
        assert not queue.is_working
        seen.append([(one.id, one.use, one.candidates) for one in asked if one])
    assert seen[0]
    assert seen[0] == seen[1]
    assert [use for _, use, _ in seen[0]] == sorted((use for _, use, _ in seen[0]), reverse=True)


def test_a_word_about_the_market_asks_for_one_index_later(
    database: Database, room: tuple[ReviewRoom, Market], skills: list[str]
) -> None:
    review, _ = room
    row = {
        "id": "q-1",
        "text": "baking",
        "sentence": "You like baking.",
        "start": 9,
        "language": "en",
        "scheme": "esco-skill",
        "candidates": [[skills[0], 0.4], [skills[1], 0.2]],
        "times": 3,
        "use": 2.0,
        "version": "x",
    }
    with database.writing() as work:
        work.insert(questions, row)
        asked = review.links.next(work)
        assert asked is not None
        assert asked.around == ("You like ", "baking", ".")
        review.links.confirm(work, "q-1", skills[1], account="account-1")
        review.links.refuse(work, "q-1", account="account-2")
        assert review.links.next(work) is None
        assert (review.links.queue(work).total, review.links.queue(work).done) == (1, 1)
        spoken = review.links.spoken(work, "q-1")
        waiting = work.rows(sa.select(tasks.c.key, tasks.c.due).where(tasks.c.name == INDEX_TASK))
    assert [(one.concept, one.is_right, one.score) for one in spoken] == [
        (skills[1], True, 0.2),
        (skills[0], False, 0.4),
        (skills[1], False, 0.2),
    ]
    assert len({one.who for one in spoken}) == 2
    assert sorted(row["key"] for row in waiting) == ["market.index:job:later", "market.index:training:later"]
