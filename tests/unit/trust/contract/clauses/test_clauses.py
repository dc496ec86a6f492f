"""Clauses: the same in three languages, rules that decide as the text says, and values that are what they must be."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.exchange.odrl import check_rules
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.trust.contract.clauses import BadClauseValue, Clause, clause, clauses
from skillspace.trust.contract.clauses.whole import compose
from skillspace.trust.contract.clauses.words import LANGUAGES, data
from skillspace.trust.policy import Facts, evaluate
from skillspace.trust.policy.lint import Severity, lint
from skillspace.wire.canonical import digest
from tests.conftest import NOON
from tests.unit.trust.contract.clauses.making import EXAMPLES, example, values_of

EVERY = pytest.mark.parametrize("one", clauses(), ids=lambda one: one.id)
HOLE = re.compile(r"\{([a-z_]+)\}")
KEEPERS = {"gate", "negotiation", "scheduler", "receipts", "journal", "people", "court"}
FACTS = Facts(
    at=NOON, purpose="guidance", uses=0, agreed=NOON, consent=True, kinds=frozenset({"diploma"}), paid={},
    done=frozenset(), recipient="did:web:a.example", roles=frozenset({"school"}), places=frozenset({"SE110"}),
    notified=frozenset(), commitments=frozenset({"pricing"}),
)  # fmt: skip
DAY = timedelta(days=1)
#: What each clause's rule lets through, and what it refuses: values, facts of a yes, facts of a no.
DECIDES: dict[str, list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]] = {
    "purpose-limitation": [({"purposes": ["guidance"]}, {"purpose": "coach"}, {"purpose": "recruitment"})],
    "data-kinds": [
        ({"kinds": ["credential"]}, {"kinds": frozenset({"diploma"})}, {"kinds": frozenset({"diploma", "skills"})})
    ],
    "no-handing-on": [({}, {}, {"action": action}) for action in ("distribute", "grantUse", "transfer", "sell")],
    "recipients-by-role": [({"roles": ["education-provider"]}, {}, {"roles": frozenset({"employer"})})],
    "recipients-named": [({"recipients": ["did:web:a.example"]}, {}, {"recipient": "did:web:b.example"})],
    "processors-named": [
        ({"processors": ["did:web:a.example"]}, {"action": "distribute"},
         {"action": "distribute", "recipient": "did:web:b.example"}),
        ({"processors": ["did:web:a.example"]}, {}, {"action": "grantUse"}),
        ({"processors": ["did:web:a.example"]}, {}, {"action": "distribute", "recipient": None}),
    ],
    "place-of-use": [
        ({"places": ["SE"]}, {}, {"places": frozenset({"NO"})}), ({"places": ["EU"]}, {}, {"places": None})
    ],
    "commitments": [({"commitments": ["pricing"]}, {}, {"commitments": frozenset()})],
    "period": [
        ({"from": "2026-11-21", "until": "2026-11-22"}, {}, {"at": datetime(2026, 11, 22, tzinfo=UTC)}),
        ({"from": "2026-11-21", "until": "2026-11-22"}, {"at": datetime(2026, 11, 21, tzinfo=UTC)},
         {"at": datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)}),
    ],
    "days-of-use": [({"days": 30}, {"agreed": NOON - 30 * DAY}, {"agreed": NOON - 31 * DAY})],
    "count-of-uses": [({"times": 2}, {"uses": 1}, {"uses": 2}), ({"times": 1}, {"uses": 0}, {"uses": None})],
    "interval": [
        ({"hours": 24}, {"uses": 1, "last_use": NOON - DAY}, {"uses": 1, "last_use": NOON - timedelta(hours=23)}),
        ({"hours": 24}, {"uses": 0}, {"uses": 3, "last_use": NOON}),
    ],
    "notice-before-use": [({"party": "did:web:p.example"}, {"notified": frozenset({"did:web:p.example"})}, {})],
    "deletion-at-end": [
        ({"days": 30}, {"keeps": frozenset({"delete"})}, {"keeps": frozenset(), "agreed": NOON - 31 * DAY})
    ],
    "deletion-after-use": [({"days": 30}, {"keeps": frozenset({"delete"})}, {"keeps": frozenset()})],
    "text-unchanged": [({}, {"action": "extract"}, {"action": "modify"})],
    "no-model-training": [
        ({}, {}, {"purpose": "ai-training"}), ({}, {}, {"purpose": "model-evaluation"}), ({}, {}, {"purpose": None})
    ],
    "model-training-with-leave": [
        ({}, {"purpose": "ai-training", "consent": True}, {"purpose": "ai-training", "consent": False}),
        ({}, {"consent": None}, {"purpose": "model-evaluation", "consent": None}),
    ],
    "consent-basis": [({}, {}, {"consent": False}), ({}, {}, {"consent": None})],
    "minors-consent": [({}, {}, {"consent": False}), ({}, {}, {"consent": None})],
    "minors-no-profiling": [({}, {}, {"purpose": "profiling-for-marketing"}), ({}, {}, {"purpose": "marketing"})],
    "voice-stays": [
        ({}, {}, {"kinds": frozenset({"voice-recording"})}),
        ({}, {}, {"kinds": frozenset({"diploma", "https://w3id.org/skillspace/kind#voice-recording"})}),
        ({}, {}, {"action": "move"}),
    ],
    "no-biometric-identification": [({}, {}, {"purpose": "biometric-identification"})],
    "billing-by-date": [({"amount": "10"}, {"paid_until": NOON}, {"paid_until": NOON - timedelta(seconds=1)})],
    "billing-by-amount": [
        ({"amount": "9.50"}, {"paid": {"EUR": Decimal("9.50")}}, {"paid": {"EUR": Decimal("9.49")}}),
        ({"amount": "9.50"}, {"paid": {"EUR": Decimal(10)}}, {"paid": {"SEK": Decimal(100)}}),
    ],
    "billing-by-count": [
        ({"amount": "0.10"}, {"paid_uses": 1}, {"paid_uses": 0}), ({"amount": "1"}, {"paid_uses": 9}, {})
    ],
}  # fmt: skip


@EVERY
def test_a_clause_says_the_same_values_in_every_language(one: Clause) -> None:
    for language in LANGUAGES:
        assert set(HOLE.findall(one.text[language])) == set(one.parameters)
        assert one.title[language]
        assert not re.search(r"[ \t]{2}|\.\.| ,", one.text[language])
    assert set(one.title) == set(one.text) == set(LANGUAGES)


@EVERY
def test_who_keeps_a_clause_is_said_and_no_gate_is_claimed_without_a_rule(one: Clause) -> None:
    keepers = {by.what for by in one.enforced_by}
    assert keepers
    assert keepers <= KEEPERS
    assert all(set(by.how) == set(LANGUAGES) for by in one.enforced_by)
    if one.odrl is None:
        assert "gate" not in keepers
        assert {"people", "court"} & keepers


@EVERY
def test_other_clauses_named_as_opposite_are_there_and_name_it_back(one: Clause) -> None:
    for other in one.excludes:
        assert one.id in clause(other).excludes


@EVERY
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_whatever_the_values_the_text_is_whole_and_the_rule_can_be_kept(one: Clause, data: st.DataObject) -> None:
    values = data.draw(values_of(one))
    for language in LANGUAGES:
        assert not re.search(r"[{}]", one.render(values, language))
    rules = one.rules(values)
    assert not HOLE.search(json.dumps(rules, ensure_ascii=False))
    policy = compose([rules])
    check_rules(policy)
    assert not [finding for finding in lint(policy) if finding.severity is Severity.ERROR]


def test_every_clause_with_a_rule_has_examples_of_what_it_decides() -> None:
    assert {one.id for one in clauses() if one.odrl is not None} == set(DECIDES)


@pytest.mark.parametrize(
    ("name", "values", "yes", "no"), [(name, *row) for name, rows in DECIDES.items() for row in rows]
)
def test_the_rule_decides_as_the_text_says(
    name: str, values: dict[str, Any], yes: dict[str, Any], no: dict[str, Any]
) -> None:
    policy = compose([clause(name).rules(values)])
    allowed, refused = evaluate(policy, replace(FACTS, **yes)), evaluate(policy, replace(FACTS, **no))
    assert allowed.allowed, allowed.why
    assert not refused.allowed


def test_a_text_reads_as_people_write() -> None:
    retention = clause("deletion-at-end").render({"days": 1}, "en")
    assert "at the latest 1 day after the agreement was made" in retention
    assert "senast 30 dygn efter" in clause("deletion-at-end").render({"days": 30}, "sv")
    period = {"from": "2027-01-01", "until": "2027-07-01"}
    assert "du 1 janvier 2027" in clause("period").render(period, "fr")
    share = clause("commission").render({"share": 1250, "days": 30}, "en")
    assert "keeps 12.5% for" in share
    assert "droit du pays suivant : Suède" in clause("law-and-court").render({"country": "SE", "court": "Umeå"}, "fr")
    assert "9,50 SEK" in clause("billing-by-amount").render({"amount": "9.5", "currency": "SEK"}, "sv")


@EVERY
def test_a_value_of_another_kind_is_refused_with_the_parameters_name(one: Clause) -> None:
    for name in one.parameters:
        for wrong in (
            None,
            True,
            1.5,
            -1,
            10**30,
            "",
            " ",
            "{x}",
            [],
            ["a", "a"],
            {},
            "2027-02-30",
            "x" * 5000,
            "a\nb",
        ):
            has_default = one.parameters[name].default is not None
            if (wrong is None and has_default) or (wrong == "2027-02-30" and one.parameters[name].kind == "text"):
                continue
            with pytest.raises(BadClauseValue, match=f"“{name}”"):
                one.filled(example(one) | {name: wrong})


@EVERY
def test_a_value_that_is_not_asked_for_is_refused_and_a_missing_one_named(one: Clause) -> None:
    with pytest.raises(BadClauseValue, match="“colour”"):
        one.filled(example(one) | {"colour": "blue"})
    with pytest.raises(BadClauseValue):
        one.filled(["no", "object"])
    for name, parameter in one.parameters.items():
        if parameter.default is None:
            with pytest.raises(BadClauseValue, match=f"“{name}”"):
                one.filled({key: value for key, value in example(one).items() if key != name})


def test_a_default_is_filled_in_so_that_what_is_signed_needs_none() -> None:
    assert clause("automated-decisions").filled({}) == {"days": 14}
    for one in clauses():
        assert set(one.filled(example(one))) == set(one.parameters)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("period", {"from": "2027-01-01", "until": "2027-01-01"}),
        ("hours-of-use", {"from": "17:00", "until": "08:00"}),
        ("value-sharing", {"providers": 6000, "services": 5000}),
        ("place-of-use", {"places": ["Atlantis"]}),
        ("purpose-limitation", {"purposes": ["world-domination"]}),
        ("recipients-named", {"recipients": ["uni.example"]}),
        ("back-to-source", {"source": "Jobs", "site": "http://jobs.example/"}),
        ("back-to-source", {"source": "Jobs", "site": "https://me:you@jobs.example/"}),
        ("back-to-source", {"source": "Jobs\u202e", "site": "https://jobs.example/"}),
        ("law-and-court", {"country": "EU", "court": "Luxembourg"}),
        ("liability", {"amount": "1e9"}),
    ],
)
def test_what_no_clause_may_hold_is_refused(name: str, values: dict[str, Any]) -> None:
    with pytest.raises(BadClauseValue):
        clause(name).filled(values)


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
    one=st.sampled_from(clauses()),
)
@settings(max_examples=150, deadline=None)
def test_garbage_in_values_gives_bad_input_and_nothing_else(value: Any, one: Clause) -> None:
    for given_values in (value, dict.fromkeys(one.parameters, value)):
        try:
            filled = one.filled(given_values)
        except BadInput:
            continue
        assert not re.search(r"[{}]", one.render(filled, "en"))


def test_a_clause_is_named_with_its_version_and_an_unknown_one_refused() -> None:
    assert clause("purpose-limitation") == clause("purpose-limitation/1")
    assert clause("purpose-limitation").name == "purpose-limitation/1"
    for unknown in ("purpose-limitation/2", "no-such-clause", "", "../etc/passwd"):
        with pytest.raises(NotFound):
            clause(unknown)


def test_the_text_of_a_signed_version_never_changes() -> None:
    """A new wording is a new version: change the number, keep the old text, and write its digest down here."""
    kept = json.loads((Path(__file__).parent / "digests.json").read_text(encoding="utf-8"))
    assert kept == digests()


def digests() -> dict[str, str]:
    """What every clause says, and the names of the words it is said with: they stand in signed texts as well."""
    return {one.name: _digest(one) for one in clauses()} | {"words.json": digest(data("words.json"))}


def _digest(one: Clause) -> str:
    parameters = {name: [one.kind, one.unit, one.options] for name, one in one.parameters.items()}
    said = {"title": dict(one.title), "text": dict(one.text), "odrl": one.odrl, "parameters": parameters}
    return digest(json.loads(json.dumps(said)))


def test_examples_cover_every_kind_of_value() -> None:
    kinds = {parameter.kind for one in clauses() for parameter in one.parameters.values()}
    assert kinds == set(EXAMPLES) | {"whole", "choice", "words"}
