"""Reasons: every sentence there is in every language, with the same parameters, and kept as data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import skillspace.trust.policy as room
from skillspace.trust.policy import Facts, evaluate
from skillspace.trust.policy.operands import TABLE
from skillspace.trust.policy.reasons import languages, reason_of, sentence, wording
from skillspace.trust.policy.templates import templates
from tests.conftest import NOON
from tests.unit.trust.policy.making import limit, policy, rule

CODE = "\n".join(file.read_text(encoding="utf-8") for file in Path(room.__file__).parent.glob("*.py"))


def test_every_language_has_the_same_sentences_with_the_same_parameters() -> None:
    def shape(language: str) -> dict[str, list[str]]:
        messages = wording(language)["messages"]
        return {name: sorted(set(re.findall(r"{\w+}", text)) - {"{subject}"}) for name, text in messages.items()}

    for language in languages():
        assert shape(language) == shape("en")
        for part in ("subjects", "kinds"):
            assert set(wording(language)[part]) == set(wording("en")[part])


def test_every_sentence_the_code_names_is_there() -> None:
    named = set(
        re.findall(
            r'"((?:unread|fact|part|action|duty|prohibition|permission|obligation|lint|mend|rule)\.[\w-]+)"', CODE
        )
    )
    assert len(named) > 50
    assert named <= set(wording("en")["messages"])
    assert {f"rule.{one.id}" for one in templates()} <= set(wording("en")["messages"])
    assert {name.replace("unread", "mend.unread") for name in named if name.startswith("unread.")} <= set(
        wording("en")["messages"]
    )


def test_every_operand_has_a_name_for_people() -> None:
    assert set(TABLE) == set(wording("en")["subjects"])


def test_a_reason_survives_being_written_down() -> None:
    document = policy(rule({"or": [limit("count", "lt", "3"), limit("purpose", "isAnyOf", ["recruit", "train"])]}))
    reason = evaluate(document, Facts(at=NOON, uses=9, purpose="sell")).reasons[0]
    back = reason_of(json.loads(json.dumps(reason.as_json())))
    assert [sentence(back, language) for language in languages()] == [
        sentence(reason, language) for language in languages()
    ]


def test_an_unknown_language_is_answered_in_english() -> None:
    reason = evaluate(None, Facts(at=NOON)).reasons[0]
    assert sentence(reason, "xx") == reason.text == "There is no policy, so nothing is allowed."


def test_what_came_from_outside_is_repeated_only_in_part_and_never_as_a_pattern() -> None:
    document = policy(rule(limit("purpose", "eq", "{0.__class__}" + "x" * 5000), limit("{subject}" * 900, "eq", "1")))
    for language in languages():
        text = " ".join(
            sentence(reason, language) for reason in evaluate(document, Facts(at=NOON, purpose="a")).reasons
        )
        assert "{0.__class__}" in text
        assert len(text) < 1500
