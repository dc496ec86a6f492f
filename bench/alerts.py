"""What alerts cost: one round of the worker over a thousand people who are due, on the first day and on a later one."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from bench.figures import DATA, Figure, Tell, figure, untold
from skillspace.market.courses import Course, write_course
from skillspace.market.index import Market, MarketKind, MatchIndexes
from skillspace.market.index import register as register_market
from skillspace.market.news import NewsOfTheMarket
from skillspace.market.vacancies import Vacancy, generated_vacancies, write_vacancy
from skillspace.people.accounts import AccountKind, Accounts
from skillspace.people.alerts import Alerts, AlertTasks, Seekers, Wishes
from skillspace.people.alerts.store import alerts as told
from skillspace.people.plan import Plans
from skillspace.people.profile import Arrival, Profile
from skillspace.records.model import Evidence, ProofStatus, Record, RecordKind, SkillAssertion, ValidationLevel
from skillspace.skills.taxonomy import ConceptKind, Taxonomies, add_pack
from skillspace.storage.database import Database, Work, metadata
from skillspace.storage.tasks import TaskBook, Worker

JOBS, COURSES, PEOPLE, NEW = 20_000, 3_000, 1_000, 500
SOURCE = "did:web:source.example"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
#: Everybody knows this share of what an occupation asks for.
KNOWN = 0.7


@dataclass
class _Clock:
    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


def run(tell: Tell = untold, *, jobs: int = JOBS, people: int = PEOPLE) -> list[Figure]:
    """Measure on all of ESCO, with generated ads and people, on SQLite; nothing without the real data."""
    if not DATA.is_dir():
        return []
    with TemporaryDirectory() as name:
        home = Path(name)
        tell("compiling ESCO")
        add_pack("esco", home, DATA)
        return _Space(home, tell).measure(jobs, people)


class _Space:
    """The rooms that alerts need, over a market and people that were made up."""

    def __init__(self, home: Path, tell: Tell) -> None:
        self._tell = tell
        self._clock = _Clock()
        self._chance = random.Random(7)  # noqa: S311 - repeatable on purpose
        self._taxonomies = Taxonomies.open(home)
        self._needs = {
            uri: [link.uri for link in self._taxonomies.skills_of(uri)]
            for uri in sorted(self._taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme="esco"))
        }
        self._occupations = [uri for uri, needs in self._needs.items() if needs]
        self._database = Database.in_folder(home / "node", clock=self._clock)
        metadata.create_all(self._database.engine)
        self._market, self._accounts = Market(), Accounts()
        self._profile = Profile(self._taxonomies, self._accounts)
        self._indexes = MatchIndexes(home, self._taxonomies, self._market)
        self._alerts = Alerts(note=lambda *_: None, decides_alone=lambda *_: True)
        self._tasks = AlertTasks(
            alerts=self._alerts,
            accounts=self._accounts,
            source=NewsOfTheMarket(market=self._market, indexes=self._indexes, taxonomies=self._taxonomies),
            seeker_of=Seekers(accounts=self._accounts, profile=self._profile, plans=Plans()).of,
            left_out=lambda _work: (),
            postbox=None,
            own_name="Invented Space",
            address="http://localhost",
        )

    def measure(self, jobs: int, people: int) -> list[Figure]:
        """Return what a round costs on the first day, when all is news, and on the next, when little is."""
        self._tell(f"making up {jobs} jobs, {COURSES} trainings, {people} people")
        ads = list(generated_vacancies(self._taxonomies, data=None, count=jobs + NEW, as_of=NOON.date()))
        self._publish(SOURCE, ads[:jobs], [self._course(number) for number in range(COURSES)])
        with self._database.writing() as work:
            for number in range(people):
                self._move_in(work, number)
        first = self._round(people, "everything is news")
        self._clock.at += timedelta(days=1)
        self._publish("did:web:other.example", [replace(ad, id=f"new-{ad.id}") for ad in ads[jobs:]], [])
        later = self._round(people, f"{NEW} jobs are news")
        self._database.close()
        return [first, later]

    def _round(self, people: int, what: str) -> Figure:
        self._tell(f"a round in which {what}")
        book = TaskBook()
        self._tasks.register(book)
        register_market(book, self._indexes)
        with self._database.writing() as work:
            self._tasks.start(work)
            work.bring_forward("alerts.round")
            before = self._count(work)
        began, busy = time.perf_counter(), time.process_time()
        Worker(self._database, book).run_due()
        took, used = time.perf_counter() - began, time.process_time() - busy
        with self._database.reading() as work:
            made = self._count(work) - before
            peer = self._matching_alone(work)
        more = {"people": people, "alerts": made, "seconds_on_the_wall": took}
        return figure(f"cpu_ms_a_person, {what}", used / people * 1000, "ms", "matching jobs alone", peer, more=more)

    def _matching_alone(self, work: Work) -> float:
        """Return the milliseconds of a processor for somebody's best thirty jobs, with reasons and nothing else."""
        index = self._indexes.jobs
        assert index is not None  # noqa: S101 - built above
        some = [one.id for one in self._accounts.listed(work)[:100]]
        skills = [self._profile.person_skills(work, person) for person in some]
        began = time.process_time()
        for held in skills:
            index.match(held, k=30)
        return (time.process_time() - began) / len(some) * 1000

    def _count(self, work: Work) -> int:
        return int(work.connection.execute(sa.select(sa.func.count()).select_from(told)).scalar_one())

    def _publish(self, source: str, ads: Sequence[Vacancy], courses: Sequence[Course]) -> None:
        with self._database.writing() as work:
            self._market.replace(work, source, MarketKind.JOB, map(write_vacancy, ads))
            if courses:
                self._market.replace(work, source, MarketKind.TRAINING, map(write_course, courses))
        with self._database.reading() as work:
            for kind in MarketKind:
                self._indexes.build(work, kind)

    def _course(self, number: int) -> Course:
        taught = self._needs[self._chance.choice(self._occupations)]
        return Course(
            id=f"course-{number}",
            title=f"Course {number}",
            language="en",
            provider=f"School {number % 60}",
            skills=tuple(self._chance.sample(taught, min(5, len(taught)))),
            synthetic=True,
            source=SOURCE,
        )

    def _move_in(self, work: Work, number: int) -> None:
        """Let somebody live here who knows most of an occupation, with alerts on."""
        asked = self._needs[self._chance.choice(self._occupations)]
        known = self._chance.sample(asked, max(1, round(len(asked) * KNOWN)))
        person = self._accounts.make(work, name=f"Inhabitant {number}", kind=AccountKind.PERSON).id
        evidence = Evidence(record_id="d", title="Diploma", kind=RecordKind.DIPLOMA)
        claims = tuple(
            SkillAssertion(
                concept=uri,
                label=uri,
                validation=ValidationLevel.CERTIFIED,
                issuer=SOURCE,
                issuer_name="Source",
                issued=date(2025, 1, 1),
                evidence=evidence,
            )
            for uri in known
        )
        record = Record(
            id="d",
            kind=RecordKind.DIPLOMA,
            title="Diploma",
            issuer=SOURCE,
            issuer_name="Source",
            assertions=claims,
            proof=ProofStatus.SIGNED_BY_ISSUER,
            media_type="application/jwt",
            format="invented",
        )
        self._profile.keep(
            work,
            Arrival(
                person=person,
                source=SOURCE,
                source_name="Source",
                record_id="d",
                kind="diploma",
                media_type="application/jwt",
                document=b"d",
                record=record,
            ),
        )
        self._alerts.wish(work, person, Wishes(), is_on=True)
