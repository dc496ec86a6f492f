"""The life of an offer of a credential to a wallet (OpenID4VCI 1.0 §4, §8 and §11), and of a sign-in for one (§5)."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

ISSUER, WALLET, CLOCK, PERSON = "issuer", "wallet", "clock", "person"


class OfferState(StrEnum):
    """Where an offer stands."""

    OFFERED = "offered"
    REDEEMED = "redeemed"
    DEFERRED = "deferred"
    ISSUED = "issued"
    ACCEPTED = "accepted"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"


#: A wallet whose answer was lost asks again for the same key, so issuing and every notice may come twice.
OFFER = Lifecycle[OfferState](
    name="credential offer",
    start=frozenset({OfferState.OFFERED}),
    moves={
        (OfferState.OFFERED, "redeem", WALLET): OfferState.REDEEMED,
        (OfferState.REDEEMED, "defer", ISSUER): OfferState.DEFERRED,
        (OfferState.DEFERRED, "defer", ISSUER): OfferState.DEFERRED,
        (OfferState.REDEEMED, "issue", ISSUER): OfferState.ISSUED,
        (OfferState.DEFERRED, "issue", ISSUER): OfferState.ISSUED,
        (OfferState.ISSUED, "issue", ISSUER): OfferState.ISSUED,
        (OfferState.ACCEPTED, "issue", ISSUER): OfferState.ACCEPTED,
        (OfferState.ISSUED, "accept", WALLET): OfferState.ACCEPTED,
        (OfferState.ACCEPTED, "accept", WALLET): OfferState.ACCEPTED,
        (OfferState.ISSUED, "fail", WALLET): OfferState.FAILED,
        (OfferState.FAILED, "fail", WALLET): OfferState.FAILED,
        (OfferState.OFFERED, "withdraw", ISSUER): OfferState.WITHDRAWN,
        (OfferState.REDEEMED, "withdraw", ISSUER): OfferState.WITHDRAWN,
        (OfferState.DEFERRED, "withdraw", ISSUER): OfferState.WITHDRAWN,
        (OfferState.OFFERED, "expire", CLOCK): OfferState.EXPIRED,
        (OfferState.REDEEMED, "expire", CLOCK): OfferState.EXPIRED,
        (OfferState.DEFERRED, "expire", CLOCK): OfferState.EXPIRED,
        (OfferState.ISSUED, "revoke", ISSUER): OfferState.REVOKED,
        (OfferState.ACCEPTED, "revoke", ISSUER): OfferState.REVOKED,
        (OfferState.FAILED, "revoke", ISSUER): OfferState.REVOKED,
    },
)


class SignInState(StrEnum):
    """Where a wallet's request to let a person sign in stands; one that ran out is deleted."""

    ASKED = "asked"
    ALLOWED = "allowed"
    REFUSED = "refused"
    SPENT = "spent"


SIGN_IN = Lifecycle[SignInState](
    name="wallet sign-in",
    start=frozenset({SignInState.ASKED}),
    moves={
        (SignInState.ASKED, "allow", PERSON): SignInState.ALLOWED,
        (SignInState.ASKED, "refuse", PERSON): SignInState.REFUSED,
        (SignInState.ALLOWED, "spend", WALLET): SignInState.SPENT,
    },
)
