"""Checks of the protocol with a peer: the versions both speak, our token at their door, and the way back to us."""

from __future__ import annotations

import time

from skillspace.exchange.addresses import WELL_KNOWN, Addresses
from skillspace.exchange.channel import Channel
from skillspace.exchange.dialects import SPOKEN
from skillspace.exchange.doctor.echo import ECHO_PATH
from skillspace.exchange.doctor.findings import N_, Finding, Level, said
from skillspace.exchange.doctor.ports import Instruments, Patient
from skillspace.exchange.messages import message
from skillspace.kernel.errors import BadInput, NotFound, PeerUnreachable, SkillspaceError
from skillspace.trust.identity import PeerRefused
from skillspace.trust.identity.peers import read_object
from skillspace.wire.outbound import Outbound

MAX_ECHO_BYTES = 64 * 1024
NODE = "SkillspaceNode"


def check_versions(patient: Patient, instruments: Instruments, outbound: Outbound) -> Finding:
    """We have a version of the protocol in common."""
    if patient.root is None:
        return Finding(
            check="versions", level=Level.SKIP, found=N_("Not checked: nothing says where they speak the protocol.")
        )
    addresses = Addresses(instruments.peers, outbound, {patient.id: patient.root})
    values = {"url": said(patient.root + WELL_KNOWN), "ours": ", ".join(one.version for one in SPOKEN)}
    try:
        bases = addresses.bases(patient.id)
    except (BadInput, NotFound, PeerUnreachable) as fault:
        return Finding(
            check="versions",
            level=Level.FAIL,
            found=N_("The version document at %(url)s cannot be read: %(why)s"),
            mend=N_("Publish the version document of DSP 2025-1 there, as JSON, without a redirect."),
            values=values | {"why": said(fault.message)},
        )
    values["theirs"] = said(", ".join(sorted(bases)) or "–")
    if not any(one.version in bases for one in SPOKEN):
        return Finding(
            check="versions",
            level=Level.FAIL,
            found=N_("No version in common: they speak %(theirs)s, this node %(ours)s."),
            mend=N_("Ask them to switch on DSP 2025-1."),
            values=values,
        )
    patient.address = addresses.find(patient.id)
    found = N_("They speak %(theirs)s; %(used)s is used.")
    values["used"] = patient.address.dialect.version
    return Finding(check="versions", level=Level.OK, found=found, values=values)


def check_catalog(patient: Patient, instruments: Instruments, outbound: Outbound) -> Finding:
    """They take our token: shown by asking for their catalog."""
    if patient.address is None:
        return Finding(
            check="catalog", level=Level.SKIP, found=N_("Not checked: there is no version of the protocol in common.")
        )
    channel = Channel(outbound, instruments.authentication)
    values = {"id": said(patient.id)}
    try:
        answer = channel.call("POST", patient.id, patient.address, "/catalog/request", message("CatalogRequestMessage"))
    except PeerRefused as fault:
        return _refused(fault, values)
    except SkillspaceError as fault:
        return Finding(
            check="catalog",
            level=Level.FAIL,
            found=N_("Their catalog cannot be read: %(why)s"),
            mend=N_("Ask them what their log says about this request."),
            values=values | {"why": said(fault.message)},
        )
    offered = answer.get("dataset")
    values["count"] = str(len(offered) if isinstance(offered, list) else 0)
    return Finding(
        check="catalog",
        level=Level.OK,
        found=N_("They take our token and show their catalog (data sets on its first page: %(count)s)."),
        values=values,
    )


def check_way_back(patient: Patient, instruments: Instruments, outbound: Outbound) -> Finding:
    """They can reach us: their node is asked to try, if it is one that can be asked."""
    node = patient.document.services.get(NODE) if patient.document else None
    if node is None:
        return _own_address(instruments, outbound)
    reply = outbound.send(
        "POST",
        node.rstrip("/") + ECHO_PATH,
        headers=instruments.authentication.headers(patient.id),
        json={},
        max_bytes=MAX_ECHO_BYTES,
    )
    if reply.status in (404, 405):
        return _own_address(instruments, outbound)
    content = read_object(reply.body)
    if reply.status != 200:
        return Finding(
            check="way-back",
            level=Level.WARN,
            found=N_("They do not try the way back (answer %(status)s): %(why)s"),
            mend=N_("See what they say about our token above, or ask again in a minute."),
            values={"status": str(reply.status), "why": said(content.get("message", "–"))},
        )
    patient.echo = content
    return _told(content)


def _refused(fault: PeerRefused, values: dict[str, str]) -> Finding:
    values |= {"status": str(fault.status), "why": said(fault.message)}
    if fault.status in (401, 403):
        return Finding(
            check="catalog",
            level=Level.FAIL,
            found=N_("They do not take our token (answer %(status)s): %(why)s"),
            mend=N_("Check that our membership is live, and that they can reach our DID document and wallet."),
            values=values,
        )
    return Finding(
        check="catalog",
        level=Level.FAIL,
        found=N_("They refuse our request for the catalog (answer %(status)s): %(why)s"),
        mend=N_("Compare the version document with what is served below its paths."),
        values=values,
    )


def _told(content: dict[str, object]) -> Finding:
    values = {
        "address": said(content.get("address", "–")),
        "ms": said(content.get("milliseconds", "–")),
        "why": said(content.get("message", "–")),
    }
    if content.get("reached") is not True:
        return Finding(
            check="way-back",
            level=Level.FAIL,
            found=N_("They cannot reach us: %(why)s"),
            mend=N_("Check that our address is public, that our node runs, and that our firewall lets calls in."),
            values=values,
        )
    if content.get("accepted") is not True:
        return Finding(
            check="way-back",
            level=Level.FAIL,
            found=N_("They reach us at %(address)s, but our node refuses their call: %(why)s"),
            mend=N_("See what is found about their credentials below."),
            values=values,
        )
    found = N_("They reach us at %(address)s in %(ms)s ms, and our node takes their call.")
    return Finding(check="way-back", level=Level.OK, found=found, values=values)


def _own_address(instruments: Instruments, outbound: Outbound) -> Finding:
    """Look at our own address from here: the best that can be done with a peer that cannot be asked."""
    own = instruments.own_address.rstrip("/")
    values = {"address": own}
    began = time.perf_counter()
    try:
        reply = outbound.send("GET", f"{own}/dsp{WELL_KNOWN}", max_bytes=MAX_ECHO_BYTES)
        if reply.status != 200 or "protocolVersions" not in read_object(reply.body):
            raise NotFound(f"It answered {reply.status}, without a version document.")
    except SkillspaceError as fault:
        return Finding(
            check="way-back",
            level=Level.FAIL,
            found=N_("Our own address %(address)s does not answer from here: %(why)s"),
            mend=N_("Start this node, and check the address in its node.toml."),
            values=values | {"why": said(fault.message)},
        )
    values["ms"] = f"{(time.perf_counter() - began) * 1000:.0f}"
    return Finding(
        check="way-back",
        level=Level.SKIP,
        found=N_(
            "They cannot be asked to try the way back. Our own address %(address)s answers from here in %(ms)s ms."
        ),
        values=values,
    )
