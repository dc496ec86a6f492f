"""An organisation's record as tests of notices tell it, and what is asked after it changed."""

from __future__ import annotations

from skillspace.trust.consent import Grant, GrantState
from skillspace.trust.register import Record, read_record
from tests.unit.trust.consent.conftest import HUB, WORKS, World

RECORD = read_record(
    {
        "name": "Invented Works",
        "country": "FR",
        "places": ["FR", "SE"],
        "contact": {"email": "data@works.example", "address": "1 Invented Street, Exempelville"},
        "dpo": {"name": "Dana Exempel", "email": "dpo@works.example"},
        "processings": [
            {
                "purpose": "recruit",
                "recipients": [{"en": "its payroll office", "fr": "son service de paie", "sv": "sitt lönekontor"}],
                "transfers": [{"country": "CH", "safeguard": {"en": "the Commission's adequacy decision"}}],
                "keeps_days": 90,
                "keeps_why": {"en": "you may ask why you were not chosen."},
                "needed": {"en": "Without it we cannot look at your application."},
                "decides": {"en": "a program sorts applications by how many skills fit."},
            },
            {
                "purpose": "accounts",
                "basis": "legal_obligation",
                "law": {"en": "the invented Bookkeeping Act, section 7"},
            },
        ],
        "duties": [{"kind": "plan", "days": 730, "law": {"en": "the invented Discrimination Act, section 3"}}],
    }
)


def told(world: World, record: Record, version: int = 1) -> None:
    world.records[WORKS] = (version, record)


def changed(**members: object) -> Record:
    """The record with another processing for recruitment."""
    first, *others = RECORD.processings
    return RECORD.model_copy(update={"processings": (first.model_copy(update=members), *others)})


def again(world: World, **more: int) -> None:
    with world[HUB].database.writing() as work:
        world[HUB].consents.ask_again(work, WORKS, **more)


def grants_of(world: World, state: GrantState) -> list[Grant]:
    with world[HUB].database.reading() as work:
        return [one for one in world[HUB].consents.of_person(work, "person-ada") if one.state is state]
