"""Composing the door at which anybody may have a document checked, and the answer about issuers that others ask too."""

from __future__ import annotations

from functools import partial

from skillspace.node.certificates import anchors_of
from skillspace.node.settings import Settings
from skillspace.node.trusting import Trust
from skillspace.storage.database import Database
from skillspace.trust.identity import DidResolver
from skillspace.trust.identity.document import read_document
from skillspace.trust.issuers.certified import CertifiedKeys
from skillspace.trust.issuers.identity import IdentityLooks
from skillspace.trust.issuers.revocation_asking import RevocationDesk
from skillspace.trust.issuers.service import IssuerTrust
from skillspace.trust.issuers.standings import Standings
from skillspace.trust.issuers.store import AccreditationLists
from skillspace.trust.status import StatusChecker
from skillspace.trust.verification import Examiner, VerificationRoom
from skillspace.wire.outbound import Outbound

#: Who asks here waits at a page, and may lead us anywhere: no host keeps a check for long.
SILENT_SECONDS, ANSWER_SECONDS = 4.0, 8.0


def verification_in(settings: Settings, database: Database, trust: Trust) -> VerificationRoom:
    """Return the room of checks. It calls out by itself, so that what strangers bring crowds out nobody's caches."""
    outbound = Outbound(loopback=settings.loopback, timeout_s=SILENT_SECONDS, answer_s=ANSWER_SECONDS)
    signed = Outbound(loopback=settings.loopback, plain=True, timeout_s=SILENT_SECONDS, answer_s=ANSWER_SECONDS)
    own = read_document(trust.document, trust.did)
    resolver = DidResolver(outbound, loopback=settings.loopback, own=own)
    anchors = anchors_of(settings)
    ask = RevocationDesk(signed).ask if settings.seal_revocation else None
    certified = CertifiedKeys(resolver.key, anchors, database.clock, Standings(database.clock, ask))
    examiner = Examiner(
        resolve_key=certified.key,
        resolve_holder_key=partial(resolver.key, purpose="authentication"),
        check_status=StatusChecker(outbound, certified.key, database.clock).check,
        anchors=anchors,
        clock=database.clock,
        ask_seals=ask,
    )
    issuers = IssuerTrust(
        data_space=settings.data_space,
        looks=IdentityLooks(resolver, database.clock),
        certified=certified,
        listed=trust.issuers,
        lists=lists_in(settings),
        members=trust.directory,
        legal=trust.authority.legal if trust.authority is not None else None,
    )

    def close() -> None:
        outbound.close()
        signed.close()

    return VerificationRoom(examiner=examiner, issuers=issuers, close=close)


def lists_in(settings: Settings) -> AccreditationLists:
    """Return the accreditation lists of a node: its own count, and those of the accreditors its operator names."""
    return AccreditationLists(settings.accreditors, own_did=settings.did, own_name=settings.name)
