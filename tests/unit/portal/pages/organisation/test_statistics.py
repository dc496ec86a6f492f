"""Statistics are shown as they were published: a hidden number is a dash on the page and nothing in the file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillspace.insight.cubes import Contribution
from skillspace.insight.disclosure import Rule
from skillspace.insight.publication import Naming, Publication
from skillspace.insight.statistics import make_statistics
from skillspace.portal.pages import routers
from tests.conftest import NOON
from tests.unit.portal.pages.organisation.conftest import Office

PARENTS = {"SE": None, "SE1": "SE", "SE2": "SE"}
NAMES = {"SE": "Sverige", "SE1": "Norr <&>", "SE2": "Söder"}


@pytest.fixture(scope="module")
def published() -> Publication:
    people = [Contribution(person=f"n{n}", territory="SE1", skills=(("weld", 3),)) for n in range(40)]
    people += [Contribution(person=f"s{n}", territory="SE2", skills=(("weld", 5),)) for n in range(4)]
    jobs = [("SE1", ["weld"])] * 60 + [("SE2", ["weld", "cook"])] * 3
    naming = Naming(territories=NAMES, label=lambda concept, language: f"{concept} ({language})")
    document, _ = make_statistics(
        people, jobs, parents=PARENTS, concept_of=lambda skill: skill, naming=naming, as_of=NOON.date(),
        source="Norrsken", rule=Rule(people=10),
    )  # fmt: skip
    return document


@pytest.fixture
def analyst(office: Office, published: Publication) -> TestClient:
    class Published:
        def latest(self, _work: object) -> Publication:
            return published

    app = FastAPI()
    for each in routers(replace(office.rooms, insight=Published())):  # type: ignore[arg-type]
        app.include_router(each)
    return TestClient(app, base_url=office.rooms.address, cookies=office.clients["analyst"].cookies)


def test_before_the_first_publication_the_page_says_so(office: Office) -> None:
    assert "Not enough to count" in office.get("/org/statistics", "analyst")


def test_the_territory_with_most_jobs_comes_first_and_another_can_be_chosen(
    analyst: TestClient, published: Publication
) -> None:
    page = analyst.get("/org/statistics").text
    assert "Skills in Sverige: there and wanted" in page
    assert "weld (en)" in page
    north = analyst.get("/org/statistics?territory=SE1").text
    assert "Skills in Norr &lt;&amp;&gt;: there and wanted" in north
    assert "Source: Norrsken" in north
    assert "Skills in Sverige" in analyst.get("/org/statistics?territory=XX").text


def test_a_hidden_number_is_a_dash_and_an_empty_cell(analyst: TestClient, published: Publication) -> None:
    hidden = [row for row in published.of("SE2") if row.supply is None]
    assert hidden
    assert '<td class="num">–</td>' in analyst.get("/org/statistics?territory=SE2").text
    answer = analyst.get("/org/statistics?territory=SE2&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["label"] for row in rows} == {row.labels["en"] for row in published.of("SE2")}
    assert all(row["people"] == "" and row["gap"] == "" for row in rows if row["skill"] == hidden[0].concept)


def test_the_numbers_are_those_that_were_published(analyst: TestClient, published: Publication) -> None:
    answer = analyst.get("/org/statistics?territory=SE&format=csv")
    for row, given in zip(csv.DictReader(io.StringIO(answer.text)), published.of("SE"), strict=True):
        assert (row["people"], row["jobs"]) == ("" if given.supply is None else str(given.supply), str(given.demand))
