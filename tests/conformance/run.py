"""All conformance: `python -m tests.conformance.run` runs kits and foreign peers, writes the page, exits by the result.

Names of parts (dsp, dcp, edc, eudi, wallet) run only those, and leave the page as it is.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from skillspace.kernel.errors import SkillspaceError
from tests.conformance.dcp import run as dcp
from tests.conformance.dsp import run as dsp
from tests.conformance.edc import run as edc
from tests.conformance.eudi import run as eudi
from tests.conformance.kit import Report
from tests.conformance.programs import ROOT, jars
from tests.conformance.report import written
from tests.conformance.wallet import run as wallet

PAGE = ROOT / "docs" / "conformance.md"
KIT_VERSION = "1.0.0-RC6"


def run(name: str, work: Path) -> list[tuple[str, Report]]:
    """Run one part; return what it said, each with the version of who said it."""
    if name == "wallet":
        return [(wallet.VERSION, wallet.run(work / "wallet"))]
    modules = jars(name)
    if name == "dsp":
        tests: list[Callable[[Path, Path], Report]] = [dsp.self_test, dsp.run]
        return [(KIT_VERSION, test(modules, work / f"dsp-{number}")) for number, test in enumerate(tests)]
    if name == "dcp":
        return [(KIT_VERSION, dcp.run(modules, work / "dcp"))]
    if name == "eudi":
        return [(eudi.VERSION, eudi.run(modules))]
    return [(edc.VERSION, edc.run(modules, work / "edc"))]


def main(*asked: str) -> int:
    """Run what was asked for, or everything; return the exit code."""
    names = asked or ("dsp", "dcp", "edc", "eudi", "wallet")
    reports: list[tuple[str, Report]] = []
    with tempfile.TemporaryDirectory(prefix="skillspace-conformance-") as work:
        for name in names:
            try:
                reports += run(name, Path(work))
            except SkillspaceError as fault:
                print(f"{name}: {fault.message}", flush=True)
                reports.append(("?", Report(title=name.upper(), cases=(), expected=1)))
    for _, report in reports:
        for case in report.cases:
            if case.outcome == "failed":
                print(f"failed: {report.title} {case.group} {case.id} {case.name}: {case.reason}")
    if not asked:
        PAGE.write_text(written(reports), encoding="utf-8")
    for _, report in reports:
        print(report.line)
    return 1 if any(report.failed for _, report in reports) else 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
