"""Why, or why not, for any offer: its exact place, what it asks with weights, and what would bring it up."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from skillspace.market.index import Item, MarketKind
from skillspace.market.index.store import items
from skillspace.market.vacancies import Vacancy, write_vacancy
from skillspace.people.accounts import AccountKind
from skillspace.portal.rooms import Spaces
from skillspace.skills.matching import Question, rank
from tests.unit.portal.pages.person.conftest import House


def why(house: House, asked: str, **more: str) -> str:
    query = "".join(f"&{name}={quote(value)}" for name, value in more.items())
    answer = house.browser(house.alva).get(f"/opportunities/why?offer={quote(asked, safe='')}{query}")
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def indexed(house: House) -> tuple[Spaces, list[Item]]:
    """Return the spaces of the house, and every job."""
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.reading() as work:
        return spaces, spaces.market.listed(work, MarketKind.JOB)


def test_the_page_says_the_exact_place_of_every_job_and_what_would_bring_the_last_one_up(house: House) -> None:
    spaces, jobs = indexed(house)
    index = spaces.indexes.jobs
    assert index is not None
    with house.node.database.reading() as work:
        question = Question(skills=spaces.profile.person_skills(work, house.alva.id))
    ranks = {job.id: rank(index, question, job.id) for job in jobs}
    last = max(ranks, key=lambda id: ranks[id].place or 0)
    page = why(house, last)
    assert f"It is number {ranks[last].place} of {len(jobs)} jobs that were compared." in page
    assert f"{len(jobs) - 1} fit you as well or better and come before it." in page
    assert "What would bring it up" in page
    assert f"number {ranks[last].then}" in page
    best = next(id for id, found in ranks.items() if found.place == 1)
    page = why(house, best)
    assert "Nothing fits you better." in page
    assert "What would bring it up" not in page


def test_an_offer_is_found_by_address_by_the_providers_number_and_by_words(house: House) -> None:
    _, jobs = indexed(house)
    job = jobs[0]
    place = f"{house.node.settings.address}/opportunities/jobs/{job.id}?from=list"
    for asked in (job.id, place, job.offer.id, f"https://jobs.example/ads/{job.offer.id}/"):
        assert f"Why not “{job.offer.title}”?" in why(house, asked), asked
    assert why(house, "OPENING 1").count('href="/opportunities/why?offer=job-') == 11
    assert "There is no such job or training here" in why(house, "no such % thing")


def test_a_training_is_told_by_what_it_adds_and_what_nothing_asks_for(house: House) -> None:
    spaces, _ = indexed(house)
    with house.node.database.reading() as work:
        trainings = spaces.market.listed(work, MarketKind.TRAINING)
    pages = [why(house, one.id) for one in trainings[:12]]
    assert all("It is number " in page or "It would add nothing that you lack" in page for page in pages)
    assert any("It teaches what nothing you aim at asks for" in page for page in pages)


def test_what_is_closed_or_elsewhere_or_new_says_so(house: House) -> None:
    _, jobs = indexed(house)
    assert "It is not in the place you chose." in why(house, jobs[0].id, where="FR")
    assert "It is not in the place" not in why(house, jobs[0].id, where="nowhere")
    with house.node.database.writing() as work:
        row = work.where(items, id=jobs[0].id)
        assert row is not None
        work.insert(items, {**row, "id": "job-brand-new"})
    assert "It came in after offers were last compared." in why(house, "job-brand-new")
    assert "It is number" not in why(house, "job-brand-new")
    with house.node.database.writing() as work:
        work.update(items, items.c.id == "job-brand-new", line=_closed(jobs[0]))
    assert "It is not open any more: the last day was" in why(house, "job-brand-new")


def _closed(item: Item) -> bytes:
    assert isinstance(item.offer, Vacancy)
    return write_vacancy(replace(item.offer, closes=date(2020, 1, 31)))


def test_who_asks_for_nothing_or_has_no_skills_is_helped_on(house: House) -> None:
    assert "Words of its title, its number or its address" in why(house, "")
    with house.node.database.writing() as work:
        newcomer = house.node.rooms.accounts.make(work, name="Robin Sample", kind=AccountKind.PERSON, is_demo=True)
    answer = house.browser(newcomer).get("/opportunities/why?offer=opening")
    assert "We do not know your skills yet" in answer.text
