"""Three nodes, of which one falls: what a guardian said yes to, records on their way, and copies come through whole.

Each life ends with everything that anybody was told held against what each node wrote down, as in `test_falling`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skillspace.exchange import Offering
from skillspace.node.composition import Node
from skillspace.people.sharing import PROFILE_DATASET
from skillspace.trust.policy import offer_rules
from tests.nodes import acquaint, admit, make_node, running, until
from tests.processes.walking import Valley, falls, standing

HANDED_OVER = {"hub": (24, 3), "works": (8, 2)}
GATHERED = {"hub": (40, 4), "school": (24, 3)}
COPIED = {"hub": (30, 3), "works": (28, 3)}
STATE = "SELECT state FROM consent_grant WHERE id = ?"
COPY = "SELECT state, name FROM received_profile WHERE grant_id = ? AND profile IS NOT NULL"
AGREEMENT = "SELECT 1 FROM negotiation WHERE dataset = ? AND state = 'FINALIZED'"


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory, starter_taxonomies: Path) -> Iterator[Valley]:
    """A hub where people live, a school that keeps their diplomas, and the works that want to see them."""
    folder = tmp_path_factory.mktemp("valley")
    more = {"taxonomies": str(starter_taxonomies), "crawl_seconds": 3600.0}
    hub = make_node(folder / "hub", "Invented Hub", "authority", "intermediary", **more)
    works = make_node(folder / "works", "Invented Works", "employer", authority=hub.did, **more)
    school = make_node(folder / "school", "Invented School", "university", authority=hub.did, **more)
    with running(hub, works, school) as (at_hub, at_works, at_school):
        offer(at_hub, PROFILE_DATASET, "recruitment", "name", "skills")
        offer(at_school, "diplomas", "gather", "diploma")
        admit(at_hub, at_works, at_school)
        acquaint(at_hub, at_works, at_school)
        until(lambda: _agreed(at_hub, PROFILE_DATASET) and _agreed(at_school, "diplomas"), "contracts are made")
    with standing({"hub": hub, "works": works, "school": school}) as made:
        yield made


def offer(node: Node, dataset: str, purpose: str, *kinds: str) -> None:
    with node.database.writing() as work:
        node.exchange.catalog.publish(
            work,
            Offering(
                id=dataset,
                title={"en": dataset},
                description={},
                kinds=kinds,
                personal=True,
                purposes=(purpose,),
                media_type="application/json",
                policy=offer_rules(purposes=[purpose]),
                updated=work.now,
            ),
        )


def _agreed(node: Node, dataset: str) -> bool:
    with node.database.reading() as work:
        return work.connection.exec_driver_sql(AGREEMENT, (dataset,)).first() is not None


@pytest.mark.parametrize(("victim", "touch"), falls(HANDED_OVER))
def test_what_a_guardian_said_yes_to_is_handed_over_once_wherever_a_node_falls(
    valley: Valley, victim: str, touch: int | None
) -> None:
    print(f"{victim} fell {valley.walk(a_child_grows, victim, touch)} times")


@pytest.mark.parametrize(("victim", "touch"), falls(GATHERED))
def test_records_come_once_and_go_with_the_yes_wherever_a_node_falls(
    valley: Valley, victim: str, touch: int | None
) -> None:
    print(f"{victim} fell {valley.walk(records_come, victim, touch)} times")


@pytest.mark.parametrize(("victim", "touch"), falls(COPIED))
def test_a_copy_is_kept_once_and_its_deletion_signed_once_wherever_a_node_falls(
    valley: Valley, victim: str, touch: int | None
) -> None:
    print(f"{victim} fell {valley.walk(a_copy_is_kept, victim, touch)} times")


def a_child_grows(valley: Valley, name: str) -> Iterator[None]:
    """A guardian's yes, the child comes of age, and says yes by themselves."""
    hub, works = valley.hub, valley.works
    child = hub.do("family", lambda: True, name=name, recipient=works.did, purpose="recruitment", kind="name")
    old = str(hub.value("SELECT id FROM consent_grant WHERE person = ?", child))
    _is_held(valley, old)
    valley.wait(lambda: works.rows(COPY, old) == [("open", name)], "the works has its copy")
    yield
    grown = "SELECT 1 FROM birth WHERE person = ? AND proof = 'civil_register'"
    hub.do("grow", lambda: hub.value(grown, child), person=child)
    renewed = "SELECT id FROM consent_grant WHERE person = ? AND replaces = ?"
    valley.wait(lambda: hub.value(renewed, child, old), "the young person is asked themselves")
    assert hub.value(STATE, old) == "granted"
    new = str(hub.value(renewed, child, old))
    hub.do("grant", lambda: hub.value(STATE, new) == "granted", grant=new, person=child)
    assert hub.value(STATE, old) == "terminated"
    assert hub.rows(renewed, child, old) == [(new,)]
    assert hub.rows("SELECT state FROM mandate WHERE principal = ?", child) == [("outgrown",)]
    asked = 'SELECT state FROM grant_asked_again WHERE "grant" = ?'
    assert hub.rows(asked, old) == [("confirmed",)]
    _is_held(valley, new)
    _is_let_go(valley, old, "terminated", {works.did: '{"profiles":1}'})


def records_come(valley: Valley, name: str) -> Iterator[None]:
    """A yes brings a diploma into the person's space, and a no takes it away again."""
    hub, school = valley.hub, valley.walkers["school"]
    person = hub.do("newcomer", lambda: True, name=name)
    code = school.do("enrol", lambda: True, number=name)
    hub.do("connect", lambda: True, person=person, organisation=school.did, code=code)
    yield
    asked = "SELECT id FROM consent_grant WHERE person = ? AND purpose = 'gather'"
    hub.do("ask_records", lambda: hub.value(asked, person), person=person, organisation=school.did)
    [(grant,)] = hub.rows(asked, person)
    hub.do("grant", lambda: hub.value(STATE, grant) == "granted", grant=grant, person=person)
    kept = "SELECT record_id, source FROM record WHERE person = ?"
    coming = "SELECT state FROM gathering WHERE grant_id = ?"
    valley.wait(lambda: hub.value(coming, grant) == "arrived", "the records arrive")
    assert hub.rows(kept, person) == [(name, school.did)]
    released = "SELECT COUNT(*) FROM release_audit WHERE \"grant\" = ? AND outcome = 'released'"
    assert school.value(released, grant) >= 1
    used = "SELECT COUNT(*) FROM consent_use WHERE \"grant\" = ? AND outcome = 'used'"
    assert hub.value(used, grant) >= school.value(released, grant), "the person sees each use"
    hub.do("revoke", lambda: hub.value(STATE, grant) == "revoked", grant=grant, person=person)
    valley.wait(lambda: hub.value(coming, grant) == "ended", "the gathering ends")
    assert hub.rows(kept, person) == []
    _is_let_go(valley, str(grant), "revoked", {hub.did: '{"records":1}', school.did: "{}"})


def a_copy_is_kept(valley: Valley, name: str) -> Iterator[None]:
    """A share for a purpose that needs a copy: it is there once, and gone with the yes, with a receipt."""
    hub, works = valley.hub, valley.works
    person = hub.do("newcomer", lambda: True, name=name)
    yield
    shared = "SELECT id FROM consent_grant WHERE person = ? AND state = 'granted'"
    hub.do("share", lambda: hub.value(shared, person), person=person, recipient=works.did)
    [(grant,)] = hub.rows(shared, person)
    _is_held(valley, grant)
    valley.wait(lambda: works.rows(COPY, grant) == [("open", name)], "the copy is there")
    hub.do("revoke", lambda: hub.value(STATE, grant) == "revoked", grant=grant, person=person)
    _is_let_go(valley, grant, "revoked", {works.did: '{"profiles":1}'})
    left = "SELECT state, name, COALESCE(profile, 'null') FROM received_profile WHERE grant_id = ?"
    valley.wait(lambda: works.rows(left, grant) == [("ended", None, "null")], "the share is closed and the copy gone")


def _is_held(valley: Valley, grant: str) -> None:
    held = "SELECT 1 FROM held_grant WHERE id = ?"
    valley.wait(lambda: valley.works.value(held, grant), "the works has the yes")


def _is_let_go(valley: Valley, grant: str, state: str, deleted: dict[str, str]) -> None:
    """Everybody who held something knows that it is over and has signed, once, what went."""
    receipts = 'SELECT organisation, deleted FROM deletion_receipt WHERE "grant" = ?'
    valley.wait(lambda: dict(valley.hub.rows(receipts, grant)) == deleted, f"the deletion is confirmed: {deleted}")
    for each in valley.walkers.values():
        if each.did in deleted:
            assert each.rows('SELECT state FROM ended_grant WHERE "grant" = ?', grant) == [(state,)]
            assert each.rows("SELECT 1 FROM held_grant WHERE id = ?", grant) == []
    noted = "SELECT COUNT(*) FROM journal_chain WHERE about = ? AND kind = ?"
    assert valley.hub.value(noted, grant, "deletion.signed") == len(deleted)
    assert valley.hub.value(noted, grant, f"grant.{state}") == 1
