"""The DCP kit against a real node: as verifier, as credential service, and as issuer, one run each.

python -m tests.conformance.dcp.run JARS FOLDER
"""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from skillspace.kernel.errors import SkillspaceError
from skillspace.trust.identity import did_of_address
from tests.conformance.dcp import documents
from tests.conformance.dcp.node import CLIENT, HOLDER_PID, SECRET, TRIGGER
from tests.conformance.kit import Report, run_kit
from tests.conformance.programs import ROOT, free_port, stop

#: The cases of kit 1.0.0-RC6 that are not disabled in it; three more, on presentation definitions, are.
ACTIVE = 85
PACKAGES = {
    "verifier": ("presentation.verifier",),
    "holder": ("presentation.cs", "issuance.cs"),
    "issuer": ("issuance.issuer",),
}
_ROOT_PACKAGE = "org.eclipse.dataspacetck.dcp.verification"
START_WITHIN_S = 120.0


def run(jars: Path, work: Path) -> Report:
    """Run every case of the kit, whose modules lie in `jars`, against a node made in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    node_port, kit_port, documents_port = free_port(), free_port(), free_port()
    cases = []
    with documents.served(documents_port, kit_port), node(work / "node", node_port, documents_port):
        for role, packages in PACKAGES.items():
            properties = settings(role, node_port, kit_port, documents_port)
            names = [f"{_ROOT_PACKAGE}.{package}" for package in packages]
            cases += run_kit("DCP", jars, properties, names, work / role, expected=1).cases
    return Report(title="DCP", cases=tuple(cases), expected=ACTIVE)


def settings(role: str, node_port: int, kit_port: int, documents_port: int) -> dict[str, str]:
    """Return the kit's properties for the run in which our node plays `role`."""
    parties = {each: documents.did(documents_port, role, each) for each in (*PACKAGES, "thirdparty")}
    parties[role] = did_of_address(f"http://127.0.0.1:{node_port}")
    found = {
        "launcher": "org.eclipse.dataspacetck.dcp.system.DcpSystemLauncher",
        "callback.address": f"http://127.0.0.1:{kit_port}",
        "host": "127.0.0.1",
        "port": str(kit_port),
        "credentials.correlation.id": HOLDER_PID,
        **{f"did.{name}": did for name, did in parties.items()},
        **_role_settings(role, node_port),
    }
    return {f"dataspacetck.{name}": value for name, value in found.items()}


def _role_settings(role: str, node_port: int) -> Mapping[str, str]:
    address = f"http://127.0.0.1:{node_port}"
    if role == "verifier":
        return {"vpp.trigger.endpoint": f"{address}{TRIGGER}"}
    if role == "holder":
        return {"sts.url": f"{address}/dcp/sts", "sts.client.id": CLIENT, "sts.client.secret": SECRET}
    return {}


@contextmanager
def node(folder: Path, port: int, documents_port: int) -> Iterator[None]:
    """Run our node as a process of its own until the end of the block."""
    # The holder's run comes first: it is the one whose issuer has something to deliver.
    issuers = ",".join(documents.did(documents_port, role, "issuer") for role in ("holder", "verifier"))
    holder = documents.did(documents_port, "issuer", "holder")
    command = [sys.executable, "-m", "tests.conformance.dcp.node", str(folder), str(port), issuers, holder]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "node.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            _await(process, f"http://127.0.0.1:{port}/health", folder / "node.log")
            yield
        finally:
            stop(process)


def _await(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=1):  # noqa: S310 - our own node
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SkillspaceError(f"The node under test did not start:\n{log.read_text(errors='replace')[-2000:]}")


if __name__ == "__main__":
    report = run(Path(sys.argv[1]), Path(sys.argv[2]))
    for case in report.cases:
        if case.outcome != "passed":
            print(case.outcome, case.group, case.name, "::", case.reason)
    print(report.line)
    sys.exit(1 if report.failed else 0)
