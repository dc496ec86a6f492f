"""A skill validated between two real nodes: asked with evidence, judged, recognised with a trail; every other end."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from skillspace.kernel.errors import (
    BadInput,
    Conflict,
    InvalidSignature,
    MoveNotAllowed,
    NotFound,
    Refused,
)
from skillspace.people.leaving import jsonld
from skillspace.people.validation import CaseOver, CaseState, NobodyValidates, WordsMissing
from skillspace.people.validation.messages import Asking, Steps
from skillspace.people.validation.model import OWN_WORDS
from skillspace.records.model import ValidationLevel
from skillspace.records.trail import HopKind, replay
from skillspace.trust.consent import GrantState
from skillspace.trust.identity import Peer
from skillspace.trust.rights import DataSubject, Right, Scope
from tests.nodes import until
from tests.unit.people.stopping import stop_use
from tests.unit.people.validation.town import WORDS, Town

pytestmark = pytest.mark.slow


def asked_as_sent(town: Town, monkeypatch: pytest.MonkeyPatch) -> tuple[Peer, Asking]:
    """Ask, and return what came to the school's door, which kept nothing of it."""
    came: list[tuple[Peer, Asking]] = []
    with monkeypatch.context() as patched:
        patched.setattr(town.desk, "receive", lambda *given: came.append(given))
        case = town.ask(*town.records())
        until(lambda: any(asking.case == case.id for _, asking in came), "the school was asked")
    return next(one for one in came if one[1].case == case.id)


def test_a_case_goes_its_way_to_a_recognition_that_anybody_can_replay(town: Town) -> None:
    record = town.records()[0]
    case = town.ask()
    request = town.arrived(case)
    assert town.evidence(request) == [OWN_WORDS]
    assert town.person.id not in str(request)
    town.move(request, "accept")
    town.move(request, "want evidence", "Show us your diploma.")
    case = town.stands(case, CaseState.EVIDENCE_WANTED)
    assert case.steps[-1].words == "Show us your diploma."
    assert case.due is not None
    with town.hub.database.writing() as work:
        town.validations.send_evidence(work, town.person.id, case.id, words="Here it is.", records=[record])
    until(lambda: town.evidence(request) == [OWN_WORDS, OWN_WORDS, record], "the diploma came")
    town.move(request, "assess", "A day in our workshop.", level="B2")
    town.move(request, "recognise", "It is equal to our course.")
    case = town.stands(case, CaseState.RECOGNISED)
    assert case.trail is not None
    found = replay(case.trail, town.hub.trust.resolver.key, town.hub.database.clock())
    assert [check.hop.kind for check in found.checks if check.hop and check.holds] == [
        HopKind.TRACE,
        HopKind.TRACE,
        HopKind.CREDENTIAL,
        HopKind.ASSESSMENT,
        HopKind.CREDENTIAL,
        HopKind.RECOGNITION,
    ]
    assert found.claim is not None
    assert (found.claim.concept, found.claim.level, found.claim.issuer) == (case.skill, "B2", town.did)
    with town.hub.database.reading() as work:
        skills = town.spaces.profile.skills(work, town.person.id, "en")
        taken = json.loads(jsonld(town.spaces.everything(work, town.person.id, town.hub.rooms.accounts)))
    assert next(one for one in skills if one.uri == case.skill).validation is ValidationLevel.RECOGNISED
    assert taken["validations"][0]["trail"] == case.trail.to_json()
    until(lambda: town.evidence(request) == [], "what was released is gone at the school")

    def has_card() -> object:
        with town.hub.database.reading() as work:
            return [card.issuer for card in town.spaces.wallets.cards(work, town.person.id)] == [town.did]

    until(has_card, "the credential is in the person's wallet")
    over = town.request(case)
    assert over is not None
    assert (over.subject, [step.party for step in over.steps]) == ("", ["organisation"] * 4)


def test_what_is_recognised_in_part_counts_as_assessed(town: Town) -> None:
    case = town.ask(*town.records(), skill=town.skills()[1])
    request = town.arrived(case)
    town.move(request, "accept")
    town.move(request, "assess", "Half of it was shown.")
    town.move(request, "recognise in part", "The theory is missing.")
    case = town.stands(case, CaseState.PARTLY)
    assert case.trail is not None
    claim = replay(case.trail, town.hub.trust.resolver.key, town.hub.database.clock()).claim
    assert claim is not None
    assert claim.validation is ValidationLevel.ASSESSED


def test_a_refusal_comes_with_its_reason_and_ends_the_consent(town: Town) -> None:
    case = town.ask()
    request = town.arrived(case)
    with pytest.raises(WordsMissing):
        town.move(request, "refuse", " ")
    town.move(request, "refuse", "We do not teach this.")
    case = town.stands(case, CaseState.REFUSED)
    assert case.steps[-1].words == "We do not teach this."
    until(lambda: town.evidence(request) == [], "what was released is gone at the school")
    with town.hub.database.reading() as work:
        assert town.spaces.consents.find(work, case.grant_id).state is GrantState.TERMINATED
    with pytest.raises(MoveNotAllowed):
        town.move(request, "accept")


def test_a_judgement_that_does_not_recognise_leaves_no_trail(town: Town) -> None:
    case = town.ask()
    request = town.arrived(case)
    town.move(request, "accept")
    town.move(request, "assess", "It was not shown.")
    town.move(request, "do not recognise", "Come again after the course.")
    assert town.stands(case, CaseState.NOT_RECOGNISED).trail is None


def test_the_person_stops_it_and_the_school_signs_that_all_is_gone(town: Town) -> None:
    case = town.ask(*town.records())
    request = town.arrived(case)
    assert len(town.evidence(request)) == 2
    with town.hub.database.writing() as work:
        town.validations.withdraw(work, town.person.id, case.id)

    def receipt() -> object:
        with town.hub.database.reading() as work:
            found = town.spaces.consents.receipts_of(work, town.spaces.consents.find(work, case.grant_id))
        return [dict(one.deleted) for one in found] == [{"validations": 2}]

    until(receipt, "the school signed what it deleted")
    until(lambda: (one := town.request(case)) and one.state is CaseState.WITHDRAWN, "the school knows that it is over")
    over = town.request(case)
    assert over is not None
    assert (over.subject, town.evidence(over)) == ("", [])
    with pytest.raises(MoveNotAllowed):
        town.move(over, "accept")


def test_to_stop_the_consent_is_to_stop_the_case(town: Town) -> None:
    case = town.ask()
    request = town.arrived(case)
    with town.hub.database.writing() as work:
        town.spaces.consents.revoke(work, case.grant_id, town.person.id)
    town.stands(case, CaseState.WITHDRAWN)
    until(lambda: (one := town.request(case)) and one.state is CaseState.WITHDRAWN, "the school knows it")
    assert town.evidence(request) == []


def test_nobody_asks_twice_for_the_same_nor_whom_no_contract_binds(town: Town) -> None:
    case = town.ask()
    with pytest.raises(Conflict):
        town.ask()
    with town.hub.database.writing() as work:
        asking = {"person": town.person.id, "words": WORDS}
        with pytest.raises(NobodyValidates):
            town.validations.ask(work, **asking, organisation=town.hub.trust.did, skill=case.skill)
        with pytest.raises(NotFound):
            town.validations.ask(work, **asking, organisation=town.did, skill="urn:skillspace:words:flying")
        with pytest.raises(NotFound):
            other = town.skills()[2]
            town.validations.ask(work, **asking, organisation=town.did, skill=other, records=["record-of-another"])


@pytest.mark.parametrize("what", ["document", "hop", "id", "skill", "another"])
def test_evidence_that_was_changed_on_its_way_is_not_kept(
    town: Town, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    sender, asking = asked_as_sent(town, monkeypatch)
    first, second = asking.evidence
    changes = {
        "document": {"evidence": [first.model_copy(update={"document": "AAAA"}), second]},
        "hop": {"evidence": [first.model_copy(update={"hop": second.hop}), second]},
        "id": {"evidence": [first, second.model_copy(update={"id": "record-other"})]},
        "skill": {"skill": "urn:skillspace:words:flying"},
        "another": {"consent": asking.consent[:-4] + "AAAA"},
    }
    with pytest.raises((BadInput, InvalidSignature, Refused)):
        town.desk.receive(sender, asking.model_copy(update=changes[what]))
    with town.school.database.reading() as work:
        assert asking.case not in {one.case_id for one in town.desk.listed(work)}
    town.desk.receive(sender, asking)
    town.desk.receive(sender, asking)
    with town.school.database.reading() as work:
        assert [one.case_id for one in town.desk.listed(work)].count(asking.case) == 1


def test_a_skill_is_judged_under_the_name_its_judges_know_it_by(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sender, asking = asked_as_sent(town, monkeypatch)
    town.desk.receive(sender, asking.model_copy(update={"label": "something much smaller"}))
    with town.school.database.reading() as work:
        (found,) = [one for one in town.desk.listed(work) if one.case_id == asking.case]
    assert found.label == town.school.rooms.taxonomies.label(asking.skill, "en")


def test_a_request_that_comes_after_its_stop_is_not_kept(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sender, asking = asked_as_sent(town, monkeypatch)
    with town.hub.database.writing() as work:
        town.validations.withdraw(work, town.person.id, asking.case)

    def is_told() -> object:
        with town.hub.database.reading() as work:
            case = town.validations.case(work, town.person.id, asking.case)
            return town.spaces.consents.receipts_of(work, town.spaces.consents.find(work, case.grant_id))

    until(is_told, "the school was told of the end")
    with pytest.raises(CaseOver):
        town.desk.receive(sender, asking)


def test_steps_come_from_the_organisation_that_was_asked_and_only_once(town: Town) -> None:
    case = town.ask()
    request = town.arrived(case)
    town.move(request, "accept")
    case = town.stands(case, CaseState.ACCEPTED)
    said = {"move": "accept", "words": "", "at": case.made.isoformat()}
    again = Steps.model_validate({"steps": [said]})
    school = Peer(did=town.did, name="Invented School", roles=frozenset({"university"}))
    town.validations.hear(school, case.id, again)
    assert town.case(case.id).steps == case.steps
    with pytest.raises(NotFound):
        town.validations.hear(replace(school, did=town.hub.trust.did), case.id, again)
    with pytest.raises(Conflict):
        town.validations.hear(school, case.id, Steps.model_validate({"steps": [said, said | {"move": "accept"}]}))
    forged = [said, said | {"move": "assess"}, said | {"move": "recognise"}]
    with pytest.raises(BadInput, match="does not hold"):
        town.validations.hear(school, case.id, Steps.model_validate({"steps": forged}))
    assert town.case(case.id).state is CaseState.ACCEPTED


def test_somebodys_rights_reach_their_requests(town: Town) -> None:
    case = town.ask()
    request = town.arrived(case)
    who = DataSubject(intermediary=town.hub.trust.did, subject=request.subject, scope=Scope())
    with town.school.database.writing() as work:
        held = list(town.school.rights.answerers.collect(work, who, Right.ACCESS))
        assert [one.kind for one in held] == ["validations"]
        assert town.school.rights.answerers.erase(work, who) == {"validations": 1}
        assert list(town.school.rights.answerers.collect(work, who, Right.ACCESS)) == []
    over = town.request(case)
    assert over is not None
    assert (over.state, town.evidence(over)) == (CaseState.WITHDRAWN, [])


def test_what_may_not_be_used_now_is_shown_to_nobody_and_waits(town: Town) -> None:
    case = town.ask()
    request = town.arrived(case)
    with town.school.database.writing() as work:
        stop = stop_use(work, intermediary=town.hub.trust.did, subject=request.subject)
    stopped = town.request(case)
    assert stopped is not None
    assert stopped.restricted is not None
    assert (town.evidence(request), WORDS in str(stopped)) == ([], False)
    with pytest.raises(Refused, match="Article 18"):
        town.move(request, "accept")
    with town.school.database.writing() as work:
        assert town.school.rights.restrictions.lift(work, stop)
    assert town.evidence(request) == [OWN_WORDS]
    assert town.move(request, "accept").state is CaseState.ACCEPTED


def test_a_case_that_nobody_ends_lapses_with_its_consent(town: Town) -> None:
    case = town.ask()
    request = town.arrived(case)
    with town.hub.database.writing() as work:
        town.spaces.consents.terminate(work, case.grant_id, "Its time ran out.")
    assert town.stands(case, CaseState.LAPSED).due is None
    until(lambda: (one := town.request(case)) and one.state is CaseState.LAPSED, "the school knows it")
    assert town.evidence(request) == []


def test_who_leaves_takes_their_cases_along(town: Town) -> None:
    case = town.ask(*town.records())
    request = town.arrived(case)
    with town.hub.database.writing() as work:
        town.spaces.erasure.erase(work, town.person.id)
    with town.hub.database.reading() as work:
        assert town.validations.of_person(work, town.person.id) == []
    until(lambda: town.evidence(request) == [], "what was released is gone at the school")
