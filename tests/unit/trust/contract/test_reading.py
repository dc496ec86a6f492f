"""Terms, offerings, participations, news and evidence from outside: strict, with one spelling, and never a crash."""

from __future__ import annotations

import contextlib
import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, SkillspaceError
from skillspace.trust.contract import check_contract, diff, read_offering, read_terms
from skillspace.trust.contract.clauses import from_template
from skillspace.trust.contract.differences import needs_signatures
from skillspace.trust.contract.messages import News
from skillspace.trust.contract.reading import contract_id, read_participation
from skillspace.trust.contract.replica import check
from skillspace.trust.contract.signing import sign_terms
from skillspace.wire.jose import SigningKey
from tests.conftest import NOON
from tests.unit.trust.contract.conftest import HUB, contract_content, diplomas

KEY = SigningKey.generate(f"{HUB}#key-1")


def _terms(**changes: Any) -> dict[str, Any]:
    fixed = {"id": contract_id(HUB), "version": 1, "previous": None, "orchestrator": HUB}
    return contract_content(**fixed, issued="2026-11-21T12:00:00Z") | changes


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_terms_have_one_spelling_whatever_order_and_offset_they_came_in() -> None:
    written = _terms()
    one = read_terms(written)
    other = read_terms(dict(reversed(written.items())) | {"issued": "2026-11-21T13:00:00.0009+01:00"})
    assert one.hash == other.hash
    assert read_terms(one.content()) == one
    assert read_terms(json.loads(json.dumps(one.content()))).hash == one.hash


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"surprise": 1}, "surprise"),
        ({"ends": "2026-10-01T00:00:00Z"}, "ends before"),
        ({"id": "urn:skillspace:contract:of-somebody-else"}, "orchestrator's"),
        ({"previous": "0" * 64}, "previous"),
        ({"version": 2}, "previous"),
        ({"version": "1"}, "version"),
        ({"starts": "2026-11-01T00:00:00"}, "offset"),
        ({"business_model": {"percent": 2.5}}, "fraction"),
        ({"business_model": {"é": 1}}, "ASCII"),
        ({"business_model": {"big": 2**60}}, "too large"),
        ({"purposes": ["guidance", "guidance"]}, "twice"),
        ({"roles": [{"role": "school"}, {"role": "school"}]}, "twice"),
        ({"title": "x" * 301}, "title"),
        ({"clauses": [{"clause": "a", "values": {"text": "x" * 300_000}}]}, "too long"),
    ],
)
def test_terms_that_are_not_as_they_should_be_are_refused_with_the_place(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        read_terms(_terms(**changes))


def test_an_offering_nobody_could_ever_use_is_refused() -> None:
    never = {
        "permission": [{"action": "use", "constraint": [{"leftOperand": "count", "operator": "lt", "rightOperand": 1}]}]
    }
    with pytest.raises(BadInput, match="does not work"):
        read_offering(diplomas().content() | {"policy": never})


@settings(max_examples=200, deadline=None)
@given(anything, st.sampled_from(sorted(_terms())))
def test_anything_in_place_of_a_part_is_read_or_refused_by_name(value: Any, name: str) -> None:
    for read, document in ((read_terms, _terms()), (read_offering, diplomas().content()), (read_participation, {})):
        try:
            found = read(document | {name: value})
            assert read(found.content()) == found  # type: ignore[arg-type]
        except BadInput:
            pass


@settings(max_examples=150, deadline=None)
@given(anything)
def test_anything_as_a_whole_is_refused_by_name(value: Any) -> None:
    for read in (read_terms, read_offering, read_participation):
        with pytest.raises(BadInput):
            read(value)
    with pytest.raises(BadInput):
        check_contract(value, lambda _issuer, _kid: KEY.public_jwk())


def _exported() -> dict[str, Any]:
    terms = read_terms(_terms())
    version = {"terms": terms.content(), "signature": sign_terms(terms, KEY, NOON), "key": KEY.public_jwk()}
    return {"format": "skillspace-contract-1", "contract": terms.id, "versions": [version], "participations": []}


EXPORTED = _exported()


@settings(max_examples=150, deadline=None)
@given(anything, st.sampled_from(["contract", "versions", "participations", "terms", "signature", "key"]))
def test_evidence_with_anything_in_it_fails_by_name_alone(value: Any, name: str) -> None:
    document = copy.deepcopy(EXPORTED)
    (document if name in document else document["versions"][0])[name] = value
    with contextlib.suppress(SkillspaceError):
        check_contract(document, lambda _issuer, _kid: KEY.public_jwk())


@settings(max_examples=150, deadline=None)
@given(anything, st.sampled_from(["state", "stops", "since", "versions", "participations", "offers", "revision"]))
def test_news_with_anything_in_it_fails_by_name_alone(value: Any, name: str) -> None:
    version = {part: EXPORTED["versions"][0][part] for part in ("terms", "signature")}
    told = {
        "contract": EXPORTED["contract"],
        "state": "open",
        "stops": None,
        "reason": "",
        "since": "2026-11-21T12:00:00Z",
        "revision": 1,
        "more": False,
        "versions": [version],
        "participations": [],
        "offers": [],
    }
    try:
        news = News.model_validate(told | {name: value})
    except ValueError:
        return
    with contextlib.suppress(SkillspaceError):
        check(news, orchestrator=HUB, resolve_key=lambda _issuer, _kid: KEY.public_jwk())


def test_a_template_of_the_clause_library_is_read_as_terms() -> None:
    values = {"orchestrator": HUB, "starts": "2027-01-01", "ends": "2029-01-01", "law": "SE", "court": "Umeå"}
    written = from_template("personal-data-sharing", values)
    fixed = {name: _terms()[name] for name in ("id", "version", "previous", "orchestrator", "issued")}
    assert read_terms(written | fixed).title == written["title"]


def test_what_changed_is_told_place_by_place() -> None:
    old = read_terms(_terms())
    new = read_terms(
        _terms(
            id=old.id,
            version=2,
            previous=old.hash,
            notice_days=60,
            roles=[{"role": "orchestrator"}, {"role": "school"}, {"role": "parent"}],
        )
    )
    assert {str(change) for change in diff(old, new)} == {
        "notice_days: 30 becomes 60",
        "roles › school › obligations › quality-and-updates/1: removed "
        '{"clause": "quality-and-updates/1", "values": {"days": 30}}',
        'roles › employer: removed {"obligations": [], "role": "employer"}',
        'roles › parent: added {"obligations": [], "role": "parent"}',
    }
    assert needs_signatures(old, new) == ["notice_days", "roles"]
    assert diff(old, old) == []
