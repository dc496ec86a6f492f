"""A node that can be told to fall: killed (SIGKILL) just before or just after its n-th commit from now on.

Between two commits nothing on the disk changes, so these are all the moments at which a crash can make a difference.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Mapping
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from typing import Annotated

import sqlalchemy as sa
from fastapi import Body, FastAPI

from skillspace.node.app import application
from skillspace.node.composition import Node, compose
from skillspace.node.serving import configure_log, server
from skillspace.node.settings import read_settings
from skillspace.storage.database import Work
from skillspace.trust.consent import subject_for
from skillspace.trust.policy import offer_rules
from skillspace.trust.rights import Right

#: The file in a node's folder that says at which touch it falls: 1 before its next commit, 2 after it, 3 before …
ORDER = "fall"
PURPOSES = ("guidance", "recruitment")
Move = Callable[[Node, Work, Mapping[str, str]], object]


def start(folder: Path) -> BaseProcess:
    """Start a node as a process of its own, forked from one that has read the program."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["skillspace.node.serving"])
    process = context.Process(target=_serve, args=(folder,), name=folder.name)
    process.start()
    return process


def _serve(folder: Path) -> None:
    os.setsid()
    log = os.open(folder / "node.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    configure_log(logging.WARNING)
    _let_fall(folder / ORDER)
    node = compose(read_settings(folder))
    app = application(node)
    _open_door(app, node)
    server(node, app).run()


def _let_fall(order: Path) -> None:
    commit, lock = sa.Connection.commit, Lock()
    touches = [0]

    def touch() -> None:
        if order.exists():
            with lock:
                touches[0] += 1
                if touches[0] >= int(order.read_text()):
                    order.unlink()
                    os.kill(os.getpid(), signal.SIGKILL)

    def falling(connection: sa.Connection) -> None:
        touch()
        commit(connection)
        touch()

    sa.Connection.commit = falling  # type: ignore[method-assign]


def _open_door(app: FastAPI, node: Node) -> None:
    """Let the test do here what people do on pages, each in one transaction."""

    @app.post("/walk/{move}")
    def walk(move: str, facts: Annotated[dict[str, str], Body()]) -> dict[str, str]:
        with node.database.writing() as work:
            return {"made": str(MOVES[move](node, work, facts))}

    @app.get("/walk/audit")
    def audit() -> list[str]:
        return [f"{one.wrong} {one.about}" for one in node.journal.verify(node.database).findings]


def ask(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    """Ask a person of this node to share something with another, and return the ask."""
    spaces = node.rooms.spaces
    assert spaces is not None
    person = node.rooms.accounts.get(work, facts["person"])
    asked = spaces.consents.ask(
        work,
        person=person.id,
        subject=subject_for(person.secret, facts["recipient"]),
        provider=node.trust.did,
        provider_name=node.settings.name,
        recipient=facts["recipient"],
        recipient_name="Invented Works",
        dataset="skills-profile",
        purpose=facts["purpose"],
        kinds=(facts.get("kind", "skills"),),
        until=work.now + timedelta(days=30),
        agreement=None,
        why="We would like to see whether you fit.",
    )
    return asked.id


def _answer(what: str) -> Move:
    def answer(node: Node, work: Work, facts: Mapping[str, str]) -> object:
        assert node.rooms.spaces is not None
        return getattr(node.rooms.spaces.consents, what)(work, facts["grant"], facts["person"]).state

    return answer


def _open_case(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    assert node.rights.rights is not None
    return node.rights.rights.open(work, facts["person"], Right.ACCESS).id


def _draft(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    """Propose a contract of two to a member; what was drafted already under this title is not drafted again."""
    for head in node.contracts.contracts.listed(work):
        if head.title == facts["title"]:
            return head.id
    purposes = {"clause": "purpose-limitation/1", "values": {"purposes": ["recruitment"]}}
    content = {
        "kind": "bilateral",
        "title": facts["title"],
        "roles": [{"role": "employer"}, {"role": "school"}],
        "clauses": [purposes],
        "purposes": ["recruitment"],
        "starts": "2026-01-01T00:00:00Z",
        "ends": "2099-01-01T00:00:00Z",
        "notice_days": 30,
        "law": "Sweden",
        "language": "en",
    }
    id = node.contracts.record.draft(work, content).id
    node.contracts.record.publish(work, id, role="employer")
    node.contracts.seats.invite(work, id, facts["member"], "school")
    return id


def _offer(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    from skillspace.trust.contract import Offering  # noqa: PLC0415 - as the program reads it, after the fork

    own = node.trust.did
    offering = Offering(
        provider=own,
        dataset="urn:example:diplomas",
        policy=offer_rules(purposes=["recruitment"]),
        purposes=("recruitment",),
        kinds=("diploma",),
        legal_basis="consent",
        roles=("employer",),
    )
    node.contracts.partaking.accept(work, facts["contract"])
    return node.contracts.partaking.propose(work, facts["contract"], offering)


def _conclude(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    for talk in node.contracts.contracts.talks(work, facts["seat"]):
        node.contracts.seats.agree(work, talk.id, talk.round)
    node.contracts.seats.move(work, facts["seat"], "conclude")
    return facts["seat"]


def _sign(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    terms = node.contracts.contracts.terms(work, facts["contract"])
    return node.contracts.partaking.sign(work, facts["contract"], terms.hash)


def _take_and_answer(node: Node, work: Work, facts: Mapping[str, str]) -> str:
    node.rights.desk.take(work, facts["request"], "staff-kim")
    return node.rights.desk.answer(work, facts["request"], "staff-kim", "Here it is.").id


MOVES: Mapping[str, Move] = {
    "ask": ask,
    "grant": _answer("grant"),
    "revoke": _answer("revoke"),
    "case": _open_case,
    "answer": _take_and_answer,
    "draft": _draft,
    "offer": _offer,
    "conclude": _conclude,
    "sign": _sign,
}
