"""Privacy notices: complete in every language, and fixed by their hash."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.trust.consent import Consents
from skillspace.trust.consent.notices.notice import languages, read_notice
from skillspace.trust.consent.notices.noticing import Notices, no_agreement, no_record
from tests.unit.trust.consent.conftest import HUB, World

WORDING = json.loads((resources.files("skillspace.trust.consent.notices") / "notice.json").read_text(encoding="utf-8"))


def test_every_language_has_every_sentence_and_word() -> None:
    assert set(languages()) == {"en", "fr", "sv"}
    first, *others = WORDING["languages"].values()
    for other in others:
        for part in ("sentences", "purposes", "kinds"):
            assert other[part].keys() == first[part].keys()


def test_a_notice_says_who_what_why_how_long_and_what_one_can_do(world: World) -> None:
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("skills-profile", "plan"))
        notice = world[HUB].consents.notice(work, asked)
    for language in languages():
        texts = notice.sentences(language, asked)
        whole = " ".join(texts.values())
        assert "{" not in whole
        assert "Invented Works" in texts["controller"]
        assert "2027-11-21" in texts["period"]
        assert "Integritetsskyddsmyndigheten" in texts["complaint"]
    assert "your plan" in notice.sentences("en", asked)["kinds"]
    assert notice.sentences("xx", asked) == notice.sentences("en", asked)


def test_a_notice_reads_back_to_the_same_hash_and_names_no_person(world: World) -> None:
    with world[HUB].database.writing() as work:
        asked = world.ask(work, kinds=("plan",))
        notice = world[HUB].consents.notice(work, asked)
    assert read_notice(json.loads(json.dumps(notice.content()))) == notice
    assert "person-ada" not in str(notice)
    assert asked.subject not in str(notice)


def test_a_country_without_a_known_authority_is_refused(world: World) -> None:
    node = world[HUB]
    notices = Notices(country="XX", find_record=no_record, find_agreement=no_agreement)
    consents = Consents(own_did=HUB, own_name="Hub", key=node.key, notices=notices)
    with node.database.writing() as work, pytest.raises(BadInput, match="XX"):
        consents.ask(
            work,
            person="person-ada",
            subject="urn:x:y",
            provider=HUB,
            provider_name="Hub",
            recipient=HUB,
            recipient_name="Hub",
            dataset="d",
            purpose="gather",
            kinds=("plan",),
            until=world.clock.at.replace(year=2030),
            agreement=None,
            why="",
        )
