"""The command `skillspace demo`: build and start a whole data space on this machine."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

app = typer.Typer()
out = Console()


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo lies; delete it to start afresh.")] = Path("var/demo"),
    first_port: Annotated[int, typer.Option(help="The first of seven ports.")] = 7100,
) -> None:
    """Build and start seven nodes: an orchestrator and six organisations. Ctrl-C stops them."""
    from skillspace.node.demo import data
    from skillspace.node.demo.running import running
    from skillspace.node.demo.space import read_space

    begun = time.monotonic()
    # Told to end by a service manager or a terminal that closes, the nodes are stopped as politely as by Ctrl-C.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    space = read_space(folder, first_port)
    which = "the starter pack inside the program" if data.folder() is None else f"the real data in {data.folder()}"
    out.print(f"Demo data space “{space.data_space}”, using {which}.", highlight=False)
    try:
        with _bar() as progress, running(space, progress) as started:
            progress("Ready", 1.0)
            portal = space.orchestrator.address
            lines = Table.grid(padding=(0, 2))
            for person in space.people:
                lines.add_row(f"[bold]{person['name']}[/]", portal, person["about"])
            for node in space.nodes:
                for staff in node.staff:
                    lines.add_row(staff["name"], node.address, staff["about"])
            out.print(Panel(lines, title=f"Portal: {portal}", subtitle="Choose who you are on the sign-in page"))
            out.print(f"Ready in {time.monotonic() - begun:.1f} s. Ctrl-C stops all seven nodes.", highlight=False)
            started.wait()
    except KeyboardInterrupt:
        out.print("Stopped. Start again with the same command; everything is kept.")


@contextmanager
def _bar() -> Iterator[Callable[[str, float], None]]:
    columns = TextColumn("{task.description:<44}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=out, transient=True) as bars:
        bar = bars.add_task("Starting", total=1.0)

        def report(what: str, done: float) -> None:
            bars.update(bar, description=what, completed=done)
            if what == "Ready":
                bars.stop()

        yield report
