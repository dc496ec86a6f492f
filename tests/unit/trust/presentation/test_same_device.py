"""A wallet on the same device leads back to the browser that asked; to nobody else is told what was shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.trust.presentation import CAME_BACK, Asked, RequestState, skills_query
from tests.unit.trust.presentation.conftest import ADDRESS, House

MINE, OTHER = "the session of this browser", "another session"


def ask(house: House, session: str | None = MINE) -> Asked:
    with house.database.writing() as work:
        return house.presentations.ask(work, skills_query(), purpose="a job", session=session)


def show(house: House, asked: Asked) -> Any:
    request = house.request(asked)
    return house.answer(request, {"achievement": [house.shown(request, ("skills", 1))]})


def code_in(answer: Any) -> str:
    return str(parse_qs(urlsplit(answer.json()["redirect_uri"]).query)["response_code"][0])


def test_who_asked_on_the_same_device_comes_back_with_a_code_and_reads_what_was_shown(house: House) -> None:
    asked = ask(house)
    answer = show(house, asked)
    assert answer.json()["redirect_uri"].startswith(f"{ADDRESS}{CAME_BACK}/{asked.id}?response_code=")
    waits = house.status(asked)
    assert (waits.state, waits.shown, waits.is_held_back) == (RequestState.ANSWERED, None, True)
    back = house.presentations.come_back(asked.id, code_in(answer), MINE)
    assert back.shown is not None
    assert not back.is_held_back
    assert house.status(asked) == back
    assert house.presentations.come_back(asked.id, code_in(answer), MINE) == back, "a page may be loaded twice"


def test_who_sent_the_link_to_somebody_else_learns_nothing_of_their_answer(house: House) -> None:
    fixed, own = ask(house, OTHER), ask(house)
    code, another = code_in(show(house, fixed)), code_in(show(house, own))
    # The person who answered comes back in a browser of their own; whoever asked has no code, or another one's.
    for session, tried in ((MINE, code), ("", code), (OTHER, another), (OTHER, ""), (OTHER, "é"), (OTHER, code[:-1])):
        with pytest.raises(NotFound):
            house.presentations.come_back(fixed.id, tried, session)
    assert house.status(fixed).shown is None
    with house.database.reading() as work:
        assert all(each.shown is None for each in house.presentations.latest(work))


def test_the_same_answer_again_gets_the_same_way_back_and_a_no_gets_one_too(house: House) -> None:
    asked = ask(house)
    request = house.request(asked)
    token = {"achievement": [house.shown(request, ("skills", 1))]}
    assert house.answer(request, token).json() == house.answer(request, token).json()
    declined = ask(house)
    request = house.request(declined)
    path = urlsplit(request["response_uri"]).path
    answer = house.web.post(path, data={"error": "access_denied", "state": request["state"]})
    told = house.presentations.come_back(declined.id, code_in(answer), MINE)
    assert (told.state, told.shown) == (RequestState.DECLINED, None)


def test_from_another_device_nobody_is_led_anywhere(house: House) -> None:
    asked = ask(house, None)
    assert show(house, asked).json() == {}
    assert house.status(asked).shown is not None
    with pytest.raises(NotFound):
        house.presentations.come_back(asked.id, "", "")


def test_no_code_is_good_before_there_is_an_answer_and_neither_code_nor_session_is_stored(house: House) -> None:
    asked = ask(house)
    for tried in ("", "None", code_in(show(house, ask(house)))):
        with pytest.raises(NotFound):
            house.presentations.come_back(asked.id, tried, MINE)
    code = code_in(show(house, asked))
    with house.database.reading() as work:
        stored = str(work.rows(sa.select(sa.text("*")).select_from(sa.text("presentation_request"))))
    assert code not in stored
    assert MINE not in stored
