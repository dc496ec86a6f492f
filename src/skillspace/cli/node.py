"""Commands that make and run one node: init, invite, join, admit, suspend, reissue, sts-client, rotate-key,
certificate-request, serve."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.serialization import Encoding
from rich.console import Console
from rich.markup import escape

from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput, Conflict
from skillspace.node.certificates import request_of
from skillspace.node.keys import make_key, read_key, rotate_key
from skillspace.node.settings import SETTINGS_FILE, read_settings, settings_of, write_settings
from skillspace.trust.identity import did_of_address

app = typer.Typer()
out = Console()
Folder = Annotated[Path, typer.Argument(help="The node's own folder.")]


@app.command()
def init(
    folder: Folder,
    name: Annotated[str, typer.Option(help="The organisation's name.")],
    address: Annotated[str, typer.Option(help="Where others reach this node, e.g. https://skills.example.org")],
    role: Annotated[list[str], typer.Option(help="What the node is; repeat for several.")],
    data_space: Annotated[str, typer.Option(help="The data space's name (authority).")] = "Skillspace",
    demo: Annotated[bool, typer.Option(help="Allow sign-in without a passkey for invented people.")] = False,
) -> None:
    """Make a node: its folder, key and settings. With the role authority it founds a data space."""
    if (folder / SETTINGS_FILE).exists():
        raise Conflict(f"{folder} already holds a node; nothing was changed.")
    did = did_of_address(address.rstrip("/"))
    content: dict[str, object] = {"name": name, "address": address.rstrip("/"), "roles": role, "data_space": data_space}
    content |= {"authority": did if "authority" in role else "did:web:not-joined-yet.invalid", "demo": demo}
    content |= {"loopback": address.startswith("http://")}
    settings = settings_of(folder, content)
    folder.mkdir(parents=True, exist_ok=True)
    write_settings(folder, content)
    make_key(folder, did)
    if settings.is_authority:
        from skillspace.node.founding import found  # the whole node is only loaded when it is needed

        found(settings)
    following = f"skillspace {'serve' if settings.is_authority else 'join'} {folder}"
    out.print(f"{escape(name)} is ready as [bold]{did}[/]. Next: {escape(following)}")


@app.command()
def invite(
    folder: Folder,
    name: Annotated[str, typer.Option(help="Who is invited.")],
    role: Annotated[list[str], typer.Option(help="The roles the invitation covers.")],
) -> None:
    """Print an invitation code that admits one organisation at once (on the authority's machine)."""
    from skillspace.node.founding import invitation

    out.print(invitation(read_settings(folder), name, frozenset(role)))


@app.command()
def join(
    folder: Folder,
    authority: Annotated[str, typer.Argument(help="The authority's address, e.g. https://skills.example.org")],
    invitation: Annotated[str | None, typer.Option(help="The code the authority gave you.")] = None,
    credential: Annotated[
        list[Path] | None,
        typer.Option(help="A Gaia-X credential of your organisation (a file with a JWT); give the option for each."),
    ] = None,
) -> None:
    """Ask to join a data space. The credential arrives at the running node once the authority admits it."""
    from skillspace.node.founding import ask_to_join

    shown = [file.read_text(encoding="utf-8").strip() for file in credential or []]
    state = ask_to_join(folder, authority.rstrip("/"), invitation, shown)
    out.print(f"The authority says: [bold]{state}[/]. Next: skillspace serve {escape(str(folder))}")


@app.command()
def admit(folder: Folder, did: Annotated[str, typer.Argument(help="Whom to admit.")]) -> None:
    """Admit an organisation that asked to join (on the authority's machine)."""
    from skillspace.node.founding import admit_member

    out.print(admit_member(read_settings(folder), did))


@app.command()
def suspend(folder: Folder, did: Annotated[str, typer.Argument(help="Whose membership is taken back.")]) -> None:
    """Take a membership back before its end (on the authority's machine); “admit” gives a new one."""
    from skillspace.node.founding import suspend_member

    out.print(suspend_member(read_settings(folder), did))


@app.command()
def reissue(folder: Folder) -> None:
    """Offer every member a new credential, as after “rotate-key --days 0” (on the authority's machine)."""
    from skillspace.node.founding import reissue_memberships

    out.print(f"{reissue_memberships(read_settings(folder))} members are offered a new credential.")


@app.command("sts-client")
def sts_client(
    folder: Folder,
    name: Annotated[str, typer.Option(help="The program's name.")],
    scope: Annotated[list[str], typer.Option(help="What its tokens may open; repeat for several.")],
) -> None:
    """Let a program ask for tokens in this node's name, and print its secret; it is shown this once."""
    from skillspace.node.founding import add_token_client

    out.print(add_token_client(read_settings(folder), name, scope))


@app.command("rotate-key")
def rotate(
    folder: Folder,
    days: Annotated[
        int,
        typer.Option(min=0, max=36500, help="How long what the old key signed is still believed; 0 if it was stolen."),
    ] = 365,
) -> None:
    """Give a node a new signing key; the old one signs nothing any more, and its secret is gone."""
    settings, at = read_settings(folder), now()
    key = rotate_key(folder, settings.did, at=at, until=at + timedelta(days=days))
    believed = f"until {at + timedelta(days=days):%Y-%m-%d}" if days else "no longer"
    out.print(f"The node signs with [bold]{escape(key.kid)}[/] once it is started again.")
    out.print(f"Credentials the old key signed are believed {believed}.")


@app.command("certificate-request")
def certificate_request(folder: Folder) -> None:
    """Print what an authority needs to give this node a certificate for its key (PKCS #10, PEM)."""
    settings = read_settings(folder)
    request = request_of(settings, read_key(settings.folder))
    typer.echo(request.public_bytes(Encoding.PEM).decode(), nl=False)


@app.command()
def serve(
    folder: Folder,
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error.")] = "warning",
) -> None:
    """Run a node until it is stopped with Ctrl-C."""
    level = logging.getLevelNamesMapping().get(log_level.upper())
    if level is None:
        raise BadInput(f"There is no log level {log_level!r}; use debug, info, warning or error.")
    settings = read_settings(folder)
    from skillspace.node.serving import configure_log, serve_forever

    configure_log(level)
    serve_forever(settings)
