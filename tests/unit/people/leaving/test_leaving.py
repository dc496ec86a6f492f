"""Leaving: everything one has in a file, and after erasing nothing of it anywhere in the node's database."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.people.accounts import Account, AccountKind
from skillspace.people.alerts import Said, Wishes
from skillspace.people.leaving import Download, jsonld, pdf
from skillspace.people.links.store import links
from skillspace.people.plan import Goal
from skillspace.people.profile import Choosing
from skillspace.portal.pages.person.you import PDF_WORDS
from skillspace.skills.enrichment import Enrichment
from skillspace.storage.database import Work, metadata, tasks
from skillspace.trust.agent import Effect, Wish
from skillspace.trust.consent import subject_for
from skillspace.trust.consent.govstack import Act, Clients
from tests.small_space import HeldClock
from tests.unit.people.alerts.news import offer
from tests.unit.people.houses import AGENCY, UNIVERSITY, House, diploma, house, profile_offering

STORY = "I repaired forty bicycles in Exempelby."


@pytest.fixture
def home(tmp_path: Path, starter_taxonomies: Path, clock: HeldClock) -> Iterator[House]:
    with house(tmp_path, starter_taxonomies, clock) as made:
        with made.node.database.writing() as work:
            made.node.exchange.catalog.publish(work, profile_offering(work))
            live(made, work, made.alva)
        yield made


def live(home: House, work: Work, person: Account) -> None:
    """Let somebody use every room of their space."""
    spaces = home.spaces
    spaces.plans.aim(work, person.id, Goal(title=f"Goal of {person.name}", occupation=None, offer=None, needs=()))
    spaces.stories.keep(
        work, person.id, STORY, Enrichment(language="en", note=None, mentions=(), version="test"), language="sv"
    )
    subject = subject_for(person.secret, UNIVERSITY.did)
    row = {"person": person.id, "organisation": UNIVERSITY.did, "name": UNIVERSITY.name, "subject": subject}
    work.insert(links, row | {"datasets": ["diplomas"], "linked": work.now, "refreshed": work.now})
    asked = spaces.consents.ask(
        work,
        person=person.id,
        subject=subject,
        provider=UNIVERSITY.did,
        provider_name=UNIVERSITY.name,
        recipient=home.node.trust.did,
        recipient_name=home.node.settings.name,
        dataset="diplomas",
        purpose="gather",
        kinds=("diploma",),
        until=work.now + timedelta(days=9),
        agreement=None,
        why="",
    )
    spaces.consents.grant(work, asked.id, person.id)
    grant = home.share(work, "skills", "plan", person=person)
    spaces.sharing.comment(work, grant_id=grant.id, peer=AGENCY, by="Kim Coach", text=f"To {person.name}: go on.")
    home.node.rooms.sessions.begin(work, person)
    choose(home, work, person)
    use_agent(home, work, person)
    hear_news(home, work, person)


def choose(home: House, work: Work, person: Account) -> None:
    """Let somebody say that two of their skills are the same, and take that back."""
    choosing, skills = Choosing(home.spaces.profile), home.spaces.profile.skills(work, person.id, "sv")
    choosing.say_same(work, person.id, skills[0].uri, skills[1].uri, "sv")
    (word,) = choosing.living(work, person.id)
    choosing.take_back(work, person.id, word.number)


def use_agent(home: House, work: Work, person: Account) -> None:
    """Let somebody's agent say no to an ask, and a program answer for them."""
    agent, consents = home.spaces.agent, home.spaces.consents
    never = Wish(effect=Effect.NEVER, kinds=frozenset({"name"}), organisations=frozenset({AGENCY.did}))
    told = agent.preferences.propose(work, person.id, never, words=f"{person.name} says never.")
    agent.preferences.activate(work, told.id, person.id)
    subject = subject_for(person.secret, AGENCY.did)
    asked = consents.ask(
        work,
        person=person.id,
        subject=subject,
        provider=home.node.trust.did,
        provider_name=home.node.settings.name,
        recipient=AGENCY.did,
        recipient_name=AGENCY.name,
        dataset="names",
        purpose="guidance",
        kinds=("name",),
        until=work.now + timedelta(days=9),
        agreement=None,
        why="",
    )
    agent.agent.on_ask(work, asked)
    agent.suggestions.quiet(work, person.id, is_quiet=True)
    if not any(client.name == "Sample Assistant" for client in Clients().listed(work)):
        Clients().add(work, "Sample Assistant", ["individual"])
    until = work.now + timedelta(days=9)
    home.spaces.delegations.give(work, client="Sample Assistant", person=person.id, acts=[Act.READ], until=until)


def hear_news(home: House, work: Work, person: Account) -> None:
    """Let somebody be told of a job, like it, and let that teach."""
    alerts = home.spaces.alerts
    alerts.wish(work, person.id, Wishes(), is_on=True)
    alerts.learn(work, person.id, may=True)
    alerts.tell(work, alerts.standing(work, person.id), [offer(f"for {person.name}")], {})
    alerts.answer(work, person.id, alerts.of_person(work, person.id)[0].id, Said.YES)


def read(home: House, person: Account) -> Download:
    spaces = home.spaces
    with home.node.database.reading() as work:
        return spaces.everything(work, person.id, home.node.rooms.accounts)


def traces(home: House, *marks: str) -> dict[str, list[str]]:
    """Return in which tables any of these texts stands, in whatever column."""
    found: dict[str, list[str]] = {}
    with home.node.database.reading() as work:
        for table in metadata.sorted_tables:
            for row in work.rows(sa.select(table)):
                values = (
                    value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in row.values()
                )
                text = " ".join(values)
                found.setdefault(table.name, []).extend(mark for mark in marks if mark in text)
    return {table: seen for table, seen in found.items() if seen}


def test_the_download_holds_everything_once(home: House) -> None:
    document = json.loads(jsonld(read(home, home.alva)))
    assert (document["name"], document["email"]) == ("Alva Exempelsson", "alva@example.org")
    assert len(document["skills"]) == 3
    assert {one["validation"] for one in document["skills"]} == {"certified"}
    assert [one["said"] for one in document["choices"]] == ["same", "back"]
    assert document["choices"][1]["takesBack"] == document["choices"][0]["number"]
    assert [one["document"] for one in document["records"]] == ["about Alva Exempelsson"]
    assert [one["text"] for one in document["stories"]] == [STORY]
    assert document["plan"]["goal"]["title"] == "Goal of Alva Exempelsson"
    assert [one["text"] for one in document["comments"]] == ["To Alva Exempelsson: go on."]
    assert [bool(one["receipt"]) for one in document["consents"] if one["state"] == "granted"] == [True, True]
    assert [one["words"] for one in document["agent"]["preferences"]] == ["Alva Exempelsson says never."]
    assert [(one["effect"], one["reasons"]) for one in document["agent"]["decisions"]] == [("never", ["wish_never"])]
    assert document["agent"]["is_quiet"] is True
    assert [(one["title"], one["said"]) for one in document["alerts"]["told"]] == [
        ("Opening for Alva Exempelsson", "yes")
    ]
    assert len(document["alerts"]["learnt"]) == 3
    assert [(one["name"], one["mayDo"]) for one in document["programs"]] == [("Sample Assistant", ["read"])]
    assert {one["outcome"] for one in document["log"]} >= {"granted"}
    assert document["mandates"]["born"] is not None
    assert {one["actor"] for one in document["mandates"]["done"]} == {home.alva.id}


def test_the_download_explains_its_terms_itself_and_holds_no_secret(home: House) -> None:
    content = jsonld(read(home, home.alva))
    document = json.loads(content)
    assert all(isinstance(term, str | int | float) for term in document["@context"].values())
    assert home.alva.secret.hex() not in content.decode()
    assert "secret" not in document


def test_a_document_that_is_no_text_comes_back_byte_by_byte(home: House) -> None:
    scan = replace(diploma(home.alva, home.node), record_id="scan", document=b"\xff\xd8\x00", record=None)
    with home.node.database.writing() as work:
        home.spaces.profile.keep(work, scan)
    records = json.loads(jsonld(read(home, home.alva)))["records"]
    assert [b64decode(one["documentBase64"]) for one in records if "documentBase64" in one] == [b"\xff\xd8\x00"]


def test_the_pdf_is_one_whatever_the_names_hold(home: House) -> None:
    words = (
        {name: str(text) for name, text in PDF_WORDS.items()} | {f"level{n}": "x" for n in range(1, 7)} | {"esco": ""}
    )
    with home.node.database.writing() as work:
        hostile = home.node.rooms.accounts.make(work, name='#eval("1") $x$ *Å* <l> @ref', kind=AccountKind.PERSON)
        home.spaces.profile.keep(work, diploma(hostile, home.node))
    for person in (home.alva, hostile):
        assert pdf(read(home, person), words).startswith(b"%PDF-")


def test_nothing_of_an_erased_person_is_left_and_everything_of_others_is(home: House) -> None:
    with home.node.database.writing() as work:
        camille = home.node.rooms.accounts.make(work, name="Camille Exemplaire", kind=AccountKind.PERSON)
        home.spaces.profile.keep(work, diploma(camille, home.node))
        live(home, work, camille)
    names = (home.alva.id, home.alva.name, "alva@example.org", subject_for(home.alva.secret, AGENCY.did))
    assert {
        "account",
        "record",
        "profile_choice",
        "story",
        "plan",
        "link",
        "consent_grant",
        "share_comment",
        "session",
        "agent_preference",
        "agent_decision",
        "agent_setting",
        "alert",
        "alert_standing",
        "govstack_delegation",
    } <= set(traces(home, *names))
    before = jsonld(read(home, camille))
    with home.node.database.writing() as work:
        home.spaces.erasure.erase(work, home.alva.id)
    home.node.database.close()
    left = traces(home, *names)
    # The university still has to be told to forget the pseudonym it knows; the task goes with its answer.
    assert set(left) <= {"task"}
    assert jsonld(read(home, camille)) == before


def test_erasing_ends_every_yes_and_leaves_orders_to_those_who_hold_copies(home: House) -> None:
    with home.node.database.writing() as work:
        home.spaces.erasure.erase(work, home.alva.id)
        orders = work.rows(sa.select(tasks.c.payload).where(tasks.c.name == "consent.tell_ended"))
        states = {row["state"] for row in work.rows(sa.select(metadata.tables["consent_grant"].c.state))}
    assert states == {"terminated", "refused"}
    assert AGENCY.did in {row["payload"]["organisation"] for row in orders}


def test_who_is_not_here_cannot_be_erased(home: House) -> None:
    with home.node.database.writing() as work, pytest.raises(NotFound):
        home.spaces.erasure.erase(work, "account-nobody")
