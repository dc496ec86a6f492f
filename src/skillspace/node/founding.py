"""What is done to a node before or beside its running: founding a data space, inviting, joining, admitting."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
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
        node.trust.wallet.keep(work, node.trust.did, authority.credential(work, member.did))
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
    return _moved(settings, did, "admit")


def suspend_member(settings: Settings, did: str) -> str:
    """Take the membership of `did` back and return its new state; it may be admitted again."""
    return _moved(settings, did, "suspend")


def reissue_memberships(settings: Settings) -> int:
    """Let the running authority offer every member a new credential, and return how many members there are."""
    node = compose(settings)
    try:
        with node.database.writing() as work:
            return _authority(node).reissue(work)
    finally:
        node.stop()


def add_token_client(settings: Settings, name: str, scopes: Sequence[str]) -> str:
    """Let a program ask this node's token service for tokens, and return its secret; raise BadInput where it is off."""
    node = compose(settings)
    try:
        if node.trust.sts is None:
            raise BadInput(f"The token service is off: write sts = true into {settings.folder / SETTINGS_FILE}.")
        with node.database.writing() as work:
            return node.trust.sts.add_client(work, name, scopes)
    finally:
        node.stop()


def ask_to_join(folder: Path, authority: str, code: str | None, credentials: Sequence[str] = ()) -> str:
    """Tell the node who its authority is, and apply there; return the state the authority answers.

    `credentials` (JWT) say who the organisation is by law, as a Gaia-X clearing house confirmed it.
    The authority must be running, and it reads this node's DID document to know who asks: where this node is not
    running yet, it answers for the few moments this takes. The credential is then sent until it arrives.
    """
    settings = _with_authority(folder, did_of_address(authority))
    node = compose(settings)
    application = {"name": settings.name, "roles": list(settings.roles), "address": settings.address}
    with answering(node):
        address = f"{authority}/membership/applications"
        body = application | ({"invitation": code} if code else {})
        body |= {"credentials": list(credentials)} if credentials else {}
        answer = node.trust.peers.call("POST", settings.authority, address, body)
    return str(answer.get("state", "unknown"))


def _with_authority(folder: Path, did: str) -> Settings:
    content = tomllib.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
    if "authority" in content.get("roles", []):
        raise BadInput("This node is an authority itself; it founded its own data space.")
    write_settings(folder, content | {"authority": did})
    return read_settings(folder)


def _moved(settings: Settings, did: str, move: str) -> str:
    node = compose(settings)
    try:
        with node.database.writing() as work:
            return _authority(node).move(work, did, move).state
    finally:
        node.stop()


def _authority(node: Node) -> Authority:
    if node.trust.authority is None:
        raise BadInput(f"{node.settings.name} is no authority: {urlsplit(node.settings.address).netloc}.")
    return node.trust.authority
