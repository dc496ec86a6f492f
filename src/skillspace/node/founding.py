"""What is done to a node before or beside its running: founding a data space, inviting, joining, admitting."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from skillspace.kernel.errors import BadInput
from skillspace.node.composition import Node, compose
from skillspace.node.serving import answering
from skillspace.node.settings import SETTINGS_FILE, Settings, read_settings, write_settings
from skillspace.trust.identity import Peer, did_of_address
from skillspace.trust.membership import Application, Authority


def found(settings: Settings) -> None:
    """Make the authority the first member of its own data space, with a credential it signs itself."""
    node = compose(settings)
    authority = _authority(node)
    application = Application(name=settings.name, roles=list(settings.roles), address=settings.address)
    with node.database.writing() as work:
        authority.apply(work, node.trust.did, application)
        member = authority.move(work, node.trust.did, "admit")
        node.trust.wallet.keep(work, node.trust.did, authority.credential(member, work.now))
        node.trust.directory.replace(work, [Peer(did=member.did, name=member.name, roles=member.roles)])
    node.stop()


def invitation(settings: Settings, name: str, roles: frozenset[str]) -> str:
    """Return an invitation code; works beside the running authority, through its database."""
    node = compose(settings)
    with node.database.writing() as work:
        code = _authority(node).invite(work, name=name, roles=roles)
    node.stop()
    return code


def admit_member(settings: Settings, did: str) -> str:
    """Admit `did` and return its new state; the running authority delivers the credential."""
    node = compose(settings)
    with node.database.writing() as work:
        state = _authority(node).move(work, did, "admit").state
    node.stop()
    return state


def ask_to_join(folder: Path, authority: str, code: str | None) -> str:
    """Tell the node who its authority is, and apply there; return the state the authority answers.

    The authority must be running, and it reads this node's DID document to know who asks: where this node is not
    running yet, it answers for the few moments this takes. The credential is then sent until it arrives.
    """
    settings = _with_authority(folder, did_of_address(authority))
    node = compose(settings)
    application = {"name": settings.name, "roles": list(settings.roles), "address": settings.address}
    with answering(node):
        address = f"{authority}/membership/applications"
        body = application | ({"invitation": code} if code else {})
        answer = node.trust.peers.call("POST", settings.authority, address, body)
    return str(answer.get("state", "unknown"))


def _with_authority(folder: Path, did: str) -> Settings:
    content = tomllib.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
    if "authority" in content.get("roles", []):
        raise BadInput("This node is an authority itself; it founded its own data space.")
    write_settings(folder, content | {"authority": did})
    return read_settings(folder)


def _authority(node: Node) -> Authority:
    if node.trust.authority is None:
        raise BadInput(f"{node.settings.name} is no authority: {urlsplit(node.settings.address).netloc}.")
    return node.trust.authority
