"""A skill's page says why it is shown so, and takes in what the person says of their claims."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.node.composition import compose
from skillspace.people.profile import SELF, Arrival, shipped_rules
from skillspace.records.model import SkillAssertion, ValidationLevel
from tests.nodes import make_node
from tests.unit.portal.pages.person.conftest import TESTER, UNIVERSITY, Browser, House

CLAIM = re.compile(r'name="claim" value="([0-9a-f]{32})".*?</form>', re.DOTALL)
NUMBER = re.compile(r'name="number" value="(\d+)"')
NAMES = {UNIVERSITY: "Invented University", TESTER: "Invented Tests", SELF: ""}


def arrive(house: House, record_id: str, source: str, **said: object) -> None:
    """Let one more record say something of what the diploma says second."""
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.writing() as work:
        diploma = spaces.profile.record(work, house.alva.id, house.record).record
        assert diploma is not None
        second: SkillAssertion = diploma.assertions[1]
        told = replace(second, **({"issuer": source, "issuer_name": NAMES[source]} | said))  # type: ignore[arg-type]
        spaces.profile.keep(
            work,
            Arrival(
                person=house.alva.id,
                source=source,
                source_name=NAMES[source],
                record_id=record_id,
                kind="assessment",
                media_type="application/json",
                document=b"{}",
                record=replace(diploma, id=record_id, assertions=(told,)),
            ),
        )


@pytest.fixture
def tested(house: House) -> House:
    """A test found a level, and the person claims a higher one."""
    arrive(house, "t-1", TESTER, level="3/5", validation=ValidationLevel.ASSESSED, issued=date(2025, 7, 1))
    arrive(house, "s-1", SELF, level="4/5", validation=ValidationLevel.SELF_DECLARED)
    return house


def page(browser: Browser, uri: str) -> str:
    return unescape(browser.get(f"/skill?uri={quote(uri)}").text)


def fingerprint(text: str, place: str) -> str:
    """The claim behind the buttons that name a place."""
    return next(found[1] for found in CLAIM.finditer(text) if f", {place}" in found[0])


def test_every_value_names_its_rule_and_what_it_weighed(tested: House) -> None:
    browser, uri = tested.browser(tested.alva), tested.skills[1]
    text, rules = page(browser, uri), shipped_rules()
    for rule in (rules.same["concept"], next(rule for rule in rules.order if rule.by == "proof")):
        assert rule.sentence("en") in text
        assert f"Rule {rule.id}, version {rule.version}" in text
    assert "Sources disagree" in text
    assert "Invented Tests, tested, 3/5, 1 July 2025" in text
    assert "One claim says so" in page(browser, tested.skills[2])
    tested.language(tested.alva, "sv")
    assert rules.same["concept"].sentence("sv") in page(browser, uri)


def test_the_person_chooses_another_claim_and_takes_it_back(tested: House) -> None:
    browser, uri = tested.browser(tested.alva), tested.skills[1]
    before = page(browser, uri)
    claim = fingerprint(before, "Invented Tests")
    answer = browser.post("/skill", {"do": "speaks", "uri": uri, "claim": claim})
    assert answer.headers["location"] == f"/skill?uri={quote(uri, safe='')}&done=choice-kept"
    chosen = page(browser, uri)
    for words in (
        "Shown as “tested, 3/5”",
        "You chose which claim speaks.",
        "Sources disagree",
        "Invented Tests counts.",
    ):
        assert words in chosen
    assert "choice of yours" in browser.get("/skills").text
    browser.post("/skill", {"do": "back", "uri": uri, "number": NUMBER.findall(chosen)[0]})
    assert page(browser, uri) == before


def test_what_is_kept_apart_or_the_same_is_told_on_both_pages_and_in_the_list(tested: House) -> None:
    browser, uri = tested.browser(tested.alva), tested.skills[1]
    claim = fingerprint(page(browser, uri), "Invented Tests")
    browser.post("/skill", {"do": "apart", "uri": uri, "claim": claim})
    assert "is kept apart from" in page(browser, uri)
    browser.post("/skill", {"do": "same", "uri": tested.skills[2], "other": tested.skills[3]})
    for each in tested.skills[2:4]:
        assert "The same, as you said" in page(browser, each)
        assert "are the same." in page(browser, each)
    listed = unescape(browser.get("/skills/said").text)
    assert "is kept apart from" in listed
    assert "are the same." in listed
    assert "no effect now" not in listed
    for number in NUMBER.findall(listed):
        assert browser.post("/skill", {"do": "back", "number": number}).headers["location"].startswith("/skills/said")
    assert "You said nothing" in browser.get("/skills/said").text


def test_the_same_certificate_in_two_formats_stands_once_with_both_records(house: House) -> None:
    arrive(house, "d-2", UNIVERSITY)
    text = page(house.browser(house.alva), house.skills[1])
    assert "The same once more:" in text
    assert "It counts once." in text
    assert text.count('class="card-head"') == 1


def test_nobody_speaks_for_somebody_else_and_wrong_forms_are_refused(tested: House) -> None:
    alva, camille, uri = tested.browser(tested.alva), tested.browser(tested.camille), tested.skills[1]
    claim = fingerprint(page(alva, uri), "Invented Tests")
    assert camille.post("/skill", {"do": "speaks", "uri": uri, "claim": claim}).status_code == 404
    alva.post("/skill", {"do": "speaks", "uri": uri, "claim": claim})
    number = NUMBER.findall(page(alva, uri))[0]
    assert camille.post("/skill", {"do": "back", "number": number}).status_code == 404
    for wrong in ({}, {"do": "raise"}, {"do": "back", "number": "²"}, {"do": "back", "number": "9" * 30}):
        assert alva.post("/skill", {"uri": uri, **wrong}).status_code == 400
    assert alva.client.post("/skill", data={"do": "back", "number": number}).status_code in (400, 403)


def test_a_shared_profile_shows_what_the_person_chose_and_nothing_more_than_was_allowed(tested: House) -> None:
    browser, uri, other = tested.browser(tested.alva), tested.skills[1], tested.skills[2]
    browser.post("/skill", {"do": "speaks", "uri": uri, "claim": fingerprint(page(browser, uri), "Invented Tests")})
    browser.post("/skill", {"do": "same", "uri": uri, "other": other})
    spaces = tested.node.rooms.spaces
    assert spaces is not None
    sharing = spaces.sharing
    with tested.node.database.reading() as work:

        def shown(*only: str) -> dict[str, tuple[int, str | None]]:
            document = sharing.document(
                work, person=tested.alva.id, subject="s", kinds=["skills"], grant="g", skills=only or None
            )
            return {skill.uri: (skill.validation, skill.level) for skill in document.skills}

        assert (uri in shown()) != (other in shown())
        assert shown(uri) == {uri: (4, "3/5")}
        assert shown(other) == {other: (5, None)}


def test_a_nodes_own_rules_hold_there_and_one_with_broken_rules_does_not_start(
    tmp_path: Path, starter_home: Path
) -> None:
    home, shipped = tmp_path / "hub", files("skillspace.people.profile").joinpath("rules.toml")
    made = make_node(home, "Invented Space", "authority", "intermediary", taxonomies=str(starter_home))
    settings = made.model_copy(update={"merging_rules": "rules.toml"})
    (home / "rules.toml").write_text(
        shipped.read_text(encoding="utf-8").replace('name = "skillspace"', 'name = "ours"'), encoding="utf-8"
    )
    node = compose(settings)
    assert node.rooms.spaces is not None
    assert node.rooms.spaces.profile.rules.name == "ours"
    node.stop()
    (home / "rules.toml").write_text("name = 1", encoding="utf-8")
    with pytest.raises(BadInput, match=r"rules\.toml"):
        compose(settings)
