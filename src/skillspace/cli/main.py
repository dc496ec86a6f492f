"""The program `skillspace`: make a node, join a data space, serve it; taxonomies and the demo."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import typer
from rich.console import Console
from rich.markup import escape

from skillspace.kernel.errors import SkillspaceError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="A skills data space that runs.")
_console = Console(stderr=True)

#: Where commands are written; a module's own commands stand in the program itself, those of a group below its name.
MODULES = {
    "accreditation": "skillspace.cli.accreditation",
    "audit": "skillspace.cli.audit",
    "check-statements": "skillspace.cli.check_statements",
    "contract": "skillspace.cli.contract",
    "convert": "skillspace.cli.convert",
    "convert-traces": "skillspace.cli.convert_traces",
    "deidentify": "skillspace.cli.deidentify",
    "derive-skills": "skillspace.cli.derive_skills",
    "node": "skillspace.cli.node",
    "demo": "skillspace.cli.demo",
    "doctor": "skillspace.cli.doctor",
    "enrich": "skillspace.cli.enrich",
    "formats": "skillspace.cli.formats",
    "govstack": "skillspace.cli.govstack",
    "import-records": "skillspace.cli.import_records",
    "index": "skillspace.cli.index",
    "link": "skillspace.cli.link",
    "lrs": "skillspace.cli.lrs",
    "match": "skillspace.cli.match",
    "match-groups": "skillspace.cli.match_groups",
    "migrate": "skillspace.cli.migrate",
    "policy": "skillspace.cli.policy",
    "receipt": "skillspace.cli.receipt",
    "record": "skillspace.cli.record",
    "review": "skillspace.cli.review",
    "serve-skills": "skillspace.cli.serve_skills",
    "source": "skillspace.cli.source",
    "taxonomy": "skillspace.cli.taxonomy",
    "team": "skillspace.cli.team",
    "translate": "skillspace.cli.translate",
    "verify": "skillspace.cli.verify",
}
GROUPS = frozenset(
    {
        "accreditation",
        "audit",
        "contract",
        "govstack",
        "index",
        "lrs",
        "migrate",
        "policy",
        "receipt",
        "record",
        "review",
        "source",
        "taxonomy",
    }
)
#: They spread their work over workers; threads of the linear algebra beneath would only stand in each other's way
#: (measured: three times fewer texts a second), and add numbers up in another order.
WORKING_IN_PARALLEL = frozenset({"enrich", "link", "match", "serve-skills", "translate"})


def run() -> None:
    """Run the program; a fault of ours is one clear line and its own exit code, never a traceback."""
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    if asked in WORKING_IN_PARALLEL:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported: it is read then
    # Only what is asked for is read: the demo's second start should not wait for commands it does not use.
    for name in [asked] if asked in MODULES else MODULES:
        commands = import_module(MODULES[name]).app
        if name in GROUPS:
            app.add_typer(commands, name=name)
        else:
            app.registered_commands += commands.registered_commands
    # With a single command Typer would drop its name; a callback keeps it.
    app.callback()(_program)
    try:
        app()
    except SkillspaceError as fault:
        _console.print(f"[bold red]{fault.code}[/]: {escape(fault.message)}", highlight=False)
        sys.exit(fault.exit_code)


def _program() -> None:
    """A skills data space that runs."""
