"""Checks of who a peer is: its DID document, the keys and services in it, and the credentials it shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from skillspace.exchange.addresses import WELL_KNOWN
from skillspace.exchange.doctor.findings import N_, Finding, Level, said
from skillspace.exchange.doctor.ports import Instruments, Patient, day
from skillspace.kernel.errors import BadInput, NotFound, SkillspaceError
from skillspace.trust.identity import DidDocument, DidResolver
from skillspace.trust.membership.model import MEMBERSHIP_CREDENTIAL
from skillspace.wire.outbound import Outbound

RENEW_BEFORE = timedelta(days=14)
#: The keys with which signatures can be checked here (type, curve).
_USABLE = {("EC", "P-256"), ("OKP", "Ed25519")}
#: What each purpose is for: whoever lacks a key for one cannot do this.
_PURPOSES = ("capabilityInvocation", "assertionMethod")


def check_document(patient: Patient, instruments: Instruments, outbound: Outbound) -> Finding:
    """Their DID document is there and theirs."""
    if not patient.is_did:
        return Finding(
            check="document",
            level=Level.SKIP,
            found=N_("%(id)s is no did:web; its address was written down by hand."),
            values={"id": said(patient.id)},
        )
    values = {"id": said(patient.id), "url": said(patient.url)}
    try:
        patient.document = DidResolver(outbound, loopback=instruments.loopback).resolve(patient.id)
    except SkillspaceError as fault:
        values["why"] = said(fault.message)
        if patient.root is not None and isinstance(fault, NotFound):
            return Finding(
                check="document",
                level=Level.WARN,
                found=N_("There is no DID document at this address (%(why)s)."),
                mend=N_("Name the peer by its DID, or write its identifier and address into node.toml under peers."),
                values=values,
            )
        mend = N_("Publish the document at the very address the DID names; redirects are not followed.")
        if isinstance(fault, BadInput):
            mend = N_("Publish a JSON document there whose id is the DID itself.")
        found = N_("The DID document of %(id)s cannot be read: %(why)s")
        return Finding(check="document", level=Level.FAIL, found=found, mend=mend, values=values)
    return Finding(check="document", level=Level.OK, found=N_("The DID document of %(id)s can be read."), values=values)


def check_keys(patient: Patient, instruments: Instruments, outbound: Outbound) -> Finding:
    """There are keys for their calls and for what they sign, of a kind that is understood."""
    del outbound
    if patient.document is None:
        return _unread("keys")
    usable = {purpose: _keys_for(patient.document, purpose, instruments) for purpose in _PURPOSES}
    missing = [purpose for purpose in _PURPOSES if not usable[purpose]]
    values = {"count": str(len(set().union(*usable.values()))), "purposes": ", ".join(missing)}
    if missing:
        is_bad = instruments.is_dcp and "capabilityInvocation" in missing
        return Finding(
            check="keys",
            level=Level.FAIL if is_bad else Level.WARN,
            found=N_("No usable key is named for: %(purposes)s."),
            mend=N_("Name a key on P-256 or Ed25519 for each purpose in the DID document."),
            values=values,
        )
    ends = [patient.document.ends[kid] for kid in set().union(*usable.values()) if kid in patient.document.ends]
    soon = min((end for end in ends if end - instruments.clock() < RENEW_BEFORE), default=None)
    if soon is not None:
        return Finding(
            check="keys",
            level=Level.WARN,
            found=N_("A key ends on %(ends)s."),
            mend=N_("Ask them whether the next key is in their DID document already."),
            values=values | {"ends": day(soon)},
        )
    return Finding(check="keys", level=Level.OK, found=N_("Usable keys: %(count)s."), values=values)


def check_services(patient: Patient, instruments: Instruments, outbound: Outbound) -> Finding:
    """The document says where to go on: the protocol, and the credentials."""
    del outbound
    if patient.document is None:
        return _unread("services")
    services = patient.document.services
    values = {"services": said(", ".join(sorted(services)) or "–")}
    data = services.get("DataService", "").rstrip("/")
    if data.endswith(WELL_KNOWN):
        patient.root = data.removesuffix(WELL_KNOWN)
    elif patient.root is None:
        return Finding(
            check="services",
            level=Level.FAIL,
            found=N_("The document names no DataService whose address ends in the version document's path."),
            mend=N_("Add a service of type DataService that ends in /.well-known/dspace-version."),
            values=values,
        )
    if instruments.is_dcp and "CredentialService" not in services:
        return Finding(
            check="services",
            level=Level.FAIL,
            found=N_("The document names no CredentialService, so they cannot show that they are a member."),
            mend=N_("Add a service of type CredentialService with the address of their wallet."),
            values=values,
        )
    return Finding(check="services", level=Level.OK, found=N_("Services: %(services)s."), values=values)


def check_credentials(patient: Patient, instruments: Instruments, outbound: Outbound) -> Finding:
    """What they show is live: asked with the token they gave on the way back."""
    del outbound
    values = {"id": said(patient.id)}
    token = patient.echo.get("token")
    if instruments.is_dcp and not isinstance(token, str):
        return _listed(instruments.is_member(patient.id), values)
    if not instruments.is_dcp or instruments.verifier is None:
        return Finding(
            check="credentials",
            level=Level.SKIP,
            found=N_("Under this scheme of authentication peers show no credentials."),
        )
    try:
        caller = instruments.verifier.caller(f"Bearer {token}")
        if caller.did != patient.id:
            raise BadInput(f"The token is signed by {caller.did}.")
        shown = instruments.verifier.credentials(caller, [MEMBERSHIP_CREDENTIAL])
        ends = min(one.expires for one in shown if MEMBERSHIP_CREDENTIAL in one.types and one.expires is not None)
    except (SkillspaceError, ValueError) as fault:
        return Finding(
            check="credentials",
            level=Level.FAIL,
            found=N_("Their membership does not hold: %(why)s"),
            mend=N_("Ask them to renew their membership with the authority."),
            values=values | {"why": said(getattr(fault, "message", fault))},
        )
    values |= {"ends": day(ends), "days": str((ends - instruments.clock()).days)}
    if ends - instruments.clock() < RENEW_BEFORE:
        return Finding(
            check="credentials",
            level=Level.WARN,
            found=N_("Their membership holds, and ends in %(days)s days, on %(ends)s."),
            mend=N_("Ask them whether its renewal is on its way."),
            values=values,
        )
    found = N_("Their membership holds, is not revoked, and lasts until %(ends)s.")
    return Finding(check="credentials", level=Level.OK, found=found, values=values)


def _listed(is_member: bool, values: Mapping[str, str]) -> Finding:
    """What can be said of somebody who does not let us ask for credentials."""
    if is_member:
        return Finding(
            check="credentials",
            level=Level.SKIP,
            found=N_("They show credentials only when they call us. The authority lists them as a member."),
            values=values,
        )
    return Finding(
        check="credentials",
        level=Level.WARN,
        found=N_("They show credentials only when they call us, and the authority does not list them as a member."),
        mend=N_("Ask the authority whether %(id)s was admitted."),
        values=values,
    )


def _keys_for(document: DidDocument, purpose: str, instruments: Instruments) -> set[str]:
    at = instruments.clock()
    return {
        kid
        for kid in document.purposes.get(purpose, ())
        if (document.keys[kid].get("kty"), document.keys[kid].get("crv")) in _USABLE
        and (kid not in document.ends or document.ends[kid] > at)
    }


def _unread(check: str) -> Finding:
    return Finding(check=check, level=Level.SKIP, found=N_("Not checked: there is no DID document to look into."))
