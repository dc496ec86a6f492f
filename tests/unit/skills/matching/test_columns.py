"""Offers as columns: what is kept, joined, taken and refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import Columns, Offer, OfferIndex
from skillspace.skills.matching.columns import EVER, LONGEST, NEVER, Codes, Groups
from skillspace.skills.taxonomy import Need, Taxonomies
from tests.unit.skills.matching.brute import SKILLS, merged, offer_lists

QUICK = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
JOB = Offer(id="job", occupation=None, needs=((SKILLS[0], 1.0, Need.ESSENTIAL),))

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
lists = st.lists(st.none() | words, max_size=8)
groups = st.lists(st.lists(words.filter(bool), max_size=3), max_size=6)


def read_codes(codes: Codes) -> list[str | None]:
    return [bytes(codes.table[row]).decode() if row >= 0 else None for row in codes.rows.tolist()]


def read_groups(all_of: Groups) -> list[list[str | None]]:
    flat = read_codes(all_of.members)
    return [flat[start:stop] for start, stop in zip(all_of.starts[:-1], all_of.starts[1:], strict=True)]


def plain(columns: Columns) -> list[dict[str, Any]]:
    """Read columns back, offer by offer."""
    read: dict[str, Any] = {}
    for entry in fields(Columns):
        column = getattr(columns, entry.name)
        if isinstance(column, Groups):
            read[entry.name] = read_groups(column)
        else:
            read[entry.name] = read_codes(column) if isinstance(column, Codes) else column.tolist()
    starts = columns.needs.starts
    for name in ("given", "essential", "asked_level", "asked_proof"):
        read[name] = [read[name][start:stop] for start, stop in pairwise(starts.tolist())]
    return [{name: str(column[row]) for name, column in read.items()} for row in range(len(columns))]


@given(texts=lists)
def test_codes_give_back_what_they_were_made_of(texts: list[str | None]) -> None:
    assert read_codes(Codes.of(texts)) == [text or None for text in texts]


@given(parts=st.lists(lists, min_size=1, max_size=4), seed=st.randoms(use_true_random=False))
@settings(deadline=None)
def test_joined_codes_are_those_of_all_one_after_the_other(parts: list[list[str | None]], seed: Any) -> None:
    made = [Codes.of(part) for part in parts]
    everything = [text or None for part in parts for text in part]
    joined = Codes.joined(made)
    assert read_codes(joined) == everything
    some = [seed.randrange(len(everything)) for _ in range(4 * bool(everything))]
    assert read_codes(joined.taken(np.array(some, dtype=np.int64))) == [everything[at] for at in some]


@given(parts=st.lists(groups, min_size=1, max_size=4), seed=st.randoms(use_true_random=False))
def test_joined_groups_are_those_of_all_one_after_the_other(parts: list[list[list[str]]], seed: Any) -> None:
    everything = [group for part in parts for group in part]
    joined = Groups.joined([Groups.of(part) for part in parts])
    assert read_groups(joined) == everything
    some = [seed.randrange(len(everything)) for _ in range(4 * bool(everything))]
    assert read_groups(joined.taken(np.array(some, dtype=np.int64))) == [everything[at] for at in some]


@given(group=st.lists(st.lists(words, max_size=3), max_size=6))
def test_groups_forget_members_that_are_none(group: list[list[str]]) -> None:
    assert read_groups(Groups.of(group).named()) == [[text for text in members if text] for members in group]


@given(parts=st.lists(offer_lists, min_size=1, max_size=3), seed=st.randoms(use_true_random=False))
@QUICK
def test_offers_read_in_pieces_are_those_read_at_once(parts: list[list[Offer]], seed: Any) -> None:
    offers = [offer for part in parts for offer in part]
    once = plain(Columns.of(offers))
    joined = Columns.joined([Columns.of(part) for part in parts])
    assert plain(joined) == once
    some = [seed.randrange(len(offers)) for _ in range(5 * bool(offers))]
    assert plain(joined.taken(np.array(some, dtype=np.int64))) == [once[at] for at in some]


@given(offers=offer_lists)
@QUICK
def test_a_need_stated_twice_keeps_the_larger_weight_and_demand(offers: list[Offer]) -> None:
    columns = Columns.of(offers)
    for offer, uris, start in zip(offers, read_groups(columns.needs), columns.needs.starts, strict=False):
        needs, levels, proofs = merged(offer), dict(offer.levels), dict(offer.proofs)
        assert uris == sorted(needs)
        for at, uri in enumerate(sorted(needs), start):
            assert columns.given[at] == np.float32(needs[uri][1])
            assert columns.essential[at] == (needs[uri][2] is Need.ESSENTIAL)
            assert columns.asked_level[at] == levels.get(uri, 0)
            assert columns.asked_proof[at] == proofs.get(uri, 0)


@given(offers=offer_lists)
@QUICK
def test_offers_of_one_occupation_stand_side_by_side(offers: list[Offer]) -> None:
    columns = Columns.of(offers)
    ordered, order = columns.side_by_side()
    assert plain(ordered) == plain(columns.taken(order))
    assert sorted(order.tolist()) == list(range(len(offers)))
    occupations = [offers[at].occupation or "" for at in order]
    assert occupations == sorted(occupations)


def test_what_an_offer_does_not_say_stands_as_that() -> None:
    columns = Columns.of([JOB])
    assert (columns.opens[0], columns.closes[0], columns.education[0]) == (EVER, NEVER, 0)
    for numbers in (columns.latitude, columns.longitude, columns.salary_min, columns.salary_max, columns.hours):
        assert np.isnan(numbers).all()
    assert read_codes(columns.kind) == ["job"]
    assert read_codes(columns.place) == read_codes(columns.employer) == [None]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"id": ""}, "id is empty"),
        ({"id": "a\0"}, "NUL"),
        ({"id": "a\0b"}, "NUL"),
        ({"id": "a\ud800"}, "half a letter"),
        ({"id": "å" * LONGEST}, "longer"),
        ({"place": "SE\0"}, "NUL"),
        ({"employer": "x" * 10**6}, "longer"),
        ({"licences": ("\udfff",)}, "half a letter"),
        ({"needs": (("", 1.0, Need.ESSENTIAL),)}, "no concept"),
        ({"needs": (("urn:a\0", 1.0, Need.ESSENTIAL),)}, "NUL"),
        ({"needs": (("urn:a", 1e300, Need.ESSENTIAL),)}, "positive"),
        ({"needs": (("urn:a", 1e-60, Need.ESSENTIAL),)}, "positive"),
        ({"needs": (("urn:a", float("nan"), Need.OPTIONAL),)}, "positive"),
        ({"salary_max": float("inf")}, "no end"),
        ({"hours": 1e300}, "no end"),
    ],
)
def test_what_no_offer_can_say_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        Columns.of([JOB, replace(JOB, **{"id": "other"} | change)])


@pytest.mark.parametrize(
    "change",
    [
        {"where": (91.0, 0.0)},
        {"where": (0.0, float("nan"))},
        {"education": 9},
        {"levels": ((SKILLS[0], 0),)},
        {"proofs": ((SKILLS[0], 7),)},
    ],
)
def test_an_offer_out_of_range_is_refused_as_it_is_made(change: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="The offer job"):
        replace(JOB, **change)


@given(title=st.text(), text=st.text(), said=lists)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_can_be_a_title_a_text_or_an_employer(
    world: Taxonomies, title: str, text: str, said: Sequence[str | None]
) -> None:
    offers = [replace(JOB, id=f"{at}", title=title, text=text, employer=name) for at, name in enumerate([None, *said])]
    index = OfferIndex.build(offers, world)
    assert index.title("0") == title.encode("utf-8", "replace").decode()


def test_a_day_at_either_end_of_the_calendar_is_kept() -> None:
    columns = Columns.of([replace(JOB, opens=dt.date.min, closes=dt.date.max)])
    epoch = dt.date(1970, 1, 1)
    assert columns.opens[0] == (dt.date.min - epoch).days
    assert columns.closes[0] == (dt.date.max - epoch).days
