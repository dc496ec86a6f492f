"""What an organisation's own register holds of a person is told to that person, and to nobody else."""

from __future__ import annotations

from skillspace.people.answers import register_answerer
from skillspace.trust.rights import DataSubject
from skillspace.trust.rights.model import Scope
from tests.unit.people.recognition.conftest import ALVA, CAMILLE, HUB, School


def test_who_asks_what_is_held_is_told_the_address_and_numbers_on_their_record(school: School) -> None:
    holdings, contacts = school.recognition.holdings, school.recognition.contacts
    answerer = register_answerer(holdings, contacts)
    with school.database.writing() as work:
        contacts.set_number(work, "s1", "library-card", "B-17")
        holdings.connect(work, HUB, ALVA, "s1")
        holdings.connect(work, HUB, CAMILLE, "s2")
        (mine,) = answerer.collect(work, DataSubject(intermediary=HUB, subject=ALVA, scope=Scope()))
        (other,) = answerer.collect(work, DataSubject(intermediary=HUB, subject=CAMILLE, scope=Scope()))
        narrowed = DataSubject(intermediary=HUB, subject=ALVA, scope=Scope(kinds=("diploma",)))
        nobody = DataSubject(intermediary=HUB, subject="urn:skillspace:subject:stranger", scope=Scope())
        assert not [*answerer.collect(work, narrowed), *answerer.collect(work, nobody)]
    assert isinstance(mine.content, dict)
    assert (mine.content["number"], mine.content["email"]) == ("s1", "Alva@example.org")
    assert mine.content["numbers"] == {"library-card": "B-17"}
    assert "Alva" not in str(other.content)
