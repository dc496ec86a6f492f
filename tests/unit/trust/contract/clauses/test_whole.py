"""Whole contracts: read side by side, one policy that asks for everything, and templates that can be signed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.exchange.odrl import check_rules
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.trust.contract.clauses import (
    BadClauseValue,
    Clause,
    ClausesClash,
    clauses,
    from_template,
    read_rules,
    read_text,
    template,
    templates,
)
from skillspace.trust.contract.clauses.words import LANGUAGES
from skillspace.trust.contract.reading import read_terms
from skillspace.trust.policy import Facts, evaluate
from skillspace.trust.policy.lint import Severity, lint
from tests.conftest import NOON
from tests.unit.trust.contract.clauses.making import example, values_of

PURPOSE = {"clause": "purpose-limitation/1", "values": {"purposes": ["guidance"]}}
FRAME: dict[str, Any] = {
    "orchestrator": "did:web:birch.example", "starts": "2026-01-01", "ends": "2028-01-01", "law": "SE", "court": "Umeå",
}  # fmt: skip
BESIDES: dict[str, dict[str, Any]] = {
    "job-ads-back-to-source": {"source": "Birch Jobs", "site": "https://jobs.birch.example/"},
    "learning-records": {"archive_law": "Arkivlagen (1990:782)"},
}
EVERY = pytest.mark.parametrize("name", [one.id for one in templates()])


def terms_of(name: str, **more: Any) -> dict[str, Any]:
    return from_template(name, FRAME | BESIDES.get(name, {}) | more, at=NOON)


def test_a_contract_is_read_side_by_side() -> None:
    uses = [PURPOSE, {"clause": "deletion-at-end", "values": {"days": 30}}, {"clause": "audit-right", "values": {}}]
    purpose, deletion, audit = read_text(uses, "en")
    assert purpose.text.startswith("The recipient uses the data only for: guidance.")
    assert purpose.rules == ("Only for: guidance.",)
    assert [by.what for by in purpose.enforced_by] == ["gate", "negotiation", "journal", "court"]
    assert deletion.rules == ("Copies must be deleted within 30 days of the agreement.",)
    assert audit.clause == "audit-right/1"
    assert audit.rules == ()
    assert [by.name for by in audit.enforced_by] == ["the journal", "people", "authority or court"]


def test_the_rules_beside_a_text_are_told_in_its_language() -> None:
    [reading] = read_text([{"clause": "recipients-by-role", "values": {"roles": ["school", "agency"]}}], "sv")
    assert reading.rules == ("Bara för mottagare med rollen: skola och arbetsförmedling.",)
    assert reading.group == "Vad uppgifterna är till för och vem som får dem"
    with pytest.raises(BadInput, match="xx"):
        read_text([PURPOSE], "xx")


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_clauses_together_ask_for_everything_or_are_refused_as_clashing(data: st.DataObject) -> None:
    chosen: list[Clause] = data.draw(st.lists(st.sampled_from(clauses()), max_size=8, unique_by=lambda one: one.id))
    uses = [PURPOSE, *({"clause": one.name, "values": data.draw(values_of(one))} for one in chosen)]
    try:
        policy = read_rules(uses)
    except ClausesClash:
        return
    check_rules(policy)
    assert not [finding for finding in lint(policy) if finding.severity is Severity.ERROR]
    for one, use in zip([None, *chosen], uses, strict=True):
        for place, rules in (one.rules(use["values"]) if one else {}).items():
            there = policy["permission"][0] if place in ("constraint", "duty") else policy
            assert all(rule in there[place] for rule in rules)


def test_a_use_that_one_clause_refuses_is_refused_by_the_whole() -> None:
    uses = [PURPOSE, {"clause": "consent-basis"}, {"clause": "count-of-uses", "values": {"times": 1}}]
    policy = read_rules(uses)
    good = Facts(at=NOON, purpose="coach", consent=True, uses=0)
    assert evaluate(policy, good).allowed
    for bad in ({"purpose": "recruitment"}, {"consent": None}, {"uses": 1}):
        assert not evaluate(
            policy, Facts(**({"at": NOON, "purpose": "coach", "consent": True, "uses": 0} | bad))
        ).allowed


@pytest.mark.parametrize(
    ("uses", "why"),
    [
        ([{"clause": "consent-basis"}], "purpose-limitation"),
        ([], "purpose-limitation"),
        ([PURPOSE, {"clause": "purpose-limitation", "values": {"purposes": ["marketing"]}}], "purpose"),
        ([{"clause": "purpose-limitation", "values": {"purposes": ["ai-training"]}}, {"clause": "no-model-training"}],
         "No use"),
        ([PURPOSE, {"clause": "no-model-training"}, {"clause": "model-training-with-leave"}], "opposite"),
        ([PURPOSE, {"clause": "no-handing-on"},
          {"clause": "processors-named", "values": {"processors": ["did:web:a.example"]}}], "opposite"),
    ],
)  # fmt: skip
def test_clauses_nobody_could_keep_together_are_refused(uses: list[Any], why: str) -> None:
    with pytest.raises(ClausesClash, match=why):
        read_rules(uses)


@pytest.mark.parametrize(
    "use",
    [None, 7, "purpose-limitation", [], {}, {"clause": 7}, {"clause": "period", "values": []},
     {"clause": "x", "more": 1}, {"clause": "audit-right", "values": {}, "note": "but not really"}],
)  # fmt: skip
def test_a_use_of_another_shape_is_refused(use: object) -> None:
    with pytest.raises((BadClauseValue, NotFound)):
        read_text([use], "en")


def test_more_clauses_than_anybody_reads_are_refused() -> None:
    with pytest.raises(BadClauseValue, match="200"):
        read_text([PURPOSE] * 201, "en")


@EVERY
def test_a_template_gives_terms_that_can_be_signed(name: str) -> None:
    terms = terms_of(name)
    assert read_terms(json.loads(json.dumps(terms))).content() == terms
    assert terms["issued"] == "2026-11-21T12:00:00.000Z"
    assert terms["purposes"] == next(
        use["values"]["purposes"] for use in terms["clauses"] if use["clause"] == "purpose-limitation/1"
    )
    for role in terms["roles"]:
        for language in LANGUAGES:
            assert "{" not in "".join(
                one.text for one in read_text([*terms["clauses"], *role["obligations"]], language)
            )


@EVERY
def test_a_template_asks_only_for_what_a_gate_knows(name: str) -> None:
    terms = terms_of(name)
    kinds = [kind for use in terms["clauses"] for kind in use["values"].get("kinds", ())]
    known = Facts(
        at=NOON, purpose=terms["purposes"][0], roles=frozenset({"school"}), agreed=NOON - timedelta(days=1), uses=3,
        recipient="did:web:a.example", provider="did:web:b.example", target="records",
        kinds=frozenset(kinds[:1]) or None, last_use=NOON, consent=True if kinds else None,
    )  # fmt: skip
    for role in terms["roles"]:
        decision = evaluate(read_rules([*terms["clauses"], *role["obligations"]]), known)
        assert decision.allowed, decision.why


def test_what_a_template_is_given_stands_in_the_terms() -> None:
    terms = terms_of(
        "job-ads-back-to-source", title="Job ads in the north", hours=6, notice_days=30, language="sv",
        purposes=["match"], clauses={"liability": {"amount": "5000", "currency": "SEK"}},
        business_model={"model": "free"},
    )  # fmt: skip
    by_clause = {use["clause"]: use["values"] for use in terms["clauses"]}
    obligations = {use["clause"]: use["values"] for role in terms["roles"] for use in role["obligations"]}
    assert terms["title"] == "Job ads in the north"
    assert (terms["notice_days"], terms["law"], terms["language"]) == (30, "SE", "sv")
    assert by_clause["leaving/1"] == {"days": 30}
    assert by_clause["law-and-court/1"] == {"country": "SE", "court": "Umeå", "days": 30}
    assert by_clause["liability/1"] == {"amount": "5000", "currency": "SEK"}
    assert obligations["removal-when-withdrawn/1"] == {"hours": 6}
    assert obligations["back-to-source/1"] == {"source": "Birch Jobs", "site": "https://jobs.birch.example/"}
    assert terms["business_model"] == {"model": "free"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"orchestrator": "birch"}, {"starts": "soon"}, {"ends": "2025-01-01"}, {"law": "Sweden"}, {"colour": "blue"},
        {"notice_days": -1}, {"clauses": {"no-such-clause": {}}}, {"clauses": {"liability": 7}}, {"clauses": []},
        {"clauses": {"liability": {"amount": "much"}}}, {"purposes": ["ai-training"]}, {"title": "a\nb"},
        {"business_model": {"share": 0.1}}, {"business_model": "free"}, {"clauses": {"audit-right": {"visits": 0}}},
    ],
)  # fmt: skip
def test_a_template_takes_only_what_it_asks_for(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        terms_of("personal-data-sharing", **wrong)


def test_a_template_nobody_wrote_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="learning-records"):
        template("no-such-template")


def test_childrens_voices_never_leave_under_their_template() -> None:
    policy = read_rules(terms_of("children-voice")["clauses"])
    facts = Facts(at=NOON, purpose="teaching", consent=True, agreed=NOON, kinds=frozenset({"assessment"}))
    assert evaluate(policy, facts).allowed
    for kinds in ({"voice-recording"}, {"assessment", "voice-recording"}):
        asked = Facts(at=NOON, purpose="teaching", consent=True, agreed=NOON, kinds=frozenset(kinds))
        assert not evaluate(policy, asked).allowed


def test_every_clause_can_be_used_with_plain_values() -> None:
    for language in LANGUAGES:
        assert len(read_text([{"clause": one.name, "values": example(one)} for one in clauses()], language)) == len(
            clauses()
        )
