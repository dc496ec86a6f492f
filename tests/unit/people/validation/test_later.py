"""What comes after a judgement, between two real nodes: it is taken back, or nobody took it and it is sent again."""

from __future__ import annotations

import pytest

from skillspace.kernel.errors import (
    BadInput,
    MoveNotAllowed,
    Unavailable,
)
from skillspace.node.composition import Node
from skillspace.people.validation import CaseState, WordsMissing
from skillspace.people.validation.messages import Steps
from skillspace.people.validation.model import OWN_WORDS, WATCH
from skillspace.people.validation.store import requests
from skillspace.records.model import ValidationLevel
from skillspace.records.trail import Fault, HopKind, HopStanding, replay
from skillspace.trust.identity import Peer
from tests.nodes import until
from tests.unit.people.validation.town import Town, levels, problem, recognised, with_somebody

pytestmark = pytest.mark.slow


def test_the_trail_of_another_person_proves_nothing(nodes: tuple[Node, Node], town: Town) -> None:
    theirs, _ = recognised(with_somebody(*nodes))
    assert theirs.trail is not None
    case = town.ask(skill=theirs.skill)
    told = [{"move": move, "words": "", "at": case.made.isoformat()} for move in ("accept", "assess", "recognise")]
    school = Peer(did=town.did, name="Invented School", roles=frozenset({"university"}))
    with pytest.raises(BadInput, match="about somebody else"):
        town.validations.hear(
            school, case.id, Steps.model_validate({"steps": told, "trail": theirs.trail.to_json()}, strict=False)
        )
    assert town.case(case.id).state is CaseState.ASKED
    assert levels(town, case) != [ValidationLevel.RECOGNISED]


def test_a_recognition_that_was_taken_back_shows_wherever_its_trail_is_replayed(town: Town) -> None:
    case, request = recognised(town)
    keys, at = town.hub.trust.resolver.key, town.hub.database.clock()
    before = town.validations.along(case)
    assert replay(before, keys, at).checks[-1].standing is HopStanding.STANDS
    assert levels(town, case) == [ValidationLevel.RECOGNISED]
    with pytest.raises(WordsMissing):
        town.move(request, "take back", " ")
    town.move(request, "take back", "Two names were mixed up.")
    case = town.stands(case, CaseState.TAKEN_BACK)
    assert case.steps[-1].words == "Two names were mixed up."
    assert problem(town, case) == "CredentialRevoked"
    assert ValidationLevel.RECOGNISED not in levels(town, case)
    town.hub.trust.status.forget()
    assert [check.fault for check in town.validations.replayed(case)][-2:] == [Fault.TAKEN_BACK] * 2
    after = replay(town.validations.along(case), keys, town.hub.database.clock())
    assert (after.claim, after.checks[-1].fault) == (None, Fault.TAKEN_BACK)
    with pytest.raises(MoveNotAllowed):
        town.move(request, "take back", "Once more.")


def test_an_assessment_that_was_taken_back_shows_wherever_the_trail_is_read_and_all_that_rests_on_it_falls(
    town: Town,
) -> None:
    case, request = recognised(town)
    keys, at = town.hub.trust.resolver.key, town.hub.database.clock()
    before = town.validations.along(case)
    assert [check.standing for check in replay(before, keys, at).checks[-3:]] == [HopStanding.STANDS] * 3
    with pytest.raises(WordsMissing):
        town.move(request, "take assessment back", " ")
    town.move(request, "take assessment back", "The test piece was not theirs.")
    case = town.stands(case, CaseState.TAKEN_BACK)
    assert case.steps[-1].words == "The test piece was not theirs."
    assert problem(town, case) == "CredentialRevoked"
    assert ValidationLevel.RECOGNISED not in levels(town, case)
    town.hub.trust.status.forget()
    assert [check.fault for check in town.validations.replayed(case)][-3:] == [Fault.TAKEN_BACK] * 3
    taken = replay(town.validations.along(case), keys, town.hub.database.clock())
    assert (taken.claim, [check.fault for check in taken.checks][-3:]) == (None, [Fault.TAKEN_BACK] * 3)
    # What the school had said of the recognition alone would not have told of the assessment.
    assert taken.checks[-3].hop is not None
    assert taken.checks[-3].hop.kind is HopKind.ASSESSMENT


def test_an_assessment_taken_back_before_the_recognition_is_made_anew_and_the_new_one_counts(town: Town) -> None:
    case = town.ask()
    request = town.arrived(case)
    for move in ("accept", "assess"):
        town.move(request, move, "Welded a box.")
    town.move(request, "take assessment back", "It was somebody else's box.")
    assert town.stands(case, CaseState.ACCEPTED).steps[-1].words == "It was somebody else's box."
    with pytest.raises(MoveNotAllowed):
        town.move(request, "recognise", "Well done.")
    town.move(request, "assess", "Welded a box of their own.")
    town.move(request, "recognise", "Well done.")
    case = town.stands(case, CaseState.RECOGNISED)
    assert all(check.holds for check in town.validations.replayed(case))


def test_that_it_was_taken_back_is_found_out_though_nobody_tells(town: Town) -> None:
    case, request = recognised(town)
    with town.school.database.writing() as work:
        row = work.where(requests, id=request.id)
        assert row is not None
        town.desk._judging.taken_back(work, row["place"], row["offer"])
    town.hub.trust.status.forget()
    with town.hub.database.writing() as work:
        work.bring_forward(WATCH)
    until(lambda: problem(town, case) == "CredentialRevoked", "the recognition was looked up")
    assert ValidationLevel.RECOGNISED not in levels(town, case)


@pytest.mark.usefixtures("impatience")
def test_what_nobody_took_for_days_is_sent_again_by_its_person_and_comes_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(town.desk, "receive", out_of_order)
        case = town.ask()
        until(lambda: town.case(case.id).problem, "it was given up")
    assert town.request(case) is None
    for _ in range(2):
        with town.hub.database.writing() as work:
            town.validations.again(work, town.person.id, case.id)
    request = town.arrived(case)
    until(lambda: town.case(case.id).problem is None, "it arrived")
    assert town.evidence(request) == [OWN_WORDS]


@pytest.mark.usefixtures("impatience")
def test_an_answer_that_nobody_took_for_days_is_told_again_and_counts_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = town.ask()
    request = town.arrived(case)
    with monkeypatch.context() as patched:
        patched.setattr(town.validations, "hear", out_of_order)
        for move, words in (("accept", ""), ("assess", "A day with us."), ("recognise", "Well done.")):
            town.move(request, move, words)
        until(lambda: (one := town.request(case)) and one.problem, "it was given up")
    assert town.case(case.id).state is CaseState.ASKED
    for _ in range(2):
        with town.school.database.writing() as work:
            town.desk.tell_again(work, request.id)
    case = town.stands(case, CaseState.RECOGNISED)
    assert [step.move for step in case.steps] == ["ask", "accept", "assess", "recognise"]
    assert case.trail is not None
    until(lambda: (one := town.request(case)) and one.problem is None, "the school knows that it was heard")


def out_of_order(*_: object) -> None:
    raise Unavailable("out of order")
