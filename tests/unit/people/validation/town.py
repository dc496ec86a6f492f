"""A school that validates skills and a hub where people live, both real nodes: for tests of validation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from skillspace.node.composition import Node
from skillspace.node.settings import Settings
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.validation import Case, CaseState, Request, ValidationDesk, Validations
from skillspace.portal.rooms import Spaces
from skillspace.records.model import ValidationLevel
from tests.nodes import acquaint, admit, make_node, running, until
from tests.unit.people.houses import diploma

WORDS = "I have done this for three years."


@dataclass
class Town:
    """The school, the hub, and a person with a diploma who lives there."""

    school: Node
    hub: Node
    person: Account

    @property
    def spaces(self) -> Spaces:
        assert self.hub.rooms.spaces is not None
        return self.hub.rooms.spaces

    @property
    def validations(self) -> Validations:
        return self.spaces.validations

    @property
    def desk(self) -> ValidationDesk:
        return self.school.rooms.validation_desk

    @property
    def did(self) -> str:
        return self.school.trust.did

    def skills(self) -> list[str]:
        with self.hub.database.reading() as work:
            return [skill.uri for skill in self.spaces.profile.skills(work, self.person.id, "en")]

    def records(self) -> list[str]:
        with self.hub.database.reading() as work:
            return [record.id for record in self.spaces.profile.records(work, self.person.id)]

    def ask(self, *records: str, skill: str = "") -> Case:
        """Let the person ask for the first of their skills to be validated."""
        wanted = skill or self.skills()[0]
        with self.hub.database.writing() as work:
            return self.validations.ask(
                work, person=self.person.id, organisation=self.did, skill=wanted, words=WORDS, records=records
            )

    def case(self, name: str) -> Case:
        with self.hub.database.reading() as work:
            return self.validations.case(work, self.person.id, name)

    def request(self, case: Case) -> Request | None:
        with self.school.database.reading() as work:
            return next((one for one in self.desk.listed(work) if one.case_id == case.id), None)

    def arrived(self, case: Case) -> Request:
        """Wait until the school has what was asked."""
        until(lambda: self.request(case), "the school was asked")
        found = self.request(case)
        assert found is not None
        return found

    def move(self, request: Request, move: str, words: str = "", level: str = "") -> Request:
        with self.school.database.writing() as work:
            return self.desk.move(work, request.id, move, words=words, level=level, by="Kim")

    def stands(self, case: Case, state: CaseState) -> Case:
        """Wait until a case stands so at the person's."""
        until(lambda: self.case(case.id).state is state, f"the case is {state}")
        return self.case(case.id)

    def evidence(self, request: Request) -> list[str]:
        with self.school.database.reading() as work:
            return [one.id for one in self.desk.evidence(work, request.id)]


def made(folder: Path, taxonomies: Path) -> tuple[Settings, Settings]:
    """Make the folders of a school, which keeps the data space, and of a hub whose people may ask it."""
    more = {"taxonomies": str(taxonomies), "crawl_seconds": 3600.0}
    school = make_node(folder / "school", "Invented School", "authority", "university", validates=True, **more)
    hub = make_node(
        folder / "hub", "Invented Space", "intermediary", authority=school.did, validated_by=[school.did], **more
    )
    return school, hub


@contextmanager
def meeting(school: Settings, hub: Settings) -> Iterator[tuple[Node, Node]]:
    """Run both, from the moment on that the school has agreed to what binds it."""
    with running(school, hub) as (at_school, at_hub):
        admit(at_school, at_hub)
        acquaint(at_school, at_hub)
        spaces = at_hub.rooms.spaces
        assert spaces is not None

        def is_ready() -> object:
            with at_hub.database.reading() as work:
                return spaces.validations.organisations(work)

        until(is_ready, "the school has agreed")
        yield at_school, at_hub


def with_somebody(school: Node, hub: Node) -> Town:
    """Return the town with a new person."""
    with hub.database.writing() as work:
        person = hub.rooms.accounts.make(
            work, name="Alva Exempelsson", kind=AccountKind.PERSON, language="en", territory="SE-0180", is_demo=True
        )
    town = Town(school=school, hub=hub, person=person)
    with hub.database.writing() as work:
        town.spaces.profile.keep(work, diploma(person, hub))
    return town


def recognised(town: Town) -> tuple[Case, Request]:
    """A case that went its way, and its request as the school has it."""
    case = town.ask()
    request = town.arrived(case)
    for move, words in (("accept", ""), ("assess", "A day with us."), ("recognise", "Well done.")):
        town.move(request, move, words)
    return town.stands(case, CaseState.RECOGNISED), request


def levels(town: Town, case: Case) -> list[ValidationLevel]:
    """How well proven the skill of a case is in the person's space."""
    with town.hub.database.reading() as work:
        skills = town.spaces.profile.skills(work, town.person.id, "en")
    return [one.validation for one in skills if one.uri == case.skill]


def problem(town: Town, case: Case) -> str:
    """What is wrong with the record of a case's recognition in the person's space; empty where nothing is."""
    with town.hub.database.reading() as work:
        mine = town.spaces.profile.records(work, town.person.id)
    found = next(one for one in mine if one.record_id == f"recognition-{case.id}")
    return found.problem.code if found.problem else ""
