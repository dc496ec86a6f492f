"""A seller of matching that is killed while it answers: the person is told, keeps what came before, and asks again."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.market.matching_service import AskedState, NoAnswer
from tests.nodes import running, until
from tests.processes.walking import Walker
from tests.unit.market.matching_service.street import made, trading, with_alva

#: Before and after the commits of an answer: the decision with its count, and the line in the journal.
TOUCHES = (1, 2, 3, 4)


@pytest.mark.parametrize("touch", TOUCHES)
def test_a_seller_killed_while_it_answers_is_told_to_the_person_and_nothing_is_lost(
    tmp_path: Path, starter_taxonomies: Path, touch: int
) -> None:
    seller, hub = made(tmp_path, starter_taxonomies)
    with trading(seller, hub):
        pass
    shop = Walker(settings=seller)
    with running(hub) as (at_hub,):
        street = with_alva(seller.did, at_hub)
        shop.start()
        try:
            grant = street.allow()
            first = street.settled()
            assert first.state is AskedState.ANSWERED, first.reason
            shop.fall_at(touch)
            given_up = street.again(grant)
            until(lambda: shop.has_fallen, "the seller fell")
            assert given_up.state is AskedState.FAILED
            assert given_up.reason is NoAnswer.SILENT
            assert given_up.answer == first.answer
            shop.start()
            last = street.again(grant)
            assert last.state is AskedState.ANSWERED, last.reason
            assert last.answered is not None
            assert first.answered is not None
            assert last.answered > first.answered
            shop.audit()
        finally:
            shop.stop()
