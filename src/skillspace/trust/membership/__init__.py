"""Membership: the authority admits organisations, they hold a signed credential, and a node without one is refused."""

from skillspace.trust.membership.authority import Authority
from skillspace.trust.membership.directory import Directory
from skillspace.trust.membership.gatekeeper import Gatekeeper
from skillspace.trust.membership.legal import LegalIdentities, LegalIdentity
from skillspace.trust.membership.model import Application, Member

__all__ = ["Application", "Authority", "Directory", "Gatekeeper", "LegalIdentities", "LegalIdentity", "Member"]
