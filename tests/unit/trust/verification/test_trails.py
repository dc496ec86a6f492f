"""A recognition trail that somebody brings is replayed hop by hop, and counts only where all of it still stands."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.records.trail import Fault, HopStanding, Trail, name_of
from skillspace.trust.status import CredentialRevoked, StatusUnreachable
from skillspace.trust.verification import Examined, Examiner, Kind
from tests.unit.records.trail.test_replaying import ALVA, COUNCIL, NOON, WELDING, keys
from tests.unit.records.trail.test_standing import published, says, trail


def examined(brought: Trail, *, holder: str | None = None, **more: Any) -> Examined:
    facts: dict[str, Any] = {"check_status": says(None), "clock": lambda: NOON, "anchors": ()}
    examiner = Examiner(resolve_key=keys, resolve_holder_key=keys, **facts | more)
    return examiner.examine(json.dumps(brought.to_json()).encode(), holder=holder)


def test_a_trail_that_stands_tells_whose_word_its_last_hop_is_and_for_what() -> None:
    found = examined(trail())
    assert (found.kind, found.holds, found.issuer) == (Kind.TRAIL, True, COUNCIL)
    assert (found.about, found.skills, found.matter.skills) == (ALVA, ("welding",), frozenset({WELDING}))
    assert [hop.standing for hop in found.hops] == [HopStanding.SILENT, HopStanding.STANDS]


def test_one_that_was_taken_back_or_cannot_be_looked_up_does_not_count() -> None:
    gone = examined(trail(), check_status=says(CredentialRevoked()))
    assert (gone.holds, gone.issuer, gone.hops[-1].fault) == (False, "", Fault.TAKEN_BACK)
    silent = examined(trail(), check_status=says(StatusUnreachable()))
    assert (silent.holds, silent.fault.code if silent.fault else "") == (False, "StandingUnknown")
    assert examined(trail(published()), check_status=says(StatusUnreachable())).holds


def test_without_a_network_what_it_carries_is_what_counts() -> None:
    assert examined(trail(), check_status=None).holds
    assert examined(trail(published()), check_status=None).holds
    assert not examined(trail(published(7)), check_status=None).holds


def test_it_is_about_who_is_asked_for_by_somebody_whose_word_counts() -> None:
    assert examined(trail(), holder=ALVA, trust=lambda issuer, _types: issuer == COUNCIL).holds
    assert not examined(trail(), holder="urn:skillspace:bo").holds
    assert not examined(trail(), trust=lambda _issuer, _types: False).holds


def test_a_part_of_a_trail_and_what_is_none_are_no_trail() -> None:
    whole = trail()
    cut = examined(replace(whole, hops=whole.hops[:1]))
    assert (cut.holds, bool(cut.fault) or not all(hop.holds for hop in cut.hops)) == (False, True)
    other = examined(replace(whole, head=name_of("elsewhere")))
    assert not other.holds
    with pytest.raises(BadInput):
        examined(replace(whole, hops=()))
