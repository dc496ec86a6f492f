"""A foreign wallet, issuer and verifier, made of other people's libraries, against our own: every scenario.

python -m tests.conformance.wallet.run FOLDER [part of a scenario's name]
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.conformance.kit import Case, Report
from tests.conformance.wallet import as_issuer, as_verifier, as_wallet
from tests.conformance.wallet.peer import fetched
from tests.conformance.wallet.stage import Stage, staged

VERSION = "0.4.6"
GROUPS: dict[str, tuple[Callable[[Stage], None], ...]] = {
    "our issuer": as_issuer.SCENARIOS,
    "our verifier": as_verifier.SCENARIOS,
    "our wallet": as_wallet.SCENARIOS,
}


def run(work: Path, part: str = "") -> Report:
    """Run the scenarios, or those with `part` in their names; raises SkillspaceError when the stage cannot be set."""
    chosen = [(group, each) for group, scenarios in GROUPS.items() for each in scenarios if part in each.__name__]
    with staged(fetched(), work) as stage:
        cases = [_played(group, scenario, stage) for group, scenario in chosen]
    return Report(title="Wallets", cases=tuple(cases), expected=len(chosen))


def _played(group: str, scenario: Callable[[Stage], None], stage: Stage) -> Case:
    number = f"{GROUPS[group].index(scenario) + 1:02d}"
    name = (scenario.__doc__ or "").strip().rstrip(".")
    try:
        scenario(stage)
    except Exception as fault:  # whatever goes wrong between two programs is this case's failure, not the run's
        where = traceback.extract_tb(fault.__traceback__)
        place = next((each for each in reversed(where) if "/wallet/as_" in each.filename), where[-1])
        reason = f"{type(fault).__name__}: {fault} (at: {place.line})"
        return Case(group=group, id=number, name=name, outcome="failed", reason=reason[:600])
    return Case(group=group, id=number, name=name, outcome="passed")


if __name__ == "__main__":
    report = run(Path(sys.argv[1]), *sys.argv[2:])
    for case in report.cases:
        print(case.outcome, case.group, case.id, case.name, ":: " + case.reason if case.reason else "")
    print(report.line)
    sys.exit(1 if report.failed else 0)
