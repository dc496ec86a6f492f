"""What a holder shows: earned rightly, or made up for the test."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from skillspace.records import credentials
from skillspace.records.credentials import (
    Model,
)
from skillspace.trust.claims.messages import VC11, presentation_response
from skillspace.trust.identity.tokens import Caller
from skillspace.wire.jose import SigningKey
from tests.unit.trust.claims.parties import DIPLOMA, Party

CALLER = "did:web:holder.example"


def earned(university: Party, holder: Party, kind: str = DIPLOMA, profile: str = VC11) -> str:
    """Let the holder hold a credential, and return it."""
    with university.database.writing() as work:
        token = university.issuer.issue(work, holder.did, kind, profile)
    with holder.database.writing() as work:
        holder.wallet.keep(work, university.did, token)
    return token


def plain(university: Party, subject: str, *, key: SigningKey | None = None, **more: Any) -> str:
    """A diploma without a status, as given."""
    at = university.time()
    terms: dict[str, Any] = {"issuer_did": university.did, "at": at, "valid_until": at + timedelta(days=1)} | more
    extra = terms.pop("extra", {})
    return credentials.issue(
        DIPLOMA, {"title": "Invented diploma", **extra}, issuer_key=key or university.key, subject_did=subject, **terms
    )


def shows(holder: Party, verifier: Party, *tokens: str, model: Model = "1.1", **more: Any) -> list[str]:
    """Let the holder's credential service answer with this presentation, whatever it is asked; return what was made."""
    terms: dict[str, Any] = {"holder_key": holder.key, "holder_did": holder.did, "audience": verifier.did} | more
    presentation = credentials.present(tokens, at=holder.time(), model=model, **terms)
    answers(holder, presentation_response([presentation]))
    return [presentation]


def answers(holder: Party, content: object) -> None:
    holder.web.pages[f"{holder.base}/dcp/presentations/query"] = json.dumps(content).encode()


def asked(verifier: Party, types: tuple[str, ...] = (DIPLOMA,)) -> list[str]:
    found = verifier.verifier.credentials(Caller(did=CALLER, access_token="opaque"), types)
    return [each.types[-1] for each in found]
