"""Eclipse EDC as a process of its own, and the few words of its management API (v3) that a test needs to drive it."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2

from skillspace.kernel.errors import SkillspaceError, Unavailable
from tests.conformance.programs import free_port, java, stop

HERE = Path(__file__).parent
EDC_NAMESPACE = "https://w3id.org/edc/v0.0.1/ns/"
ODRL = "http://www.w3.org/ns/odrl/2/"
ODRL_CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
DEFAULT_WAIT_MS = 1000
START_WITHIN_S = 180.0
USE: dict[str, Any] = {"@type": "Set", "permission": [{"action": "use"}]}

Json = dict[str, Any]


class Edc:
    """One EDC connector on loopback, all in memory, with mock identities (iam-mock); to be used as a context.

    `wait_ms` is how long each of its state machines waits when it found nothing to do; EDC's default is 1000.
    """

    def __init__(self, jars: Path, folder: Path, name: str, *, wait_ms: int = DEFAULT_WAIT_MS) -> None:
        self._jars, self._folder, self.name, self._wait_ms = jars, folder, name, wait_ms
        self.did = f"did:web:{name}.example"
        ports = {kind: free_port() for kind in ("", "management", "protocol", "control", "version", "pull")}
        self._ports = ports
        self.address = f"http://127.0.0.1:{ports['protocol']}/protocol"
        self._client = httpx2.Client(base_url=f"http://127.0.0.1:{ports['management']}/management", timeout=30)

    def __enter__(self) -> Edc:
        """Start it and wait until its management API answers. Raises Unavailable when it does not."""
        self._folder.mkdir(parents=True, exist_ok=True)
        settings = self._folder / f"{self.name}.properties"
        settings.write_text("".join(f"{key}={value}\n" for key, value in self._settings().items()), encoding="utf-8")
        program = ["-cp", f"{self._jars}/*", str(HERE / "EdcPeer.java")]
        command = [java(), "-Xmx512m", f"-Dedc.fs.config={settings}", *program]
        self._log = self._folder / f"{self.name}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            self._until_ready()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def base(self, version: str) -> str:
        """Return where it speaks one version of the protocol."""
        return f"{self.address}/{named(version)}"

    def said(self) -> str:
        """Return the end of its log."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def offer(self, dataset: str, address: str, *, policy: Mapping[str, Any] = USE) -> None:
        """Offer what lies at an address under a policy: an asset, a policy, a contract definition that joins them."""
        data = {"@type": "DataAddress", "type": "HttpData", "baseUrl": address}
        self.ask("POST", "assets", {"@id": dataset, "properties": {"name": dataset}, "dataAddress": data})
        named = {"@context": ODRL_CONTEXT, **policy}
        self.ask("POST", "policydefinitions", {"@id": f"policy-{dataset}", "policy": named})
        only = {"operandLeft": f"{EDC_NAMESPACE}id", "operator": "=", "operandRight": dataset}
        joined = {"accessPolicyId": f"policy-{dataset}", "contractPolicyId": f"policy-{dataset}"}
        self.ask("POST", "contractdefinitions", {"@id": f"def-{dataset}", **joined, "assetsSelector": [only]})

    def catalog(self, peer: str, address: str, version: str) -> list[Json]:
        """Have it read a peer's catalog; return the datasets, in words without prefixes."""
        asked = {"counterPartyId": peer, "counterPartyAddress": address, "protocol": protocol(version)}
        answer = self.ask("POST", "catalog/request", asked)
        return listed(plain(answer).get("dataset"))

    def negotiate(self, peer: str, address: str, version: str, dataset: Json, **more: Any) -> str:
        """Have it open a negotiation on the first offer of a dataset it read in a catalog; return its identifier."""
        offer = listed(dataset["hasPolicy"])[0]
        party = {f"{ODRL}assigner": {"@id": peer}, f"{ODRL}target": {"@id": dataset["@id"]}}
        asked = {"counterPartyAddress": address, "counterPartyId": peer, "protocol": protocol(version)}
        return self._opened(
            "contractnegotiations", {**asked, "policy": {"@context": ODRL_CONTEXT, **offer, **party}, **more}
        )

    def transfer(
        self, peer: str, address: str, version: str, agreement: str, *, kind: str = "HttpData-PULL", **more: Any
    ) -> str:
        """Have it ask for a transfer under an agreement; return its identifier."""
        asked = {"counterPartyAddress": address, "counterPartyId": peer, "protocol": protocol(version)}
        return self._opened(
            "transferprocesses", {**asked, "connectorId": peer, "contractId": agreement, "transferType": kind, **more}
        )

    def negotiation(self, pid: str) -> Json:
        """Return one negotiation as it sees it."""
        return self._one("contractnegotiations", pid)

    def transfer_process(self, pid: str) -> Json:
        """Return one transfer as it sees it."""
        return self._one("transferprocesses", pid)

    def agreement(self, name: str) -> Json:
        """Return one agreement by EDC's own name for it; the name both sides know is its `agreementId`."""
        return self._one("contractagreements", name)

    def negotiations(self) -> list[Json]:
        """Return all negotiations, either side's."""
        return self._all("contractnegotiations")

    def transfers(self) -> list[Json]:
        """Return all transfers, either side's."""
        return self._all("transferprocesses")

    def move(self, kind: str, pid: str, name: str, **body: Any) -> None:
        """Have it make one move of its own: terminate, suspend, resume."""
        types = {"terminate": "TerminateTransfer", "suspend": "SuspendTransfer"}
        kinds = {"contractnegotiations": "TerminateNegotiation"}
        content = {"@type": kinds.get(kind) or types[name], "@id": pid, **body} if body else None
        self.ask("POST", f"{kind}/{pid}/{name}", content)

    def ask(self, method: str, path: str, body: Json | None = None) -> Any:
        """Say something to its management API; return the answer. Raises SkillspaceError for anything but success."""
        content = None if body is None else {"@context": {"@vocab": EDC_NAMESPACE, "odrl": ODRL}, **body}
        answer = self._client.request(method, f"/v3/{path}", json=content)
        if not answer.is_success:
            raise SkillspaceError(f"EDC {self.name}: {method} {path} gave {answer.status_code}: {answer.text[:500]}")
        return answer.json() if answer.content else None

    def _opened(self, path: str, body: Json) -> str:
        answer = self.ask("POST", path, body)
        assert isinstance(answer, dict)
        return str(answer["@id"])

    def _one(self, path: str, pid: str) -> Json:
        found = self.ask("GET", f"{path}/{pid}")
        assert isinstance(found, dict)
        return found

    def _all(self, path: str) -> list[Json]:
        found = self.ask("POST", f"{path}/request", {"@type": "QuerySpec", "limit": 1000})
        assert isinstance(found, list)
        return found

    def _settings(self) -> dict[str, object]:
        places = {
            f"web.http.{kind}.{what}" if kind else f"web.http.{what}": port if what == "port" else f"/{kind or 'api'}"
            for kind, port in self._ports.items()
            if kind != "pull"
            for what in ("port", "path")
        }
        machines = ("negotiation.consumer", "negotiation.provider", "transfer", "dataplane")
        waits = {f"edc.{each}.state-machine.iteration-wait-millis": self._wait_ms for each in machines}
        return {
            "edc.participant.id": self.did,
            "edc.participant.context.id": self.name,
            "edc.hostname": "127.0.0.1",
            "edc.dsp.callback.address": self.address,
            "edc.transfer.proxy.token.signer.privatekey.alias": "private-key",
            "edc.transfer.proxy.token.verifier.publickey.alias": "public-key",
            "peer.pull.port": self._ports["pull"],
            **places,
            **waits,
        }

    def _until_ready(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while self.process.poll() is None and time.monotonic() < deadline:
            # Its readiness address says yes before its other addresses are there.
            if re.search(r"Runtime \S+ ready", self.said()):
                return
            time.sleep(0.1)
        raise Unavailable(f"EDC {self.name} did not start. It said last:\n{self.said()}")

    def _stop(self) -> None:
        self._client.close()
        stop(self.process)


def protocol(version: str) -> str:
    """Return EDC's name of one version of the protocol."""
    return f"dataspace-protocol-http:{named(version)}"


def named(version: str) -> str:
    """Return a version of the protocol as EDC writes it: its 2024-1 is called 2024/1, in names and in paths."""
    return version.replace("2024-1", "2024/1")


def plain(value: Any) -> Any:
    """Write what EDC says without the prefixes of its older dialect, and identifiers as plain words."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        if value.keys() == {"@id"}:
            return plain(value["@id"])
        return {plain(key): plain(each) for key, each in value.items()}
    return re.sub(r"^(odrl|dcat|dct|dspace):(?=\w)", "", value) if isinstance(value, str) else value


def listed(value: Any) -> list[Any]:
    """Return what JSON-LD writes as nothing, one thing or a list, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]
