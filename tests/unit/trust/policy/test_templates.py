"""Rule templates: rendered to ODRL, found again in it, told in three languages, and free of mistakes of their own."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.exchange.odrl import check_rules
from skillspace.kernel.errors import NotFound
from skillspace.trust.policy import Facts, evaluate
from skillspace.trust.policy.describe import describe, told
from skillspace.trust.policy.lint import Severity, lint
from skillspace.trust.policy.reasons import languages
from skillspace.trust.policy.templates import BadParameter, Template, compose, template, templates
from skillspace.trust.policy.vocabulary import scheme
from tests.conftest import NOON
from tests.unit.trust.policy.making import limit, policy, rule

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "moment": moments,
    "duration": st.integers(1, 4000).map(lambda days: f"P{days}D"),
    "whole": st.integers(1, 10**6),
    "amount": st.decimals(Decimal("0.01"), Decimal(10**6), places=2),
    "currency": st.sampled_from(["EUR", "SEK"]),
    "party": st.just("did:web:uni.example"),
    "level": st.sampled_from(scheme("levels").order),
}
#: Words to try of each scheme; other schemes take those they list.
WORDS = {"free": ["did:web:a.example", "urn:b"], "places": ["SE", "FR1", "NO"], "sectors": ["P", "85.5"],
         "languages": ["sv", "en-gb"]}  # fmt: skip


def values_of(one: Template) -> st.SearchStrategy[dict[str, Any]]:
    def of(kind: str) -> st.SearchStrategy[Any]:
        if kind in KINDS:
            return KINDS[kind]
        name = kind.removeprefix("words:")
        words = WORDS.get(name) or sorted(scheme(name).above)
        return st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)

    return st.fixed_dictionaries({name: of(kind) for name, kind in one.parameters.items()})


def alike(kind: str, value: Any) -> Any:
    """The same value in one spelling."""
    if kind == "moment":
        return datetime.fromisoformat(str(value))
    if kind == "amount":
        return Decimal(str(value))
    return sorted(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.id)
@given(data=st.data())
def test_a_rule_is_found_again_in_what_was_written(one: Template, data: st.DataObject) -> None:
    values = data.draw(values_of(one))
    found = [line for line in describe(compose([(one.id, values)])) if line.template != "free" or one.id == "free"]
    assert [line.template for line in found] == [one.id]
    read = found[0].values or {}
    assert {name: alike(kind, read[name]) for name, kind in one.parameters.items()} == {
        name: alike(kind, values[name]) for name, kind in one.parameters.items()
    }
    for language in languages():
        assert not re.search(r"[{}]", told(found[0], language))


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.id)
@given(data=st.data())
def test_every_rule_has_the_protocols_shape_and_no_mistake(one: Template, data: st.DataObject) -> None:
    rules = compose([(one.id, data.draw(values_of(one)))])
    check_rules(rules)
    assert not [finding for finding in lint(rules) if finding.severity is Severity.ERROR]


@pytest.mark.data
def test_every_rule_validates_against_the_protocols_schema(real_data: Path) -> None:
    file = real_data.parent / "spec" / "dsp-2025-1" / "negotiation" / "contract-schema.json"
    schema = json.loads(file.read_text(encoding="utf-8")) | {"allOf": [{"$ref": "#/definitions/Offer"}]}
    for one in templates():
        rules = compose([(one.id, example_of(one))])
        jsonschema_rs.validate(schema, {"@id": "urn:example:o", "@type": "Offer", **rules})


def example_of(one: Template) -> dict[str, object]:
    simple = {"moment": NOON, "duration": timedelta(days=30), "whole": 5, "amount": Decimal("9.50"), "currency": "EUR"}
    simple |= {"party": "did:web:uni.example", "level": "assessed"}
    return {name: simple.get(kind, ["one"]) for name, kind in one.parameters.items()}


def test_the_fields_own_templates_are_all_covered() -> None:
    like = {name for one in templates() for name in one.like}
    wanted = {f"rule-access-{number}" for number in range(1, 7)} | {f"rule-billing-{number}" for number in range(1, 5)}
    assert like == wanted | {f"rule-responsibility-{number}" for number in range(1, 40)}


def test_several_rules_make_one_policy_that_asks_for_all_of_them() -> None:
    rules = compose(
        [
            ("purpose", {"purposes": ["guidance"]}),
            ("from", {"from": NOON}),
            ("until", {"until": NOON + timedelta(days=30)}),
            ("count", {"times": 2}),
            ("billing-amount", {"amount": "9.50", "currency": "EUR"}),
            ("no-onward", {}),
            ("delete-after", {"period": "P30D"}),
        ]
    )
    paid = {"EUR": Decimal("9.50")}
    allowed = Facts(at=NOON, purpose="coach", uses=1, paid=paid)
    assert evaluate(rules, allowed).allowed
    assert not evaluate(rules, Facts(at=NOON, purpose="coach", uses=2, paid=paid)).allowed
    assert not evaluate(rules, Facts(at=NOON, purpose="coach", uses=1, paid={})).allowed
    assert not evaluate(rules, Facts(at=NOON, purpose="coach", uses=1, paid=paid, action="distribute")).allowed


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("until", {}),
        ("until", {"until": "some day"}),
        ("until", {"until": NOON, "more": 1}),
        ("for", {"period": "P1Y"}),
        ("count", {"times": 0}),
        ("count", {"times": "½"}),
        ("billing-amount", {"amount": "-1", "currency": "EUR"}),
        ("billing-amount", {"amount": "1", "currency": "euro"}),
        ("purpose", {"purposes": []}),
        ("purpose", {"purposes": 7}),
        ("level", {"level": "good"}),
        ("notify-before", {"party": "somebody"}),
    ],
)
def test_a_parameter_of_another_kind_is_refused(name: str, values: dict[str, object]) -> None:
    with pytest.raises(BadParameter):
        compose([(name, values)])


def test_an_unknown_rule_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="no-onward"):
        template("onwards")


def test_a_policy_is_told_in_the_readers_language() -> None:
    rules = compose([("until", {"until": "2027-06-30"}), ("delete-after", {"period": "P30D"})])
    assert [told(line, "en") for line in describe(rules)] == [
        "May be used until 30 June 2027.",
        "Copies must be deleted within 30 days of the agreement.",
    ]
    assert told(describe(rules)[0], "fr") == "Utilisation permise jusqu’au 30 juin 2027."
    assert told(describe(rules)[1], "sv") == "Kopior måste raderas inom 30 dygn efter avtalet."


def test_what_no_template_says_is_told_as_it_is_written() -> None:
    odd = policy(
        rule({"or": [limit("count", "lteq", "3"), limit("event", "neq", "exam")]}, limit("strange", "eq", "1"),
             duty=[rule(action="attribute")]),
        prohibition=[rule(limit("spatial", "neq", "SE"), action="print")],
    )  # fmt: skip
    assert [told(line) for line in describe(odd)] == [
        "One of these: May be used at most 3 times. · What is going on: neq exam.",
        "The policy's operand “strange” is not known.",
        "What must be done: attribute.",
        "Forbidden: print, when: The place of use: neq SE.",
    ]
    whose = policy(rule(assignee="did:web:a.example"), prohibition=[rule(action="sell")], conflict="perm")
    assert [told(line) for line in describe(whose)] == [
        "Permissions win over prohibitions here.",
        "The recipient is did:web:a.example.",
        "May be used without conditions.",
        "Forbidden: sell.",
    ]


def test_the_readers_own_names_for_words_are_used() -> None:
    line = describe(compose([("purpose", {"purposes": ["guidance"]})]))[0]
    assert told(line, "en", {"guidance": "help with plans"}.__getitem__) == "Only for: help with plans."
