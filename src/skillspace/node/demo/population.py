"""Invented inhabitants, so that statistics have something to count: each holds skills of a job that exists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from random import Random

from skillspace.market.vacancies import Vacancy, generated_vacancies
from skillspace.node.composition import Node
from skillspace.node.demo import data as real_data
from skillspace.people.accounts import AccountKind
from skillspace.people.profile import Arrival
from skillspace.records.model import Evidence, ProofStatus, Record, RecordKind, SkillAssertion, ValidationLevel

SEED = 77
HELD = (5, 14)
BATCH = 1000
#: Who vouches for an inhabitant's skills, and how well: name, level, how often.
SOURCES = (
    ("Exempel University", ValidationLevel.CERTIFIED, 3),
    ("Lycée Jean Exemple", ValidationLevel.RECOGNISED, 1),
    ("Fjällverk Exempel AB", ValidationLevel.ASSESSED, 2),
    ("Kvist Assessments", ValidationLevel.ASSESSED, 2),
    ("Arbetslotsen Agency", ValidationLevel.SELF_DECLARED, 2),
)


def settle(node: Node, count: int, report: Callable[[float], None]) -> None:
    """Give the intermediary `count` invented inhabitants, marked synthetic; the same packs give the same people."""
    chance = Random(SEED)  # noqa: S311 - repeatable on purpose
    jobs = _jobs_at_home(node, count)
    for start in range(0, count, BATCH):
        report(start / count)
        with node.database.writing() as work:
            arrivals = []
            for number in range(start, min(start + BATCH, count)):
                job = next(jobs)
                account = node.rooms.accounts.make(
                    work,
                    account_id=f"inhabitant-{number:05d}",
                    name=f"Inhabitant {number:05d}",
                    kind=AccountKind.PERSON,
                    language="sv",
                    territory=job.place_code,
                    synthetic=True,
                )
                arrivals.append(_arrival(account.id, job, chance))
            assert node.rooms.spaces is not None  # noqa: S101 - only the intermediary settles people
            node.rooms.spaces.profile.keep_new(work, arrivals)


def _jobs_at_home(node: Node, count: int) -> Iterator[Vacancy]:
    """Jobs in the country the demo lies in, with skills, without end."""
    folder = real_data.folder()
    seed = SEED
    while True:
        for job in generated_vacancies(node.rooms.taxonomies, data=folder, count=count, seed=seed):
            if job.country != "FR" and len(job.skills) >= HELD[0]:
                yield job
        seed += 1


def _arrival(person: str, job: Vacancy, chance: Random) -> Arrival:
    name, level, _ = chance.choices(SOURCES, weights=[often for _, _, often in SOURCES])[0]
    issuer = f"urn:example:{name.lower().replace(' ', '-')}"
    held = chance.sample(job.skills, min(len(job.skills), chance.randint(*HELD)))
    evidence = Evidence(record_id=f"urn:example:{person}", title=job.title, kind=RecordKind.PROFILE, excerpt=None)
    issued = dt.date(2026, 1, 1) - dt.timedelta(days=chance.randrange(2000))
    assertions = tuple(
        SkillAssertion(
            concept=uri,
            label=uri.rpartition("/")[2],
            language=None,
            level=None,
            level_scheme=None,
            validation=level,
            issuer=issuer,
            issuer_name=name,
            issued=issued,
            valid_until=None,
            evidence=evidence,
        )
        for uri, _ in held
    )
    record = Record(
        id=evidence.record_id,
        kind=RecordKind.PROFILE,
        title="Synthetic profile",
        issuer=issuer,
        issuer_name=name,
        issued=issued,
        valid_until=None,
        assertions=assertions,
        proof=ProofStatus.UNSIGNED,
        subject=None,
        media_type="application/json",
        format="synthetic",
    )
    return Arrival(
        person=person,
        source=issuer,
        source_name=name,
        record_id=record.id,
        kind="profile",
        media_type=record.media_type,
        document=b"{}",
        record=record,
    )
