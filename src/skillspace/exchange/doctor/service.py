"""The doctor's round: every check in its order, each in bounded time, and never a fault instead of a finding."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import structlog

from skillspace.exchange.doctor import identity, line, protocol
from skillspace.exchange.doctor.findings import CHECKS, N_, Finding, Level, said
from skillspace.exchange.doctor.ports import Instruments, Patient, patient_of, within
from skillspace.kernel.errors import SkillspaceError
from skillspace.wire.outbound import Outbound

log = structlog.get_logger()

Check = Callable[[Patient, Instruments, Outbound], Finding]
Tell = Callable[[Finding], None]

#: One check may take so long, all of them together so long.
CHECK_S, ROUND_S = 8.0, 45.0
ROUND: Mapping[str, Check] = {
    "name": line.check_name,
    "connection": line.check_connection,
    "certificate": line.check_certificate,
    "clock": line.check_clock,
    "document": identity.check_document,
    "keys": identity.check_keys,
    "services": identity.check_services,
    "versions": protocol.check_versions,
    "catalog": protocol.check_catalog,
    "way-back": protocol.check_way_back,
    "credentials": identity.check_credentials,
}
#: Without these nothing further can be found out, but for what needs no call to the peer.
_FIRST = ("name", "connection")


class Doctor:
    """Examines peers with the instruments of one node. It keeps nothing, and opens no transaction."""

    def __init__(self, instruments: Instruments, *, check_s: float = CHECK_S, round_s: float = ROUND_S) -> None:
        self.instruments = instruments
        self._check_s = check_s
        self._round_s = round_s

    def examine(self, peer: str, tell: Tell = lambda _finding: None) -> list[Finding]:
        """Return what every check finds about a peer (a DID, an address, or a name the operator wrote down).

        `tell` hears of each finding as soon as it is there. Nothing a peer does raises a fault here.
        """
        findings: list[Finding] = []

        def note(finding: Finding) -> None:
            findings.append(finding)
            tell(finding)

        try:
            patient = patient_of(peer, self.instruments)
        except SkillspaceError as fault:
            note(_unusable(fault))
            for name in list(CHECKS)[1:]:
                note(_skipped(name))
            return findings
        until = time.monotonic() + self._round_s
        client = _Client(self.instruments)
        try:
            for name in CHECKS:
                is_lost = any(one.level is Level.FAIL for one in findings if one.check in _FIRST)
                note(_skipped(name) if is_lost else self._look(name, patient, client, until - time.monotonic()))
        finally:
            client.close()
        return findings

    def _look(self, name: str, patient: Patient, client: _Client, left: float) -> Finding:
        if left <= 0:
            return Finding(check=name, level=Level.SKIP, found=N_("Not checked: the examination took too long."))
        outbound = client.outbound()
        try:
            return within(min(left, self._check_s), lambda: ROUND[name](patient, self.instruments, outbound))
        except SkillspaceError as fault:
            # What was not waited for may still hold this client; closing it ends that.
            client.close()
            return _broken(name, fault.message)
        except Exception as fault:
            client.close()
            log.warning("doctor.check_broken", check=name, fault=type(fault).__name__)
            return _broken(name, type(fault).__name__)


class _Client:
    """The client of one round; a new one after each check that broke."""

    def __init__(self, instruments: Instruments) -> None:
        self._instruments = instruments
        self._held: Outbound | None = None

    def outbound(self) -> Outbound:
        if self._held is None:
            self._held = self._instruments.outbound()
        return self._held

    def close(self) -> None:
        if self._held is not None:
            self._held.close()
        self._held = None


def _unusable(fault: SkillspaceError) -> Finding:
    return Finding(
        check="name",
        level=Level.FAIL,
        found=N_("This peer cannot be called: %(why)s"),
        mend=N_("Give a DID (did:web:…), an address (https://…), or a name from node.toml."),
        values={"why": said(fault.message)},
    )


def _broken(name: str, why: str) -> Finding:
    return Finding(
        check=name,
        level=Level.FAIL,
        found=N_("This could not be checked: %(why)s"),
        mend=N_("Ask them whether their node runs, and what its log says."),
        values={"why": said(why)},
    )


def _skipped(name: str) -> Finding:
    return Finding(check=name, level=Level.SKIP, found=N_("Not checked: they cannot be reached."))
