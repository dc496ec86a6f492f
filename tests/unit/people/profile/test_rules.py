"""Rules of merging as data: read strictly, with a sentence in each language; what a file says is what happens."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.people.profile import ConflictKind, join, read_rules, rules_in, shipped_rules
from tests.unit.people.profile.claims import EMPLOYER, TODAY, UNIVERSITY, claim, named

SHIPPED = files("skillspace.people.profile").joinpath("rules.toml").read_text(encoding="utf-8")
#: One rule in the file, with the blank line before it.
RULE = re.compile(r'\[\[rule\]\]\nid = "(?P<id>[^"]+)".*?(?=\n\n|\n*\Z)', re.DOTALL)


def without(rule: str) -> bytes:
    return RULE.sub(lambda found: "" if found["id"] == rule else found[0], SHIPPED).encode()


def test_every_shipped_rule_has_a_version_and_a_sentence_in_each_language() -> None:
    rules = shipped_rules()
    all_rules = [*rules.same.values(), *rules.order, *rules.conflicts.values(), rules.spent, rules.compare, rules.once]
    assert len(all_rules) == SHIPPED.count("[[rule]]")
    for rule in all_rules:
        assert rule is not None
        sentences = {rule.sentence(language) for language in ("en", "fr", "sv")}
        assert len(sentences) == 3
        assert rule.sentence("tlh") == rule.sentence("en")


@pytest.mark.parametrize(
    "rule",
    [
        "same-concept",
        "same-words",
        "your-word-same",
        "valid-first",
        "your-choice",
        "always-the-same",
        "none-valid",
        "same-scale",
        "levels-differ",
        "above-a-test",
        "proof-ran-out",
    ],
)
def test_what_no_profile_can_do_without_is_missed(rule: str) -> None:
    with pytest.raises(BadInput, match="rules of merging do not fit"):
        read_rules(without(rule))


@pytest.mark.parametrize("rule", ["exact-table", "close-table", "narrower-counts", "one-credential", "newer"])
def test_a_node_may_do_without_the_others(rule: str) -> None:
    assert read_rules(without(rule)) != shipped_rules()


@pytest.mark.parametrize(
    ("line", "other", "told"),
    [
        ('by = "proof"', 'by = "luck"', "proof"),
        ('does = "spent"', 'does = "guess"', "does"),
        ('id = "newer"', 'id = "better-proof"', "two are called 'better-proof'"),
        ('by = "newest"', 'by = "proof"', "stands twice for proof"),
        ('by = "valid"', 'by = "newest"', "newest|valid"),
        ('scales = ["cefr", "eqf", "marks", "named"]', 'scales = ["stars"]', "scales"),
        ("version = 1", "version = 0", "version"),
        ('proof = "assessed"', 'proof = "sworn"', "proof"),
        ('name = "skillspace"', 'name = "skillspace"\nscript = "rm"', "script"),
    ],
)
def test_a_typing_error_is_told_by_its_place(line: str, other: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        read_rules(SHIPPED.replace(line, other, 1).encode())


def test_no_file_lets_an_expired_claim_speak_or_a_person_go_unheard() -> None:
    first = RULE.search(SHIPPED, SHIPPED.index('id = "valid-first"') - len("[[rule]]\n"))
    assert first is not None
    moved = without("valid-first").decode() + "\n" + first[0]
    with pytest.raises(BadInput, match="begins with “valid” and “choice”"):
        read_rules(moved.encode())


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_file_is_rules_or_refused_by_name(document: bytes) -> None:
    with pytest.raises(BadInput):
        read_rules(document)


def test_a_nodes_own_file_is_named_where_it_does_not_fit(tmp_path: Path) -> None:
    assert rules_in(None) is shipped_rules()
    own = tmp_path / "rules.toml"
    with pytest.raises(BadInput, match=str(own)):
        rules_in(own)
    own.write_bytes(without("newer"))
    assert [rule.by for rule in rules_in(own).order] == ["valid", "choice", "proof", "name"]
    own.write_text("name = 1", encoding="utf-8")
    with pytest.raises(BadInput, match=str(own)):
        rules_in(own)


def test_a_table_that_a_file_does_not_name_joins_nothing() -> None:
    claims = [claim(), claim(concept="other:x", relation="broad", source=EMPLOYER)]
    assert len(join(claims, TODAY, named)) == 1
    assert {skill.uri for skill in join(claims, TODAY, named, read_rules(without("narrower-counts")))} == {
        "esco:a",
        "other:x",
    }


def test_the_order_in_a_file_decides_who_speaks() -> None:
    proof, newer = without("newer").decode(), SHIPPED
    newer = (
        newer.replace('by = "proof"', 'by = "x"').replace('by = "newest"', 'by = "proof"').replace('"x"', '"newest"')
    )
    older_better = claim(validation=5, level="B1", issued=TODAY - timedelta(days=900))
    newer_worse = claim(validation=1, level="C1", issued=TODAY, source=EMPLOYER)
    (by_proof,) = join([older_better, newer_worse], TODAY, named, read_rules(proof.encode()))
    (by_day,) = join([older_better, newer_worse], TODAY, named, read_rules(newer.encode()))
    assert (by_proof.level, by_day.level) == ("B1", "C1")


def test_levels_of_two_scales_are_compared_only_where_a_file_says_they_are_equal() -> None:
    claims = [claim(level="IELTS 6.5", validation=5), claim(level="C1", validation=5, source=EMPLOYER)]
    (skill,) = join(claims, TODAY, named)
    assert skill.conflicts == ()
    scales = 'scales = ["cefr", "eqf", "marks", "named"]'
    equal = read_rules(SHIPPED.replace(scales, scales + '\nequal = { "IELTS 6.5" = "B2" }').encode())
    (skill,) = join(claims, TODAY, named, equal)
    assert [conflict.kind for conflict in skill.conflicts] == [ConflictKind.LEVELS_DIFFER]
    none = read_rules(SHIPPED.replace(scales, "scales = []").encode())
    (skill,) = join([claim(level="B1"), claim(level="C1", source=EMPLOYER)], TODAY, named, none)
    assert skill.conflicts == ()


def test_one_certificate_in_two_formats_counts_once_and_both_stay_visible() -> None:
    badge = claim(validation=5, level="B2", issued=date(2025, 6, 1), record="badge")
    same = claim(validation=5, level="B2", issued=date(2025, 6, 1), record="elm", source=EMPLOYER, issuer=UNIVERSITY)
    (skill,) = join([badge, same], TODAY, named)
    assert len(skill.assertions) == 1
    assert [copy.of for copy in skill.copies] == list(skill.assertions)
    assert set(skill.claims) == {badge, same}
    (twice,) = join([badge, same], TODAY, named, read_rules(without("one-credential")))
    assert (len(twice.assertions), twice.copies) == (2, ())


@pytest.mark.parametrize(
    "other",
    [{"level": "C1"}, {"issued": date(2025, 7, 1)}, {"until": date(2030, 1, 1)}, {"title": "Another"}, {"issuer": "x"}],
)
def test_what_differs_in_anything_that_matters_is_no_copy(other: dict[str, object]) -> None:
    one = {"validation": 5, "level": "B2", "issued": date(2025, 6, 1), "issuer": UNIVERSITY}
    both = [claim(**one, record="a"), claim(**(one | other), record="b")]  # type: ignore[arg-type]
    (skill,) = join(both, TODAY, named)
    assert (len(skill.assertions), skill.copies) == (2, ())


def test_what_one_document_says_twice_it_says_twice() -> None:
    (skill,) = join([claim(concept="other:x"), claim(concept="other:y")], TODAY, named)
    assert (len(skill.assertions), skill.copies) == (2, ())


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        ({"until": TODAY - timedelta(days=1), "validation": 6}, "valid-first"),
        ({"validation": 4}, "better-proof"),
        ({"validation": 5, "issued": date(2020, 1, 1)}, "newer"),
        ({"validation": 5, "label": "books"}, "always-the-same"),
    ],
)
def test_a_skill_names_the_rule_that_decided_who_speaks(second: dict[str, object], rule: str) -> None:
    first = claim(validation=5, issued=date(2025, 6, 1))
    other = claim(**({"issued": date(2025, 6, 1), "source": EMPLOYER} | second))  # type: ignore[arg-type]
    (skill,) = join([first, other], TODAY, named)
    assert skill.rule == rule
    (alone,) = join([first], TODAY, named)
    assert alone.rule == ""
    (over,) = join([claim(until=TODAY - timedelta(days=1))], TODAY, named)
    assert over.rule == "none-valid"


def test_every_claim_names_the_rule_that_put_it_under_its_skill() -> None:
    rules = shipped_rules()
    told = {
        rules.why_here(each).id
        for each in (
            claim(),
            claim(concept="other:x"),
            claim(concept="other:x", relation="close"),
            claim(concept="other:x", relation="broad"),
            claim(None, concept="other:x"),
            claim(None),
        )
    }
    assert told == {"same-concept", "exact-table", "close-table", "narrower-counts", "same-words"}
