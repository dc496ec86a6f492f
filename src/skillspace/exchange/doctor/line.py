"""Checks of the line to a peer: its name, the connection, the certificate, and whether the clocks agree."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from cryptography import x509

from skillspace.exchange.doctor.findings import N_, Finding, Level, said
from skillspace.exchange.doctor.ports import Instruments, Patient, day
from skillspace.kernel.errors import BadInput, PeerUnreachable
from skillspace.wire.outbound import Outbound

CONNECT_S = 3.0
RENEW_BEFORE = timedelta(days=21)
#: Tokens are checked with five seconds of leeway, and live for a minute.
CLOCK_WARN, CLOCK_FAIL = timedelta(seconds=5), timedelta(seconds=30)
#: OpenSSL's codes for a certificate of another host, and of another address.
_NAME_DIFFERS = frozenset({62, 64})


def check_name(patient: Patient, instruments: Instruments, outbound: Outbound) -> Finding:
    """The host's name leads to addresses that nodes may call."""
    del instruments
    try:
        found = outbound.addresses(patient.host)
    except PeerUnreachable as fault:
        return Finding(
            check="name",
            level=Level.FAIL,
            found=N_("The name %(host)s leads nowhere (%(why)s)."),
            mend=N_("Check the spelling, and the record of this name in the DNS."),
            values={"host": patient.host, "why": said(fault.message)},
        )
    except BadInput as fault:
        return Finding(
            check="name",
            level=Level.FAIL,
            found=N_("The name %(host)s must not be called: %(why)s"),
            mend=N_("Publish the node at a public address; nodes call no others."),
            values={"host": patient.host, "why": said(fault.message)},
        )
    listed = ", ".join(sorted({str(address) for address in found}))
    return Finding(
        check="name",
        level=Level.OK,
        found=N_("%(host)s leads to %(addresses)s."),
        values={"host": patient.host, "addresses": listed},
    )


def check_connection(patient: Patient, instruments: Instruments, outbound: Outbound) -> Finding:
    """Somebody listens there."""
    del instruments
    values = {"host": patient.host, "port": str(patient.port)}
    began = time.perf_counter()
    try:
        with closing(_connected(patient, outbound)):
            took = time.perf_counter() - began
    except OSError as fault:
        is_silent = isinstance(fault, TimeoutError)
        return Finding(
            check="connection",
            level=Level.FAIL,
            found=N_("Nobody answers at %(host)s, port %(port)s.")
            if is_silent
            else N_("%(host)s refuses connections at port %(port)s (%(why)s)."),
            mend=N_("Ask them whether the node runs, and whether a firewall lets calls to this port in."),
            values=values | {"why": said(fault.strerror or type(fault).__name__)},
        )
    return Finding(
        check="connection",
        level=Level.OK,
        found=N_("Port %(port)s answers in %(ms)s ms."),
        values=values | {"ms": f"{took * 1000:.0f}"},
    )


def check_certificate(patient: Patient, instruments: Instruments, outbound: Outbound) -> Finding:
    """The certificate is for this name, signed by somebody known, and lasts."""
    if not patient.is_encrypted:
        return Finding(
            check="certificate",
            level=Level.OK,
            found=N_("Plain HTTP, which nodes of one machine may speak; there is no certificate."),
        )
    values = {"host": patient.host}
    try:
        certificate, fault = _certificate(patient, instruments, outbound)
    except (OSError, ValueError) as trouble:
        return Finding(
            check="certificate",
            level=Level.FAIL,
            found=N_("No encrypted connection comes about (%(why)s)."),
            mend=N_("Let a server with TLS 1.2 or newer answer at this port."),
            values=values | {"why": said(getattr(trouble, "reason", None) or trouble)},
        )
    return _judged(certificate, fault, instruments.clock(), values)


def check_clock(patient: Patient, instruments: Instruments, outbound: Outbound) -> Finding:
    """Their clock and ours agree, as far as the Date of an answer says."""
    before = instruments.clock()
    with outbound.stream("GET", patient.url) as response:
        header = response.headers.get("date", "")
    after = instruments.clock()
    try:
        theirs = parsedate_to_datetime(header).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return Finding(
            check="clock",
            level=Level.SKIP,
            found=N_("Their answer carries no Date, so the clocks cannot be compared."),
        )
    # The header has whole seconds: the moment it means lies within the second that begins there.
    ahead = max(theirs - after, timedelta()) or min(theirs + timedelta(seconds=1) - before, timedelta())
    values = {"seconds": f"{abs(ahead).total_seconds():.0f}"}
    level = Level.FAIL if abs(ahead) > CLOCK_FAIL else Level.WARN if abs(ahead) > CLOCK_WARN else Level.OK
    if level is Level.OK:
        return Finding(check="clock", level=level, found=N_("The clocks agree."))
    mend = N_("Set both clocks by the network (NTP); tokens are refused when the clocks differ.")
    if ahead > timedelta():
        found = N_("Their clock is %(seconds)s seconds ahead of ours.")
    else:
        found = N_("Their clock is %(seconds)s seconds behind ours.")
    return Finding(check="clock", level=level, found=found, mend=mend, values=values)


def _connected(patient: Patient, outbound: Outbound) -> socket.socket:
    """Connect to the addresses that were allowed, one after the other."""
    faults: list[OSError] = []
    for address in dict.fromkeys(map(str, outbound.addresses(patient.host))):
        try:
            return socket.create_connection((address, patient.port), timeout=CONNECT_S)
        except OSError as fault:
            faults.append(fault)
    raise faults[0]


def _certificate(
    patient: Patient, instruments: Instruments, outbound: Outbound
) -> tuple[x509.Certificate, ssl.SSLCertVerificationError | None]:
    """Return the certificate, and what is wrong with it; it is read even when it is not believed."""
    try:
        return _handshake(patient, outbound, instruments.trust()), None
    except ssl.SSLCertVerificationError as fault:
        unbelieving = ssl.create_default_context()
        unbelieving.check_hostname = False
        unbelieving.verify_mode = ssl.CERT_NONE
        return _handshake(patient, outbound, unbelieving), fault


def _handshake(patient: Patient, outbound: Outbound, context: ssl.SSLContext) -> x509.Certificate:
    with (
        _connected(patient, outbound) as plain,
        context.wrap_socket(plain, server_hostname=patient.host) as encrypted,
    ):
        return x509.load_der_x509_certificate(encrypted.getpeercert(binary_form=True) or b"")


def _judged(
    certificate: x509.Certificate,
    fault: ssl.SSLCertVerificationError | None,
    at: datetime,
    values: dict[str, str],
) -> Finding:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    values |= {"ends": day(ends), "begins": day(begins), "days": str((ends - at).days)}
    level, mend = Level.FAIL, N_("Ask them to renew the certificate.")
    if ends <= at:
        found = N_("The certificate ran out on %(ends)s.")
    elif begins > at:
        found, mend = N_("The certificate counts only from %(begins)s on."), N_("Check the clocks of both sides.")
    elif fault is not None and fault.verify_code in _NAME_DIFFERS:
        values["names"] = said(", ".join(_names(certificate)) or "?")
        found = N_("The certificate is for %(names)s, not for %(host)s.")
        mend = N_("Ask them for a certificate with the name in their address.")
    elif fault is not None:
        values["why"] = said(fault.verify_message)
        found = N_("Nobody known vouches for the certificate (%(why)s).")
        mend = N_("Ask them for a certificate of a public authority, sent with its whole chain.")
    elif ends - at < RENEW_BEFORE:
        level, found = Level.WARN, N_("The certificate runs out in %(days)s days, on %(ends)s.")
    else:
        level, found, mend = Level.OK, N_("The certificate is for %(host)s and lasts until %(ends)s."), ""
    return Finding(check="certificate", level=level, found=found, mend=mend, values=values)


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [str(name.value) for name in names][:5]
