"""Building the demo on disk, before any node runs: folders, keys, people's documents, offers, invented inhabitants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from skillspace.exchange import Offering
from skillspace.kernel.clock import now
from skillspace.market.courses import Course, collected_courses, read_starter_courses, write_course
from skillspace.market.territory import named
from skillspace.market.vacancies import Vacancy, collected_vacancies, generated_vacancies, write_vacancy
from skillspace.node.composition import Node, compose
from skillspace.node.demo import data as real_data
from skillspace.node.demo.documents import DemoWriter, esco_uri
from skillspace.node.demo.population import settle
from skillspace.node.demo.space import DemoNode, DemoSpace, Progress
from skillspace.node.founding import found
from skillspace.node.keys import make_key
from skillspace.node.settings import read_settings, write_settings
from skillspace.people.accounts import AccountKind
from skillspace.people.holdings import HeldPerson
from skillspace.records.formats.issuing import Issuer
from skillspace.skills.enrichment import Enricher
from skillspace.skills.matching import Collection, Columns, Offer
from skillspace.skills.taxonomy import ConceptKind, Need, Taxonomies, add_pack
from skillspace.storage.database import Work
from skillspace.trust.identity import did_of_address
from skillspace.trust.mandate import ALL, Evidence, Proof, Scope
from skillspace.trust.policy import offer_rules
from skillspace.trust.register import read_record

FULL_PACKS = ("esco", "rome", "jobtech", "crosswalks")
INHABITANTS = 10_000
EMPLOYERS_SKILLS = (8, 4)
#: The folder of the offers that matching is sold on, and how many they are at most, about.
SOLD, MOST_SOLD = "offers", 400
#: Who saw the proof of guardianship, and how long a mandate of the demo lasts.
OFFICER, GUARDED = "staff-disa", dt.timedelta(days=700)


def build(space: DemoSpace, progress: Progress, *, inhabitants: int = INHABITANTS) -> dict[str, dict[str, str]]:
    """Build every node's folder and return link codes: by person, by organisation."""
    data = real_data.folder()
    _compile(space, data, progress)
    codes: dict[str, dict[str, str]] = {person["id"]: {} for person in space.people}
    for number, planned in enumerate(space.nodes):
        progress(f"Making {planned.name}", number / len(space.nodes))
        node = _make(space, planned)
        taxonomies = node.rooms.taxonomies
        with node.database.writing() as work:
            _staff(node, planned, work)
            _offer(node, planned, work)
            node.trust.registers.write(work, read_record(planned.record), by="operator")
            for person in space.people:
                if items := person["holdings"].get(planned.id):
                    codes[person["id"]][node.trust.did] = _hold(node, work, planned, person, items)
        if planned is space.orchestrator:
            _people(space, node)
            settle(node, inhabitants, lambda done: progress("Settling invented inhabitants", done))
        _publish(space, planned, node, taxonomies, data, progress)
        node.stop()
    return codes


def _compile(space: DemoSpace, data: Path | None, progress: Progress) -> None:
    for pack in FULL_PACKS if data else ("starter",):
        add_pack(pack, space.folder, data, partial(_report_pack, progress, pack))
    with as_file(files("skillspace.node.demo") / "agency_taxonomy") as own:
        add_pack(str(own), space.folder, data)


def _report_pack(progress: Progress, pack: str, step: str, done: float) -> None:
    progress(f"Taxonomy {pack}: {step}", done)


def _make(space: DemoSpace, planned: DemoNode) -> Node:
    folder = space.node_folder(planned)
    folder.mkdir(parents=True, exist_ok=True)
    content: dict[str, Any] = {"name": planned.name, "address": planned.address, "roles": planned.roles}
    content |= {"data_space": space.data_space, "authority": did_of_address(space.orchestrator.address)}
    content |= {"loopback": True, "demo": True, "country": planned.record["country"]}
    content |= {"crawl_seconds": 20.0, "taxonomies": str(space.taxonomies.resolve())}
    # Nobody gets mail from invented organisations: their letters lie in the folder.
    content |= {"mail": {"sender": f"no-reply@{planned.id}.example", "outbox": True}}
    if "intermediary" in planned.roles:
        sellers = [did_of_address(node.address) for node in space.nodes if node.sells_matching]
        validators = [did_of_address(node.address) for node in space.nodes if node.validates]
        content |= {"buys_matching_from": sellers, "validated_by": validators}
    else:
        content |= {"linking": {"ways": ["code", "mail"]}}
    if planned.validates:
        content |= {"validates": True}
    if planned.sells_matching:
        content |= {"matching": {"offers": SOLD, "price": "0.02 EUR a question"}}
    write_settings(folder, content)
    make_key(folder, did_of_address(planned.address))
    settings = read_settings(folder)
    if settings.is_authority:
        found(settings)
    return compose(settings)


def _staff(node: Node, planned: DemoNode, work: Work) -> None:
    for person in planned.staff:
        node.rooms.accounts.make(
            work,
            account_id=f"staff-{person['id']}",
            name=person["name"],
            kind=AccountKind.STAFF,
            language=person["language"],
            roles=person["roles"],
            is_demo=True,
            synthetic=True,
        )


def _offer(node: Node, planned: DemoNode, work: Work) -> None:
    for plan in planned.offerings:
        rules = offer_rules(purposes=plan["purposes"], keep_days=plan["retention_days"])
        offering = Offering(
            id=plan["id"],
            title=plan["title"],
            description=plan["description"],
            kinds=tuple(plan["kinds"]),
            personal=plan["personal"],
            purposes=tuple(plan["purposes"]),
            media_type=plan["media_type"],
            policy=rules,
            retention_days=plan["retention_days"],
            updated=work.now,
        )
        node.exchange.catalog.publish(work, offering)


def _hold(node: Node, work: Work, planned: DemoNode, person: dict[str, Any], items: list[dict[str, Any]]) -> str:
    """Put a person and their documents into an organisation's register; return the code that connects them."""
    local_id = f"{planned.id[:3].upper()}-{person['id']}"
    node.rooms.holdings.add_person(work, HeldPerson(local_id=local_id, name=person["name"], synthetic=True))
    node.rooms.recognition.contacts.set_address(work, local_id, f"{person['id']}@example.org")
    issuer = Issuer(did=node.trust.did, name=planned.name, key=node.trust.key)
    writer = DemoWriter(issuer=issuer, subject=f"urn:{planned.id}:{local_id}", taxonomies=node.rooms.taxonomies)
    dataset = next(plan["id"] for plan in planned.offerings if plan["personal"])
    for item in items:
        for document in writer.write(item):
            name = f"{document.kind}-{item['title']}".lower().replace(" ", "-")
            node.rooms.holdings.add_document(
                work,
                local_id=local_id,
                dataset=dataset,
                document_id=f"{person['id']}-{name}",
                kind=document.kind,
                media_type=document.media_type,
                body=document.body,
            )
    return node.rooms.holdings.new_code(work, local_id)


def _people(space: DemoSpace, node: Node) -> None:
    with node.database.writing() as work:
        for person in space.people:
            home = named(person["territory"]["municipality"], "SE")
            node.rooms.accounts.make(
                work,
                account_id=f"person-{person['id']}",
                name=person["name"],
                kind=AccountKind.PERSON,
                language=person["language"],
                territory=home.code if home else None,
                is_demo=True,
                synthetic=True,
                born=_born(work, person["age"]) if "age" in person else None,
            )
        for person in space.people:
            if "guardian" in person:
                _guard(node, work, person)


def _born(work: Work, age: int) -> dt.date:
    """Half a year past a birthday, whenever the demo is built."""
    return work.now.date() - dt.timedelta(days=age * 365 + age // 4 + 182)


def _guard(node: Node, work: Work, child: dict[str, Any]) -> None:
    """Let a child's guardian ask, and the officer who saw the proof confirm, as they would on their pages."""
    spaces, told = node.rooms.spaces, child["guardian"]
    assert spaces is not None  # noqa: S101 - people live at an intermediary
    seen = Evidence(type=Proof(told["proof"]), issuer=told["issuer"], reference=told["reference"])
    every = frozenset({ALL})
    asked = spaces.mandates.appointing.request(
        work,
        agent=f"person-{told['person']}",
        principal=f"person-{child['id']}",
        scope=Scope(
            acts=frozenset({"view", "refuse", "revoke", "grant"}), purposes=every, kinds=every, recipients=every
        ),
        evidence=[seen],
        ends=work.now + GUARDED,
    )
    spaces.mandates.appointing.confirm(work, asked.id, OFFICER, [seen])


def _publish(
    space: DemoSpace, planned: DemoNode, node: Node, taxonomies: Taxonomies, data: Path | None, progress: Progress
) -> None:
    """Write the files behind the open offerings of a node."""
    did = node.trust.did
    offered = {plan["id"] for plan in planned.offerings}
    if "agency" in planned.roles:
        enricher = Enricher.build(taxonomies, ("en", "fr", "sv"), space.folder / "enrichment")
        ads = _ads(taxonomies, data, enricher, did, lambda done: progress("Writing vacancies", done))
        node.rooms.own_feeds("vacancies").feed.publish(ads, write_vacancy)
    elif "vacancies" in offered:
        node.rooms.own_feeds("vacancies").feed.publish(_own_ads(space, planned, taxonomies, did), write_vacancy)
    if planned.sells_matching:
        _sell(space.node_folder(planned) / SOLD, taxonomies)
    if "courses" in offered:
        courses = _courses(planned, taxonomies, data, did)
        node.rooms.own_feeds("courses").feed.publish(courses, write_course)


def _ads(
    taxonomies: Taxonomies, data: Path | None, enricher: Enricher, did: str, report: Callable[[float], None]
) -> Iterator[Vacancy]:
    total = 20_000 if data else 2_000
    if data is not None:
        yield from collected_vacancies(data, taxonomies, lambda text, language: _named_skills(enricher, text, language))
    for number, vacancy in enumerate(
        generated_vacancies(taxonomies, data=data, count=total, source=did, as_of=now().date())
    ):
        if number % 500 == 0:
            report(number / total)
        yield vacancy


def _named_skills(enricher: Enricher, text: str, language: str) -> list[str]:
    found = enricher.enrich(text, language)
    return list(dict.fromkeys(mention.concept for mention in found.mentions if mention.score >= 0.5))


def _own_ads(space: DemoSpace, planned: DemoNode, taxonomies: Taxonomies, did: str) -> Iterator[Vacancy]:
    """The employer's own vacancies: few, and as synthetic as everything else in the demo."""
    for number, wanted in enumerate(space.employer_vacancies, start=1):
        place = named(wanted["municipality"], "SE")
        occupation = esco_uri(taxonomies, wanted["occupation"], ConceptKind.OCCUPATION)
        links = taxonomies.skills_of(occupation)
        essential = [(link.uri, True) for link in links if link.need is Need.ESSENTIAL][: EMPLOYERS_SKILLS[0]]
        optional = [(link.uri, False) for link in links if link.need is Need.OPTIONAL][: EMPLOYERS_SKILLS[1]]
        yield Vacancy(
            id=f"fjallverk-{number:03d}",
            title=taxonomies.label(occupation, "sv").capitalize(),
            language="sv",
            employer=planned.name,
            place_code=place.code if place else None,
            place_name=place.name if place else None,
            region_code=place.region_code if place else None,
            region_name=place.region_name if place else None,
            country=place.country if place else None,
            at=tuple(wanted["at"]) if "at" in wanted else None,
            occupation=occupation,
            skills=tuple(essential + optional),
            published=now().date() - dt.timedelta(days=3),
            synthetic=True,
            source=did,
        )


def _sell(folder: Path, taxonomies: Taxonomies) -> None:
    """Build the index a seller of matching answers from: one invented job of many an occupation, on no market here."""
    occupations = sorted(taxonomies.concepts(kinds={ConceptKind.OCCUPATION}))
    offers = [
        Offer(
            id=f"elsewhere-{number:04d}",
            occupation=uri,
            title=f"{taxonomies.label(uri, 'en').capitalize()} (made-up ad, elsewhere)",
            needs=tuple((link.uri, 1.0, link.need) for link in taxonomies.skills_of(uri)),
        )
        for number, uri in enumerate(occupations[:: max(1, len(occupations) // MOST_SOLD)])
    ]
    Collection.build(folder, [Columns.of(offers)], taxonomies)


def _courses(planned: DemoNode, taxonomies: Taxonomies, data: Path | None, did: str) -> Iterator[Course]:
    """University courses at the university; vocational training, and the invented courses with dates, elsewhere."""
    is_university = "university" in planned.roles
    if data is not None:
        for course in collected_courses(data, taxonomies):
            if course.id.startswith("skillab-") is is_university:
                yield course
    if not is_university:
        for course in read_starter_courses(taxonomies):
            yield replace(course, source=did)
