"""Verification: what is this document, who says it, about whom, and does it hold; for whoever is shown one.

One answer for every kind a receiver meets: a credential as a token, an SD-JWT or a document with its proof inside, a
presentation, a sealed document, a recognition trail, a badge in a picture, and a document that nobody signed. Nothing
is kept.
"""

from skillspace.trust.verification.examining import Examined, Examiner, Kind, SealRevoked, TooMuchShown, matter_of
from skillspace.trust.verification.opening import text_inside
from skillspace.trust.verification.room import TooManyChecks, VerificationRoom
from skillspace.trust.verification.shown import Asked, ShownBy

__all__ = [
    "Asked",
    "Examined",
    "Examiner",
    "Kind",
    "SealRevoked",
    "ShownBy",
    "TooManyChecks",
    "TooMuchShown",
    "VerificationRoom",
    "matter_of",
    "text_inside",
]
