"""Runs a published Java conformance kit and counts for it: kits never say by themselves that something failed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from skillspace.kernel.errors import SkillspaceError
from tests.conformance.programs import java

RUNNER = Path(__file__).with_name("Kit.java")
RUN_WITHIN_S = 600
OUTCOMES = frozenset({"passed", "failed", "skipped"})
_NUMBERED = re.compile(r"(?P<id>[A-Z_]+:\d\d-\d\d): (?P<name>.+)")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case: its identifier within its group, what it checks, `passed`, `failed` or `skipped`, and why."""

    group: str
    id: str
    name: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What one kit or peer said of us. `expected` is how many cases must have run; those that did not run failed."""

    title: str
    cases: tuple[Case, ...]
    expected: int

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(each.outcome == "passed" for each in self.cases)

    @property
    def failed(self) -> int:
        """How many cases failed or did not run at all."""
        told = sum(each.outcome == "failed" for each in self.cases)
        return told + max(0, self.expected - self.passed - told)

    @property
    def line(self) -> str:
        """The line the run ends with."""
        return f"{self.title}: {self.passed} passed, {self.failed} failed"


def run_kit(
    title: str, jars: Path, properties: Mapping[str, str], packages: Sequence[str], work: Path, *, expected: int
) -> Report:
    """Run the cases of some packages of a kit, whose modules lie in `jars`; settings, log and anything else in `work`.

    The whole run is bounded in time; what did not finish by then counts as failed. Raises SkillspaceError when the kit
    ran no case at all, with the end of its log.
    """
    work.mkdir(parents=True, exist_ok=True)
    settings, log = work / "kit.properties", work / "kit.log"
    settings.write_text("".join(f"{name}={value}\n" for name, value in properties.items()), encoding="utf-8")
    command = [java(), "-cp", f"{jars}/*", str(RUNNER), str(settings), *packages]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            process.wait(timeout=RUN_WITHIN_S)
        except subprocess.TimeoutExpired:
            pass
        finally:
            process.kill()
            process.wait()
    told = log.read_text(encoding="utf-8", errors="replace")
    cases = read_cases(told)
    if not cases:
        raise SkillspaceError(f"The kit for {title} ran nothing. It said last:\n{told[-3000:]}")
    return Report(title=title, cases=cases, expected=expected)


def read_cases(told: str) -> tuple[Case, ...]:
    """Read what the runner printed, in order of group and identifier; other lines are the kit's own talk."""
    found = []
    for line in told.splitlines():
        parts = line.split("\t")
        if len(parts) == 5 and parts[0] == "CASE" and parts[1] in OUTCOMES:
            found.append(_case(*parts[1:]))
    return tuple(sorted(found, key=lambda each: (each.group, each.id, each.name)))


def _case(outcome: str, place: str, name: str, reason: str) -> Case:
    """Cases with a number of their own are grouped by it, all others by the package and class they stand in."""
    why = "disabled in the kit itself" if outcome == "skipped" else reason[:600]
    if numbered := _NUMBERED.fullmatch(name):
        group = numbered["id"].partition(":")[0]
        return Case(group=group, id=numbered["id"], name=numbered["name"], outcome=outcome, reason=why)
    package, _, class_name = place.partition(".verification.")[2].rpartition(".")
    return Case(group=package, id=class_name.removesuffix("Test"), name=name, outcome=outcome, reason=why)
