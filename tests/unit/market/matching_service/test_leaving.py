"""What leaves with a question, whatever a profile holds: skills others know, rounded, and nothing that names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.market.matching_service.leaving import MOST_SENT, YEARS, question_about
from skillspace.market.matching_service.messages import MatchingQuestion, read_answer, read_question
from skillspace.people.accounts import Account, AccountKind, Accounts
from skillspace.people.profile import Arrival, Profile
from skillspace.records.model import Evidence, ProofStatus, Record, RecordKind, SkillAssertion, ValidationLevel
from skillspace.skills.matching import PersonSkill
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies
from skillspace.storage.database import Database
from tests.conftest import NOON
from tests.small_space import empty_database

#: Letters that neither JSON nor an address of ESCO is written with: a secret of them is found wherever it goes.
SECRET = st.text("ÅÄÖåäöéèŁżßþ№☂ЖДюя", min_size=3, max_size=30)
NAMES = ("id", "version", "matches", "offer", "title", "score", "have", "need")
OWN = "https://works.example/skills/"


@pytest.fixture(scope="module")
def taxonomies(starter_taxonomies: Path) -> Taxonomies:
    return Taxonomies.open(starter_taxonomies)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("leaving")
    empty_database(folder)
    made = Database.in_folder(folder, clock=lambda: NOON)
    yield made
    made.close()


@st.composite
def holdings(draw: st.DrawFn) -> tuple[list[dict[str, object]], dict[str, str]]:
    """Assertions about somebody, by the place of a skill in the pack, and words that must stay at home."""
    words = {name: draw(SECRET) for name in ("name", "email", "label", "issuer", "title", "text", "level", "id")}
    said = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "skill": st.integers(-2, 30),
                    "validation": st.sampled_from(ValidationLevel),
                    "days": st.integers(0, 9000),
                    "levelled": st.booleans(),
                }
            ),
            max_size=12,
        )
    )
    return said, words


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(holdings(), st.booleans())
def test_whatever_a_profile_holds_no_name_text_organisation_identifier_or_date_leaves(
    taxonomies: Taxonomies, database: Database, held: tuple[list[dict[str, object]], dict[str, str]], with_region: bool
) -> None:
    said, words = held
    accounts = Accounts()
    profile = Profile(taxonomies, accounts)
    uris = sorted(taxonomies.concepts(kinds=SKILL_KINDS))
    days = [NOON.date() - timedelta(days=int(str(one["days"]))) for one in said]
    with database.writing() as work:
        person = accounts.make(
            work, name=words["name"], kind=AccountKind.PERSON, email=f"{words['email']}@x.example", language="sv",
            territory="SE-0180",
        )  # fmt: skip
        profile.keep(work, _arrival(person, said, days, uris, words))
        question = question_about(
            profile.person_skills(work, person.id),
            allowed=None,
            is_published=lambda uri: taxonomies.has(uri) and taxonomies.concept(uri).scheme == "esco",
            territory=person.territory if with_region else None,
        )
        accounts.erase(work, person.id)
    if question is None:
        return
    body = question.model_dump_json(exclude_none=True)
    for secret in (*words.values(), person.id, OWN, "SE-0180", "works.example", *(day.isoformat() for day in days)):
        assert secret not in body
        assert json.dumps(secret)[1:-1] not in body
    read = read_question(body.encode())
    assert {one.concept for one in read.skills} <= set(uris)
    assert all(one.years in YEARS for one in read.skills if one.years is not None)
    assert read.region == ("SE110" if with_region else None)
    assert set(json.loads(body)) <= {"id", "purpose", "kind", "k", "skills", "region"}


def _arrival(
    person: Account, said: list[dict[str, object]], days: list[date], uris: list[str], words: dict[str, str]
) -> Arrival:

    def concept_of(place: int) -> str:
        return uris[place % len(uris)] if place >= 0 else f"{OWN}{words['label']}{place}"

    evidence = Evidence(record_id=words["id"], title=words["title"], kind=RecordKind.STORY, excerpt=words["text"])
    assertions = tuple(
        SkillAssertion(
            concept=uris[place % len(uris)]
            if (place := int(str(one["skill"]))) >= 0
            else f"{OWN}{words['label']}{place}",
            label=words["label"],
            validation=ValidationLevel(int(str(one["validation"]))),
            level=words["level"] if one["levelled"] else None,
            issuer=f"did:web:{words['issuer']}.example",
            issuer_name=words["issuer"],
            issued=day,
            evidence=evidence,
        )
        for one, day in zip(said, days, strict=True)
    )
    record = Record(
        id=words["id"],
        kind=RecordKind.STORY,
        title=words["title"],
        issuer=f"did:web:{words['issuer']}.example",
        issuer_name=words["issuer"],
        assertions=assertions,
        proof=ProofStatus.SIGNED_BY_ISSUER,
        media_type="text/plain",
        format="test",
    )
    return Arrival(
        person=person.id,
        source=f"did:web:{words['issuer']}.example",
        source_name=words["issuer"],
        record_id=words["id"],
        kind="story",
        media_type="text/plain",
        document=words["text"].encode(),
        record=record,
        problem=None,
        grant="",
        dataset=words["id"],
    )


def skill(number: int, **more: object) -> PersonSkill:
    return replace(PersonSkill(uri=f"http://data.europa.eu/esco/skill/{number:04d}"), **more)  # type: ignore[arg-type]


def asked(skills: list[PersonSkill], allowed: set[str] | None = None) -> MatchingQuestion | None:
    return question_about(skills, allowed=allowed, is_published=lambda _uri: True, territory=None)


def test_each_question_has_a_name_of_its_own() -> None:
    first, second = asked([skill(1)]), asked([skill(1)])
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert first.model_copy(update={"id": ""}) == second.model_copy(update={"id": ""})


@given(st.permutations(range(6)))
def test_the_order_in_which_skills_came_is_not_told(order: list[int]) -> None:
    question = asked([skill(number) for number in order])
    assert question is not None
    assert [one.concept[-1] for one in question.skills] == list("012345")


def test_of_many_skills_the_best_proven_go() -> None:
    question = asked([skill(number, validation=6 if number >= 100 else 1) for number in range(100 + MOST_SENT)])
    assert question is not None
    assert {int(one.concept[-4:]) for one in question.skills} == set(range(100, 100 + MOST_SENT))


def test_single_skills_that_were_not_allowed_stay() -> None:
    question = asked([skill(1), skill(2)], {skill(2).uri})
    assert question is not None
    assert [one.concept for one in question.skills] == [skill(2).uri]
    assert asked([skill(1)], set()) is None


@given(st.floats(-1, 200))
def test_years_are_rounded_down_to_a_few(since: float) -> None:
    question = asked([skill(1, years_since=since)])
    assert question is not None
    years = question.skills[0].years
    assert years in YEARS
    assert years <= max(since, 0)


@given(st.binary(max_size=200))
def test_what_is_no_question_is_refused_without_its_words(body: bytes) -> None:
    with pytest.raises(BadInput):
        read_question(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
        max_leaves=12,
    )
)
def test_a_partners_answer_is_read_strictly_or_refused(said: object) -> None:
    question = asked([skill(1)])
    assert question is not None
    try:
        answer = read_answer(json.dumps(said).encode(), question)
    except BadInput:
        return
    assert answer.id == question.id


@pytest.mark.parametrize(
    "more",
    [
        {"id": "another-question-altogether"},
        {"matches": [{"offer": "", "score": 1.0}]},
        {"matches": [{"offer": "a", "score": -1.0}]},
        {"matches": [{"offer": "a", "score": "NaN"}]},
        {"matches": [{"offer": "a", "score": 1.0}] * 11},
        {"matches": [{"offer": "a", "score": 1.0, "have": [{"need": "x" * 501}]}]},
    ],
)
def test_an_answer_that_does_not_fit_its_question_is_not_kept(more: dict[str, object]) -> None:
    question = asked([skill(1)])
    assert question is not None
    right = {"id": question.id, "version": "1", "matches": [{"offer": "a", "score": 1.0, "unknown": 1}]}
    assert read_answer(json.dumps(right).encode(), question).matches[0].offer == "a"
    with pytest.raises(BadInput):
        read_answer(json.dumps(right | more).encode(), question)
