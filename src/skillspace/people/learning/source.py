"""Where what is inferred leaves this node: through the gate, on each pull, for learning support and nothing else."""

from __future__ import annotations

import hashlib

from skillspace.exchange import Payload, PullRequest
from skillspace.kernel.clock import iso
from skillspace.kernel.errors import ConsentMissing
from skillspace.people.accounts import Accounts
from skillspace.people.learning.service import KIND, Learning
from skillspace.people.sharing.document import SharedProfile
from skillspace.people.sharing.service import LEARNING_PURPOSE
from skillspace.trust.consent import Gate


class LearningSource:
    """The data source of the offering “learning-analytics”."""

    def __init__(self, *, gate: Gate, learning: Learning, accounts: Accounts) -> None:
        self._gate = gate
        self._learning = learning
        self._accounts = accounts

    def open(self, request: PullRequest) -> Payload:
        """Return what may be seen of the grant's person as JSON; raise why not (deny by default)."""
        if request.grant is None:
            raise ConsentMissing("This is released only with a person's consent; send it with the request.")
        asked = self._gate.opened(request.grant, request.consumer, request.dataset, request.agreement, request.transfer)
        with asked as (work, release):
            if release.person is None:
                raise ConsentMissing("This consent is not about a person of this node.")
            if release.purpose != LEARNING_PURPOSE:
                raise ConsentMissing("How somebody learns is shown to support their learning, and for nothing else.")
            if release.items:
                raise ConsentMissing("Nothing single of this can be shown, so it stays here.")
            account = self._accounts.get(work, release.person)
            document = SharedProfile(
                subject=release.subject,
                language=account.language,
                made=iso(work.now),
                name=account.name if "name" in release.kinds else None,
                learning=self._learning.shared(work, release.person) if KIND in release.kinds else None,
            )
        body = document.model_dump_json(exclude_none=True).encode()
        etag = hashlib.sha256(body).hexdigest()[:32]
        return Payload(media_type="application/json", chunks=[body], etag=etag, headers={})
