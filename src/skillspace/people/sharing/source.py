"""Where shared profiles leave this node: through the gate, on each pull, with nothing but what the grant covers."""

from __future__ import annotations

import hashlib

from skillspace.exchange import Payload, PullRequest
from skillspace.kernel.errors import ConsentMissing
from skillspace.people.sharing.service import Sharing
from skillspace.trust.consent import Gate


class ProfileSource:
    """The data source of the offering “skills-profile”."""

    def __init__(self, *, gate: Gate, sharing: Sharing) -> None:
        self._gate = gate
        self._sharing = sharing

    def open(self, request: PullRequest) -> Payload:
        """Return the profile of the grant's person as JSON; raise why not (deny by default)."""
        if request.grant is None:
            raise ConsentMissing("A profile is released only with a person's consent; send it with the request.")
        asked = self._gate.opened(request.grant, request.consumer, request.dataset, request.agreement, request.transfer)
        with asked as (work, release):
            if release.person is None:
                raise ConsentMissing("This consent is not about a person of this node.")
            if whole := sorted(set(release.items) - {"skills"}):
                raise ConsentMissing(f"Of {', '.join(whole)} nothing single can be shown, so it stays here.")
            document = self._sharing.document(
                work,
                person=release.person,
                subject=release.subject,
                kinds=release.kinds,
                skills=release.items.get("skills"),
                grant=release.grant_id,
            )
        body = document.model_dump_json(exclude_none=True).encode()
        etag = hashlib.sha256(body).hexdigest()[:32]
        return Payload(media_type="application/json", chunks=[body], etag=etag, headers={})
