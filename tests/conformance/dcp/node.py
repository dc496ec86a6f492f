"""The node under the DCP kit: our own program with what the kit needs and a product has no use for.

That is: a place to knock (the kit must be let in somewhere), a second type of credential to issue, and what operators
would have arranged beforehand: a client of the token service, a member, a request for credentials.

    python -m tests.conformance.dcp.node FOLDER PORT ISSUER,ISSUER… HOLDER

The issuers are the kit's own that this node shall trust, the holder is the kit's own that shall get credentials.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI, Header

from skillspace.node.app import application
from skillspace.node.composition import Node, compose
from skillspace.node.keys import make_key
from skillspace.node.serving import configure_log, server
from skillspace.node.settings import settings_of
from skillspace.storage.database import Work, tasks
from skillspace.trust.claims import Definition, Statement
from skillspace.trust.claims.machine import RequestState
from skillspace.trust.claims.scopes import of_type
from skillspace.trust.claims.store import requests
from skillspace.trust.identity import did_of_address
from skillspace.trust.membership import Application

MEMBERSHIP, SENSITIVE = "MembershipCredential", "SensitiveDataCredential"
CLIENT, SECRET = "conformance-kit", "not-a-secret-but-long-enough-for-one"
HOLDER_PID = "conformance-kit-request"
TRIGGER = "/trigger"
INFO = 20


def main(folder: Path, port: int, issuers: tuple[str, ...], holder: str) -> None:
    """Make the node in `folder`, seed it, and serve until it is told to stop."""
    folder.mkdir(parents=True, exist_ok=True)
    address = f"http://127.0.0.1:{port}"
    did = did_of_address(address)
    make_key(folder, did)
    content = {
        "name": "Invented node under test",
        "address": address,
        "roles": ["authority"],
        "authority": did,
        "loopback": True,
        "sts": True,
        "believe_seconds": 0.0,
        "trusted_issuers": [{"did": each, "types": [MEMBERSHIP, SENSITIVE]} for each in issuers],
    }
    node = compose(settings_of(folder, content))
    seed(node, issuers, holder)
    app = application(node)
    trigger(app, node)
    configure_log(INFO)
    server(node, app).run()


def seed(node: Node, issuers: tuple[str, ...], holder: str) -> None:
    """Arrange what the kit presumes: it asks for no credentials on our behalf, and makes no clients or members."""
    assert node.trust.issuer is not None
    assert node.trust.authority is not None
    assert node.trust.sts is not None
    node.trust.issuer.issues(Definition(type=SENSITIVE, state=_sensitive, schema={"type": "object"}))
    with node.database.writing() as work:
        node.trust.sts.add_client(work, CLIENT, [str(of_type(MEMBERSHIP)), str(of_type(SENSITIVE))], secret=SECRET)
        asks = Application(name="Invented holder of the kit", roles=["participant"], address="http://127.0.0.1:9")
        node.trust.authority.apply(work, holder, asks)
        node.trust.authority.move(work, holder, "admit")
        # The kit's holder is there only during its own run; looking for it before that would find nobody, and say so.
        work.delete(tasks, tasks.c.name == "claims.offer")
        for issuer in issuers[:1]:
            row: dict[str, object] = {"holder_pid": HOLDER_PID, "issuer": issuer, "state": RequestState.SENT}
            work.insert(requests, row | {"objects": ["any"], "types": [MEMBERSHIP, SENSITIVE], "made": work.now})


def trigger(app: FastAPI, node: Node) -> None:
    """Open the place where the kit knocks: nothing happens there but that the caller is checked."""

    @app.post(TRIGGER)
    def knock(authorization: str | None = Header(default=None)) -> dict[str, str]:
        return {"did": node.trust.gatekeeper.authenticate(authorization).did}


def _sensitive(work: Work, _holder: str) -> Statement:
    return Statement(subject={"level": "invented"}, until=work.now + timedelta(days=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), tuple(sys.argv[3].split(",")), sys.argv[4])
