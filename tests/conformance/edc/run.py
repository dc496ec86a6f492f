"""Eclipse EDC as a foreign peer: every scenario in every version both speak.

python -m tests.conformance.edc.run JARS FOLDER [part of a scenario's name]
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.conformance.edc.scenarios import SCENARIOS
from tests.conformance.edc.stage import Stage, staged
from tests.conformance.kit import Case, Report

VERSION = "0.15.1"
VERSIONS = ("2025-1", "2024-1")


def run(jars: Path, work: Path, part: str = "") -> Report:
    """Run the scenarios, or those with `part` in their names, against an EDC of modules in `jars`."""
    chosen = [each for each in SCENARIOS if part in each.__name__]
    with staged(jars, work) as stage:
        cases = [
            _played(scenario, stage(version), number)
            for version in VERSIONS
            for number, scenario in enumerate(chosen, start=1)
        ]
    return Report(title=f"EDC {VERSION}", cases=tuple(cases), expected=len(chosen) * len(VERSIONS))


def _played(scenario: Callable[[Stage], None], stage: Stage, number: int) -> Case:
    name = (scenario.__doc__ or "").strip().rstrip(".")
    try:
        scenario(stage)
    except Exception as fault:  # whatever goes wrong between two programs is this case's failure, not the run's
        place = traceback.extract_tb(fault.__traceback__)
        where = next((each for each in reversed(place) if each.filename.endswith("scenarios.py")), place[-1])
        reason = f"{type(fault).__name__}: {fault} (at: {where.line})"
        return Case(group=stage.version, id=f"{number:02d}", name=name, outcome="failed", reason=reason[:600])
    return Case(group=stage.version, id=f"{number:02d}", name=name, outcome="passed")


if __name__ == "__main__":
    report = run(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
    for case in report.cases:
        print(case.outcome, case.group, case.id, case.name, ":: " + case.reason if case.reason else "")
    print(report.line)
    sys.exit(1 if report.failed else 0)
