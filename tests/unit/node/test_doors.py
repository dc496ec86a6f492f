"""A door that strangers knock at: so often from one address and no more, whatever they ask."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from skillspace.kernel.pace import Pace
from skillspace.node.doors import paced
from tests.small_space import HeldClock, answer_faults


def test_who_knocks_too_often_waits_and_others_do_not() -> None:
    clock, router, app = HeldClock(), APIRouter(), FastAPI()
    router.get("/a")(lambda: "yes")
    router.post("/b")(lambda: "yes")
    app.include_router(router, dependencies=[paced(Pace(3, timedelta(minutes=1), clock))])
    answer_faults(app)
    one, other = TestClient(app, client=("10.0.0.1", 1)), TestClient(app, client=("10.0.0.2", 1))
    assert [one.get("/a").status_code, one.post("/b").status_code, one.get("/a").status_code] == [200, 200, 200]
    refused = one.post("/b")
    assert (refused.status_code, refused.json()["code"]) == (429, "TooManyCalls")
    assert other.get("/a").status_code == 200
    clock.move(minutes=1)
    assert one.get("/a").status_code == 200
