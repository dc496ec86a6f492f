"""An organisation's word about a part, as a credential it signs, and its strict reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pydantic import ValidationError

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records import credentials
from skillspace.trust.rights.messages import ReplySubject
from skillspace.trust.rights.model import Duty, Ground, PackageFacts, Right
from skillspace.wire.jose import SigningKey

REPLY_CREDENTIAL = "RightsReplyCredential"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What an organisation says about its part. `number` orders its words; `token` is the signed credential."""

    part: str
    organisation: str
    right: Right
    number: int
    move: str
    at: datetime
    received: datetime
    country: str
    words: str = ""
    complaint: str = ""
    ground: Ground | None = None
    deleted: Mapping[str, int] = field(default_factory=dict)
    kept: tuple[Duty, ...] = ()
    package: PackageFacts | None = None
    token: str = ""


def write_reply(reply: Reply, key: SigningKey) -> str:
    """Return the reply as a credential of its organisation (VC 1.1 as JWT), about ``urn:skillspace:<part>``."""
    content: dict[str, object] = {
        "part": reply.part,
        "right": reply.right,
        "number": reply.number,
        "move": reply.move,
        "at": iso(reply.at),
        "received": iso(reply.received),
        "country": reply.country,
        "words": reply.words,
    }
    if reply.complaint:
        content["complaint"] = reply.complaint
    if reply.ground is not None:
        content["ground"] = reply.ground
    if reply.deleted:
        content["deleted"] = dict(reply.deleted)
    if reply.kept:
        content["kept"] = [
            {"law": duty.law, "until": duty.until.isoformat() if duty.until else None, "what": duty.what}
            for duty in reply.kept
        ]
    if reply.package is not None:
        content["package"] = vars(reply.package)
    return credentials.issue(
        REPLY_CREDENTIAL,
        content,
        issuer_key=key,
        issuer_did=reply.organisation,
        subject_did=f"urn:skillspace:{reply.part}",
        at=reply.at,
    )


def read_reply(token: str, resolve_key: credentials.KeyResolver, at: datetime, *, organisation: str) -> Reply:
    """Verify a reply that `organisation` signed; call it with no transaction open.

    Raises BadInput for another shape, InvalidSignature or UntrustedIssuer for another signer, CredentialNotYetValid for
    one from the future.
    """
    found = credentials.verify(token, resolve_key, at, expected_type=REPLY_CREDENTIAL, trusted_issuers={organisation})
    try:
        said = ReplySubject.model_validate(found.subject)
        moments = from_iso(said.at), from_iso(said.received)
        kept = tuple(
            Duty(law=duty.law, until=date.fromisoformat(duty.until) if duty.until else None, what=duty.what)
            for duty in said.kept
        )
        ground = Ground(said.ground) if said.ground else None
    except ValidationError as fault:
        place = ".".join(str(step) for step in fault.errors()[0]["loc"])
        raise BadInput(f"The reply of {organisation} is not as it should be: {place or 'the whole'}.") from None
    except (ValueError, OverflowError):
        raise BadInput(f"The reply of {organisation} names a moment or a ground that cannot be read.") from None
    if said.id != f"urn:skillspace:{said.part}" or found.id == "":
        raise InvalidSignature(f"The reply of {organisation} is about another part than it says.")
    return Reply(
        part=said.part,
        organisation=found.issuer,
        right=Right(said.right),
        number=said.number,
        move=said.move,
        at=min(moments[0], at),
        received=min(moments[1], moments[0], at),
        country=said.country,
        words=said.words,
        complaint=said.complaint,
        ground=ground,
        deleted=said.deleted,
        kept=kept,
        package=PackageFacts(**said.package.model_dump()) if said.package else None,
        token=token,
    )
