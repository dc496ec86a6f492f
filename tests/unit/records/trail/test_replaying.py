"""A trail replayed: what holds, what it may claim, and that no change of any kind goes unnoticed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.records.model import ValidationLevel
from skillspace.records.trail import Fault, Hop, HopKind, Trail, fingerprint, name_of, replay, write_hop
from skillspace.wire.jose import SigningKey

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SPACE, SCHOOL, COUNCIL = (f"did:web:{name}.example" for name in ("space", "school", "council"))
KEYS = {did: SigningKey.generate(f"{did}#key-1") for did in (SPACE, SCHOOL, COUNCIL)}
ALVA, BO = "urn:skillspace:alva", "urn:skillspace:bo"
WELDING = "http://data.europa.eu/esco/skill/welding"
TRACE = Hop(
    kind=HopKind.TRACE,
    subject=ALVA,
    issuer=SPACE,
    issuer_name="Invented Space",
    title="Exercises in the welding booth",
    label="welding",
    concept=WELDING,
    validation=ValidationLevel.INFERRED,
    evidence=fingerprint(b"what the booth wrote down"),
    at=NOON - 9 * DAY,
)


def keys(issuer: str, _kid: str) -> Mapping[str, object]:
    if issuer not in KEYS:
        raise NotFound("Nobody knows this issuer.")
    return KEYS[issuer].public_jwk()


def signed(hop: Hop) -> str:
    return write_hop(hop, KEYS[hop.issuer])


def assessment(*rests: str, subject: str = ALVA, **more: object) -> Hop:
    hop = replace(TRACE, kind=HopKind.ASSESSMENT, issuer=SCHOOL, issuer_name="Invented School", evidence=None)
    hop = replace(hop, title="A day in the workshop", validation=ValidationLevel.ASSESSED, at=NOON - 5 * DAY)
    return replace(hop, rests_on=rests, subject=subject, **more)  # type: ignore[arg-type]


def recognition(*rests: str, **more: object) -> Hop:
    hop = replace(assessment(*rests), kind=HopKind.RECOGNITION, issuer=COUNCIL, issuer_name="Invented Council")
    hop = replace(hop, title="Recognised", validation=ValidationLevel.RECOGNISED, at=NOON - DAY)
    return replace(hop, **more)  # type: ignore[arg-type]


def credential(*rests: str, **more: object) -> Hop:
    hop = replace(assessment(*rests), kind=HopKind.CREDENTIAL, title="A certificate", at=NOON - 4 * DAY)
    return replace(hop, **{"validation": ValidationLevel.CERTIFIED} | more)  # type: ignore[arg-type]


def long_trail(subject: str = ALVA, traces: int = 2) -> Trail:
    """Traces, an assessment of them, a credential for it, and its recognition."""
    found = [
        signed(replace(TRACE, subject=subject, title=f"Exercise {number}", at=NOON - 9 * DAY + timedelta(hours=number)))
        for number in range(traces)
    ]
    judged = signed(assessment(*map(name_of, found), subject=subject))
    given_for = signed(credential(name_of(judged), subject=subject))
    last = signed(recognition(name_of(judged), name_of(given_for), subject=subject))
    return Trail.ending_in(subject, last, [*found, judged, given_for])


LONG = long_trail()
OF_BO = long_trail(BO)


def ending(last: Hop, *hops: str) -> Trail:
    return Trail.ending_in(last.subject, signed(last), hops)


def faults(trail: Trail, at: datetime = NOON) -> list[Fault | None]:
    return [check.fault for check in replay(trail, keys, at).checks]


def test_a_whole_trail_holds_and_its_last_hop_may_claim_what_it_says() -> None:
    found = replay(LONG, keys, NOON)
    assert [check.reason for check in found.checks] == ["This hop holds."] * 5
    assert [check.hop.kind for check in found.checks if check.hop] == [
        HopKind.TRACE,
        HopKind.TRACE,
        HopKind.ASSESSMENT,
        HopKind.CREDENTIAL,
        HopKind.RECOGNITION,
    ]
    assert found.claim is not None
    assert (found.claim.concept, found.claim.validation) == (WELDING, ValidationLevel.RECOGNISED)
    assert (found.claim.issuer, found.claim.subject) == (COUNCIL, ALVA)


def test_a_certificate_from_elsewhere_may_begin_a_trail() -> None:
    first = signed(credential())
    assert replay(ending(recognition(name_of(first)), first), keys, NOON).holds


@given(place=st.integers(0, 4), where=st.integers(0, 10_000), new=st.sampled_from("AZaz09-_."))
def test_any_letter_changed_is_found(place: int, where: int, new: str) -> None:
    token = LONG.hops[place]
    where %= len(token)
    changed = token[:where] + new + token[where + 1 :]
    if changed == token:
        return
    hops = tuple(changed if one == token else one for one in LONG.hops)
    found = replay(replace(LONG, hops=hops), keys, NOON)
    assert not found.holds
    assert found.checks[place].fault is Fault.UNREADABLE


@given(place=st.integers(0, 4))
def test_a_hop_that_was_dropped_is_found(place: int) -> None:
    hops = tuple(one for number, one in enumerate(LONG.hops) if number != place)
    assert not replay(replace(LONG, hops=hops), keys, NOON).holds


@given(order=st.permutations(range(5)))
def test_hops_in_another_order_are_found(order: list[int]) -> None:
    moved = replace(LONG, hops=tuple(LONG.hops[number] for number in order))
    assert replay(moved, keys, NOON).holds == (order == list(range(5)))


@given(place=st.integers(0, 4), is_added=st.booleans())
def test_a_hop_of_somebody_else_is_found(place: int, is_added: bool) -> None:
    hops = list(LONG.hops)
    hops[place : place + (not is_added)] = [OF_BO.hops[place]]
    found = replay(replace(LONG, hops=tuple(hops)), keys, NOON)
    assert not found.holds
    assert found.checks[place].fault is Fault.OTHER_PERSON


def test_a_trail_under_another_persons_name_is_found() -> None:
    assert set(faults(replace(LONG, subject=BO))) == {Fault.OTHER_PERSON}


@given(traces=st.integers(1, 6))
def test_a_trail_survives_json(traces: int) -> None:
    trail = long_trail(traces=traces)
    assert Trail.from_json(json.loads(json.dumps(trail.to_json()))) == trail
    assert replay(trail, keys, NOON).holds


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Other"},
        {"head": "x"},
        {"hops": []},
        {"hops": [1]},
        {"subject": ""},
        {"more": 1},
        {"hops": ["a"] * 101},
    ],
)
def test_what_is_no_trail_is_refused_by_name(changes: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="not a recognition trail"):
        Trail.from_json(LONG.to_json() | changes)


@given(junk=st.text(max_size=60))
def test_junk_in_place_of_a_hop_is_a_verdict_and_no_crash(junk: str) -> None:
    found = replay(Trail(subject=ALVA, head=name_of(junk), hops=(junk,)), keys, NOON)
    assert [check.fault for check in found.checks] == [Fault.UNREADABLE]


def test_an_assessment_of_nothing_is_none() -> None:
    assert faults(ending(assessment())) == [Fault.ON_NOTHING]


def test_what_a_hop_rests_on_must_be_there() -> None:
    assert faults(ending(assessment(name_of("elsewhere")))) == [Fault.MISSING]


def test_a_recognition_cannot_rest_on_traces_alone() -> None:
    first = signed(TRACE)
    assert faults(ending(recognition(name_of(first)), first)) == [None, Fault.ON_WRONG_KIND]


def test_nothing_rests_on_what_came_after_it() -> None:
    late = signed(replace(TRACE, at=NOON - 2 * DAY))
    assert faults(ending(assessment(name_of(late)), late)) == [None, Fault.TOO_EARLY]


def test_what_had_run_out_when_it_was_used_carries_nothing() -> None:
    old = signed(replace(TRACE, until=NOON - 6 * DAY))
    assert faults(ending(assessment(name_of(old)), old)) == [None, Fault.WAS_OVER]


def test_what_ran_out_later_counted_when_it_was_used() -> None:
    then = signed(replace(TRACE, until=NOON - 4 * DAY))
    assert faults(ending(assessment(name_of(then)), then)) == [None, None]


def test_the_last_hop_counts_until_its_day() -> None:
    first = signed(credential())
    trail = ending(recognition(name_of(first), until=NOON), first)
    assert faults(trail, NOON - timedelta(seconds=1)) == [None, None]
    assert faults(trail, NOON) == [None, Fault.OVER]


def test_a_hop_from_the_future_does_not_count_yet() -> None:
    assert faults(ending(replace(TRACE, at=NOON + DAY))) == [Fault.NOT_YET]


@given(kind=st.sampled_from(HopKind), level=st.sampled_from(ValidationLevel))
def test_no_hop_claims_more_than_its_kind_may(kind: HopKind, level: ValidationLevel) -> None:
    first = signed(credential(at=NOON - 6 * DAY))
    judged = signed(assessment(name_of(first)))
    rests = {HopKind.TRACE: (), HopKind.ASSESSMENT: (name_of(first),)}.get(kind, (name_of(judged),))
    last = recognition(*rests, kind=kind, validation=level)
    ceilings = {HopKind.TRACE: 3, HopKind.ASSESSMENT: 4, HopKind.CREDENTIAL: 5, HopKind.RECOGNITION: 6}
    expected = None if level <= ceilings[kind] else Fault.CLAIMS_MORE
    assert faults(ending(last, first, judged))[-1] is expected


@pytest.mark.parametrize("changes", [{"concept": "http://data.europa.eu/esco/skill/cooking"}, {"level": "expert"}])
def test_a_recognition_speaks_of_the_skill_and_level_that_were_judged(changes: dict[str, str]) -> None:
    first = signed(credential())
    assert faults(ending(recognition(name_of(first), **changes), first)) == [None, Fault.CLAIMS_OTHER]


def test_what_rests_on_a_broken_hop_does_not_hold() -> None:
    first = signed(replace(TRACE, validation=ValidationLevel.CERTIFIED))
    assert faults(ending(assessment(name_of(first)), first)) == [Fault.CLAIMS_MORE, Fault.ON_BROKEN]


def test_a_hop_signed_by_another_than_it_names_is_found() -> None:
    forged = write_hop(replace(TRACE, issuer=SCHOOL), KEYS[SPACE])
    assert faults(Trail(subject=ALVA, head=name_of(forged), hops=(forged,))) == [Fault.UNREADABLE]


def test_a_hop_of_an_issuer_nobody_knows_is_found() -> None:
    stranger = SigningKey.generate("did:web:stranger.example#key-1")
    token = write_hop(replace(TRACE, issuer="did:web:stranger.example"), stranger)
    assert faults(Trail(subject=ALVA, head=name_of(token), hops=(token,))) == [Fault.UNREADABLE]


def test_a_hop_that_says_too_little_is_never_written() -> None:
    with pytest.raises(BadInput, match="label does not fit"):
        write_hop(replace(TRACE, label=""), KEYS[SPACE])
