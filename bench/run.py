"""Measures: ``python -m bench.run [room …]`` runs every measurement, or those named, and writes ``bench/results``."""

from __future__ import annotations

import importlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import ROOT, Figure, is_missed
from bench.shipping import SHIPPED, ship
from skillspace.kernel.errors import SkillspaceError

HERE = Path(__file__).parent
#: Helpers, and the parts that the rooms of the connector and of records are made of.
NO_ROOMS = frozenset(
    {
        "__init__",
        "run",
        "figures",
        "party",
        "racing",
        "running",
        "visiting",
        "negotiation",
        "catalog",
        "transfer",
        "holders",
        "stopping",
        "minilm",
        "reading_ads",
        "recipe",
        "offers",
        "cvs",
        "twins",
        "shipping",
        "ranking",
        "statements",
        "selective",
        "importing",
        "ralph",
    }
)


def rooms() -> list[str]:
    """Return what can be measured."""
    return sorted(file.stem for file in HERE.glob("*.py") if file.stem not in NO_ROOMS)


def measure(names: Sequence[str], console: Console, results: Path) -> int:
    """Measure some rooms and write a file for each; return 0, or 1 where a limit is missed or a room cannot run."""
    are_fine = [_measure_one(name, console, results) for name in names]
    return 0 if all(are_fine) else 1


def _measure_one(name: str, console: Console, results: Path) -> bool:
    room, here = importlib.import_module(f"bench.{name}"), machine()
    try:
        with console.status(f"{name} …") as status:
            figures = room.run(lambda step: status.update(f"{name}: {step} …"))
    except SkillspaceError as fault:
        console.print(f"[red]{name}: {fault.message}")
        return False
    if not figures:
        console.print(f"{name}: nothing measured; it needs the real data (SKILLSPACE_DATA).")
        return True
    write(name, figures, results, here)
    if name in SHIPPED and results == HERE / "results":
        ship(results)
    console.print(_table(name, figures))
    return not any(is_missed(one) for one in figures)


def write(name: str, figures: Sequence[Figure], results: Path, here: Mapping[str, float | str]) -> Path:
    """Write ``<name>.json``: the figures, on which machine, of which commit."""
    results.mkdir(parents=True, exist_ok=True)
    content = {"machine": here, "commit": commit(), "figures": figures}
    file = results / f"{name.replace('_', '-')}.json"
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def machine() -> dict[str, float | str]:
    """Say what kind of machine this is and how busy it already was; neither its name nor where things lie on it."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count() or 1,
        "memory_gb": round(memory / 1e9),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def commit() -> str | None:
    """Return the commit that was measured, with “-dirty” where files differ from it; None outside of git."""
    asked = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        answer = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=20, check=True)  # noqa: S603 - fixed words
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None


def _table(name: str, figures: Sequence[Figure]) -> Table:
    table = Table("figure", "value", "limit", "peer", title=name, title_justify="left")
    for one in figures:
        peer = "" if one["peer"] is None else f"{one['peer_value']:g} {one['peer']}"
        limit = "" if one["limit"] is None else f"{one['limit']:g}"
        missed = "[red]" if is_missed(one) else ""
        table.add_row(one["name"], f"{missed}{one['value']:g} {one['unit']}", limit, peer)
    return table


def main(*asked: str) -> int:
    """Measure what was asked for, or everything; return the exit code."""
    known, console = rooms(), Console()
    if unknown := [name for name in asked if name not in known]:
        console.print(f"Nothing measures {', '.join(unknown)}; there are {', '.join(known)}.")
        return 2
    names = list(asked) or known
    if len(names) == 1:
        return measure(names, console, HERE / "results")
    # Each in a process of its own: what one room leaves in memory must not count for the next.
    codes = [subprocess.run([sys.executable, "-m", "bench.run", name], cwd=ROOT, check=False) for name in names]  # noqa: S603 - our own program
    return max(code.returncode for code in codes)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
