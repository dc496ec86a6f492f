"""The DSP kit: first against its own connector, so that a fault of the kit is not taken for ours; then against a node.

python -m tests.conformance.dsp.run JARS FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.conformance.dsp.node import OWN_ID, cases
from tests.conformance.kit import Report, run_kit
from tests.conformance.programs import free_port, running
from tests.patience import PATIENCE_S

#: The cases of kit 1.0.0-RC6 that are not disabled in it; two more, on resuming a transfer as consumer, are.
ACTIVE = 65
PACKAGES = ("org.eclipse.dataspacetck.dsp.verification",)
LAUNCHER = "org.eclipse.dataspacetck.dsp.system.DspSystemLauncher"
#: How long the kit waits for a message of ours, in seconds whatever its documents say.
FORMAT = "HttpData-PULL"


def self_test(jars: Path, work: Path) -> Report:
    """Run the kit against the connector it brings along."""
    properties = {**_kit(), "dataspacetck.dsp.local.connector": "true"}
    return run_kit("DSP self-test", jars, properties, PACKAGES, work, expected=ACTIVE)


def run(jars: Path, work: Path) -> Report:
    """Run every case of the kit, whose modules lie in `jars`, against a node made in `work`."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "tests.conformance.dsp.node", str(work / "node"), str(port)]
    with running(command, f"{address}/health", work / "node.log"):
        return run_kit("DSP", jars, {**_kit(), **settings(address)}, PACKAGES, work, expected=ACTIVE)


def settings(address: str) -> dict[str, str]:
    """Return what the kit must know of the node at `address`: where it is, and which of its data each case is about."""
    connector = {
        "agent.id": OWN_ID,
        "http.url": f"{address}/dsp/2025-1",
        "http.base.url": f"{address}/dsp",
        "http.headers.authorization": '{"region":"any","audience":"any","clientId":"TCK_PARTICIPANT"}',
        "negotiation.initiate.url": f"{address}/tck/negotiations/requests",
        "transfer.initiate.url": f"{address}/tck/transfers/requests",
    }
    found = {f"dataspacetck.dsp.connector.{name}": value for name, value in connector.items()}
    found |= {"dataspacetck.dsp.local.connector": "false", "CAT_01_01_DATASETID": "CAT0101"}
    found |= {"CAT_01_02_DATASETID": "CAT0102", "CAT_01_03_DATASETID": "CAT0103"}
    for group, prefix in (("ACN", "CN"), ("ACNC", "CN_C")):
        for name in cases(group):
            key = _key(prefix, name)
            found |= {f"{key}_DATASETID": name, f"{key}_OFFERID": f"CD123:{name}:456"}
    for group, prefix in (("ATP", "TP"), ("ATPC", "TP_C")):
        for name in cases(group):
            key = _key(prefix, name)
            found |= {f"{key}_AGREEMENTID": name, f"{key}_FORMAT": FORMAT}
    return found


def _key(prefix: str, name: str) -> str:
    return f"{prefix}_{name[-4:-2]}_{name[-2:]}"


def _kit() -> dict[str, str]:
    port = free_port()
    return {
        "dataspacetck.launcher": LAUNCHER,
        "dataspacetck.dsp.default.wait": str(PATIENCE_S),
        "dataspacetck.callback.address": f"http://127.0.0.1:{port}",
        "dataspacetck.host": "127.0.0.1",
        "dataspacetck.port": str(port),
    }


if __name__ == "__main__":
    report = run(Path(sys.argv[1]), Path(sys.argv[2]))
    for case in report.cases:
        if case.outcome != "passed":
            print(case.outcome, case.id, case.name, "::", case.reason)
    print(report.line)
    sys.exit(1 if report.failed else 0)
